"""The publication of a small grant as the office counts it: seven business days from the receipt (art. 19a ust. 3).

The statutory term is never moved. On days when the office is closed the desk moves its own day earlier, so that nobody
plans to publish when nobody is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from app.extensions import db
from app.models import OfficeClosure, SmallGrant, Unit
from workflows.calendar import end_of_day, is_business_day, local_day, passed, start_of_day
from workflows.small_grant import BEFORE_PUBLICATION
from workflows.terms import Term, TermRule, term

Level = Literal["ok", "warn", "overdue"]
Closures = Mapping[date, str]
WARNS_FROM = 5  # the business day on which the desk begins to warn
DAY = timedelta(days=1)


@dataclass(frozen=True)
class DeskDay:
    """One day of the count: its number in the term, or the reason (a msgid) why it has none, and why the office is closed."""

    day: date
    number: int | None
    reason: str | None
    closed: str | None
    today: bool


@dataclass(frozen=True)
class Countdown:
    """Where the publication stands. `number` is the business day of the term that has begun last, 0 on the day of receipt.

    `due` is the statutory last day, `due_at` its last moment (UTC), `desk_due` the day by which the office publishes.
    """

    due: date
    due_at: datetime
    desk_due: date
    number: int
    of: int
    days: tuple[DeskDay, ...]
    level: Level
    basis: str

    @property
    def moved(self) -> bool:
        """Whether the desk's own day is earlier than that of the statute."""
        return self.desk_due < self.due


def countdown(small_grant: SmallGrant, now: datetime) -> Countdown | None:
    """The count for one small grant; None once it was published, or when no publication is awaited."""
    if small_grant.state not in BEFORE_PUBLICATION or small_grant.published_on is not None:
        return None
    received = small_grant.publication_from
    if received is None:
        return None
    return count(received, {row.day: row.reason for row in small_grant.intake.unit.closures}, now)


def count(received: datetime, closures: Closures, now: datetime) -> Countdown:
    """The count from the moment at which the term began, for an office that is closed on `closures`."""
    counted = term(TermRule.SMALL_GRANT_PUBLICATION, received)
    today = local_day(now)
    days = tuple(
        DeskDay(day.day, day.number, day.reason, closures.get(day.day), day.day == today)
        for day in counted.count.days
    )
    number = max((day.number for day in days if day.number and day.day <= today), default=0)
    desk_due = last_open_day(counted.last_day, closures, counted.event)
    return Countdown(
        due=counted.last_day, due_at=counted.last_moment, desk_due=desk_due, number=number, of=len(counted.counted), days=days,
        level=_level(counted, desk_due, number, now), basis=counted.basis,
    )  # fmt: skip


def _level(counted: Term, desk_due: date, number: int, now: datetime) -> Level:
    if passed(counted.last_moment, now):
        return "overdue"
    return "warn" if number >= WARNS_FROM or desk_due <= local_day(now) else "ok"


def last_open_day(day: date, closures: Closures, earliest: date) -> date:
    """The last day until `day` on which the office works; `earliest` when it works on none of them."""
    while day > earliest and not _open(day, closures):
        day -= DAY
    return day


def next_open_day(day: date, closures: Closures) -> date:
    """The first day after `day` on which the office works."""
    day += DAY
    while not _open(day, closures):
        day += DAY
    return day


def _open(day: date, closures: Closures) -> bool:
    return is_business_day(day) and day not in closures


def closures_by_unit(unit_id: int | None = None) -> dict[int, dict[date, str]]:
    """The days on which each unit is closed; of one unit, or of all. One query."""
    query = sa.select(Unit.id, OfficeClosure.day, OfficeClosure.reason).outerjoin(
        OfficeClosure, OfficeClosure.unit_id == Unit.id
    )
    if unit_id is not None:
        query = query.where(Unit.id == unit_id)
    found: dict[int, dict[date, str]] = {}
    for unit, day, reason in db.session.execute(query):
        closed = found.setdefault(unit, {})
        if day is not None:
            closed[day] = reason
    return found


def due_on_desk(
    unit: Any, by_unit: Mapping[int, Closures], now: datetime
) -> sa.ColumnElement[datetime | None]:
    """In SQL: the moment by which the desk wants a publication, where `unit` is the column of its unit.

    It is the statutory moment, or the end of an earlier day when the office is closed on the last one. The day of today
    is the earliest: what was missed because the office is closed now is not overdue before the statute says so.
    """
    today = local_day(now)
    earlier = [
        (sa.and_(unit == unit_id, SmallGrant.publication_due == end_of_day(day)), end_of_day(moved))
        for unit_id, closures in by_unit.items()
        for day in closures
        if day > today and (moved := last_open_day(day, closures, today)) < day
    ]
    due: sa.ColumnElement[datetime | None] = SmallGrant.publication_due.expression
    return sa.case(*earlier, else_=due) if earlier else due


def wanted_by_today(unit: Any, by_unit: Mapping[int, Closures], now: datetime) -> sa.ColumnElement[bool]:
    """In SQL: the desk wants the publication today at the latest, because no later day of the term is a working one."""
    today = local_day(now)
    bounds = [
        sa.and_(unit == unit_id, SmallGrant.publication_due < start_of_day(next_open_day(today, closures)))
        for unit_id, closures in by_unit.items()
    ]
    return sa.and_(SmallGrant.state.in_(BEFORE_PUBLICATION), sa.or_(sa.false(), *bounds))
