"""Terms are counted as KPA and the Civil Code count them."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import calendar
from workflows.calendar import (
    HOLIDAY_NAMES,
    WARSAW,
    CountedDay,
    MomentFault,
    add_business_days,
    add_days,
    add_months,
    count_business_days,
    count_days,
    count_months,
    earliest_offer_deadline,
    end_of_day,
    holidays,
    is_business_day,
    local_day,
    local_moment,
    offer_period_kept,
    passed,
    start_of_day,
)

TABLE = json.loads((Path(__file__).parents[1] / "data" / "holidays_pl.json").read_text(encoding="utf-8"))
DAYS = st.dates(date(2024, 1, 1), date(2034, 12, 31))


@pytest.mark.parametrize("year", sorted(TABLE["by_year"]))
def test_the_free_days_of_each_year_are_those_of_the_act(year: str) -> None:
    assert [day.isoformat() for day in holidays(int(year))] == [row["date"] for row in TABLE["by_year"][year]]


def test_every_name_of_a_free_day_is_a_message() -> None:
    assert {name for year in TABLE["by_year"] for name in holidays(int(year)).values()} == set(HOLIDAY_NAMES)


def test_christmas_eve_is_free_since_2025() -> None:
    assert is_business_day(date(2024, 12, 24))
    assert not is_business_day(date(2025, 12, 24))


@pytest.mark.parametrize(
    ("event", "days", "end"),
    [
        (date(2026, 10, 1), 7, date(2026, 10, 8)),
        (date(2026, 11, 6), 15, date(2026, 11, 23)),  # 21 November is a Saturday
        (date(2026, 3, 20), 15, date(2026, 4, 7)),  # 4 April is Easter Saturday, 6 April Easter Monday
        (date(2026, 12, 31), 30, date(2027, 2, 1)),  # 30 January is a Saturday
        (date(2026, 12, 31), 31, date(2027, 2, 1)),  # 31 January is a Sunday
        (date(2025, 12, 9), 15, date(2025, 12, 29)),  # 24-26 December are free, then a weekend
    ],
)
def test_a_term_in_days_ends_on_a_day_that_is_neither_free_nor_a_saturday(
    event: date, days: int, end: date
) -> None:
    assert add_days(event, days) == count_days(event, days).last == end


@pytest.mark.parametrize(
    ("event", "months", "end"),
    [
        (date(2027, 1, 29), 1, date(2027, 3, 1)),  # 28 February 2027 is a Sunday
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 11, 25), 2, date(2027, 1, 25)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
    ],
)
def test_a_term_in_months_ends_on_the_same_or_the_last_day(event: date, months: int, end: date) -> None:
    assert add_months(event, months) == count_months(event, months).last == end


@pytest.mark.parametrize(
    ("received", "end"),
    [(date(2025, 12, 19), date(2026, 1, 5)), (date(2026, 12, 23), date(2027, 1, 7))],
)
def test_seven_business_days_over_christmas(received: date, end: date) -> None:
    assert add_business_days(received, 7) == end


def test_a_count_tells_every_day_and_why_it_is_not_counted() -> None:
    assert count_business_days(date(2026, 5, 1), 1).days == (
        CountedDay(date(2026, 5, 1), None, calendar.DAY_OF_EVENT),
        CountedDay(date(2026, 5, 2), None, calendar.SATURDAY),
        CountedDay(date(2026, 5, 3), None, "National Day of the Third of May"),
        CountedDay(date(2026, 5, 4), 1, None),
    )


def test_a_count_tells_that_its_end_was_moved() -> None:
    count = count_days(date(2026, 11, 20), 1)
    assert count.moved
    assert count.days[-2:] == (
        CountedDay(date(2026, 11, 22), None, calendar.SUNDAY),
        CountedDay(date(2026, 11, 23), None, calendar.MOVED),
    )
    assert not count_days(date(2026, 11, 19), 1).moved


@given(DAYS, st.integers(1, 60))
def test_a_counted_term_numbers_its_days_without_a_gap(event: date, days: int) -> None:
    for count in (count_days(event, days), count_business_days(event, days)):
        assert [day.number for day in count.days if day.number] == list(range(1, days + 1))
        assert [day.day for day in count.days] == [event + timedelta(n) for n in range(len(count.days))]
        assert is_business_day(count.last)
        assert all(day.reason for day in count.days if day.number is None)


def test_the_end_of_a_day_is_its_last_microsecond_in_krakow() -> None:
    assert end_of_day(date(2026, 12, 15)) == datetime(2026, 12, 15, 22, 59, 59, 999_999, UTC)
    assert end_of_day(date(2026, 7, 15)) == datetime(2026, 7, 15, 21, 59, 59, 999_999, UTC)
    assert start_of_day(date(2026, 7, 15)) == datetime(2026, 7, 14, 22, 0, tzinfo=UTC)


@given(DAYS)
def test_a_day_ends_where_the_next_begins(day: date) -> None:
    assert end_of_day(day) + timedelta(microseconds=1) == start_of_day(day + timedelta(days=1))
    assert local_day(end_of_day(day)) == local_day(start_of_day(day)) == day


@pytest.mark.parametrize(
    ("day", "at", "code"),
    [(date(2026, 3, 29), time(2, 30), "missing"), (date(2026, 10, 25), time(2, 30), "repeated")],
)
def test_an_hour_that_is_missing_or_comes_twice_is_refused(day: date, at: time, code: str) -> None:
    with pytest.raises(MomentFault) as refused:
        local_moment(day, at)
    assert refused.value.code == code


@given(DAYS, st.times())
def test_a_local_moment_shows_the_same_clock_again(day: date, at: time) -> None:
    try:
        moment = local_moment(day, at)
    except MomentFault:
        assert (day.month in {3, 10}, at.hour) == (True, 2)
    else:
        assert moment.tzinfo is UTC
        assert moment.astimezone(WARSAW).replace(tzinfo=None) == datetime.combine(day, at)


def test_the_exact_instant_of_a_term_is_still_in_time() -> None:
    term = local_moment(date(2026, 11, 30), time(15, 30))
    tick = timedelta(milliseconds=1)
    assert [passed(term, now) for now in (term - tick, term, term + tick)] == [False, False, True]


def test_a_term_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        passed(datetime(2026, 11, 30), datetime(2026, 11, 30, tzinfo=UTC))  # noqa: DTZ001 - a naive moment is what is refused


def test_offers_may_be_due_after_twenty_one_full_days() -> None:
    published = date(2026, 10, 1)
    assert earliest_offer_deadline(published, published) == date(2026, 10, 23)
    assert offer_period_kept(end_of_day(date(2026, 10, 22)), published, published)
    assert offer_period_kept(local_moment(date(2026, 10, 23), time(0, 0)), published, published)
    assert not offer_period_kept(local_moment(date(2026, 10, 22), time(15, 30)), published, published)
