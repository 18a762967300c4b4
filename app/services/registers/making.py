"""A register is made: one moment of the database, streamed by a server-side cursor into an XLSX and a CSV file."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

import sqlalchemy as sa
from flask_babel import gettext

from app.extensions import db
from app.i18n import _
from app.models import Unit
from app.services.registers import statements
from app.services.registers.choice import Choice
from app.services.registers.declaration import Column, Picture, Register, Scope, Table
from reports.sheet import CellValue, Chart, Cover, DataSheet, SheetColumn, write

EVERY = 500
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Summed:
    """The number of rows of a table and its sums by the keys of the columns."""

    count: int
    synthetic: bool
    values: Mapping[str, Any]


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything that the session reads inside belongs to one moment, whatever is written meanwhile."""
    db.session.rollback()
    db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield
    finally:
        db.session.rollback()


def make(
    register: Register, scope: Scope, choice: Choice, made_by: str, at: datetime, xlsx: BinaryIO, csv: BinaryIO,
    progress: Progress,
) -> int:  # fmt: skip
    """Write both files and give the number of rows of all tables. Raises Unfit for a filter of no meaning."""
    with one_moment():
        columns = {table.title: _columns(register, table, choice) for table in register.tables}
        summed = {
            table.title: _summed(register, table, scope, columns[table.title]) for table in register.tables
        }
        total = sum(found.count for found in summed.values())
        counter = _Counter(total, progress)
        sheets = [
            _sheet(register, table, scope, choice, columns[table.title], summed[table.title], counter)
            for table in register.tables
        ]
        charts = [_chart(register, picture, scope) for picture in register.charts]
        cover = _cover(register, scope, choice, made_by, at, total, any(s.synthetic for s in summed.values()))
        write(xlsx, cover, sheets, gettext, charts=charts, csv=csv)
    return total


def preview(register: Register, scope: Scope, choice: Choice, most: int) -> tuple[int, list[sa.Row[Any]]]:
    """How many rows there are, and the first of them."""
    columns = choice.taken(register)
    count = _summed(register, register.main, scope, ()).count
    query = statements.rows(register, register.main, scope, choice, columns).limit(most)
    return count, list(db.session.execute(query))


def _columns(register: Register, table: Table, choice: Choice) -> tuple[Column, ...]:
    return choice.taken(register) if table is register.main else table.columns


def _summed(register: Register, table: Table, scope: Scope, columns: Sequence[Column]) -> Summed:
    row = db.session.execute(statements.sums(register, table, scope, columns)).one()
    values = row._asdict()
    return Summed(values["row_count"], values["synthetic"], values)


class _Counter:
    """Tells now and then how many rows of all tables are written."""

    def __init__(self, total: int, progress: Progress) -> None:
        self.total, self.done, self.progress = total, 0, progress
        progress(0, total)

    def counted(self, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            yield row
            self.done += 1
            if self.done % EVERY == 0 or self.done == self.total:
                self.progress(self.done, self.total)


def _sheet(
    register: Register, table: Table, scope: Scope, choice: Choice, columns: Sequence[Column], summed: Summed,
    counter: _Counter,
) -> DataSheet:  # fmt: skip
    query = statements.rows(register, table, scope, choice, columns)
    return DataSheet(
        title=_(table.title),
        columns=[_head(column) for column in columns],
        rows=counter.counted(_streamed(query)),
        count=summed.count,
        totals=_totals(columns, summed),
    )


def _streamed(query: sa.Select[Any]) -> Iterator[Any]:
    """The rows of a server-side cursor; the query begins with the first row that is asked for."""
    yield from db.session.connection().execute(query, execution_options={"yield_per": EVERY})


def _head(column: Column) -> SheetColumn:
    words = {str(value): _(name) for value, name in column.words.items()} if column.words else None
    return SheetColumn(_(column.title), column.kind, column.width, words)


def _totals(columns: Sequence[Column], summed: Summed) -> list[CellValue] | None:
    if not any(column.total for column in columns):
        return None
    values: list[CellValue] = [summed.values[c.key] if c.total else None for c in columns]
    if values[0] is None:
        values[0] = _("Total")
    return values


def _chart(register: Register, picture: Picture, scope: Scope) -> Chart:
    words = {str(value): _(name) for value, name in (picture.words or {}).items()}
    rows = [
        (words.get(str(label), str(label)) if label not in {None, ""} else _("not given"), value or 0)
        for label, value in db.session.execute(statements.figures(register, picture, scope))
    ]
    return Chart(
        _(picture.title), _(picture.label_title), _(picture.value_title), rows, picture.kind, picture.shape
    )


def _cover(
    register: Register, scope: Scope, choice: Choice, made_by: str, at: datetime, count: int, synthetic: bool
) -> Cover:
    unit = db.session.get(Unit, scope.unit_id) if scope.unit_id is not None else None
    told = [(_(found.title), found.told(scope.values)) for found in register.filters]
    return Cover(
        title=_(register.title),
        scope=unit.name if unit else _("The whole City"),
        made_at=at,
        made_by=made_by,
        filters=tuple((name, value) for name, value in told if value),
        row_count=count,
        left_out=tuple(_(column.title) for column in choice.left_out(register)),
        notes=tuple(_(note) for note in register.notes),
        synthetic=synthetic,
    )
