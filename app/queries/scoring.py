"""Points: totals of cards, means, spreads and the order of offers. One place for page, document and spreadsheet."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.models import Call, Offer, Score, ScoringCard
from workflows.offer import OfferState

HUNDREDTH = Decimal("0.01")
QUALITY = 3
WITH_POINTS = (OfferState.SCORED, OfferState.RANKED, OfferState.NOT_RECOMMENDED, OfferState.AWARDED_FULL,
               OfferState.AWARDED_REDUCED, OfferState.RESERVE, OfferState.NOT_AWARDED, OfferState.UPDATE_PENDING,
               OfferState.UPDATED, OfferState.RESIGNED, OfferState.CONTRACT_PREP, OfferState.CONTRACTED)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """One offer in the ranking: its mean, the totals of its cards, and what breaks a tie."""

    offer: Offer
    points: Decimal
    totals: tuple[Decimal, ...]
    quality: Decimal

    @property
    def spread(self) -> Decimal:
        return max(self.totals) - min(self.totals) if self.totals else Decimal(0)


def mean(values: Iterable[Decimal]) -> Decimal:
    """The arithmetic mean, half up to two places; zero for no values."""
    found = list(values)
    if not found:
        return Decimal("0.00")
    return (sum(found, Decimal(0)) / len(found)).quantize(HUNDREDTH, ROUND_HALF_UP)


def cards_of(call: Call, *, only_closed: bool = True) -> dict[int, list[ScoringCard]]:
    """The cards of all offers of the call by offer, with their scores; two queries however many there are."""
    query = (
        sa.select(ScoringCard)
        .join(Offer)
        .where(Offer.call_id == call.id)
        .options(
            selectinload(ScoringCard.scores).joinedload(Score.criterion), selectinload(ScoringCard.member)
        )
        .order_by(ScoringCard.id)
    )
    if only_closed:
        query = query.where(ScoringCard.closed_at.is_not(None))
    found: dict[int, list[ScoringCard]] = {}
    for card in db.session.scalars(query):
        found.setdefault(card.offer_id, []).append(card)
    return found


def standings(call: Call) -> list[Standing]:
    """The offers with complete scoring, best first.

    Equal means are ordered by the mean for quality (art. 15 ust. 1 pkt 3), then by the moment of arrival, then by number.
    """
    cards = cards_of(call)
    offers = db.session.scalars(
        sa.select(Offer).where(Offer.call_id == call.id, Offer.state.in_(WITH_POINTS))
    )
    rows = [_standing(offer, cards.get(offer.id, [])) for offer in offers if cards.get(offer.id)]
    return sorted(rows, key=lambda row: (-row.points, -row.quality, row.offer.received_at, row.offer.number))


def _standing(offer: Offer, cards: list[ScoringCard]) -> Standing:
    return Standing(
        offer=offer,
        points=mean(card.total for card in cards),
        totals=tuple(card.total for card in cards),
        quality=mean(
            score.points
            for card in cards
            for score in card.scores
            if score.criterion.ground == QUALITY and score.points is not None
        ),
    )
