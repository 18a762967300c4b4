"""The register of offers: every figure of every row, the sums, and texts that stay texts."""

from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from app.extensions import db as database
from app.models import Call
from app.services.registers import filters
from tests import call_course, register_cases
from tests.call_course import POOL
from tests.register_cases import InMemory


def sheet(made: InMemory) -> list[dict[str, Any]]:
    """The rows of the data sheet by the names of their columns."""
    offers = load_workbook(made.xlsx).worksheets[1]
    head, *rows = [[cell.value for cell in row] for row in offers.iter_rows()]
    return [dict(zip(head, row, strict=True)) for row in rows if any(value is not None for value in row)]


def make(
    call: Call, progress: list[tuple[int, int]] | None = None, language: str = "en", **choice: Any
) -> InMemory:
    steps = progress if progress is not None else []
    return register_cases.made(
        "register_of_offers",
        filters={"call": call.public_id},
        language=language,
        progress=lambda done, total: steps.append((done, total)),
        **choice,
    )


def test_every_figure_of_the_register_is_that_of_the_offers(db: Any) -> None:
    course = call_course.whole()
    progress: list[tuple[int, int]] = []
    made = make(course.call, progress)
    *rows, totals = sheet(made)
    told = [
        (
            row["Offer number"],
            row["State"],
            row["Requested grant"],
            row["Grant proposed"],
            row["Grant awarded"],
        )
        for row in rows
    ]
    assert told == [
        (1, "awarded in full", 45_000, 45_000, 45_000),
        (2, "awarded, reduced", 45_000, 25_000, 25_000),
        (3, "formally rejected", 45_000, None, None),
        (4, "formally rejected", 10_000, None, None),
    ]
    assert [row["Total cost"] for row in rows] == [51_500, 51_500, 51_500, 12_000]
    assert [row["Own contribution"] for row in rows] == [6_500, 6_500, 6_500, 2_000]
    assert [row["Mean points"] for row in rows] == [36, 29, None, None]
    assert [row["Place"] for row in rows] == [1, 2, None, None]
    assert [row["Cards closed"] for row in rows] == [2, 2, None, None]
    assert [row["After the deadline"] for row in rows] == ["no", "no", "no", "yes"]
    assert [row["File mark"] for row in rows] == ["SP.1", "SP.2", "SP.3", "SP.4"]
    assert rows[0]["Received (Kraków time)"].isoformat() == "2027-03-10T12:00:00"
    sums = ("Total cost", "Requested grant", "Own contribution", "Grant proposed", "Grant awarded")
    assert [totals[name] for name in sums] == [166_500, 145_000, 21_500, POOL / 100, POOL / 100]
    assert Decimal(totals["Requested grant"]) == sum(
        offer.requested_grosze for offer in course.call.offers
    ) / Decimal(100)
    assert (made.rows, progress[0], progress[-1]) == (4, (0, 4), (4, 4))
    assert make(course.call).xlsx.getvalue() == made.xlsx.getvalue()
    polish = sheet(make(course.call, language="pl"))
    assert polish[1]["Stan"] == "dotacja obniżona"


def test_a_title_that_looks_like_a_formula_stays_a_text(db: Any) -> None:
    course = call_course.begin()
    offer = course.offering.written(course.at)
    course.offering.take(offer, "submit", "first", course.at)
    offer.title = '=HYPERLINK("http://example.org")'
    offer.organisation.name = "@SUM(1+1)"
    database.session.commit()
    _cover, offers, *_others = load_workbook(make(course.call).xlsx).worksheets
    cells = [
        cell
        for row in offers.iter_rows(min_row=2)
        for cell in row
        if isinstance(cell.value, str) and cell.value[:1] in "=@"
    ]
    assert {cell.value for cell in cells} == {'=HYPERLINK("http://example.org")', "@SUM(1+1)"}
    assert {cell.data_type for cell in cells} == {"s"}


def test_a_call_without_offers_gives_a_register_without_rows(db: Any) -> None:
    course = call_course.begin()
    course.offering.start(course.at)  # a draft is nobody's business
    made = make(course.call)
    (totals,) = sheet(made)
    assert (made.rows, totals["Requested grant"]) == (0, 0)


def test_a_call_that_does_not_exist_is_refused(db: Any) -> None:
    with pytest.raises(LookupError):
        register_cases.made("register_of_offers", filters={"call": "nothing"})


@pytest.mark.parametrize("typed", ["020259", "02025", "20259", "²025", "٢٠٢٦"])
def test_a_year_has_four_digits_and_no_others(typed: str) -> None:
    with pytest.raises(filters.Unfit):
        filters.Year("year", "Rok", required=True).conditions({"year": typed}, None)
