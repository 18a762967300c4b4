"""A call from its approval to its end: publication, changes, outage, pool, closing."""

from datetime import date, time

import pytest

from app.errors import Stale
from app.models import Call, Offer
from app.models.call import PublicationSubject
from app.models.procedure import BudgetEntry, Place
from app.queries.budget import pool_by_year
from app.services import call_draft, steps
from tests.call_cases import DEADLINE, PUBLISHED, changed, contract, later, noon, offer_in, office, places
from workflows.calendar import end_of_day, local_moment
from workflows.call import CallState
from workflows.engine import Refused
from workflows.offer import OfferState


def codes(refused):
    return [reason.code for reason in refused.value.reasons]


def test_nobody_approves_their_own_proposal_and_the_director_comes_first(db):
    people = office()
    call = people.call()
    people.take(call, "submit_for_approval", "official", date(2026, 9, 10))
    with pytest.raises(Refused) as early:
        people.take(
            call, "approve", "mayor", date(2026, 9, 11), order_number="1/2026", order_date=date(2026, 9, 11)
        )
    assert codes(early) == ["not_endorsed"]
    db.session.rollback()
    call.proposed_by_id = people.people["director"].id
    db.session.commit()
    with pytest.raises(Refused) as own:
        people.take(call, "endorse", "director", date(2026, 9, 11))
    assert codes(own) == ["own_proposal"]


def test_a_return_opens_the_draft_again_and_forgets_the_endorsement(db):
    people = office()
    call = people.approved(people.call())
    people.take(call, "return_for_changes", "mayor", date(2026, 9, 15), reason="Za krótki termin.")
    assert (call.state, call.endorsed_by_id, call.order_number) == (CallState.DRAFT, None, "")


@pytest.mark.parametrize(
    "deadline", [end_of_day(date(2026, 10, 22)), local_moment(date(2026, 10, 23), time(0, 1)), DEADLINE]
)
def test_published_on_1_october_offers_may_be_due_at_the_end_of_the_22nd_or_at_an_hour_of_the_23rd(
    db, deadline
):
    assert office().announced(deadline=deadline).state is CallState.PUBLISHED


@pytest.mark.parametrize("hour", [time(12), time(23, 59)])
def test_an_hour_of_the_22nd_is_too_early_and_the_refusal_names_the_first_possible_day(db, hour):
    with pytest.raises(Refused) as refused:
        office().announced(deadline=local_moment(date(2026, 10, 22), hour))
    [reason] = refused.value.reasons
    assert (reason.code, reason.params["days"], reason.params["earliest"]) == (
        "too_short",
        21,
        date(2026, 10, 23),
    )


def test_the_last_of_the_three_places_decides_and_each_needs_a_day_and_a_reference(db):
    people = office()
    call = people.approved(people.call())
    with pytest.raises(Refused) as late_board:
        people.take(
            call, "publish", "official", PUBLISHED, places=places(PUBLISHED, notice_board=date(2026, 10, 2))
        )
    assert codes(late_board) == ["too_short"]
    db.session.rollback()
    missing = places(PUBLISHED)
    missing[next(iter(missing))] = {"on": None, "reference": ""}
    with pytest.raises(Refused) as incomplete:
        people.take(call, "publish", "official", PUBLISHED, places=missing)
    assert codes(incomplete) == ["no_publication", "no_reference"]
    db.session.rollback()
    with pytest.raises(Refused) as before_order:
        people.take(call, "publish", "official", PUBLISHED, places=places(PUBLISHED, bip=date(2026, 9, 13)))
    assert codes(before_order) == ["before_order"]


def test_the_publication_gives_an_address_a_version_and_an_opening(db):
    people = office()
    call, second = people.announced(), people.announced()
    assert [call.slug, second.slug] == [
        "centrum-wielokulturowe-2027-2028",
        "centrum-wielokulturowe-2027-2028-2",
    ]
    [version] = call.versions
    assert (version.number, version.content["title"], version.order_number) == (
        1,
        "Centrum Wielokulturowe",
        "2750/2026",
    )
    assert len(call.publications) == 3
    assert call.opens_at == call.due_at == local_moment(PUBLISHED, time(0))


def test_a_change_of_terms_restarts_the_days_and_lists_before_and_after(db):
    people = office()
    call = people.opened()
    terms = {"terms": "Centrum jest otwarte także w soboty.", "deadline": DEADLINE}
    with pytest.raises(Refused) as too_short:
        people.take(call, "amend", "mayor", date(2026, 10, 8), **changed(date(2026, 10, 8), terms=terms))
    assert codes(too_short) == ["too_short"]
    db.session.rollback()
    draft = offer_in(call, OfferState.DRAFT)
    new = local_moment(date(2026, 10, 30), time(12))
    people.take(
        call,
        "amend",
        "mayor",
        date(2026, 10, 8),
        **changed(date(2026, 10, 8), terms={**terms, "deadline": new}),
    )
    version = call.versions[-1]
    assert (version.number, version.kind, version.order_number) == (2, "amended", "2900/2026")
    assert [change["field"] for change in version.changes] == ["deadline", "terms"]
    assert version.changes[1]["before"] == "Centrum jest otwarte pięć dni w tygodniu."
    assert {row.number for row in call.publications} == {1, 2}
    assert call.due_at == draft.due_at == new


