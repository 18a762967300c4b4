"""Tables that people upload: CSV as spreadsheets save it, and XLSX; read as values, never as formulas.

A number of a cell becomes the text that the spreadsheet shows, so no amount goes through a binary fraction.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from app.services import file_kinds
from reports.sheet_cells import guarded, unguarded
from workflows.words import N_

LARGEST = 2 * file_kinds.MIB
MOST_UNPACKED = 30 * file_kinds.MIB
MOST_COLUMNS = 60
HEADING_WITHIN = 20  # a title or two may stand above the heading
KINDS_TEXT = N_("XLSX or CSV, up to 2 MB")
EMPTY = N_("The file is empty.")
TOO_LARGE = N_("The file has more than 2 MB. Split it.")
WRONG_KIND = N_("This is neither an XLSX nor a CSV file. Save the table as one of these.")
UNREADABLE = N_("The file cannot be read. Save it again in its own program.")
NO_HEADING = N_("No heading of the columns was found. Take the example file as the pattern.")
ENCODINGS = ("utf-8-sig", "cp1250")  # what spreadsheets write in Poland
SEPARATORS = (";", ",", "\t")
# What a damaged workbook makes its reader raise.
BROKEN = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, ValueError, KeyError, IndexError, TypeError, AttributeError,
    OSError, EOFError, NotImplementedError, RuntimeError, SyntaxError,
)  # fmt: skip


class BadTable(ValueError):
    """The file is no table that can be taken; `text` and `params` make the sentence."""

    def __init__(self, text: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.params: Mapping[str, Any] = params or {}


@dataclass(frozen=True)
class Table:
    """The heading, and below it every row that is not empty with its number in the file."""

    heading: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


def read(data: bytes, name: str, is_heading: Callable[[Sequence[str]], bool], *, most: int) -> Table:
    """The first `most` rows of the first sheet that has the heading. Raises BadTable with what to do instead."""
    if not data:
        raise BadTable(EMPTY)
    if len(data) > LARGEST:
        raise BadTable(TOO_LARGE)
    ending = name.rpartition(".")[2].lower()
    if ending == "csv":
        return _below_heading([_numbered(_csv(data))], is_heading, most)
    if ending == "xlsx":
        return _xlsx(data, is_heading, most)
    raise BadTable(WRONG_KIND)


def to_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """A table as Polish spreadsheets open it: semicolons, UTF-8 with its mark."""
    target = io.StringIO()
    csv.writer(target, delimiter=";").writerows([guarded(cell) for cell in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def _csv(data: bytes) -> Iterator[list[str]]:
    if b"\x00" in data:
        raise BadTable(WRONG_KIND)
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadTable(UNREADABLE)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield [unguarded(cell.strip()) for cell in row]  # XLSX says by itself what is text
    except csv.Error as error:
        raise BadTable(UNREADABLE) from error


def _xlsx(data: bytes, is_heading: Callable[[Sequence[str]], bool], most: int) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            unpacked = sum(member.file_size for member in package.infolist())
        file_kinds.media_type_of(io.BytesIO(data), "table.xlsx")
        if unpacked > MOST_UNPACKED:
            raise BadTable(TOO_LARGE)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return _below_heading([_cells(sheet, most) for sheet in book.worksheets], is_heading, most)
    except BadTable:
        raise
    except file_kinds.UnfitFile as unfit:
        raise BadTable(unfit.msgid, {"name": unfit.name}) from unfit
    except BROKEN as error:
        raise BadTable(UNREADABLE) from error


def _cells(sheet: Any, most: int) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # what a file says of its size may be wrong
    rows = sheet.iter_rows(max_row=HEADING_WITHIN + most + 1, max_col=MOST_COLUMNS, values_only=True)
    return _numbered([_shown(value) for value in row] for row in rows)


def _numbered(rows: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(rows, start=1):
        yield number, [cell.strip() for cell in row[:MOST_COLUMNS]]


def _shown(value: Any) -> str:
    """A cell as text: days in ISO form, numbers with at most the fifteen figures that spreadsheets show."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value)
    return format(value, ".15g") if isinstance(value, float) else str(value)


def _below_heading(
    sheets: Iterable[Iterator[tuple[int, list[str]]]], is_heading: Callable[[Sequence[str]], bool], most: int
) -> Table:
    for sheet in sheets:
        for number, row in sheet:
            if is_heading(row):
                return Table(row, _filled(sheet, most))
            if number >= HEADING_WITHIN:
                break
    raise BadTable(NO_HEADING)


def _filled(rows: Iterator[tuple[int, list[str]]], most: int) -> list[tuple[int, Sequence[str]]]:
    found: list[tuple[int, Sequence[str]]] = []
    for number, row in rows:
        if any(row):
            found.append((number, row))
        if len(found) >= most:
            break
    return found
