"""What somebody leads and has open: the cases that move when the person leaves. Closed cases stay."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Absence, RegisterView
from app.queries.desk import SOURCES
from workflows.calendar import local_day
from workflows.catalogue import WORKFLOWS

PAGE = 50


@dataclass(frozen=True)
class Led:
    """One open case that the person leads, or on which the person is the substitute."""

    kind: str
    plural: str
    case_id: int
    public_id: str
    title: str
    state: Any
    due: Any
    leads: bool


@dataclass(frozen=True)
class Holding:
    """Everything that would move, counted, and one page of the cases."""

    count: int
    by_kind: dict[str, int]
    views: int
    stand_ins: int
    rows: list[Led]
    page: int

    @property
    def empty(self) -> bool:
        return not (self.count or self.views or self.stand_ins)


def holding(person_id: int, unit_id: int, page: int, now: datetime) -> Holding:
    """What the person holds in the department, the next term first."""
    cases = _union(person_id, unit_id)
    counts = db.session.execute(
        sa.select(cases.c.kind, sa.func.count().label("number")).group_by(cases.c.kind)
    ).all()
    by_kind = {row.kind: row.number for row in counts}
    return Holding(
        sum(by_kind.values()), {name: by_kind[name] for name in WORKFLOWS if name in by_kind}, *_beside(person_id, now),
        open_cases(person_id, unit_id, PAGE, (page - 1) * PAGE), page,
    )  # fmt: skip


def open_cases(person_id: int, unit_id: int, most: int, offset: int = 0) -> list[Led]:
    """Up to `most` open cases of the person in the department, the next term first."""
    cases = _union(person_id, unit_id)
    query = sa.select(cases).order_by(cases.c.due.asc().nulls_last(), cases.c.kind, cases.c.id)
    return [
        Led(
            row.kind, WORKFLOWS[row.kind].plural, row.id, row.public_id, row.title, WORKFLOWS[row.kind].states(row.state),
            row.due, row.leads,
        )
        for row in db.session.execute(query.offset(offset).limit(most))
    ]  # fmt: skip


def _beside(person_id: int, now: datetime) -> tuple[int, int]:
    """How many saved choices of registers are the person's, and for how many absences the person is to stand in."""
    views = sa.select(sa.func.count()).where(RegisterView.user_id == person_id)
    stand_ins = sa.select(sa.func.count()).where(standing_in_later(person_id, now))
    return db.session.scalar(views) or 0, db.session.scalar(stand_ins) or 0


def standing_in_later(person_id: int, now: datetime) -> sa.ColumnElement[bool]:
    """Absences of others, now or to come, in which the person stands in."""
    today = local_day(now)
    return sa.and_(Absence.stand_in_id == person_id, Absence.ended_at.is_(None), Absence.last_day >= today)


def _union(person_id: int, unit_id: int) -> Any:
    return sa.union_all(*(_of(name, person_id, unit_id) for name in SOURCES)).subquery()


def _of(name: str, person_id: int, unit_id: int) -> sa.Select[Any]:
    """An application that ended in an agreement is open no more; a draft of an organisation is not the office's."""
    source, workflow = SOURCES[name], WORKFLOWS[name]
    model = source.model
    lead, substitute = model.lead_id, model.substitute_id
    query = sa.select(
        sa.literal(name).label("kind"), model.id, model.public_id, source.title.label("title"),
        sa.cast(model.state, sa.String).label("state"), model.due_at.label("due"), (lead == person_id).label("leads"),
    ).select_from(model)  # fmt: skip
    for target, on in source.joins:
        query = query.join(target, on)
    final = [state for state in workflow.states if workflow.is_final(state)]
    return query.where(
        sa.or_(lead == person_id, substitute == person_id),
        source.unit_id == unit_id,
        model.state.not_in(final),
        *source.live,
    )
