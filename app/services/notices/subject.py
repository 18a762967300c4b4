"""What a notice is about: the case with everything it belongs to, and the step as the history keeps it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.extensions import db
from app.models import Agreement, Application, AuditDetail, AuditEntry, Procedure, Settlement
from app.services.access import Case, call_of, offer_of
from app.services.steps import NAMES


@dataclass(frozen=True)
class Subject:
    """One step of one case. `offer`, `agreement` and `settlement` are None where the case has none."""

    case: Case
    call: Procedure
    offer: Application | None
    agreement: Agreement | None
    settlement: Settlement | None
    trigger: str
    to_state: str
    at: datetime
    actor_id: int | None
    detail: dict[str, Any]


def subject_of(case: Case, seq: int) -> Subject:
    """The step `seq` of the case. Raises LookupError when the history does not know it."""
    key = (NAMES[type(case)], case.id, seq)
    entry = db.session.get(AuditEntry, key)
    if entry is None:
        raise LookupError("the history has no such step")
    detail = db.session.get(AuditDetail, key)
    return Subject(
        case=case,
        call=call_of(case),
        offer=offer_of(case),
        agreement=_agreement(case),
        settlement=_settlement(case),
        trigger=entry.trigger,
        to_state=entry.to_state,
        at=entry.at,
        actor_id=entry.actor_id,
        detail=detail.detail if detail else {},
    )


def _agreement(case: Case) -> Agreement | None:
    match case:
        case Agreement():
            return case
        case Settlement():
            return case.agreement
    return None


def _settlement(case: Case) -> Settlement | None:
    match case:
        case Settlement():
            return case
        case Agreement():
            return case.settlement
    return None
