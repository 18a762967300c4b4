"""A shift of costs by an annex: the plan with other costs, the whole sum as before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflows.amounts import multiply, split, typed_grosze, typed_quantity
from workflows.engine import Refusal
from workflows.form import KEY_COLUMN
from workflows.offer_form import YEAR_COLUMNS
from workflows.offer_totals import CostLine, OfferTotals
from workflows.simplified_offer_totals import moved_costs
from workflows.words import N_

OTHER_ROWS = N_("The rows of the costs differ from the agreement. Open this page again.")
OTHER_TOTAL = N_(
    "The costs now give %(new_grosze)s, the agreement is for %(old_grosze)s. An annex moves costs, it does not change their sum."
)


@dataclass(frozen=True)
class NewCost:
    """One cost line as it will be; where the form counts no units, it is one unit at the whole value."""

    key: str
    unit_cost_grosze: int
    quantity: Decimal = Decimal(1)

    @property
    def value_grosze(self) -> int:
        return multiply(self.unit_cost_grosze, self.quantity)


def refusals_of_shift(costs: Sequence[NewCost], sums: OfferTotals) -> Iterator[Refusal]:
    """Why the costs cannot be moved like this."""
    if sorted(cost.key for cost in costs) != sorted(line.key for line in sums.lines):
        yield Refusal("other_rows", OTHER_ROWS)
        return
    total = sum(cost.value_grosze for cost in costs)
    if total != sums.total_grosze:
        yield Refusal("other_total", OTHER_TOTAL, {"new_grosze": total, "old_grosze": sums.total_grosze})


def changed(costs: Sequence[NewCost], sums: OfferTotals) -> list[tuple[CostLine, NewCost]]:
    """The lines whose unit cost or quantity differs, before and after."""
    lines = {line.key: line for line in sums.lines}
    pairs = [(lines[cost.key], cost) for cost in costs]
    return [
        (line, cost)
        for line, cost in pairs
        if (line.unit_cost_grosze, line.quantity) != (cost.unit_cost_grosze, cost.quantity)
    ]


def shifted(plan: Mapping[str, Any], costs: Sequence[NewCost], sums: OfferTotals) -> dict[str, Any]:
    """The full form's plan after the shift. Where years were typed, a new value is divided among them as the old one was."""
    new = {cost.key: (line, cost) for line, cost in changed(costs, sums)}
    rows = [_row(row, *new[row[KEY_COLUMN]]) if row[KEY_COLUMN] in new else row for row in plan["costs"]]
    return {**plan, "costs": rows}


def _row(row: Mapping[str, str], line: CostLine, cost: NewCost) -> dict[str, str]:
    typed = {"unit_cost": typed_grosze(cost.unit_cost_grosze), "quantity": typed_quantity(cost.quantity)}
    if line.years_typed:
        parts = split(cost.value_grosze, line.by_year_grosze)
        typed |= {
            column: typed_grosze(part)
            for column, part in zip(YEAR_COLUMNS, parts, strict=True)
            if part or row.get(column)
        }
    return {**row, **typed}


def simplified_shifted(
    plan: Mapping[str, Any], costs: Sequence[NewCost], sums: OfferTotals
) -> dict[str, Any]:
    """The simplified form's plan after the shift; the grant stays the same, only its division among the costs moves."""
    return moved_costs(plan, sums, {cost.key: cost.value_grosze for _line, cost in changed(costs, sums)})
