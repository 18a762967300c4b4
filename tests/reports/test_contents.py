"""What a document says stands apart from its print: it is stored, read again, changed text by text and printed alike."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pdfua
import pytest
from pypdf import PdfReader

from reports import letterhead, offer_print, scoring_card
from reports.blocks import bullets, numbered
from reports.content import Content, Heading, Node, Together, from_json, mapped, to_json
from reports.pdf import print_many, to_pdf
from reports.tables import Column, Row, grid
from reports.text import P
from tests.reports import samples
from tests.reports.every_sample import DOCUMENTS

Translate = Callable[[str], str]
CODE, ADDRESS = "ABCD-EFGH-JKMN-PQRS", "https://hejnal.example.org/verify/ABCD-EFGH-JKMN-PQRS"


@pytest.fixture(params=sorted(DOCUMENTS))
def content(request: pytest.FixtureRequest, polish: Translate) -> Content:
    compose, data = DOCUMENTS[request.param]
    return compose(replace(data, frame=replace(data.frame, code=CODE, verify_url=ADDRESS)), polish)


def structure(pdf: bytes, folder: Path) -> str:
    """The structure tree with its words, as poppler reads it."""
    path = folder / "document.pdf"
    path.write_bytes(pdf)
    tagged = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    assert "Tagged:          yes" in tagged
    return subprocess.run(
        ["pdfinfo", "-struct-text", path], capture_output=True, text=True, check=True
    ).stdout


def test_a_content_comes_back_from_its_store_as_it_was_and_prints_the_same_bytes(content: Content) -> None:
    stored = to_json(content)
    again = from_json(stored)
    assert again == content
    assert to_json(again) == stored
    assert to_pdf(again) == to_pdf(content)


def test_bytes_that_are_no_content_are_refused() -> None:
    for data in (b"{}", b"[]", b'{"is":"Nobody"}', b'{"is":"Content"}', b'{"is":"Paragraph","text":"x"}'):
        with pytest.raises(ValueError, match="not the content"):
            from_json(data)


def test_every_text_can_be_changed_and_nothing_else(content: Content) -> None:
    seen: list[str] = []

    def told(text: str) -> str:
        seen.append(text)
        return text

    assert mapped(content, told) == content
    assert content.title in seen
    blank = mapped(content, lambda text: "█" if text else "")
    printed = " ".join(page.extract_text() for page in PdfReader(BytesIO(to_pdf(blank))).pages).split()
    # What is left are the numbers of pages, bullets and places to sign.
    assert not [word for word in content.title.split() if len(word) > 3 and word in printed]


def test_a_document_is_tagged_and_reads_in_its_order(content: Content, tmp_path: Path) -> None:
    tree = structure(to_pdf(content), tmp_path)
    assert tree.lstrip().startswith("Document")
    assert tree.count("H1 (block)") == 1
    head, title = content.head, " ".join(content.title.split())[:30]
    # A no-break space reads as a plain one in the tree.
    plain = tree.replace("\u00a0", " ")
    order = [plain.find(text.replace("\u00a0", " ")) for text in (head.city, head.facts[0], title)]
    assert -1 not in order
    assert order == sorted(order)
    assert f'"{content.head.page % {"number": 1, "total": 1}}"' not in tree  # furniture is not read


def test_the_structure_of_a_document_has_no_error(content: Content, tmp_path: Path) -> None:
    path = tmp_path / "document.pdf"
    path.write_bytes(to_pdf(content))
    errors = [
        finding for finding in pdfua.validate(path).findings if finding.severity is pdfua.Severity.ERROR
    ]
    assert errors == []


def test_a_structure_without_its_root_would_be_found(content: Content, tmp_path: Path) -> None:
    path = tmp_path / "document.pdf"
    path.write_bytes(to_pdf(content).replace(b"/StructTreeRoot", b"/StructTreeRooz"))
    assert any(finding.severity is pdfua.Severity.ERROR for finding in pdfua.validate(path).findings)


def levels(nodes: tuple[Node, ...]) -> Iterator[int]:
    for node in nodes:
        if isinstance(node, Heading):
            yield max(node.level, 2)
        elif isinstance(node, Together):
            yield from levels(node.parts)


def test_no_heading_skips_a_level(content: Content) -> None:
    found = [1, *levels((*content.before, *content.story))]
    assert all(later <= earlier + 1 for earlier, later in pairwise(found))


def test_lists_tables_and_their_heads_are_what_they_are(polish: Translate, tmp_path: Path) -> None:
    table = grid(
        [Column("Pozycja", 2), Column("Kwota", 1, "right")],
        [*(Row((f"Koszt {number}", "1,00")) for number in range(120)), Row(("Razem", ""), "sum")],
    )
    story = [*numbered(["jeden", "dwa"]), *bullets(["kreska"]), table]
    pdf = to_pdf(letterhead.compose(samples.frame(), polish, title="Próba", story=story))
    tree = structure(pdf, tmp_path)
    assert tree.count("LBody") == 3
    assert tree.count("/ListNumbering") == 2
    # The head stands on every page and is read once; every row has all its cells.
    assert len(PdfReader(BytesIO(pdf)).pages) > 2
    assert tree.count("/Scope /Column") == 2
    assert tree.count('"Pozycja"') == 1
    assert "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).count("Pozycja") > 2
    assert tree.count("/ColSpan 2") == 1


def test_a_paragraph_over_two_pages_is_one_paragraph(polish: Translate, tmp_path: Path) -> None:
    texts = [" ".join(f"słowo{block}.{number}" for number in range(300)) for block in range(4)]
    pdf = to_pdf(
        letterhead.compose(samples.frame(), polish, title="Próba", story=[P(text) for text in texts])
    )
    reader = PdfReader(BytesIO(pdf))
    assert any(
        "słowo1.0 " in page.extract_text() and "słowo1.299" not in page.extract_text()
        for page in reader.pages
    )
    tree = structure(pdf, tmp_path)
    for block in range(4):
        (paragraph,) = [part for part in tree.split("(block)") if f"słowo{block}.0 " in part]
        assert f"słowo{block}.299" in paragraph


def test_a_document_shows_its_code_and_where_to_check_it_and_without_one_says_nothing(
    content: Content, polish: Translate
) -> None:
    pages = PdfReader(BytesIO(to_pdf(content))).pages
    assert all(CODE in page.extract_text() for page in pages)
    assert all("hejnal.example.org/verify" in page.extract_text() for page in pages)
    frame = replace(samples.SCORING_CARD.frame, code="", verify_url="")
    without = scoring_card.content(replace(samples.SCORING_CARD, frame=frame), polish)
    assert "Sprawdź" not in PdfReader(BytesIO(to_pdf(without))).pages[0].extract_text()


def test_a_replaced_document_carries_the_mark_and_the_words_it_had(
    content: Content, polish: Translate
) -> None:
    marked = letterhead.superseded(content, polish)
    assert replace(marked, head=replace(marked.head, mark="")) == replace(
        content, head=replace(content.head, mark="")
    )
    assert all("ZASTĄPIONY" in page.extract_text() for page in PdfReader(BytesIO(to_pdf(marked))).pages)


def test_many_documents_in_one_file_keep_their_own_heads_and_numbers(polish: Translate) -> None:
    compose, ranking = DOCUMENTS["ranking_list"]
    contents = [
        compose(ranking, polish),
        scoring_card.content(samples.SCORING_CARD, polish),
        offer_print.content(samples.OFFER_PRINT, polish),
    ]
    alone = [len(PdfReader(BytesIO(to_pdf(content))).pages) for content in contents]
    pages = PdfReader(BytesIO(print_many(contents, "Wydruk"))).pages
    assert len(pages) == sum(alone)
    texts = [page.extract_text() for page in pages]
    first = 0
    for content, count in zip(contents, alone, strict=True):
        for number in range(1, count + 1):
            assert f"strona {number} z {count}" in texts[first + number - 1]
        assert content.title in " ".join(texts[first].split())
        first += count
    widths = [float(page.mediabox.width) for page in pages]
    assert widths[0] > 800
    assert widths[-1] < 600
