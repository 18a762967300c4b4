"""Ways round the limits, the queue and the walls of small grants that somebody might try, and that lead nowhere."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest

from app.extensions import db as database
from app.models import Attachment, Intake, Membership, Organisation, Refund, SmallGrant, UploadedFile, User
from app.models.intake import FilingCounts
from app.models.organisation import LegalForm, Register
from app.models.uploaded import FileState
from app.queries import grant_ledger, grant_limits, queue_limits
from app.queries.offer_text import OfferText
from app.services import access, blobs, city_register, grant_invariants, paper
from app.services.settlement import open_settlement
from tests.accounts import sign_in
from tests.small_grant_cases import (
    MINUTE,
    NOW,
    PASSWORD,
    a_draft,
    a_grant,
    a_unit,
    act,
    an_intake,
    an_organisation,
    cap_base,
    comment,
    context,
    filed,
    moment,
    on_paper,
    other_grant,
    person,
    propose,
    refused,
    text,
    walk,
    write,
)
from workflows.engine import Refused
from workflows.limits import LimitCode
from workflows.roles import Role
from workflows.small_grant import SmallGrantState as S

DAY = timedelta(days=1)
PROPOSAL = {"outcome": "full", "amount_grosze": None, "reason": "", "similar_judged": "Inne zadanie."}


# ---- whose share it is


def offeror_rows(grant: SmallGrant, *changes: dict[str, str]) -> None:
    """Type something else into the rows of part II.1."""
    rows = [{**row, **change} for row, change in zip(grant.draft.content["offerors"], changes, strict=True)]
    write(grant, {**grant.draft.content, "offerors": rows}, NOW)


def a_joint_draft(lead_left: int) -> tuple[SmallGrant, Organisation, Organisation]:
    """The lead asks for 19,000 zł and the partner for 1,000; so much is left of the lead's year."""
    lead, partner = an_organisation(1), an_organisation(2)
    other_grant(lead, 40_000_00 - lead_left)
    draft = a_draft(an_intake(), lead, grant_grosze=20_000_00, partners={partner: 1_000_00})
    return draft, lead, partner


def test_who_exchanges_the_numbers_of_two_offerors_cannot_send_the_offer(db):
    draft, _lead, _partner = a_joint_draft(lead_left=2_000_00)
    offeror_rows(draft, {"register_number": "0000000002"}, {"register_number": "0000000001"})
    assert "other_offerors" in refused(draft, "sign", "signatory", NOW)


def test_a_number_that_nobody_has_moves_no_share(db):
    draft, lead, partner = a_joint_draft(lead_left=10_000_00)
    offeror_rows(draft, {"register_number": "0000000777"}, {})
    assert grant_limits.shares_of(OfferText(draft)) == {lead.id: 19_000_00, partner.id: 1_000_00}
    assert LimitCode.ORGANISATION_YEAR in refused(draft, "sign", "signatory", NOW)


def test_organisations_outside_every_register_are_told_apart_by_their_names(db):
    draft, lead, partner = a_joint_draft(lead_left=39_000_00)
    for organisation in (lead, partner):
        organisation.register, organisation.register_number = Register.NONE, ""
    offeror_rows(draft, {"register_number": "brak"}, {"register_number": "brak"})
    assert grant_limits.shares_of(OfferText(draft)) == {lead.id: 19_000_00, partner.id: 1_000_00}


def test_two_branches_count_together_for_their_legal_person_beside_another_offeror(db):
    first, second, other, parent = (an_organisation(number) for number in (1, 2, 3, 4))
    for branch in (first, second):
        branch.parent_id, branch.legal_form = parent.id, LegalForm.BRANCH
    database.session.commit()
    partners = {second: 9_000_00, other: 1_000_00}
    draft = a_draft(an_intake(), first, grant_grosze=20_000_00, partners=partners)
    assert grant_limits.shares_of(OfferText(draft)) == {parent.id: 19_000_00, other.id: 1_000_00}
    assert "other_offerors" not in refused(draft, "submit", "signatory", NOW)


# ---- who the organisation is


