"""The offers of a call as the commission left them: points, places, and what the pool would give to each."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.models import Call, Offer
from app.queries import scoring
from app.queries.allocation import requested_by_year
from app.queries.budget import pool_by_year
from app.services.documents.frame import offerors


@dataclass(frozen=True)
class Assessed:
    """One assessed offer; `place` is None below the threshold, and then nothing is proposed."""

    offer: Offer
    points: Decimal
    place: int | None
    proposed_grosze: int


def assessed(call: Call) -> list[Assessed]:
    """The assessed offers in the order of the ranking, with the pool given down the list while it lasts.

    The amounts are those that the ranking page suggests before any decision; a later decision does not change them.
    """
    threshold = call.threshold if call.threshold is not None else Decimal(0)
    rows = scoring.standings(call)
    ranked = [row for row in rows if row.points >= threshold]
    amounts = _down_the_list(call, [row.offer for row in ranked])
    places = {row.offer.id: place for place, row in enumerate(ranked, start=1)}
    return [
        Assessed(row.offer, row.points, places.get(row.offer.id), amounts.get(row.offer.id, 0))
        for row in rows
    ]


def _down_the_list(call: Call, offers: list[Offer]) -> dict[int, int]:
    left, asked = pool_by_year(call), requested_by_year(call, offers)
    found: dict[int, int] = {}
    for offer in offers:
        given = {year: min(amount, left.get(year, 0)) for year, amount in asked[offer.id].items()}
        amount = sum(given.values())
        if amount >= (call.min_grant_grosze or 0):
            found[offer.id] = amount
        if amount < offer.requested_grosze:
            break  # the first offer that the pool does not cover in full ends the list
        left = {year: rest - given.get(year, 0) for year, rest in left.items()}
    return found


def offeror_names(offer: Offer, at: datetime) -> str:
    """The offerors in one line."""
    return ", ".join(organisation.name for organisation in offerors(offer, at))
