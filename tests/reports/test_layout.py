"""Every document on its sheets, also the worst: nothing leaves the margins, nothing lies over anything, every letter is there."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from reportlab.pdfbase.pdfmetrics import getFont

from checks.pictures import FOLDER, PICTURES
from reports.content import Content, mapped
from reports.pdf import to_pdf
from reports.pdf.typography import BOLD, REGULAR
from reports.text import REPLACEMENT
from tests.reports.sheets import Sheet, fonts, headings, heads_of, lonely_heading, sheets
from tests.reports.worst_cases import EVERY, LONG_TITLE, SAMPLES, composed

Translate = Callable[[str], str]
Printed = tuple[Content, bytes, list[Sheet]]
LETTERS = "żółć gęś jaźń ĄĆĘ ŁŃÓ ŚŹŻ ґ є і ї ҐЄ ІЇ щґ"
_PRINTED: dict[str, Printed] = {}


@pytest.fixture(params=sorted(EVERY))
def printed(request: pytest.FixtureRequest, polish: Translate) -> Printed:
    """One document: what it says, its file, its sheets; printed once for all tests."""
    if request.param not in _PRINTED:
        content = composed(request.param, polish)
        pdf = to_pdf(content)
        _PRINTED[request.param] = content, pdf, sheets(pdf, content.head.mark)
    return _PRINTED[request.param]


def test_no_word_leaves_the_margins_or_comes_into_the_foot(printed: Printed) -> None:
    for sheet in printed[2]:
        assert list(sheet.outside()) == [], sheet.number


def test_no_words_lie_over_each_other(printed: Printed) -> None:
    assert [(sheet.number, list(sheet.overlaps())) for sheet in printed[2] if list(sheet.overlaps())] == []


def test_every_letter_has_its_shape_in_the_font(printed: Printed) -> None:
    shapes = set(getFont(REGULAR).face.charToGlyph) & set(getFont(BOLD).face.charToGlyph)
    letters = {letter for sheet in printed[2] for word in sheet.words for letter in word.text}
    assert {letter for letter in letters if ord(letter) not in shapes} == set()
    assert not letters & {REPLACEMENT, "■", "\x00"}


def test_every_font_is_inside_the_file(printed: Printed) -> None:
    inside = fonts(printed[1])
    assert inside
    assert all(inside.values()), inside
    assert all(re.fullmatch(r"/[A-Z]{6}\+PTSans-?\w*", name) for name in inside), inside


def test_no_heading_is_the_last_thing_on_a_page(printed: Printed) -> None:
    content, _pdf, pages = printed
    known = headings(content)
    assert [(page.number, lonely) for page in pages[:-1] if (lonely := lonely_heading(page, known))] == []


def test_a_table_that_goes_on_repeats_its_head(printed: Printed) -> None:
    content, _pdf, pages = printed
    assert list(heads_of(content, pages)) == []


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_polish_and_ukrainian_letters_come_back_exactly(name: str, polish: Translate) -> None:
    """Every text of the document becomes the same words, so each of them comes back as often as the others."""
    content = mapped(composed(name, polish), lambda text: LETTERS if text.strip() else text)
    pages = sheets(to_pdf(content), LETTERS)
    counts = Counter(word.text for page in pages for word in page.body)
    wanted = {word: counts[word] for word in LETTERS.split()}
    assert len(set(wanted.values())) == 1, wanted
    assert min(wanted.values()) > 5
    strangers = {word for word in counts if word not in wanted and not re.fullmatch(r"[\d.)–…_·:]+", word)}
    assert strangers == set()


def test_a_title_of_three_hundred_letters_stands_there_in_full(polish: Translate) -> None:
    assert len(LONG_TITLE) == 300
    content = composed("results_letter, long titles", polish)
    text = " ".join(page.text for page in sheets(to_pdf(content)))
    assert LONG_TITLE in text


def test_two_hundred_lines_of_costs_fill_pages_and_all_of_them_are_there(polish: Translate) -> None:
    content = composed("offer, 200 cost lines", polish)
    pages = sheets(to_pdf(content))
    text = " ".join(page.text for page in pages)
    assert {number for number in range(1, 101) if f"I.1.{number}" not in text} == set()
    assert len([page for page in pages if "Rodzaj kosztu" in page.text]) > 5


def test_the_pictures_of_the_worst_are_small_and_told_of() -> None:
    kept = {path.stem: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert set(kept) == set(PICTURES)
    assert max(kept.values()) <= 60_000
    told = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert {name for name in kept if f"({name}.png)" not in told} == set()
    assert {document for document, _words in PICTURES.values()} <= set(EVERY)
