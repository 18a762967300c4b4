"""The worked cases of "how the limits count", each by the steps that people take, on a real database."""

from datetime import date, datetime, timedelta

import pytest

from app.extensions import db as database
from app.models import SmallGrant
from app.models.intake import FilingCounts
from app.models.organisation import LegalForm
from app.queries import grant_ledger, grant_limits, intake_pool
from tests.small_grant_cases import (
    NOW,
    a_draft,
    a_unit,
    an_intake,
    an_organisation,
    award,
    cap_base,
    filed,
    moment,
    on_paper,
    other_grant,
    propose,
    refused,
    walk,
)
from workflows.engine import Refused
from workflows.limits import LimitCode
from workflows.small_grant import SmallGrantState as S

OLD_LAW = moment("2026-08-31")
DECIDED = moment("2026-10-26")


def submission(grant: SmallGrant, at: datetime):
    """The reasons against filing at that moment."""
    return refused(grant, "submit", "signatory", at)


def proposal(grant: SmallGrant, at: datetime, amount_grosze: int | None = None):
    """The reasons against proposing this amount, or the whole."""
    reduced = amount_grosze is not None
    told = {
        "outcome": "reduced" if reduced else "full",
        "amount_grosze": amount_grosze,
        "reason": "",
        "similar_judged": "Inne.",
    }
    return refused(grant, "propose_decision", "official", at, **told)


def would_fit(grant: SmallGrant, at: datetime):
    """What the meter says beside the form."""
    return grant_limits.state_of(grant, at).result.would_fit_grosze


# ---- which law: the moment of filing, in Kraków


def test_an_offer_of_the_last_second_of_august_is_refused_above_the_old_limit_even_when_it_is_decided_in_october(
    db,
):
    organisation, last_second = an_organisation(), moment("2026-08-31", "23:59:59")
    intake = an_intake()
    term = {"date_from": "2026-10-10", "date_to": "2026-12-08"}  # 60 days
    reasons = submission(a_draft(intake, organisation, grant_grosze=10_000_01, **term), last_second)
    assert set(reasons) == {LimitCode.TASK}
    assert reasons["task"].params["limit_grosze"] == 10_000_00

    received = on_paper(intake, organisation, grant_grosze=10_000_01, received_at=last_second, at=moment("2026-09-03"),
                        date_from=date(2026, 10, 10), date_to=date(2026, 12, 8))  # fmt: skip
    walk(received, "decision_pending", at=moment("2026-09-04"))
    assert set(proposal(received, DECIDED)) == {LimitCode.TASK}
    award(received, DECIDED, 10_000_00)
    assert received.state is S.AWARDED_REDUCED


def test_a_second_later_twenty_thousand_for_ninety_two_days_are_accepted(db):
    draft = a_draft(
        an_intake(), an_organisation(), grant_grosze=20_000_00, date_from="2026-10-01", date_to="2026-12-31"
    )
    filed(draft, moment("2026-09-01", "00:00:00"))
    walk(draft, "awarded_full")
    assert draft.awarded_grosze == 20_000_00


@pytest.mark.parametrize(("last_day", "codes"), [("2026-12-30", {LimitCode.DURATION}), ("2026-12-29", set())])
def test_under_the_old_law_a_task_lasts_ninety_days_at_most(db, last_day, codes):
    draft = a_draft(an_intake(), an_organisation(), date_from="2026-10-01", date_to=last_day)
    if codes:
        assert set(submission(draft, OLD_LAW)) == codes
    else:
        assert filed(draft, OLD_LAW).state is S.SUBMITTED


@pytest.mark.parametrize(
    ("setting", "limit"), [(FilingCounts.RECEIVED, None), (FilingCounts.POSTED, 10_000_00)]
)
def test_an_offer_posted_in_august_and_received_in_september_stands_under_the_law_that_the_intake_counts_by(
    db, setting, limit
):
    received = moment("2026-09-02", "10:15")
    grant = on_paper(an_intake(filing_counts=setting), an_organisation(), grant_grosze=20_000_00, posted_on=date(2026, 8, 31),
                     received_at=received, at=moment("2026-09-07"))  # fmt: skip
    assert (grant.received_at, grant.publication_from) == (received, received)
    assert grant.publication_due == moment("2026-09-11", "23:59:59.999999")
    walk(grant, "decision_pending")
    if limit is None:
        walk(grant, "awarded_full")
    else:
        reasons = proposal(grant, DECIDED)
        assert {code: reason.params["limit_grosze"] for code, reason in reasons.items()} == {"task": limit}


