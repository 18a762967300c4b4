"""What stands around the text: letterhead, running head, footer, QR code and marks."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from segno import make as make_qr

from reports.content import Content
from reports.pdf.tagging import Element, artifact, marked
from reports.pdf.typography import BOLD, BRAND, INK, INK_2, LINE, MARK, REGULAR, WARN

MARGIN = 22 * mm
QR = 44.0
GAP = 8.0
MARK_SIZE = 110
FOOT = 14.5 * mm


class Furniture:
    """Draws what is not the text of one document: it knows a page's number only when the whole is set.

    ``head`` is the element of the letterhead on the first page; it is read, everything else is decoration.
    """

    def __init__(self, content: Content, size: tuple[float, float], root: Element) -> None:
        self.content, self.size = content, size
        self.head = Element("Div", root)

    def draw(self, canvas: Canvas, page: int, number: int, total: int) -> None:
        """Letterhead or running head, marks and footer of page ``number``, which is ``page`` of the file from 0."""
        if number == 1:
            self._letterhead(canvas, page)
        else:
            with artifact(canvas):
                self._running_head(canvas)
        with artifact(canvas):
            self._synthetic(canvas)
            self._footer(canvas, number, total)

    def watermark(self, canvas: Canvas) -> None:
        """The word of a document that is not final, across the sheet and under the text."""
        word = self.content.head.mark
        if not word:
            return
        width, height = self.size
        with artifact(canvas):
            canvas.saveState()
            canvas.translate(width / 2, height / 2)
            canvas.rotate(52 if height > width else 33)
            canvas.setFillColor(MARK)
            canvas.setFont(BOLD, MARK_SIZE)
            canvas.drawCentredString(0, -38, word)
            canvas.restoreState()

    def _letterhead(self, canvas: Canvas, page: int) -> None:
        head, (width, height) = self.content.head, self.size
        top = height - 17 * mm
        with artifact(canvas):
            canvas.setFillColor(BRAND)
            canvas.rect(MARGIN, top - 34, 2.4, 42, stroke=0, fill=1)
            canvas.setStrokeColor(LINE)
            canvas.setLineWidth(0.6)
            canvas.line(MARGIN, top - 46, width - MARGIN, top - 46)
        left, room = MARGIN + 8, width / 2 - MARGIN
        lines = [(head.city, BOLD, 13.0, INK, top), (head.office, REGULAR, 9.5, INK, top - 14)]
        lines += [
            (line, REGULAR, 8.4, INK_2, top - 25 - 10 * row) for row, line in enumerate(head.address[:2])
        ]
        for line, font, size, colour, base in lines:
            if line.strip():
                with marked(canvas, Element("P", self.head), page):
                    _text(canvas, left, base, line, font, size, colour, room)
        right = width - MARGIN
        if head.verify_url:
            with marked(canvas, Element("Figure", self.head, _box(right, top), head.qr), page):
                _qr(canvas, head.verify_url, right - QR, top - 36)
            right -= QR + GAP
        for row, line in enumerate(head.facts):
            if line.strip():
                with marked(canvas, Element("P", self.head), page):
                    _text_right(canvas, right, top - 1 - 12 * row, line, 9.5, INK if row == 0 else INK_2)

    def _running_head(self, canvas: Canvas) -> None:
        width, height = self.size
        base = height - 14.5 * mm
        _text(canvas, MARGIN, base, self.content.title, REGULAR, 8.4, INK_2, (width - 2 * MARGIN) * 0.66)
        _text_right(canvas, width - MARGIN, base, self.content.head.reference, 8.4, INK_2)
        _rule(canvas, width, base - 6)

    def _synthetic(self, canvas: Canvas) -> None:
        label, (width, height) = self.content.head.synthetic, self.size
        if not label:
            return
        room = stringWidth(label, BOLD, 7.6) + 12
        base = height - 9.5 * mm
        canvas.setStrokeColor(WARN)
        canvas.setLineWidth(0.8)
        canvas.roundRect(width / 2 - room / 2, base - 4, room, 13, 2, stroke=1, fill=0)
        canvas.setFillColor(WARN)
        canvas.setFont(BOLD, 7.6)
        canvas.drawCentredString(width / 2, base, label)

    def _footer(self, canvas: Canvas, number: int, total: int) -> None:
        head, width = self.content.head, self.size[0]
        _rule(canvas, width, FOOT + 11)
        page = head.page % {"number": number, "total": total}
        _text(canvas, MARGIN, FOOT, "  ·  ".join(head.footer), REGULAR, 8, INK_2, width - 2 * MARGIN - 70)
        _text_right(canvas, width - MARGIN, FOOT, page, 8, INK_2)
        if head.verify:
            _text(canvas, MARGIN, FOOT - 10, head.verify, REGULAR, 8, INK_2, width - 2 * MARGIN)


def _box(right: float, top: float) -> str:
    corners = (right - QR, top - 36, right, top - 36 + QR)
    return f" /A <</O /Layout /Placement /Block /BBox [{' '.join(f'{corner:.2f}' for corner in corners)}]>>"


def _qr(canvas: Canvas, address: str, x: float, y: float) -> None:
    """The code as runs of dark squares: sharp at any size, and no picture in the file."""
    rows = make_qr(address, error="m", micro=False).matrix
    canvas.saveState()
    canvas.setFillColor(INK)
    canvas.translate(x, y + QR)
    canvas.scale(QR / len(rows), -QR / len(rows))
    runs = (
        f"{place} {line} {length} 1 re" for line, row in enumerate(rows) for place, length in _dark_runs(row)
    )
    canvas._code.append(" ".join((*runs, "f")))  # type: ignore[attr-defined]  # missing from the stubs
    canvas.restoreState()


def _dark_runs(row: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where dark squares stand side by side: the first and how many."""
    place = 0
    for dark, squares in groupby(row):
        length = len(list(squares))
        if dark:
            yield place, length
        place += length


def _rule(canvas: Canvas, width: float, base: float) -> None:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, base, width - MARGIN, base)


def _text(
    canvas: Canvas, x: float, y: float, value: str, font: str, size: float, colour: Color, room: float
) -> None:
    """One line of furniture, shortened with an ellipsis when it does not fit."""
    line = value[:300].replace("\n", " ")
    if stringWidth(line, font, size) > room:
        while line and stringWidth(line + "…", font, size) > room:
            line = line[:-1]
        line = line.rstrip() + "…"
    canvas.setFillColor(colour)
    canvas.setFont(font, size)
    canvas.drawString(x, y, line)


def _text_right(canvas: Canvas, x: float, y: float, value: str, size: float, colour: Color) -> None:
    canvas.setFillColor(colour)
    canvas.setFont(REGULAR, size)
    canvas.drawRightString(x, y, value.replace("\n", " ")[:90])
