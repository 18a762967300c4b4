"""Tables: grids that break across pages, labelled facts, and the tinted note."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Table, TableStyle

from reports.text import P, clean
from reports.typography import (
    BRAND,
    CELL,
    CELL_BOLD,
    CELL_CENTRE,
    CELL_CENTRE_BOLD,
    CELL_RIGHT,
    CELL_RIGHT_BOLD,
    EDGE,
    HEAD,
    HEAD_CENTRE,
    HEAD_RIGHT,
    LABEL,
    LINE,
    NOTE,
    REGULAR,
    SUNK,
    TINT,
)

Align = Literal["left", "right", "centre"]
RowKind = Literal["item", "group", "sum"]
Command = tuple[Any, ...]
PORTRAIT = 166 * mm
WIDE = 253 * mm
PADDING = 5
MEASURED = 2000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, its share of the width, and where its cells stand."""

    title: str
    share: float
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; a ``sum`` is bold under a rule, a ``group`` bold on a tint."""

    cells: tuple[str, ...]
    kind: RowKind = "item"


_CELLS: dict[Align, tuple[ParagraphStyle, ParagraphStyle, ParagraphStyle]] = {
    "left": (CELL, CELL_BOLD, HEAD),
    "right": (CELL_RIGHT, CELL_RIGHT_BOLD, HEAD_RIGHT),
    "centre": (CELL_CENTRE, CELL_CENTRE_BOLD, HEAD_CENTRE),
}


def grid(columns: Sequence[Column], rows: Iterable[Row], width: float = PORTRAIT) -> Table:
    """A table that breaks across pages, its head repeated on each; a row longer than a page breaks too."""
    styles = [_CELLS[column.align] for column in columns]
    body = [[P(column.title, style[2]) for column, style in zip(columns, styles, strict=True)]]
    commands: list[Command] = list(_GRID)
    widest = [_widest_word(column.title, style[2]) for column, style in zip(columns, styles, strict=True)]
    for number, row in enumerate(rows, start=1):
        bold = 0 if row.kind == "item" else 1
        body.append([P(cell, style[bold]) for cell, style in zip(row.cells, styles, strict=True)])
        commands += _row_commands(columns, row, number)
        for index, cell in enumerate(row.cells):
            widest[index] = max(widest[index], _widest_word(cell, styles[index][bold]))
    table = Table(
        body,
        colWidths=_widths([column.share for column in columns], widest, width),
        repeatRows=1,
        splitInRow=1,
        spaceBefore=3,
        spaceAfter=8,
    )
    return styled(table, commands)


_GRID: tuple[Command, ...] = (
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
    ("BACKGROUND", (0, 0), (-1, 0), SUNK),
    ("LINEBELOW", (0, 0), (-1, 0), 0.9, EDGE),
    ("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE),
    ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
    ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.6),
)


def _row_commands(columns: Sequence[Column], row: Row, number: int) -> list[Command]:
    if row.kind == "item":
        return []
    if row.kind == "group":
        return [*_spans(columns, row, number), ("BACKGROUND", (0, number), (-1, number), TINT)]
    return [
        *_spans(columns, row, number),
        ("LINEABOVE", (0, number), (-1, number), 0.9, EDGE),
        ("NOSPLIT", (0, number - 1), (0, number)),
    ]


def _spans(columns: Sequence[Column], row: Row, number: int) -> list[Command]:
    """The name of a group or of a sum runs on over the empty cells beside it."""
    for first, column in enumerate(columns):
        last = first
        while row.cells[first] and last + 1 < len(columns) and not row.cells[last + 1]:
            last += 1
        if column.align == "left" and last > first:
            return [("SPAN", (first, number), (last, number))]
    return []


def _widest_word(text: str, style: ParagraphStyle) -> float:
    words = clean(text)[:MEASURED].split(" ")
    return max(
        (stringWidth(word, style.fontName, style.fontSize) for part in words for word in part.split("\n")),
        default=0.0,
    )


def _widths(shares: Sequence[float], widest: Sequence[float], width: float) -> list[float]:
    """Widths by share, but no column narrower than its longest word, as far as a third of the table."""
    least = [min(word + 2 * PADDING + 1, width / 3) for word in widest]
    if sum(least) >= width:
        return [width * value / sum(least) for value in least]
    fixed: set[int] = set()
    while True:
        free = width - sum(least[index] for index in fixed)
        whole = sum(share for index, share in enumerate(shares) if index not in fixed) or 1
        wanted = [least[i] if i in fixed else free * share / whole for i, share in enumerate(shares)]
        narrow = {i for i, value in enumerate(wanted) if value < least[i] - 0.01}
        if not narrow:
            return wanted
        fixed |= narrow


def styled(table: Table, commands: Iterable[Command]) -> Table:
    """The table with its rules and our typeface."""
    # Without a font of its own a table names Helvetica in the file, which is not embedded.
    table.setStyle(TableStyle([("FONTNAME", (0, 0), (-1, -1), REGULAR), *commands]))
    return table


def facts(rows: Iterable[tuple[str, str]], width: float = PORTRAIT, label: float = 0.32) -> list[Flowable]:
    """Labels with their values; a row without a value is left out."""
    body = [[P(name, LABEL), P(value, CELL)] for name, value in rows if value]
    if not body:
        return []
    table = Table(
        body,
        colWidths=[width * label, width * (1 - label)],
        splitInRow=1,
        spaceBefore=2,
        spaceAfter=8,
    )
    return [styled(table, _FACTS)]


_FACTS: tuple[Command, ...] = (
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 6),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.6),
)


def note(lines: Iterable[str], width: float = PORTRAIT) -> Flowable:
    """What the reader must not miss, on a tint with a bar at its side. Its lines must be short."""
    table = Table(
        [[P(line, NOTE)] for line in lines if line],
        colWidths=[width],
        splitInRow=1,
        spaceBefore=4,
        spaceAfter=9,
    )
    return styled(table, _NOTE)


_NOTE: tuple[Command, ...] = (
    ("BACKGROUND", (0, 0), (-1, -1), SUNK),
    ("LINEBEFORE", (0, 0), (0, -1), 2.4, BRAND),
    ("LEFTPADDING", (0, 0), (-1, -1), 10),
    ("RIGHTPADDING", (0, 0), (-1, -1), 8),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ("TOPPADDING", (0, 0), (-1, 0), 7),
    ("BOTTOMPADDING", (0, -1), (-1, -1), 8),
)
