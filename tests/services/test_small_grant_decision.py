"""The decision on a small grant: four eyes, what looks alike, what can be proposed, a partner that leaves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.extensions import db as database
from app.models.procedure import PartnerRule
from app.queries.similar_offers import SAME_TITLE, similar_to
from app.services import grant_invariants, steps
from tests import agreement_cases
from tests.small_grant_cases import (
    MINUTE,
    NOW,
    a_draft,
    a_grant,
    act,
    an_intake,
    an_organisation,
    context,
    filed,
    moment,
    promised,
    propose,
    refused,
    walk,
    write,
)
from workflows.engine import Refused
from workflows.roles import Role
from workflows.small_grant import SmallGrantState as S

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)
REFUSAL = {"outcome": "refusal", "amount_grosze": None, "similar_judged": ""}


# ---- the decision


def test_whoever_proposed_the_grant_does_not_decide_on_it(db):
    grant = a_grant(S.DECISION_PENDING)
    at = grant.stepped_at + MINUTE
    for outcome, trigger in (("full", "award_in_full"), ("reduced", "award_reduced"), ("refusal", "refuse")):
        propose(grant, at, 1_000_00 if outcome == "reduced" else None, outcome)
        proposer = context("official", at, unit=grant.intake.unit)
        for role in (Role.DIRECTOR, Role.MAYOR_SIGNATORY):
            with pytest.raises(Refused) as refusal:
                steps.take(grant, trigger, replace(proposer, roles=frozenset({role})))
            database.session.rollback()
            assert [reason.code for reason in refusal.value.reasons] == ["own_proposal"]


def test_only_what_was_proposed_is_decided(db):
    grant = a_grant(S.DECISION_PENDING)
    at = grant.stepped_at + MINUTE
    for trigger in ("award_in_full", "award_reduced", "refuse"):
        assert len(refused(grant, trigger, "director", at)) >= 1
    propose(grant, at, 4_000_00)
    assert "not_proposed_in_full" in refused(grant, "award_in_full", "director", at)
    assert "refusal_not_proposed" in refused(grant, "refuse", "director", at)
    act(grant, "award_reduced", "director", at)
    assert (grant.awarded_grosze, grant.decided_at) == (4_000_00, at)
    assert promised(grant, "grant_letter")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"outcome": "reduced", "amount_grosze": 9_000_00}, "not_reduced"),
        ({"outcome": "reduced", "amount_grosze": 0}, "not_reduced"),
        ({"outcome": "reduced", "amount_grosze": None}, "not_reduced"),
        ({"outcome": "reduced", "amount_grosze": 1_999_99}, "below_least"),
        ({"outcome": "refusal", "amount_grosze": None}, "no_reason"),
    ],
)
def test_a_proposal_that_cannot_be_is_refused_beside_its_field(db, told, code):
    grant = a_grant(S.DECISION_PENDING, intake=an_intake(min_grant_grosze=2_000_00))
    at = grant.stepped_at + MINUTE
    reasons = refused(grant, "propose_decision", "official", at, reason="", similar_judged="", **told)
    assert set(reasons) == {code}
    assert reasons[code].anchor


def test_an_offer_that_looks_like_another_of_the_same_organisation_is_looked_at_before_the_proposal(db):
    intake, organisation = an_intake(), an_organisation()
    first = filed(a_draft(intake, organisation, title="Warsztaty bębnów na Podgórzu"), NOW)
    second = filed(a_draft(intake, organisation, title="Warsztaty bębnów na Podgórzu II"), NOW + MINUTE)
    stranger = filed(a_draft(intake, an_organisation(2), title="Warsztaty bębnów na Podgórzu"), NOW + MINUTE)
    (found,) = similar_to(second)
    assert (found.other, found.signs[0]) == (first, SAME_TITLE)
    assert similar_to(stranger) == ()
    walk(second, S.DECISION_PENDING)
    at = second.stepped_at + MINUTE
    told = {"outcome": "full", "amount_grosze": None, "reason": ""}
    assert set(refused(second, "propose_decision", "official", at, similar_judged="", **told)) == {
        "similar_unjudged"
    }
    propose(second, at, similar_judged="Inna dzielnica i inni uczestnicy.")
    assert second.similar_judged == "Inna dzielnica i inni uczestnicy."


def test_an_agreement_of_an_open_call_is_compared_too(db):
    case = agreement_cases.contracting()
    case.sign()
    organisation = case.offer.organisation
    grant = a_draft(an_intake(), an_organisation(9), title="Centrum Wielokulturowe w Krakowie")
    grant.organisation = grant.parties[0].organisation = organisation
    assert similar_to(grant) == ()  # another department's: only the amounts of small grants cross the walls
    case.offer.call.unit = grant.intake.unit
    database.session.commit()
    assert [found.other for found in similar_to(grant)] == [case.offer]


def test_a_partner_that_leaves_hands_its_part_over_by_an_update(db):
    intake = an_intake(partner_rule=PartnerRule.OTHERS_TAKE_OVER)
    lead, partner = an_organisation(1), an_organisation(2)
    grant = a_draft(intake, lead, grant_grosze=10_000_00, partners={partner: 4_000_00})
    walk(filed(grant, NOW), S.AWARDED_FULL)
    leaving = next(row for row in grant.parties if not row.lead)
    act(
        grant,
        "continue_without_partner",
        "official",
        moment("2026-11-02"),
        party_id=leaving.id,
        reason="Brak sił.",
    )
    assert grant.state is S.UPDATE_PENDING
    act(grant, "confirm_delivery", "signatory", moment("2026-11-03"))
    content = {**grant.draft.content, "offerors": grant.draft.content["offerors"][:1], "split": []}
    write(grant, content, moment("2026-11-03"))
    act(grant, "submit_update", "signatory", moment("2026-11-04"))
    assert {row.organisation_id: row.amount_grosze for row in grant.shares} == {lead.id: 10_000_00}
    assert list(grant_invariants.broken()) == []