def test_a_change_of_nothing_but_the_deadline_is_no_amendment(db):
    people = office()
    call = people.opened()
    terms = {"terms": call.terms, "deadline": local_moment(date(2026, 11, 6), time(12))}
    with pytest.raises(Refused) as refused:
        people.take(call, "amend", "mayor", date(2026, 10, 8), **changed(date(2026, 10, 8), terms=terms))
    assert codes(refused) == ["unchanged"]


def test_new_terms_must_pass_the_whole_check(db):
    people = office()
    call = people.opened()
    terms = {"terms": "", "deadline": local_moment(date(2026, 11, 6), time(12))}
    with pytest.raises(Refused) as refused:
        people.take(call, "amend", "mayor", date(2026, 10, 8), **changed(date(2026, 10, 8), terms=terms))
    assert codes(refused) == ["missing_terms"]


def test_a_pure_extension_does_not_restart_the_days(db):
    people = office()
    call = people.opened()
    new = local_moment(date(2026, 10, 26), time(12))
    people.take(call, "extend", "mayor", date(2026, 10, 22), **changed(date(2026, 10, 22), deadline=new))
    assert (call.deadline, call.due_at, call.state) == (new, new, CallState.OPEN)
    assert [change["field"] for change in call.versions[-1].changes] == ["deadline"]


def test_an_extension_only_moves_later(db):
    people = office()
    call = people.opened()
    with pytest.raises(Refused) as refused:
        people.take(
            call, "extend", "mayor", date(2026, 10, 20), **changed(date(2026, 10, 20), deadline=DEADLINE)
        )
    assert codes(refused) == ["not_later"]


def test_closing_lets_drafts_expire_and_an_outage_brings_them_all_back(db):
    people = office()
    call = people.opened()
    drafts = [offer_in(call, OfferState.DRAFT, number) for number in (1, 2)]
    submitted = offer_in(call, OfferState.SUBMITTED, 3)
    people.take(call, "close", "clock", date(2026, 10, 24))
    assert call.offers_counted == 1
    assert [offer.state for offer in drafts] == [OfferState.EXPIRED_DRAFT] * 2
    new = local_moment(date(2026, 10, 27), time(12))
    outage = {
        "outage_from": local_moment(date(2026, 10, 23), time(10)),
        "outage_to": local_moment(date(2026, 10, 23), time(14)),
    }
    people.take(
        call,
        "extend_after_outage",
        "mayor",
        date(2026, 10, 26),
        **changed(date(2026, 10, 26), deadline=new, **outage),
    )
    assert (call.state, call.deadline) == (CallState.OPEN, new)
    assert [(offer.state, offer.due_at) for offer in drafts] == [(OfferState.DRAFT, new)] * 2
    assert submitted.state is OfferState.SUBMITTED


def test_an_outage_after_the_deadline_kept_nobody_from_submitting(db):
    people = office()
    call = people.opened()
    people.take(call, "close", "clock", date(2026, 10, 24))
    outage = {
        "outage_from": local_moment(date(2026, 10, 23), time(13)),
        "outage_to": local_moment(date(2026, 10, 23), time(14)),
    }
    answers = changed(date(2026, 10, 26), deadline=local_moment(date(2026, 10, 27), time(12)), **outage)
    with pytest.raises(Refused) as refused:
        people.take(call, "extend_after_outage", "mayor", date(2026, 10, 26), **answers)
    assert codes(refused) == ["outage_after"]


def test_a_cut_of_the_pool_stops_at_what_is_contracted(db):
    people = office()
    call = people.opened()
    contract(offer_in(call, OfferState.CONTRACT_PREP), {2027: 30_000_000, 2028: 1_000_000})
    act = {"act": "uchwała nr 7", "act_date": date(2026, 10, 5)}
    with pytest.raises(Refused) as refused:
        people.take(
            call, "change_pool", "treasurer", date(2026, 10, 5), year=2027, amount_grosze=29_999_999, **act
        )
    [reason] = refused.value.reasons
    assert (reason.code, reason.params["bound_grosze"]) == ("below_contracts", 30_000_000)
    db.session.rollback()
    people.take(
        call, "change_pool", "treasurer", date(2026, 10, 5), year=2027, amount_grosze=30_000_000, **act
    )
    assert pool_by_year(call) == {2027: 30_000_000, 2028: 50_000_000}
    assert db.session.query(BudgetEntry).count() == 3


