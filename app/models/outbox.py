"""Promises: what must follow a step. They are written with it and kept by the worker."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.case import Id, new_public_id, words


class PromiseKind(StrEnum):
    DOCUMENT = "document"
    NOTICE = "notice"
    REGISTER = "register"
    PACKAGE = "package"
    LETTERS = "letters"
    CHECK = "check"
    SCAN = "scan"


class PromiseState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Promise(Model):
    """A piece of work for the worker. A key makes the same promise only once; a lease lets another worker take over."""

    __tablename__ = "promise"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True, default=new_public_id)
    kind: Mapped[PromiseKind] = mapped_column(words(PromiseKind))
    name: Mapped[str] = mapped_column(sa.String(64))
    case_kind: Mapped[str | None] = mapped_column(sa.String(32))
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    seq: Mapped[int] = mapped_column(default=0)
    subject_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("letter_run.id"))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]
    state: Mapped[PromiseState] = mapped_column(words(PromiseState), default=PromiseState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    token: Mapped[str | None] = mapped_column(sa.String(32))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=1)
    result: Mapped[str | None]
    error: Mapped[str | None]
    finished_at: Mapped[datetime | None]
    request_id: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")

    __table_args__ = (
        sa.Index("uq_promise_step", "kind", "name", "case_kind", "case_id", "seq", unique=True,
                 postgresql_where=sa.text("case_id IS NOT NULL AND run_id IS NULL AND kind <> 'register' AND kind <> 'package'"
                                          " AND kind <> 'letters'")),
        sa.Index("uq_promise_run", "run_id", "case_id", unique=True, postgresql_where=sa.text("run_id IS NOT NULL")),
        sa.Index("ix_promise_waiting", "not_before", postgresql_where=sa.text("state IN ('queued', 'running')")),
        sa.Index("ix_promise_case", "case_kind", "case_id"),
        sa.Index("ix_promise_package", "result", postgresql_where=sa.text("kind = 'package'")),
    )  # fmt: skip


class Message(Model):
    """An e-mail, one per recipient. Its public id is its Message-ID, so a server knows what it was given before."""

    __tablename__ = "message"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True, default=new_public_id)
    promise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("promise.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    recipient: Mapped[str] = mapped_column(sa.String(320))
    language: Mapped[str] = mapped_column(sa.String(2))
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.clock_timestamp(), index=True)
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    not_before: Mapped[datetime | None]
    error: Mapped[str | None]
    dead_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]

    __table_args__ = (
        sa.UniqueConstraint("promise_id", "recipient"),
        sa.Index("ix_message_waiting", "id", postgresql_where=sa.text("sent_at IS NULL AND dead_at IS NULL")),
    )
