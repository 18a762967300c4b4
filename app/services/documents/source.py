"""The past as a document must tell it: the step that promised it, and the version that stood at that moment."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.i18n import _
from app.models import (
    Application,
    AuditDetail,
    AuditEntry,
    Award,
    AwardRound,
    Call,
    CallVersion,
    OfferVersion,
    Procedure,
    Signature,
    SmallGrant,
)
from app.queries.announced import snapshot
from app.services.access import Case
from reports.blocks import Person


@dataclass(frozen=True)
class Happened:
    """One step of the history with its readable details."""

    trigger: str
    to_state: str
    at: datetime
    detail: dict[str, Any] = field(default_factory=dict)


def happened(
    case: Case | Application | Procedure,
    *triggers: str,
    until: datetime,
    exactly: bool = False,
    by: int | None = None,
) -> Happened | None:
    """The newest of these steps at or before `until`; with `exactly` only one of that very moment, `by` one person."""
    moment = AuditEntry.at == until if exactly else AuditEntry.at <= until
    person = sa.true() if by is None else AuditEntry.actor_id == by
    newest = _steps(case, triggers).where(moment, person).order_by(AuditEntry.seq.desc()).limit(1)
    row = db.session.execute(newest).first()
    return None if row is None else Happened(row.trigger, row.to_state, row.at, row.detail or {})


def all_happened(
    case: Case | Application | Procedure, *triggers: str, until: datetime
) -> tuple[Happened, ...]:
    """Each of these steps at or before `until`, in their order."""
    rows = db.session.execute(
        _steps(case, triggers).where(AuditEntry.at <= until).order_by(AuditEntry.seq)
    ).all()
    return tuple(Happened(row.trigger, row.to_state, row.at, row.detail or {}) for row in rows)


def _steps(case: Case | Application | Procedure, triggers: tuple[str, ...]) -> sa.Select[Any]:
    return (
        sa.select(AuditEntry.trigger, AuditEntry.to_state, AuditEntry.at, AuditDetail.detail)
        .outerjoin(
            AuditDetail,
            sa.and_(
                AuditDetail.case_kind == AuditEntry.case_kind,
                AuditDetail.case_id == AuditEntry.case_id,
                AuditDetail.seq == AuditEntry.seq,
            ),
        )
        .where(
            AuditEntry.case_kind == case.case_kind,
            AuditEntry.case_id == case.id,
            AuditEntry.trigger.in_(triggers),
        )
    )


def version_of_call(call: Call, at: datetime) -> CallVersion | None:
    """The newest version of the announcement made until `at`."""
    made = [version for version in call.versions if version.made_at <= at]
    return made[-1] if made else None


def said(call: Call, at: datetime) -> dict[str, Any]:
    """Everything that the announcement said at that moment, as `queries.announced` stores it."""
    version = version_of_call(call, at)
    return snapshot(call) if version is None else dict(version.content)


def deadline_of(call: Procedure, at: datetime) -> datetime:
    """The deadline for offers as it stood at that moment. Raises ValueError for a call without one."""
    text = said(call, at).get("deadline") if isinstance(call, Call) else _closing(call, at)
    if not text:
        raise ValueError("the call has no deadline")
    return datetime.fromisoformat(text)


def _closing(intake: Procedure, at: datetime) -> str:
    """The closing of an intake: an extension or an early closing afterwards tells what it was before."""
    extended = db.session.scalar(
        sa.select(AuditDetail.detail)
        .join(
            AuditEntry,
            sa.and_(
                AuditDetail.case_kind == AuditEntry.case_kind,
                AuditDetail.case_id == AuditEntry.case_id,
                AuditDetail.seq == AuditEntry.seq,
            ),
        )
        .where(
            AuditEntry.case_kind == intake.case_kind,
            AuditEntry.case_id == intake.id,
            AuditEntry.trigger.in_(("extend", "close_early")),
            AuditEntry.at > at,
        )
        .order_by(AuditEntry.seq)
        .limit(1)
    )
    before: str = (extended or {}).get("before") or (intake.deadline.isoformat() if intake.deadline else "")
    return before


def version_of_offer(offer: Application, at: datetime) -> OfferVersion:
    """The newest version of the offer stored until `at`. Raises LookupError while there is none."""
    made = [version for version in offer.versions if version.made_at <= at]
    if not made:
        raise LookupError("the offer had no version at that moment")
    return made[-1]


def title_of(offer: Application, at: datetime) -> str:
    """The title of the task as it stood at that moment: a correction or an update may change it."""
    made = [version for version in offer.versions if version.made_at <= at]
    return str(made[-1].content.get("title") or offer.title) if made else offer.title


def award_of(offer: Application, at: datetime) -> Award | None:
    """What the newest round decided until `at` gives to the offer."""
    return db.session.scalar(
        sa.select(Award)
        .join(AwardRound)
        .where(Award.offer_id == offer.id, AwardRound.decided_at <= at)
        .order_by(AwardRound.number.desc())
        .limit(1)
    )


def awarded_grosze(offer: Application, at: datetime) -> int | None:
    """The grant as it was decided until `at`, whichever way; None without a decision."""
    if isinstance(offer, SmallGrant):
        return offer.awarded_grosze
    award = award_of(offer, at)
    return award.amount_grosze if award else None


def grounds_of_rejection(offer: Application, trigger: str) -> str:
    """Why the offer was rejected formally, in the reader's language; the criteria and notes as the office wrote them."""
    if trigger != "reject_uncorrected":
        return offer.rejection_reason
    return "\n\n".join([str(_("No correction came in time. Criteria not met:")), offer.rejection_reason])


def signers(case_kind: str, case_id: int, checksum: str, at: datetime) -> tuple[Person, ...]:
    """Everybody who had signed the text with this checksum, in the order of signing, each once."""
    rows = db.session.scalars(
        sa.select(Signature)
        .where(
            Signature.case_kind == case_kind,
            Signature.case_id == case_id,
            Signature.checksum == checksum,
            Signature.signed_at <= at,
        )
        .order_by(Signature.signed_at, Signature.id)
    )
    people: dict[int, Person] = {}
    for row in rows:
        people.setdefault(row.user_id, Person(row.user.name, row.capacity))
    return tuple(people.values())
