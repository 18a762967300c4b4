"""Where the offers of a call stood at a moment, as their history tells it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.models import AuditEntry, Call, Offer, OfferParty
from workflows.offer import ARRIVED, OfferState


@dataclass(frozen=True)
class Standing:
    """One offer that had arrived, with its state at that moment."""

    offer: Offer
    state: OfferState


def arrived(call: Call, at: datetime) -> list[Standing]:
    """The offers that had arrived until `at`, by number; two queries and those of parties and versions, however many offers."""
    states = _states(call, at)
    offers = db.session.scalars(
        sa.select(Offer)
        .where(Offer.id.in_([offer_id for offer_id, state in states.items() if state in ARRIVED]))
        .options(
            selectinload(Offer.parties).joinedload(OfferParty.organisation),
            selectinload(Offer.versions),
            joinedload(Offer.organisation),
        )
        .order_by(Offer.number, Offer.id)
    )
    return [Standing(offer, states[offer.id]) for offer in offers]


def _states(call: Call, at: datetime) -> dict[int, OfferState]:
    rows = db.session.execute(
        sa.select(AuditEntry.case_id, AuditEntry.to_state)
        .join(Offer, Offer.id == AuditEntry.case_id)
        .ext(distinct_on(AuditEntry.case_id))
        .where(AuditEntry.case_kind == Offer.case_kind, Offer.call_id == call.id, AuditEntry.at <= at)
        .order_by(AuditEntry.case_id, AuditEntry.seq.desc())
    )
    return {row.case_id: OfferState(row.to_state) for row in rows}
