"""The pool of an intake: what is awarded of it, and what is left for one place in the queue. Amounts in grosze."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Agreement, Intake, SmallGrant, Tranche
from app.queries.budget import ENDED_EARLY, pool_by_year
from workflows.small_grant import GRANTED, QUEUED, SmallGrantState


def pool(intake: Intake) -> int:
    """What the budget gives to the intake for its year."""
    return pool_by_year(intake).get(intake.year, 0)


def bound(intake: Intake, without: int | None = None) -> int:
    """What awards bind; an agreement that ended before any transfer gives its money back to the pool."""
    query = sa.select(sa.func.coalesce(sa.func.sum(SmallGrant.awarded_grosze), 0)).where(
        SmallGrant.call_id == intake.id, binds()
    )
    if without is not None:
        query = query.where(SmallGrant.id != without)
    return int(db.session.scalar(query) or 0)


def binds() -> sa.ColumnElement[bool]:
    """In SQL: the award of a small grant binds money of the pool."""
    given_back = (
        sa.select(Agreement.id)
        .where(
            Agreement.offer_id == SmallGrant.id,
            Agreement.state.in_(ENDED_EARLY),
            ~sa.select(Tranche.id)
            .where(Tranche.agreement_id == Agreement.id, Tranche.transferred_on.is_not(None))
            .exists(),
        )
        .exists()
    )
    return sa.and_(SmallGrant.state.in_(GRANTED), ~given_back)


def transferred(intake: Intake) -> int:
    """What was transferred of the pool already."""
    paid = sa.select(Tranche.id).where(
        Tranche.agreement_id == Agreement.id, Tranche.transferred_on.is_not(None)
    )
    query = (
        sa.select(sa.func.coalesce(sa.func.sum(SmallGrant.awarded_grosze), 0))
        .join(Agreement, Agreement.offer_id == SmallGrant.id)
        .where(SmallGrant.call_id == intake.id, SmallGrant.state.in_(GRANTED), paid.exists())
    )
    return int(db.session.scalar(query) or 0)


def left(intake: Intake, without: int | None = None) -> int:
    """What awards have not bound yet; never below zero."""
    return max(pool(intake) - bound(intake, without), 0)


def asked_before(small_grant: SmallGrant) -> int:
    """What offers received earlier still wait for: first come, first served.

    Where money that comes back reopens the queue, those left without funds wait for it too until they had their turn.
    """
    return waiting_before(small_grant)[1]


def left_for(small_grant: SmallGrant) -> int:
    """What is left of the pool when everybody before this offer gets what they ask for."""
    return max(left(small_grant.intake, small_grant.id) - asked_before(small_grant), 0)


def waiting_before(small_grant: SmallGrant) -> tuple[int, int]:
    """How many offers wait before this one, and for how much; before a draft wait all that do."""
    earlier = SmallGrant.call_id == small_grant.call_id
    if small_grant.received_at is not None:
        earlier = _ahead_of(small_grant)
    row = db.session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(SmallGrant.requested_grosze), 0))
        .select_from(SmallGrant)
        .where(earlier, waits(small_grant.intake.reopens_queue))
    ).one()
    return int(row[0]), int(row[1])


def waits(reopens_queue: Any) -> sa.ColumnElement[bool]:
    """In SQL: a small grant waits for money of the pool, in an intake that reopens its queue or does not."""
    return sa.or_(SmallGrant.state.in_(QUEUED), sa.and_(reopens_queue, _left_without_funds()))


def place_in_queue(small_grant: SmallGrant) -> int | None:
    """The place among the offers that wait, by the exact moment of receipt; None for one that does not wait."""
    if small_grant.received_at is None or small_grant.state not in QUEUED:
        return None
    before = (
        sa.select(sa.func.count())
        .select_from(SmallGrant)
        .where(_ahead_of(small_grant), SmallGrant.state.in_(QUEUED))
    )
    return int(db.session.scalar(before) or 0) + 1


def place_without_funds(small_grant: SmallGrant) -> int:
    """The place among those left without funds who wait for money to come back, by the exact moment of receipt."""
    before = (
        sa.select(sa.func.count())
        .select_from(SmallGrant)
        .where(
            _ahead_of(small_grant),
            SmallGrant.state == SmallGrantState.NO_FUNDS,
            SmallGrant.confirmation_due.is_(None),
        )
    )
    return int(db.session.scalar(before) or 0) + 1


def next_in_line(intake: Intake) -> SmallGrant | None:
    """Of the offers left without funds the one received first; an offer that did not confirm has had its turn."""
    return db.session.scalar(
        sa.select(SmallGrant)
        .where(SmallGrant.call_id == intake.id, _left_without_funds())
        .order_by(SmallGrant.received_at, SmallGrant.id)
        .limit(1)
    )


def _left_without_funds() -> sa.ColumnElement[bool]:
    """Left without funds and not called up since; the term of a confirmation that never came stays on the offer."""
    return sa.and_(SmallGrant.state == SmallGrantState.NO_FUNDS, SmallGrant.confirmation_due.is_(None))


def _ahead_of(small_grant: SmallGrant) -> sa.ColumnElement[bool]:
    """Received earlier in the same intake; of one and the same moment the smaller number is earlier."""
    moment: datetime | None = small_grant.received_at
    return sa.and_(
        SmallGrant.call_id == small_grant.call_id,
        sa.tuple_(SmallGrant.received_at, SmallGrant.id) < sa.tuple_(moment, small_grant.id),
    )
