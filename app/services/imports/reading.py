"""A file of an import: read row by row, and the file to fill in. The heads of the columns may be in any language."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext

from app.i18n import _
from app.services import spreadsheets
from app.services.imports.cells import plain, spoken
from app.services.imports.declaration import Asked, Column, Import, ReadRow, Unreadable
from app.services.spreadsheets import BadTable
from reports.sheet import CellValue, Cover, DataSheet, SheetColumn, workbook
from workflows.amounts import typed_grosze
from workflows.engine import Refusal
from workflows.words import N_

LACKS_COLUMNS = N_("The file lacks these columns: %(columns)s. Take the example file as the pattern.")
TWICE_COLUMN = N_("The file has the column %(column)s twice. Take the example file as the pattern.")
NO_ROWS = N_("The file has no rows below its heading.")
TOO_MANY_ROWS = N_("The file has more than %(most)s rows. Split it.")


def read_rows(declared: Import, data: bytes, name: str) -> list[ReadRow]:
    """Every row of the file. Raises BadTable when it cannot be read as a table of these columns."""
    names = spoken(declared.labels)
    needed = set(declared.needed)

    def is_heading(cells: Sequence[str]) -> bool:
        found = {names.get(plain(cell)) for cell in cells} - {None}
        return len(found) > 1 and bool(found & needed)

    table = spreadsheets.read(data, name, is_heading, most=declared.most_rows + 1)
    places = [(place, names[plain(cell)]) for place, cell in enumerate(table.heading) if plain(cell) in names]
    columns = [column for _place, column in places]
    _refuse_heads(declared, columns)
    if not table.rows:
        raise BadTable(NO_ROWS)
    if len(table.rows) > declared.most_rows:
        raise BadTable(TOO_MANY_ROWS, {"most": declared.most_rows})
    return [
        _read_row(
            declared.columns, number, {column: row[place] for place, column in places if place < len(row)}
        )
        for number, row in table.rows
    ]


def _refuse_heads(declared: Import, columns: Sequence[str]) -> None:
    lacking = [declared.labels[name] for name in declared.needed if name not in columns]
    if lacking:
        raise BadTable(LACKS_COLUMNS, {"columns": ", ".join(str(_(label)) for label in lacking)})
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        raise BadTable(TWICE_COLUMN, {"column": str(_(declared.labels[twice]))})


def _read_row(columns: Iterable[Column], number: int, cells: Mapping[str, str]) -> ReadRow:
    values: dict[str, Any] = {}
    faults: list[Refusal] = []
    for column in columns:
        try:
            values[column.name] = column.read(cells.get(column.name, ""))
        except Unreadable as unreadable:
            faults.append(Refusal(unreadable.code, unreadable.text, unreadable.params, column.name))
    return ReadRow(number, cells, values, tuple(faults))


# ---- the file to fill in


def pattern(declared: Import, kind: str, asked: Asked) -> bytes:
    """The file to fill in, as CSV or XLSX in the reader's language; taking it as it is gives no fault."""
    rows = [[row.get(column.name) for column in declared.columns] for row in declared.pattern(asked)]
    labels = [str(_(column.label)) for column in declared.columns]
    if kind == "csv":
        typed = (
            [typed_cell(column, value) for column, value in zip(declared.columns, row, strict=True)]
            for row in rows
        )
        return spreadsheets.to_csv([labels, *typed])
    columns = [
        SheetColumn(label, "text" if column.words else column.kind, 24)
        for column, label in zip(declared.columns, labels, strict=True)
    ]
    cells: list[list[CellValue]] = [
        [_worded(column, value) for column, value in zip(declared.columns, row, strict=True)] for row in rows
    ]
    title = str(_(declared.title))
    scope = (
        asked.about.title if asked.about is not None else str(_("An example: replace its rows by your own."))
    )
    synthetic = asked.about.synthetic if asked.about is not None else True
    return workbook(
        Cover(title, scope, asked.now, synthetic=synthetic),
        [DataSheet(title, columns, cells, len(cells))],
        gettext,
    )


def _worded(column: Column, value: Any) -> CellValue:
    return str(_(column.words[value])) if column.words and value is not None else value


def typed_cell(column: Column, value: Any) -> str:
    """A value as a person would type it into the column."""
    if value is None:
        return ""
    if column.words:
        return str(_(column.words[value]))
    if column.kind == "money":
        return typed_grosze(value)
    return str(value)
