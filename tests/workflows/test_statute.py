"""The law's numbers are rows with dates, and the rows agree with the researched table."""

import json
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from workflows.statute import INTEREST_RATES, RULES, NoRule, Unit, number, rule

TABLE = json.loads(
    (Path(__file__).parents[1] / "data" / "statutory_parameters.json").read_text(encoding="utf-8")
)
IN_FORCE = [row for row in TABLE["parameters"] if row["valid_from"]]
SCALE = {"PLN": 100, "ratio": 10_000}


@pytest.mark.parametrize("row", IN_FORCE, ids=lambda row: f"{row['code']} from {row['valid_from']}")
def test_each_researched_number_is_a_rule(row: dict[str, str]) -> None:
    found = rule(row["code"], date.fromisoformat(row["valid_from"]))
    expected = None if row["value"] is None else int(Decimal(row["value"]) * SCALE.get(row["unit"], 1))
    until = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
    assert (found.value, found.valid_to) == (expected, until)
    assert found.citation


def test_an_offer_filed_on_the_last_day_of_august_2026_stands_under_the_old_limit() -> None:
    assert number("art19a.max_grant_per_task", date(2026, 8, 31)) == 10_000_00
    assert number("art19a.max_grant_per_task", date(2026, 9, 1)) == 20_000_00


def test_a_limit_that_was_deleted_is_no_number() -> None:
    assert rule("art19a.max_duration_days", date(2026, 9, 1)).value is None
    with pytest.raises(NoRule):
        number("art19a.max_duration_days", date(2026, 9, 1))


@pytest.mark.parametrize(
    ("code", "on"), [("unknown", date(2026, 1, 1)), ("opencall.min_offer_days", date(1999, 1, 1))]
)
def test_where_the_table_has_no_row_there_is_no_rule(code: str, on: date) -> None:
    with pytest.raises(NoRule):
        rule(code, on)


def test_the_rows_of_one_rule_follow_each_other_without_overlap() -> None:
    by_code: dict[str, list[tuple[date, date | None, Unit]]] = {}
    for row in RULES:
        by_code.setdefault(row.code, []).append((row.valid_from, row.valid_to, row.unit))
    for rows in by_code.values():
        for (_, until, unit), (starts, _, next_unit) in pairwise(rows):
            assert until is not None
            assert (starts, next_unit) == (until + timedelta(days=1), unit)


def test_interest_rates_are_in_the_order_of_their_days() -> None:
    days = [rate.valid_from for rate in INTEREST_RATES]
    assert days == sorted(set(days))
    assert all(rate.rate_percent >= 8 for rate in INTEREST_RATES)
