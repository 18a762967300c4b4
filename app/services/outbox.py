"""Promises: written with the step that makes them, claimed by one worker at a time, kept once."""

import uuid
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from app import broker
from app.extensions import db
from app.models import LetterRun, Promise
from app.models.outbox import PromiseKind, PromiseState
from app.services import clock
from app.transaction import after_commit
from workflows.engine import Context, Step

LEASE = timedelta(seconds=60)
LONG_LEASE = timedelta(minutes=15)
LONG_WORK = frozenset({PromiseKind.REGISTER, PromiseKind.PACKAGE, PromiseKind.LETTERS})
ATTEMPTS = 5
KEEP_TASK = "outbox.keep"


def promise(
    case_kind: str, case: Any, step: Step, seq: int, context: Context, detail: dict[str, Any]
) -> None:
    """Write down every document and notice that the step promises."""
    kinds = [(PromiseKind.DOCUMENT, kind.value) for kind in step.documents]
    kinds += [(PromiseKind.NOTICE, kind.value) for kind in step.notices]
    rows = [
        Promise(
            kind=kind, name=name, case_kind=case_kind, case_id=case.id, seq=seq, subject_id=detail.get("subject_id"),
            at=context.now, not_before=clock.in_sql(), asked_by_id=context.person_id, arguments={"trigger": step.trigger},
        )
        for kind, name in kinds
    ]  # fmt: skip
    _store(*rows)


def add(kind: PromiseKind, name: str, *, at: datetime, **columns: Any) -> Promise:
    """Add one promise to the unit of work and ping the worker once it is committed."""
    row = Promise(kind=kind, name=name, at=at, not_before=clock.in_sql(), **columns)
    _store(row)
    return row


def _store(*rows: Promise) -> None:
    db.session.add_all(rows)
    db.session.flush()
    for promise_id in [row.id for row in rows]:
        after_commit(partial(ping, promise_id))


def ping(promise_id: int) -> None:
    """Tell the broker, if it is there. If it is not, the sweeper finds the promise in the database."""
    broker.call(KEEP_TASK, promise_id)


def waiting(limit: int = 200, *, of_runs: bool = False) -> list[int]:
    """Promises that nobody is keeping although they could be: queued for a while, or left by a dead worker.

    Letters of a run are asked for apart, so that a thousand of them keep back nothing else.
    """
    moment = clock.now()
    mine = Promise.run_id.is_not(None) if of_runs else Promise.run_id.is_(None)
    return list(
        db.session.scalars(
            sa.select(Promise.id)
            .where(mine, _claimable(moment), Promise.not_before <= moment - timedelta(seconds=2))
            .order_by(Promise.not_before)
            .limit(limit)
        )
    )


def _claimable(moment: datetime) -> sa.ColumnElement[bool]:
    queued = sa.and_(Promise.state == PromiseState.QUEUED, Promise.not_before <= moment)
    abandoned = sa.and_(Promise.state == PromiseState.RUNNING, Promise.lease_until < moment)
    return sa.or_(queued, abandoned)


def claim(promise_id: int) -> Promise | None:
    """Take the promise for this worker, or None if somebody has it, or it is kept already."""
    moment = clock.now()
    row = db.session.scalar(
        sa.select(Promise)
        .where(Promise.id == promise_id, _claimable(moment))
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    if row.attempts >= ATTEMPTS:
        # Only a promise whose worker died or hung comes here: it must not take down one worker after the other.
        broken(row, row.error or "WorkerLost: no worker came to the end of it within its lease")
        return None
    row.state = PromiseState.RUNNING
    row.attempts += 1
    row.token = uuid.uuid4().hex
    row.lease_until = moment + (LONG_LEASE if row.kind in LONG_WORK else LEASE)
    db.session.flush()
    return row


def progressed(connection: sa.Connection, promise_id: int, token: str, done: int, total: int) -> bool:
    """Say how far long work is and renew its lease; False for a worker that was given up and should stop."""
    held = (Promise.id == promise_id, Promise.token == token, Promise.state == PromiseState.RUNNING)
    told = sa.update(Promise).where(*held).values(
        done=done, total=max(total, 1), lease_until=clock.in_sql() + LONG_LEASE
    )  # fmt: skip
    return connection.execute(told.returning(Promise.id)).first() is not None


def held(promise_id: int, token: str | None) -> Promise | None:
    """The promise, locked, if this worker still holds it; a worker that was given up finds None."""
    return db.session.scalar(
        sa.select(Promise)
        .where(Promise.id == promise_id, Promise.token == token, Promise.state == PromiseState.RUNNING)
        .with_for_update()
    )


def kept(row: Promise, result: str | None) -> None:
    """Mark the promise as kept."""
    row.state = PromiseState.DONE
    row.result = result
    row.error = None
    row.done = row.total
    row.lease_until = None
    row.finished_at = clock.now()


def broken(row: Promise, error: str) -> None:
    """Mark one failed attempt; after the last the promise is dead until an official asks for another try."""
    row.error = error[:500]
    row.lease_until = None
    row.token = None
    if row.attempts >= ATTEMPTS:
        row.state = PromiseState.DEAD
        row.finished_at = clock.now()
    elif row.run_id is not None and _called_off(row.run_id):
        row.state = PromiseState.CANCELLED
        row.finished_at = clock.now()
    else:
        row.state = PromiseState.QUEUED
        row.not_before = clock.now() + timedelta(seconds=5 * 3 ** (row.attempts - 1))


def _called_off(run_id: int) -> bool:
    return db.session.scalar(sa.select(LetterRun.cancelled_at).where(LetterRun.id == run_id)) is not None


def retry(row: Promise) -> None:
    """Give a dead promise another round of attempts."""
    row.state = PromiseState.QUEUED
    row.attempts = 0
    row.error = None
    row.finished_at = None
    row.not_before = clock.now()
    promise_id = row.id
    after_commit(lambda: ping(promise_id))
