"""Cases D1–D7 and D10: amounts are read as people type them, refused with a sentence, divided and counted exactly."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from hypothesis import given
from hypothesis import strategies as st

from app.forms.base import SHORT, MoneyField
from tests.workflows.conftest import draft, terms  # noqa: F401 - fixtures
from tests.workflows.test_offer_rules import MONEY, told
from tests.workflows.test_reckoning import FLAT, STEP
from workflows.amounts import AmountFault, parse_grosze, split
from workflows.reckoning import InterestRate, interest

amounts = st.integers(0, 10**12 - 1)


class Form(FlaskForm):
    amount = MoneyField()


@pytest.fixture
def asked(application: Flask) -> Any:
    """Sends one amount through a form, and gives the sentence that stands beside it."""

    def ask(typed: str) -> str:
        with application.test_request_context(
            method="POST", data={"amount": typed}, headers={"Accept-Language": "en"}
        ):
            form = Form(meta={"csrf": False})
            assert not form.validate()
            assert form.amount._value() == typed.strip()
            return str(form.amount.errors[0])

    return ask


def code_of(typed: str) -> str:
    with pytest.raises(AmountFault) as refused:
        parse_grosze(typed)
    return refused.value.code


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "zł",
        "NaN",
        "sNaN",
        "Infinity",
        "1e309",
        "1E5",
        "0x10",
        "1_000",
        "１２",
        "١٢",
        "+5",
        "1 23",
        "12 34,50",
        ",50",
        "12,",
        "1,2,3",
        "1\n234",
        "5 EUR",
        "9" * 700,
    ],
)
def test_d1_what_is_no_amount_is_answered_with_an_example(asked: Any, typed: str) -> None:
    assert code_of(typed) == "unreadable"
    if typed:
        said = "too long" if len(typed) > SHORT else "18 900,00"
        assert said in asked(typed).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("typed", "grosze"),
    [
        ("12,50", 1250),
        ("12.50", 1250),
        ("12,5", 1250),
        ("12", 1200),
        ("0", 0),
        ("0,00", 0),
        ("1 234,50", 123450),
        ("1\u00a0234,50", 123450),
        ("1\u202f234,50", 123450),
        ("1\u2009234,50", 123450),
        ("1 234 567,89", 123456789),
        ("1 234.50", 123450),
        ("1.234,50", 123450),
        ("1.234.567,5", 123456750),
        ("1234.5", 123450),
        ("12,50 zł", 1250),
        ("12,50\u00a0zł", 1250),
        ("12zł", 1200),
        ("  7,01 ", 701),
        ("9 999 999 999,99", 999999999999),
    ],
)
def test_d2_an_amount_is_read_as_people_type_it(typed: str, grosze: int) -> None:
    assert parse_grosze(typed) == grosze


@pytest.mark.parametrize(
    "typed",
    [
        "-5",
        "-0",
        "--1",
        "\u22125,00",
    ],
)
def test_d3_an_amount_below_zero_is_refused_and_so_is_a_zero_with_a_sign(asked: Any, typed: str) -> None:
    assert code_of(typed) == "negative"
    assert "not below zero" in asked(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "1.234",
        "1,234",
        "1,234.50",
        "10.005",
        "1.234.567",
        "0,005",
        "1234,567",
        "1 234,567",
    ],
)
def test_d4_more_than_two_places_are_refused_and_never_rounded(asked: Any, typed: str) -> None:
    assert code_of(typed) in {"unclear", "places"}
    assert "comma" in asked(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "10 000 000 000,00",
        "9" * 60,
    ],
)
def test_d5_an_amount_above_what_can_be_kept_is_refused_with_the_limit(asked: Any, typed: str) -> None:
    assert code_of(typed) == "too_large"
    assert "9,999,999,999.99" in asked(typed)


@pytest.mark.parametrize(
    ("change", "anchor", "text"),
    [
        ({"grant": "114 999,99"}, "grant", MONEY.SOURCES_TOO_SMALL),
        ({"grant": "115 000,01"}, "grant", MONEY.SOURCES_TOO_LARGE),
        ({"own_financial": "7 999,99"}, "own_financial", MONEY.OWN_TOO_SMALL),
        ({"grant": "600 000,01"}, "grant", MONEY.GRANT_TOO_LARGE),
    ],
)
def test_d6_sums_that_differ_are_told_at_their_place_with_the_difference(
    draft: Any,  # noqa: F811 - the fixture
    terms: Any,  # noqa: F811 - the fixture
    change: dict[str, str],
    anchor: str,
    text: str,
) -> None:
    assert (anchor, text) not in told(draft, terms)
    assert (anchor, text) in told(draft | change, terms)


@given(amounts, st.lists(st.integers(0, 10**12), min_size=1, max_size=20))
def test_d7_the_parts_of_a_split_add_up_and_miss_their_exact_share_by_less_than_one(
    total: int, weights: list[int]
) -> None:
    parts = split(total, weights)
    assert sum(parts) == total
    if any(weights):
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - Fraction(total * weight, sum(weights))) < 1


def test_a_hundred_divided_by_three_gives_the_last_grosz_to_the_first() -> None:
    assert split(100_00, [1, 1, 1]) == (3334, 3333, 3333)


@pytest.mark.parametrize(
    ("principal", "first", "last", "rates", "expected"),
    [
        (3_650_00, date(2026, 1, 1), date(2026, 1, 10), FLAT, 10_00),  # 3650 × 10 days × 10 % ÷ 365 = 10,00
        (3_650_00, date(2024, 1, 1), date(2024, 12, 31), FLAT, 366_00),  # 366 days, still ÷ 365
        (3_650_00, date(2026, 6, 26), date(2026, 7, 5), STEP, 15_00),  # 5 days at 10 % and 5 at 20 %
        (10_000_00, date(2026, 3, 1), date(2026, 3, 31), FLAT, 85_00),  # 84,93 is rounded up
        (10_000_00, date(2026, 3, 1), date(2026, 3, 30), FLAT, 82_00),  # 82,19 is rounded down
        (3_175_50, date(2026, 1, 1), date(2026, 1, 10), FLAT, 0),  # 8,70 is not charged
        (3_175_51, date(2026, 1, 1), date(2026, 1, 10), FLAT, 9_00),
        (3_650_00, date(2026, 1, 11), date(2026, 1, 10), FLAT, 0),  # paid in time
        (0, date(2026, 1, 1), date(2026, 12, 31), FLAT, 0),
    ],
)
def test_d10_interest_over_a_leap_year_over_no_day_and_over_a_change_of_rates_is_counted_by_hand_the_same(
    principal: int, first: date, last: date, rates: tuple[InterestRate, ...], expected: int
) -> None:
    assert interest(principal, first, last, rates) == expected
