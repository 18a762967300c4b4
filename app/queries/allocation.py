"""How the pool would go down the ranking list: a suggestion for the office, never a decision. Amounts in grosze."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.models import Award, AwardRound, Call, Offer, OfferVersion
from app.models.award import Outcome
from app.queries.budget import pool_by_year
from app.queries.facts.awards import committed_by_year
from app.queries.facts.call import CallFacts
from workflows.amounts import split
from workflows.forms import OfferFormKit

GIVEN = (Outcome.FULL, Outcome.REDUCED)


@dataclass(frozen=True)
class Share:
    """What one offer would get, by budget year."""

    outcome: Outcome
    years: Mapping[int, int] = field(default_factory=dict)
    reason: str = ""

    @property
    def amount_grosze(self) -> int:
        return sum(self.years.values())


def left_by_year(call: Call) -> dict[int, int]:
    """What the budget acts give less what decided awards bind, by budget year."""
    bound = committed_by_year(call)
    return {year: max(0, amount - bound[year]) for year, amount in pool_by_year(call).items()}


def requested_by_year(
    call: Call, offers: Iterable[Offer], at: datetime | None = None
) -> dict[int, dict[int, int]]:
    """The grant asked for by budget year, as the offer's own costs are spread, or else as the pool is.

    With `at` as the offers and the pool stood at that moment.
    """
    pool, rows = pool_by_year(call, at), list(offers)
    years = list(pool)
    versions = _newest_versions(rows, at) if at is not None or len(years) > 1 else {}
    own = _costs_by_year(call.form, versions) if len(years) > 1 else {}
    found = {}
    for offer in rows:
        weights = own.get(offer.id, [])[: len(years)]
        told = versions[offer.id] if at is not None and offer.id in versions else offer
        parts = (
            split(told.requested_grosze, weights if any(weights) else list(pool.values())) if years else ()
        )
        found[offer.id] = dict(zip(years, parts, strict=True))
    return found


def _newest_versions(offers: list[Offer], at: datetime | None) -> dict[int, OfferVersion]:
    """The newest version of each offer, with `at` the newest made until then; one query."""
    newest = (
        sa.select(OfferVersion)
        .ext(distinct_on(OfferVersion.offer_id))
        .where(
            OfferVersion.offer_id.in_([offer.id for offer in offers]),
            sa.true() if at is None else OfferVersion.made_at <= at,
        )
        .order_by(OfferVersion.offer_id, OfferVersion.number.desc())
    )
    return {version.offer_id: version for version in db.session.scalars(newest)}


def _costs_by_year(kit: OfferFormKit, versions: Mapping[int, OfferVersion]) -> dict[int, list[int]]:
    """The costs of each year column in these versions, where the offer spreads them."""
    found = {}
    for offer_id, version in versions.items():
        figures = kit.totals(kit.read(version.content))
        if any(line.years_typed for line in figures.lines):
            found[offer_id] = list(figures.by_year_grosze)
    return found


def suggestion(call: Call) -> dict[int, Share]:
    """Down the list while the money lasts: full above the line, reduced on it, reserve or nothing below."""
    offers = CallFacts(call).offers_to_award
    left, asked = left_by_year(call), requested_by_year(call, offers)
    found, closed = {}, False
    for offer in offers:
        wanted = asked[offer.id]
        given = {} if closed else {year: min(amount, left.get(year, 0)) for year, amount in wanted.items()}
        closed = closed or sum(given.values()) < offer.requested_grosze or not given
        found[offer.id] = _share(call, offer, given)
        for year, amount in found[offer.id].years.items():
            left[year] -= amount
    return found


def _share(call: Call, offer: Offer, given: dict[int, int]) -> Share:
    amount = sum(given.values())
    if amount == offer.requested_grosze and amount > 0:
        return Share(Outcome.FULL, given)
    if amount > 0 and amount >= (call.min_grant_grosze or 0):
        return Share(Outcome.REDUCED, given)
    return Share(Outcome.RESERVE if call.reserve_list else Outcome.NONE)


def standing(call: Call) -> dict[int, Share]:
    """What is proposed or decided for each offer: the newest round that names it."""
    newest = (
        sa.select(Award)
        .join(AwardRound)
        .ext(distinct_on(Award.offer_id))
        .where(AwardRound.call_id == call.id)
        .order_by(Award.offer_id, AwardRound.number.desc())
        .options(selectinload(Award.years))
    )
    return {
        award.offer_id: Share(
            award.outcome, {row.year: row.amount_grosze for row in award.years}, award.reason
        )
        for award in db.session.scalars(newest)
    }


def proposed(call: Call) -> dict[int, Share]:
    """The shares of the proposal that waits for a decision, by offer; empty without one."""
    proposal = CallFacts(call).proposal
    return {
        award.offer_id: Share(
            award.outcome, {row.year: row.amount_grosze for row in award.years}, award.reason
        )
        for award in (proposal.awards if proposal else ())
    }
