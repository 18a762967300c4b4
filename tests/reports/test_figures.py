"""Figures: amounts, words, dates and deadlines the Polish way."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import figures


def test_a_negative_amount_has_no_words() -> None:
    with pytest.raises(ValueError, match="negative"):
        figures.amount_in_words(-1)


@given(st.integers(-(10**14), 10**14))
def test_an_amount_in_figures_reads_back_and_never_breaks_at_a_space(grosze: int) -> None:
    text = figures.money(grosze)
    assert " " not in text
    number = text.removesuffix("\u00a0zł").replace("\u00a0", "").replace(",", "").replace(figures.MINUS, "-")
    assert int(number) == grosze


def test_amounts_look_as_on_official_forms() -> None:
    assert figures.money(123456) == "1\u00a0234,56\u00a0zł"
    assert figures.money(5) == "0,05\u00a0zł"
    assert figures.money(100_000_000) == "1\u00a0000\u00a0000,00\u00a0zł"
    assert figures.money(-5) == "\u22120,05\u00a0zł"


def test_shares_are_rounded_half_up_and_a_share_of_nothing_is_a_dash() -> None:
    assert figures.percent(1, 3) == "33,33%"
    assert figures.percent(1, 800) == "0,13%"
    assert figures.percent(5, 0) == "–"
    assert figures.basis_points(1050) == "10,50%"


def test_points_and_quantities_lose_empty_decimals() -> None:
    assert figures.points(Decimal("54.666")) == "54,67"
    assert figures.points(Decimal("60.00")) == "60"
    assert figures.points(100) == "100"
    assert figures.quantity(Decimal("12.50")) == "12,5"
    assert figures.quantity(Decimal(1200)) == "1200"


def test_days_and_moments_are_those_of_krakow() -> None:
    assert figures.day(date(2026, 12, 15)).replace("\u00a0", " ") == "15 grudnia 2026 r."
    exact = figures.moment(datetime(2026, 12, 15, 13, 58, 3, tzinfo=UTC))
    assert exact.replace("\u00a0", " ") == "15 grudnia 2026 r., godz. 14:58:03"
    summer = figures.moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    assert summer.replace("\u00a0", " ") == "2 lipca 2026 r., godz. 00:30:00"
    with pytest.raises(ValueError, match="time zone"):
        figures.moment(datetime(2026, 1, 1))  # noqa: DTZ001 (a naive moment is what is refused)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 12, 15, 14, 30, tzinfo=UTC), "do 15 grudnia 2026 r., godz. 15:30"),
        (datetime(2026, 12, 15, 22, 59, 59, tzinfo=UTC), "do końca dnia 15 grudnia 2026 r. (23:59:59)"),
        (datetime(2026, 12, 15, 23, 0, tzinfo=UTC), "do końca dnia 15 grudnia 2026 r. (23:59:59)"),
    ],
)
def test_a_deadline_never_says_midnight(moment: datetime, text: str) -> None:
    assert figures.deadline(moment).replace("\u00a0", " ") == text


def test_sizes_and_accounts_are_readable() -> None:
    assert figures.file_size(812) == "812\u00a0B"
    assert figures.file_size(1_412_000) == "1,4\u00a0MB"
    assert (
        figures.account("PL61109010140000071219812874").replace("\u00a0", " ")
        == "61 1090 1014 0000 0712 1981 2874"
    )
    assert figures.account("brak") == "brak"
