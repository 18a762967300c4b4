"""The structure of a PDF: what each piece of ink is, in the order in which it is read.

ReportLab draws; this layer says what is drawn. Each flowable that shows words has an ``Element``; while it is drawn,
its ink is marked with a number of the page, and at the end the elements are written as the structure tree. What is
only furniture (rules, tints, heads that are repeated) is marked as an artifact.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfdoc
from reportlab.platypus import Paragraph, Table

_METADATA = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>'
    "<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>"
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
)


class Element:
    """A node of the structure tree: its type, its children in reading order, and its ink on the pages."""

    __slots__ = ("alternative", "attributes", "children", "kind", "parent")

    def __init__(
        self, kind: str, parent: "Element | None" = None, attributes: str = "", alternative: str = ""
    ) -> None:
        self.kind, self.attributes, self.alternative = kind, attributes, alternative
        self.parent = parent
        self.children: list[Element | tuple[int, int]] = []
        if parent is not None:
            parent.children.append(self)


class Marks:
    """Which element each numbered piece of ink on each page belongs to."""

    def __init__(self) -> None:
        self.pages: list[list[Element]] = [[]]

    def next_page(self) -> None:
        """What is drawn from here on stands on the next page."""
        self.pages.append([])

    def begin(self, canvas: Any, element: Element, page: int | None = None) -> None:
        """The ink that follows belongs to ``element``; ``page`` counts from 0, None is the page being drawn."""
        number = len(self.pages) - 1 if page is None else page
        ink = self.pages[number]
        element.children.append((number, len(ink)))
        canvas._code.append(f"/{element.kind} <</MCID {len(ink)}>> BDC")
        ink.append(element)


@contextmanager
def marked(canvas: Any, element: Element, page: int | None = None) -> Iterator[None]:
    """What is drawn inside belongs to ``element``."""
    canvas.marks.begin(canvas, element, page)
    yield
    canvas._code.append("EMC")


@contextmanager
def artifact(canvas: Any) -> Iterator[None]:
    """What is drawn inside is decoration and is not read."""
    canvas._code.append("/Artifact BMC")
    yield
    canvas._code.append("EMC")


class TaggedParagraph(Paragraph):
    """A paragraph whose ink belongs to an element. Its parts on several pages share the element; a second print of the
    same part, as in the head of a table that goes on, is an artifact."""

    element: Element | None = None
    drawn = False

    def draw(self) -> None:
        """Draw the paragraph, marked."""
        canvas = self.canv
        if self.element is None or self.drawn:
            with artifact(canvas):
                super().draw()
            return
        self.drawn = True
        with marked(canvas, self.element):
            super().draw()

    def split(self, *arguments: Any) -> list[Any]:
        """The parts belong to the same element."""
        parts: list[Any] = super().split(*arguments)
        for part in parts:
            part.element = self.element
        return parts


class TaggedTable(Table):
    """A table whose rules and tints are artifacts; its cells are paragraphs with elements of their own."""

    def _drawBkgrnd(self) -> None:  # noqa: N802 (ReportLab's name)
        with artifact(self.canv):
            super()._drawBkgrnd()  # type: ignore[misc]

    def _drawLines(self) -> None:  # noqa: N802 (ReportLab's name)
        with artifact(self.canv):
            super()._drawLines()  # type: ignore[misc]


class _Raw(pdfdoc.PDFObject):
    """An object of the file whose text is ready."""

    __RefOnly__ = 1

    def __init__(self) -> None:
        self.body = ""

    def format(self, document: Any) -> bytes:
        """The bytes of the object."""
        return self.body.encode("latin-1")


def write_structure(document: Any, root: Element, pages: Sequence[Sequence[Element]]) -> None:
    """Write the structure tree of ``root`` and what leads from the pages to it into ReportLab's ``document``.

    Elements without ink and without children are left out. Raises nothing; to be called when every page is made.
    """
    _prune(root)
    number = _Numbers(document)
    elements = list(_walk(root))
    for element in elements:
        number.give(element)
    tree = number.new("StructTreeRoot")
    for element in elements:
        number.raw[element].body = _element_body(element, number, tree)
    parents = number.new("ParentTree")
    ink = " ".join(
        f"{page} [{' '.join(number.reference(element) for element in found)}]" for page, found in enumerate(pages)
    )  # fmt: skip
    parents.body = f"<</Nums [{ink}]>>"
    tree.body = (
        f"<</Type /StructTreeRoot /K {number.reference(root)} /ParentTree {number.of(parents)} 0 R"
        f" /ParentTreeNextKey {len(pages)}>>"
    )
    document.Catalog.StructTreeRoot = tree
    document.Catalog.MarkInfo = _inline("<</Marked true>>")
    for page in range(len(pages)):
        made = document.idToObject[f"Page{page + 1}"]
        made.__NoDefault__ = [*made.__NoDefault__, "StructParents", "Tabs"]
        made.StructParents, made.Tabs = page, pdfdoc.PDFName("S")


def describe(document: Any, title: str, language: str) -> None:
    """Say in the file's own metadata what it is called and in which language; nothing of who made it."""
    packet = pdfdoc.PDFStream(pdfdoc.PDFDictionary(), (_METADATA % (escape(title), language)).encode())
    packet.dictionary["Type"], packet.dictionary["Subtype"] = (
        pdfdoc.PDFName("Metadata"),
        pdfdoc.PDFName("XML"),
    )
    document.Catalog.Metadata = packet


