"""The closed card of one evaluator for one offer; it is for that person and the office."""

from datetime import datetime
from decimal import Decimal

from app.extensions import db
from app.i18n import _
from app.models import Offer, ScoringCard
from app.services.documents import source
from app.services.documents.frame import frame, reference
from reports import scoring_card as report
from reports.blocks import Person
from workflows import citations
from workflows.calendar import local_day


def gather(offer: Offer, subject_id: int | None, at: datetime) -> report.ScoringCard:
    """The card `subject_id` of this offer. Raises LookupError for a card of another offer or one that is still open."""
    card = db.session.get(ScoringCard, subject_id)
    if card is None or card.offer_id != offer.id or card.closed_at is None:
        raise LookupError("the offer has no such closed card")
    member, scores = card.member, {score.criterion_id: score for score in card.scores}
    return report.ScoringCard(
        frame=frame(
            offer,
            at,
            (citations.REVIEW, citations.COMMISSION),
            version=source.version_of_offer(offer, at).number,
        ),
        offer=reference(offer, at),
        evaluator=Person(
            member.user.name, _("chair of the commission") if member.chair else _("member of the commission")
        ),
        criteria=tuple(
            report.ScoredCriterion(
                name=criterion.text,
                article_point=criterion.ground,
                max_points=criterion.max_points,
                points=(scores[criterion.id].points if criterion.id in scores else None) or Decimal(0),
                reason=scores[criterion.id].reason if criterion.id in scores else "",
            )
            for criterion in offer.call.merit_criteria
        ),
        requested_grosze=source.version_of_offer(offer, at).requested_grosze,
        closed_at=card.closed_at,
        threshold_points=offer.call.threshold,
        proposed_grosze=card.proposed_grosze,
        remarks=card.comment,
        declared_on=local_day(member.stated_at) if member.stated_at else None,
    )
