"""The intakes of a department as its office lists them, with what became of each pool. Amounts in grosze."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Intake, SmallGrant, User
from app.queries.budget import pools_of
from app.queries.intake_pool import binds
from workflows.intake import IntakeState
from workflows.small_grant import QUEUED, SmallGrantState

PAGE = 50


@dataclass(frozen=True)
class Figures:
    """The pool of one intake: what awards bind, what waiting offers ask for, and how many offers wait or had no money."""

    pool_grosze: int
    awarded_grosze: int
    waiting_grosze: int
    waiting: int
    without_funds: int

    @property
    def left_grosze(self) -> int:
        """What awards have not bound yet; never below zero."""
        return max(self.pool_grosze - self.awarded_grosze, 0)


@dataclass(frozen=True)
class Listing:
    """One page of intakes, each with its figures, and how many there are in all."""

    rows: list[tuple[Intake, Figures]]
    count: int
    page: int

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.count else 0

    @property
    def last(self) -> int:
        return min(self.page * PAGE, self.count)


def listing(user: User, page: int) -> Listing:
    """The intakes of the unit, drafts and open ones first, then by year; four queries, however many there are."""
    unit = [Intake.unit_id == user.unit_id] if user.unit_id is not None else []
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Intake).where(*unit)) or 0
    page = max(1, min(page, -(-count // PAGE)))
    intakes = list(
        db.session.scalars(
            sa.select(Intake)
            .where(*unit)
            .order_by(Intake.state == IntakeState.FINISHED, Intake.year.desc(), Intake.deadline.desc().nulls_first(), Intake.id.desc())
            .offset((page - 1) * PAGE)
            .limit(PAGE)
        )
    )  # fmt: skip
    found = figures([intake.id for intake in intakes])
    return Listing([(intake, found[intake.id]) for intake in intakes], count, page)


def figures(intake_ids: Collection[int]) -> dict[int, Figures]:
    """The figures of several intakes by their id; two queries."""
    ids = list(intake_ids)
    pools = pools_of(ids)
    waits, none = SmallGrant.state.in_(QUEUED), SmallGrant.state == SmallGrantState.NO_FUNDS
    rows = db.session.execute(
        sa.select(
            SmallGrant.call_id,
            _total(SmallGrant.awarded_grosze, binds()),
            _total(SmallGrant.requested_grosze, waits),
            sa.func.count().filter(waits),
            sa.func.count().filter(none),
        )
        .where(SmallGrant.call_id.in_(ids))
        .group_by(SmallGrant.call_id)
    )
    taken = {row[0]: tuple(map(int, row[1:])) for row in rows}
    return {key: Figures(pools.get(key, 0), *taken.get(key, (0, 0, 0, 0))) for key in ids}


def choices(user: User) -> list[Any]:
    """The intakes by which a list can be filtered: public name, title and year, the newest first."""
    unit = [Intake.unit_id == user.unit_id] if user.unit_id is not None else []
    return list(
        db.session.execute(
            sa.select(Intake.id, Intake.public_id, Intake.title, Intake.year)
            .where(*unit, Intake.state != IntakeState.DRAFT)
            .order_by(Intake.year.desc(), Intake.id.desc())
            .limit(PAGE)
        )
    )


def _total(column: Any, condition: Any) -> Any:
    return sa.func.coalesce(sa.func.sum(column).filter(condition), 0)