def test_where_posting_counts_the_postmark_is_asked_for_and_lies_before_the_receipt(db):
    intake, organisation = an_intake(filing_counts=FilingCounts.POSTED), an_organisation()
    told = {"received_at": moment("2026-09-02"), "at": moment("2026-09-07")}
    for posted, code in ((None, "no_postmark"), (date(2026, 9, 3), "posted_after_receipt")):
        with pytest.raises(Refused) as refusal:
            on_paper(intake, organisation, posted_on=posted, **told)
        assert [reason.code for reason in refusal.value.reasons] == [code]


# ---- an organisation's year


def test_under_the_old_law_nothing_more_goes_to_an_organisation_with_twenty_thousand(db):
    organisation, intake = an_organisation(), an_intake()
    draft = filed(a_draft(intake, organisation, grant_grosze=1_000_00), moment("2026-08-28"))
    late = a_draft(intake, organisation, grant_grosze=1_000_00)
    other_grant(organisation, 20_000_00)
    walk(draft, "decision_pending")
    assert set(proposal(draft, DECIDED)) == {LimitCode.ORGANISATION_YEAR}
    reasons = submission(late, OLD_LAW)
    assert reasons["organisation_year"].params["left_grosze"] == 0


def test_the_new_yearly_limit_holds_for_the_new_offer_whatever_law_the_earlier_grants_had(db):
    organisation = an_organisation()
    other_grant(organisation, 10_000_00, filed_on=date(2026, 3, 1))
    other_grant(organisation, 10_000_00, filed_on=date(2026, 4, 1))
    draft = a_draft(an_intake(), organisation, grant_grosze=20_000_00)
    walk(filed(draft, NOW), "awarded_full")
    assert draft.awarded_grosze == 20_000_00


def test_of_forty_thousand_what_is_transferred_and_what_is_awarded_leave_five(db):
    organisation, intake = an_organisation(), an_intake()
    other_grant(organisation, 25_000_00)
    walk(a_draft(intake, organisation, grant_grosze=10_000_00), "awarded_full", at=moment("2026-10-01"))
    asks = a_draft(intake, organisation, grant_grosze=5_000_01)
    year = next(
        row for row in grant_limits.state_of(asks, NOW).result.rows if row.code is LimitCode.ORGANISATION_YEAR
    )
    assert (year.limit, year.used, year.reserved, year.left) == (40_000_00, 25_000_00, 10_000_00, 5_000_00)
    assert would_fit(asks, NOW) == 5_000_00
    assert submission(asks, NOW)["organisation_year"].params["left_grosze"] == 5_000_00
    fits = a_draft(intake, organisation, grant_grosze=5_000_00)
    walk(filed(fits, NOW), "awarded_full")


def test_money_transferred_in_another_year_does_not_count(db):
    organisation = an_organisation()
    other_grant(organisation, 20_000_00, year=2025)
    other_grant(organisation, 20_000_00, year=2025)
    assert filed(a_draft(an_intake(), organisation, grant_grosze=20_000_00), NOW).state is S.SUBMITTED


def test_offers_that_are_only_submitted_do_not_count(db):
    organisation, intake = an_organisation(), an_intake()
    for _ in range(3):
        assert filed(a_draft(intake, organisation, grant_grosze=20_000_00), NOW).state is S.SUBMITTED


