"""Scoring cards: saved as drafts, closed by a step, and never seen by others before every card is closed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.extensions import db
from app.models import Offer, Score, ScoringCard
from app.queries.facts.scoring import ScoringFacts
from app.services import steps
from app.services.steps import Consequence, Effect
from workflows.engine import Context, Refusal, Refused
from workflows.words import N_


def save_card(
    card: ScoringCard, points: Mapping[int, Decimal | None], reasons: Mapping[int, str], comment: str, proposed_grosze: int | None,
    context: Context,
) -> None:  # fmt: skip
    """The draft of the card holds what was given; nothing is required. Raises Refused once the card is closed."""
    if card.closed_at is not None:
        raise Refused(Refusal("card_closed", N_("Your card is closed already.")))
    scores = {score.criterion_id: score for score in card.scores}
    for criterion in card.offer.call.merit_criteria:
        score = scores.get(criterion.id)
        if score is None:
            score = Score(criterion_id=criterion.id)
            card.scores.append(score)
        score.points = points.get(criterion.id)
        score.reason = reasons.get(criterion.id, "")
    card.comment = comment
    card.proposed_grosze = proposed_grosze
    card.saved_at = context.now
    db.session.flush()


def close_card(offer: Offer, context: Context) -> dict[str, Any]:
    """The person's card is closed and will not change."""
    card = ScoringFacts(offer).card_of(context.person_id)
    if card is None:
        raise RuntimeError("the guards let somebody close a card of others")
    card.closed_at = context.now
    db.session.flush()
    db.session.expire(offer, ["cards"])
    return {"subject_id": card.id, "total": str(card.total)}


def after_card(offer: Offer, context: Context) -> None:
    """With the last closed card the offer is scored, or a discrepancy is found."""
    cards = offer.cards
    if not all(card.closed_at for card in cards):
        return
    totals = [card.total for card in cards]
    limit = offer.call.discrepancy_points
    apart = limit is not None and max(totals) - min(totals) > limit
    steps.follow(offer, "find_discrepancy" if apart else "complete_scoring", context)


def resolve_discrepancy(offer: Offer, context: Context) -> dict[str, Any]:
    """The chair's reason stands beside the scores."""
    offer.scoring_note = (context.answers or {})["reason"]
    return {"note": offer.scoring_note}


EFFECTS: dict[str, Effect] = {"close_card": close_card, "resolve_discrepancy": resolve_discrepancy}
CONSEQUENCES: dict[str, Consequence] = {"close_card": after_card}
