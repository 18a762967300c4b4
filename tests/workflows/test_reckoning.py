"""What is to be returned, on which ground, by when, and with which interest."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.reckoning import (
    GROUND_NAME,
    INTEREST_RULE_NAME,
    Apportioned,
    Ground,
    InterestRule,
    Irregular,
    SettlementFacts,
    SettlementFault,
    apportion,
    interest,
    interest_periods,
    reckon,
    return_term,
    uncharged_interest,
)
from workflows.statute import InterestRate

FLAT = (InterestRate(date(2016, 1, 1), Decimal(10)),)
STEP = (*FLAT, InterestRate(date(2026, 7, 1), Decimal(20)))
money = st.integers(0, 10**9)
days = st.dates(date(2016, 1, 1), date(2030, 12, 31))


def test_a_settlement_without_a_fault_returns_nothing() -> None:
    facts = SettlementFacts(100_000_00, 100_000_00, date(2026, 12, 31))
    assert reckon(facts).lines == ()
    assert reckon(facts).total_grosze == 0


def test_each_ground_has_its_own_line_basis_term_and_interest() -> None:
    facts = SettlementFacts(
        paid_grosze=100_000_00,
        spent_grosze=96_400_00,
        use_until=date(2026, 12, 31),
        irregular=(Irregular(1_000_00, date(2026, 2, 10)), Irregular(50_00, date(2026, 2, 10), Ground.UNDUE)),
        over_tolerance_grosze=200_00,
        own_share_excess_grosze=300_00,
        unspent_bank_interest_grosze=12_34,
        found_on=date(2027, 3, 4),
    )
    figures = reckon(facts)
    told = [(line.ground, line.amount_grosze, line.due_on, line.interest_from) for line in figures.lines]
    demand, after_demand = date(2027, 3, 19), date(2027, 3, 20)
    year_end, after_year_end = date(2027, 2, 1), date(2027, 2, 2)
    assert told == [
        (Ground.UNUSED, 3_600_00, year_end, after_year_end),
        (Ground.MISUSED, 1_000_00, demand, date(2026, 2, 10)),
        (Ground.UNDUE, 50_00, demand, after_demand),
        (Ground.OVER_TOLERANCE, 200_00, demand, after_demand),
        (Ground.OWN_SHARE, 300_00, demand, after_demand),
        (Ground.BANK_INTEREST, 12_34, year_end, after_year_end),
    ]
    assert {line.interest_rule for line in figures.lines if line.ground is Ground.MISUSED} == {
        InterestRule.FROM_TRANSFER
    }
    assert figures.total_grosze == 5_162_34
    assert figures.of(Ground.UNUSED) == 3_600_00
    assert all(line.basis for line in figures.lines)


def test_before_a_finding_an_excess_has_no_term_yet() -> None:
    facts = SettlementFacts(100_00, 100_00, date(2026, 6, 30), over_tolerance_grosze=5_00)
    (line,) = reckon(facts).lines
    assert (line.due_on, line.interest_from) == (None, None)


@pytest.mark.parametrize(
    ("use_until", "due"),
    [
        (date(2026, 12, 31), date(2027, 2, 1)),  # 31 January 2027 is a Sunday
        (date(2025, 12, 31), date(2026, 2, 2)),  # 31 January 2026 is a Saturday
        (date(2024, 12, 31), date(2025, 1, 31)),
        (date(2026, 6, 30), date(2026, 7, 15)),
        (date(2026, 11, 6), date(2026, 11, 23)),  # 21 November is a Saturday
    ],
)
def test_what_was_not_used_is_due_after_fifteen_days_or_by_the_end_of_january(
    use_until: date, due: date
) -> None:
    assert return_term(use_until) == due


@pytest.mark.parametrize(
    "facts",
    [
        SettlementFacts(100_00, 100_01, date(2026, 12, 31)),
        SettlementFacts(100_00, 50_00, date(2026, 12, 31), (Irregular(50_01, date(2026, 1, 5)),)),
    ],
)
def test_facts_that_cannot_be_true_are_refused(facts: SettlementFacts) -> None:
    with pytest.raises(SettlementFault) as refused:
        reckon(facts)
    assert refused.value.msgid
    assert refused.value.params


@given(money, money, money, money, money)
def test_no_more_is_returned_than_was_paid(
    unused: int, spent: int, irregular: int, over: int, own: int
) -> None:
    facts = SettlementFacts(
        paid_grosze=unused + spent,
        spent_grosze=spent,
        use_until=date(2026, 12, 31),
        irregular=(Irregular(min(irregular, spent), date(2026, 1, 5)),),
        over_tolerance_grosze=over,
        own_share_excess_grosze=own,
    )
    assert reckon(facts).total_grosze <= facts.paid_grosze
    assert reckon(facts).of(Ground.UNUSED) == unused


def test_interest_on_the_day_of_payment_alone_is_one_day() -> None:
    (period,) = interest_periods(date(2026, 5, 5), date(2026, 5, 5), FLAT)
    assert period.days == 1


def test_a_day_before_the_first_known_rate_is_refused() -> None:
    with pytest.raises(LookupError):
        interest(100_00, date(2015, 12, 31), date(2016, 1, 5), FLAT)


@given(days, st.integers(0, 3_000), st.integers(1, 10**11))
def test_interest_periods_have_no_gap_and_interest_is_within_fifty_grosze(
    first: date, length: int, principal: int
) -> None:
    last = first + timedelta(days=length)
    periods = interest_periods(first, last)
    assert (periods[0].first, periods[-1].last) == (first, last)
    assert sum(period.days for period in periods) == length + 1
    exact = sum(Fraction(period.rate.rate_percent) * period.days * principal / 36500 for period in periods)
    charged = interest(principal, first, last)
    assert charged % 100 == 0
    assert charged == 0 if exact <= uncharged_interest(last) else abs(charged - exact) <= 50


@pytest.mark.parametrize(
    ("payment", "parts"),
    [
        (500_00, Apportioned(454_55, 45_45, 0)),
        (1_100_00, Apportioned(1_000_00, 100_00, 0)),
        (1_200_00, Apportioned(1_000_00, 100_00, 100_00)),
        (0, Apportioned(0, 0, 0)),
    ],
)
def test_a_payment_covers_principal_and_interest_in_their_proportion(
    payment: int, parts: Apportioned
) -> None:
    assert apportion(payment, 1_000_00, 100_00) == parts


@given(money, money, money)
def test_no_grosz_of_a_payment_is_lost(payment: int, principal: int, charged: int) -> None:
    parts = apportion(payment, principal, charged)
    assert parts.principal_grosze + parts.interest_grosze + parts.surplus_grosze == payment
    assert parts.principal_grosze <= principal
    assert parts.interest_grosze <= charged


def test_every_ground_and_interest_rule_has_a_name() -> None:
    assert set(GROUND_NAME) == set(Ground)
    assert set(INTEREST_RULE_NAME) == set(InterestRule)
