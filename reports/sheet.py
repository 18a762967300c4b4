"""The one way a register becomes a workbook: streamed row by row, with real types and a cover sheet.

Text that begins with = + - @ stays text; control characters cannot break the file; the same data give the
same bytes, because the only moment in the file is the cover's.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from reports import Translate, figures

CellValue = str | int | Decimal | date | datetime | bool | None
Kind = Literal["text", "money", "whole", "points", "percent", "day", "moment", "yes_no"]

FORMATS: dict[Kind, str] = {
    "text": "@",
    "money": '#,##0.00\\ "zł"',
    "whole": "0",
    "points": "0.00",
    "percent": "0.00%",
    "day": "dd.mm.yyyy",
    "moment": "dd.mm.yyyy hh:mm:ss",
    "yes_no": "@",
}
LONGEST_TEXT = 32_767
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its head, the kind of its values and its width in characters.

    ``money`` takes grosze (int) and stores złoty, ``points`` a Decimal, ``percent`` basis points (int),
    ``moment`` an aware datetime stored as Kraków time.
    """

    title: str
    kind: Kind = "text"
    width: float = 14


@dataclass(frozen=True, slots=True)
class Cover:
    """What the workbook covers: ``made_at`` is aware; ``filters`` are label and value pairs."""

    title: str
    scope: str
    made_at: datetime
    made_by: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    row_count: int | None = None
    notes: tuple[str, ...] = ()
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class DataSheet:
    """One sheet of a register.

    ``rows`` is read once and never kept. ``totals``, when given, has a value (or None) per column and stands
    as a last row apart from the filtered range.
    """

    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[CellValue]]
    totals: Sequence[CellValue] | None = None


def workbook(cover: Cover, sheets: Iterable[DataSheet], _: Translate) -> bytes:
    """The finished XLSX: the cover sheet and then the data sheets in their order."""
    book = Workbook(write_only=True)
    moment = figures.local(cover.made_at).astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.properties.created = book.properties.modified = moment
    book.properties.title = safe_text(cover.title)
    book.properties.creator = "Hejnał"
    book.properties.language = "pl-PL"
    target = BytesIO()
    try:
        _cover_sheet(book, cover, _)
        for data in sheets:
            _data_sheet(book, data, _)
        book.save(target)
    except BaseException:
        _discard(book)
        raise
    return _settled(target.getvalue(), moment)


def safe_text(value: str) -> str:
    """Text a workbook can hold: newlines kept, other control characters and surrogates become U+FFFD."""
    plain = value.replace("\r\n", "\n").replace("\r", "\n")
    return _ILLEGAL.sub("\ufffd", plain)[:LONGEST_TEXT]


def _discard(book: Any) -> None:
    """Closes the half-written sheets of a failed workbook and removes their temporary files."""
    for sheet in book.worksheets:
        if not sheet.closed:
            sheet.close()
        if sheet._writer is not None:
            with suppress(FileNotFoundError):
                sheet._writer.cleanup()


class _Styles:
    """One prototype cell per kind; its style index is shared by every cell of the column (much faster)."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.plain = {kind: self._prototype(kind, bold=False) for kind in FORMATS}
        self.bold = {kind: self._prototype(kind, bold=True) for kind in FORMATS}
        self.head = self._head()

    def _prototype(self, kind: Kind, *, bold: bool) -> Any:
        cell: Any = WriteOnlyCell(self.sheet)
        cell.number_format = FORMATS[kind]
        cell.alignment = Alignment(vertical="top", wrap_text=kind == "text")
        if bold:
            cell.font = Font(bold=True)
            cell.border = Border(top=Side(style="medium", color="6F7C8C"))
        return cell._style

    def _head(self) -> Any:
        cell: Any = WriteOnlyCell(self.sheet)
        cell.font = Font(bold=True, color="1A2433")
        cell.fill = PatternFill("solid", fgColor="E9EDF2")
        cell.alignment = Alignment(vertical="bottom", wrap_text=True)
        cell.border = Border(bottom=Side(style="medium", color="6F7C8C"))
        return cell._style

    def cell(self, value: CellValue, kind: Kind, style: Any, _: Translate) -> Any:
        """A cell with a real type; None is an empty cell."""
        if value is None:
            return None
        stored = _stored(value, kind, _)
        cell: Any = WriteOnlyCell(self.sheet)
        cell.value = stored
        if isinstance(stored, str):
            cell.data_type = "s"  # otherwise "=1+1" would become a formula
        cell._style = style
        return cell


def _stored(value: CellValue, kind: Kind, _: Translate) -> CellValue:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return figures.local(value).replace(tzinfo=None)
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, int):
        return _number(value, kind)
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError("a register cannot hold NaN or infinity")
    return value


def _number(value: int, kind: Kind) -> Decimal | int:
    if kind == "money":
        return Decimal(value).scaleb(-2)
    if kind == "percent":
        return Decimal(value).scaleb(-4)
    return value


def _data_sheet(book: Workbook, data: DataSheet, _: Translate) -> None:
    columns = data.columns
    sheet: Any = book.create_sheet(safe_text(data.title)[:31])
    styles = _Styles(sheet)
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = "C2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.append([styles.cell(column.title, "text", styles.head, _) for column in columns])
    plain = [(column.kind, styles.plain[column.kind]) for column in columns]
    last = 1
    for row in data.rows:
        sheet.append([styles.cell(v, kind, style, _) for v, (kind, style) in zip(row, plain, strict=True)])
        last += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
    if data.totals is not None:
        bold = [(column.kind, styles.bold[column.kind]) for column in columns]
        sheet.append([])
        sheet.append(
            [styles.cell(v, kind, style, _) for v, (kind, style) in zip(data.totals, bold, strict=True)]
        )


def _cover_sheet(book: Workbook, cover: Cover, _: Translate) -> None:
    sheet: Any = book.create_sheet(_("About this register"))
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 80
    styles = _Styles(sheet)
    lines: list[tuple[str, str]] = [
        (_("Title of the register"), cover.title),
        (_("Scope"), cover.scope),
        (_("Made on"), figures.moment(cover.made_at)),
        (_("Made by"), cover.made_by),
        (_("Number of rows"), "" if cover.row_count is None else str(cover.row_count)),
        *((_("Filter: %(name)s") % {"name": name}, value) for name, value in cover.filters),
        (_("Filters"), "" if cover.filters else _("no filters")),
        *((_("Remark"), text) for text in cover.notes),
        (_("Kind of data"), _("sample data, not a real case") if cover.synthetic else ""),
    ]
    for name, value in lines:
        if value:
            label = styles.cell(name, "text", styles.head, _)
            sheet.append([label, styles.cell(value, "text", styles.plain["text"], _)])


def _settled(data: bytes, moment: datetime) -> bytes:
    """The same archive with fixed times: openpyxl writes the time of saving into the file and its members."""
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    target = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            info = ZipInfo(member.filename, date_time=_EPOCH)
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, content)
    return target.getvalue()
