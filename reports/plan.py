"""The plan of activities and the table of results (sections III.4 and III.6), of the offer and the agreement."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports import Translate
from reports.blocks import subheading
from reports.content import Node
from reports.tables import Column, Row, facts, grid
from reports.text import strong


@dataclass(frozen=True, slots=True)
class PlannedActivity:
    """A row of III.4.

    ``term`` as the offeror wrote it or as dates in words, ``outsourced`` "" if nobody outside the agreement
    takes part.
    """

    number: str
    name: str
    description: str
    target_group: str
    term: str
    outsourced: str = ""


@dataclass(frozen=True, slots=True)
class PlanYear:
    """III.4 for one year."""

    year: int
    activities: tuple[PlannedActivity, ...]


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A row of III.6: the result, its target with unit, and how it is monitored."""

    name: str
    target: str
    monitoring: str


def plan_of(years: Sequence[PlanYear], _: Translate) -> list[Node]:
    """III.4, year by year; the agreement prints it as an annex."""
    parts: list[Node] = []
    for plan in years:
        parts += subheading(_("4. Plan and schedule of activities for %(year)s") % {"year": plan.year})
        for activity in plan.activities:
            parts += _activity(activity, _)
    return parts


def _activity(activity: PlannedActivity, _: Translate) -> Iterable[Node]:
    # The form has one row of six narrow columns; long descriptions read better as labelled lines.
    return facts(
        [
            (_("Activity %(number)s") % {"number": activity.number}, strong(activity.name)),
            (_("Description"), activity.description),
            (_("Target group"), activity.target_group),
            (_("Planned term"), activity.term),
            (
                _("Scope performed by a body that is not a party to the agreement"),
                activity.outsourced or _("not applicable"),
            ),
        ]
    )


def results_table(results: Sequence[ResultRow], _: Translate) -> Node:
    """III.6; the agreement prints it as an annex."""
    columns = [
        Column(_("Name of the result"), 2),
        Column(_("Planned level (target value)"), 1.3),
        Column(_("How it is monitored, source of information"), 2),
    ]
    return grid(columns, [Row((row.name, row.target, row.monitoring)) for row in results])
