"""The decision package: everything is in it, the same state gives the same bytes, and a changed byte is found."""

import hashlib
import json
import random
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.extensions import db as database
from app.models import AuditEntry, Document, Promise
from app.models.outbox import PromiseState
from app.services import blobs, keeping, outbox, packages
from app.services.documents import codes
from app.services.packages import archive, check
from app.transaction import writing
from tests import call_course
from tests.package_cases import asked, documents_made, files_of, kept, manifest_of, packed
from tests.small_grant_cases import a_grant
from workflows.kinds import DocumentKind
from workflows.stages import DECISION


@pytest.fixture
def course(db: Any) -> call_course.Course:
    """A call with published results, every document made."""
    made = call_course.whole()
    documents_made()
    return made


def test_the_package_holds_offers_cards_protocol_inputs_registers_and_history(
    course: call_course.Course,
) -> None:
    package = packed(DECISION, course.call)
    files, manifest = files_of(package), manifest_of(package)
    told = {row["path"]: row for row in manifest["files"]}
    assert set(told) == set(files) - {"manifest.json"}
    for path, row in told.items():
        assert (row["size"], row["sha256"]) == (len(files[path]), hashlib.sha256(files[path]).hexdigest()), (
            path
        )
    documents = database.session.scalars(sa.select(Document)).all()
    assert {row["code"]: row["sha256"] for row in told.values() if "code" in row} == {
        document.code: document.sha256 for document in documents
    }
    kinds = {row["path"].split("/")[0]: row["kind"] for row in told.values() if "kind" in row}
    assert (kinds["offers"], kinds["protocol"]) == (DocumentKind.OFFER, DocumentKind.PROTOCOL)
    assert sum(path.startswith("cards/00001/karta-oceny") for path in told) == 2
    cards = json.loads(files["ranking/cards.json"])
    assert [(card["offer"], card["evaluator"], card["total"]) for card in cards] == [
        (1, "Chair", "36.00"), (1, "Evaluator", "36.00"), (2, "Chair", "29.00"), (2, "Evaluator", "29.00"),
    ]  # fmt: skip
    awards = json.loads(files["ranking/allocation.json"])[0]["awards"]
    assert [(award["offer"], award["years"][0]["amount_grosze"]) for award in awards] == [
        (1, 4_500_000),
        (2, 2_500_000),
    ]
    assert json.loads(files["ranking/rules.json"])["threshold"] == "20.00"
    offers = json.loads(files["registers/offers.json"])
    assert [(row["number"], row["rank"]) for row in offers] == [(1, 1), (2, 2), (3, None), (4, None)]
    assert json.loads(files["offers/00001/version-001.json"])["checksum"] == offers[0]["checksum"]

    covers_the_whole_history(package)


def covers_the_whole_history(package: bytes) -> None:
    """Every entry is a line, the heads are the last of each chain, and the package is of the moment of the last."""
    manifest = manifest_of(package)
    lines = [json.loads(line) for line in files_of(package)["history/entries.jsonl"].splitlines()]
    entries = database.session.scalars(sa.select(AuditEntry)).all()
    assert len(lines) == len(entries) == manifest["covers"]["entries"]
    assert {line["hash"] for line in lines} == {entry.hash for entry in entries}
    last = max(entry.at for entry in entries)
    assert manifest["covers"]["until"] == last.isoformat()
    heads = {(head["case_kind"], head["case_id"]): head["hash"] for head in manifest["heads"]}
    newest: dict[tuple[str, int], AuditEntry] = {}
    for entry in sorted(entries, key=lambda entry: entry.seq):
        newest[entry.case_kind, entry.case_id] = entry
    assert heads == {key: entry.hash for key, entry in newest.items()}


def test_the_same_state_gives_the_same_bytes_also_after_a_dead_worker_and_a_further_step_gives_others(
    course: call_course.Course,
) -> None:
    first = kept(asked(DECISION, course.call))
    again = kept(asked(DECISION, course.call))
    assert first.result == again.result
    assert first.arguments["covers_until"] == again.arguments["covers_until"]
    assert first.arguments["file_name"] == again.arguments["file_name"]
    leaves_one_package_to_the_next(course, first.result)
    course.take(course.offers["full"], "start_contracting", "official")
    assert kept(asked(DECISION, course.call)).result != first.result


def test_a_package_waits_for_the_documents_that_are_still_being_made(db: Any) -> None:
    course = call_course.whole()
    promise_id = asked(DECISION, course.call)
    assert keeping.keep(promise_id) == "broken"
    row = database.session.get_one(Promise, promise_id)
    assert (row.state, "still being made" in (row.error or "")) == (PromiseState.QUEUED, True)
    documents_made()
    with writing():
        database.session.get_one(Promise, promise_id).not_before = row.at
    kept(promise_id)


def leaves_one_package_to_the_next(course: call_course.Course, whole: str | None) -> None:
    """A worker that dies leaves only its lease; the next one makes the same bytes."""
    promise_id = asked(DECISION, course.call)
    with writing():
        lost = outbox.claim(promise_id)
        assert lost is not None
        token = lost.token
    packages.make(DECISION, course.call, lambda _done, _total: None)  # it came as far as the store, and died
    database.session.rollback()
    with writing():
        row = database.session.get_one(Promise, promise_id)
        row.lease_until = row.at.replace(year=2020)
    assert kept(promise_id).result == whole
    with writing():
        assert outbox.held(promise_id, token) is None
    assert not list((blobs.folder() / "tmp").iterdir())


