"""The database and the disk in trouble: nobody gets a fault page for it, and nothing is done twice or by half."""

import errno
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask
from psycopg import sql
from sqlalchemy.exc import OperationalError

from app.extensions import db as database
from app.models import Attachment, Promise
from app.models.outbox import PromiseState
from app.services import blobs, keeping, outbox, servers
from app.transaction import RETRIES
from config import ROOT, Settings
from tests import cluster, submission_case
from tests.submission_case import Submission
from workflows.offer import OfferState

TRIES = 1 + RETRIES
RAISE = "DO $$ BEGIN RAISE EXCEPTION 'as it happens' USING ERRCODE = '{}'; END $$"


@pytest.fixture
def case(app: Flask) -> Submission:
    """An offer that lacks nothing, in a call that is open."""
    return submission_case.prepared(app)


def full(monkeypatch: pytest.MonkeyPatch, number: int = errno.ENOSPC) -> None:
    def no_room(*_arguments: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(blobs.os, "fsync", no_room)


@pytest.mark.parametrize(
    ("number", "status"), [(errno.ENOSPC, 507), (errno.EROFS, 503)], ids=["full", "read-only"]
)
def test_g8_a_full_or_read_only_disk_stores_nothing_by_half_and_offers_without_files_go_on(
    app: Flask, case: Submission, monkeypatch: pytest.MonkeyPatch, number: int, status: int
) -> None:
    client = submission_case.signatory(app)
    fields = case.fields(client)
    file = {
        "csrf_token": fields["csrf_token"],
        "requirement": "",
        "file": (BytesIO(b"%PDF-1.4\n%%EOF"), "statut.pdf"),
    }
    with monkeypatch.context() as patched:
        full(patched, number)
        answer = client.post(f"/offers/{case.public_id}/attachments", data=file)
        assert (answer.status_code, answer.headers["Retry-After"]) == (status, "30")
        assert case.send(client, fields).status_code == 303
        assert client.get("/readyz").json["failing"].count("files") == 1
        with app.app_context():
            assert list((blobs.folder() / "tmp").iterdir()) == []
            assert database.session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 0
            rows = database.session.scalars(sa.select(Promise).where(Promise.kind == "document")).all()
            assert {keeping.keep(row.id) for row in rows} == {"broken"}
            assert {row.state for row in rows} == {PromiseState.QUEUED}
            waiting = [row.id for row in rows]
    with app.app_context():
        for row_id in waiting:
            database.session.get_one(Promise, row_id).not_before = outbox.clock.now()
        database.session.commit()
        assert {keeping.keep(row_id) for row_id in waiting} == {"kept"}


def broken_once(monkeypatch: pytest.MonkeyPatch, statement: str, times: int = 1) -> list[int]:
    """Run the statement in the transaction of a step before its promises are written, so many times."""
    promise, left = outbox.promise, [times]

    def hit(*arguments: Any) -> None:
        if left[0]:
            left[0] -= 1
            database.session.execute(sa.text(statement))
        promise(*arguments)

    monkeypatch.setattr(outbox, "promise", hit)
    return left


def test_g10_a_connection_that_breaks_before_or_during_the_commit_leaves_one_submission_in_the_end(
    app: Flask, case: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = submission_case.signatory(app)
    fields = case.fields(client)
    with monkeypatch.context() as patched:
        left = broken_once(patched, "SELECT pg_terminate_backend(pg_backend_pid())")
        answer = case.send(client, fields)
    assert (answer.status_code, answer.headers["Retry-After"], left) == (503, "30", [0])
    assert (case.versions(), case.read(lambda offer: offer.state)) == (0, OfferState.DRAFT)

    commit, later = database.session.commit, count()

    def commit_and_lose_the_answer() -> None:
        """The first commit keeps the moment of the arrival, the second the step."""
        commit()
        if next(later):
            raise OperationalError("COMMIT", None, psycopg.OperationalError("the connection is lost"))

    with monkeypatch.context() as patched:
        patched.setattr(database.session, "commit", commit_and_lose_the_answer)
        assert case.send(client, fields).status_code == 503
    assert case.versions() == 1
    assert case.send(client, fields).status_code == 303
    assert (case.versions(), case.read(lambda offer: offer.state)) == (1, OfferState.SUBMITTED)


@pytest.mark.parametrize(
    "code", ["40P01", "40001", "55P03"], ids=["deadlock", "serialization", "lock timeout"]
)
def test_g11_a_collision_in_the_database_is_tried_again_three_times_and_then_told(
    app: Flask, case: Submission, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    client = submission_case.signatory(app)
    fields = case.fields(client)
    with monkeypatch.context() as patched:
        left = broken_once(patched, RAISE.format(code), times=9)
        assert case.send(client, fields).status_code == 503
        assert left == [9 - TRIES]
    assert case.versions() == 0
    with monkeypatch.context() as patched:
        broken_once(patched, RAISE.format(code), times=TRIES - 1)
        assert case.send(client, fields).status_code == 303
    assert case.versions() == 1
    with app.app_context():
        assert database.session.scalar(sa.select(sa.func.count()).select_from(Promise)) == 3


def test_g12_without_a_free_connection_and_after_a_slow_statement_the_answer_is_503_and_comes_soon(
    app: Flask, case: Submission, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = submission_case.signatory(app)
    fields = case.fields(client)
    with app.app_context():
        engine = database.engine
    engine.dispose()
    taken = [engine.connect() for _connection in range(10)]
    try:
        begun = time.perf_counter()
        answer = case.send(client, fields)
        spent = time.perf_counter() - begun
    finally:
        for connection in taken:
            connection.close()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert spent < 3
    with monkeypatch.context() as patched:
        broken_once(patched, "SET LOCAL statement_timeout = '50ms'; SELECT pg_sleep(5)")
        assert case.send(client, fields).status_code == 503
    assert case.send(client, fields).status_code == 303
    assert "statement_timeout=5s" in settings.for_people().connection_options
    assert "statement_timeout=60s" in settings.connection_options


WRITING = "-c default_transaction_read_only=off"


@pytest.fixture
def read_only(app: Flask, settings: Settings) -> Iterator[Callable[[bool], None]]:
    """Makes the whole database read-only, or writable again."""
    owner = settings.database_owner_url.replace("+psycopg", "")

    def make(yes: bool) -> None:
        with psycopg.connect(owner, autocommit=True, options=WRITING) as connection:
            name = sql.Identifier(connection.info.dbname)
            connection.execute(
                sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}").format(
                    name, sql.Literal(yes)
                )
            )
        with app.app_context():
            database.engine.dispose()

    yield make
    with psycopg.connect(owner, autocommit=True, options=WRITING) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("ALTER DATABASE {} RESET default_transaction_read_only").format(name))
    with app.app_context():
        database.engine.dispose()


def test_g13_while_the_database_only_reads_pages_are_read_and_what_would_write_is_told_to_wait(
    app: Flask, case: Submission, read_only: Callable[[bool], None]
) -> None:
    client = submission_case.signatory(app)
    fields = case.fields(client)
    read_only(True)
    for page in ("/", "/calls", case.address, f"/offers/{case.public_id}"):
        assert client.get(page).status_code == 200, page
    assert app.test_client().get("/sign-in").status_code == 503, "a visitor without a row can be given none"
    answer = case.send(client, fields)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert client.get("/readyz").json["failing"].count("database") == 1
    read_only(False)
    assert case.versions() == 0
    assert case.send(client, fields).status_code == 303
    assert case.versions() == 1


@pytest.fixture
def before(servers: cluster.Addresses, process: int) -> Iterator[dict[str, str]]:
    """A database of the revision before the tables of operation."""
    name = f"traffic_{process}"
    servers.copy_database(name)
    environment = servers.environment(name, 0)
    scripts = ScriptDirectory(str(ROOT / "app" / "migrations"))
    operation = next(script for script in scripts.walk_revisions() if script.path.endswith("_operation.py"))
    cluster.flask(environment, "db", "downgrade", str(operation.down_revision))
    yield environment
    with psycopg.connect(servers.owner_url.format("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


WRITE = "INSERT INTO message (public_id, recipient, language, subject, body) VALUES (%s, 'a@example.org', 'pl', 'x', 'x')"


class Traffic(threading.Thread):
    """The code of yesterday, which writes on while the tables change: one transaction of half a second after another."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.ended = url, threading.Event()
        self.written, self.slowest = 0, 0.0
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            with psycopg.connect(self.url, options="-c statement_timeout=5s") as connection:
                while not self.ended.is_set():
                    begun = time.perf_counter()
                    connection.execute(WRITE, [f"{self.written:032x}"])
                    self.slowest = max(self.slowest, time.perf_counter() - begun)
                    self.ended.wait(0.5)
                    connection.commit()
                    self.written += 1
        except psycopg.Error as error:
            self.failure = error


def test_g18_tables_change_while_people_write_and_nobody_is_refused(before: dict[str, str]) -> None:
    traffic = Traffic(before["DATABASE_URL"])
    with psycopg.connect(before["DATABASE_URL"]) as reader:
        reader.execute(
            "SELECT count(*) FROM message"
        )  # a report that keeps its lock for longer than a migration waits
        traffic.start()
        threading.Timer(4, reader.rollback).start()
        cluster.flask(before, "db", "upgrade")
    after = traffic.written
    while traffic.is_alive() and traffic.written < after + 2:
        time.sleep(0.05)
    traffic.ended.set()
    traffic.join()
    assert traffic.failure is None
    assert traffic.slowest < 3
    with psycopg.connect(before["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT count(*), max(attempts) FROM message").fetchone() == (
            traffic.written,
            0,
        )


def test_g19_a_migration_that_fails_in_the_middle_leaves_nothing_and_nothing_starts_on_it(
    before: dict[str, str],
) -> None:
    settings = Settings.from_env(before)
    with psycopg.connect(before["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("CREATE TABLE mail_hold (in_the_way int)")
        with pytest.raises(RuntimeError, match="DuplicateTable"):
            cluster.flask(before, "db", "upgrade")
        assert owner.execute("SELECT to_regclass('heartbeat')").fetchone() == (None,)
        (fault,) = servers.faults_at_start(settings)
        assert "this code needs" in fault
        assert "db upgrade" in fault
        owner.execute("DROP TABLE mail_hold")
        cluster.flask(before, "db", "upgrade")
    assert servers.faults_at_start(settings) == []


def test_g20_code_older_than_the_tables_refuses_to_start_and_says_what_to_do(before: dict[str, str]) -> None:
    with psycopg.connect(before["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("UPDATE alembic_version SET version_num = 'of_tomorrow'")
    gunicorn = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", "127.0.0.1:0", "--no-control-socket"]
    celery = [sys.executable, "-m", "celery", "-A", "worker:celery"]
    for command in (
        gunicorn,
        [*celery, "worker", "-c", "1"],
        [*celery, "beat", "-s", str(Path(before["VAR_DIR"]) / "schedule")],
    ):
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**cluster.surroundings(), **before},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 78, done.stderr
        assert "The database has schema of_tomorrow, this code needs" in done.stderr
        assert "start the newer Hejnał" in done.stderr
