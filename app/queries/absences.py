"""The absences of a department, those of today first."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.extensions import db
from app.models import Absence, User
from workflows.calendar import local_day

PAGE = 50
Away = aliased(User)


@dataclass(frozen=True)
class Listing:
    """One page of absences."""

    rows: list[Absence]
    count: int
    page: int

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.count else 0

    @property
    def last(self) -> int:
        return min(self.page * PAGE, self.count)


def of_unit(user: User, now: datetime, page: int) -> Listing:
    """Present and coming absences in the reader's department, then the past ones; two queries."""
    over = sa.or_(Absence.last_day < local_day(now), Absence.ended_at.is_not(None))
    query = sa.select(Absence).join(Away, Absence.user).where(Away.unit_id == user.unit_id)
    count = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    page = max(1, min(page, -(-count // PAGE)))
    rows = db.session.scalars(
        query.options(contains_eager(Absence.user.of_type(Away)), joinedload(Absence.stand_in), joinedload(Absence.entered_by))
        .order_by(over, Absence.first_day.desc(), Absence.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    ).unique()  # fmt: skip
    return Listing(list(rows), count, page)
