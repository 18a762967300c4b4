"""The cost tables that the offers, the agreement and the report share (V.A and V.B, simplified IV)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from reports import Translate, figures
from reports.content import Node
from reports.tables import Column, Row, RowKind, grid


@dataclass(frozen=True, slots=True)
class CostRow:
    """A row of the cost table as it is printed, in order.

    ``group`` is a heading (I, I.1, II), ``item`` a cost, ``sum`` a total; a group and a sum leave unit, unit
    cost and quantity empty. Amounts in grosze; ``years_grosze`` has one amount for each year of the table, or
    is empty for a group.
    """

    number: str
    name: str
    kind: Literal["group", "item", "sum"] = "item"
    total_grosze: int | None = None
    years_grosze: tuple[int, ...] = ()
    unit: str = ""
    unit_cost_grosze: int | None = None
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CostTable:
    """V.A with every sum already in its rows; ``years`` are the budget years of the columns."""

    years: tuple[int, ...]
    rows: tuple[CostRow, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """V.B in grosze: total = grant + own + fees, own = own_financial + own_in_kind."""

    total_grosze: int
    grant_grosze: int
    own_grosze: int
    own_financial_grosze: int
    own_in_kind_grosze: int
    fees_grosze: int


@dataclass(frozen=True, slots=True)
class FundedCost:
    """A row of part IV of the simplified offer, in grosze: value = from the grant + from other sources."""

    number: str
    name: str
    value_grosze: int
    grant_grosze: int
    other_grosze: int


def funded_costs_table(costs: Sequence[FundedCost], _: Translate) -> Node:
    """Part IV of the simplified offer: at least one cost, each with its two sources, and their sums."""
    columns = [
        Column(_("No."), 0.6),
        Column(_("Kind of cost"), 3.8),
        Column(_("Value [PLN]"), 1.3, "right"),
        Column(_("From the grant [PLN]"), 1.3, "right"),
        Column(_("From other sources [PLN]"), 1.3, "right"),
    ]
    rows = [Row((cost.number, cost.name, *map(figures.amount, _funding(cost)))) for cost in costs]
    sums = (sum(column) for column in zip(*map(_funding, costs), strict=True))
    return grid(
        columns, [*rows, Row(("", _("Sum of all costs of the task"), *map(figures.amount, sums)), "sum")]
    )


def _funding(cost: FundedCost) -> tuple[int, int, int]:
    return cost.value_grosze, cost.grant_grosze, cost.other_grosze


@dataclass(frozen=True, slots=True)
class GrantShare:
    """What falls to one organisation of a joint offer, in grosze; it counts against that one's own limit."""

    organisation: str
    amount_grosze: int


def shares_table(shares: Sequence[GrantShare], _: Translate) -> Node:
    """The split of a grant between organisations, with its sum."""
    columns = [Column(_("Organisation"), 4), Column(_("Share of the grant [PLN]"), 1.5, "right")]
    rows = [Row((share.organisation, figures.amount(share.amount_grosze))) for share in shares]
    total = figures.amount(sum(share.amount_grosze for share in shares))
    return grid(columns, [*rows, Row((_("Total"), total), "sum")])


def cost_table(table: CostTable, _: Translate) -> Node:
    """V.A: several years get a column each, one year needs none."""
    years = table.years if len(table.years) > 1 else ()
    columns = [
        Column(_("No."), 0.6),
        Column(_("Kind of cost"), 3.4),
        Column(_("Unit of measure"), 0.9),
        Column(_("Unit cost [PLN]"), 0.9, "right"),
        Column(_("No. of units"), 0.7, "right"),
        Column(_("Value [PLN]"), 1, "right"),
        *(Column(str(year), 1, "right") for year in years),
    ]
    return grid(columns, [_cost_row(row, len(years)) for row in table.rows])


def _cost_row(row: CostRow, years: int) -> Row:
    by_year = [figures.amount(value) for value in row.years_grosze[:years]]
    by_year += [""] * (years - len(by_year))
    cells = (
        row.number,
        row.name,
        row.unit,
        "" if row.unit_cost_grosze is None else figures.amount(row.unit_cost_grosze),
        "" if row.quantity is None else figures.quantity(row.quantity),
        "" if row.total_grosze is None else figures.amount(row.total_grosze),
        *by_year,
    )
    return Row(cells, row.kind)


def sources_table(sources: Sources, _: Translate) -> Node:
    """V.B: each source in PLN and as a share of all costs."""
    lines: tuple[tuple[str, str, int, RowKind], ...] = (
        ("1", _("Sum of all costs of the task"), sources.total_grosze, "group"),
        ("2", _("Planned grant under this offer"), sources.grant_grosze, "item"),
        ("3", _("Own contribution (3.1 + 3.2)"), sources.own_grosze, "item"),
        ("3.1", _("Own financial contribution"), sources.own_financial_grosze, "item"),
        (
            "3.2",
            _("Own non-financial contribution (personal and in kind)"),
            sources.own_in_kind_grosze,
            "item",
        ),
        ("4", _("Payments from the beneficiaries of the task"), sources.fees_grosze, "item"),
    )
    columns = [
        Column(_("No."), 0.6),
        Column(_("Source of funding"), 4.5),
        Column(_("Value [PLN]"), 1.5, "right"),
        Column(_("Share [%]"), 1.1, "right"),
    ]
    rows = [
        Row((number, name, figures.amount(value), figures.percent(value, sources.total_grosze)), kind)
        for number, name, value, kind in lines
    ]
    return grid(columns, rows)
