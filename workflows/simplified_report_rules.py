"""What a simplified report adds up to, what keeps it from being submitted, and what the office will look at.

The figures are those of a full report, so that the settlement need not know which form it was.
"""

from collections.abc import Iterator

from workflows.form import Problem, Reading
from workflows.form_rules import required_problems
from workflows.report_form import ReportPlan
from workflows.report_rules import (
    document_problems,
    explanation_problems,
    grant_problems,
    plan_row_problems,
    settlement_remarks,
)
from workflows.report_totals import ReportTotals, report_lines
from workflows.simplified_offer_rules import source_problems
from workflows.words import N_

REVENUE_ABOVE_OTHER = N_(
    "Interest and other revenue give %(revenue_grosze)s, only %(other_grosze)s was spent from other sources."
)


def simplified_report_totals(reading: Reading, plan: ReportPlan, tolerance_bp: int) -> ReportTotals:
    """The figures of a simplified report as read. Own money is what other sources hold beyond interest and revenue."""
    lines = report_lines(reading, plan, tolerance_bp)
    interest, revenue = reading.number("bank_interest") or 0, reading.number("other_revenue") or 0
    return ReportTotals(
        lines=lines,
        planned_grosze=sum(cost.planned_grosze for cost in plan.costs),
        actual_grosze=sum(line.actual_grosze for line in lines),
        grant_spent_grosze=sum(line.grant_grosze or 0 for line in lines),
        bank_interest_grosze=interest,
        other_revenue_grosze=revenue,
        own_financial_grosze=max(_from_other(reading, plan) - interest - revenue, 0),
        fees_grosze=0,
        other_public_grosze=0,
        other_money_grosze=0,
        own_personal_grosze=0,
        own_in_kind_grosze=0,
    )


def problems(reading: Reading, plan: ReportPlan, tolerance_bp: int, paid_grosze: int) -> list[Problem]:
    """Everything missing or wrong at submission of the report, in the order of the form."""
    sums = simplified_report_totals(reading, plan, tolerance_bp)
    found = [
        *reading.faults,
        *required_problems(reading),
        *plan_row_problems(reading, plan),
        *explanation_problems(reading, plan, sums, tolerance_bp),
        *_sources(reading, plan, sums),
        *grant_problems(reading, sums, paid_grosze, "costs"),
        *document_problems(reading, plan, sums),
    ]
    return reading.in_order(found)


def remarks(reading: Reading, plan: ReportPlan, tolerance_bp: int, paid_grosze: int) -> list[Problem]:
    """What does not block the report but will matter in the settlement; unused money once every expense is told."""
    sums = simplified_report_totals(reading, plan, tolerance_bp)
    told = all(row.number("actual") is not None for row in reading.table("costs"))
    return settlement_remarks(reading, plan, sums, paid_grosze if told else 0, "costs")


def _sources(reading: Reading, plan: ReportPlan, sums: ReportTotals) -> Iterator[Problem]:
    numbers = {cost.key: cost.number for cost in plan.costs}
    unread = {fault.anchor for fault in reading.faults}
    for row in reading.table("costs"):
        if not unread & {f"costs-{row.key}-from_grant", f"costs-{row.key}-from_other"}:
            yield from source_problems(reading, row, numbers.get(row.key, row.text("number")), "actual")
    revenue, other = sums.bank_interest_grosze + sums.other_revenue_grosze, _from_other(reading, plan)
    if revenue > other:
        place = "bank_interest" if sums.bank_interest_grosze else "other_revenue"
        figures = {"revenue_grosze": revenue, "other_grosze": other}
        yield reading.problem(place, REVENUE_ABOVE_OTHER, figures)


def _from_other(reading: Reading, plan: ReportPlan) -> int:
    planned = {cost.key for cost in plan.costs}
    return sum(row.number("from_other") or 0 for row in reading.table("costs") if row.key in planned)
