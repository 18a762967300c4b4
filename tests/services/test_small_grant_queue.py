"""The queue of an intake: first come, first served; left without funds, called up, confirmed or passed on."""

from datetime import timedelta

import pytest

from app.extensions import db as database
from app.queries import intake_pool
from app.services import grant_invariants
from tests.small_grant_cases import (
    MINUTE,
    NOW,
    a_grant,
    act,
    an_intake,
    an_organisation,
    award,
    moment,
    on_paper,
    other_grant,
    places,
    promised,
    propose,
    refused,
    walk,
)
from workflows.calendar import local_day
from workflows.engine import NotYours
from workflows.small_grant import SmallGrantState as S

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)
REFUSAL = {"outcome": "refusal", "amount_grosze": None, "similar_judged": ""}


# ---- first come, first served


def test_a_later_offer_cannot_take_the_money_for_which_an_earlier_one_waits(db):
    intake = an_intake(pool_grosze=20_000_00)
    first = a_grant(S.DECISION_PENDING, intake=intake, number=1, at=NOW, grant_grosze=15_000_00)
    second = a_grant(S.DECISION_PENDING, intake=intake, number=2, at=NOW + MINUTE, grant_grosze=15_000_00)
    at = moment("2026-11-02")
    told = {"outcome": "full", "amount_grosze": None, "reason": "", "similar_judged": ""}
    reasons = refused(second, "propose_decision", "official", at, **told)
    assert reasons["queue"].params == {"before_grosze": 15_000_00, "left_grosze": 5_000_00}
    award(second, at, 5_000_00)
    award(first, at + DAY)
    assert (intake_pool.left(intake), list(grant_invariants.broken())) == (0, [])


def test_what_was_proposed_is_refused_when_an_earlier_offer_comes_on_paper_meanwhile(db):
    intake = an_intake(pool_grosze=20_000_00)
    second = a_grant(S.DECISION_PENDING, intake=intake, number=2, grant_grosze=15_000_00)
    at = moment("2026-11-02")
    propose(second, at)
    on_paper(intake, an_organisation(1), received_at=NOW - DAY, at=at + MINUTE, grant_grosze=10_000_00)
    assert set(refused(second, "award_in_full", "director", at + 2 * MINUTE)) == {"queue"}


@pytest.mark.parametrize("ending", [S.WITHDRAWN, S.REFUSED, S.FORMALLY_REJECTED, S.NOT_PURPOSEFUL])
def test_when_an_earlier_offer_ends_the_next_one_has_its_money(db, ending):
    intake = an_intake(pool_grosze=15_000_00)
    a_grant(ending, intake=intake, number=1, at=NOW, grant_grosze=15_000_00)
    second = a_grant(S.DECISION_PENDING, intake=intake, number=2, at=NOW + MINUTE, grant_grosze=15_000_00)
    award(second, moment("2026-11-02"))
    assert second.state is S.AWARDED_FULL


def test_an_offer_is_left_without_funds_only_when_nothing_is_left_for_its_place(db):
    intake = an_intake(pool_grosze=10_000_00)
    second = a_grant(S.SUBMITTED, intake=intake, number=2, at=NOW + DAY)
    assert refused(second, "leave_without_funds", "official", NOW + DAY)["something_left"].params == {
        "left_grosze": 10_000_00
    }
    a_grant(S.AWARDED_FULL, intake=intake, number=1, grant_grosze=10_000_00)
    act(second, "leave_without_funds", "official", moment("2026-11-02"))
    assert (second.state, promised(second, "grant_letter")) == (S.NO_FUNDS, 1)
    assert intake_pool.place_in_queue(second) is None


def test_a_rest_below_the_least_grant_of_the_intake_counts_as_nothing(db):
    intake = an_intake(pool_grosze=10_000_00, min_grant_grosze=3_000_00)
    a_grant(S.AWARDED_FULL, intake=intake, number=1, grant_grosze=8_000_00)
    second = a_grant(S.SUBMITTED, intake=intake, number=2, at=moment("2026-10-20"))
    act(second, "leave_without_funds", "official", moment("2026-11-02"))
    assert second.state is S.NO_FUNDS


# ---- money comes back


def waiting(intake, number, at, until=S.SUBMITTED, **content):
    """An offer that was left without funds, wherever it stood."""
    grant = a_grant(until, intake=intake, number=number, at=at, **content)
    return walk(grant, S.NO_FUNDS, at=EXHAUSTED)


def reopened(*, until=S.SUBMITTED, **columns):
    """An intake of 9 000 zł that reopens its queue: the award was given back, two wait since the 16th and the 17th."""
    intake = an_intake(pool_grosze=9_000_00, reopens_queue=True, **columns)
    awarded = a_grant(S.AWARDED_FULL, intake=intake, number=1)
    first = waiting(intake, 2, NOW + DAY, until)
    second = waiting(intake, 3, NOW + 2 * DAY)
    act(awarded, "resign", "signatory", EXHAUSTED + DAY, reason="Brak wkładu.")
    return intake, first, second


EXHAUSTED = moment("2026-11-04")
BACK = moment("2026-11-06")


def test_the_queue_stays_closed_where_the_rules_do_not_reopen_it(db):
    _intake, first, _second = reopened()
    first.intake.reopens_queue = False
    database.session.commit()
    assert "queue_stays_closed" in refused(first, "call_up", "official", BACK)


