"""The intakes for which a small grant can be prepared now, with what is left of their pools. Amounts in grosze."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Intake, SmallGrant
from app.queries import intake_pool
from app.queries.budget import pools_of
from workflows.intake import IntakeState

MOST = 50
TAKES_DRAFTS = frozenset({IntakeState.ANNOUNCED, IntakeState.OPEN})


@dataclass(frozen=True)
class OpenIntake:
    """An intake, what awards left of its pool, and the offers that wait for it."""

    intake: Intake
    pool_grosze: int
    left_grosze: int
    waiting: int
    waiting_grosze: int

    @property
    def left_for_next_grosze(self) -> int:
        """What would be left for one offer more if everybody who waits got what they ask for."""
        return max(self.left_grosze - self.waiting_grosze, 0)


def open_intakes(now: datetime) -> list[OpenIntake]:
    """Those announced and open, the one that closes first on top."""
    intakes = db.session.scalars(
        sa.select(Intake)
        .options(joinedload(Intake.unit))
        .where(Intake.state.in_(TAKES_DRAFTS), sa.or_(Intake.deadline.is_(None), Intake.deadline >= now))
        .order_by(Intake.deadline, Intake.id)
        .limit(MOST)
    ).all()
    return with_pools(intakes)


def with_pools(intakes: Sequence[Intake]) -> list[OpenIntake]:
    """What is left for each of these intakes, in three queries."""
    ids = [intake.id for intake in intakes]
    pools, bound, queues = pools_of(ids), _bound(ids), _queues(ids)
    found = []
    for intake in intakes:
        pool, (waiting, asked) = pools.get(intake.id, 0), queues.get(intake.id, (0, 0))
        found.append(OpenIntake(intake, pool, max(pool - bound.get(intake.id, 0), 0), waiting, asked))
    return found


def _bound(ids: list[int]) -> dict[int, int]:
    rows = db.session.execute(
        sa.select(SmallGrant.call_id, sa.func.sum(SmallGrant.awarded_grosze))
        .where(SmallGrant.call_id.in_(ids), intake_pool.binds())
        .group_by(SmallGrant.call_id)
    )
    return {intake_id: int(total or 0) for intake_id, total in rows}


def _queues(ids: list[int]) -> dict[int, tuple[int, int]]:
    rows = db.session.execute(
        sa.select(SmallGrant.call_id, sa.func.count(), sa.func.sum(SmallGrant.requested_grosze))
        .join(Intake, Intake.id == SmallGrant.call_id)
        .where(SmallGrant.call_id.in_(ids), intake_pool.waits(Intake.reopens_queue))
        .group_by(SmallGrant.call_id)
    )
    return {intake_id: (int(count), int(asked or 0)) for intake_id, count, asked in rows}
