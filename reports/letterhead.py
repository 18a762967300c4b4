"""The sheet every document is printed on: letterhead, title, running head, footer, marks and legal basis."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Spacer

from reports import Translate, figures
from reports.blocks import Story
from reports.text import P, clean, strong
from reports.typography import BOLD, BRAND, INK, INK_2, LINE, MARK, REGULAR, SMALL, SUBTITLE, TITLE, WARN

MARGIN = 22 * mm
TOP_FIRST = 39 * mm
TOP_LATER = 24 * mm
BOTTOM = 21 * mm


@dataclass(frozen=True, slots=True)
class DocumentFrame:
    """What stands around the text of every document.

    ``title``: "" takes the document's own title. ``case_number`` is the Department's number, ``case_mark``
    the mark of the city's file system once known. ``version`` is that of the document's subject.
    ``checksum`` is the short one (for an offer the first 12 hex digits). ``issued_at`` is aware; its day in
    Kraków stands in the letterhead. ``legal_basis``: one citation per entry, printed at the end.
    ``synthetic`` marks demonstration data, ``draft`` a document not yet approved.
    """

    city: str
    office: str
    address: tuple[str, ...]
    place: str
    case_number: str
    issued_at: datetime
    version: int = 1
    title: str = ""
    case_mark: str | None = None
    checksum: str | None = None
    legal_basis: tuple[str, ...] = ()
    synthetic: bool = False
    draft: bool = False


def render(
    frame: DocumentFrame,
    _: Translate,
    *,
    title: str,
    story: Story,
    before: Story = (),
    subtitle: str = "",
    wide: bool = False,
) -> bytes:
    """The finished PDF; the same arguments give the same bytes. ``wide`` is landscape."""
    name = clean(frame.title or title)
    size = landscape(A4) if wide else A4
    target = BytesIO()
    document = BaseDocTemplate(
        target,
        pagesize=size,
        title=name,
        author="",
        subject=clean(frame.case_number),
        creator="Hejnał",
        lang="pl-PL",
        invariant=1,
        initialFontName=REGULAR,
    )
    width = size[0] - 2 * MARGIN
    document.addPageTemplates(
        [
            _page("first", width, size[1] - TOP_FIRST - BOTTOM, "later"),
            _page("later", width, size[1] - TOP_LATER - BOTTOM, None),
        ]
    )
    document.build(
        [
            *before,
            P(name, TITLE),
            P(subtitle, SUBTITLE) if subtitle else Spacer(0, 7),
            *story,
            *_basis(frame, _),
        ],
        canvasmaker=_canvas_maker(_Furniture(frame, _, name, size)),
    )
    return target.getvalue()


def _page(identity: str, width: float, height: float, following: str | None) -> PageTemplate:
    body = Frame(MARGIN, BOTTOM, width, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    return PageTemplate(id=identity, frames=[body], autoNextPageTemplate=following)


def _basis(frame: DocumentFrame, _: Translate) -> list[Flowable]:
    if not frame.legal_basis:
        return []
    label = strong(_("Legal basis of the document:")) + " "
    return [Spacer(0, 6), P(label + "; ".join(frame.legal_basis).rstrip(".") + ".", SMALL)]


class _Furniture:
    """Draws what is not the text: it knows the page's number only when the whole document is set."""

    def __init__(self, frame: DocumentFrame, _: Translate, name: str, size: tuple[float, float]) -> None:
        self.frame, self._, self.name, self.size = frame, _, name, size

    def draw(self, canvas: Canvas, number: int, total: int) -> None:
        """Letterhead or running head, marks and footer of one page."""
        width, height = self.size
        if number == 1:
            self._letterhead(canvas, width, height)
        else:
            self._running_head(canvas, width, height)
        if self.frame.synthetic:
            self._synthetic(canvas, width, height)
        self._footer(canvas, width, number, total)

    def watermark(self, canvas: Canvas) -> None:
        """The word DRAFT across the sheet, under the text."""
        if not self.frame.draft:
            return
        width, height = self.size
        word = self._("DRAFT")
        canvas.saveState()
        canvas.translate(width / 2, height / 2)
        canvas.rotate(52 if height > width else 33)
        canvas.setFillColor(MARK)
        canvas.setFont(BOLD, 110)
        canvas.drawCentredString(0, -38, word)
        canvas.restoreState()

    def _letterhead(self, canvas: Canvas, width: float, height: float) -> None:
        _, frame = self._, self.frame
        top = height - 17 * mm
        canvas.setFillColor(BRAND)
        canvas.rect(MARGIN, top - 34, 2.4, 42, stroke=0, fill=1)
        left = MARGIN + 8
        _text(canvas, left, top, frame.city, BOLD, 13, INK, width / 2 - MARGIN)
        _text(canvas, left, top - 14, frame.office, REGULAR, 9.5, INK, width / 2 - MARGIN)
        for row, line in enumerate(frame.address[:2]):
            _text(canvas, left, top - 25 - 10 * row, line, REGULAR, 8.4, INK_2, width / 2 - MARGIN)
        facts = [
            f"{frame.place}, {figures.local_day(frame.issued_at)}",
            _("Case no. %(number)s") % {"number": frame.case_number},
        ]
        if frame.case_mark:
            facts.append(_("File mark: %(mark)s") % {"mark": frame.case_mark})
        for row, line in enumerate(facts):
            _text_right(canvas, width - MARGIN, top - 1 - 12 * row, line, 9.5, INK if row == 0 else INK_2)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.6)
        canvas.line(MARGIN, top - 46, width - MARGIN, top - 46)

    def _running_head(self, canvas: Canvas, width: float, height: float) -> None:
        base = height - 14.5 * mm
        room = (width - 2 * MARGIN) * 0.66
        _text(canvas, MARGIN, base, self.name, REGULAR, 8.4, INK_2, room)
        number = self._("Case no. %(number)s") % {"number": self.frame.case_number}
        _text_right(canvas, width - MARGIN, base, number, 8.4, INK_2)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.6)
        canvas.line(MARGIN, base - 6, width - MARGIN, base - 6)

    def _synthetic(self, canvas: Canvas, width: float, height: float) -> None:
        label = self._("sample data, not a real case").upper()
        room = stringWidth(label, BOLD, 7.6) + 12
        base = height - 9.5 * mm
        canvas.setStrokeColor(WARN)
        canvas.setLineWidth(0.8)
        canvas.roundRect(width / 2 - room / 2, base - 4, room, 13, 2, stroke=1, fill=0)
        canvas.setFillColor(WARN)
        canvas.setFont(BOLD, 7.6)
        canvas.drawCentredString(width / 2, base, label)

    def _footer(self, canvas: Canvas, width: float, number: int, total: int) -> None:
        _, frame = self._, self.frame
        base = 13 * mm
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.6)
        canvas.line(MARGIN, base + 11, width - MARGIN, base + 11)
        parts = [
            _("Case no. %(number)s") % {"number": frame.case_number},
            _("version %(version)s") % {"version": frame.version},
        ]
        if frame.checksum:
            parts.append(_("checksum %(checksum)s") % {"checksum": frame.checksum})
        if frame.synthetic:
            parts.append(_("sample data"))
        page = _("page %(number)s of %(total)s") % {"number": number, "total": total}
        _text(canvas, MARGIN, base, "  ·  ".join(parts), REGULAR, 8, INK_2, width - 2 * MARGIN - 70)
        _text_right(canvas, width - MARGIN, base, page, 8, INK_2)


