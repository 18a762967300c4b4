"""The limits once more: at the agreement, at each payment, in an update, and in an annex."""

from datetime import date, datetime, timedelta

import pytest

from app.extensions import db as database
from app.models import SmallGrant
from app.queries import grant_ledger, intake_pool
from app.services import steps
from tests.small_grant_cases import (
    NOW,
    a_draft,
    act,
    an_intake,
    an_organisation,
    context,
    filed,
    moment,
    other_grant,
    refused,
    text,
    walk,
    write,
)
from workflows.engine import Refused
from workflows.limits import GrantState, LimitCode

OLD_LAW = moment("2026-08-31")


def test_what_another_department_gave_meanwhile_stops_the_agreement_and_the_payment(db):
    organisation = an_organisation()
    grant = walk(filed(a_draft(an_intake(), organisation, grant_grosze=20_000_00), NOW), "contract_prep")
    row = other_grant(organisation, 20_000_01)
    with pytest.raises(Refused) as refusal:
        walk(grant, "contracted")
    assert LimitCode.ORGANISATION_YEAR in [reason.code for reason in refusal.value.reasons]
    row.withdrawn_at = NOW
    database.session.commit()
    at = moment("2026-11-02")
    sign(grant, at)
    agreement = grant.agreement
    row.withdrawn_at = None
    database.session.commit()
    assert set(refused(agreement, "sign_for_city", "mayor", at, signed_on=at.date(), manner="paper")) == {
        LimitCode.ORGANISATION_YEAR
    }
    row.withdrawn_at = NOW
    database.session.commit()
    act(agreement, "sign_for_city", "mayor", at, signed_on=at.date(), manner="paper")
    row.withdrawn_at = None
    database.session.commit()
    assert set(refused(agreement, "order_payment", "official", at)) == {LimitCode.ORGANISATION_YEAR}
    row.withdrawn_at = NOW
    database.session.commit()
    act(agreement, "order_payment", "official", at)
    row.withdrawn_at = None
    database.session.commit()
    reasons = refused(agreement, "transfer", "treasurer", at, transferred_on=at.date(), reference="WB/1")
    assert reasons["organisation_year"].params["left_grosze"] == 19_999_99


def sign(grant: SmallGrant, at: datetime) -> None:
    """Everything but the signature for the city."""
    agreement = grant.agreement
    act(agreement, "check", "treasurer", at)
    act(agreement, "sign_as_contractor", "signatory", at, signed_on=at.date(), manner="paper")
    act(agreement, "countersign", "treasurer", at)


def test_a_later_award_under_the_new_law_does_not_stop_what_was_awarded_before_under_the_old_one(db):
    organisation, intake = an_organisation(), an_intake()
    old = walk(filed(a_draft(intake, organisation, grant_grosze=10_000_00), OLD_LAW), "contract_prep")
    new = filed(a_draft(intake, organisation, grant_grosze=20_000_00, title="Zupełnie inne"), NOW)
    walk(new, "contracted")
    walk(old, "contracted", at=moment("2026-10-30"))
    walk(new, "paid", at=moment("2026-10-31"))
    reasons = refused(old.agreement, "order_payment", "official", moment("2026-11-01"))
    assert reasons["organisation_year"].params["limit_grosze"] == 20_000_00


def test_an_agreement_that_ended_before_any_payment_gives_its_money_back(db):
    organisation, intake = an_organisation(), an_intake()
    grant = walk(filed(a_draft(intake, organisation, grant_grosze=20_000_00), NOW), "contracted")
    assert intake_pool.bound(intake) == 20_000_00
    act(grant.agreement, "withdraw_for_city", "mayor", moment("2026-11-02"), reason="Siła wyższa.")
    states = [row.grant.state for row in grant_ledger.entries(2026)]
    assert (states, intake_pool.bound(intake)) == ([GrantState.WITHDRAWN], 0)


def test_an_update_may_split_the_sum_anew_only_within_the_limits_of_each(db):
    lead, partner = an_organisation(1), an_organisation(2)
    intake = an_intake()
    other_grant(partner, 38_000_00)
    grant = a_draft(intake, lead, grant_grosze=20_000_00, partners={partner: 2_000_00})
    walk(filed(grant, NOW), "update_pending", amount_grosze=10_000_00)
    assert shares_of(grant) == {lead.id: 9_000_00, partner.id: 1_000_00}
    at = grant.stepped_at + timedelta(minutes=1)
    act(grant, "confirm_delivery", "signatory", at)
    for part, fits in ((2_000_01, False), (2_000_00, True)):
        shares = {lead: 10_000_00 - part, partner: part}
        write(grant, text(intake, shares, 500_00), at)
        if fits:
            partner_signs = context("signatory", at, organisation=partner)
            steps.take(grant, "sign_update", partner_signs)
            act(grant, "submit_update", "signatory", at)
        else:
            reasons = refused(grant, "submit_update", "signatory", at)
            assert reasons["organisation_year"].params["left_grosze"] == 2_000_00
    assert shares_of(grant) == {lead.id: 8_000_00, partner.id: 2_000_00}
    assert walk(grant, "paid").agreement.amount_grosze == 10_000_00


def test_an_annex_makes_no_task_longer_than_the_law_of_its_offer_allows(db):
    intake = an_intake()
    days = {"date_from": "2026-10-01", "date_to": "2026-12-20"}
    old = walk(filed(a_draft(intake, an_organisation(1), **days), OLD_LAW), "paid")
    new = walk(filed(a_draft(intake, an_organisation(2), **days), NOW), "paid")
    at = moment("2026-11-20")
    told = {"subject": "Termin", "reason": "Choroba.", "new_account_number": ""}
    reasons = refused(old.agreement, "request_annex", "signatory", at, new_task_to=date(2026, 12, 30), **told)
    assert reasons["duration"].anchor == "new_task_to"
    act(old.agreement, "request_annex", "signatory", at, new_task_to=date(2026, 12, 29), **told)
    act(new.agreement, "request_annex", "signatory", at, new_task_to=date(2026, 12, 31), **told)


def shares_of(grant: SmallGrant) -> dict[int, int]:
    """What falls to each organisation."""
    return {row.organisation_id: row.amount_grosze for row in grant.shares}
