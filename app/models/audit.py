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


class AuditHead(Model):
    """Where every chain of the history stood at one moment, signed; the same is written outside the database.

    `digest` is the SHA-256 over the ends of all chains, `previous` that over the signed text of the head before.
    """

    __tablename__ = "audit_head"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    entries: Mapped[int] = mapped_column(sa.BigInteger)
    chains: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    previous: Mapped[str] = mapped_column(sa.String(64))
    signature: Mapped[str]
    key: Mapped[str]


class AuditHeadTip(Model):
    """The end of one chain that had moved since the head before."""

    __tablename__ = "audit_head_tip"

    head_seq: Mapped[int] = mapped_column(
        sa.ForeignKey("audit_head.seq"), primary_key=True, autoincrement=False
    )
    case_kind: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))

    __table_args__ = (sa.Index("ix_audit_head_tip_case", "case_kind", "case_id", "head_seq"),)


# Rows of these tables are added and never changed; triggers hold it for everybody, missing rights for the application.
APPEND_ONLY = (
    *("audit_entry", "audit_head", "audit_head_tip"),
    *("call_version", "offer_version", "report_version", "signature", "receipt"),
)
