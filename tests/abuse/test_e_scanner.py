"""Virus scanning with a real clamd: what is harmful is opened by nobody, and a scanner that is away holds up nobody."""

import io
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.extensions import db as database
from app.models import Attachment, Message, Offer, Promise, Role, UploadedFile
from app.models.outbox import PromiseKind, PromiseState
from app.models.uploaded import FileState
from app.queries.facts import facts_of
from app.queries.uploaded import files_waiting_for_scan
from app.services import accounts, attachments, clock, keeping, scanner, second_factor, uploads
from app.services.packages import attachments as packed_files
from tests import scanner as clamd
from tests.accounts import code, send, sign_in
from tests.file_samples import EICAR, PDF, docx, pdf
from tests.offer_cases import PASSWORD, Offering, world
from workflows.offer import OfferState

pytestmark = pytest.mark.skipif(clamd.CLAMD is None, reason=clamd.NO_CLAMD)
HARMFUL = pdf(b"% " + EICAR)


@pytest.fixture(scope="session")
def daemon(tmp_path_factory: Any) -> Iterator[str]:
    """The address of a running clamd."""
    with clamd.running(tmp_path_factory.mktemp("clamd")) as address:
        yield address


@pytest.fixture
def scanned(app: Flask, daemon: str) -> Iterator[Flask]:
    """The application with that scanner."""
    yield from _with_scanner(app, daemon)


