"""The costs and their sources in an offer or an agreement as documents print them. All in grosze."""

from collections.abc import Callable, Mapping, Sequence

from app.i18n import _
from reports.costs import CostRow, CostTable, FundedCost, Sources
from workflows.form import Reading
from workflows.offer_form import ADMINISTRATIVE, OFFER_FORM
from workflows.offer_totals import CostLine, OfferTotals
from workflows.simplified_offer_form import SIMPLIFIED_OFFER_FORM


def cost_table(reading: Reading, sums: OfferTotals, years: Sequence[int]) -> CostTable:
    """Part V.A with every sum in its row; `years` are the budget years of the call, in order."""
    count = len(years)
    activities = [line for line in sums.lines if line.group != ADMINISTRATIVE]
    administrative = [line for line in sums.lines if line.group == ADMINISTRATIVE]
    rows = [CostRow("I", _("Costs of carrying out the activities"), "group")]
    for place, activity in enumerate(reading.table("plan"), start=1):
        own = [line for line in activities if line.activity == activity.key]
        if own:
            rows.append(CostRow(f"I.{place}", activity.text("name"), "group"))
            rows += [_item(line, count) for line in own]
    known = {row.key for row in reading.table("plan")}
    rows += [_item(line, count) for line in activities if line.activity not in known]
    rows.append(_sum(_("Sum of the costs of the activities"), activities, count))
    rows.append(CostRow("II", _("Administrative costs"), "group"))
    rows += [_item(line, count) for line in administrative]
    rows.append(_sum(_("Sum of the administrative costs"), administrative, count))
    rows.append(_sum(_("Sum of all costs of the task"), sums.lines, count))
    return CostTable(tuple(years), tuple(rows))


def _item(line: CostLine, years: int) -> CostRow:
    return CostRow(
        line.number, line.name, "item", line.value_grosze, line.by_year_grosze[:years], line.unit,
        line.unit_cost_grosze, line.quantity,
    )  # fmt: skip


def _sum(name: str, lines: Sequence[CostLine], years: int) -> CostRow:
    by_year = tuple(sum(line.by_year_grosze[year] for line in lines) for year in range(years))
    return CostRow("", name, "sum", sum(line.value_grosze for line in lines), by_year)


def sources(sums: OfferTotals) -> Sources:
    """Part V.B."""
    return Sources(
        total_grosze=sums.total_grosze,
        grant_grosze=sums.grant_grosze,
        own_grosze=sums.own_grosze,
        own_financial_grosze=sums.own_financial_grosze,
        own_in_kind_grosze=sums.own_non_financial_grosze,
        fees_grosze=sums.fees_grosze,
    )


def funded_costs(sums: OfferTotals) -> tuple[FundedCost, ...]:
    """Part IV of the simplified form: each cost with its sources."""
    return tuple(_funded(line, line.grant_grosze or 0) for line in sums.lines)


def _funded(line: CostLine, grant: int) -> FundedCost:
    return FundedCost(line.number, line.name, line.value_grosze, grant, line.value_grosze - grant)


Costs = CostTable | tuple[FundedCost, ...]
# How the costs of an agreement are printed, by the code of the offer's form.
COSTS: Mapping[str, Callable[[Reading, OfferTotals, Sequence[int]], Costs]] = {
    OFFER_FORM.code: cost_table,
    SIMPLIFIED_OFFER_FORM.code: lambda _reading, sums, _years: funded_costs(sums),
}