def test_an_organisation_that_becomes_a_branch_takes_its_grants_along(db):
    organisation, parent, intake = an_organisation(1), an_organisation(2), an_intake()
    for number in (1, 2):
        filed_at = NOW + number * MINUTE
        draft = a_draft(intake, organisation, grant_grosze=15_000_00, title=f"{number} {number}")
        walk(filed(draft, filed_at), S.AWARDED_FULL)
    other_grant(organisation, 5_000_00)
    organisation.parent_id, organisation.legal_form = parent.id, LegalForm.BRANCH
    database.session.commit()
    draft = a_draft(intake, organisation, grant_grosze=5_000_01, title="Inne")
    reasons = refused(draft, "submit", "signatory", NOW + DAY)
    assert reasons[LimitCode.ORGANISATION_YEAR].params["left_grosze"] == 5_000_00


def test_a_number_of_another_register_counts_also_with_the_zeros_that_spreadsheets_lose(db):
    organisation = an_organisation()
    organisation.register, organisation.register_number = Register.COUNTY, "123456"
    row = other_grant(None, 5_000_00)
    row.register_number = city_register.register_number("123456")
    database.session.commit()
    assert [row.grant.organisation for row in grant_ledger.entries(2026, [organisation])] == [organisation.id]


# ---- when it was filed


def test_only_a_letter_has_a_day_of_posting(db):
    intake = an_intake(filing_counts=FilingCounts.POSTED)
    came: dict[str, Any] = {"received_at": moment("2026-09-02"), "at": NOW, "posted_on": date(2026, 8, 31)}
    with pytest.raises(Refused) as refusal:
        on_paper(intake, an_organisation(), channel="paper", **came)
    assert [reason.code for reason in refusal.value.reasons] == ["not_by_post"]


def test_nothing_is_filed_before_the_intake_opens_whatever_the_postmark_says(db):
    opens = moment("2026-09-01", "08:00")
    intake = an_intake(filing_counts=FilingCounts.POSTED, opens_at=opens)
    grant = on_paper(
        intake, an_organisation(), received_at=moment("2026-09-02"), at=NOW, posted_on=date(1999, 1, 1)
    )
    assert grant.filed_at == opens
    assert grant_limits.state_of(grant).result.rows[0].limit == 20_000_00


def test_paper_that_came_after_the_old_closing_and_before_the_new_one_is_not_late(db):
    intake = an_intake(deadline=moment("2026-10-01", "23:59"))
    act(intake, "close", "clock", moment("2026-10-02"))
    late = on_paper(intake, an_organisation(1), received_at=moment("2026-10-03"), at=NOW)
    later = on_paper(intake, an_organisation(2), received_at=moment("2026-10-06"), at=NOW)
    assert late.late
    assert later.late
    act(intake, "extend", "director", NOW, deadline=moment("2026-10-05"))
    assert (late.late, later.late) == (False, True)


# ---- what may be changed later


def test_a_correction_cannot_raise_the_grant_for_which_others_wait(db):
    grant = a_grant(S.CORRECTION_CALLED, intake=an_intake(correction_days=7))
    grant.correction_fields = ["costs"]
    at = grant.stepped_at + MINUTE
    act(grant, "confirm_delivery", "signatory", at)
    for asked, codes in ((9_000_01, {"asks_for_more"}), (8_999_99, set())):
        costs = text(grant.intake, {grant.organisation: asked}, 1_000_00)["costs"]
        write(grant, {**grant.draft.content, "costs": costs}, at)
        if codes:
            assert set(refused(grant, "correct", "signatory", at)) == codes
    act(grant, "correct", "signatory", at)


def test_an_update_makes_no_task_longer_than_the_law_of_its_offer_allows(db):
    grant = a_grant(S.UPDATE_PENDING, at=moment("2026-08-30"))
    at = grant.stepped_at + MINUTE
    act(grant, "confirm_delivery", "signatory", at)
    fresh = text(grant.intake, {grant.organisation: grant.awarded_grosze or 0}, 500_00)
    for last_day, codes in (("2026-12-30", {LimitCode.DURATION}), ("2026-12-29", set())):
        write(grant, {**fresh, "date_from": "2026-10-01", "date_to": last_day}, at)
        if codes:
            assert set(refused(grant, "submit_update", "signatory", at)) == codes
    act(grant, "submit_update", "signatory", at)


