"""The intake: announced when nothing is missing, opened and closed by the clock, extended, cut, finished."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import BudgetEntry, SmallGrant
from app.queries.budget import contracted_beyond_pool, contracted_by_year
from tests.small_grant_cases import (
    MINUTE,
    NOW,
    a_draft,
    a_grant,
    act,
    an_intake,
    an_organisation,
    filed,
    moment,
    refused,
)
from workflows.intake import IntakeState
from workflows.small_grant import SmallGrantState as S

ORDER = {"order_number": "2/2026", "order_date": date(2026, 1, 2)}
DAY = timedelta(days=1)


def announcing(**columns):
    """The reasons against announcing a draft with these columns."""
    intake = an_intake(until="draft", **columns)
    return refused(intake, "announce", "director", intake.opens_at or NOW, **ORDER)


def pool(amount_grosze, year=2026):
    """A new figure of the pool as the form gives it."""
    return {
        "year": year,
        "amount_grosze": amount_grosze,
        "act": "uchwała",
        "act_date": None,
        "reason": "zmiana",
    }


def test_an_intake_says_everything_that_it_lacks_at_once(db):
    reasons = announcing(
        title="", area=" ", who_may_apply="", contact="", task_kinds=[], pool_grosze=0, form_version="1999"
    )
    assert set(reasons) == {
        "no_title", "no_area", "no_who_may_apply", "no_contact", "no_task_kinds", "no_pool", "unknown_form",
    }  # fmt: skip
    assert reasons["no_pool"].anchor == "pool"


def test_an_intake_takes_no_offers_after_the_year_of_its_pool(db):
    assert set(announcing(deadline=moment("2027-01-01", "00:00"))) == {"closes_too_late"}


@pytest.mark.parametrize(
    ("opens", "columns", "codes"),
    [
        ("2026-08-31", {"max_grant_grosze": 10_000_01}, {"wider_than_law"}),
        ("2026-08-31", {"max_grant_grosze": 10_000_00, "max_days": 91}, {"longer_than_law"}),
        ("2026-09-01", {"max_grant_grosze": 20_000_01, "max_days": 300}, {"wider_than_law"}),
        ("2026-09-01", {"max_grant_grosze": 20_000_00, "max_days": 300}, set()),
    ],
)
def test_the_rules_of_a_programme_are_never_wider_than_the_law_of_the_day_on_which_it_opens(
    db, opens, columns, codes
):
    intake = an_intake(until="draft", opens_at=moment(opens, "08:00"), **columns)
    if codes:
        assert set(refused(intake, "announce", "director", NOW, **ORDER)) == codes
    else:
        act(intake, "announce", "director", NOW, **ORDER)


def test_an_announced_intake_is_public_under_an_address_of_its_own(db):
    first, second = an_intake(until="announced"), an_intake(until="announced")
    assert (first.state, first.due_at, first.announced_on) == (
        IntakeState.ANNOUNCED,
        first.opens_at,
        date(2025, 12, 30),
    )
    assert first.slug
    assert first.slug != second.slug


def test_before_the_opening_an_offer_is_written_and_not_filed(db):
    intake = an_intake(until="announced")
    draft = a_draft(intake, an_organisation(), at=intake.opens_at - MINUTE)
    assert "intake_not_open" in refused(draft, "submit", "signatory", intake.opens_at)
    act(intake, "open", "clock", intake.opens_at)
    assert filed(draft, intake.opens_at + MINUTE).state is S.SUBMITTED


def test_the_closing_ends_every_draft_and_an_extension_brings_it_back(db):
    intake = an_intake(deadline=NOW)
    draft, sent = a_draft(intake, an_organisation(1)), a_grant(S.SUBMITTED, intake=intake, number=2)
    act(intake, "close", "clock", NOW)
    assert (intake.state, draft.state, sent.state) == (IntakeState.CLOSED, S.EXPIRED_DRAFT, S.SUBMITTED)
    for deadline in (NOW, moment("2027-01-01", "00:00"), None):
        assert set(refused(intake, "extend", "director", NOW + DAY, deadline=deadline)) == {"not_later"}
    act(intake, "extend", "director", NOW + DAY, deadline=moment("2026-12-31", "23:59"))
    assert (intake.state, intake.due_at, draft.state) == (
        IntakeState.OPEN,
        moment("2026-12-31", "23:59"),
        S.DRAFT,
    )
    assert filed(draft, NOW + 2 * DAY).state is S.SUBMITTED


def test_an_intake_closed_before_its_time_takes_nothing_from_that_moment_on(db):
    intake = an_intake()
    draft = a_draft(intake, an_organisation())
    act(intake, "close_early", "director", NOW, reason="Pula się skończyła.")
    assert (intake.state, intake.deadline, intake.ending_reason) == (
        IntakeState.CLOSED,
        NOW,
        "Pula się skończyła.",
    )
    assert draft.state is S.EXPIRED_DRAFT
    assert "wrong_state" in refused(draft, "submit", "signatory", NOW + MINUTE)


def test_the_pool_covers_what_is_awarded_and_belongs_to_one_year(db):
    intake = an_intake(pool_grosze=20_000_00)
    a_grant(S.AWARDED_FULL, intake=intake, grant_grosze=12_000_00)
    at = moment("2026-11-02")
    assert refused(intake, "change_pool", "official", at, **pool(11_999_99))["below_awards"].params == {
        "bound_grosze": 12_000_00
    }
    assert set(refused(intake, "change_pool", "official", at, **pool(20_000_00, 2027))) == {"other_year"}
    act(intake, "change_pool", "official", at, **pool(12_000_00))
    assert [entry.amount_grosze for entry in intake.budget] == [20_000_00, 12_000_00]


def test_the_agreements_of_an_intake_are_held_against_its_pool(db):
    intake = an_intake(pool_grosze=20_000_00)
    grant = a_grant("paid", intake=intake, grant_grosze=12_000_00)
    assert (contracted_by_year(intake), contracted_beyond_pool(intake)) == ({2026: 12_000_00}, {})
    intake.budget.append(BudgetEntry(year=2026, amount_grosze=10_000_00, act="korekta", entered_at=NOW))
    with pytest.raises(
        sa.exc.IntegrityError, match="the pool of call"
    ):  # the database keeps what is promised
        database.session.commit()
    database.session.rollback()
    other = a_grant(S.CONTRACT_PREP, intake=an_intake(pool_grosze=9_000_00), number=2)
    other.intake.budget.append(BudgetEntry(year=2026, amount_grosze=5_000_00, act="korekta", entered_at=NOW))
    with pytest.raises(
        sa.exc.IntegrityError, match="the pool of call"
    ):  # also what is awarded and not signed yet
        database.session.commit()
    database.session.rollback()
    assert grant.agreement is not None


def test_an_intake_is_finished_when_nobody_waits_for_anything_any_more(db):
    intake = an_intake(pool_grosze=9_000_00)
    waiting = a_grant(S.AWARDED_FULL, intake=intake)
    left = a_grant(S.NO_FUNDS, intake=intake, number=2, at=moment("2026-11-02"))
    act(intake, "close", "clock", intake.deadline)
    at = moment("2026-12-31")
    assert set(refused(intake, "finish", "official", at)) == {"cases_open"}
    act(waiting, "resign", "signatory", at, reason="Brak wkładu.")
    act(intake, "finish", "official", at)
    assert (intake.state, left.state) == (IntakeState.FINISHED, S.NO_FUNDS)
    assert database.session.query(SmallGrant).count() == 2
