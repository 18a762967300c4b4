"""The schedule of payments (law-and-practice, list of exports, 3): every tranche, and sums by month, quarter and year.

A sum counts as planned on the day planned in the agreement, as ordered on the day of the order, as transferred on
the day of the transfer; so one tranche may stand in three months.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from app.models import Agreement, Procedure, Tranche, Unit
from app.queries.budget import ENDED_EARLY
from app.services.registers import contracted, filters
from app.services.registers.agreements import STATE_NAMES
from app.services.registers.declaration import Column, Picture, Register, Scope, Table
from workflows.agreement import ISSUED
from workflows.words import N_

# As it is entered: "851-85195-2360", "dział 851, rozdział 85195, § 2360".
DIVISION, CHAPTER, PARAGRAPH = (
    r"^\D*(\d{3})\D+\d{5}\D+\d{4}\D*$",
    r"^\D*\d{3}\D+(\d{5})\D+\d{4}\D*$",
    r"^\D*\d{3}\D+\d{5}\D+(\d{4})\D*$",
)
MONTH: sa.ColumnElement[str] = sa.literal_column("'YYYY-MM'")
ORDERED_ON = contracted.local_day(Tranche.ordered_at)
ORDERED = sa.case((Tranche.ordered_at.is_not(None), Tranche.amount_grosze))
TRANSFERRED = sa.case((Tranche.transferred_on.is_not(None), Tranche.amount_grosze))
DAY = sa.func.coalesce(Tranche.transferred_on, Tranche.planned_on)
FILTERS = (
    filters.Year("year", N_("Budget year"), Tranche.year),
    *contracted.CALL_FILTERS,
    filters.Period("day", N_("Day of the payment, or the planned one"), DAY),
    filters.Text("classification", N_("Budget classification"), Agreement.budget_classification),
    contracted.WORDS_FILTER,
)


def _part(pattern: str) -> Any:
    """A part of the classification, or nothing where the text has not all three."""
    return sa.func.substring(Agreement.budget_classification, pattern)


def _source(_scope: Scope) -> sa.Select[Any]:
    """Every tranche but those that are not paid any more because their agreement ended early."""
    return (
        contracted.agreements()
        .join(Tranche, Tranche.agreement_id == Agreement.id)
        .join(Unit, Unit.id == Procedure.unit_id)
        .where(
            Agreement.state.in_(ISSUED),
            sa.or_(Agreement.state.not_in(ENDED_EARLY), Tranche.transferred_on.is_not(None)),
        )
    )


def _events(scope: Scope) -> sa.CTE:
    """What happens to each tranche and on which day, in the columns of the three sums."""
    source = contracted.walled(contracted.chosen(_source(scope), FILTERS, scope), scope)
    tranches = source.with_only_columns(
        Agreement.budget_classification.label("classification"), Tranche.amount_grosze.label("amount"),
        Tranche.planned_on, ORDERED_ON.label("ordered_on"), Tranche.transferred_on, maintain_column_froms=True,
    ).cte("tranches")  # fmt: skip
    days = ("planned_on", "ordered_on", "transferred_on")
    return sa.union_all(
        *(
            sa.select(
                tranches.c.classification,
                tranches.c[day].label("day"),
                *((tranches.c.amount if day == other else sa.literal(0, sa.BigInteger)).label(other) for other in days),
            ).where(tranches.c[day].is_not(None))
            for day in days
        )
    ).cte("events")  # fmt: skip


def _summed(*periods: str) -> Callable[[Scope], sa.Select[Any]]:
    """Sums by these parts of the day and by the classification."""

    def source(scope: Scope) -> sa.Select[Any]:
        events = _events(scope)
        parts = [sa.cast(sa.extract(period, events.c.day), sa.Integer).label(period) for period in periods]
        summed = (
            sa.select(
                *parts,
                events.c.classification,
                *(contracted.whole(sa.func.sum(events.c[f"{name}_on"])).label(name) for name in ("planned", "ordered", "transferred")),
            )
            .group_by(*parts, events.c.classification)
            .subquery("summed")
        )  # fmt: skip
        return sa.select(summed)

    return source


# fmt: off
SUMS = (
    Column("classification", N_("Budget classification"), width=36),
    Column("planned", N_("Planned"), kind="money", width=17, total=True),
    Column("ordered", N_("Ordered"), kind="money", width=17, total=True),
    Column("transferred", N_("Transferred"), kind="money", width=17, total=True),
)
YEAR = Column("year", N_("Year"), kind="whole", width=8)
QUARTER = Column("quarter", N_("Quarter"), kind="whole", width=9)
PAYMENTS = Table(N_("Payments"), (
    contracted.NUMBER,
    contracted.NAME,
    contracted.TITLE,
    contracted.MODE,
    contracted.PROCEDURE,
    contracted.AREA,
    Column("unit", N_("Unit"), Unit.name, width=28, usual=False),
    Column("state", N_("State of the agreement"), Agreement.state, width=40, words=STATE_NAMES),
    Column("tranche", N_("Tranche"), Tranche.number, "whole", 9),
    Column("year", N_("Budget year"), Tranche.year, "whole", 12),
    Column("classification", N_("Budget classification"), Agreement.budget_classification, width=36),
    Column("division", N_("Division"), _part(DIVISION), width=8),
    Column("chapter", N_("Chapter"), _part(CHAPTER), width=11),
    Column("paragraph", N_("Paragraph"), _part(PARAGRAPH), width=11),
    Column("planned_on", N_("Planned for"), Tranche.planned_on, "day", 13),
    Column("month", N_("Planned month"), sa.func.to_char(Tranche.planned_on, MONTH), width=12),
    Column("quarter", N_("Planned quarter"), sa.cast(sa.extract("quarter", Tranche.planned_on), sa.Integer), "whole", 12),
    Column("planned", N_("Planned"), Tranche.amount_grosze, "money", 17, total=True),
    Column("ordered_on", N_("Ordered on"), ORDERED_ON, "day", 13),
    Column("ordered", N_("Ordered"), ORDERED, "money", 17, total=True),
    Column("transferred_on", N_("Transferred on"), Tranche.transferred_on, "day", 13),
    Column("transferred", N_("Transferred"), TRANSFERRED, "money", 17, total=True),
    Column("reference", N_("Reference"), Tranche.reference, width=18, usual=False),
    contracted.SAMPLE,
), _source, (Tranche.planned_on, Tranche.id), contracted.UNIT, contracted.SYNTHETIC)
MONTHS = Table(N_("By month"), (YEAR, Column("month", N_("Month"), kind="whole", width=9), *SUMS),
               _summed("year", "month"), ("year", "month", "classification"))
QUARTERS = Table(N_("By quarter"), (YEAR, QUARTER, *SUMS), _summed("year", "quarter"), ("year", "quarter", "classification"))
YEARS = Table(N_("By year"), (YEAR, *SUMS), _summed("year"), ("year", "classification"))
# fmt: on

REGISTER = Register(
    name="schedule_of_payments",
    title=N_("Schedule of payments"),
    file_name="harmonogram-wyplat",
    about=N_("Tranches planned, ordered and transferred; sums by month, quarter, year and budget paragraph."),
    tables=(PAYMENTS, MONTHS, QUARTERS, YEARS),
    filters=FILTERS,
    charts=(
        Picture(
            N_("Payments by month"), N_("Month"), N_("Amount"), sa.func.to_char(DAY, MONTH),
            sa.func.sum(Tranche.amount_grosze), shape="columns", by_label=True, most=36,
        ),
    ),
    notes=(
        N_("The classification is that of the agreement. Where it has not all three parts, the columns for them are empty."),
        N_("In the sums each amount stands in the period of its own day: planned, ordered or transferred."),
        N_("The chart shows transferred payments by the day of the transfer, the others by the planned day."),
        N_("Tranches that are not paid any more because the agreement ended early are left out."),
    ),
)  # fmt: skip