# ---- comments, and the queue that reopens


def test_a_comment_from_before_the_queue_reopened_is_settled_before_anything_is_proposed(db):
    intake = an_intake(pool_grosze=20_000_00, reopens_queue=True)
    first = a_grant(S.AWARDED_FULL, intake=intake, number=1, grant_grosze=20_000_00)
    second = a_grant(S.PUBLISHED, intake=intake, number=2, grant_grosze=20_000_00, at=NOW + DAY)
    comment(second, second.stepped_at + MINUTE)
    walk(second, S.COMMENTS_CLOSED)
    walk(second, S.NO_FUNDS)
    walk(first, S.RESIGNED)
    at = second.stepped_at + 3 * DAY
    for trigger, who in (
        ("call_up", "official"),
        ("confirm_delivery", "signatory"),
        ("confirm_published", "signatory"),
    ):
        act(second, trigger, who, at)
    assert set(refused(second, "propose_decision", "official", at, **PROPOSAL)) == {"comments_unsettled"}
    answered = {"comment": second.comments[0].public_id, "outcome": "noted", "answer": ""}
    act(second, "answer_comment", "official", at, **answered)
    act(second, "propose_decision", "official", at, **PROPOSAL)


def test_a_finished_intake_takes_no_paper_and_calls_nobody_up(db):
    intake = an_intake(pool_grosze=20_000_00, reopens_queue=True)
    first = a_grant(S.AWARDED_FULL, intake=intake, number=1, grant_grosze=20_000_00)
    second = a_grant(S.NO_FUNDS, intake=intake, number=2, at=NOW + DAY)
    walk(first, S.RESIGNED)
    closing = moment("2026-12-31", "00:00")
    act(intake, "close", "clock", closing)
    act(intake, "finish", "official", closing)
    assert set(refused(second, "call_up", "official", closing + DAY)) == {"intake_finished"}
    with pytest.raises(Refused) as refusal:
        on_paper(intake, an_organisation(3), received_at=moment("2026-11-02"), at=closing + DAY)
    assert [reason.code for reason in refusal.value.reasons] == ["intake_finished"]


def test_the_desk_and_the_guard_agree_on_what_those_left_without_funds_wait_for(db):
    intake = an_intake(pool_grosze=20_000_00, reopens_queue=True)
    first = a_grant(S.AWARDED_FULL, intake=intake, number=1, grant_grosze=20_000_00)
    a_grant(S.NO_FUNDS, intake=intake, number=2, grant_grosze=20_000_00, at=NOW + DAY)
    third = a_grant(S.DECISION_PENDING, intake=intake, number=3, at=NOW + 2 * DAY)
    walk(first, S.RESIGNED)
    assert "queue" in refused(third, "propose_decision", "official", third.stepped_at + MINUTE, **PROPOSAL)
    assert queue_limits.exceeded([third]) == {third.id: (LimitCode.POOL,)}


# ---- nobody in an own case


def joins(user: User, organisation: Organisation, **ticks: bool) -> None:
    rights = {"owner": False, "editor": False, "signatory": False} | ticks
    database.session.add(Membership(user=user, organisation=organisation, **rights))
    database.session.commit()


def two_in_a_queue() -> tuple[Intake, SmallGrant, SmallGrant]:
    intake = an_intake(pool_grosze=10_000_00)
    mine = a_grant(S.SUBMITTED, intake=intake, number=1, at=NOW)
    theirs = a_grant(S.DECISION_PENDING, intake=intake, number=2, at=NOW - DAY)
    return intake, mine, theirs


