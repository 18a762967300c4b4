"""A worker that is killed in the middle of a run, ten times: at the end each letter exists once."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db as database
from app.models import Document, Promise
from app.models.outbox import PromiseState
from app.queries.letter_runs import progress
from app.services import blobs, keeping, outbox
from config import ROOT
from reports.content import from_json
from tests.cluster import celery_worker, surroundings, wait_until
from tests.letter_cases import a_call, a_run

LETTERS, KILLS = 60, 10
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
WORKER = """
from app import create_app
from app.extensions import db
from app.services import outbox
from app.services.keeping import keep
with create_app().app_context():
    waiting = outbox.waiting(of_runs=True)
    print("begins", flush=True)
    for promise_id in waiting:
        keep(promise_id)
"""


def killed_worker(environment: dict[str, str], letters: int, after: float) -> None:
    """A process that keeps letters, and dies by SIGKILL so many seconds after it has made this many."""
    begun = letters_made()
    with subprocess.Popen(
        [sys.executable, "-c", WORKER],
        cwd=ROOT,
        env={**surroundings(), **environment},
        stdout=subprocess.PIPE,
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"begins\n"
        while letters_made() < begun + letters:
            assert worker.poll() is None, "it was killed before it came to the end"
            time.sleep(0.002)
        time.sleep(after)
        os.kill(worker.pid, signal.SIGKILL)
    assert worker.returncode == -signal.SIGKILL, "it was killed before it came to the end"


def letters_made() -> int:
    """How many letters there are by now."""
    database.session.rollback()
    return database.session.scalar(sa.select(sa.func.count(Document.id))) or 0


def leases_run_out() -> int:
    """A minute passes: what a dead worker held is free. Gives how many letters were held."""
    held = (
        database.session.scalar(sa.select(sa.func.count()).where(Promise.state == PromiseState.RUNNING)) or 0
    )
    database.session.execute(
        sa.update(Promise)
        .where(Promise.state.in_((PromiseState.QUEUED, PromiseState.RUNNING)))
        .values(not_before=LONG_AGO, lease_until=LONG_AGO)
    )
    database.session.commit()
    return int(held)


def test_each_letter_exists_once_though_ten_workers_were_killed(db: Any, environment: dict[str, str]) -> None:
    run = a_run(a_call(LETTERS))
    leases_run_out()
    moments = random.Random(4)  # noqa: S311 - when to kill is no secret
    held = 0
    for _kill in range(KILLS):
        killed_worker(environment, moments.randint(1, 4), moments.uniform(0, 0.03))
        held += leases_run_out()
    assert held >= KILLS / 2, "most kills came in the middle of a letter"
    assert letters_made() < LETTERS, "something was left to do after the last kill"
    while waiting := outbox.waiting(of_runs=True):
        assert {keeping.keep(promise_id) for promise_id in waiting} == {"kept"}
    per_offer = database.session.execute(
        sa.select(Document.case_id, sa.func.count()).group_by(Document.case_id)
    ).all()
    assert [row[1] for row in per_offer] == [1] * LETTERS
    assert {
        row.state for row in database.session.scalars(sa.select(Promise).where(Promise.run_id == run.id))
    } == {PromiseState.DONE}
    for row in database.session.scalars(sa.select(Document)):
        assert blobs.read(row.sha256).startswith(b"%PDF")
        assert from_json(blobs.read(row.content_sha256 or "")).title.startswith("Zawiadomienie")


def test_workers_hear_of_a_run_and_make_its_letters(db: Any, environment: dict[str, str]) -> None:
    with celery_worker(environment, name="worker-of-letters") as worker:
        run = a_run(a_call(4))

        def all_made() -> bool:
            database.session.rollback()
            return not progress([run])[run.id].waiting

        wait_until(all_made, worker)
        assert progress([run])[run.id].done == 4
