"""Promises under attack and accident: each is kept once in effect, whatever happens to brokers, workers and messages."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from celery import Celery
from celery.exceptions import SoftTimeLimitExceeded
from flask import Flask
from kombu import Producer

from app import broker
from app.extensions import db as database
from app.models import Call, Document, LetterRun, Promise
from app.models.outbox import PromiseKind, PromiseState
from app.queries import readiness
from app.services import blobs, documents, keeping, outbox
from app.tasks import outbox as tasks
from app.tasks.one_clock import WAIT, OneClock
from app.transaction import writing
from config import ROOT, Settings
from tests import cluster, submission_case
from tests.accounts import send
from tests.letter_cases import a_call, a_run
from tests.offer_cases import NOW, Offering, world
from workflows.kinds import DocumentKind

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def submitted(db: Any) -> Offering:
    """An offer that was submitted: its step promised two documents and one notice."""
    offering = world()
    offering.take(offering.written(), "submit", "first", NOW)
    return offering


def promises() -> list[Promise]:
    return list(database.session.scalars(sa.select(Promise).order_by(Promise.id)))


def promised(name: str) -> Promise:
    return database.session.scalars(sa.select(Promise).where(Promise.name == name)).one()


def overdue(*rows: Promise) -> None:
    """No pause and no lease holds any longer."""
    for row in rows:
        row.not_before = LONG_AGO
        row.lease_until = LONG_AGO if row.lease_until else None
    database.session.commit()


def documents_made() -> int:
    return database.session.scalar(sa.select(sa.func.count()).select_from(Document)) or 0


def test_g1_with_the_broker_down_an_offer_is_taken_at_once_and_its_documents_come_later(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Celery("away", set_as_current=False)
    away.conf.update(dataclasses.replace(settings, redis_url="redis://127.0.0.1:1/0").celery())
    monkeypatch.setitem(app.extensions, "celery", away)
    spent: list[float] = []
    call = broker.call

    def measured(task: str, *arguments: int | str) -> bool:
        begun = time.perf_counter()
        taken = call(task, *arguments)
        spent.append(time.perf_counter() - begun)
        return taken

    monkeypatch.setattr(broker, "call", measured)
    case, client = submission_case.prepared(app), submission_case.signatory(app)
    spent.clear()
    assert case.send(client, case.fields(client)).status_code == 303
    assert len(spent) == 3
    assert sum(spent) < 2
    assert "Przygotowujemy potwierdzenie" in client.get(f"/offers/{case.public_id}/confirmation").text
    with app.app_context():
        waiting = promises()
        assert {row.state for row in waiting} == {PromiseState.QUEUED}
        overdue(*waiting)
        assert set(outbox.waiting()) == {row.id for row in waiting}
        assert {keeping.keep(row.id) for row in waiting} == {"kept"}


def test_g2_what_the_broker_forgot_the_sweep_asks_for_again_and_it_is_made_once(
    submitted: Offering, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = promises()
    for row in rows:
        outbox.ping(row)
    app.extensions["redis"].flushdb()
    overdue(*rows)
    asked: list[int] = []
    monkeypatch.setattr(tasks.keep, "apply_async", lambda arguments, **_more: asked.extend(arguments))
    tasks.sweep()
    assert asked == [row.id for row in rows]
    assert [keeping.keep(row_id) for row_id in (*asked, *asked)] == ["kept"] * 3 + [None] * 3
    assert documents_made() == 2


KILLED = """
import sys
from app import create_app
from app.services import blobs, keeping
def half(stream, target, limit):
    target.write(b"half a file")
    target.flush()
    print("begun", flush=True)
    sys.stdin.read()
blobs._copy = half
with create_app().app_context():
    keeping.keep(int(sys.argv[1]))