@pytest.mark.parametrize(("who", "trigger"), [("official", "propose_decision"), ("director", "refuse")])
def test_who_waits_in_the_queue_with_an_own_offer_neither_proposes_nor_decides_on_another(db, who, trigger):
    intake, mine, theirs = two_in_a_queue()
    at = theirs.stepped_at + MINUTE
    told = {"outcome": "refusal", "amount_grosze": None, "reason": "Nie.", "similar_judged": ""}
    if who == "director":
        propose(theirs, at, outcome="refusal")
    joins(person(who, intake.unit), mine.organisation, editor=True)
    assert set(refused(theirs, trigger, who, at + MINUTE, **told)) == {"own_offer"}
    act(mine, "withdraw", "signatory", at + MINUTE, reason="Zmiana planów.")
    act(theirs, trigger, who, at + 2 * MINUTE, **told)


def test_who_belongs_to_the_legal_person_of_a_branch_has_no_office_on_its_offer(db):
    grant, parent = a_grant(S.SUBMITTED), an_organisation(7)
    grant.organisation.parent_id = parent.id
    official = person("official", a_unit())
    assert Role.OFFICIAL in access.roles_on(grant, official)
    joins(official, parent, editor=True)
    assert access.roles_on(grant, official) == frozenset()


def test_who_belongs_to_a_partner_that_left_has_no_office_on_the_offer_of_the_others(db):
    lead, partner = an_organisation(1), an_organisation(2)
    grant = filed(a_draft(an_intake(), lead, partners={partner: 1_000_00}))
    official = person("official", a_unit())
    joins(official, partner, signatory=True)
    grant.parties[1].resigned_at = NOW
    database.session.commit()
    assert access.roles_on(grant, official) == frozenset()


def test_nobody_gives_the_own_organisation_its_moment_of_receipt(db):
    intake, organisation = an_intake(), an_organisation()
    joins(person("clerk", intake.unit), organisation, editor=True)
    with pytest.raises(Refused) as refusal:
        paper.start_paper_offer(intake, organisation, context("clerk", NOW, unit=intake.unit))
    assert [reason.code for reason in refusal.value.reasons] == ["own_offer"]


# ---- what is public


def test_an_attachment_of_a_published_offer_is_not_published_with_it(app, client):
    with app.app_context():
        draft = a_draft(an_intake(), an_organisation())
        stored = blobs.put(BytesIO(b"PESEL 90010112345"), 1000)
        file = Attachment(
            offer=draft, name="lista.pdf", sha256=stored.sha256, size=stored.size, media_type="application/pdf", uploaded_at=NOW,
        )  # fmt: skip
        clean = UploadedFile(sha256=stored.sha256, state=FileState.CLEAN, first_seen_at=NOW)
        database.session.add_all([file, clean])
        grant = walk(filed(draft), S.PUBLISHED)
        address = f"/offers/{grant.public_id}/attachments/{file.public_id}"
        stranger = person("owner", an_organisation(2)).email
        own = person("editor", grant.organisation).email
        public_page = f"/small-grants/{grant.public_id}"
    assert client.get(public_page).status_code == 200
    sign_in(client, stranger, PASSWORD)
    assert client.get(address).status_code == 404
    other = app.test_client()
    sign_in(other, own, PASSWORD)
    assert other.get(address).status_code == 200


# ---- what must be true


def test_money_that_came_back_and_made_room_breaks_no_invariant(db):
    cap_base(10_000_000_00, returned_frees=True)
    organisation, intake = an_organisation(), an_intake()
    paid = walk(filed(a_draft(intake, organisation, grant_grosze=20_000_00)), "paid")
    agreement = paid.agreement
    settlement = open_settlement(agreement, date(2026, 12, 18), context("clock", agreement.stepped_at))
    settlement.refunds.append(
        Refund(
            paid_on=date(2026, 11, 2), amount_grosze=10_000_00, principal_grosze=10_000_00, interest_grosze=0
        )
    )
    database.session.commit()
    for number, asked in ((1, 20_000_00), (2, 10_000_00)):
        draft = a_draft(intake, organisation, grant_grosze=asked, title=f"{number} {number}")
        walk(filed(draft, NOW + number * DAY), S.AWARDED_FULL)
    assert list(grant_invariants.broken()) == []
