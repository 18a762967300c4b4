"""What packages hold beside documents, what must not change in them later, and the chain that they carry themselves."""

import hashlib
import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.extensions import db as database
from app.models import Promise
from app.models.outbox import PromiseKind, PromiseState
from app.services import attachments, case_marks, clock, keeping, outbox
from app.services.packages import archive, check, inputs
from app.services.packages.covered import HISTORY
from app.transaction import writing
from tests import call_course
from tests.offer_cases import NOW
from tests.package_cases import asked, documents_made, files_of, kept, manifest_of, packed
from tests.services.test_packages import repacked
from workflows.call import CallState
from workflows.kinds import DocumentKind
from workflows.stages import DECISION

PDF = b"%PDF-1.4\n%%EOF\n"


def attached(course: call_course.Course, offer: Any, name: str, data: bytes) -> Any:
    return attachments.add(offer, BytesIO(data), name, "", course.offering.people["editor"], NOW)


def test_submitted_files_lie_in_the_package_and_removed_ones_are_named_with_their_checksum(db: Any) -> None:
    course = call_course.begin()
    offer = course.offering.written()
    attached(course, offer, "Statut Łódzkiej Fundacji.pdf", PDF + b"1")
    late = attached(course, offer, "pomyłka.pdf", PDF + b"2")
    never = attached(course, offer, "nigdy-zlozony.pdf", PDF + b"3")
    attachments.remove(offer, never.public_id, NOW)
    course.offering.take(offer, "submit", "first")
    late.removed_at = NOW + timedelta(days=1)
    course.call.state = CallState.CALLED_OFF
    database.session.commit()
    documents_made()

    package = packed(DECISION, course.call)
    files, manifest = files_of(package), manifest_of(package)
    path = "offers/00001/attachments/01-statut-lodzkiej-fundacji.pdf"
    assert [name for name in files if "/attachments/" in name] == [path]
    assert files[path] == PDF + b"1"
    told = next(row for row in manifest["files"] if row["path"] == path)
    assert (told["name"], told["media_type"]) == ("Statut Łódzkiej Fundacji.pdf", "application/pdf")
    (left,) = manifest["left_out"]
    assert (left["offer"], left["name"], left["reason"]) == (1, "pomyłka.pdf", "removed_by_the_offeror")
    assert left["sha256"] == hashlib.sha256(PDF + b"2").hexdigest()
    assert all(PDF + sign not in data for sign in (b"2", b"3") for data in files.values())
    assert b"nigdy-zlozony" not in package
    assert packed(DECISION, course.call) == package


def test_a_forged_history_is_found_although_every_checksum_and_head_of_the_package_fits(
    db: Any, tmp_path: Path
) -> None:
    course = call_course.whole()
    documents_made()
    package = packed(DECISION, course.call)
    place, path = tmp_path / "package.zip", HISTORY
    files = files_of(package)
    lines = [json.loads(line) for line in files[path].splitlines()]

    def said(forged: list[dict[str, Any]]) -> list[str]:
        manifest = json.loads(files["manifest.json"])
        data = b"".join(archive.canonical(line) for line in forged)
        row = next(row for row in manifest["files"] if row["path"] == path)
        row["size"], row["sha256"] = len(data), hashlib.sha256(data).hexdigest()
        place.write_bytes(repacked(files | {path: data, "manifest.json": archive.canonical(manifest)}))
        return [fault for fault in check.faults(place) if fault.startswith(path)]

    assert said(lines) == []
    whose = f"{path}: {lines[1]['case_kind']} {lines[1]['case_id']}, entry 2: "
    assert said([lines[0], lines[1] | {"actor_id": 999}, *lines[2:]]) == [f"{whose}it was changed"]
    reworded = lines[1] | {"detail": {"note": "inaczej"}}
    assert said([lines[0], reworded, *lines[2:]]) == [f"{whose}its details were changed or removed"]
    assert said([lines[0], *lines[2:]])[0].endswith("an entry is missing before it")
    assert said(lines[:-1]) == [f"{path}: it does not end in the heads of the manifest"]
    assert said([{"detail": None, "spell": 1}, *lines[1:]]) == [f"{path}: cannot be read: TypeError"]

    rows = list(inputs.applications(course.call))
    assert files["registers/offers.json"] == archive.canonical(rows)
    assert files["ranking/cards.json"] == archive.canonical(list(inputs.cards(course.call)))
    assert files["registers/offers.csv"].startswith("\ufeffnumber;case_mark;offerors;".encode())
    assert files["registers/offers.csv"].count(b"\r\n") == len(rows) + 1


def test_a_stage_waits_for_a_document_that_failed_and_keeps_its_bytes_and_its_mark(db: Any) -> None:
    course = call_course.whole()
    documents_made()
    offer = course.offers["full"]
    before = packed("offer.submitted", offer)

    of_offer = sa.update(Promise).where(
        Promise.name == DocumentKind.OFFER, Promise.case_id == offer.id, Promise.kind == PromiseKind.DOCUMENT
    )
    with writing():
        database.session.execute(of_offer.values(state=PromiseState.DEAD))
    promise_id = asked("offer.submitted", offer)
    assert keeping.keep(promise_id) == "broken"
    waiting = database.session.get_one(Promise, promise_id)
    assert "could not be made, try them again first: offer" in (waiting.error or "")
    with writing():
        database.session.execute(of_offer.values(state=PromiseState.DONE))
        waiting.not_before = waiting.at
    assert kept(promise_id).result == hashlib.sha256(before).hexdigest()

    mark = case_marks.read("SP-04.524.7.2027")
    with writing():
        case_marks.enter(offer, mark, course.context("official"), "Nowa teczka.")
    assert offer.case_mark == "SP-04.524.7.2027"
    offer.title, course.call.title = "Inny tytuł", "Inny konkurs"
    database.session.commit()
    assert packed("offer.submitted", offer) == before
    assert manifest_of(before)["case"]["mark"] == "SP.1"


def test_work_that_reports_progress_keeps_its_lease_and_whoever_lost_it_stops(db: Any) -> None:
    course = call_course.begin()
    promise_id = asked(DECISION, course.call)
    with writing():
        row = outbox.claim(promise_id)
        assert row is not None
        token = row.token or ""
        row.lease_until = clock.now() + timedelta(seconds=1)
    with database.engine.begin() as connection:
        assert outbox.progressed(connection, promise_id, token, 20, 400)
    database.session.refresh(row)
    assert (row.done, row.total) == (20, 400)
    assert row.lease_until is not None
    assert row.lease_until > clock.now() + outbox.LONG_LEASE / 2
    assert promise_id not in outbox.waiting()
    with writing():
        row.lease_until = row.at.replace(year=2020)
    with writing():
        assert outbox.claim(promise_id) is not None
    with database.engine.begin() as connection:
        assert not outbox.progressed(connection, promise_id, token, 40, 400)
    database.session.refresh(row)
    assert row.done == 20
