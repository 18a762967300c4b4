"""The register of offers: every figure of every row, the sums, and texts that stay texts."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from app.extensions import db as database
from app.services import registers
from tests import call_course
from tests.call_course import POOL

AT = datetime(2027, 6, 1, 9, tzinfo=UTC)


def sheet(data: bytes) -> list[dict[str, Any]]:
    """The rows of the data sheet by the names of their columns."""
    _cover, offers = load_workbook(BytesIO(data)).worksheets
    head, *rows = [[cell.value for cell in row] for row in offers.iter_rows()]
    return [dict(zip(head, row, strict=True)) for row in rows if any(value is not None for value in row)]


def make(call_id: int, progress: list[tuple[int, int]] | None = None, language: str = "en") -> registers.Made:
    steps = progress if progress is not None else []
    return registers.make(
        "register_of_offers",
        {"call_id": call_id, "language": language},
        None,
        AT,
        lambda done, total: steps.append((done, total)),
    )


def test_every_figure_of_the_register_is_that_of_the_offers(db: Any) -> None:
    course = call_course.whole()
    progress: list[tuple[int, int]] = []
    made = make(course.call.id, progress)
    *rows, totals = sheet(made.data)
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
        ("1", "awarded in full", 45_000, 45_000, 45_000),
        ("2", "awarded, reduced", 45_000, 25_000, 25_000),
        ("3", "formally rejected", 45_000, None, None),
        ("4", "formally rejected", 10_000, None, None),
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
    assert make(course.call.id).data == made.data
    polish = sheet(make(course.call.id, language="pl").data)
    assert polish[1]["Stan"] == "dotacja obniżona"


def test_a_title_that_looks_like_a_formula_stays_a_text(db: Any) -> None:
    course = call_course.begin()
    offer = course.offering.written(course.at)
    course.offering.take(offer, "submit", "first", course.at)
    offer.title = '=HYPERLINK("http://example.org")'
    offer.organisation.name = "@SUM(1+1)"
    database.session.commit()
    _cover, offers = load_workbook(BytesIO(make(course.call.id).data)).worksheets
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
    made = make(course.call.id)
    (totals,) = sheet(made.data)
    assert (made.rows, totals["Requested grant"]) == (0, 0)


def test_a_call_that_does_not_exist_is_refused(db: Any) -> None:
    with pytest.raises(LookupError):
        make(1)
