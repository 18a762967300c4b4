"""Nodes of a content as flowables of ReportLab, each with its place in the structure.

The only place that makes Paragraphs: ReportLab reads mini-markup in them, so every text passes ``markup`` first.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, PageBreak, Spacer

from reports import content as c
from reports.pdf import tables
from reports.pdf.tagging import Element, TaggedParagraph, TaggedTable
from reports.pdf.typography import (
    BODY,
    CELL,
    CELL_BOLD,
    CENTRED_HEADING,
    CENTRED_SMALL,
    CLAUSE,
    EDGE,
    HEADING,
    ITEM,
    LABEL,
    LEAD,
    LINE,
    NOTE,
    SMALL,
    SUBHEADING,
    SUBTITLE,
    TITLE,
)
from reports.tables import PORTRAIT
from reports.text import markup

STYLES: dict[c.Style, ParagraphStyle] = {
    "body": BODY,
    "lead": LEAD,
    "small": SMALL,
    "label": LABEL,
    "clause": CLAUSE,
    "item": ITEM,
}
HEADINGS: dict[int, ParagraphStyle] = {1: TITLE, 2: HEADING, 3: SUBHEADING}
WRITING_LINE = 9 * mm
DOTS = "." * 56


def title(text: str, subtitle: str, root: Element) -> list[Flowable]:
    """The title of a document with the line under it."""
    under: Flowable = paragraph(subtitle, SUBTITLE, Element("P", root)) if subtitle else Spacer(0, 7)
    return [paragraph(text, TITLE, Element("H1", root)), under]


def body(nodes: Sequence[c.Node], basis: str, root: Element) -> list[Flowable]:
    """The text of a document and its legal basis, which never begins a page alone after what is kept together."""
    if nodes and isinstance(nodes[-1], c.Together):
        before, kept = story(nodes[:-1], root), story(nodes[-1].parts, root)
        return [*before, KeepTogether([*kept, *_basis(basis, root)])]
    return [*story(nodes, root), *_basis(basis, root)]


def _basis(text: str, root: Element) -> list[Flowable]:
    return [Spacer(0, 6), paragraph(text, SMALL, Element("P", root))] if text else []


def story(nodes: Iterable[c.Node], root: Element) -> list[Flowable]:
    """The flowables of the nodes; their elements are added to ``root`` in reading order."""
    return [flowable for node in nodes for flowable in _flowables(node, root)]


def paragraph(
    text: str, style: ParagraphStyle, element: Element | None, bullet: str | None = None
) -> TaggedParagraph:
    """One paragraph of plain text whose ink belongs to ``element``; None makes it an artifact."""
    made = TaggedParagraph(markup(text), style, bulletText=bullet)
    made.element = element
    return made


def _flowables(node: c.Node, root: Element) -> list[Flowable]:
    match node:
        case c.Together():
            return [KeepTogether(story(node.parts, root))]
        case c.NewPage():
            return [PageBreak()]
        case c.Space():
            return [Spacer(0, node.points)]
        case c.WritingLines():
            return [_writing_lines(node)]
    return _PRINTS[type(node)](node, root)


def _paragraph(node: c.Paragraph, root: Element) -> list[Flowable]:
    return [paragraph(node.text, STYLES[node.style], Element("P", root))]


def _heading(node: c.Heading, root: Element) -> list[Flowable]:
    style = CENTRED_HEADING if node.centred else HEADINGS[node.level]
    made = paragraph(node.text, style, Element(f"H{max(node.level, 2)}", root))
    return [CondPageBreak(node.room), made] if node.room else [made]


def _items(node: c.Items, root: Element) -> list[Flowable]:
    kind = "Decimal" if node.numbered else "Disc"
    whole = Element("L", root, f" /A <</O /List /ListNumbering /{kind}>>")
    made: list[Flowable] = []
    for number, item in enumerate(node.items, start=node.start):
        body = Element("LBody", Element("LI", whole))
        made.append(paragraph(item, STYLES[node.style], body, f"{number}." if node.numbered else "–"))
    return made


def _facts(node: c.Facts, root: Element) -> list[Flowable]:
    whole = Element("Table", root)
    body = []
    for name, value in node.rows:
        row = Element("TR", whole)
        body.append(
            [
                paragraph(name, LABEL, Element("TH", row, tables.ROW_HEAD)),
                paragraph(value, CELL, Element("TD", row)),
            ]
        )
    return [tables.facts(body, node.width, node.label)]


def _grid(node: c.Grid, root: Element) -> list[Flowable]:
    whole = Element("Table", root)
    styles = [tables.CELLS[column.align] for column in node.columns]
    head = Element("TR", Element("THead", whole))
    body = [
        [
            paragraph(column.title, style[2], Element("TH", head, tables.COLUMN_HEAD))
            for column, style in zip(node.columns, styles, strict=True)
        ]
    ]
    rows = Element("TBody", whole)
    for row in node.rows:
        line, bold, spanned = Element("TR", rows), 0 if row.kind == "item" else 1, tables.span(node, row)
        cells = []
        for index, (text, style) in enumerate(zip(row.cells, styles, strict=True)):
            inside = spanned is not None and spanned[0] < index <= spanned[1]
            wide = spanned[1] - spanned[0] + 1 if spanned is not None and index == spanned[0] else 1
            attributes = f" /A <</O /Table /ColSpan {wide}>>" if wide > 1 else ""
            cells.append(paragraph(text, style[bold], None if inside else Element("TD", line, attributes)))
        body.append(cells)
    return [tables.grid(node, body)]


def _note(node: c.Note, root: Element) -> list[Flowable]:
    whole = Element("Div", root)
    return [tables.note([paragraph(line, NOTE, Element("P", whole)) for line in node.lines], node.width)]


def _envelope(node: c.Envelope, root: Element) -> list[Flowable]:
    whole = Element("Div", root)
    lines = [paragraph(node.name, CELL_BOLD, Element("P", whole))]
    lines += [paragraph(line, CELL, Element("P", whole)) for line in node.lines]
    if node.email:
        lines.append(paragraph(node.email, LABEL, Element("P", whole)))
    table = TaggedTable([["", lines]], colWidths=[PORTRAIT * 0.52, PORTRAIT * 0.48], spaceAfter=12)
    rules = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
    return [tables.styled(table, rules)]


def _signatures(node: c.Signatures, root: Element) -> list[Flowable]:
    whole = Element("Div", root)
    cells: list[list[Flowable]] = []
    for person in node.people:
        place = Element("Div", whole)
        names = [paragraph(text, CENTRED_SMALL, Element("P", place)) for text in person if text]
        cells.append([Spacer(0, 11 * mm), paragraph(DOTS, CENTRED_SMALL, None), *names])
    if len(cells) % 2:
        cells.insert(0 if len(cells) == 1 else len(cells), [])
    rows = [cells[start : start + 2] for start in range(0, len(cells), 2)]
    table = TaggedTable(rows, colWidths=[node.width / 2, node.width / 2])
    return [tables.styled(table, [("VALIGN", (0, 0), (-1, -1), "TOP")])]


def _writing_lines(node: c.WritingLines) -> Flowable:
    table = TaggedTable([[""]] * node.count, colWidths=[PORTRAIT], rowHeights=[WRITING_LINE] * node.count)
    return tables.styled(table, [("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE)])


def _blanks(node: c.Blanks, root: Element) -> list[Flowable]:
    whole = Element("Div", root)
    table = TaggedTable(
        [[paragraph(label, LABEL, Element("P", whole)), ""] for label in node.labels],
        colWidths=[PORTRAIT * 0.32, PORTRAIT * 0.68],
        rowHeights=[WRITING_LINE] * len(node.labels),
    )
    rules = [
        ("LINEBELOW", (1, 0), (1, -1), 0.5, EDGE),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
    ]
    return [tables.styled(table, rules), Spacer(0, 6)]


_PRINTS: dict[type[c.Node], Callable[[Any, Element], list[Flowable]]] = {
    c.Paragraph: _paragraph,
    c.Heading: _heading,
    c.Items: _items,
    c.Facts: _facts,
    c.Grid: _grid,
    c.Note: _note,
    c.Envelope: _envelope,
    c.Signatures: _signatures,
    c.Blanks: _blanks,
}
