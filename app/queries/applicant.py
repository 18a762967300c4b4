"""What an organisation has to do in all its cases, what is due, and what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.i18n import _
from app.models import Agreement, Application, AuditEntry, Membership, Organisation, Procedure, Settlement
from app.queries.application_list import APPLICATION, KINDS, PROCEDURE, STATE, UNTIL, WRITING, mine, of, words
from app.queries.visibility import may_read_entry
from workflows.agreement import AgreementState
from workflows.catalogue import WORKFLOWS
from workflows.history import taken
from workflows.offer import OfferState
from workflows.settlement import SettlementState
from workflows.small_grant import SmallGrantState
from workflows.words import N_

PAGE = 50

DO = {
    OfferState.DRAFT.value: N_("Finish the offer"),
    OfferState.CORRECTION_CALLED.value: N_("Correct the offer"),
    OfferState.UPDATE_PENDING.value: N_("Adjust the offer to the grant"),
    SmallGrantState.CALLED_UP.value: N_("Confirm that dates and costs still hold"),
}
DO_AGREEMENT = {
    AgreementState.READY: N_("Sign the agreement"),
    AgreementState.PARTIAL_DUE: N_("Submit the partial report"),
}
DO_SETTLEMENT = {
    SettlementState.REPORT_DUE: N_("Submit the final report"),
    SettlementState.REPORT_CALLED: N_("Submit the overdue report"),
    SettlementState.CLARIFICATION: N_("Answer the office's questions"),
    SettlementState.REFUND_EXPECTED: N_("Return the unused part"),
    SettlementState.RETURN_DEMANDED: N_("Return what the office demands"),
}


@dataclass(frozen=True)
class Waiting:
    """One thing that somebody of the organisation has to do."""

    plural: str
    public_id: str
    title: str
    what: str
    until: datetime | None


@dataclass(frozen=True)
class Changed:
    """One step that happened in one of the organisation's cases."""

    at: datetime
    plural: str
    public_id: str
    title: str
    what: str


def memberships(user_id: int) -> Sequence[Membership]:
    """The person's organisations."""
    return db.session.scalars(
        sa.select(Membership)
        .join(Organisation)
        .where(Membership.user_id == user_id)
        .order_by(Organisation.name)
    ).all()


def older_offers(user_id: int, call: Procedure) -> Sequence[Application]:
    """What was written on the form of this call or intake, so that its text may be copied; the latest first."""
    query = (
        sa.select(Application)
        .join(Procedure, Procedure.id == Application.call_id)
        .options(joinedload(Application.call))
        .where(Application.id.in_(mine(user_id)), Procedure.form_code == call.form_code)
        .order_by(Application.created_at.desc())
        .limit(30)
    )
    return db.session.scalars(query).all()


def waiting(user_id: int) -> list[Waiting]:
    """Everything that the person's organisations have to do, the most urgent first."""
    rows = [*_waiting_applications(user_id), *_waiting_agreements(user_id), *_waiting_settlements(user_id)]
    return sorted(rows, key=lambda row: (row.until is None, row.until))


def _waiting_applications(user_id: int) -> Iterable[Waiting]:
    found = db.session.execute(
        of(user_id, APPLICATION.procedure, APPLICATION.public_id, APPLICATION.title, STATE.label("state"),
           PROCEDURE.title.label("call"), UNTIL.label("until"))
        .where(STATE.in_(words(WRITING)))
        .order_by(APPLICATION.id)
        .limit(PAGE)
    )  # fmt: skip
    return [
        Waiting(KINDS[row.procedure].plural, row.public_id, row.title or row.call, DO[row.state], row.until)
        for row in found
    ]


def _waiting_agreements(user_id: int) -> Iterable[Waiting]:
    found = db.session.execute(
        sa.select(Agreement.public_id, Application.title, Agreement.state, Agreement.due_at)
        .join(Application)
        .where(Application.id.in_(mine(user_id)), Agreement.state.in_(DO_AGREEMENT))
        .limit(PAGE)
    )
    return [
        Waiting("agreements", row.public_id, row.title, DO_AGREEMENT[row.state], row.due_at) for row in found
    ]


def _waiting_settlements(user_id: int) -> Iterable[Waiting]:
    found = db.session.execute(
        sa.select(Settlement.public_id, Application.title, Settlement.state, Settlement.due_at)
        .join(Agreement, Agreement.id == Settlement.agreement_id)
        .join(Application, Application.id == Agreement.offer_id)
        .where(Application.id.in_(mine(user_id)), Settlement.state.in_(DO_SETTLEMENT))
        .limit(PAGE)
    )
    return [
        Waiting("settlements", row.public_id, row.title, DO_SETTLEMENT[row.state], row.due_at)
        for row in found
    ]


def changes(user_id: int, limit: int = 8) -> list[Changed]:
    """The latest steps in the person's cases, of those that an applicant may know of."""
    applications = {
        row.id: row
        for row in db.session.scalars(
            sa.select(Application)
            .where(Application.id.in_(mine(user_id)))
            .order_by(Application.stepped_at.desc().nulls_last())
            .limit(PAGE)
        )
    }
    if not applications:
        return []
    agreements = {
        row.id: row
        for row in db.session.scalars(sa.select(Agreement).where(Agreement.offer_id.in_(applications)))
    }
    cases: dict[str, dict[int, Any]] = {"agreement": agreements}
    for row in applications.values():
        cases.setdefault(row.case_kind, {})[row.id] = row
    cases["settlement"] = {
        row.id: row
        for row in db.session.scalars(
            sa.select(Settlement).where(Settlement.agreement_id.in_(agreements or [0]))
        )
    }
    entries = db.session.scalars(
        sa.select(AuditEntry)
        .where(
            sa.or_(
                *(
                    sa.and_(AuditEntry.case_kind == kind, AuditEntry.case_id.in_(rows or [0]))
                    for kind, rows in cases.items()
                )
            )
        )
        .order_by(AuditEntry.recorded_at.desc())
        .limit(4 * limit)
    )
    found = []
    for entry in entries:
        case = cases[entry.case_kind][entry.case_id]
        if entry.trigger != "begin" and may_read_entry(case, entry, "applicant"):
            found.append(_changed(entry, case, applications, agreements))
    return found[:limit]


def _changed(
    entry: AuditEntry, case: Any, applications: dict[int, Application], agreements: dict[int, Agreement]
) -> Changed:
    workflow = WORKFLOWS[entry.case_kind]
    offer = case
    if isinstance(case, Settlement):
        offer = applications[agreements[case.agreement_id].offer_id]
    elif isinstance(case, Agreement):
        offer = applications[case.offer_id]
    title = offer.title or str(_("Offer without a title"))
    return Changed(entry.at, workflow.plural, case.public_id, title, taken(workflow.name, entry.trigger))
