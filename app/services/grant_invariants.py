"""What must be true of all small grants of the city, whoever wrote them (art. 19a)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from app.extensions import db
from app.models import GrantPublication, GrantShare, Intake, SmallGrant
from app.models.procedure import Place
from app.queries import grant_ledger, intake_pool
from workflows import statute
from workflows.amounts import largest_part
from workflows.calendar import local_day
from workflows.small_grant import GRANTED


def broken() -> Iterator[str]:
    """One sentence for every invariant that does not hold."""
    yield from _pools()
    yield from _shares()
    yield from _limits()
    yield from _publications()


def _pools() -> Iterator[str]:
    for intake in db.session.scalars(sa.select(Intake)):
        pool, bound = intake_pool.pool(intake), intake_pool.bound(intake)
        if bound > pool:
            yield f"intake {intake.id}: awards bind {bound} grosze of a pool of {pool}"


def _shares() -> Iterator[str]:
    """What the organisations got adds up to the grant, and is not more than was asked for."""
    sums = (
        sa.select(SmallGrant.id, SmallGrant.awarded_grosze, SmallGrant.requested_grosze)
        .add_columns(sa.func.coalesce(sa.func.sum(GrantShare.amount_grosze), 0))
        .outerjoin(GrantShare, GrantShare.small_grant_id == SmallGrant.id)
        .where(SmallGrant.awarded_grosze.is_not(None))
        .group_by(SmallGrant.id, SmallGrant.awarded_grosze, SmallGrant.requested_grosze)
    )
    for grant_id, awarded, requested, shares in db.session.execute(sums):
        if shares != awarded:
            yield f"small grant {grant_id}: the shares do not sum to the grant"
        if awarded > requested:
            yield f"small grant {grant_id} was awarded more than it asked for"


def _limits() -> Iterator[str]:
    """In the order of decisions, each grant fitted what its own law left for the organisation and for the city."""
    by_id = {
        row.id: row for row in db.session.scalars(sa.select(SmallGrant).where(SmallGrant.state.in_(GRANTED)))
    }
    for year in db.session.scalars(sa.select(Intake.year).distinct().order_by(Intake.year)):
        base = grant_ledger.cap_base(year)
        taken: defaultdict[object, int] = defaultdict(int)
        for entry in grant_ledger.entries(year):
            grant = by_id.get(entry.small_grant_id) if entry.small_grant_id else None
            if grant is None or grant.filed_at is None or not entry.counts:
                continue
            day, amount = local_day(grant.filed_at), entry.grant.amount_grosze
            if base and base.returned_money_frees_limit:
                amount -= entry.grant.returned_grosze
            for key, most in (
                (entry.grant.organisation, statute.number("art19a.max_per_org_per_year", day)),
                ("the city", _cap(base.amount_grosze, day) if base else None),
            ):
                taken[key] += amount
                if most is not None and taken[key] > most:
                    yield f"small grant {grant.id}: {taken[key]} grosze of {year} for {key}, the limit is {most}"


def _cap(base_grosze: int, day: date) -> int:
    return largest_part(base_grosze, statute.number("art19a.max_share_of_planned_grants", day))


def _publications() -> Iterator[str]:
    """What is published hangs in three places, and what hangs there has a text without personal data."""
    rows = db.session.execute(
        sa.select(SmallGrant.id, SmallGrant.public_text.is_(None), sa.func.count(GrantPublication.id))
        .outerjoin(GrantPublication, GrantPublication.small_grant_id == SmallGrant.id)
        .where(SmallGrant.published_on.is_not(None))
        .group_by(SmallGrant.id, SmallGrant.public_text)
    )
    for grant_id, textless, places in rows:
        if places != len(Place) or textless:
            yield f"small grant {grant_id} is published in {places} places, its public text is {'missing' if textless else 'there'}"
