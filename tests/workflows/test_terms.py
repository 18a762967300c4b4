"""The terms by name: which number, from which day, moved or not, and by which article."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import (
    DAY_OF_EVENT,
    FIRST_DEADLINE,
    WARSAW,
    add_business_days,
    add_days,
    earliest_offer_deadline,
    end_of_day,
    is_business_day,
)
from workflows.reckoning import return_term
from workflows.statute import NoRule
from workflows.terms import MOST_DAYS, OF_SO_MANY_DAYS, TermRule, UnclearTerm, term

UNMOVED = {TermRule.OFFER_PERIOD}
DAYS = st.dates(date(2018, 1, 1), date(2034, 12, 31))

ENDS = [
    # rule, from, nominal last day, last day, article
    ("offer_period", date(2026, 10, 1), date(2026, 10, 23), date(2026, 10, 23), "art. 13 ust. 1 UDPPiW"),
    ("offer_period", date(2026, 4, 10), date(2026, 5, 2), date(2026, 5, 2), "art. 13 ust. 1 UDPPiW"),  # a Saturday stays
    ("small_grant_publication", date(2025, 12, 19), date(2026, 1, 5), date(2026, 1, 5), "art. 19a ust. 3 UDPPiW"),
    ("small_grant_publication", date(2026, 12, 23), date(2027, 1, 7), date(2027, 1, 7), "art. 19a ust. 3 UDPPiW"),
    ("small_grant_comments", date(2026, 11, 23), date(2026, 11, 30), date(2026, 11, 30), "art. 19a ust. 4 UDPPiW"),
    ("small_grant_comments", date(2026, 3, 30), date(2026, 4, 6), date(2026, 4, 7), "art. 19a ust. 4 UDPPiW"),  # Easter Monday
    ("final_report", date(2026, 12, 31), date(2027, 1, 30), date(2027, 2, 1), "art. 18 ust. 1 UDPPiW"),
    ("return_unused", date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 1), "art. 251 ust. 1 u.f.p."),
    ("return_unused", date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 2), "art. 251 ust. 1 u.f.p."),
    ("return_unused", date(2026, 12, 30), date(2027, 1, 14), date(2027, 1, 14), "art. 251 ust. 3 u.f.p."),
    ("return_demanded", date(2026, 3, 20), date(2026, 4, 4), date(2026, 4, 7), "art. 252 ust. 1 u.f.p."),  # Easter Saturday
    ("justification", date(2026, 11, 20), date(2026, 12, 20), date(2026, 12, 21), "art. 15 ust. 2i UDPPiW"),
    ("public_information", date(2026, 12, 18), date(2027, 1, 1), date(2027, 1, 4), "art. 13 ust. 1 UDIP"),
    ("public_information_extended", date(2026, 12, 31), date(2027, 2, 28), date(2027, 3, 1), "art. 13 ust. 2 UDIP"),
    ("complaint", date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 2), "art. 237 § 1 KPA"),
    ("motion", date(2026, 10, 11), date(2026, 11, 11), date(2026, 11, 12), "art. 244 § 1 KPA"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "event", "nominal", "last", "basis"), ENDS)
def test_each_term_ends_as_its_article_says(
    rule: str, event: date, nominal: date, last: date, basis: str
) -> None:
    found = term(TermRule(rule), event)
    assert (found.nominal_last_day, found.last_day, found.basis) == (nominal, last, basis)
    assert found.last_moment == end_of_day(last)


def test_only_the_days_that_count_are_counted() -> None:
    found = term(TermRule.SMALL_GRANT_PUBLICATION, date(2026, 12, 23))
    assert [day.isoformat() for day in found.counted] == [
        "2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31", "2027-01-04", "2027-01-05", "2027-01-07",
    ]  # fmt: skip
    reasons = {day.day: day.reason for day in found.count.days if day.number is None}
    assert reasons[date(2026, 12, 23)] == DAY_OF_EVENT
    assert reasons[date(2027, 1, 6)] == "Epiphany"


def test_the_offer_period_counts_its_21_days_and_ends_before_the_first_deadline() -> None:
    found = term(TermRule.OFFER_PERIOD, date(2026, 10, 1))
    assert (len(found.counted), found.counted[0], found.counted[-1]) == (
        21,
        date(2026, 10, 2),
        date(2026, 10, 22),
    )
    assert found.count.days[-1].reason == FIRST_DEADLINE


def test_the_last_of_the_publications_begins_the_term_by_the_day_in_krakow() -> None:
    late = datetime(2026, 9, 30, 22, 30, tzinfo=UTC)  # half past midnight on 1 October in Kraków
    for rule, last in (
        (TermRule.OFFER_PERIOD, date(2026, 10, 23)),
        (TermRule.SMALL_GRANT_COMMENTS, date(2026, 10, 8)),
    ):
        assert term(rule, date(2026, 12, 1), [date(2026, 9, 29), late]).last_day == last
        assert term(rule, None, [late]).event == date(2026, 10, 1)
        assert term(rule, late).last_day == last
    assert term(TermRule.FINAL_REPORT, date(2026, 6, 1), [date(2026, 9, 1)]).event == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("event", "offset"), [(date(2026, 3, 22), 2), (date(2026, 10, 18), 1), (date(2026, 7, 1), 2)]
)  # the clocks change on 29 March and 25 October 2026
def test_a_term_ends_with_the_last_second_of_a_day_in_krakow(event: date, offset: int) -> None:
    last = term(TermRule.DAYS, event, days=8).last_moment.astimezone(WARSAW)
    assert (last.hour, last.minute, last.second) == (23, 59, 59)
    assert last.utcoffset() == timedelta(hours=offset)


@pytest.mark.parametrize("rule", sorted(OF_SO_MANY_DAYS))
def test_a_term_of_so_many_days_asks_how_many(rule: TermRule) -> None:
    for days in (None, 0, -1, MOST_DAYS + 1):
        with pytest.raises(UnclearTerm):
            term(rule, date(2026, 1, 1), days=days)
    assert len(term(rule, date(2026, 1, 1), days=MOST_DAYS).counted) == MOST_DAYS


@pytest.mark.parametrize("rule", TermRule)
def test_without_a_day_there_is_nothing_to_count_from(rule: TermRule) -> None:
    with pytest.raises(UnclearTerm):
        term(rule, None, days=1)


@pytest.mark.parametrize("rule", sorted(set(TermRule) - OF_SO_MANY_DAYS))
def test_before_the_law_there_is_no_term(rule: TermRule) -> None:
    with pytest.raises(NoRule):
        term(rule, date(1980, 8, 31))


@given(st.sampled_from(TermRule), DAYS, st.integers(1, 60))
def test_a_term_is_moved_off_free_days_only_and_never_shortened(
    rule: TermRule, event: date, days: int
) -> None:
    found = term(rule, event, days=days)
    assert found.last_day >= found.nominal_last_day > event
    if rule in UNMOVED:
        assert found.last_day == found.nominal_last_day
    else:
        assert is_business_day(found.last_day)
        between = range((found.last_day - found.nominal_last_day).days)
        assert not any(is_business_day(found.nominal_last_day + timedelta(days=n)) for n in between)
        assert found.counted[-1] == found.nominal_last_day


@given(DAYS)
def test_the_calculator_and_the_rest_of_the_application_count_alike(event: date) -> None:
    assert term(TermRule.RETURN_UNUSED, event).last_day == return_term(event)
    assert term(TermRule.OFFER_PERIOD, event).last_day == earliest_offer_deadline(event, event)
    assert term(TermRule.FINAL_REPORT, event).last_day == add_days(event, 30)
    assert term(TermRule.BUSINESS_DAYS, event, days=7).last_day == add_business_days(event, 7)
