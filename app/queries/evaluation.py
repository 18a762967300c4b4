"""The evaluator's own work: calls, statements, cards. Never a score of somebody else before every card of an offer is closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.models import Call, Commission, CommissionMember, Offer, Score, ScoringCard
from app.queries.facts.call import CallFacts
from app.queries.review import every_card_closed
from app.queries.scoring import mean
from workflows.call import CallState
from workflows.offer import OfferState

WORKING = (CallState.FORMAL_REVIEW, CallState.SCORING, CallState.RANKED)
WRITABLE = OfferState.IN_SCORING


@dataclass(frozen=True)
class Row:
    """One card of the person: what is missing on it, and what it adds up to so far."""

    card: ScoringCard
    offer: Offer
    missing: int
    writable: bool

    @property
    def state(self) -> str:
        if self.card.closed_at:
            return "closed"
        return "saved" if self.card.saved_at else "open"


@dataclass(frozen=True)
class Work:
    """The person's seat in one commission, with the own cards by the number of the offer."""

    call: Call
    member: CommissionMember
    rows: tuple[Row, ...]
    protocol_waits: bool

    @property
    def left(self) -> int:
        return sum(row.card.closed_at is None for row in self.rows)

    @property
    def statement_waits(self) -> bool:
        return self.member.stated_at is None and self.call.state in WORKING

    @property
    def current(self) -> bool:
        """Whether the commission still works in this call; of ended ones the page shows only the way to the cards."""
        return self.call.state in WORKING

    @property
    def next_row(self) -> Row | None:
        """The card to score next."""
        return next((row for row in self.rows if row.writable), None)


def work_of(user_id: int) -> list[Work]:
    """Every commission of the person, those that wait for something first."""
    seats = db.session.scalars(
        sa.select(CommissionMember)
        .join(Commission)
        .join(Call)
        .where(CommissionMember.user_id == user_id)
        .options(joinedload(CommissionMember.commission).joinedload(Commission.call))
        .order_by(Call.id.desc())
    ).all()
    cards = _cards([seat.id for seat in seats])
    found = [_work(seat, [card for card in cards if card.member_id == seat.id]) for seat in seats]
    return sorted(found, key=lambda work: not (work.statement_waits or work.left or work.protocol_waits))


def work_in(call: Call, user_id: int) -> Work | None:
    """The person's seat in the commission of this call, or None."""
    return next((work for work in work_of(user_id) if work.call.id == call.id), None)


def is_excluded(seat: CommissionMember, offer_public_id: str) -> bool:
    """Whether the member is excluded from the offer of that name."""
    query = sa.select(Offer.id).where(Offer.public_id == offer_public_id.replace("\x00", ""))
    return db.session.scalar(query) in {row.offer_id for row in seat.exclusions}


def _work(seat: CommissionMember, cards: Iterable[ScoringCard]) -> Work:
    call = seat.commission.call
    excluded = {row.offer_id for row in seat.exclusions}
    rows = [
        Row(card, card.offer, missing(call, card), card.closed_at is None and card.offer.state is WRITABLE)
        for card in cards
        if card.offer_id not in excluded
    ]
    return Work(
        call, seat, tuple(sorted(rows, key=lambda row: row.offer.number or 0)), _protocol_waits(call, seat)
    )


def _protocol_waits(call: Call, seat: CommissionMember) -> bool:
    if call.state is not CallState.RANKED or call.protocol is None:
        return False
    return seat.user_id in CallFacts(call).protocol_expected_ids


def _cards(member_ids: list[int]) -> list[ScoringCard]:
    query = (
        sa.select(ScoringCard)
        .where(ScoringCard.member_id.in_(member_ids))
        .options(
            selectinload(ScoringCard.scores), joinedload(ScoringCard.offer).joinedload(Offer.organisation)
        )
    )
    return list(db.session.scalars(query))


def missing(call: Call, card: ScoringCard) -> int:
    """How many points and reasons the card still lacks."""
    scores = {score.criterion_id: score for score in card.scores}
    lacking = 0
    for criterion in call.merit_criteria:
        score = scores.get(criterion.id)
        lacking += score is None or score.points is None
        lacking += score is None or not score.reason.strip()
    return lacking


@dataclass(frozen=True)
class Others:
    """What the others gave to one offer; made only when every card of it is closed."""

    totals: tuple[tuple[str, Decimal], ...]
    mean: Decimal
    spread: Decimal


def others(offer: Offer) -> Others | None:
    """The totals of all cards of the offer with their mean, or None while any card is open."""
    cards = db.session.scalars(
        sa.select(ScoringCard)
        .where(ScoringCard.offer_id == offer.id)
        .options(selectinload(ScoringCard.scores).joinedload(Score.criterion), joinedload(ScoringCard.member))
        .order_by(ScoringCard.id)
    ).all()
    if not every_card_closed(cards):
        return None
    totals = [(card.member.user.name or card.member.user.email, card.total) for card in cards]
    values = [total for _name, total in totals]
    return Others(tuple(totals), mean(values), max(values) - min(values))
