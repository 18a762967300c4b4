"""What a report adds up to, against the plan of the agreement. All in grosze."""

from dataclasses import dataclass

from workflows.amounts import FULL_SHARE_BP, half_up, largest_part, share
from workflows.form import Reading, Row
from workflows.report_form import PlannedCost, ReportPlan


@dataclass(frozen=True)
class ReportLine:
    """One cost line, planned and actual; `over_grosze` is what lies above the plan and its tolerance.

    `grant_grosze` is the part from the grant where the form divides each expense by source, None where it does not.
    """

    cost: PlannedCost
    actual_grosze: int
    over_grosze: int
    grant_grosze: int | None = None

    @property
    def rise_bp(self) -> int:
        """By how much of the plan the expense rose; 0 if it did not. A line planned at nothing rose fully."""
        rise = max(self.actual_grosze - self.cost.planned_grosze, 0)
        return (
            share(rise, self.cost.planned_grosze) if self.cost.planned_grosze else FULL_SHARE_BP * bool(rise)
        )


@dataclass(frozen=True)
class ReportTotals:
    """Every figure of part II, in grosze; the three shares of rows 4 to 6 in basis points."""

    lines: tuple[ReportLine, ...]
    planned_grosze: int
    actual_grosze: int
    grant_spent_grosze: int
    bank_interest_grosze: int
    other_revenue_grosze: int
    own_financial_grosze: int
    fees_grosze: int
    other_public_grosze: int
    other_money_grosze: int
    own_personal_grosze: int
    own_in_kind_grosze: int

    @property
    def grant_sum_grosze(self) -> int:
        """Row 1: the grant with its interest and revenue."""
        return self.grant_spent_grosze + self.bank_interest_grosze + self.other_revenue_grosze

    @property
    def other_money_sum_grosze(self) -> int:
        """Row 2.1: all other money."""
        public = self.other_public_grosze + self.other_money_grosze
        return self.own_financial_grosze + self.fees_grosze + public

    @property
    def contribution_grosze(self) -> int:
        """Row 3.1: contributions in work and in kind."""
        return self.own_personal_grosze + self.own_in_kind_grosze

    @property
    def own_grosze(self) -> int:
        """The own contribution in money, work and kind."""
        return self.own_financial_grosze + self.contribution_grosze

    @property
    def sources_grosze(self) -> int:
        """Rows 1 + 2 + 3."""
        return self.grant_sum_grosze + self.other_money_sum_grosze + self.contribution_grosze

    @property
    def over_tolerance_grosze(self) -> int:
        """The sum of what lies above plan and tolerance, over all lines."""
        return sum(line.over_grosze for line in self.lines)

    @property
    def grant_bp(self) -> int:
        """Row 4: the grant's share in all expenses."""
        return share(self.grant_spent_grosze, self.actual_grosze)

    @property
    def other_money_to_grant_bp(self) -> int:
        """Row 5: other money in relation to the grant."""
        return half_up(self.other_money_sum_grosze * FULL_SHARE_BP, self.grant_spent_grosze or 1)

    @property
    def contribution_to_grant_bp(self) -> int:
        """Row 6: contributions in work and kind in relation to the grant."""
        return half_up(self.contribution_grosze * FULL_SHARE_BP, self.grant_spent_grosze or 1)


def totals(reading: Reading, plan: ReportPlan, tolerance_bp: int) -> ReportTotals:
    """The figures of a report as read; the planned ones are the plan's, whatever the draft says."""
    lines = report_lines(reading, plan, tolerance_bp)
    return ReportTotals(
        lines=lines,
        planned_grosze=sum(cost.planned_grosze for cost in plan.costs),
        actual_grosze=sum(line.actual_grosze for line in lines),
        grant_spent_grosze=reading.number("grant_spent") or 0,
        bank_interest_grosze=reading.number("bank_interest") or 0,
        other_revenue_grosze=reading.number("other_revenue") or 0,
        own_financial_grosze=reading.number("own_financial") or 0,
        fees_grosze=reading.number("fees") or 0,
        other_public_grosze=reading.number("other_public") or 0,
        other_money_grosze=reading.number("other_money") or 0,
        own_personal_grosze=reading.number("own_personal") or 0,
        own_in_kind_grosze=reading.number("own_in_kind") or 0,
    )


def grant_share_excess(sums: ReportTotals, plan: ReportPlan) -> int:
    """How much of the grant spent lies above the agreement's share of the grant in the costs, in grosze."""
    if not plan.total_grosze:
        return 0
    allowed = sums.actual_grosze * plan.grant_grosze // plan.total_grosze
    return max(sums.grant_spent_grosze - allowed, 0)


def report_lines(reading: Reading, plan: ReportPlan, tolerance_bp: int) -> tuple[ReportLine, ...]:
    """The cost lines of the plan, each with what the report says of it; a row that is missing counts as nothing."""
    rows = {row.key: row for row in reading.table("costs")}
    return tuple(_line(cost, rows.get(cost.key), tolerance_bp) for cost in plan.costs)


def _line(cost: PlannedCost, row: Row | None, tolerance_bp: int) -> ReportLine:
    actual = (row.number("actual") or 0) if row else 0
    allowed = largest_part(cost.planned_grosze, FULL_SHARE_BP + tolerance_bp)
    from_grant = (row.number("from_grant") or 0) if row and "from_grant" in row.values else None
    return ReportLine(cost, actual, max(actual - allowed, 0), from_grant)
