"""Settlement arithmetic: what of a grant is to be returned, why, by when, and with which interest.

u.f.p. art. 251 and 252, interest as for tax arrears (Ordynacja podatkowa art. 53-56 and 63). All in grosze.
Lawyers still have to confirm: that the end of a return term moves off a free day, that interest is compared
with the uncharged limit before it is rounded, and that the grant's share is how the own share is measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from workflows import statute
from workflows.amounts import half_up, split
from workflows.calendar import add_days
from workflows.statute import INTEREST_RATES, InterestRate
from workflows.words import N_

DAYS_OF_INTEREST_YEAR = 365

SPENT_ABOVE_PAID = N_(
    "At most %(paid_grosze)s can have been spent from the grant. You entered %(spent_grosze)s."
)
IRREGULAR_ABOVE_SPENT = N_(
    "%(spent_grosze)s was spent from the grant, so no more can be irregular: it is %(irregular_grosze)s now."
)


class Ground(StrEnum):
    """Why a sum is to be returned."""

    UNUSED = "unused"
    MISUSED = "misused"
    UNDUE = "undue"
    OVER_TOLERANCE = "over_tolerance"
    OWN_SHARE = "own_share"
    BANK_INTEREST = "bank_interest"


class InterestRule(StrEnum):
    """From when interest runs."""

    FROM_TRANSFER = "from_transfer"
    AFTER_DUE = "after_due"


GROUND_NAME: Mapping[Ground, str] = {
    Ground.UNUSED: N_("Unused part of the grant"),
    Ground.MISUSED: N_("Spent on something else than the task"),
    Ground.UNDUE: N_("Taken unduly"),
    Ground.OVER_TOLERANCE: N_("In excess: a cost rose above the tolerance"),
    Ground.OWN_SHARE: N_("In excess: the own share fell"),
    Ground.BANK_INTEREST: N_("Bank interest that was not spent on the task"),
}

INTEREST_RULE_NAME: Mapping[InterestRule, str] = {
    InterestRule.FROM_TRANSFER: N_("interest from the day on which the grant was paid"),
    InterestRule.AFTER_DUE: N_("interest from the day after the term of return"),
}


class SettlementFault(ValueError):
    """Facts that cannot all be true; `msgid` and `params` say what to correct."""

    def __init__(self, code: str, msgid: str, params: Mapping[str, object]) -> None:
        super().__init__(msgid)
        self.code = code
        self.msgid = msgid
        self.params = params


@dataclass(frozen=True)
class Irregular:
    """A part of the grant spent wrongly, with the day on which that money was transferred to the NGO."""

    amount_grosze: int
    transferred_on: date
    ground: Ground = Ground.MISUSED


@dataclass(frozen=True)
class SettlementFacts:
    """What the settlement of one budget year's grant starts from, in grosze.

    `use_until` is the last day on which the grant could be used. `found_on` is the day from which the return
    term of art. 252 runs (delivery of the finding or demand), None while nothing was found yet. A grosz
    counts for one ground only: first irregular, then above the tolerance, then above the agreed share.
    """

    paid_grosze: int
    spent_grosze: int
    use_until: date
    irregular: tuple[Irregular, ...] = ()
    over_tolerance_grosze: int = 0
    own_share_excess_grosze: int = 0
    unspent_bank_interest_grosze: int = 0
    found_on: date | None = None


@dataclass(frozen=True)
class ReturnLine:
    """One sum to return: its ground and basis, its last day, and the first day of interest if it is known."""

    ground: Ground
    basis: str
    amount_grosze: int
    interest_rule: InterestRule
    due_on: date | None
    interest_from: date | None


@dataclass(frozen=True)
class SettlementFigures:
    """The settlement: one line for each ground, in the order of the law."""

    lines: tuple[ReturnLine, ...]

    @property
    def total_grosze(self) -> int:
        """The whole sum to return, without interest."""
        return sum(line.amount_grosze for line in self.lines)

    def of(self, ground: Ground) -> int:
        """The sum to return on one ground."""
        return sum(line.amount_grosze for line in self.lines if line.ground is ground)


@dataclass(frozen=True)
class InterestPeriod:
    """Days with one rate, both ends included."""

    first: date
    last: date
    rate: InterestRate

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Apportioned:
    """A payment divided: what pays principal, what pays interest, and what is too much."""

    principal_grosze: int
    interest_grosze: int
    surplus_grosze: int


def reckon(facts: SettlementFacts) -> SettlementFigures:
    """Every sum to return, each with its ground. Raises SettlementFault if more was spent than paid."""
    irregular = sum(part.amount_grosze for part in facts.irregular)
    if facts.spent_grosze > facts.paid_grosze:
        figures = {"paid_grosze": facts.paid_grosze, "spent_grosze": facts.spent_grosze}
        raise SettlementFault("spent_above_paid", SPENT_ABOVE_PAID, figures)
    if irregular > facts.spent_grosze:
        figures = {"spent_grosze": facts.spent_grosze, "irregular_grosze": irregular}
        raise SettlementFault("irregular_above_spent", IRREGULAR_ABOVE_SPENT, figures)
    proper = facts.spent_grosze - irregular
    over_tolerance = min(facts.over_tolerance_grosze, proper)
    own_share = min(facts.own_share_excess_grosze, proper - over_tolerance)
    lines = (
        _unused(Ground.UNUSED, facts.paid_grosze - facts.spent_grosze, facts),
        *(_irregular(part, facts) for part in facts.irregular),
        _excess(Ground.OVER_TOLERANCE, over_tolerance, facts),
        _excess(Ground.OWN_SHARE, own_share, facts),
        _unused(Ground.BANK_INTEREST, facts.unspent_bank_interest_grosze, facts),
    )
    return SettlementFigures(tuple(line for line in lines if line.amount_grosze))


def return_code(use_until: date) -> str:
    """The code of the rule by which what was not used is returned.

    15 days after a period of use that ends before the budget year does (u.f.p. art. 251 ust. 3), otherwise until
    31 January (ust. 1).
    """
    year_end = date(use_until.year, 12, 31)
    return "refund.unused_days" if use_until < year_end else "refund.year_end_days"


def return_term(use_until: date) -> date:
    """The last day for returning what was not used, moved off a free day."""
    return add_days(use_until, statute.number(return_code(use_until), use_until))


def interest_periods(
    from_day: date, to_day: date, rates: Sequence[InterestRate] = INTEREST_RATES
) -> tuple[InterestPeriod, ...]:
    """The days from `from_day` to `to_day`, both included, cut where the rate changes.

    Raises LookupError if no rate is known for the first day.
    """
    if to_day < from_day:
        return ()
    if not rates or from_day < rates[0].valid_from:
        raise LookupError(f"no interest rate is known on {from_day.isoformat()}")
    ends = [rate.valid_from - timedelta(days=1) for rate in rates[1:]] + [date.max]
    return tuple(
        InterestPeriod(max(rate.valid_from, from_day), min(end, to_day), rate)
        for rate, end in zip(rates, ends, strict=True)
        if rate.valid_from <= to_day and end >= from_day
    )


def interest(
    principal_grosze: int, from_day: date, to_day: date, rates: Sequence[InterestRate] = INTEREST_RATES
) -> int:
    """Interest as for tax arrears in grosze, rounded to full złoty; `to_day` is the day of payment.

    Principal × days × rate ÷ 365, in leap years too (Ordynacja podatkowa art. 63 § 1). Interest that does not
    exceed three times the fee for a registered letter is not charged (art. 54 § 1 pkt 5).
    """
    exact = sum(
        (
            Fraction(principal_grosze * period.days) * Fraction(period.rate.rate_percent) / 100
            for period in interest_periods(from_day, to_day, rates)
        ),
        Fraction(0),
    ) / Fraction(DAYS_OF_INTEREST_YEAR)
    if exact <= uncharged_interest(to_day):
        return 0
    return 100 * half_up(exact.numerator, exact.denominator * 100)


def uncharged_interest(on: date) -> int:
    """Interest up to this sum in grosze is not charged."""
    fee = statute.number("interest.registered_letter_fee", on)
    return fee * statute.number("interest.uncharged_fees", on)


def apportion(payment_grosze: int, principal_grosze: int, interest_grosze: int) -> Apportioned:
    """A payment that does not cover both pays both in their proportion (Ordynacja podatkowa art. 55 § 2)."""
    owed = principal_grosze + interest_grosze
    if payment_grosze >= owed:
        return Apportioned(principal_grosze, interest_grosze, payment_grosze - owed)
    principal, charged = split(payment_grosze, (principal_grosze, interest_grosze))
    return Apportioned(principal, charged, 0)


def _unused(ground: Ground, amount_grosze: int, facts: SettlementFacts) -> ReturnLine:
    due = return_term(facts.use_until)
    basis = statute.rule(return_code(facts.use_until), facts.use_until).citation
    return ReturnLine(
        ground,
        basis if ground is Ground.UNUSED else "§ 10 ramowego wzoru umowy (Dz.U. 2018 poz. 2057)",
        amount_grosze,
        InterestRule.AFTER_DUE,
        due,
        due + timedelta(days=1),
    )


def _irregular(part: Irregular, facts: SettlementFacts) -> ReturnLine:
    if part.ground is not Ground.MISUSED:
        return _excess(part.ground, part.amount_grosze, facts)
    return ReturnLine(
        Ground.MISUSED,
        "art. 252 ust. 1 pkt 1 i ust. 6 pkt 1 u.f.p.",
        part.amount_grosze,
        InterestRule.FROM_TRANSFER,
        _demand_term(facts),
        part.transferred_on,
    )


def _excess(ground: Ground, amount_grosze: int, facts: SettlementFacts) -> ReturnLine:
    due = _demand_term(facts)
    return ReturnLine(
        ground,
        "art. 252 ust. 1 pkt 2 i ust. 6 pkt 2 u.f.p.",
        amount_grosze,
        InterestRule.AFTER_DUE,
        due,
        due and due + timedelta(days=1),
    )


def _demand_term(facts: SettlementFacts) -> date | None:
    if facts.found_on is None:
        return None
    return add_days(facts.found_on, statute.number("refund.misused_days", facts.found_on))
