"""What keeps a report from being submitted, and what the office will look at.

A report tells what happened, so an expense above the tolerance or a result below its target does not block
it: it needs an explanation, and the settlement draws the consequence.
"""

from collections.abc import Iterator

from workflows.amounts import share
from workflows.form import Problem, Reading, Row
from workflows.form_rules import required_problems, row_name
from workflows.report_form import ReportPlan
from workflows.report_totals import ReportTotals, grant_share_excess, totals
from workflows.words import N_

PLAN_ROWS_DIFFER = N_("The rows of this table differ from the plan. Open the report again.")
EXPLAIN_COST = N_(
    "%(row)s rose by %(rise_bp)s. Up to %(tolerance_bp)s is possible without an annex. Explain the rise."
)
COST_OVER_TOLERANCE = N_("%(row)s is %(over_grosze)s above what the agreement allows.")
EXPLAIN_RESULT = N_("%(row)s: less was achieved than planned. Explain why.")
SOURCES_TOO_SMALL = N_(
    "Sources give %(sources_grosze)s, expenses are %(costs_grosze)s. %(missing_grosze)s is missing."
)
SOURCES_TOO_LARGE = N_(
    "Sources give %(sources_grosze)s, expenses are %(costs_grosze)s. That is %(over_grosze)s too much."
)
GRANT_ABOVE_PAID = N_(
    "From the grant you can have spent up to %(paid_grosze)s. You entered %(grant_grosze)s."
)
NAME_AUTHORITY = N_("Name the authority that gave the other public money.")
DESCRIBE_FEES = N_("Describe the fees: on what terms, how much from one person, how much in all.")
UNKNOWN_COST = N_("%(row)s: choose the cost that this document belongs to.")
GRANT_ABOVE_AMOUNT = N_("%(row)s: at most %(limit_grosze)s of this document can be paid from the grant.")
PAID_OUTSIDE = N_("%(row)s: paid outside the time for spending, %(first)s to %(last)s.")
DOCUMENT_TWICE = N_("%(row)s is entered twice for the same cost. Keep one row.")
DOCUMENTS_ABOVE_GRANT = N_(
    "The documents give %(documents_grosze)s from the grant, the sources %(grant_grosze)s. Make them agree."
)
GRANT_UNUSED = N_("%(unused_grosze)s of the grant was not used and is to be returned.")
GRANT_SHARE_ROSE = N_(
    "The grant covers %(share_bp)s of the expenses, %(limit_bp)s is agreed. That is %(over_grosze)s too much."
)


def problems(reading: Reading, plan: ReportPlan, tolerance_bp: int, paid_grosze: int) -> list[Problem]:
    """Everything missing or wrong at submission of the report, in the order of the form."""
    sums = totals(reading, plan, tolerance_bp)
    found = [
        *reading.faults,
        *required_problems(reading),
        *plan_row_problems(reading, plan),
        *explanation_problems(reading, plan, sums, tolerance_bp),
        *_sources(reading, sums, paid_grosze),
        *document_problems(reading, plan, sums),
    ]
    return reading.in_order(found)


def remarks(reading: Reading, plan: ReportPlan, tolerance_bp: int, paid_grosze: int) -> list[Problem]:
    """What does not block the report but will matter in the settlement."""
    sums = totals(reading, plan, tolerance_bp)
    told = reading.number("grant_spent") is not None
    return settlement_remarks(reading, plan, sums, paid_grosze if told else 0, "grant_spent")


def settlement_remarks(
    reading: Reading, plan: ReportPlan, sums: ReportTotals, paid_grosze: int, place: str
) -> list[Problem]:
    """Costs above their tolerance, a grant above its share, a grant unused; `place` is where the grant is told."""
    found = [
        reading.problem(
            "costs", COST_OVER_TOLERANCE, {"row": line.cost.number, "over_grosze": line.over_grosze}
        )
        for line in sums.lines
        if line.over_grosze
    ]
    if excess := grant_share_excess(sums, plan):
        figures = {
            "share_bp": sums.grant_bp,
            "limit_bp": share(plan.grant_grosze, plan.total_grosze),
            "over_grosze": excess,
        }
        found.append(reading.problem(place, GRANT_SHARE_ROSE, figures))
    if sums.grant_spent_grosze < paid_grosze:
        unused = {"unused_grosze": paid_grosze - sums.grant_spent_grosze}
        found.append(reading.problem(place, GRANT_UNUSED, unused))
    return found