"""


def test_g3_a_worker_killed_in_the_middle_of_a_file_leaves_no_torn_one_and_another_takes_over(
    submitted: Offering, environment: dict[str, str]
) -> None:
    row = promised(DocumentKind.OFFER)
    database.session.rollback()
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(row.id)], cwd=ROOT, env={**cluster.surroundings(), **environment},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as worker:  # fmt: skip
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"begun\n"
        os.kill(worker.pid, signal.SIGKILL)
    database.session.refresh(row)
    assert row.state is PromiseState.RUNNING
    assert keeping.keep(row.id) is None, "the lease still holds"
    assert documents_made() == 0
    overdue(row)
    assert keeping.keep(row.id) == "kept"
    stored = [path for path in blobs.folder().glob("??/*") if path.is_file()]
    assert stored
    assert all(blobs.intact(path.name) for path in stored)
    assert documents_made() == 1


def test_g4_a_poison_task_dies_after_five_tries_with_pauses_while_others_go_on_and_can_be_tried_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = documents.make

    def poisoned(kind: DocumentKind, *more: Any) -> Any:
        if kind is DocumentKind.OFFER:
            raise SoftTimeLimitExceeded(20)
        return make(kind, *more)

    with app.app_context(), monkeypatch.context() as patched:
        offering = world()
        offering.take(offering.written(), "submit", "first", NOW)
        poison = promised(DocumentKind.OFFER)
        patched.setattr(documents, "make", poisoned)
        pauses = []
        for _try in range(outbox.ATTEMPTS):
            assert keeping.keep(poison.id, long=False) == "broken"
            pauses.append(poison.not_before)
            overdue(poison)
        assert pauses[:4] == sorted(pauses[:4])
        assert (poison.state, poison.error) == (
            PromiseState.DEAD,
            "SoftTimeLimitExceeded: SoftTimeLimitExceeded(20,)",
        )
        others = [row for row in promises() if row is not poison]
        assert [keeping.keep(row.id, long=False) for row in others] == ["kept"] * 2
        assert not readiness.nothing_dead()
        public_id, poison_id = poison.public_id, poison.id
    office = submission_case.of_the_office(app, "administrator")
    assert f"/jobs/{public_id}" in office.get("/jobs?state=dead").text
    answer = send(office, f"/jobs/{public_id}/retry", f"/jobs/{public_id}")
    assert answer.status_code == 303
    with app.app_context():
        assert keeping.keep(poison_id) == "kept"
        assert readiness.nothing_dead()


def test_g5_a_message_that_comes_twice_late_or_in_another_order_has_no_effect(submitted: Offering) -> None:
    rows = promises()
    assert [keeping.keep(row.id) for row in reversed(rows)] == ["kept"] * 3
    numbers = database.session.scalars(sa.select(Document.number).order_by(Document.id)).all()
    for row in rows:
        row.at = row.finished_at = NOW - timedelta(days=2)
    database.session.commit()
    assert [keeping.keep(row.id) for row in rows] == [None] * 3
    assert (
        documents_made(),
        database.session.scalars(sa.select(Document.number).order_by(Document.id)).all(),
    ) == (2, numbers)


def test_a_worker_that_was_given_up_cannot_finish_what_another_has_taken(submitted: Offering) -> None:
    row = promised(DocumentKind.OFFER)
    with writing():
        first = outbox.claim(row.id)
        assert first is not None
        token = first.token
    overdue(row)
    with writing():
        assert outbox.claim(row.id) is not None
    assert outbox.held(row.id, token) is None


def forged(app: Flask) -> Iterator[None]:
    celery: Celery = app.extensions["celery"]
    with celery.connection_for_write() as connection:
        producer = Producer(connection)
        headers = {
            "id": "forged",
            "task": outbox.KEEP_TASK,
            "lang": "py",
            "argsrepr": "()",
            "kwargsrepr": "{}",
        }
        body: Any = ((1,), {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None})
        producer.publish(body, serializer="pickle", routing_key="celery", headers=headers)
        producer.publish({"not": "a task"}, serializer="json", routing_key="celery")
    celery.send_task("os.system", ("true",))
    celery.send_task(outbox.KEEP_TASK, (10**12,))
    celery.send_task(outbox.KEEP_TASK, ("1; DROP TABLE promise",))
    celery.send_task(outbox.KEEP_TASK, (), {"promise_id": 1, "kind": "register"})
    yield


def test_g6_forged_messages_do_nothing_and_the_worker_goes_on(
    submitted: Offering, app: Flask, worker: Any
) -> None:
    rows, before = promises(), documents_made()
    for _sent in forged(app):
        assert documents_made() == before
    for row in rows:
        outbox.ping(row)
    database.session.commit()
    for call in database.session.info.pop("after_commit", []):
        call()
    limit = time.monotonic() + 60
    while {row.state for row in rows} != {PromiseState.DONE}:
        assert time.monotonic() < limit, [(row.name, row.state, row.error) for row in rows]
        time.sleep(0.1)
        database.session.rollback()
    log = worker.tail(400)
    assert "ContentDisallowed" in log
    assert "os.system" in log
    assert documents_made() == 2
    assert app.extensions["celery"].conf.accept_content == ["json"]


def test_g7_the_result_of_somebody_elses_job_does_not_exist(app: Flask) -> None:
    submission_case.prepared(app)
    with app.app_context():
        with writing():
            row = outbox.add(PromiseKind.REGISTER, "register_of_offers", at=NOW, asked_by_id=None,
                             arguments={"choice": {"filters": {}}, "language": "pl"})  # fmt: skip
        assert keeping.keep(row.id) == "kept"
        public_id = row.public_id
    office, ngo = submission_case.of_the_office(app, "official"), submission_case.signatory(app)
    for rest in ("", ".json", "/file", "/csv"):
        for client in (office, ngo):
            assert client.get(f"/jobs/{public_id}{rest}").status_code == 404
        assert app.test_client().get(f"/jobs/{public_id}{rest}").status_code == 302


def test_a_hung_document_holds_a_worker_for_half_a_minute_at_most_and_long_work_is_left_to_its_own_task(
    submitted: Offering,
) -> None:
    assert (tasks.keep.soft_time_limit, tasks.keep.time_limit) == (20, 30)
    assert timedelta(seconds=tasks.keep.time_limit) < outbox.LEASE
    with writing():
        row = outbox.add(
            PromiseKind.REGISTER,
            "register_of_offers",
            at=NOW,
            arguments={"choice": {"filters": {}}, "language": "pl"},
        )
    overdue(row)
    assert keeping.keep(row.id, long=False) is None
    assert (row.id in outbox.waiting(long=True), row.id in outbox.waiting(long=False)) == (True, False)
    assert keeping.keep(row.id) == "kept"


def test_a_call_that_is_called_off_sends_no_more_letters_and_keeps_what_its_steps_promised(db: Any) -> None:
    call = a_call(3)
    run = a_run(call)
    begun = outbox.claim(database.session.scalars(sa.select(Promise.id).order_by(Promise.id)).first())
    assert begun is not None
    token = begun.token
    with writing():
        owed = outbox.add(
            PromiseKind.DOCUMENT, "calling_off_notice", at=NOW, case_kind="call", case_id=call.id, seq=99
        )
        assert outbox.call_off(call.id, "call", NOW) == 3
    assert {row.state for row in promises() if row.run_id} == {PromiseState.CANCELLED}
    assert outbox.held(begun.id, token) is None
    assert owed.state is PromiseState.QUEUED
    assert database.session.get_one(LetterRun, run.id).cancelled_at is not None
    assert database.session.get_one(Call, call.id)


def test_g21_of_two_clocks_one_works_and_the_other_waits_until_it_ends(
    app: Flask, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "hejnal.clock")
    celery = Celery("clocks", set_as_current=False)
    celery.conf.update(hejnal=settings)
    first, second = (OneClock(app=celery, lazy=True) for _clock in range(2))
    assert first._leads()
    assert second.tick() == WAIT
    assert not second._leads()
    assert caplog.text.count("another clock works, this one idles") == 1
    assert first._leads()
    assert first._connection is not None
    first._connection.close()  # as when it is killed
    limit = time.monotonic() + 10
    while not second._leads():  # the server takes a moment to notice
        assert time.monotonic() < limit
        time.sleep(0.02)
    assert first.tick() == WAIT
    assert second._connection is not None
    second._connection.close()