def test_the_pool_of_a_year_without_money_cannot_be_changed(db):
    people = office()
    call = people.opened()
    with pytest.raises(Refused) as refused:
        people.take(
            call,
            "change_pool",
            "official",
            date(2026, 10, 5),
            year=2031,
            amount_grosze=1,
            act="uchwała",
            act_date=None,
        )
    assert codes(refused) == ["no_such_year"]


def test_a_call_is_called_off_only_on_a_ground_that_the_announcement_reserved(db):
    people = office()
    ending = {
        "order_number": "2999/2026",
        "order_date": date(2026, 10, 12),
        "reason": "Rada nie przyznała środków.",
        "places": places(date(2026, 10, 12)),
    }
    with pytest.raises(Refused) as refused:
        people.take(people.opened(calling_off_grounds=""), "call_off", "mayor", date(2026, 10, 12), **ending)
    assert codes(refused) == ["no_ground"]
    db.session.rollback()
    call = people.opened()
    people.take(call, "call_off", "mayor", date(2026, 10, 12), **ending)
    assert (call.state, call.ending_reason, call.versions[-1].kind) == (
        CallState.CALLED_OFF,
        ending["reason"],
        "called_off",
    )


def test_a_call_without_offers_is_cancelled_and_one_with_an_offer_is_not(db):
    people = office()
    ending = {
        "order_number": "2999/2026",
        "order_date": date(2026, 10, 26),
        "reason": "Nie wpłynęła żadna oferta.",
        "places": places(date(2026, 10, 26)),
    }
    empty, other = people.opened(), people.opened()
    offer_in(other, OfferState.SUBMITTED)
    for call in (empty, other):
        people.take(call, "close", "clock", date(2026, 10, 24))
    people.take(empty, "cancel_without_offers", "mayor", date(2026, 10, 26), **ending)
    assert empty.state is CallState.CANCELLED
    with pytest.raises(Refused) as refused:
        people.take(other, "cancel_without_offers", "mayor", date(2026, 10, 26), **ending)
    assert codes(refused) == ["has_offers"]


def test_the_end_of_a_call_is_announced_in_the_three_places(db):
    people = office()
    call = people.opened()
    ending = {
        "order_number": "3000/2026",
        "order_date": date(2026, 10, 12),
        "reason": "Rada nie przyznała środków.",
    }
    with pytest.raises(Refused) as refused:
        people.take(call, "call_off", "mayor", date(2026, 10, 12), **ending, places={})
    assert set(codes(refused)) == {"no_publication", "no_reference"}
    people.take(call, "call_off", "mayor", date(2026, 10, 12), **ending, places=places(date(2026, 10, 12)))
    assert sorted(
        row.place for row in call.publications if row.subject is PublicationSubject.ENDING
    ) == sorted(Place)


def test_the_formal_review_waits_until_every_offer_is_registered(db):
    people = office()
    call = people.opened()
    offer_in(call, OfferState.SUBMITTED)
    people.take(call, "close", "clock", date(2026, 10, 24))
    with pytest.raises(Refused) as refused:
        people.take(call, "start_formal_review", "official", date(2026, 10, 26))
    assert codes(refused) == ["unregistered"]


def test_an_agreement_without_a_settlement_keeps_the_call_from_being_settled(db):
    people = office()
    call = people.opened()
    contract(offer_in(call, OfferState.CONTRACTED), {2027: 1_000_000})
    call.state = CallState.CONTRACTED
    db.session.commit()
    with pytest.raises(Refused) as refused:
        people.take(call, "settle", "official", date(2029, 2, 1))
    assert codes(refused) == ["unsettled"]


def test_a_copy_takes_texts_and_criteria_but_no_date_no_money_and_no_history(db):
    people = office()
    source = people.announced()
    copy = call_draft.create(people.people["official"], noon(date(2027, 9, 1)), like=source)
    db.session.commit()
    assert (copy.title, copy.terms, len(copy.merit_criteria)) == (source.title, source.terms, 6)
    assert (copy.state, copy.deadline, copy.task_from, copy.budget, copy.slug, copy.versions) == (
        CallState.DRAFT,
        None,
        None,
        [],
        None,
        [],
    )


def test_a_section_that_somebody_else_saved_meanwhile_is_not_overwritten(db):
    people = office()
    call = people.call()
    seen, author = call.version, people.people["official"]
    call_draft.save(call, {"title": "Inny tytuł"}, author, noon(date(2026, 9, 2)))
    db.session.commit()
    with pytest.raises(Stale):
        call_draft.for_editing(call.public_id, author, seen_version=seen)


def test_the_reserve_is_declined_when_contracting_is_closed(db):
    people = office()
    call = people.opened()
    reserve = offer_in(call, OfferState.RESERVE)
    call.state = CallState.RESULTS_PUBLISHED
    db.session.commit()
    people.take(call, "conclude_contracting", "official", later(PUBLISHED, 150))
    assert (call.state, db.session.get(Offer, reserve.id).state) == (
        CallState.CONTRACTED,
        OfferState.NOT_AWARDED,
    )
    assert steps.workflow_of(db.session.get(Call, call.id)).name == "call"
