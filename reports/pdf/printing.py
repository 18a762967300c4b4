"""One file from one content or from many."""

from collections import Counter
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, NextPageTemplate, PageBreak, PageTemplate

from reports.content import Content
from reports.pdf import flowables
from reports.pdf.furniture import MARGIN, Furniture
from reports.pdf.tagging import Element, Marks, describe, write_structure
from reports.pdf.typography import REGULAR

TOP_FIRST = 39 * mm
TOP_LATER = 24 * mm
BOTTOM = 22.5 * mm
LANGUAGES = {"pl": "pl-PL", "en": "en-GB", "uk": "uk-UA", "ru": "ru-RU"}
SIZES = {False: A4, True: landscape(A4)}


def to_pdf(content: Content) -> bytes:
    """The finished, tagged PDF; the same content gives the same bytes."""
    return print_many([content], content.title, content.head.subject)


def print_many(contents: Sequence[Content], title: str, subject: str = "") -> bytes:
    """Several documents in one file, each with its own letterhead and page numbers from 1; for the printer."""
    target = BytesIO()
    root = Element("Document")
    document = BaseDocTemplate(
        target,
        pagesize=SIZES[contents[0].wide],
        title=title,
        author="",
        subject=subject,
        creator="Hejnał",
        lang=LANGUAGES[contents[0].language],
        invariant=1,
        initialFontName=REGULAR,
    )
    first = contents[0].wide
    document.addPageTemplates([*_templates(first), *_templates(not first)])
    parts, furniture = [], []
    for number, content in enumerate(contents):
        whole = root if len(contents) == 1 else Element("Sect", root)
        furniture.append(Furniture(content, SIZES[content.wide], whole))
        if number:
            parts += [NextPageTemplate(_name("first", content.wide)), PageBreak()]
        parts += [_Begin(number), NextPageTemplate(_name("later", content.wide)), *_story(content, whole)]
    document.build(parts, canvasmaker=_canvas_maker(furniture, root, title, contents[0].language))
    return target.getvalue()


def _story(content: Content, root: Element) -> list[Flowable]:
    return [
        *flowables.story(content.before, root),
        *flowables.title(content.title, content.subtitle, root),
        *flowables.body(content.story, content.basis, root),
    ]


def _name(place: str, wide: bool) -> str:
    return f"{place}-{'wide' if wide else 'upright'}"


def _templates(wide: bool) -> list[PageTemplate]:
    width, height = SIZES[wide]
    return [
        _page("first", wide, width - 2 * MARGIN, height - TOP_FIRST - BOTTOM),
        _page("later", wide, width - 2 * MARGIN, height - TOP_LATER - BOTTOM),
    ]


def _page(place: str, wide: bool, width: float, height: float) -> PageTemplate:
    body = Frame(MARGIN, BOTTOM, width, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    return PageTemplate(id=_name(place, wide), frames=[body], pagesize=SIZES[wide])


class _Begin(Flowable):
    """Tells the canvas that a document begins on this page; it takes no room."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """No room."""
        return 0, 0

    def draw(self) -> None:
        """The page belongs to the document."""
        canvas: Any = self.canv
        canvas.begin(self.number)


def _canvas_maker(
    furniture: Sequence[Furniture], root: Element, title: str, language: str
) -> Callable[..., Canvas]:
    """A canvas that keeps its pages until the last one, because "page 1 of 3" is known only then."""

    class _NumberedCanvas(Canvas):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.marks = Marks()
            self._pages: list[dict[str, Any]] = []
            self._owners: list[int] = []
            self._owner = -1
            self.setViewerPreference("DisplayDocTitle", "true")

        def begin(self, number: int) -> None:
            """The page being drawn, and those after it, belong to document ``number``."""
            self._owner = number

        def showPage(self) -> None:  # noqa: N802 (ReportLab's name)
            self._owners.append(self._owner)
            self._pages.append(dict(self.__dict__))
            self.marks.next_page()
            self._startPage()  # type: ignore[attr-defined]  # missing from the stubs

        def save(self) -> None:
            pages: Sequence[dict[str, Any]] = self._pages
            totals, marks = Counter(self._owners), self.marks
            seen: Counter[int] = Counter()
            for page, (owner, state) in enumerate(zip(self._owners, pages, strict=True)):
                self.__dict__.update(state)
                seen[owner] += 1
                self._under(furniture[owner])
                furniture[owner].draw(self, page, seen[owner], totals[owner])
                super().showPage()
            write_structure(self._doc, root, marks.pages[: len(pages)])  # type: ignore[attr-defined]
            describe(self._doc, title, language)  # type: ignore[attr-defined]
            super().save()

        def _under(self, own: Furniture) -> None:
            """The mark of the document goes under what is drawn already."""
            text: list[str] = self._code  # type: ignore[has-type]  # missing from the stubs
            self._code = []
            own.watermark(self)
            self._code += text

    return _NumberedCanvas
