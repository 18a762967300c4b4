"""The history of cases: one entry per step, chained by hashes, readable details kept apart."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.case import words
from workflows.engine import Origin


class AuditEntry(Model):
    """One step that happened. `at` is when it took effect, `recorded_at` when it was written; both UTC."""

    __tablename__ = "audit_entry"

    case_kind: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    origin: Mapped[Origin] = mapped_column(words(Origin))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    actor_role: Mapped[str] = mapped_column(sa.String(32))
    trigger: Mapped[str] = mapped_column(sa.String(64))
    from_state: Mapped[str | None] = mapped_column(sa.String(32))
    to_state: Mapped[str] = mapped_column(sa.String(32))
    basis: Mapped[str]
    detail_sha256: Mapped[str] = mapped_column(sa.String(64))
    request_id: Mapped[str] = mapped_column(sa.String(64), default="")
    previous: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class AuditDetail(Model):
    """What the entry says in words and values; it may be blanked by law while the chain still holds."""

    __tablename__ = "audit_detail"

    case_kind: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["case_kind", "case_id", "seq"],
            ["audit_entry.case_kind", "audit_entry.case_id", "audit_entry.seq"],
        ),
    )
