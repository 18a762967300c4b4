"""Backups and the store of files: what is brought back is what was there, and what was changed is named, never served."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from psycopg import sql

from app.extensions import db as database
from app.models import Document, Message, Promise
from app.models.outbox import PromiseState
from app.services import audit, audit_heads, blobs, keeping, posting, signing_key
from app.transaction import writing
from tests import cluster
from tests.offer_cases import NOW, world


@pytest.fixture
def submitted(db: Any) -> Iterator[None]:
    """An offer that was submitted, with its documents made and its e-mails sent; one more document waits."""
    offering = world()
    begun = {
        "trigger": "begin",
        "role": "official",
        "basis": "",
        "from_state": None,
        "to_state": "open",
        "detail": {},
    }
    audit.record("call", offering.call, offering.context("official"), **begun)
    offering.take(offering.written(), "submit", "first", NOW)
    for promise_id in database.session.scalars(sa.select(Promise.id).order_by(Promise.id)).all():
        assert keeping.keep(promise_id) == "kept"
    assert posting.send_waiting() > 0
    yield
    database.session.rollback()


@pytest.fixture
def run(app: Flask) -> Callable[..., tuple[int, str]]:
    """Runs a command in this process; gives how it ended and what it said."""

    def command(*words: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=[str(word) for word in words])
        return done.exit_code, done.output

    return command


@pytest.fixture
def empty(servers: cluster.Addresses, process: int) -> Iterator[str]:
    """The address of an empty database."""
    name = f"restored_{process}"
    with psycopg.connect(servers.owner_url.format("postgres"), autocommit=True) as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield servers.owner_url.format(name)
        connection.execute(drop)


def first_document() -> Document:
    return database.session.scalars(sa.select(Document).order_by(Document.id)).first()


def test_g16_a_restored_backup_passes_every_check_and_writes_to_nobody(
    submitted: None, run: Callable[..., Any], empty: str, environment: dict[str, str], tmp_path: Path
) -> None:
    interrupted = database.session.scalars(sa.select(Promise).order_by(Promise.id)).first()
    waiting = Message(recipient="kto@example.org", language="pl", subject="Czeka", body="Jeszcze nie wysłane")
    interrupted.state, interrupted.token = PromiseState.RUNNING, "gone"
    database.session.add(waiting)
    audit_heads.take()
    database.session.commit()
    interrupted_id, sent = interrupted.id, sa.select(sa.func.count()).where(Message.sent_at.is_not(None))
    count = database.session.scalar(sent)
    backup = tmp_path / "backup"
    assert run("backup", backup) == (0, f"The backup in {backup} is whole.\n")

    elsewhere = {**environment, "VAR_DIR": str(tmp_path / "elsewhere")}
    said = cluster.flask(elsewhere, "restore", str(backup), "--into", empty)
    for words in (
        "0 invariants broken.",
        " 1 heads, ok",
        "all as they were stored.",
        "The copy is sound.",
    ):
        assert words in said
    with psycopg.connect(empty) as copy:
        assert copy.execute(
            "SELECT state, attempts FROM promise WHERE id = %s", [interrupted_id]
        ).fetchone() == ("queued", 0)
        assert copy.execute("SELECT count(*) FROM message WHERE sent_at IS NOT NULL").fetchone() == (count,)
        held = copy.execute("SELECT reason FROM mail_hold").fetchone()
        assert "restored from the backup" in held[0]
        rights = "SELECT has_table_privilege('hejnal_app', 'audit_entry', %s)"
        assert [copy.execute(rights, [right]).fetchone()[0] for right in ("INSERT", "UPDATE")] == [
            True,
            False,
        ]
    with pytest.raises(RuntimeError, match="is not empty"):
        cluster.flask(elsewhere, "restore", str(backup), "--into", empty)

    with writing():
        posting.hold("as on a restored copy")
    assert posting.send_waiting() == 0
    with writing():
        posting.release()
    assert posting.send_waiting() == 1


def test_g17_files_that_come_while_a_backup_is_made_do_no_harm_and_none_that_it_needs_is_missing(
    submitted: None, run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.services import backups

    later: list[str] = []
    copied = backups._copied

    def while_copying(sha256: str, folder: Path) -> int:
        """Between the snapshot and the files another file arrives, with its row."""
        if not later:
            stored = blobs.put_bytes(b"a later attachment")
            with database.engine.begin() as connection:
                connection.execute(
                    sa.update(Document).where(Document.id == document_id).values(content_sha256=stored.sha256)
                )
            later.append(stored.sha256)
        return copied(sha256, folder)

    document_id = first_document().id
    database.session.rollback()
    monkeypatch.setattr(backups, "_copied", while_copying)
    backup = tmp_path / "backup"
    assert run("backup", backup)[0] == 0
    manifest = json.loads((backup / "manifest.json").read_bytes())
    assert later
    assert later[0] not in manifest["files"]
    assert sorted(manifest["files"]) == sorted(path.name for path in (backup / "files").glob("*/*"))
    assert len(manifest["files"]) >= 2 * manifest["rows"]["document"] > 0
    assert run("verify-backup", backup)[0] == 0


def appended(path: Path) -> None:
    """One byte more than before."""
    path.write_bytes(path.read_bytes() + b" ")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (
            lambda folder: next((folder / "files").glob("*/*")).write_bytes(b"x"),
            r"files/../[0-9a-f]{64} was changed",
        ),
        (lambda folder: next((folder / "files").glob("*/*")).unlink(), r"files/../[0-9a-f]{64} is missing"),
        (lambda folder: appended(folder / "database.dump"), r"database\.dump was changed"),
        (lambda folder: appended(folder / "manifest.json"), "its signature does not hold"),
        (lambda folder: (folder / "manifest.json").unlink(), "holds no finished backup"),
        (lambda folder: signing_key.path().unlink(), "signed by another key"),
    ],
    ids=["file changed", "file missing", "dump changed", "manifest changed", "unfinished", "another key"],
)
def test_a_damaged_backup_is_refused_and_what_is_damaged_is_named(
    submitted: None, run: Callable[..., Any], tmp_path: Path, harm: Callable[[Path], object], said: str
) -> None:
    backup = tmp_path / "backup"
    assert run("backup", backup)[0] == 0
    harm(backup)
    if not signing_key.path().exists():
        signing_key.public_key()  # this installation has a key, and it is not the one that signed
    for words in (
        ("verify-backup", backup),
        ("restore", backup, "--into", "postgresql://nobody@127.0.0.1:1/none"),
    ):
        code, output = run(*words)
        assert code == 1
        assert re.search(said, output)


def test_a_backup_goes_into_an_empty_folder_only(
    submitted: None, run: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "kept").write_text("mine")
    code, output = run("backup", tmp_path)
    assert (code, "is not empty" in output) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize("gone", [False, True], ids=["altered", "gone"])
def test_g9_a_file_that_is_gone_or_altered_is_found_and_never_served(
    submitted: None, run: Callable[..., Any], gone: bool, tmp_path: Path
) -> None:
    assert run("verify-blobs")[0] == 0
    document = first_document()
    place = blobs.path_of(document.sha256)
    kept = place.read_bytes()
    try:
        place.unlink() if gone else place.write_bytes(kept[:-1])
        with pytest.raises(blobs.Damaged):
            blobs.read(document.sha256)
        with pytest.raises(blobs.Damaged):
            blobs.opened(document.sha256)
        code, output = run("verify-blobs")
        assert (
            code,
            f"document {document.id}: the file {document.sha256} is gone or damaged." in output,
        ) == (1, True)
        code, output = run("backup", tmp_path / "backup")
        assert (code, f"document {document.id}:" in output) == (1, True)
    finally:
        place.write_bytes(kept)