def test_in_a_joint_offer_the_share_of_each_organisation_counts_for_itself(db):
    lead, partner = an_organisation(1), an_organisation(2)
    other_grant(partner, 36_000_00)
    intake = an_intake()
    too_much = a_draft(intake, lead, grant_grosze=20_000_00, partners={partner: 4_000_01})
    with pytest.raises(Refused) as refusal:
        filed(too_much, NOW)
    (reason,) = refusal.value.reasons
    assert (reason.code, reason.params["organisation"], reason.params["left_grosze"]) == (
        LimitCode.ORGANISATION_YEAR, "Fundacja 2", 4_000_00,
    )  # fmt: skip
    fits = a_draft(intake, lead, grant_grosze=20_000_00, partners={partner: 4_000_00})
    walk(filed(fits, NOW), "awarded_full")
    assert {row.organisation.name: row.amount_grosze for row in fits.shares} == {
        "Fundacja 1": 16_000_00, "Fundacja 2": 4_000_00,
    }  # fmt: skip


def test_a_reduced_joint_grant_is_split_as_the_offer_splits_it(db):
    lead, partner = an_organisation(1), an_organisation(2)
    grant = a_draft(an_intake(), lead, grant_grosze=20_000_00, partners={partner: 5_000_00})
    walk(filed(grant, NOW), "awarded_reduced", amount_grosze=10_000_01)
    assert {row.organisation.name: row.amount_grosze for row in grant.shares} == {
        "Fundacja 1": 7_500_01, "Fundacja 2": 2_500_00,
    }  # fmt: skip


def test_a_branch_takes_from_the_year_of_its_legal_person(db):
    parent = an_organisation(1)
    branch = an_organisation(2, "Oddział", legal_form=LegalForm.BRANCH, parent=parent)
    signs = branch.rights[0]
    parent.rights.append(type(signs)(user=signs.user, person_name=signs.person_name, function="pełnomocnik",
                                     valid_from=signs.valid_from, source="pełnomocnictwo"))  # fmt: skip
    database.session.commit()
    other_grant(parent, 35_000_00)
    draft = a_draft(an_intake(), branch, grant_grosze=5_000_01)
    assert "organisation_year" in submission(draft, NOW)


# ---- the cap of the city, across the walls between departments


def test_the_cap_of_the_city_counts_what_every_department_gave(db):
    cap_base(1_000_000_00)
    grant = filed(a_draft(an_intake(), an_organisation(1), grant_grosze=9_000_00), moment("2026-11-02"))
    culture = an_intake(unit=a_unit("KU", "Wydział Kultury"))
    walk(filed(a_draft(culture, an_organisation(2), grant_grosze=12_000_00), NOW), "awarded_full")
    other_grant(None, 283_000_00, department="Wydział Sportu")
    entries = grant_ledger.entries(2026)
    assert sum(row.grant.amount_grosze for row in entries) == 295_000_00
    assert {row.department for row in entries} == {"Wydział Kultury", "Wydział Sportu"}
    walk(grant, "decision_pending")
    reasons = proposal(grant, moment("2026-11-16"), 5_000_01)
    assert set(reasons) == {LimitCode.CAP}
    assert reasons["cap"].params["left_grosze"] == 5_000_00
    award(grant, moment("2026-11-16"), 5_000_00)
    assert grant.awarded_grosze == 5_000_00


def test_what_was_proposed_in_time_is_refused_at_the_award_when_the_city_has_given_more_meanwhile(db):
    cap_base(1_000_000_00)
    grant = walk(filed(a_draft(an_intake(), an_organisation()), NOW), "decision_pending")
    at = moment("2026-11-02")
    propose(grant, at, 5_000_01)
    other_grant(None, 295_000_00)
    assert set(refused(grant, "award_reduced", "director", at + timedelta(minutes=1))) == {LimitCode.CAP}
    award(grant, at + timedelta(minutes=2), 5_000_00)


def test_an_offer_of_the_old_law_stands_under_the_old_cap(db):
    cap_base(50_000_00)  # 20 % are 10 000 zł, 30 % would be 15 000 zł
    other_grant(None, 2_000_00)
    draft = a_draft(an_intake(), an_organisation(), grant_grosze=8_000_01)
    assert submission(draft, OLD_LAW)["cap"].params["left_grosze"] == 8_000_00
    assert filed(draft, moment("2026-09-01", "00:00")).state is S.SUBMITTED


