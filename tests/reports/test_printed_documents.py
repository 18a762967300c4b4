"""Every document: its Polish text comes back, its bytes repeat, and hostile text is only text."""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from io import BytesIO

import pytest
from pypdf import PageObject, PdfReader
from reportlab.pdfbase.pdfmetrics import stringWidth

from reports import offer_print, results_letter
from reports.content import Content
from reports.pdf import to_pdf
from reports.pdf.typography import BOLD, REGULAR
from tests.reports import samples
from tests.reports.every_sample import DOCUMENTS

Translate = Callable[[str], str]
HOSTILE = (
    '<img src="/etc/hostname.png">',
    "</para><para>",
    "<b><i><font size=1e9 color=red>&nosuch; &amp;",
    '<onDraw name="x" label="y"/><a href="file:///etc/passwd">x</a>',
    "zero\x00bel\x07 \ud800 \ufffe",
    "bidi \u202e\u2066 abc \U000e0041",
    "{{7*7}} %(number)s %s %%",
    "=1+1",
    "\ue000 unbalanced \ue001\ue001\ue000",
)


def text_of(pdf: bytes) -> str:
    """All text of a PDF with any white space as one space."""
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    return " ".join(" ".join(pages).split())


def printed(content: Callable[..., Content], data: object, translate: Translate) -> bytes:
    """The PDF of a document."""
    return to_pdf(content(data, translate))


@pytest.fixture(params=sorted(DOCUMENTS))
def document(request: pytest.FixtureRequest, polish: Translate):
    content, data = DOCUMENTS[request.param]
    return content, data, polish


def test_a_document_shows_its_polish_letters_its_case_and_its_pages(document) -> None:
    content, data, polish = document
    pdf = printed(content, data, polish)
    text = text_of(pdf)
    pages = len(PdfReader(BytesIO(pdf)).pages)
    assert "Wydział Polityki Społecznej, Równości i Zdrowia" in text
    assert f"Sprawa nr {data.frame.case_number}" in text
    assert f"strona 1 z {pages}" in text
    assert f"strona {pages} z {pages}" in text
    assert "Podstawa prawna:" in text
    assert "DANE PRZYKŁADOWE" in text
    assert "■" not in text


def test_the_same_data_give_the_same_bytes(document) -> None:
    content, data, polish = document
    assert printed(content, data, polish) == printed(content, data, polish)


def test_another_moment_of_issue_gives_other_bytes(document) -> None:
    content, data, polish = document
    later = replace(data, frame=replace(data.frame, issued_at=data.frame.issued_at.replace(year=2031)))
    assert printed(content, data, polish) != printed(content, later, polish)


def test_a_document_has_a_title_a_language_no_author_and_no_foreign_font(document) -> None:
    content, data, polish = document
    pdf = printed(content, data, polish)
    reader = PdfReader(BytesIO(pdf))
    assert reader.metadata is not None
    assert reader.metadata.title
    assert not reader.metadata.author
    assert reader.trailer["/Root"]["/Lang"] == "pl-PL"
    fonts = {font for page in reader.pages for font in page["/Resources"]["/Font"].values()}
    names = {font.get_object()["/BaseFont"] for font in fonts}
    assert all("PTSans" in font for font in names), names


def test_every_word_of_a_document_is_translated(document) -> None:
    content, data, polish = document
    missing: list[str] = []

    def translate(message: str) -> str:
        if polish(message) == message and not re.fullmatch(
            r"(NIP|REGON|E-mail|Status|pkt .*|e-Dor.*|Art\. 15.*)", message
        ):
            missing.append(message)
        return polish(message)

    printed(content, data, translate)
    assert missing == []


def with_text(value: object, text: str) -> object:
    """A copy of a dataclass in which every free text is the given one; codes and figures stay."""
    if not is_dataclass(value) or isinstance(value, type):
        return value
    codes = {
        "form",
        "result",
        "mark",
        "corrected",
        "status",
        "ground",
        "kind",
        "channel",
        "signed_print",
        "style",
        "align",
        "language",
        "standing",
        "occasion",
        "verify_url",
        "paid",
    }
    changes: dict[str, object] = {}
    for field in fields(value):
        old = getattr(value, field.name)
        if isinstance(old, str) and field.name not in codes:
            changes[field.name] = text
        elif isinstance(old, tuple):
            changes[field.name] = tuple(
                text if isinstance(item, str) else with_text(item, text) for item in old
            )
        elif is_dataclass(old):
            changes[field.name] = with_text(old, text)
    return replace(value, **changes)


def test_hostile_text_in_every_field_is_printed_and_breaks_nothing(document) -> None:
    content, data, polish = document
    pdf = printed(content, with_text(data, "\n".join(HOSTILE)), polish)
    assert b"/Subtype /Image" not in pdf
    assert len(PdfReader(BytesIO(pdf)).pages) >= 1


def test_a_cell_longer_than_a_page_breaks_instead_of_failing(polish: Translate) -> None:
    long = "Bardzo długi opis działania. " * 700
    activity = replace(samples.OFFER_PRINT.plan[0].activities[0], description=long, target_group=long)
    year = replace(samples.OFFER_PRINT.plan[0], activities=(activity,))
    row = replace(samples.OFFER_PRINT.results[0], monitoring=long)
    data = replace(samples.OFFER_PRINT, plan=(year,), results=(row,))
    text = text_of(to_pdf(offer_print.content(data, polish)))
    assert text.count("Bardzo długi opis działania.") >= 2000


