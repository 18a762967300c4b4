"""Why an offer was selected or rejected, for whoever asks: points by criterion without any evaluator, and the grounds."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import force_locale

from app.i18n import _, money
from app.models import Award, Offer
from app.models.award import Outcome
from app.queries import scoring
from app.queries.results import published_on, published_rounds
from workflows import statute
from workflows.calendar import add_days
from workflows.offer import OfferState


@dataclass(frozen=True)
class JustifiedCriterion:
    """A criterion with the mean of the closed cards and what the evaluators wrote, without their names."""

    criterion_id: int
    name: str
    points: Decimal
    most: Decimal
    reasons: str


@dataclass(frozen=True)
class Reasons:
    """Everything that is known without the official; `points` is None for an offer that nobody assessed."""

    announced_on: date
    until: date
    days: int
    outcome: str
    grounds: str
    points: Decimal | None
    criteria: tuple[JustifiedCriterion, ...]


def reasons_of(offer: Offer) -> Reasons | None:
    """What the answer says by itself, in Polish; None before the results are announced.

    What a further round decided is not told before that round is published; its own announcement begins a new term.
    """
    shown = published_rounds(offer.call)
    awards = [award for award in offer.awards if award.round.number in shown]
    award = max(awards, key=lambda row: row.round.number, default=None)
    announced = published_on(offer.call, award.round.number if award else 1)
    if announced is None:
        return None
    days = statute.number("result.justification_request_days", announced)
    with force_locale("pl"):
        outcome = _outcome(offer, award)
    return Reasons(
        announced_on=announced,
        until=add_days(announced, days),
        days=days,
        outcome=outcome,
        grounds=offer.rejection_reason or (award.reason if award else ""),
        points=offer.points,
        criteria=_criteria(offer) if offer.points is not None else (),
    )


def _outcome(offer: Offer, award: Award | None) -> str:
    if offer.state is OfferState.FORMALLY_REJECTED:
        return str(_("The offer did not pass the formal check and was not assessed on merit."))
    if award is None or award.outcome is Outcome.NONE:
        return str(_("The offer was not awarded a grant."))
    if award.outcome is Outcome.RESERVE:
        return str(_("The offer is on the reserve list."))
    return str(_("The offer was awarded a grant of %(amount)s.", amount=money(award.amount_grosze)))


def _criteria(offer: Offer) -> tuple[JustifiedCriterion, ...]:
    cards = [card for card in offer.cards if card.closed_at is not None]
    found = []
    for criterion in offer.call.merit_criteria:
        scores = [score for card in cards for score in card.scores if score.criterion_id == criterion.id]
        points = [score.points for score in scores if score.points is not None]
        reasons = dict.fromkeys(score.reason.strip() for score in scores if score.reason.strip())
        found.append(
            JustifiedCriterion(
                criterion.id, criterion.text, scoring.mean(points), criterion.max_points, "\n".join(reasons)
            )
        )
    return tuple(found)
