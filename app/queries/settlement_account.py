"""The account of one settlement: what was paid and spent, what is to be returned, and what of it is still owed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import Any

from app.models import Refund, Settlement
from app.models.procedure import Commissioning
from app.queries.agreement_plan import AgreementPlan
from workflows.amounts import split
from workflows.reckoning import Ground, InterestRule, Irregular, ReturnLine, interest, reckon
from workflows.reckoning import SettlementFacts as Reckoned
from workflows.report_totals import ReportTotals, grant_share_excess

IRREGULAR = frozenset({Ground.MISUSED, Ground.UNDUE, Ground.OVER_TOLERANCE, Ground.OWN_SHARE})


@dataclass(frozen=True)
class Assessment:
    """What the official establishes beyond the report's own figures; amounts in grosze.

    `tranche` is the number of the tranche from which the ineligible sum came; without it the sum is taken from the
    tranches in order.
    """

    ineligible_grosze: int = 0
    tranche: int | None = None
    excess_waived_grosze: int = 0
    bank_interest_grosze: int = 0


@dataclass(frozen=True)
class OwedLine:
    """One ground of return: the sum established, what of it is left, and the interest on that until a day."""

    ground: Ground
    basis: str
    amount_grosze: int
    left_grosze: int
    due_on: date | None
    interest_from: date | None
    interest_grosze: int


@dataclass(frozen=True)
class Owed:
    """Everything that is still to be returned on one day."""

    lines: tuple[OwedLine, ...]

    @property
    def principal_grosze(self) -> int:
        return sum(line.left_grosze for line in self.lines)

    @property
    def interest_grosze(self) -> int:
        return sum(line.interest_grosze for line in self.lines)

    @property
    def total_grosze(self) -> int:
        return self.principal_grosze + self.interest_grosze


class SettlementAccount:
    """The figures of one settlement, read once. Reads, never writes."""

    def __init__(self, settlement: Settlement) -> None:
        self.settlement = settlement
        self.agreement = settlement.agreement

    @cached_property
    def plan(self) -> AgreementPlan:
        return AgreementPlan(self.agreement)

    @cached_property
    def paid_grosze(self) -> int:
        """What was transferred, over all tranches."""
        return sum(tranche.amount_grosze for tranche in self.agreement.tranches if tranche.transferred_on)

    @cached_property
    def report(self) -> ReportTotals | None:
        """The figures of the last submitted report; None while there is none."""
        versions = self.settlement.reports
        return self.totals_of(versions[-1].content) if versions else None

    def totals_of(self, content: Mapping[str, Any]) -> ReportTotals:
        """The figures of a report's content against the plan of the agreement."""
        kit = self.plan.kit.report
        return kit.totals(kit.read(content), self.plan.report_plan(), self.agreement.cost_tolerance_bp)

    @property
    def spent_grosze(self) -> int:
        """What the report says was spent from the grant; without a report everything paid counts as spent wrongly."""
        return self.report.grant_spent_grosze if self.report else self.paid_grosze

    @property
    def over_tolerance_grosze(self) -> int:
        return self.report.over_tolerance_grosze if self.report else 0

    @property
    def own_share_excess_grosze(self) -> int:
        """How far the grant's share rose above the agreement's, where the call asks to keep the own share."""
        call = self.agreement.offer.call
        if self.report is None or not call.own_share_kept or call.commissioning is not Commissioning.SUPPORT:
            return 0
        return grant_share_excess(self.report, self.plan.report_plan())

    @property
    def excess_grosze(self) -> int:
        """Everything in excess before anything is waived."""
        return self.over_tolerance_grosze + self.own_share_excess_grosze

    def lines(self, assessment: Assessment, found_on: date | None = None) -> tuple[ReturnLine, ...]:
        """Every sum to return, in the order of the law. Raises SettlementFault when the facts cannot all be true.

        What earlier budget years left unused goes back by 31 January of the year after; the rest by the last term.
        """
        earlier = self._unused_of_earlier_years()
        over = max(self.over_tolerance_grosze - assessment.excess_waived_grosze, 0)
        waived_left = max(assessment.excess_waived_grosze - self.over_tolerance_grosze, 0)
        facts = Reckoned(
            paid_grosze=self.paid_grosze - sum(earlier.values()),
            spent_grosze=self.spent_grosze,
            use_until=self.agreement.spend_to,
            irregular=self._irregular(assessment),
            over_tolerance_grosze=over,
            own_share_excess_grosze=max(self.own_share_excess_grosze - waived_left, 0),
            unspent_bank_interest_grosze=assessment.bank_interest_grosze,
            found_on=found_on,
        )
        before = [
            line
            for year, amount in earlier.items()
            for line in reckon(Reckoned(amount, 0, date(year, 12, 31))).lines
        ]
        return (*before, *reckon(facts).lines)

    def _unused_of_earlier_years(self) -> dict[int, int]:
        last_year, left, unused = (
            max(self.plan.years, default=0),
            max(self.paid_grosze - self.spent_grosze, 0),
            {},
        )
        for report in sorted(self.agreement.partial_reports, key=lambda report: report.year):
            if report.accepted_at is None or report.year >= last_year or not left:
                continue
            paid = sum(
                t.amount_grosze for t in self.agreement.tranches if t.transferred_on and t.year == report.year
            )
            spent = self.totals_of(report.content).grant_spent_grosze
            amount = min(max(paid - spent, 0), left)
            if amount:
                unused[report.year] = amount
                left -= amount
        return unused

    def _irregular(self, assessment: Assessment) -> tuple[Irregular, ...]:
        left, parts = assessment.ineligible_grosze, []
        for tranche in self.agreement.tranches:
            if tranche.transferred_on is None or assessment.tranche not in (None, tranche.number):
                continue
            amount = left if assessment.tranche is not None else min(left, tranche.amount_grosze)
            if amount:
                parts.append(Irregular(amount, tranche.transferred_on))
                left -= amount
        if left:  # more than all tranches together: reckon refuses it with the right sentence
            parts.append(Irregular(left, self.agreement.spend_from))
        return tuple(parts)

    @property
    def established(self) -> tuple[ReturnLine, ...]:
        """The lines that were established, as they are stored."""
        stored: list[Mapping[str, Any]] = (self.settlement.figures or {}).get("lines", [])
        return tuple(line_from_json(line) for line in stored)

    def owed(self, on: date) -> Owed:
        """What is still to be returned on a day, with the interest until that day, the day included."""
        return owed_of(self.established, self.settlement.refunds, on)

    @property
    def principal_left_grosze(self) -> int:
        """What is still to be returned, without interest: no day is needed to know it."""
        established = sum(line.amount_grosze for line in self.established)
        return established - sum(refund.principal_grosze for refund in self.settlement.refunds)


