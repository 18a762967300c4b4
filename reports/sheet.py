"""The one way a register becomes a workbook: streamed row by row, with real types, totals and a cover sheet.

openpyxl makes everything but the rows; these go straight into the archive, and beside them into a CSV file, so
memory does not grow with them. The same data give the same bytes, because the only moment in the file is the cover's.
"""

import csv as csv_format
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO, TextIOWrapper
from textwrap import wrap
from typing import IO, Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from reports import Translate, figures, sheet_parts
from reports.sheet_cells import CellValue, Kind, Writer, csv_writer, safe_text, xlsx_writer
from reports.sheet_parts import Chart, Check, Cover

__all__ = ["CellValue", "Chart", "Cover", "DataSheet", "Kind", "SheetColumn", "workbook", "write"]

_EPOCH = (1980, 1, 1, 0, 0, 0)
_ROWS = re.compile(rb"<sheetData\s*/>|<sheetData>\s*</sheetData>")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its head, the kind of its values and its width in characters.

    ``money`` takes grosze (int) and stores złoty, ``points`` a Decimal, ``percent`` basis points (int),
    ``moment`` an aware datetime stored as Kraków time. ``words`` says the values in words of the reader.
    """

    title: str
    kind: Kind = "text"
    width: float = 14
    words: Mapping[Any, str] | None = None


@dataclass(frozen=True, slots=True)
class DataSheet:
    """One sheet of a register.

    ``rows`` is read once and never kept; it gives exactly ``count`` rows. ``totals``, when given, has a value (or
    None) per column and stands as a last row apart from the filtered range.
    """

    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[CellValue]]
    count: int
    totals: Sequence[CellValue] | None = None


def write(
    target: BinaryIO,
    cover: Cover,
    sheets: Sequence[DataSheet],
    _: Translate,
    *,
    charts: Sequence[Chart] = (),
    csv: BinaryIO | None = None,
) -> None:
    """Write the XLSX into `target`: the cover, the data in their order, the charts, and the check of all totals.

    The rows of the first sheet go into `csv` in the same pass. Raises ValueError when a sheet gives another number
    of rows than it said.
    """
    moment = figures.local(cover.made_at).astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book = Workbook(write_only=True)
    sheet_parts.properties(book, cover, moment)
    sheet_parts.cover_sheet(book, cover, _, with_csv=csv is not None)
    made = [(_frame(book, data), data) for data in sheets]
    styles = [(sheet_parts.styles(sheet, [c.kind for c in data.columns]), data) for sheet, data in made]
    for chart in charts:
        sheet_parts.chart_sheet(book, chart, _)
    checks = [check for sheet, data in made for check in _checks(sheet, data)]
    if checks:
        sheet_parts.check_sheet(book, checks, _)
    streams: dict[str, Iterator[bytes]] = {}
    skeleton = BytesIO()
    book.save(skeleton)
    for place, ((sheet, _data), (found, data)) in enumerate(zip(made, styles, strict=True)):
        streams[sheet.path[1:]] = _rows(data, found, _, csv if place == 0 else None)
    _assemble(skeleton, target, streams, moment)


def workbook(cover: Cover, sheets: Sequence[DataSheet], _: Translate, charts: Sequence[Chart] = ()) -> bytes:
    """The finished XLSX of a few rows in memory."""
    target = BytesIO()
    write(target, cover, sheets, _, charts=charts)
    return target.getvalue()


def _frame(book: Workbook, data: DataSheet) -> Any:
    """The sheet without its rows: widths, frozen head, filter, and how it is printed."""
    sheet: Any = book.create_sheet(safe_text(data.title)[:31])
    last, right = data.count + 1, get_column_letter(len(data.columns))
    for number, column in enumerate(data.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = "C2"
    sheet.print_title_rows = "1:1"
    sheet.print_area = f"A1:{right}{last + 2 if data.totals is not None else last}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.auto_filter.ref = f"A1:{right}{last}"
    return sheet


def _checks(sheet: Any, data: DataSheet) -> Iterator[Check]:
    for number, (column, total) in enumerate(zip(data.columns, data.totals or (), strict=False), start=1):
        if total is not None and not isinstance(total, str):
            letter = get_column_letter(number)
            cells = f"{letter}2:{letter}{max(data.count, 1) + 1}"
            yield Check(sheet.title, column.title, column.kind, total, cells)


def _rows(data: DataSheet, styles: sheet_parts.Styles, _: Translate, csv: BinaryIO | None) -> Iterator[bytes]:
    """The rows as XML, some hundred at once; on their way each is written into the CSV file too."""
    columns = data.columns
    heads = [xlsx_writer("text", styles.head, None, _)] * len(columns)
    plain = [xlsx_writer(c.kind, styles.plain[c.kind], c.words, _) for c in columns]
    row = _row_writer(len(columns))
    fields = [csv_writer(c.kind, c.words, _) for c in columns]
    text = TextIOWrapper(csv, "utf-8", newline="") if csv is not None else None
    beside = _csv(text, [c.title for c in columns], _) if text is not None else None
    height = f'<row ht="{_head_height(columns)}" customHeight="1" '.encode()
    yield b"<sheetData>" + row(1, heads, [c.title for c in columns]).replace(b"<row ", height, 1)
    waiting: list[bytes] = []
    number = 1
    for values in data.rows:
        number += 1
        waiting.append(row(number, plain, values))
        if beside is not None:
            beside([field(value) for field, value in zip(fields, values, strict=True)])
        if len(waiting) == _AT_ONCE:
            yield b"".join(waiting)
            waiting.clear()
    yield b"".join(waiting)
    if text is not None:
        text.detach()  # flushed, and the file stays open
    if number - 1 != data.count:
        raise ValueError(f"{data.title}: {number - 1} rows instead of {data.count}")
    if data.totals is not None:
        bold = [
            xlsx_writer("text" if isinstance(total, str) else c.kind, styles.bold[c.kind], None, _)
            for c, total in zip(columns, data.totals, strict=True)
        ]
        yield row(number + 2, bold, data.totals)
    yield b"</sheetData>"


def _head_height(columns: Sequence[SheetColumn]) -> int:
    """The height in points that the wrapped titles need; without one LibreOffice cuts them to a line."""
    return 15 * max(len(wrap(column.title, max(int(column.width) - 2, 1))) for column in columns)


def _row_writer(count: int) -> Callable[[int, Sequence[Writer], Sequence[CellValue]], bytes]:
    openings = [f'<c r="{get_column_letter(number)}' for number in range(1, count + 1)]

    def row(number: int, writers: Sequence[Writer], values: Sequence[CellValue]) -> bytes:
        cells = [
            f"{opening}{number}{cell}"
            for opening, writer, value in zip(openings, writers, values, strict=True)
            if (cell := writer(value))
        ]
        return f'<row r="{number}">{"".join(cells)}</row>'.encode()

    return row


def _csv(text: TextIOWrapper, titles: Sequence[str], _: Translate) -> Callable[[Sequence[str]], Any]:
    """Writes lines of a table as Polish spreadsheets open it: semicolons, UTF-8 with its mark."""
    lines = csv_format.writer(text, delimiter=";")
    text.write("\ufeff")
    head = csv_writer("text", None, _)
    lines.writerow([head(title) for title in titles])
    return lines.writerow


def _assemble(
    skeleton: BytesIO, target: BinaryIO, streams: Mapping[str, Iterator[bytes]], moment: datetime
) -> None:
    """The same archive with its rows and with fixed times: openpyxl writes the time of saving into it."""
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with ZipFile(skeleton) as source, ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + stamp, content)
            info = ZipInfo(member.filename, date_time=_EPOCH)
            info.compress_type = ZIP_DEFLATED
            rows = streams.get(member.filename)
            if rows is None:
                archive.writestr(info, content)
                continue
            before, after = _ROWS.split(content, maxsplit=1)
            with archive.open(info, "w") as place:
                _fill(place, before, rows, after)


def _fill(place: IO[bytes], before: bytes, rows: Iterable[bytes], after: bytes) -> None:
    place.write(before)
    for chunk in rows:
        place.write(chunk)
    place.write(after)
