"""The offers of a call as the commission left them: points, places, and what the pool would give to each."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.models import Call, Offer
from app.queries import scoring
from app.queries.allocation import requested_by_year
from app.queries.budget import pool_by_year
from app.services.documents.frame import offerors
from app.services.documents.source import version_of_offer


@dataclass(frozen=True)
class Assessed:
    """One assessed offer; `place` is None below the threshold, and then nothing is proposed.

    The sums are those of the version that was assessed: an update after the award lowers those of the offer itself.
    """

    offer: Offer
    points: Decimal
    place: int | None
    proposed_grosze: int
    requested_grosze: int
    total_cost_grosze: int


def assessed(call: Call, at: datetime) -> list[Assessed]:
    """The assessed offers in the order of the ranking, with the pool of that moment given down the list while it lasts.

    The amounts are those that the ranking page suggests before any decision; a later decision does not change them.
    """
    threshold = call.threshold if call.threshold is not None else Decimal(0)
    rows = scoring.standings(call)
    ranked = [row for row in rows if row.points >= threshold]
    amounts = _down_the_list(call, [row.offer for row in ranked], at)
    places = {row.offer.id: place for place, row in enumerate(ranked, start=1)}
    versions = {row.offer.id: version_of_offer(row.offer, at) for row in rows}
    return [
        Assessed(
            row.offer,
            row.points,
            places.get(row.offer.id),
            amounts.get(row.offer.id, 0),
            versions[row.offer.id].requested_grosze,
            versions[row.offer.id].total_cost_grosze,
        )
        for row in rows
    ]


def _down_the_list(call: Call, offers: list[Offer], at: datetime) -> dict[int, int]:
    left, asked = pool_by_year(call, at), requested_by_year(call, offers, at)
    found: dict[int, int] = {}
    for offer in offers:
        given = {year: min(amount, left.get(year, 0)) for year, amount in asked[offer.id].items()}
        amount = sum(given.values())
        if amount >= (call.min_grant_grosze or 0):
            found[offer.id] = amount
        if amount < version_of_offer(offer, at).requested_grosze:
            break  # the first offer that the pool does not cover in full ends the list
        left = {year: rest - given.get(year, 0) for year, rest in left.items()}
    return found


def offeror_names(offer: Offer, at: datetime) -> str:
    """The offerors in one line."""
    return ", ".join(organisation.name for organisation in offerors(offer, at))