def _inline(body: str) -> _Raw:
    made = _Raw()
    made.body = body
    return made


class _Numbers:
    """The object numbers of elements and pages."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.raw: dict[Element, _Raw] = {}
        self.given: dict[Element, int] = {}
        self.own: dict[int, int] = {}

    def new(self, name: str) -> _Raw:
        """A registered object without a body yet."""
        made = _Raw()
        self.document.Reference(made, name)
        self.own[id(made)] = self.document.objectcounter
        return made

    def of(self, raw: _Raw) -> int:
        return self.own[id(raw)]

    def give(self, element: Element) -> None:
        """Register an element."""
        raw = self.new(f"Struct{len(self.given)}")
        self.raw[element], self.given[element] = raw, self.of(raw)

    def reference(self, element: Element) -> str:
        return f"{self.given[element]} 0 R"

    def page(self, page: int) -> str:
        return f"{self.document.idToObjectNumberAndVersion[f'Page{page + 1}'][0]} 0 R"


def _element_body(element: Element, number: _Numbers, tree: _Raw) -> str:
    parent = f"{number.of(tree)} 0 R" if element.parent is None else number.reference(element.parent)
    ink = [child for child in element.children if isinstance(child, tuple)]
    home = ink[0][0] if ink else None
    kids = " ".join(
        number.reference(child) if isinstance(child, Element) else _ink(child, home, number)
        for child in element.children
    )
    page = "" if home is None else f" /Pg {number.page(home)}"
    alternative = f" /Alt {_string(element.alternative)}" if element.alternative else ""
    return f"<</Type /StructElem /S /{element.kind} /P {parent}{page} /K [{kids}]{element.attributes}{alternative}>>"


def _ink(child: tuple[int, int], home: int | None, number: _Numbers) -> str:
    page, mark = child
    return str(mark) if page == home else f"<</Type /MCR /Pg {number.page(page)} /MCID {mark}>>"


def _string(value: str) -> str:
    return f"<FEFF{value.encode('utf-16-be').hex().upper()}>"


def _prune(element: Element) -> bool:
    element.children = [child for child in element.children if isinstance(child, tuple) or _prune(child)]
    # A cell may be empty and is a cell nevertheless: without it the columns of the row would not fit.
    return bool(element.children) or element.kind in {"TD", "TH"}


def _walk(element: Element) -> Iterator[Element]:
    yield element
    for child in element.children:
        if isinstance(child, Element):
            yield from _walk(child)