def _text(
    canvas: Canvas, x: float, y: float, value: str, font: str, size: float, colour: Color, room: float
) -> None:
    """One line of furniture, shortened with an ellipsis when it does not fit."""
    line = " ".join(clean(value).split(" "))[:300].replace("\n", " ")
    if stringWidth(line, font, size) > room:
        while line and stringWidth(line + "…", font, size) > room:
            line = line[:-1]
        line = line.rstrip() + "…"
    canvas.setFillColor(colour)
    canvas.setFont(font, size)
    canvas.drawString(x, y, line)


def _text_right(canvas: Canvas, x: float, y: float, value: str, size: float, colour: Color) -> None:
    line = clean(value).replace("\n", " ")[:90]
    canvas.setFillColor(colour)
    canvas.setFont(REGULAR, size)
    canvas.drawRightString(x, y, line)


def _canvas_maker(furniture: _Furniture) -> Callable[..., Canvas]:
    """A canvas that keeps its pages until the last one, because "page 1 of 3" is known only then."""

    class _NumberedCanvas(Canvas):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._pages: list[dict[str, Any]] = []
            self.setViewerPreference("DisplayDocTitle", "true")
            furniture.watermark(self)

        def showPage(self) -> None:  # noqa: N802 (ReportLab's name)
            self._pages.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]  # missing from the stubs
            furniture.watermark(self)

        def save(self) -> None:
            pages: Sequence[dict[str, Any]] = self._pages
            for number, page in enumerate(pages, start=1):
                self.__dict__.update(page)
                furniture.draw(self, number, len(pages))
                super().showPage()
            super().save()

    return _NumberedCanvas
