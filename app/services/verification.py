"""What anybody may learn of a document or a package that they hold: enough to trust it, and nothing about people.

Nothing here asks who is looking. Whoever types a code holds the paper that prints it, and whoever sends a file holds
the file; the answer therefore repeats only what such a paper says itself, and never leads to another document.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.extensions import db
from app.models import CASES, Document, Procedure, Promise
from app.models.outbox import PromiseKind, PromiseState
from app.queries.replaced import replaced_by
from app.services.documents import codes
from workflows.kinds import DocumentKind

D = DocumentKind
# Papers by which the commission and the office work among themselves. Which case they belong to, how many of them there
# are and whether a newer one was written would let somebody who holds one follow from outside what is not public yet:
# that another evaluator has closed a card, that the protocol was signed again, that a payment is on its way. Of these
# the page says only that they are genuine, of what kind, and from which day.
INNER = frozenset({D.SCORING_CARD, D.PROTOCOL, D.RANKING_LIST, D.PURPOSEFULNESS_NOTE, D.IMPARTIALITY_STATEMENT,
                   D.COMMISSION_INVITATION, D.ATTENDANCE_LIST, D.PAYMENT_ORDER})  # fmt: skip
NO_CODE = ""  # what is looked for when the typed text can be no code: the same work as for any other


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document of ours. `case_number` is None for inner papers, of which also nothing below it is told.

    `issued_at` is the moment of the step that issued it; `replaced_at` that of the newest later document of the same
    kind, case and subject, None while this one is current.
    """

    kind: DocumentKind
    code: str
    issued_at: datetime
    sha256: str
    synthetic: bool
    case_number: str | None = None
    version: int | None = None
    number: int | None = None
    replaced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownPackage:
    """A package of ours; `covers_until` is the moment of the last entry of the history in it."""

    name: str
    case_number: str
    covers_until: datetime
    files: int
    sha256: str
    synthetic: bool


def by_code(typed: str) -> KnownDocument | None:
    """The document with the code that somebody typed, or None: for a code of no document as for no code at all."""
    return _document(Document.code == (codes.read(typed) or NO_CODE))


def by_checksum(sha256: str) -> KnownDocument | KnownPackage | None:
    """The document or the package whose bytes have this SHA-256, or None."""
    return _document(Document.sha256 == sha256) or package(sha256)


def package(sha256: str) -> KnownPackage | None:
    """The package with this checksum, or None. The same state of a case asked for twice is one package."""
    row = db.session.scalar(
        sa.select(Promise)
        .where(
            Promise.kind == PromiseKind.PACKAGE, Promise.state == PromiseState.DONE, Promise.result == sha256
        )
        .order_by(Promise.id)
        .limit(1)
    )
    if row is None:
        return None
    told = row.arguments
    return KnownPackage(
        name=row.name,
        case_number=told["case_number"],
        covers_until=datetime.fromisoformat(told["covers_until"]),
        files=told["files"],
        sha256=sha256,
        synthetic=told["synthetic"],
    )


def _document(which: sa.ColumnElement[bool]) -> KnownDocument | None:
    row = db.session.execute(
        sa.select(Document, Promise.at, replaced_by().label("replaced_at"))
        .join(Promise, Promise.id == Document.promise_id)
        .where(which)
        .order_by(Document.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    document: Document = row[0]
    case = db.session.get_one(CASES[document.case_kind], document.case_id)
    call = db.session.get(Procedure, document.call_id) if document.call_id else None
    plain = KnownDocument(
        kind=document.kind,
        code=document.code,
        issued_at=row.at,
        sha256=document.sha256,
        synthetic=case.synthetic or (call is not None and call.synthetic),
    )
    if document.kind in INNER:
        return plain
    return KnownDocument(
        plain.kind, plain.code, plain.issued_at, plain.sha256, plain.synthetic,
        document.case_number, document.version, document.number, row.replaced_at,
    )  # fmt: skip
