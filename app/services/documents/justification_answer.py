"""The answer to whoever asked why an offer was selected or rejected."""

from datetime import datetime

from app.models import Offer
from app.services.documents.drawn import Written, written
from app.services.documents.frame import acted, contact, frame, reference
from reports import justification_answer as report
from reports.blocks import Addressee
from workflows import citations
from workflows.kinds import DocumentKind


def gather(offer: Offer, subject_id: int | None, at: datetime) -> report.JustificationAnswer:
    """The edition issued at that moment."""
    return composed(offer, written(offer, DocumentKind.JUSTIFICATION_ANSWER, subject_id, at), at)


def composed(offer: Offer, answers: Written, at: datetime) -> report.JustificationAnswer:
    """The answer that these answers make; the points were stored with them."""
    return report.JustificationAnswer(
        frame=frame(offer, at, (citations.JUSTIFICATION, citations.REVIEW), version=answers.edition),
        addressee=Addressee(
            answers.text("asker"), answers.lines("asker_address"), answers.text("asker_email")
        ),
        offer=reference(offer, at),
        received_on=answers.day("received_on"),
        announced_on=answers.day("announced_on"),
        request_until=answers.day("request_until"),
        request_days=answers.number("request_days"),
        outcome=answers.text("outcome"),
        grounds=answers.text("grounds"),
        points=answers.decimal("points"),
        threshold_points=offer.call.threshold,
        criteria=tuple(
            report.JustifiedCriterion(
                row.text("name"), row.decimal("points"), row.decimal("most") or 0, row.text("reason")
            )
            for row in answers.rows("criteria")
        ),
        replaces=answers.replaces,
        contact=contact(offer.call),
        signatory=acted(offer, at, "answer_with_reasons"),
    )