def test_the_newest_figure_of_the_budget_is_the_base_of_the_cap(db):
    cap_base(1_000_00)
    draft = a_draft(an_intake(), an_organisation())
    assert "cap" in submission(draft, NOW)
    cap_base(1_000_000_00)
    assert filed(draft, NOW).state is S.SUBMITTED


@pytest.mark.parametrize(("frees", "codes"), [(False, {LimitCode.ORGANISATION_YEAR}), (True, set())])
def test_returned_money_makes_room_only_where_the_city_says_so(db, frees, codes):
    cap_base(1_000_000_00, returned_frees=frees)
    organisation = an_organisation()
    other_grant(organisation, 40_000_00, returned_grosze=9_000_00)
    draft = a_draft(an_intake(), organisation, grant_grosze=9_000_00)
    if codes:
        assert set(submission(draft, NOW)) == codes
    else:
        assert filed(draft, NOW).state is S.SUBMITTED


def test_a_row_of_the_register_counts_for_an_organisation_without_an_account_by_its_numbers(db):
    organisation = an_organisation(7, nip="6762000007")
    strangers = {"organisation_name": "Inaczej zapisana"}
    for numbers in ({"register_number": "0000000007"}, {"nip": "6762000007"}):
        row = other_grant(None, 40_000_00)
        row.register_number, row.nip, row.organisation_name = "", "", strangers["organisation_name"]
        for name, value in numbers.items():
            setattr(row, name, value)
        database.session.commit()
        assert "organisation_year" in submission(a_draft(an_intake(), organisation), NOW)
        row.withdrawn_at, row.withdrawal_reason = NOW, "pomyłka"
        database.session.commit()
    assert filed(a_draft(an_intake(), organisation), NOW).state is S.SUBMITTED


# ---- the rules of the intake, the calendar year, the advice


def test_the_programme_may_be_stricter_than_the_law_and_says_that_it_is_the_programme(db):
    draft = a_draft(an_intake(max_grant_grosze=8_000_00, max_days=30), an_organisation())
    reasons = submission(draft, NOW)
    assert {LimitCode.PROGRAMME_TASK, LimitCode.PROGRAMME_DURATION} <= set(reasons)
    assert LimitCode.TASK not in reasons


def test_a_task_that_goes_on_into_the_next_year_is_no_small_grant(db):
    intake = an_intake(task_to=date(2027, 12, 31))
    draft = a_draft(intake, an_organisation(), date_from="2026-12-01", date_to="2027-01-15")
    reasons = submission(draft, NOW)
    assert reasons["calendar_year"].anchor == "date_to"


def test_an_early_start_is_advice_and_stops_nobody(db):
    draft = a_draft(an_intake(), an_organisation(), date_from="2026-10-20", date_to="2026-12-18")
    rows = grant_limits.state_of(draft, NOW).result.rows
    assert next(row for row in rows if row.code is LimitCode.START_DATE).exceeded
    assert filed(draft, NOW).state is S.SUBMITTED


def test_an_empty_pool_does_not_keep_an_offer_out_of_the_queue(db):
    intake = an_intake(pool_grosze=9_000_00)
    walk(filed(a_draft(intake, an_organisation(1)), NOW), "awarded_full")
    late = filed(a_draft(intake, an_organisation(2)), NOW + timedelta(days=1))
    assert (late.state, intake_pool.left(intake)) == (S.SUBMITTED, 0)


# ---- the days of publication


@pytest.mark.parametrize(
    ("received", "year", "last_day"),
    [("2025-12-19", 2025, "2026-01-05"), ("2026-12-23", 2026, "2027-01-07")],
)
def test_an_offer_is_published_within_seven_business_days_of_its_receipt(db, received, year, last_day):
    unit_year = year
    draft = a_draft(
        an_intake(year=unit_year), an_organisation(), date_from=f"{year}-12-28", date_to=f"{year}-12-31"
    )
    filed(draft, moment(received, "15:00"))
    assert draft.publication_due == moment(last_day, "23:59:59.999999")
