"""What surrounds the rows of a register: document properties, the cover, the check of the totals, charts, styles."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import quote_sheetname

from reports import Translate, figures
from reports.sheet_cells import FORMATS, CellValue, Kind, number_of, safe_text

CHARACTERS, LINE_HEIGHT = 85, 15.0  # of a line on the cover: not every program fits the height by itself
LINE = Side(style="medium", color="6F7C8C")


@dataclass(frozen=True, slots=True)
class Cover:
    """What the workbook covers: ``made_at`` is aware; ``filters`` are label and value pairs.

    ``left_out`` are the titles of columns that the reader did not choose.
    """

    title: str
    scope: str
    made_at: datetime
    made_by: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    row_count: int | None = None
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A total to be recomputed: where it stands, its value as the database computed it, and the cells it sums."""

    sheet: str
    column: str
    kind: Kind
    total: CellValue
    cells: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with the figures it shows: each row is a label and a value of ``kind``."""

    title: str
    label: str
    value: str
    rows: Sequence[tuple[str, Any]]
    kind: Kind = "money"
    shape: Literal["bars", "columns", "line"] = "bars"


@dataclass(slots=True)
class Styles:
    """The numbers of the styles that the cells of one sheet share."""

    head: int
    plain: dict[Kind, int] = field(default_factory=dict)
    bold: dict[Kind, int] = field(default_factory=dict)


def properties(book: Workbook, cover: Cover, moment: datetime) -> None:
    """Title, maker, language and time of the document; `moment` is UTC without its zone."""
    book.properties.created = book.properties.modified = moment
    book.properties.title = safe_text(cover.title)
    book.properties.subject = safe_text(cover.scope)
    book.properties.creator = "Hejnał"
    book.properties.language = "pl-PL"


def styles(sheet: Any, kinds: Sequence[Kind]) -> Styles:
    """The styles for a sheet with columns of these kinds."""
    found = Styles(_head(sheet).style_id)
    for kind in dict.fromkeys(kinds):
        found.plain[kind] = _plain(sheet, kind).style_id
        found.bold[kind] = _plain(sheet, kind, bold=True).style_id
    return found


def _plain(sheet: Any, kind: Kind, *, bold: bool = False) -> Any:
    cell: Any = WriteOnlyCell(sheet)
    cell.number_format = FORMATS[kind]
    cell.alignment = Alignment(vertical="top", wrap_text=kind == "text")
    if bold:
        cell.font = Font(bold=True)
        cell.border = Border(top=LINE)
    return cell


def _head(sheet: Any) -> Any:
    cell: Any = WriteOnlyCell(sheet)
    cell.font = Font(bold=True, color="1A2433")
    cell.fill = PatternFill("solid", fgColor="E9EDF2")
    cell.alignment = Alignment(vertical="bottom", wrap_text=True)
    cell.border = Border(bottom=LINE)
    return cell


def _text(sheet: Any, text: str, *, head: bool = False) -> Any:
    cell = _head(sheet) if head else _plain(sheet, "text")
    cell.value = safe_text(text)
    cell.data_type = "s"  # otherwise "=1+1" would become a formula
    return cell


def _figure(sheet: Any, kind: Kind, value: Any) -> Any:
    cell = _plain(sheet, kind)
    cell.value = None if value is None else float(number_of(kind, value))
    return cell


def _formula(sheet: Any, kind: Kind, formula: str) -> Any:
    cell = _plain(sheet, kind)
    cell.value = formula
    return cell


def cover_sheet(book: Workbook, cover: Cover, _: Translate, *, with_csv: bool) -> None:
    """What the workbook is, for whom and of which moment; it prints on one page."""
    sheet: Any = book.create_sheet(_("About this register"))
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 80
    _printed(sheet)
    apostrophe = _(
        "In the CSV file an apostrophe stands before a text that begins with = + - @, a tab or a line break."
        " It keeps a spreadsheet from taking the text for a formula; our import takes it off again."
    )
    lines: list[tuple[str, str]] = [
        (_("Title of the register"), cover.title),
        (_("Scope"), cover.scope),
        (_("Made on"), figures.moment(cover.made_at)),
        (_("Made by"), cover.made_by),
        (_("Number of rows"), "" if cover.row_count is None else str(cover.row_count)),
        *((_("Filter: %(name)s") % {"name": name}, value) for name, value in cover.filters),
        (_("Filters"), "" if cover.filters else _("no filters")),
        (_("Columns left out"), ", ".join(cover.left_out)),
        *((_("Remark"), text) for text in cover.notes),
        (_("CSV file"), apostrophe if with_csv else ""),
        (_("Kind of data"), _("sample data, not a real case") if cover.synthetic else ""),
    ]
    for number, (name, value) in enumerate(((n, v) for n, v in lines if v), start=1):
        sheet.row_dimensions[number].height = LINE_HEIGHT * -(-len(value) // CHARACTERS)
        head = _text(sheet, name, head=True)
        head.alignment = Alignment(vertical="top", wrap_text=True)
        sheet.append([head, _text(sheet, value)])


def check_sheet(book: Workbook, checks: Sequence[Check], _: Translate) -> None:
    """Every total as the database computed it, beside the sum that the spreadsheet computes of the same cells."""
    sheet: Any = book.create_sheet(_("Check of the totals"))
    for letter, width in zip("ABCDE", (24, 34, 22, 22, 12), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    _printed(sheet)
    heads = (_("Sheet"), _("Column"), _("Total of the database"), _("Sum of the cells"), _("Equal"))
    sheet.append([_text(sheet, head, head=True) for head in heads])
    yes, no = _("yes"), _("no")
    for row, check in enumerate(checks, start=2):
        sheet.append([
            _text(sheet, check.sheet),
            _text(sheet, check.column),
            _figure(sheet, check.kind, check.total),
            _formula(sheet, check.kind, f"=SUM({quote_sheetname(check.sheet)}!{check.cells})"),
            _formula(sheet, "whole", f'=IF(ROUND(C{row}-D{row},2)=0,"{yes}","{no}")'),
        ])  # fmt: skip


def chart_sheet(book: Workbook, chart: Chart, _: Translate) -> None:
    """The figures as a table, and the chart beside them."""
    sheet: Any = book.create_sheet(safe_text(chart.title)[:31])
    sheet.column_dimensions["A"].width = 44
    sheet.column_dimensions["B"].width = 20
    sheet.freeze_panes = "A2"
    _printed(sheet)
    sheet.append([_text(sheet, chart.label, head=True), _text(sheet, chart.value, head=True)])
    for label, value in chart.rows:
        sheet.append([_text(sheet, label), _figure(sheet, chart.kind, value)])
    if not chart.rows:
        return
    drawn: Any = LineChart() if chart.shape == "line" else BarChart()
    if chart.shape == "bars":
        drawn.type = "bar"
        drawn.x_axis.scaling.orientation = "maxMin"
    last = len(chart.rows) + 1
    drawn.title = safe_text(chart.title)
    drawn.legend = None
    drawn.add_data(Reference(sheet, min_col=2, min_row=1, max_row=last), titles_from_data=True)
    drawn.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    drawn.x_axis.delete = drawn.y_axis.delete = False
    drawn.y_axis.number_format = FORMATS[chart.kind]
    drawn.width, drawn.height = 24, max(10, min(28, 1.1 * last))
    sheet.add_chart(drawn, "D2")


def _printed(sheet: Any) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