def owed_of(lines: Sequence[ReturnLine], refunds: Sequence[Refund], on: date) -> Owed:
    """What these refunds leave of the lines, with the interest until a day."""
    left = _left([line.amount_grosze for line in lines], refunds)
    return Owed(tuple(_owed_line(line, rest, on) for line, rest in zip(lines, left, strict=True)))


def _left(amounts: list[int], refunds: Sequence[Refund]) -> list[int]:
    for refund in refunds:
        if refund.principal_grosze and any(amounts):
            paid = split(refund.principal_grosze, amounts)
            amounts = [amount - part for amount, part in zip(amounts, paid, strict=True)]
    return amounts


def _owed_line(line: ReturnLine, left: int, on: date) -> OwedLine:
    charged = interest(left, line.interest_from, on) if line.interest_from and left else 0
    return OwedLine(
        line.ground, line.basis, line.amount_grosze, left, line.due_on, line.interest_from, charged
    )


def line_to_json(line: ReturnLine) -> dict[str, Any]:
    """A line as it is stored; days in ISO form."""
    return {
        name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(line).items()
    }


def line_from_json(stored: Mapping[str, Any]) -> ReturnLine:
    """The line that `line_to_json` stored."""
    return ReturnLine(
        Ground(stored["ground"]), stored["basis"], stored["amount_grosze"], InterestRule(stored["interest_rule"]),
        _day(stored["due_on"]), _day(stored["interest_from"]),
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