@pytest.fixture
def unscanned(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The application with a scanner that is away."""
    yield from _with_scanner(app, f"clamd://{tmp_path}/nobody")


def _with_scanner(app: Flask, address: str) -> Iterator[Flask]:
    settings = app.config["HEJNAL"]
    app.config["HEJNAL"] = replace(settings, scanner=address)
    yield app
    app.config["HEJNAL"] = settings


def case_with(data: bytes, name: str) -> tuple[Offering, Offer, Attachment]:
    """An offer that lacks nothing, with a file that waits for the scanner; an official of its department looks on."""
    now = clock.now()
    made = world(deadline=(now + timedelta(days=7)).replace(microsecond=0))
    official = accounts.create("official@example.org", "Olga", PASSWORD, confirmed=True)
    official.roles.append(Role(name="official"))
    official.unit = made.call.unit
    second_factor.give_second_factor(official, second_factor.new_secret())
    offer = made.written(now)
    row = attachments.add(offer, io.BytesIO(data), name, "", made.people["editor"], now)
    database.session.commit()
    return made, offer, row


def scan() -> list[str | None]:
    """Let the worker keep the promises of scans."""
    wanted = sa.select(Promise.id).where(
        Promise.kind == PromiseKind.SCAN, Promise.state == PromiseState.QUEUED
    )
    database.session.execute(sa.update(Promise).values(not_before=sa.func.clock_timestamp()))
    database.session.commit()
    return [keeping.keep(promise) for promise in database.session.scalars(wanted).all()]


def test_the_scanner_tells_harmful_files_from_clean_ones_also_inside_a_package(scanned: Flask) -> None:
    with scanned.app_context():
        assert scanner.verdict(io.BytesIO(PDF)) is None
        assert scanner.verdict(io.BytesIO(bytes(200_000))) is None
        for data in (EICAR, HARMFUL, docx({"word/media/image1.txt": EICAR})):
            assert scanner.verdict(io.BytesIO(data)) == f"{clamd.NAME}.UNOFFICIAL"


def test_e14_a_harmful_file_is_opened_by_nobody_and_everybody_concerned_is_told(
    scanned: Flask, caplog: Any
) -> None:
    with scanned.app_context():
        made, offer, row = case_with(docx({"word/media/image1.txt": EICAR}), "umowa.docx")
        assert uploads.uploaded.state_of(row.sha256) is FileState.PENDING
        made.take(offer, "submit", "first", clock.now())
        assert scan() == ["kept"]
        found = database.session.get_one(UploadedFile, row.sha256)
        assert (found.state, found.found) == (FileState.QUARANTINED, f"{clamd.NAME}.UNOFFICIAL")
        told = set(
            database.session.scalars(
                sa.select(Message.recipient).where(Message.subject.contains("szkodliwy"))
            )
        )
        assert {f"{who}@example.org" for who in ("owner", "editor", "first", "official")} <= told
        assert "stranger@example.org" not in told
        members, left_out = packed_files.submitted(made.call)
        assert members == []
        assert [(entry["name"], entry["reason"]) for entry in left_out] == [("umowa.docx", "harmful")]
        refusals = facts_of(offer).refusals_of_content
        assert any("umowa.docx" in refusal.params.get("name", "") for refusal in refusals)
        page, file = f"/offers/{offer.public_id}", f"/offers/{offer.public_id}/attachments/{row.public_id}"
    assert any(
        record.name == "hejnal.security" and row.sha256 in record.getMessage() for record in caplog.records
    )
    for who in ("editor", "first"):
        client = scanned.test_client()
        sign_in(client, f"{who}@example.org", PASSWORD)
        answer = client.get(file)
        assert (answer.status_code, "szkodliwego" in answer.text) == (409, True)
        assert "Szkodliwy: nikt nie może go otworzyć." in client.get(f"{page}/edit/attachments").text


def test_a_harmful_file_of_a_draft_keeps_it_from_being_submitted(scanned: Flask) -> None:
    with scanned.app_context():
        made, offer, row = case_with(HARMFUL, "zaraza.pdf")
        assert scan() == ["kept"]
        database.session.expire_all()
        refusals = facts_of(offer).refusals_of_content
        assert [refusal.params for refusal in refusals] == [{"name": "zaraza.pdf"}]
        attachments.remove(offer, row.public_id, clock.now())
        attachments.add(offer, io.BytesIO(PDF), "czysty.pdf", "", made.people["editor"], clock.now())
        database.session.commit()
        assert scan() == ["kept"]
        assert facts_of(offer).refusals_of_content == ()
        with uploads.opened(offer.attachments[-1].sha256) as file:
            assert file.read() == PDF
        assert database.session.scalars(sa.select(Message.recipient)).all().count("official@example.org") == 0


def test_e18_while_the_scanner_is_away_an_offer_is_submitted_and_its_file_waits(
    unscanned: Flask, daemon: str
) -> None:
    with unscanned.app_context():
        made, offer, row = case_with(pdf(b"% waits"), "statut.pdf")
        for _try in range(7):  # more often than a promise that fails is tried
            assert scan() == ["later"]
        assert files_waiting_for_scan() == 1
        assert files_waiting_for_scan(clock.now() - timedelta(minutes=5)) == 0
        made.take(offer, "submit", "first", clock.now())
        assert offer.state is OfferState.SUBMITTED
        offer.call.deadline = clock.now() - timedelta(seconds=1)
        offer.call.opens_at = offer.call.deadline - timedelta(days=30)
        database.session.commit()
        file = f"/offers/{offer.public_id}/attachments/{row.public_id}"
        sha256 = row.sha256
    official, editor = unscanned.test_client(), unscanned.test_client()
    sign_in(official, "official@example.org", PASSWORD)
    send(official, "/sign-in/second-step", code=code(unscanned, "official@example.org"))
    sign_in(editor, "editor@example.org", PASSWORD)
    for client in (official, editor):
        answer = client.get(file)
        assert (answer.status_code, "jest jeszcze sprawdzany" in answer.text) == (409, True)
    unscanned.config["HEJNAL"] = replace(unscanned.config["HEJNAL"], scanner=daemon)
    with unscanned.app_context():
        assert scan() == ["kept"]
        assert uploads.uploaded.state_of(sha256) is FileState.CLEAN
        assert files_waiting_for_scan() == 0
    for client in (official, editor):
        answer = client.get(file)
        assert (answer.status_code, answer.data) == (200, pdf(b"% waits"))


@pytest.mark.parametrize(
    "said", [b"stream: something went wrong ERROR\0", b"", b"INSTREAM size limit exceeded. ERROR\0"]
)
def test_an_answer_that_is_no_verdict_leaves_the_file_waiting(
    app: Flask, tmp_path: Path, said: bytes
) -> None:
    place = tmp_path / "odd"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(place))
        server.listen()

        def answer() -> None:
            line, _address = server.accept()
            with line:
                while b"\0\0\0\0" not in line.recv(70_000):
                    pass
                line.sendall(said)

        thread = threading.Thread(target=answer)
        thread.start()
        for _app in _with_scanner(app, f"clamd://{place}"):
            with app.app_context(), pytest.raises(scanner.ScannerAway):
                scanner.verdict(io.BytesIO(PDF))
        thread.join()


def test_without_a_scanner_a_file_is_clean_at_once_and_a_later_scanner_looks_at_it(
    app: Flask, daemon: str
) -> None:
    with app.app_context():
        _made, _offer, row = case_with(HARMFUL, "stary.pdf")
        assert uploads.uploaded.state_of(row.sha256) is FileState.CLEAN
        assert uploads.promise_missing_scans(clock.now()) == 0
    for _app in _with_scanner(app, daemon):
        with app.app_context():
            assert uploads.promise_missing_scans(clock.now()) == 1
            assert uploads.promise_missing_scans(clock.now()) == 0
            database.session.commit()
            assert scan() == ["kept"]
            assert uploads.uploaded.state_of(row.sha256) is FileState.QUARANTINED


def test_a_scan_that_was_promised_before_the_scanner_was_taken_away_ends_all_waiting(
    unscanned: Flask,
) -> None:
    with unscanned.app_context():
        sha256 = case_with(PDF, "statut.pdf")[2].sha256
    unscanned.config["HEJNAL"] = replace(unscanned.config["HEJNAL"], scanner="none")
    with unscanned.app_context():
        assert scan() == ["kept"]
        assert uploads.uploaded.state_of(sha256) is FileState.CLEAN
