"""The worker's side of the outbox: make what was promised, outside any transaction, and mark it as kept."""

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import logs
from app.extensions import db
from app.models import CASES, Document, Message, Promise
from app.models.outbox import PromiseKind, PromiseState
from app.services import (
    audit_heads,
    audit_proof,
    blobs,
    clock,
    documents,
    notices,
    outbox,
    packages,
    quarantine,
    registers,
    scanner,
    uploads,
)
from app.services.documents import codes
from app.services.letters import bundles
from app.transaction import repeated, writing
from workflows.kinds import DocumentKind, NoticeKind

log = logging.getLogger("hejnal.outbox")
security = logging.getLogger("hejnal.security")
MOST_FAULTS = 100  # of those that a check lists; it counts them all
LARGEST_REGISTER = 2**30


@dataclass(frozen=True)
class Work:
    """What one promise asks for, as plain values: it outlives the transaction in which it was claimed."""

    id: int
    public_id: str
    token: str
    kind: PromiseKind
    name: str
    case_kind: str | None
    case_id: int | None
    seq: int
    subject_id: int | None
    arguments: dict[str, Any]
    asked_by_id: int | None
    at: datetime
    request_id: str


Finish = Callable[[Promise], str | None]


class GivenUp(Exception):
    """Another worker has taken over this work; whatever this one makes is thrown away."""


def keep(promise_id: int, *, long: bool = True) -> str | None:
    """Keep one promise; long work only where there is time for it (`long`).

    Gives "kept", "broken", "later", or None when there was nothing to claim or another worker took it over.

    The claim and the end are two short transactions; between them the work is done without one, so a killed worker
    leaves nothing behind but a lease that runs out.
    """
    work = _claim(promise_id, long)
    if work is None:
        return None
    with logs.at_work(promise=work.id, request=work.request_id):
        return _keep(work)


def _keep(work: Work) -> str | None:
    try:
        finish = _KEEPERS[work.kind](work)
        db.session.rollback()  # end the reading transaction before the short writing one
        with writing():
            row = outbox.held(work.id, work.token)
            if row is None:
                return None
            outbox.kept(row, finish(row))
    except GivenUp:
        db.session.rollback()
        return None
    except scanner.ScannerAway as away:
        log.warning("a file still waits for the scanner: %s", away)
        db.session.rollback()
        with writing():
            row = outbox.held(work.id, work.token)
            if row is not None:
                outbox.postponed(row, str(away))
        return "later"
    except Exception as error:  # whatever went wrong, the promise stands and the others go on
        log.exception("promise %s (%s %s) failed", work.id, work.kind, work.name)
        db.session.rollback()
        with writing():
            row = outbox.held(work.id, work.token)
            if row is not None:
                outbox.broken(row, f"{type(error).__name__}: {error}")
        return "broken"
    return "kept"


@repeated
def _claim(promise_id: int, long: bool) -> Work | None:
    with writing():
        row = outbox.claim(promise_id, long=long)
        if row is None:
            return None
        return Work(
            row.id, row.public_id, row.token or "", row.kind, row.name, row.case_kind, row.case_id, row.seq, row.subject_id,
            dict(row.arguments), row.asked_by_id, row.at, row.request_id,
        )  # fmt: skip


def _case(work: Work) -> Any:
    return db.session.get_one(CASES[work.case_kind or ""], work.case_id)


def _document(work: Work) -> Finish:
    kind = DocumentKind(work.name)
    case = _case(work)
    code = codes.code_of(work.public_id)
    made = documents.make(kind, case, work.subject_id, work.at, code)
    stored, content = blobs.put_bytes(made.data), blobs.put_bytes(made.content)

    def finish(row: Promise) -> str:
        document = Document(
            kind=kind, case_kind=work.case_kind, case_id=work.case_id, call_id=made.call_id, subject_id=work.subject_id,
            number=_number(row), sha256=stored.sha256, size=stored.size, file_name=made.file_name, made_at=clock.now(),
            promise_id=row.id, code=code, content_sha256=content.sha256, case_number=made.case_number, version=made.version,
        )  # fmt: skip
        db.session.add(document)
        db.session.flush()
        return document.public_id

    return finish


