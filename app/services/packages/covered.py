"""What a package covers: the documents and the history of some cases, in one order whoever reads them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO

import sqlalchemy as sa

from app.extensions import db
from app.models import Application, AuditDetail, AuditEntry, Call, Document, Procedure, Promise
from app.models.outbox import PromiseKind, PromiseState
from app.services.audit import CHAINED
from app.services.documents import source
from app.services.packages.archive import Member, canonical, of_blob
from app.services.packages.inputs import open_cards
from workflows.kinds import DocumentKind

HISTORY = "history/entries.jsonl"
Cases = Sequence[tuple[str, Sequence[int]]]  # case kinds with the ids of their cases


class NotReady(Exception):
    """Documents of these cases are still being made; a package without them would not say what it seems to say."""


def of_cases(model: Any, cases: Cases) -> sa.ColumnElement[bool]:
    """The rows of a table with `case_kind` and `case_id` that belong to these cases."""
    return sa.or_(
        sa.false(), *(sa.and_(model.case_kind == kind, model.case_id.in_(ids)) for kind, ids in cases)
    )


def documents(cases: Cases, *also: sa.ColumnElement[bool]) -> list[tuple[Document, datetime]]:
    """The finished documents with the moments of their steps, oldest first. Raises NotReady while one is being made.

    A scoring card is not among them while another card of its offer is open: then nobody reads it.
    """
    wanted = (Promise.kind == PromiseKind.DOCUMENT, of_cases(Promise, cases), *also)
    waiting = db.session.scalar(
        sa.select(sa.func.count()).where(
            *wanted, Promise.state.in_((PromiseState.QUEUED, PromiseState.RUNNING))
        )
    )
    if waiting:
        raise NotReady(f"{waiting} documents of the case are still being made")
    rows = db.session.execute(
        sa.select(Document, Promise.at)
        .join(Promise, Promise.id == Document.promise_id)
        .where(*wanted, sa.not_(_sealed(Document.kind == DocumentKind.SCORING_CARD, Document)))
        .order_by(Promise.id)
    )
    return [(row[0], row[1]) for row in rows]


def _sealed(card: sa.ColumnElement[bool], model: Any) -> sa.ColumnElement[bool]:
    """Whether a row about a `card` belongs to an offer of which another card is still open."""
    return sa.and_(card, model.case_id.in_(open_cards()))


def not_made(cases: Cases, *also: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    """The documents that were promised and could not be made: the manifest names what is missing."""
    rows = db.session.scalars(
        sa.select(Promise)
        .where(
            Promise.kind == PromiseKind.DOCUMENT,
            Promise.state == PromiseState.DEAD,
            of_cases(Promise, cases),
            *also,
        )
        .order_by(Promise.id)
    )
    return [{"kind": row.name, "case_kind": row.case_kind, "issued_at": row.at} for row in rows]


def document_member(folder: str, document: Document, issued_at: datetime) -> Member:
    """A document under its name and code, so that two of one name never meet."""
    stem = document.file_name.removesuffix(".pdf")
    return of_blob(
        f"{folder}/{stem}.{document.code}.pdf",
        document.sha256,
        kind=DocumentKind(document.kind).value,
        code=document.code,
        case_number=document.case_number,
        version=document.version,
        issued_at=issued_at,
    )


def heads(cases: Cases, last_seq: int | None = None) -> list[dict[str, Any]]:
    """The last entry of each chain (until `last_seq`, for one case): whoever keeps these hashes holds the whole history."""
    upto = sa.true() if last_seq is None else AuditEntry.seq <= last_seq
    newest = (
        sa.select(AuditEntry.case_kind, AuditEntry.case_id, sa.func.max(AuditEntry.seq).label("seq"))
        .where(of_cases(AuditEntry, cases), upto)
        .group_by(AuditEntry.case_kind, AuditEntry.case_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(
            AuditEntry.case_kind, AuditEntry.case_id, AuditEntry.seq, AuditEntry.hash, AuditEntry.to_state
        )
        .join(
            newest,
            sa.and_(
                AuditEntry.case_kind == newest.c.case_kind,
                AuditEntry.case_id == newest.c.case_id,
                AuditEntry.seq == newest.c.seq,
            ),
        )
        .order_by(AuditEntry.case_kind, AuditEntry.case_id)
    )
    return [dict(row) for row in rows.mappings()]


def span(cases: Cases, last_seq: int | None = None) -> dict[str, Any]:
    """From when and until when the history goes, and how many entries it has. `until` is the moment of the package."""
    upto = sa.true() if last_seq is None else AuditEntry.seq <= last_seq
    row = db.session.execute(
        sa.select(
            sa.func.min(AuditEntry.at).label("from"),
            sa.func.max(AuditEntry.at).label("until"),
            sa.func.count().label("entries"),
        ).where(of_cases(AuditEntry, cases), upto)
    ).mappings()
    return dict(row.one())


def call_title(call: Procedure, at: datetime) -> str:
    """The title of the call or intake as it was announced at that moment."""
    told = source.said(call, at) if isinstance(call, Call) else {}
    return str(told.get("title") or call.title)


def offer_title(offer: Application, at: datetime) -> str:
    """The title of the application in the version of that moment; that of its draft before there was one."""
    made = [version for version in offer.versions if version.made_at <= at]
    title = offer.call.form.read(made[-1].content).text("title") if made else ""
    return title or offer.title


def history_member(cases: Cases, last_seq: int | None = None) -> Member:
    """Every entry as a line of JSON, in the fields over which its hash is taken, with the readable details."""

    def write(target: BinaryIO) -> None:
        target.writelines(canonical(line) for line in _entries(cases, last_seq))

    return Member(HISTORY, write)


def _entries(cases: Cases, last_seq: int | None) -> Iterator[dict[str, Any]]:
    upto = sa.true() if last_seq is None else AuditEntry.seq <= last_seq
    columns = [getattr(AuditEntry, name) for name in (*CHAINED, "hash")]
    card = _sealed(sa.and_(AuditEntry.case_kind == "offer", AuditEntry.trigger == "close_card"), AuditEntry)
    query = (
        sa.select(*columns, sa.case((card, sa.null()), else_=AuditDetail.detail).label("detail"))
        .outerjoin(
            AuditDetail,
            sa.and_(
                AuditDetail.case_kind == AuditEntry.case_kind,
                AuditDetail.case_id == AuditEntry.case_id,
                AuditDetail.seq == AuditEntry.seq,
            ),
        )
        .where(of_cases(AuditEntry, cases), upto)
        .order_by(AuditEntry.case_kind, AuditEntry.case_id, AuditEntry.seq)
    )
    for row in db.session.execute(query, execution_options={"yield_per": 1000}).mappings():
        yield dict(row)
