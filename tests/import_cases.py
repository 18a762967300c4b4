"""How a test imports: a file is looked at and taken as on the page, and every table is counted before and after."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from openpyxl import Workbook

from app.extensions import db
from app.i18n import say
from app.models import User
from app.services.imports import Import, course
from app.services.imports.course import Kept
from app.services.imports.declaration import Asked, Planned
from app.services.spreadsheets import to_csv


def csv_of(declared: Import, *rows: Mapping[str, str]) -> bytes:
    """A CSV with every column under its own name."""
    names = [column.name for column in declared.columns]
    return to_csv([names, *([row.get(name, "") for name in names] for row in rows)])


def xlsx(*rows: Sequence[Any]) -> bytes:
    """A workbook whose first line is a title, as people write tables."""
    book = Workbook()
    book.active.append(["Tabela"])
    for row in rows:
        book.active.append(list(row))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def dry_run(
    declared: Import, data: bytes, user: User, at: datetime, *, about: Any = None, name: str = "tabela.csv"
) -> list[Planned]:
    """What the file would do."""
    return course.preview(declared, data, name, Asked(user, at, about))


def kept(
    declared: Import, data: bytes, user: User, at: datetime, *, about: Any = None, name: str = "tabela.csv"
) -> Kept:
    """The file as the page keeps it between the dry run and the button."""
    asked = Asked(user, at, about)
    token = course.keep(
        declared, data, name, dry_run(declared, data, user, at, about=about, name=name), asked
    )
    found = course.kept(declared, token, asked)
    assert found is not None
    return found


def taken(
    declared: Import, data: bytes, user: User, at: datetime, *, about: Any = None, name: str = "tabela.csv"
) -> dict[str, int]:
    """Take the file as the button does; how many rows met which fate."""
    file = kept(declared, data, user, at, about=about, name=name)
    try:
        fates = course.take(declared, file, Asked(user, at, about))
    except BaseException:
        db.session.rollback()
        raise
    db.session.commit()
    return {fate.value: count for fate, count in fates.items()}


def said(planned: Sequence[Planned]) -> dict[int, list[str]]:
    """What stands against each refused row."""
    return {row.read.number: [say(fault) for fault in row.faults] for row in planned if row.faults}


def changes(planned: Sequence[Planned]) -> dict[int, list[tuple[str, str, str]]]:
    """What each row changes."""
    return {
        row.read.number: [(change.column, change.old, change.new) for change in row.changes]
        for row in planned
        if row.changes
    }


def everything() -> dict[str, int]:
    """The number of rows of each table."""
    tables = db.metadata.sorted_tables
    return {
        table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables
    }


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that the database gets meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
