"""Where one case meets another: late offers in the scoring, drafts of agreements, further rounds, people with two roles."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import InternalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.models import (
    Agreement,
    Award,
    AwardRound,
    AwardYear,
    Membership,
    Offer,
    OfferVersion,
    Publication,
    ScoringCard,
)
from app.models.application import VersionKind
from app.models.award import Outcome
from app.models.call import PublicationSubject
from app.models.procedure import Place
from app.queries import results, visibility
from app.queries.budget import contracted_by_year
from app.queries.facts.awards import committed_by_year
from app.queries.facts.call import CallFacts
from app.services import access, report_drafts, steps
from tests import call_course
from tests.agreement_cases import contracting
from tests.offer_cases import NOW, join, world
from workflows.agreement import AgreementState
from workflows.engine import Context, Refused
from workflows.offer import OfferState
from workflows.report_form import REPORT_FORM
from workflows.roles import APPLICANT, Role


@pytest.fixture
def scoring(db: Any) -> call_course.Course:
    """The commission is appointed and scores two offers."""
    course = call_course.begin()
    call_course.collect(course)
    call_course.check(course)
    members = [
        {"user_id": course.people[who].id, "chair": who == "chair", "indicated_by": "Prezydent"}
        for who in call_course.EVALUATORS
    ]
    course.take(
        course.call,
        "appoint_commission",
        "mayor",
        order_number="9",
        order_date=date(2027, 4, 20),
        members=members,
    )
    for who in call_course.EVALUATORS:
        course.take(course.call, "sign_impartiality", who, exclusions={})
    course.take(course.call, "assign_evaluators", "chair", assignment=everybody(course))
    course.take(course.call, "start_scoring", "official")
    return course


def everybody(course: call_course.Course) -> dict[int, list[int]]:
    assert course.call.commission is not None
    ids = [member.id for member in course.call.commission.members]
    return {offer.id: ids for offer in CallFacts(course.call).offers_to_assign}


def test_an_offer_that_passes_the_formal_review_only_now_joins_the_scoring(
    scoring: call_course.Course, db: Any
) -> None:
    late = scoring.offers["late"]
    late.state = OfferState.FORMALLY_ACCEPTED
    db.session.commit()
    assert not CallFacts(scoring.call).every_offer_scored
    scoring.take(scoring.call, "assign_evaluators", "chair", assignment=everybody(scoring))
    assert late.state is OfferState.IN_SCORING
    assert len(late.cards) == 2


def test_when_the_last_open_card_is_taken_away_the_offer_is_scored(
    scoring: call_course.Course, db: Any
) -> None:
    offer = scoring.offers["full"]
    scoring.call.evaluators_min = 1
    db.session.commit()
    call_course._score(scoring, offer, "chair", call_course.Decimal(10))
    assert offer.state is OfferState.IN_SCORING
    closed = [card.member_id for card in offer.cards if card.closed_at]
    scoring.take(
        scoring.call, "assign_evaluators", "chair", assignment=everybody(scoring) | {offer.id: closed}
    )
    assert offer.state is OfferState.SCORED
    assert db.session.query(ScoringCard).filter_by(offer_id=offer.id).count() == 1


def test_a_draft_made_of_an_older_version_is_not_signed_but_taken_back_and_revised(db: Any) -> None:
    world_ = contracting()
    agreement = world_.draft()
    world_.take(agreement, "check", "treasurer")
    world_.take(agreement, "add_signature", "first")
    world_.take(agreement, "sign_as_contractor", "second", signed_on=world_.at, manner="paper")
    world_.take(agreement, "countersign", "treasurer")
    last = world_.offer.versions[-1]
    content = {**last.content, "title": "Po odejściu partnera"}
    db.session.add(OfferVersion(
        offer_id=world_.offer.id, number=last.number + 1, kind=VersionKind.UPDATED, content=content, attachments=[], checksum="0" * 64,
        total_cost_grosze=last.total_cost_grosze, requested_grosze=last.requested_grosze, own_grosze=0, fees_grosze=0,
        made_at=last.made_at,
    ))  # fmt: skip
    db.session.commit()
    db.session.expire_all()
    with pytest.raises(Refused) as refused:
        world_.take(agreement, "sign_for_city", "mayor", signed_on=world_.at, manner="paper")
    db.session.rollback()
    assert [reason.code for reason in refused.value.reasons] == ["older_offer"]
    world_.take(agreement, "return_draft", "official", reason="Oferta jest nowsza.")
    assert (agreement.state, agreement.countersigned_by_id, agreement.signed_by_contractor_on) == (
        AgreementState.DRAFT, None, None,
    )  # fmt: skip
    world_.take(agreement, "revise_draft", "official", account_number=agreement.account_number)
    assert (agreement.plan["title"], agreement.offer_version) == ("Po odejściu partnera", last.number + 1)


def test_nobody_signs_a_text_before_it_was_confirmed(db: Any) -> None:
    world_ = contracting()
    agreement = world_.draft()
    world_.take(agreement, "check", "treasurer")
    world_.take(agreement, "add_signature", "first")
    with pytest.raises(Refused) as refused:
        world_.take(
            agreement, "sign_as_contractor", "second", signed_on=world_.at - timedelta(days=1), manner="paper"
        )
    assert [reason.code for reason in refused.value.reasons] == ["before_draft"]


def test_the_draft_of_an_offer_that_resigned_binds_no_money_and_keeps_no_call_open(db: Any) -> None:
    world_ = contracting()
    world_.draft()
    call = world_.offer.call
    assert contracted_by_year(call)
    assert not CallFacts(call).everything_settled
    world_.offer.state = OfferState.RESIGNED
    db.session.commit()
    assert contracted_by_year(call) == {}
    assert CallFacts(call).everything_settled


def test_an_agreement_that_was_withdrawn_from_gives_its_money_back_to_the_pool(db: Any) -> None:
    world_ = contracting()
    agreement = world_.sign()
    assert committed_by_year(world_.offer.call) == {2026: 115_000_00}
    world_.take(agreement, "withdraw_for_city", "mayor", reason="Nie ruszyło.")
    assert not committed_by_year(world_.offer.call)


def test_of_an_agreement_that_ended_early_what_was_paid_stays_bound(db: Any) -> None:
    world_ = contracting(
        years={2026: 60_000_00, 2027: 55_000_00}, task=(date(2026, 2, 2), date(2027, 11, 30))
    )
    world_.sign()
    world_.pay(date(2026, 2, 10))
    world_.take(world_.agreement, "terminate", "mayor", reason="Brak realizacji.")
    assert committed_by_year(world_.offer.call) == {2026: 60_000_00}


def test_a_partial_report_that_was_submitted_meanwhile_is_written_no_more(db: Any) -> None:
    world_ = contracting(
        years={2026: 60_000_00, 2027: 55_000_00}, task=(date(2026, 2, 2), date(2027, 11, 30))
    )
    world_.sign()
    world_.pay(date(2026, 2, 10))
    world_.at = date(2027, 1, 2)
    world_.take(world_.agreement, "open_partial_report", "clock")
    report = world_.agreement.partial_reports[0]
    items = REPORT_FORM.sections[0].items
    report_drafts.save(report, items, {}, "", NOW)
    db.session.commit()
    assert (
        report.agreement.state is AgreementState.PARTIAL_DUE
    )  # read again, as a request does before it waits
    with db.engine.begin() as another_request:
        another_request.execute(sa.update(Agreement).values(state=AgreementState.PARTIAL_REVIEW))
    with pytest.raises(Refused):
        report_drafts.save(report, items, {}, "", NOW)


def test_nobody_decides_on_the_offer_of_an_own_organisation(db: Any) -> None:
    course = call_course.begin()
    call_course.collect(course)
    official, offer = course.people["official"], course.offers["full"]
    assert access.roles_on(offer, official) == {Role.OFFICIAL}
    db.session.add(
        Membership(organisation=offer.organisation, user=official, owner=False, editor=True, signatory=False)
    )
    db.session.commit()
    assert access.roles_on(offer, official) == {Role.EDITOR}
    assert access.audience_of(offer, official) == "applicant"
    assert access.roles_on(course.offers["reduced"], official) == set()  # offers of one call compete


def test_a_partner_that_resigned_stands_behind_the_offer_no_more(db: Any) -> None:
    offering = world()
    offer = offering.written()
    other = db.session.query(Membership).filter_by(user_id=offering.people["stranger"].id).one().organisation
    join(offer, other)
    assert access.roles_on(offer, offering.people["stranger"]) == APPLICANT
    next(party for party in offer.parties if not party.lead).resigned_at = NOW
    db.session.commit()
    assert not access.may_see(offer, offering.people["stranger"])


def test_a_further_round_is_not_told_before_it_is_published(db: Any) -> None:
    course = call_course.whole()
    call, offer = course.call, course.offers["reduced"]
    offer.state = OfferState.NOT_AWARDED
    further = AwardRound(
        call_id=call.id, number=2, order_number="7", order_date=date(2027, 6, 1), proposed_at=course.at, decided_at=course.at
    )  # fmt: skip
    further.awards = [
        Award(
            offer_id=offer.id, outcome=Outcome.FULL, reason="", years=[AwardYear(year=2027, amount_grosze=1)]
        )
    ]
    db.session.add(further)
    db.session.commit()
    for state in (
        OfferState.AWARDED_FULL,
        OfferState.AWARDED_REDUCED,
        OfferState.NOT_AWARDED,
        OfferState.RESERVE,
    ):
        offer.state = state
        db.session.commit()
        assert visibility.shown_state(offer, "applicant") is OfferState.RESERVE
        assert visibility.shown_state(offer, "office") is state
        assert visibility.steps_would_tell(offer, "applicant")
    offer.state = OfferState.AWARDED_FULL
    db.session.commit()
    assert told(call, offer) == (OfferState.RESERVE, 25_000_00, [1])
    for place in Place:
        call.publications.append(Publication(
            subject=PublicationSubject.RESULTS, number=2, place=place, published_on=date(2027, 6, 2), reference="x"
        ))  # fmt: skip
    db.session.commit()
    assert visibility.shown_state(offer, "applicant") is OfferState.AWARDED_FULL
    assert told(call, offer) == (OfferState.AWARDED_FULL, 1, [1, 2])


def told(call: Any, offer: Offer) -> tuple[OfferState, int, list[int]]:
    found = results.results_of(call)
    assert found is not None
    line = next(row for row in found.lines if row.organisation == offer.organisation.name)
    return line.state, line.amount_grosze, [item.number for item in found.rounds]


@pytest.mark.parametrize(
    "error", [PoolTimeout("no connection"), InternalError("x", {}, Exception("read-only"))]
)
def test_a_database_that_cannot_write_now_is_not_a_fault_of_ours(app: Any, error: Exception) -> None:
    with app.test_request_context("/"):
        answer = app.make_response(app.handle_user_exception(error))
    assert answer.status_code == 503


def propose(course: call_course.Course, who: str) -> None:
    """The first offer in full, the second reduced."""
    full, reduced = course.offers["full"], course.offers["reduced"]
    year = course.call.budget[0].year
    rows = [
        {"offer_id": full.id, "outcome": Outcome.FULL, "years": {year: full.requested_grosze}, "reason": ""},
        {"offer_id": reduced.id, "outcome": Outcome.REDUCED, "years": {year: 10_000_00}, "reason": "Pula."},
    ]
    course.take(course.call, "propose_awards", who, awards=rows)


def ranked() -> call_course.Course:
    course = call_course.begin()
    call_course.collect(course)
    call_course.check(course)
    call_course.score(course)
    return course


def decide(course: call_course.Course, who: str) -> None:
    course.take(course.call, "decide", who, order_number="1/2027", order_date=date(2027, 5, 1))


@pytest.mark.parametrize(("who", "act"), [("official", propose), ("mayor", decide)])
def test_a_member_of_an_offeror_neither_proposes_nor_decides_on_the_grants(
    db: Any, who: str, act: Any
) -> None:
    course = ranked()
    if act is decide:
        propose(course, "official")
    organisation = course.offers["full"].organisation
    db.session.add(
        Membership(
            organisation=organisation, user=course.people[who], owner=False, editor=True, signatory=False
        )
    )
    db.session.commit()
    with pytest.raises(Refused) as refused:
        act(course, who)
    assert [reason.code for reason in refused.value.reasons] == ["own_offer"]


def test_an_offer_that_was_withdrawn_since_the_proposal_is_named(db: Any) -> None:
    course = ranked()
    propose(course, "official")
    reduced = course.offers["reduced"]
    db.session.execute(sa.update(Offer).where(Offer.id == reduced.id).values(state=OfferState.WITHDRAWN))
    db.session.commit()
    with pytest.raises(Refused) as refused:
        decide(course, "mayor")
    assert [(reason.code, reason.params["number"]) for reason in refused.value.reasons] == [
        ("offer_left", reduced.number)
    ]


def test_after_the_ranking_no_further_offer_is_accepted_formally(db: Any) -> None:
    course = ranked()
    late_comer = course.offers["rejected"]
    db.session.execute(sa.update(Offer).where(Offer.id == late_comer.id).values(state=OfferState.REGISTERED))
    db.session.commit()
    with pytest.raises(Refused) as refused:
        course.take(late_comer, "accept_formally", "official")
    assert "ranked" in {reason.code for reason in refused.value.reasons}


def test_only_a_person_with_a_right_of_today_withdraws_the_offer(db: Any) -> None:
    offering = world()
    offer = offering.written()
    offering.take(offer, "submit", "first", NOW)
    newcomer = offering.people["stranger"]
    db.session.add(
        Membership(organisation=offer.organisation, user=newcomer, owner=True, editor=False, signatory=True)
    )
    db.session.commit()
    context = Context(NOW, frozenset({Role.OWNER, Role.SIGNATORY}), newcomer.id, {"reason": "Pomyłka."})
    with pytest.raises(Refused) as refused:
        steps.take(offer, "withdraw", context)
    assert [reason.code for reason in refused.value.reasons] == ["no_right"]
