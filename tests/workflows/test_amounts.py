"""Amounts are read as people type them, and counted exactly."""

from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workflows.amounts import (
    AmountFault,
    half_up,
    largest_part,
    least_part,
    multiply,
    parse_grosze,
    parse_integer,
    parse_quantity,
    reaches,
    share,
    split,
    typed_grosze,
    typed_quantity,
)

SPACES = " \u00a0\u202f\u2009\u2007\u2002\t"
amounts = st.integers(0, 10**12 - 1)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_and_nothing_else_happens(text: str) -> None:
    for parse in (parse_grosze, parse_quantity, parse_integer):
        with suppress(AmountFault):
            assert parse(text) >= 0


@given(amounts)
@example(0)
@example(10**12 - 1)
def test_a_typed_amount_is_read_back(grosze: int) -> None:
    assert parse_grosze(typed_grosze(grosze)) == grosze


@given(amounts, st.sampled_from(SPACES), st.sampled_from(["", " zł", "\u00a0zł"]))
def test_an_amount_printed_with_any_space_is_read_back(grosze: int, space: str, unit: str) -> None:
    printed = f"{grosze // 100:,}".replace(",", space) + f",{grosze % 100:02d}{unit}"
    assert parse_grosze(printed) == grosze


@given(st.decimals(0, 10**9 - 1, places=3))
def test_a_typed_quantity_is_read_back(quantity: Decimal) -> None:
    assert parse_quantity(typed_quantity(quantity)) == quantity


@pytest.mark.parametrize(
    ("typed", "quantity"),
    [("12", "12"), ("12,5", "12.5"), ("1,234", "1.234"), ("1 000", "1000"), ("0.125", "0.125")],
)
def test_a_quantity_has_up_to_three_places(typed: str, quantity: str) -> None:
    assert parse_quantity(typed) == Decimal(quantity)


@pytest.mark.parametrize("typed", ["1,2345", "1e3", "NaN", "-1", "１", "1_0", "1" * 10, "", "1,"])
def test_what_is_no_quantity_is_refused(typed: str) -> None:
    with pytest.raises(AmountFault):
        parse_quantity(typed)


@pytest.mark.parametrize("typed", ["1,5", "1_0", "١٢", "-1", "1" * 10, "x"])
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    with pytest.raises(AmountFault):
        parse_integer(typed)


def test_a_whole_number_may_have_spaces_between_its_thousands() -> None:
    assert parse_integer("1 200") == 1200


@given(amounts, st.decimals(0, 10**9 - 1, places=3))
@example(1, Decimal("0.5"))
@example(333, Decimal("0.005"))
def test_a_product_is_rounded_half_up_to_the_grosz(unit: int, quantity: Decimal) -> None:
    exact = unit * Fraction(quantity)
    rounded = multiply(unit, quantity)
    assert exact - Fraction(1, 2) < rounded <= exact + Fraction(1, 2)


def test_halves_are_rounded_up() -> None:
    assert [half_up(1, 2), half_up(3, 2), half_up(1, 3), multiply(101, Decimal("0.5"))] == [1, 2, 0, 51]


@pytest.mark.parametrize(
    ("part", "whole", "basis_points"), [(1, 3, 3333), (2, 3, 6667), (0, 0, 0), (10, 10, 10_000), (1, 8, 1250)]
)
def test_a_share_is_told_in_basis_points(part: int, whole: int, basis_points: int) -> None:
    assert share(part, whole) == basis_points


@given(amounts, st.integers(0, 10_000))
def test_the_least_and_the_largest_part_are_exact(whole: int, basis_points: int) -> None:
    least, largest = least_part(whole, basis_points), largest_part(whole, basis_points)
    assert reaches(least, whole, basis_points)
    assert least == 0 or not reaches(least - 1, whole, basis_points)
    assert largest * 10_000 <= whole * basis_points < (largest + 1) * 10_000


def test_weights_of_nothing_divide_evenly() -> None:
    assert split(5, [0, 0]) == (3, 2)


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, []), (1, [1, -1])])
def test_a_split_without_sense_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="not below zero"):
        split(total, weights)
