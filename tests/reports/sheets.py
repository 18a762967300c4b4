"""Printed sheets as a reader of the file meets them: words with their boxes, by poppler."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader

from reports.content import Blanks, Content, Grid, Heading, Node, Together, WritingLines
from reports.pdf.flowables import WRITING_LINE
from reports.pdf.furniture import FOOT, MARGIN
from reports.pdf.printing import BOTTOM, TOP_FIRST, TOP_LATER

RULE_OF_THE_FOOT = FOOT + 11
TOUCHING = 2.5  # points by which the boxes of two lines may meet: a box is higher than its letters
XHTML = "{http://www.w3.org/1999/xhtml}"


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its box in points, from the top left corner of the sheet."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def covers(self, other: "Word") -> bool:
        """Whether the two are printed over each other."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 1 and down > TOUCHING


@dataclass(frozen=True)
class Sheet:
    """One page."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]

    @cached_property
    def body(self) -> tuple[Word, ...]:
        """The words between the letterhead or the running head and the foot."""
        top, foot = TOP_FIRST if self.number == 1 else TOP_LATER, self.height - RULE_OF_THE_FOOT
        return tuple(word for word in self.words if word.top >= top - TOUCHING and word.bottom <= foot + 1)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the body from the top; words at one height are one line."""
        rows: list[list[Word]] = []
        for word in sorted(self.body, key=lambda word: (word.bottom, word.left)):
            if rows and abs(rows[-1][-1].bottom - word.bottom) < TOUCHING:
                rows[-1].append(word)
            else:
                rows.append([word])
        return [" ".join(word.text for word in sorted(row, key=lambda word: word.left)) for row in rows]

    @property
    def text(self) -> str:
        """The words of the body in the order of reading, with single spaces."""
        return " ".join(word.text for word in self.body)

    def outside(self) -> Iterator[Word]:
        """The words beyond the margins, under the last line of the body, or across the rule of the foot."""
        rule = self.height - RULE_OF_THE_FOOT
        for word in self.words:
            across = word.left >= MARGIN - 1 and word.right <= self.width - MARGIN + 1
            foot = word.top >= rule and word.bottom <= self.height - FOOT + 16
            text = word.top >= 0 and word.bottom <= self.height - BOTTOM + 4
            if not across or not (foot or text):
                yield word

    def overlaps(self) -> Iterator[tuple[str, str]]:
        """Pairs of words that are printed over each other."""
        words = sorted(self.words, key=lambda word: word.top)
        for first, word in enumerate(words):
            for other in words[first + 1 :]:
                if other.top > word.bottom:
                    break
                if word.covers(other):
                    yield word.text, other.text


def sheets(pdf: bytes, mark: str = "") -> list[Sheet]:
    """The pages of a file; `mark` is the word that lies under the text of a draft and is left out.

    Where poppler is not installed the test is skipped, loudly.
    """
    if shutil.which("pdftotext") is None:
        pytest.skip("the layout of documents is read by pdftotext: install poppler-utils")
    found = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    pages = ET.fromstring(found.stdout).iter(f"{XHTML}page")  # noqa: S314 - poppler wrote it
    return [
        Sheet(
            number, float(page.get("width", "0")), float(page.get("height", "0")), tuple(_words(page, mark))
        )
        for number, page in enumerate(pages, 1)
    ]


def _words(page: ET.Element, mark: str) -> Iterator[Word]:
    for element in page.iter(f"{XHTML}word"):
        left, top, right, bottom = (
            float(element.get(name, "0")) for name in ("xMin", "yMin", "xMax", "yMax")
        )
        if not (element.text and element.text in mark and bottom - top > 40):
            yield Word(element.text or "", left, top, right, bottom)


def fonts(pdf: bytes) -> dict[str, bool]:
    """The fonts of a file by name, and whether the letters themselves are inside it."""
    found: dict[str, bool] = {}
    for page in PdfReader(BytesIO(pdf)).pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            row = font.get_object()
            inner = row.get("/DescendantFonts", [row])[0].get_object()
            found[str(row["/BaseFont"])] = "/FontFile2" in inner.get("/FontDescriptor", {})
    return found


def nodes(content: Content) -> Iterator[Node]:
    """Every node of the document in its order; what must stay on one page is opened."""

    def inside(parts: tuple[Node, ...]) -> Iterator[Node]:
        for node in parts:
            if isinstance(node, Together):
                yield from inside(node.parts)
            else:
                yield node

    yield from inside(content.before)
    yield from inside(content.story)


def headings(content: Content) -> dict[str, bool]:
    """The headings below the title, and whether what follows is to be written on by hand and so has no words."""
    every = list(nodes(content))
    following = [*every[1:], None]
    return {
        " ".join(node.text.split()): isinstance(after, WritingLines | Blanks)
        for node, after in zip(every, following, strict=True)
        if isinstance(node, Heading)
    }


def lonely_heading(sheet: Sheet, known: dict[str, bool]) -> str | None:
    """The heading with which a page ends, if it ends with one; empty lines to write on may follow on the page."""
    if not sheet.body:
        return None
    room = sheet.height - BOTTOM - max(word.bottom for word in sheet.body)
    for count in (1, 2, 3):
        last = " ".join(sheet.lines[-count:])
        if last in known and not (known[last] and room > WRITING_LINE):
            return last
    return None


def heads_of(content: Content, printed: list[Sheet]) -> Iterator[tuple[int, str]]:
    """Pages on which a table goes on without its head: the page and the missing word of the head."""
    whole = " ".join(sheet.text for sheet in printed)
    for grid in (node for node in nodes(content) if isinstance(node, Grid)):
        head = {word for column in grid.columns for word in column.title.split()}
        probes = {
            cell for row in grid.rows for cell in row.cells if 5 <= len(cell) <= 24 and whole.count(cell) == 1
        }
        for sheet in printed:
            if any(probe in sheet.text for probe in probes):
                there = {word.text for word in sheet.body}
                yield from ((sheet.number, word) for word in sorted(head - there))