def test_a_package_of_a_call_that_is_not_decided_is_refused(db: Any) -> None:
    course = call_course.begin()
    assert packages.on_offer(course.call) == []
    assert keeping.keep(asked(DECISION, course.call)) == "broken"


def test_an_intake_is_packed_with_its_queue_and_decisions(db: Any) -> None:
    grant = a_grant("awarded_full")
    documents_made()
    files = files_of(packed(DECISION, grant.intake))
    row = json.loads(files["registers/offers.json"])[0]
    assert (row["number"], row["state"], row["awarded_grosze"]) == (1, "awarded_full", grant.awarded_grosze)
    assert not any(path.startswith("ranking/cards") for path in files)
    assert {path.split("/")[0] for path in files} >= {"offers", "documents", "cards", "history", "registers"}


def every_flipped_byte_is_found(package: bytes, place: Path) -> None:
    """At both ends, in the manifest, at the heads of the files and anywhere between."""
    place.write_bytes(package)
    assert check.faults(place) == []
    with zipfile.ZipFile(BytesIO(package)) as read:
        starts = [info.header_offset for info in read.infolist()]
    dice = random.Random(20270521)  # noqa: S311 - positions, not secrets
    positions = {*range(40), *starts[-1:], *range(len(package) - 40, len(package))}
    positions |= {dice.randrange(len(package)) for _ in range(60)} | {
        starts[-1] + dice.randrange(3000) for _ in range(20)
    }
    for position in sorted(positions):
        damaged = bytearray(package)
        damaged[position] ^= 1 << dice.randrange(8)
        place.write_bytes(damaged)
        assert len(check.faults(place)) >= 2, f"byte {position}: only the checksum of the whole tells of it"


def repacked(files: dict[str, bytes], order: list[str] | None = None) -> bytes:
    """A package as somebody would forge it, with our own writer."""
    target = BytesIO()
    paths = order or [*sorted(files.keys() - {"manifest.json"}), "manifest.json"]
    archive.rewrite(target, ((path, BytesIO(files[path])) for path in paths))
    return target.getvalue()


def names_what_was_changed_added_left_out_or_forged(package: bytes, place: Path) -> None:
    """Each kind of forgery has its own sentence."""
    files = files_of(package)
    assert repacked(files) == package

    def said(changed: dict[str, bytes], order: list[str] | None = None) -> str:
        place.write_bytes(repacked(changed, order))
        return " | ".join(check.faults(place))

    letter = next(path for path in files if path.startswith("documents/00001"))
    assert f"{letter}: changed" in said(files | {letter: files[letter] + b" "})
    assert "extra.pdf: not in the manifest" in said(files | {"extra.pdf": b"%PDF"})
    assert f"{letter}: missing" in said({path: data for path, data in files.items() if path != letter})
    names = [*sorted(files.keys() - {"manifest.json"}), "manifest.json"]
    assert "not in their order" in said(files, [names[1], names[0], *names[2:]])
    assert "the manifest was changed" in said(files | {"manifest.json": files["manifest.json"] + b"\n"})

    forged = json.loads(files["manifest.json"])
    row = next(row for row in forged["files"] if row["path"] == letter)
    row["sha256"], row["size"] = hashlib.sha256(b"%PDF forged").hexdigest(), len(b"%PDF forged")
    told = said(files | {letter: b"%PDF forged", "manifest.json": archive.canonical(forged)})
    assert f"{letter}: not the document that was issued under the code {row['code']}" in told
    assert "was built here" in told

    forged = json.loads(files["manifest.json"])
    forged["heads"][0]["hash"] = "0" * 64
    assert "is not the one in the database" in said(files | {"manifest.json": archive.canonical(forged)})


def test_the_check_finds_every_change_and_the_command_prints_it_and_ends_with_1(
    course: call_course.Course, app: Flask, tmp_path: Path
) -> None:
    package = packed(DECISION, course.call)
    place = tmp_path / "package.zip"
    place.write_bytes(package)
    runner = app.test_cli_runner()
    good = runner.invoke(args=["verify-package", str(place)])
    assert (good.exit_code, good.output) == (0, f"SHA-256 {hashlib.sha256(package).hexdigest()}: ok.\n")
    place.write_bytes(package[:-1])
    bad = runner.invoke(args=["verify-package", str(place)])
    assert bad.exit_code == 1
    assert "no package with the SHA-256" in bad.output
    place.write_bytes(b"")
    assert runner.invoke(args=["verify-package", str(place)]).exit_code == 1
    every_flipped_byte_is_found(package, place)
    names_what_was_changed_added_left_out_or_forged(package, place)


def test_a_code_is_read_however_it_is_written_and_never_repeats() -> None:
    code = codes.code_of("0" * 32)
    assert code == codes.code_of("0" * 32)
    assert len(code) == 19
    assert codes.read(code.lower().replace("-", " ")) == code
    assert codes.read(code.replace("-", "").replace("0", "o").replace("1", "l")) == code
    assert codes.read("oIlO-oIlO-oIlO-oIlO") == "0110-0110-0110-0110"
    assert [codes.read(text) for text in ("", "ABCD", code + "A", "U" * 16, "Ą" * 16, "\x00" * 16)] == [
        None
    ] * 6
    assert len({codes.code_of(f"{number:032x}") for number in range(5000)}) == 5000
