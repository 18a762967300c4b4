"""The checks of the layout see what is wrong: each of them is shown a sheet with one fault."""

from io import BytesIO

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from reports.content import Column, Content, Grid, Head, Heading, Paragraph, Row, WritingLines
from reports.pdf.furniture import MARGIN
from reports.pdf.printing import BOTTOM
from reports.pdf.typography import REGULAR
from tests.reports.sheets import Sheet, Word, fonts, headings, heads_of, lonely_heading, sheets

WIDTH, HEIGHT = A4
HEAD = Head(city="", office="", address=(), facts=(), reference="", footer=(), page="", subject="")
TABLE = Grid((Column("Kryterium", 0.5), Column("Punkty", 0.5)), (Row(("Celowość", "dwanaście")), Row(("Wkład", "siedemnaście"))), 400)  # fmt: skip


def drawn(*pieces: tuple[float, float, str], font: str = REGULAR) -> bytes:
    """A page with these texts at these places, from the bottom left corner."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4, initialFontName=REGULAR)
    canvas.setFont(font, 10)
    for left, base, text in pieces:
        canvas.drawString(left, base, text)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def page(number: int, *lines: str, bottom: float = HEIGHT - BOTTOM) -> Sheet:
    """A later page that ends with these lines; each is one word of the file."""
    top = bottom - 15 * len(lines)
    words = (
        Word(word, MARGIN + 40 * place, top + 15 * row, MARGIN + 40 * place + 35, top + 15 * row + 13)
        for row, line in enumerate(lines)
        for place, word in enumerate(line.split())
    )
    return Sheet(number, WIDTH, HEIGHT, tuple(words))


@pytest.mark.parametrize(
    ("left", "base"),
    [(MARGIN - 9, 400), (WIDTH - MARGIN - 12, 400), (MARGIN, HEIGHT - 4), (MARGIN, 8), (MARGIN, BOTTOM - 9)],
)
def test_a_word_beyond_the_margins_is_seen(left: float, base: float) -> None:
    (sheet,) = sheets(drawn((left, base, "Kraków"), (MARGIN, 500, "dobrze")))
    assert [word.text for word in sheet.outside()] == ["Kraków"]


def test_words_over_each_other_are_seen_and_close_lines_are_not() -> None:
    (close,) = sheets(drawn((MARGIN, 500, "pierwszy"), (MARGIN, 488, "drugi"), (MARGIN + 45, 500, "obok")))
    assert list(close.overlaps()) == []
    (bad,) = sheets(drawn((MARGIN, 500, "pierwszy"), (MARGIN + 5, 493, "drugi")))
    assert [set(pair) for pair in bad.overlaps()] == [{"pierwszy", "drugi"}]


def test_a_font_that_is_not_inside_is_seen() -> None:
    assert fonts(drawn((MARGIN, 500, "Krakow"), font="Helvetica"))["/Helvetica"] is False
    assert all(fonts(drawn((MARGIN, 500, "Kraków"))).values())


def test_a_heading_at_the_foot_is_seen_also_one_of_two_lines() -> None:
    story = (Heading("Uwagi i zastrzeżenia"), Paragraph("Nie ma."), Heading("Podpisy"), WritingLines(4))
    known = headings(Content(head=HEAD, title="Protokół", story=story))
    assert lonely_heading(page(2, "Tekst", "Uwagi i zastrzeżenia"), known) == "Uwagi i zastrzeżenia"
    assert lonely_heading(page(2, "Tekst", "Uwagi i", "zastrzeżenia"), known) == "Uwagi i zastrzeżenia"
    assert lonely_heading(page(2, "Uwagi i zastrzeżenia", "Nie ma."), known) is None
    assert lonely_heading(page(2, "Tekst", "Podpisy"), known) == "Podpisy"
    assert (
        lonely_heading(page(2, "Tekst", "Podpisy", bottom=HEIGHT / 2), known) is None
    )  # lines to write on follow


def test_a_table_without_its_head_on_the_next_page_is_seen() -> None:
    content = Content(head=HEAD, title="Karta", story=(TABLE,))
    first, without = page(2, "Kryterium Punkty", "Celowość dwanaście"), page(3, "Wkład siedemnaście")
    assert list(heads_of(content, [first, without])) == [(3, "Kryterium"), (3, "Punkty")]
    again = page(3, "Kryterium Punkty", "Wkład siedemnaście")
    assert list(heads_of(content, [first, again])) == []