def test_while_nothing_has_come_back_nobody_is_called_up(db):
    intake = an_intake(pool_grosze=9_000_00, reopens_queue=True)
    a_grant(S.AWARDED_FULL, intake=intake, number=1)
    first = waiting(intake, 2, NOW + DAY)
    assert set(refused(first, "call_up", "official", BACK)) == {"no_money_back"}


def test_money_that_comes_back_goes_to_the_first_of_those_left_without(db):
    intake, first, second = reopened()
    assert intake_pool.next_in_line(intake) == first
    assert refused(second, "call_up", "official", BACK)["not_first"].params == {"number": first.number}
    act(first, "call_up", "official", BACK)
    assert (first.state, first.confirmation_due) == (S.CALLED_UP, None)
    assert set(refused(second, "call_up", "official", BACK)) == {"no_money_back"}


def test_who_came_later_and_waited_for_nothing_does_not_overtake_those_left_without_funds(db):
    intake, _first, _second = reopened()
    late = a_grant(S.DECISION_PENDING, intake=intake, number=4, at=BACK)
    told = {"outcome": "full", "amount_grosze": None, "reason": "", "similar_judged": ""}
    reasons = refused(late, "propose_decision", "official", late.stepped_at, **told)
    assert reasons["queue"].params == {"before_grosze": 18_000_00, "left_grosze": 0}
    intake.reopens_queue = False
    database.session.commit()
    award(late, late.stepped_at + MINUTE)
    assert late.state is S.AWARDED_FULL


def test_the_term_of_the_confirmation_runs_from_the_delivery_of_the_letter(db):
    _intake, first, _second = reopened(confirmation_days=5)
    act(first, "call_up", "official", BACK)
    act(first, "confirm_delivery", "signatory", BACK + DAY)
    assert first.confirmation_due == first.due_at == moment("2026-11-12", "23:59:59.999999")
    assert "too_late" in refused(
        first, "confirm_unpublished", "signatory", first.confirmation_due + MICROSECOND
    )
    act(first, "confirm_unpublished", "signatory", first.confirmation_due)
    assert (first.state, intake_pool.place_in_queue(first)) == (S.SUBMITTED, 1)


def test_a_letter_that_nobody_opens_counts_as_delivered_and_the_term_runs_out_all_the_same(db):
    intake, first, second = reopened()
    act(first, "call_up", "official", BACK)
    deemed = first.due_at
    act(first, "deem_delivered", "clock", deemed)
    assert local_day(deemed) == local_day(BACK) + 14 * DAY
    due = first.confirmation_due
    assert local_day(due) == local_day(deemed) + 7 * DAY
    assert "too_early" in refused(first, "lapse_confirmation", "clock", due)
    act(first, "lapse_confirmation", "clock", due + MICROSECOND)
    assert (first.state, intake_pool.next_in_line(intake)) == (S.NO_FUNDS, second)
    assert "had_its_turn" in refused(first, "call_up", "official", due + DAY)
    act(second, "call_up", "official", due + DAY)
    assert second.state is S.CALLED_UP


def test_an_offer_that_was_never_published_is_published_anew_after_its_confirmation(db):
    _intake, first, _second = reopened()
    before = first.publication_due
    act(first, "call_up", "official", BACK)
    act(first, "confirm_delivery", "signatory", BACK)
    assert "never_published" in refused(first, "confirm_published", "signatory", BACK + DAY)
    act(first, "confirm_unpublished", "signatory", BACK + DAY)
    assert (before, first.publication_due) == (
        moment("2026-10-27", "23:59:59.999999"), moment("2026-11-18", "23:59:59.999999"),
    )  # fmt: skip
    assert first.received_at == first.filed_at == NOW + DAY
    walk(first, S.PURPOSEFUL)
    early = {"places": places(local_day(BACK)), "redactions": []}
    assert "before_receipt" in refused(first, "publish", "official", BACK + 2 * DAY, **early)
    walk(first, S.AWARDED_FULL)
    assert list(grant_invariants.broken()) == []


def test_an_offer_that_was_published_goes_on_to_the_decision(db):
    _intake, first, _second = reopened(until=S.COMMENTS_CLOSED)
    published = first.published_on
    act(first, "call_up", "official", BACK)
    act(first, "confirm_delivery", "signatory", BACK)
    assert "was_published" in refused(first, "confirm_unpublished", "signatory", BACK + DAY)
    act(first, "confirm_published", "signatory", BACK + DAY)
    assert (first.state, first.published_on) == (S.DECISION_PENDING, published)
    award(first, BACK + 2 * DAY)


def test_only_who_represents_the_organisation_confirms_and_only_within_the_limits(db):
    _intake, first, _second = reopened()
    act(first, "call_up", "official", BACK)
    act(first, "confirm_delivery", "signatory", BACK)
    with pytest.raises(NotYours):
        act(first, "confirm_unpublished", "editor", BACK + DAY)
    other_grant(first.organisation, 40_000_00)
    assert set(refused(first, "confirm_unpublished", "signatory", BACK + DAY)) == {"organisation_year"}
    act(first, "withdraw", "signatory", BACK + DAY, reason="Nie zdążymy.")
    assert first.state is S.WITHDRAWN
