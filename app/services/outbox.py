"""Promises: written with the step that makes them, claimed by one worker at a time, kept once."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import g, has_request_context

from app import broker
from app.extensions import db
from app.models import LetterRun, Promise
from app.models.outbox import PromiseKind, PromiseState
from app.services import clock
from app.transaction import after_commit
from workflows.engine import Context, Step

LEASE = timedelta(seconds=60)
LONG_LEASE = timedelta(minutes=15)
LONG_WORK = frozenset({PromiseKind.REGISTER, PromiseKind.PACKAGE, PromiseKind.LETTERS, PromiseKind.CHECK})
ATTEMPTS = 5
WAIT_FOR_OTHERS = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=5)  # after it something is wrong with the workers
KEEP_TASK = "outbox.keep"
KEEP_LONG_TASK = "outbox.keep_long"


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
    """Write them with the number of the request from which they come, which the log of the worker tells too."""
    for row in rows:
        row.request_id = g.get("request_id", "") if has_request_context() else ""
    db.session.add_all(rows)
    db.session.flush()
    for row in rows:
        ping(row)


def ping(row: Promise) -> None:
    """Tell the broker after the commit, if it is there. If it is not, the sweep finds the promise in the database."""
    task, promise_id = KEEP_LONG_TASK if row.kind in LONG_WORK else KEEP_TASK, row.id
    after_commit(lambda: broker.call(task, promise_id))


def waiting(limit: int = 200, *, of_runs: bool = False, long: bool | None = None) -> list[int]:
    """Promises that nobody is keeping although they could be: queued for a while, or left by a dead worker.

    Letters of a run are asked for apart, so that a thousand of them keep back nothing else; so is long work, or all
    but long work.
    """
    moment = clock.now()
    mine = Promise.run_id.is_not(None) if of_runs else Promise.run_id.is_(None)
    wanted = [] if long is None else [Promise.kind.in_(LONG_WORK) == long]
    return list(
        db.session.scalars(
            sa.select(Promise.id)
            .where(mine, *wanted, _claimable(moment), Promise.not_before <= moment - timedelta(seconds=2))
            .order_by(Promise.not_before)
            .limit(limit)
        )
    )


def _claimable(moment: datetime) -> sa.ColumnElement[bool]:
    queued = sa.and_(Promise.state == PromiseState.QUEUED, Promise.not_before <= moment)
    abandoned = sa.and_(Promise.state == PromiseState.RUNNING, Promise.lease_until < moment)
    return sa.or_(queued, abandoned)


def claim(promise_id: int, *, long: bool = True) -> Promise | None:
    """Take the promise for this worker, or None if somebody has it, or it is kept already.

    A worker with little time (not `long`) leaves long work alone, whoever asked for it.
    """
    moment = clock.now()
    mine = sa.true() if long else Promise.kind.not_in(LONG_WORK)
    row = db.session.scalar(
        sa.select(Promise)
        .where(Promise.id == promise_id, mine, _claimable(moment))
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


def postponed(row: Promise, reason: str) -> None:
    """Let the promise wait for somebody else who is away: that counts as no attempt, so it is never given up."""
    row.error = reason[:500]
    row.state = PromiseState.QUEUED
    row.attempts -= 1
    row.token = row.lease_until = None
    row.not_before = clock.now() + WAIT_FOR_OTHERS


def _called_off(run_id: int) -> bool:
    return db.session.scalar(sa.select(LetterRun.cancelled_at).where(LetterRun.id == run_id)) is not None


def retry(row: Promise) -> None:
    """Give a dead promise another round of attempts."""
    row.state = PromiseState.QUEUED
    row.attempts = 0
    row.error = None
    row.finished_at = None
    row.not_before = clock.now()
    ping(row)


def oldest_waiting() -> timedelta:
    """How long the promise has waited that waits longest, since its time has come or its worker was given up.

    Letters of a run wait for one another, and count for nothing here.
    """
    moment = clock.now()
    due = sa.case((Promise.state == PromiseState.QUEUED, Promise.not_before), else_=Promise.lease_until)
    first = db.session.scalar(
        sa.select(sa.func.min(due)).where(
            Promise.state.in_((PromiseState.QUEUED, PromiseState.RUNNING)),
            Promise.run_id.is_(None),
            due < moment,
        )
    )
    return moment - first if first else timedelta()


def moves() -> bool:
    """Whether no promise waits too long for a worker."""
    return oldest_waiting() < LONGEST_WAIT


def call_off(call_id: int, case_kind: str, at: datetime) -> int:
    """A call that ends without an award sends no more letters and packs no more files. Gives how many were cancelled.

    What its steps promised is still owed: it says what happened. Work that a worker has begun is thrown away at its end.
    """
    runs = sa.update(LetterRun).where(LetterRun.call_id == call_id, LetterRun.cancelled_at.is_(None))
    db.session.execute(runs.values(cancelled_at=at))
    own = sa.and_(Promise.kind.in_(LONG_WORK), Promise.case_kind == case_kind, Promise.case_id == call_id)
    letters = Promise.run_id.in_(sa.select(LetterRun.id).where(LetterRun.call_id == call_id))
    done = db.session.execute(
        sa.update(Promise)
        .where(Promise.state.in_((PromiseState.QUEUED, PromiseState.RUNNING)), sa.or_(own, letters))
        .values(state=PromiseState.CANCELLED, finished_at=at, token=None, lease_until=None)
        .execution_options(synchronize_session="fetch")
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # an update always tells its rows
