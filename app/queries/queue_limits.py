"""Which limits of art. 19a the small grants of one list keep: the same figures as for one, read for all of them at once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from app.extensions import db
from app.models import Intake, OfferVersion, SmallGrant
from app.queries import grant_limits
from app.queries.grant_ledger import Entry, cap_base, counted, entries
from app.queries.intake_list import figures
from app.queries.intake_pool import waits
from app.queries.offer_text import OfferText
from workflows.limits import Ask, LimitCode, limits
from workflows.small_grant import QUEUED


def exceeded(grants: Sequence[SmallGrant]) -> dict[int, tuple[LimitCode, ...]]:
    """By small grant that waits for a decision: which limits forbid it now, the pool by its place in the queue."""
    waiting = [grant for grant in grants if grant.state in QUEUED and grant.filed_at is not None]
    texts = _texts(waiting)
    left = _left_for(waiting)
    found = {}
    for year in sorted({grant.intake.year for grant in waiting}):
        of_year = [grant for grant in waiting if grant.intake.year == year]
        organisations = {
            party.organisation.applicant.id: party.organisation.applicant
            for grant in of_year
            for party in grant.parties
        }
        base, everything = cap_base(year), entries(year)
        own = entries(year, list(organisations.values()))
        frees = bool(base and base.returned_money_frees_limit)
        used = counted(everything, returned_frees=frees)
        for grant in of_year:
            ask = _ask(grant, texts[grant.id], own, left[grant.id])
            ask = replace(
                ask, cap_base_grosze=base.amount_grosze if base else None, cap_used_grosze=used, returned_money_frees_limit=frees
            )  # fmt: skip
            rows = limits(ask, grant_limits.programme_of(grant.intake)).rows
            found[grant.id] = tuple(dict.fromkeys(row.code for row in rows if row.forbids))
    return found


def _ask(grant: SmallGrant, text: OfferText, own: Sequence[Entry], left: int) -> Ask:
    assert grant.filed_at is not None  # only offers that were filed are asked about
    return Ask(
        filed_at=grant.filed_at, shares=grant_limits.shares_of(text, grant.proposed_grosze), transfer_year=grant.intake.year,
        start=text.reading.day("date_from"), end=text.reading.day("date_to"), grants=tuple(row.grant for row in own),
        pool_left_grosze=left,
    )  # fmt: skip


def _texts(grants: Sequence[SmallGrant]) -> dict[int, OfferText]:
    """The texts with their last versions, which are read in one query."""
    newest = (
        sa.select(OfferVersion)
        .ext(distinct_on(OfferVersion.offer_id))
        .where(OfferVersion.offer_id.in_([grant.id for grant in grants]))
        .order_by(OfferVersion.offer_id, OfferVersion.number.desc())
    )
    versions = {version.offer_id: version for version in db.session.scalars(newest)}
    found = {}
    for grant in grants:
        text = OfferText(grant)
        text.version = versions.get(grant.id)
        found[grant.id] = text
    return found


def _left_for(grants: Sequence[SmallGrant]) -> dict[int, int]:
    """What of the pool is left for each when everybody before it gets what they ask for; three queries."""
    pools = figures({grant.call_id for grant in grants})
    before = sa.func.sum(SmallGrant.requested_grosze).over(
        partition_by=SmallGrant.call_id, order_by=(SmallGrant.received_at, SmallGrant.id), rows=(None, -1)
    )
    waiting = (
        sa.select(SmallGrant.id, sa.func.coalesce(before, 0).label("asked"))
        .join(Intake, Intake.id == SmallGrant.call_id)
        .where(waits(Intake.reopens_queue), SmallGrant.call_id.in_(pools))
        .subquery()
    )
    asked: Any = db.session.execute(
        sa.select(waiting.c.id, waiting.c.asked).where(waiting.c.id.in_([grant.id for grant in grants]))
    )
    sums = {row.id: int(row.asked) for row in asked}
    return {grant.id: max(pools[grant.call_id].left_grosze - sums.get(grant.id, 0), 0) for grant in grants}
