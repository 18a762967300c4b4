"""The plan of activities and the planned results of an offer as documents print them."""

from datetime import date
from decimal import Decimal

from reports import figures
from reports.plan import PlannedActivity, PlanYear, ResultRow
from workflows.form import Reading, Row


def plan_years(reading: Reading) -> tuple[PlanYear, ...]:
    """Part III.4 by year; an activity without a year stands in the year in which it begins."""
    by_year: dict[int, list[PlannedActivity]] = {}
    for place, row in enumerate(reading.table("plan"), start=1):
        by_year.setdefault(_year(row, reading), []).append(
            PlannedActivity(
                number=str(place),
                name=row.text("name"),
                description=row.text("description"),
                target_group=row.text("audience"),
                term=_term(row.day("term_from"), row.day("term_to")),
                outsourced=row.text("third_party"),
            )
        )
    return tuple(PlanYear(year, tuple(by_year[year])) for year in sorted(by_year))


def _year(row: Row, reading: Reading) -> int:
    begins = row.day("term_from") or reading.day("date_from")
    return row.number("year") or (begins.year if begins else 0)


def _term(first: date | None, last: date | None) -> str:
    if first and last:
        return figures.period(first, last)
    return "–"


def planned_results(reading: Reading) -> tuple[ResultRow, ...]:
    """Part III.6."""
    return tuple(
        ResultRow(
            row.text("name"),
            f"{figures.quantity(row.quantity('target') or Decimal(0))} {row.text('unit')}".strip(),
            row.text("monitoring"),
        )
        for row in reading.table("results")
    )


def outsourced(reading: Reading) -> str:
    """What a body that is not a party to the agreement does (art. 16 ust. 4 UDPPiW)."""
    parts = (row.text("third_party").strip() for row in reading.table("plan"))
    return "; ".join(part for part in parts if part)
