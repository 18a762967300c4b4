"""How well the history is kept: its signed heads, the last look over it, and the chain of one case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import AuditDetail, AuditEntry, AuditHead, Promise, User
from app.models.outbox import PromiseKind, PromiseState
from app.queries import protection

PER_PAGE = 50
CHECK = "history"  # the name of the promise that looks the history over


@dataclass(frozen=True)
class Heads:
    """One page of the heads, the latest first."""

    rows: tuple[AuditHead, ...]
    number: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


@dataclass(frozen=True)
class Standing:
    """What the auditor wants to know first."""

    head: AuditHead | None
    check: Promise | None
    running: Promise | None
    gaps: tuple[protection.Gap, ...]


def standing() -> Standing:
    """The latest head, the latest finished check and the one that is under way, and what the application could change."""
    return Standing(
        db.session.scalar(sa.select(AuditHead).order_by(AuditHead.seq.desc()).limit(1)),
        _check(PromiseState.DONE),
        _check(PromiseState.QUEUED, PromiseState.RUNNING),
        tuple(protection.gaps()),
    )


def _check(*states: PromiseState) -> Promise | None:
    return db.session.scalar(
        sa.select(Promise)
        .where(Promise.kind == PromiseKind.CHECK, Promise.name == CHECK, Promise.state.in_(states))
        .order_by(Promise.id.desc())
        .limit(1)
    )


def last_asked() -> datetime | None:
    """When the history was last asked to be looked over, by the clock or by a person."""
    return db.session.scalar(sa.select(sa.func.max(Promise.at)).where(Promise.kind == PromiseKind.CHECK))


def heads(number: int) -> Heads:
    """One page of the heads; a number that is no page gives the nearest."""
    total = db.session.scalar(sa.select(sa.func.count()).select_from(AuditHead)) or 0
    number = min(max(number, 1), max(1, -(-total // PER_PAGE)))
    rows = db.session.scalars(
        sa.select(AuditHead).order_by(AuditHead.seq.desc()).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    )
    return Heads(tuple(rows), number, total)


def chain(case_kind: str, case_id: int) -> list[tuple[AuditEntry, Any, str | None]]:
    """The entries of one case in their order, each with its details and the name of who acted."""
    rows = db.session.execute(
        sa.select(AuditEntry, AuditDetail.detail, User.name)
        .outerjoin(
            AuditDetail,
            sa.and_(
                AuditDetail.case_kind == AuditEntry.case_kind,
                AuditDetail.case_id == AuditEntry.case_id,
                AuditDetail.seq == AuditEntry.seq,
            ),
        )
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(AuditEntry.case_kind == case_kind, AuditEntry.case_id == case_id)
        .order_by(AuditEntry.seq)
    )
    return [(entry, detail, name) for entry, detail, name in rows]