def _number(row: Promise) -> int:
    """Which document of its kind in the case this promise asks for, by the order of the steps and not of the workers."""
    promised = sa.select(sa.func.count()).where(
        Promise.kind == PromiseKind.DOCUMENT, Promise.name == row.name, Promise.case_kind == row.case_kind,
        Promise.case_id == row.case_id, Promise.id <= row.id, Promise.state != PromiseState.CANCELLED,
    )  # fmt: skip
    return db.session.scalar(promised) or 1


def _notice(work: Work) -> Finish:
    letters = notices.compose(NoticeKind(work.name), _case(work), work.seq)
    return lambda row: _posted(row, letters)


def _posted(row: Promise, letters: list[notices.Letter]) -> str:
    for letter in letters:
        db.session.add(
            Message(
                promise_id=row.id,
                user_id=letter.user_id,
                recipient=letter.recipient,
                language=letter.language,
                subject=letter.subject,
                body=letter.body,
            )
        )
    return str(len(letters))


def _scan(work: Work) -> Finish:
    """Have a file looked at. Without a scanner, as after it was taken away, nobody looks and the file waits no more."""
    looked = scanner.is_set()
    found = None
    if looked:
        with blobs.opened(work.name) as file:
            found = scanner.verdict(file)
    letters = quarantine.letters(work.name) if found else []

    def finish(row: Promise) -> str:
        uploads.scanned(work.name, found, looked=looked)
        _posted(row, letters)
        return found or "clean"

    return finish


def _progress(work: Work) -> Callable[[int, int], None]:
    """Says how far the work is, on a connection of its own: the page of the job sees it at once.

    The lease lasts as long as that is said, so nobody else takes over work of many minutes. Raises GivenUp.
    """

    def progress(done: int, total: int) -> None:
        with db.engine.begin() as connection:
            if not outbox.progressed(connection, work.id, work.token, done, total):
                raise GivenUp

    return progress


def _package(work: Work) -> Finish:
    made = packages.make(work.name, _case(work), _progress(work))

    def finish(row: Promise) -> str:
        row.arguments = {
            **row.arguments,
            "file_name": made.file_name,
            "size": made.size,
            "files": made.files,
            "case_number": made.case_number,
            "covers_until": made.covers_until.isoformat(),
            "synthetic": made.synthetic,
        }
        return made.sha256

    return finish


def _register(work: Work) -> Finish:
    made = registers.make(work.name, work.arguments, work.asked_by_id, work.at, _progress(work))
    with closing(made):
        xlsx, csv = blobs.put(made.xlsx, LARGEST_REGISTER), blobs.put(made.csv, LARGEST_REGISTER)

    def finish(row: Promise) -> str:
        row.arguments = {
            **row.arguments, "file_name": f"{made.name}.xlsx", "size": xlsx.size, "rows": made.rows,
            "csv_name": f"{made.name}.csv", "csv_sha256": csv.sha256, "unit_id": made.unit_id,
        }  # fmt: skip
        return xlsx.sha256

    return finish


def _letters(work: Work) -> Finish:
    made = bundles.make(work.name, _case(work), work.arguments, work.at, _progress(work))

    def finish(row: Promise) -> str:
        row.arguments = {
            **row.arguments,
            "file_name": made.file_name,
            "size": made.size,
            "letters": made.letters,
        }
        return made.sha256

    return finish


def _check(work: Work) -> Finish:
    place = audit_heads.path()
    proof = audit_proof.prove(place if place.exists() else None)
    if proof.faults:
        security.error("the history does not hold: %s faults, check %s", len(proof.faults), work.public_id)

    def finish(row: Promise) -> str:
        row.arguments = {
            **row.arguments, "entries": proof.entries, "heads": proof.heads, "faults": list(proof.faults[:MOST_FAULTS]),
            "fault_count": len(proof.faults), "with_file": place.exists(),
        }  # fmt: skip
        return "ok" if not proof.faults else "broken"

    return finish


_KEEPERS: dict[PromiseKind, Callable[[Work], Finish]] = {
    PromiseKind.DOCUMENT: _document,
    PromiseKind.NOTICE: _notice,
    PromiseKind.REGISTER: _register,
    PromiseKind.PACKAGE: _package,
    PromiseKind.LETTERS: _letters,
    PromiseKind.CHECK: _check,
    PromiseKind.SCAN: _scan,
}
