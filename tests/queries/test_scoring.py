"""Means, ties, the way down the pool, and what nobody sees before every card of an offer is closed."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.models import Offer
from app.models.award import Outcome
from app.queries import allocation, evaluation, offer_list, ranking, scoring
from app.queries.commission import matrix, quorum, suggested_assignment
from app.queries.review import cards_for, offer_review
from app.services import scoring as cards
from tests import call_course
from tests.call_course import ASKED, POOL
from workflows.offer import OfferState


@pytest.fixture
def course(db):
    """The commission is impartial, both offers are assigned, no card is closed."""
    made = call_course.begin()
    call_course.collect(made)
    call_course.check(made)
    taken = made.take

    def before_scoring(case, trigger, who, **answers):
        if trigger in {"close_card", "rank", "write_protocol", "sign_protocol"}:
            return
        taken(case, trigger, who, **answers)

    made.take = before_scoring
    call_course.score(made)
    made.take = taken
    return made


def give(course, key, who, *points):
    offer = course.offers[key]
    card = next(row for row in offer.cards if row.member.user_id == course.people[who].id)
    criteria = course.call.merit_criteria
    values = dict(zip((row.id for row in criteria), map(Decimal, points), strict=True))
    cards.save_card(card, values, {row.id: f"powód {who}" for row in criteria}, "", None, course.context(who))
    course.take(offer, "close_card", who)


def test_the_mean_is_rounded_half_up_to_two_places():
    assert scoring.mean([Decimal(1), Decimal(1), Decimal("1.01")]) == Decimal("1.00")
    assert scoring.mean([Decimal("1.00"), Decimal("1.01")]) == Decimal("1.01")
    assert scoring.mean([]) == Decimal("0.00")


def test_an_offer_stands_in_the_ranking_only_when_every_card_is_closed(course):
    give(course, "full", "chair", "10", "10")
    assert scoring.standings(course.call) == []

    give(course, "full", "evaluator", "11", "11")
    (row,) = scoring.standings(course.call)
    assert (row.offer.id, row.points, row.spread) == (course.offers["full"].id, Decimal("21.00"), Decimal(2))


def test_equal_means_are_ordered_by_quality(course):
    give(course, "full", "chair", "12", "8")
    give(course, "full", "evaluator", "12", "8")
    give(course, "reduced", "chair", "8", "12")
    give(course, "reduced", "evaluator", "8", "12")

    assert [row.offer.id for row in scoring.standings(course.call)] == [
        course.offers["reduced"].id,
        course.offers["full"].id,
    ]


def test_equal_quality_too_is_ordered_by_the_moment_of_arrival(course):
    for key in ("full", "reduced"):
        for who in ("chair", "evaluator"):
            give(course, key, who, "10", "10")

    assert [row.offer.number for row in scoring.standings(course.call)] == [1, 2]


def test_points_of_others_are_hidden_until_every_card_of_the_offer_is_closed(course):
    offer, chair = course.offers["full"], course.people["chair"].id
    give(course, "full", "evaluator", "19", "20")

    assert evaluation.others(offer) is None
    assert [card.who for card in cards_for(offer, "commission", chair)] == ["Chair"]
    assert cards_for(offer, "office", None) == []
    assert cards_for(offer, "applicant", None) == []
    assert offer_review(offer, "office")["points"] is None

    give(course, "full", "chair", "19", "18")
    assert len(cards_for(offer, "commission", chair)) == 2
    assert evaluation.others(offer).mean == Decimal("38.00")
    assert cards_for(offer, "applicant", None) == []


def test_the_applicant_reads_the_points_without_names_after_the_results(db):
    course = call_course.whole()

    found = cards_for(course.offers["full"], "applicant", None)

    assert len(found) == 2
    assert not {"Chair", "Evaluator"} & {card.who for card in found}
    assert not any(card.own for card in found)


def test_the_pool_goes_down_the_list_and_the_offer_on_the_line_is_reduced(course):
    for key, points in (("full", "18"), ("reduced", "14")):
        for who in ("chair", "evaluator"):
            give(course, key, who, points, points)
    course.take(course.call, "rank", "chair")

    shares = allocation.suggestion(course.call)
    page = ranking.ranking(course.call)

    assert shares[course.offers["full"].id] == allocation.Share(Outcome.FULL, {2027: ASKED})
    assert shares[course.offers["reduced"].id] == allocation.Share(Outcome.REDUCED, {2027: POOL - ASKED})
    assert [row.left_grosze for row in page.rows] == [POOL - ASKED, 0]
    assert (page.source, page.given_grosze) == ("suggested", POOL)


def test_an_offer_for_which_nothing_is_left_waits_on_the_reserve(course, db):
    course.call.budget[0].amount_grosze = ASKED
    for key in ("full", "reduced"):
        for who in ("chair", "evaluator"):
            give(course, key, who, "15", "15")
    course.take(course.call, "rank", "chair")

    assert [share.outcome for share in allocation.suggestion(course.call).values()] == [
        Outcome.FULL,
        Outcome.RESERVE,
    ]
    assert [row.cut_above for row in ranking.ranking(course.call).rows] == [False, True]


def test_no_order_is_shown_before_the_chair_closes_the_scoring(course):
    give(course, "full", "chair", "10", "10")
    give(course, "full", "evaluator", "10", "10")

    page = ranking.ranking(course.call)

    assert (page.visible, page.rows) == (False, ())
    assert page.progress.waiting_for() == [("Chair", 1), ("Evaluator", 1)]


def test_the_matrix_says_who_has_begun_without_points(course):
    give(course, "full", "chair", "10", "10")
    rows = {row.offer.id: [cell.state for cell in row.cells] for row in matrix(course.call).rows}

    assert rows[course.offers["full"].id] == ["closed", "saved"]
    assert rows[course.offers["reduced"].id] == ["saved", "saved"]


def test_an_exclusion_lowers_the_quorum_and_the_suggestion_leaves_the_member_out(db):
    course = call_course.begin()
    call_course.collect(course)
    call_course.check(course)
    first = course.offers["full"].id
    taken = course.take

    def with_exclusion(case, trigger, who, **answers):
        if trigger == "sign_impartiality" and who == "chair":
            answers = {"exclusions": {first: "powinowactwo"}}
        if trigger in {"appoint_commission", "sign_impartiality"}:
            taken(case, trigger, who, **answers)

    course.take = with_exclusion
    with pytest.raises((StopIteration, KeyError)):  # there are no cards to fill in
        call_course.score(course)
    by_offer = {row.offer.id: (row.able, row.met) for row in quorum(course.call)}
    suggested = suggested_assignment(course.call)

    assert by_offer[first] == (1, False)
    assert by_offer[course.offers["reduced"].id] == (2, True)
    assert (len(suggested[first]), len(suggested[course.offers["reduced"].id])) == (1, 2)


def test_the_list_of_offers_asks_the_same_number_of_questions_however_long_it_is(db, course):
    few = questions(db, lambda: offer_list.offers_page(course.call, offer_list.Wanted()))
    for number in range(10, 40):
        source = course.offers["full"]
        db.session.add(
            Offer(call=course.call, organisation=source.organisation, number=number, state=OfferState.REGISTERED,
                  title=f"Oferta {number}", requested_grosze=1_00, received_at=course.at)
        )  # fmt: skip
    db.session.commit()

    assert questions(db, lambda: offer_list.offers_page(course.call, offer_list.Wanted())) == few


def questions(db, work):
    """How many statements the work sends."""
    db.session.expire_all()
    sent = []

    def note(*_args):
        sent.append(1)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        page = work()
        for offer in page.offers:
            assert offer.organisation.name
            assert all(party.organisation.name for party in offer.parties)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return len(sent)


def test_the_list_is_filtered_sorted_and_summed_by_the_address(course):
    late = offer_list.offers_page(
        course.call, offer_list.Wanted.read({"view": "rejected", "sort": "requested", "order": "desc"})
    )
    found = offer_list.offers_page(course.call, offer_list.Wanted.read({"q": "Źdźbło"}))
    percent = offer_list.offers_page(course.call, offer_list.Wanted.read({"q": "100%_"}))
    odd = offer_list.Wanted.read({"view": "nonsense", "sort": "password", "page": "-1", "order": "sideways"})

    assert [offer.number for offer in late.offers] == [3, 4]
    assert late.requested_grosze == ASKED + 10_000_00
    assert [offer.number for offer in found.offers] == [2]
    assert percent.total == 0
    assert odd == offer_list.Wanted()
