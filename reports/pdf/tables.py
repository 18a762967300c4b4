"""How tables are laid out: widths, rules and tints."""

from collections.abc import Iterable, Sequence
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Table, TableStyle

from reports.content import Align, Grid, Row
from reports.pdf.tagging import TaggedTable
from reports.pdf.typography import (
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
    LINE,
    REGULAR,
    SUNK,
    TINT,
)

Command = tuple[Any, ...]
PADDING = 5
MEASURED = 2000
COLUMN_HEAD = " /A <</O /Table /Scope /Column>>"
ROW_HEAD = " /A <</O /Table /Scope /Row>>"
CELLS: dict[Align, tuple[ParagraphStyle, ParagraphStyle, ParagraphStyle]] = {
    "left": (CELL, CELL_BOLD, HEAD),
    "right": (CELL_RIGHT, CELL_RIGHT_BOLD, HEAD_RIGHT),
    "centre": (CELL_CENTRE, CELL_CENTRE_BOLD, HEAD_CENTRE),
}


def grid(node: Grid, body: Sequence[list[Any]]) -> Table:
    """The table of a grid; ``body`` has the paragraphs of its head and of its rows."""
    styles = [CELLS[column.align] for column in node.columns]
    commands: list[Command] = list(_GRID)
    widest = [
        _widest_word(column.title, style[2]) for column, style in zip(node.columns, styles, strict=True)
    ]
    for number, row in enumerate(node.rows, start=1):
        bold = 0 if row.kind == "item" else 1
        commands += _row_commands(node, row, number)
        for index, cell in enumerate(row.cells):
            widest[index] = max(widest[index], _widest_word(cell, styles[index][bold]))
    table = TaggedTable(
        body,
        colWidths=_widths([column.share for column in node.columns], widest, node.width),
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


def _row_commands(node: Grid, row: Row, number: int) -> list[Command]:
    if row.kind == "item":
        return []
    spanned = span(node, row)
    joined: list[Command] = [] if spanned is None else [("SPAN", (spanned[0], number), (spanned[1], number))]
    if row.kind == "group":
        return [*joined, ("BACKGROUND", (0, number), (-1, number), TINT)]
    return [
        *joined,
        ("LINEABOVE", (0, number), (-1, number), 0.9, EDGE),
        ("NOSPLIT", (0, number - 1), (0, number)),
    ]


def span(node: Grid, row: Row) -> tuple[int, int] | None:
    """The columns over which the name of a group or of a sum runs on, because the cells beside it are empty."""
    if row.kind == "item":
        return None
    for first, column in enumerate(node.columns):
        last = first
        while row.cells[first] and last + 1 < len(node.columns) and not row.cells[last + 1]:
            last += 1
        if column.align == "left" and last > first:
            return first, last
    return None


def _widest_word(text: str, style: ParagraphStyle) -> float:
    words = text[:MEASURED].split(" ")
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


def facts(body: Sequence[list[Any]], width: float, label: float) -> Table:
    """The table of labels and values."""
    table = TaggedTable(
        body, colWidths=[width * label, width * (1 - label)], splitInRow=1, spaceBefore=2, spaceAfter=8
    )
    return styled(table, _FACTS)


_FACTS: tuple[Command, ...] = (
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 6),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.6),
)


def note(lines: Sequence[Flowable], width: float) -> Table:
    """Lines on a tint with a bar at their side."""
    table = TaggedTable(
        [[line] for line in lines], colWidths=[width], splitInRow=1, spaceBefore=4, spaceAfter=9
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
