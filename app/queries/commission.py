"""The people of a commission: who can be appointed, who scores what, how far the scoring has come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.models import Call, CommissionMember, Offer, OfferParty, Role, ScoringCard, User
from app.queries.facts.call import CallFacts
from workflows.offer import ARRIVED, OfferState
from workflows.roles import COMMISSION

LISTED = ARRIVED - {OfferState.WITHDRAWN}
# Offers that have, had or will have cards.
SCORED_STATES = ARRIVED - {
    OfferState.WITHDRAWN, OfferState.SUBMITTED, OfferState.REGISTERED, OfferState.CORRECTION_CALLED, OfferState.CORRECTED,
    OfferState.FORMALLY_REJECTED,
}  # fmt: skip
CardState = Literal["none", "open", "saved", "closed", "excluded"]


def candidates() -> list[User]:
    """The people who can be members of a commission, by name."""
    names = [role.value for role in COMMISSION]
    query = sa.select(User).where(User.active.is_(True), User.roles.any(Role.name.in_(names)))
    return list(db.session.scalars(query.order_by(User.name, User.id)))


def offerors_of(call: Call) -> list[tuple[Offer, str]]:
    """The offers that came, by number, each with the names of its offerors."""
    query = (
        sa.select(Offer)
        .where(Offer.call_id == call.id, Offer.state.in_(LISTED))
        .options(selectinload(Offer.parties).joinedload(OfferParty.organisation))
        .order_by(Offer.number)
    )
    return [
        (offer, ", ".join(party.organisation.name for party in offer.parties))
        for offer in db.session.scalars(query)
    ]


def suggested_assignment(call: Call) -> dict[int, list[int]]:
    """The members by offer: those with a card already, filled up to the required number by those with the fewest offers."""
    facts = CallFacts(call)
    free = {
        member.id: {e.offer_id for e in member.exclusions}
        for member in facts.members
        if member.stated_at is not None
    }
    chosen = {offer.id: [card.member_id for card in offer.cards] for offer in facts.offers_to_assign}
    load = {member_id: sum(member_id in ids for ids in chosen.values()) for member_id in free}
    for offer_id, members in chosen.items():
        able = [i for i, excluded in free.items() if offer_id not in excluded and i not in members]
        for member_id in sorted(able, key=lambda i: (load[i], i))[
            : max(0, call.evaluators_min - len(members))
        ]:
            members.append(member_id)
            load[member_id] += 1
    return chosen


@dataclass(frozen=True)
class Cell:
    """The card of one member for one offer, without its points."""

    state: CardState
    saved_at: datetime | None = None


@dataclass(frozen=True)
class MatrixRow:
    """One offer and its cells in the order of the members."""

    offer: Offer
    cells: tuple[Cell, ...]

    @property
    def open(self) -> int:
        return sum(cell.state in {"open", "saved"} for cell in self.cells)


@dataclass(frozen=True)
class Matrix:
    """Offers × members: who has begun, saved and closed a card. It holds no points."""

    members: tuple[CommissionMember, ...]
    rows: tuple[MatrixRow, ...]

    @property
    def cards(self) -> int:
        return sum(cell.state in {"open", "saved", "closed"} for row in self.rows for cell in row.cells)

    @property
    def closed(self) -> int:
        return sum(cell.state == "closed" for row in self.rows for cell in row.cells)

    def waiting_for(self) -> list[tuple[str, int]]:
        """The members whose cards are still open, with how many."""
        counts = []
        for place, member in enumerate(self.members):
            open_ = sum(row.cells[place].state in {"open", "saved"} for row in self.rows)
            if open_:
                counts.append((member.user.name or member.user.email, open_))
        return counts


def matrix(call: Call) -> Matrix:
    """The progress of the scoring; four queries however many offers there are."""
    members = members_of(call)
    offers = db.session.scalars(
        sa.select(Offer)
        .where(Offer.call_id == call.id, Offer.state.in_(SCORED_STATES))
        .options(joinedload(Offer.organisation))
        .order_by(Offer.number)
    ).all()
    rows: Any = db.session.execute(
        sa.select(ScoringCard.offer_id, ScoringCard.member_id, ScoringCard.saved_at, ScoringCard.closed_at)
        .join(Offer)
        .where(Offer.call_id == call.id)
    )
    cards = {(offer_id, member_id): (saved, closed) for offer_id, member_id, saved, closed in rows}
    return Matrix(
        tuple(members),
        tuple(MatrixRow(offer, tuple(_cell(member, offer, cards) for member in members)) for offer in offers),
    )


def _cell(member: CommissionMember, offer: Offer, cards: dict[tuple[int, int], tuple[Any, Any]]) -> Cell:
    if any(exclusion.offer_id == offer.id for exclusion in member.exclusions):
        return Cell("excluded")
    card = cards.get((offer.id, member.id))
    if card is None:
        return Cell("none")
    saved, closed = card
    return Cell("closed" if closed else ("saved" if saved else "open"), closed or saved)


def members_of(call: Call) -> list[CommissionMember]:
    """The members with their people and exclusions, the chair first."""
    if call.commission is None:
        return []
    return list(
        db.session.scalars(
            sa.select(CommissionMember)
            .where(CommissionMember.commission_id == call.commission.id)
            .options(joinedload(CommissionMember.user), selectinload(CommissionMember.exclusions))
            .order_by(CommissionMember.chair.desc(), CommissionMember.id)
        )
    )


@dataclass(frozen=True)
class Quorum:
    """For one offer: how many members may score it, how many the call requires."""

    offer: Offer
    able: int
    needed: int
    excluded: tuple[tuple[str, str], ...]

    @property
    def met(self) -> bool:
        return self.able >= self.needed


def quorum(call: Call) -> list[Quorum]:
    """The quorum per offer after the exclusions, with who is excluded and why."""
    members = members_of(call)
    rows = []
    for offer, _names in offerors_of(call):
        out = [
            (m.user.name or m.user.email, e.ground)
            for m in members
            for e in m.exclusions
            if e.offer_id == offer.id
        ]
        rows.append(Quorum(offer, len(members) - len(out), call.evaluators_min, tuple(out)))
    return rows