def plan_row_problems(reading: Reading, plan: ReportPlan) -> Iterator[Problem]:
    """The tables of the form have the rows of the plan, no more and no fewer."""
    planned = {
        "results": {row.key for row in plan.results},
        "activities": set(plan.activities),
        "costs": {cost.key for cost in plan.costs},
    }
    for table, keys in planned.items():
        if table in reading.rows and {row.key for row in reading.table(table)} != keys:
            yield reading.problem(table, PLAN_ROWS_DIFFER)


def explanation_problems(
    reading: Reading, plan: ReportPlan, sums: ReportTotals, tolerance_bp: int
) -> Iterator[Problem]:
    """A cost above its tolerance and a result below its target are explained."""
    costs = {row.key: row for row in reading.table("costs")}
    for line in sums.lines:
        row = costs.get(line.cost.key)
        if row and line.over_grosze and not row.text("explanation"):
            figures = {"row": line.cost.number, "rise_bp": line.rise_bp, "tolerance_bp": tolerance_bp}
            yield reading.cell_problem("costs", row, "explanation", EXPLAIN_COST, figures)
    results = {row.key: row for row in reading.table("results")}
    for result in plan.results:
        row = results.get(result.key)
        achieved = row.quantity("achieved") if row else None
        if row and achieved is not None and achieved < result.target and not row.text("explanation"):
            yield reading.cell_problem("results", row, "explanation", EXPLAIN_RESULT, {"row": result.name})


def _sources(reading: Reading, sums: ReportTotals, paid_grosze: int) -> Iterator[Problem]:
    grant = reading.number("grant_spent")
    yield from grant_problems(reading, sums, paid_grosze, "grant_spent")
    figures = {"sources_grosze": sums.sources_grosze, "costs_grosze": sums.actual_grosze}
    difference = sums.sources_grosze - sums.actual_grosze
    if grant is not None and difference < 0:
        yield reading.problem("grant_spent", SOURCES_TOO_SMALL, figures | {"missing_grosze": -difference})
    elif grant is not None and difference > 0:
        yield reading.problem("grant_spent", SOURCES_TOO_LARGE, figures | {"over_grosze": difference})
    if sums.other_public_grosze and not reading.text("other_public_name"):
        yield reading.problem("other_public_name", NAME_AUTHORITY)
    if sums.fees_grosze and not reading.text("fees_information"):
        yield reading.problem("fees_information", DESCRIBE_FEES)


def grant_problems(reading: Reading, sums: ReportTotals, paid_grosze: int, place: str) -> Iterator[Problem]:
    """No more was spent from the grant than was paid; `place` is where the form tells it."""
    if sums.grant_spent_grosze > paid_grosze:
        figures = {"paid_grosze": paid_grosze, "grant_grosze": sums.grant_spent_grosze}
        yield reading.problem(place, GRANT_ABOVE_PAID, figures)


def document_problems(reading: Reading, plan: ReportPlan, sums: ReportTotals) -> Iterator[Problem]:
    """The list of accounting documents: each belongs to a cost, once, and was paid in time."""
    rows = reading.table("documents")
    seen: set[tuple[str, str, str]] = set()
    for place, row in enumerate(rows, start=1):
        name = row.text("number") or row_name(reading.form, "documents", row, place)
        yield from _document(reading, plan, row, name)
        same = (row.text("number"), row.text("contractor"), row.text("cost"))
        if all(same) and same in seen:
            yield reading.cell_problem("documents", row, "number", DOCUMENT_TWICE, {"row": name})
        seen.add(same)
    from_grant = sum(row.number("from_grant") or 0 for row in rows)
    if from_grant > sums.grant_spent_grosze:
        figures = {"documents_grosze": from_grant, "grant_grosze": sums.grant_spent_grosze}
        yield reading.problem("documents", DOCUMENTS_ABOVE_GRANT, figures)


def _document(reading: Reading, plan: ReportPlan, row: Row, name: str) -> Iterator[Problem]:
    if row.text("cost") and row.text("cost") not in {cost.key for cost in plan.costs}:
        yield reading.cell_problem("documents", row, "cost", UNKNOWN_COST, {"row": name})
    amount, from_grant, paid_on = row.number("amount"), row.number("from_grant"), row.day("paid_on")
    if amount is not None and from_grant is not None and from_grant > amount:
        figures = {"row": name, "limit_grosze": amount}
        yield reading.cell_problem("documents", row, "from_grant", GRANT_ABOVE_AMOUNT, figures)
    first, last = plan.spend_from, plan.spend_to
    if paid_on and from_grant and first and last and not first <= paid_on <= last:
        told = {"row": name, "first": first, "last": last}
        yield reading.cell_problem("documents", row, "paid_on", PAID_OUTSIDE, told)
