"""Which stored files the rows of the database name."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from app.extensions import db
from app.models import Attachment, Document, ImportRun, Promise, RequestFile
from app.models.outbox import PromiseKind, PromiseState

COLUMNS: tuple[sa.orm.InstrumentedAttribute[str] | sa.orm.InstrumentedAttribute[str | None], ...] = (
    Document.sha256,
    Document.content_sha256,
    Attachment.sha256,
    RequestFile.sha256,
    ImportRun.sha256,
)
MADE = (PromiseKind.REGISTER, PromiseKind.PACKAGE, PromiseKind.LETTERS)  # their result is a file


@dataclass(frozen=True)
class Named:
    """A file, and one of the rows that name it, as `table id`."""

    sha256: str
    row: str


def named(connection: sa.Connection | None = None) -> Iterator[Named]:
    """Every file that a row names, each once, as the given connection sees them (its snapshot)."""
    parts = [_of(column) for column in COLUMNS]
    done = (Promise.kind.in_(MADE), Promise.state == PromiseState.DONE)
    csv = Promise.arguments["csv_sha256"].astext
    parts += [
        sa.select(file.label("sha256"), sa.literal("promise").label("place"), Promise.id).where(
            *done, file.is_not(None)
        )
        for file in (Promise.result, csv)
    ]
    every = sa.union_all(*parts).subquery()
    query = sa.select(every.c.sha256, sa.func.min(every.c.place), sa.func.min(every.c.id)).group_by(
        every.c.sha256
    )
    rows = connection.execute(query) if connection is not None else db.session.execute(query)
    for sha256, place, row_id in rows:
        yield Named(sha256, f"{place} {row_id}")


def _of(
    column: sa.orm.InstrumentedAttribute[str] | sa.orm.InstrumentedAttribute[str | None],
) -> sa.Select[str, str, int]:
    model = column.class_
    place = sa.literal(model.__tablename__).label("place")
    return sa.select(column.label("sha256"), place, model.id).where(column.is_not(None))