def test_two_hundred_cost_lines_repeat_their_head_on_each_page(polish: Translate) -> None:
    data = replace(samples.OFFER_PRINT, costs=samples.costs(100))
    pages = [
        page.extract_text() for page in PdfReader(BytesIO(to_pdf(offer_print.content(data, polish)))).pages
    ]
    with_costs = [page for page in pages if "I.1." in page or "I.2." in page]
    assert len(with_costs) > 5
    assert all("Rodzaj kosztu" in page for page in with_costs)


def test_twelve_joint_offerors_and_empty_optional_parts_are_set(polish: Translate) -> None:
    many = replace(samples.OFFER_PRINT, offerors=samples.OFFER_PRINT.offerors * 6)
    assert "1.12. Oferent" in text_of(to_pdf(offer_print.content(many, polish)))
    empty = replace(
        samples.OFFER_PRINT,
        offerors=samples.OFFER_PRINT.offerors[:1],
        contacts=(),
        date_from=None,
        date_to=None,
        summary="",
        plan=(),
        results_text="",
        results=(),
        experience="",
        resources="",
        costs=replace(samples.OFFER_PRINT.costs, years=(), rows=()),
        sources=replace(samples.SOURCES, total_grosze=0, grant_grosze=0),
        paid=None,
        split=(),
        joint_text="",
        declarations=(),
        signatories=(),
        submitted_at=None,
        frame=samples.frame(standing="draft", synthetic=False, legal_basis=(), case_mark=None),
    )
    text = text_of(to_pdf(offer_print.content(empty, polish)))
    assert "PROJEKT" in text
    assert "DANE PRZYKŁADOWE" not in text
    assert "nie podano" in text


def test_the_checksum_of_an_offer_stands_on_each_of_its_pages(polish: Translate) -> None:
    pages = PdfReader(BytesIO(to_pdf(offer_print.content(samples.OFFER_PRINT, polish)))).pages
    assert len(pages) > 2
    assert all(samples.CHECKSUM[:12] in page.extract_text() for page in pages)


def test_amounts_stand_in_figures_and_in_words_where_the_document_is_about_money(polish: Translate) -> None:
    for name in (
        "submission_confirmation",
        "offer_print",
        "results_letter",
        "agreement",
        "settlement_letter",
    ):
        content, data = DOCUMENTS[name]
        assert re.search(
            r"zł \(słownie: [a-ząćęłńóśźż ,]+groszy\)", text_of(printed(content, data, polish))
        ), name


@pytest.mark.parametrize(
    "result", ["awarded", "awarded_reduced", "reserve", "not_awarded", "formally_rejected"]
)
def test_no_results_letter_calls_itself_a_decision_or_speaks_of_appeal(
    result: str, polish: Translate
) -> None:
    letter = replace(samples.RESULTS_LETTER, result=result, reserve_place=2, act_by=None, reason="")
    text = text_of(to_pdf(results_letter.content(letter, polish))).lower()
    assert "decyzj" not in text
    assert "odwoła" not in text
    assert "w terminie 30 dni od dnia ogłoszenia wyników" in text


def test_the_five_results_say_five_different_things(polish: Translate) -> None:
    sentences = {
        "awarded": "Oferta dostała dotację w pełnej wysokości: 733 000,00 zł",
        "awarded_reduced": "Oferta dostała dotację w zmniejszonej wysokości: 733 000,00 zł",
        "reserve": "Oferta jest na liście rezerwowej, miejsce 2",
        "not_awarded": "Oferta nie dostała dotacji",
        "formally_rejected": "Oferta nie przeszła oceny formalnej",
    }
    for result, sentence in sentences.items():
        letter = replace(samples.RESULTS_LETTER, result=result, reserve_place=2)
        assert sentence in text_of(to_pdf(results_letter.content(letter, polish)))


def test_a_letter_about_an_award_without_an_amount_is_refused(polish: Translate) -> None:
    with pytest.raises(ValueError, match="amount"):
        to_pdf(results_letter.content(replace(samples.RESULTS_LETTER, awarded_grosze=None), polish))


def test_no_letter_stands_outside_the_margins(document) -> None:
    content, data, polish = document
    for number, page in enumerate(PdfReader(BytesIO(printed(content, data, polish))).pages, start=1):
        lines = lines_of(page)
        assert len(lines) > 5
        for text, left, base, right in lines:
            assert 60 <= left <= right <= float(page.mediabox.width) - 60, (number, text)
            assert 30 <= base <= float(page.mediabox.height) - 20, (number, text)


def lines_of(page: PageObject) -> list[tuple[str, float, float, float]]:
    """Each piece of text of a page with its left end, base line and right end, in points."""
    found: list[tuple[str, float, float, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], font: dict[str, str] | None, size: float) -> None:
        if text.strip() and font:
            face = BOLD if "Bold" in font["/BaseFont"] else REGULAR
            left, base = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
            width = max(stringWidth(line, face, size) for line in text.strip("\n").split("\n"))
            found.append((text, left, base, left + width))

    page.extract_text(visitor_text=visit)
    return found
