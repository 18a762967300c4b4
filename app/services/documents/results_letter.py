"""The letter about the result: a grant in full or reduced, the reserve list, no grant, or a formal rejection."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from app.i18n import _
from app.models import Award, AwardRound, Offer
from app.models.application import VersionKind
from app.models.award import Outcome
from app.queries import scoring
from app.queries.results import published_on
from app.services.documents import source
from app.services.documents.frame import acted, addressee, contact, frame, reference
from reports import results_letter as report
from workflows import citations, statute
from workflows.calendar import add_days
from workflows.offer import OfferState

WRITTEN_BY = ("announce_result", "reject_formally", "reject_uncorrected")
Result = Literal["awarded", "awarded_reduced", "reserve", "not_awarded", "formally_rejected"]
RESULTS: Mapping[str, Result] = {
    OfferState.AWARDED_FULL: "awarded",
    OfferState.AWARDED_REDUCED: "awarded_reduced",
    OfferState.RESERVE: "reserve",
    OfferState.NOT_AWARDED: "not_awarded",
    OfferState.NOT_RECOMMENDED: "not_awarded",
    OfferState.FORMALLY_REJECTED: "formally_rejected",
}
GIVEN = frozenset({"awarded", "awarded_reduced"})


def gather(offer: Offer, _subject_id: int | None, at: datetime) -> report.ResultsLetter:
    """The result in which the step left the offer; what happened to the offer later is not in this letter."""
    step = source.happened(offer, *WRITTEN_BY, until=at, exactly=True)
    state = step.to_state if step else offer.state.value
    result = RESULTS[state]
    common: dict[str, Any] = {
        "addressee": addressee(offer, at),
        "offer": reference(offer, at),
        "result": result,
        "contact": contact(offer.call),
        "signatory": acted(offer, at, *WRITTEN_BY),
    }
    if result == "formally_rejected":
        return report.ResultsLetter(
            frame=frame(offer, at, (citations.REVIEW,)),
            requested_grosze=offer.requested_grosze,
            reason=source.grounds_of_rejection(offer, step.trigger if step else ""),
            **common,
        )
    award = source.award_of(offer, at)
    decided = award.round if award else _first_round(offer, at)
    appeared = published_on(offer.call, decided.number if decided else 1)
    return report.ResultsLetter(
        frame=frame(offer, at, (citations.SELECTION, citations.RESULTS)),
        requested_grosze=request_assessed(offer),
        awarded_grosze=award.amount_grosze if award and result in GIVEN else None,
        order_number=decided.order_number if decided else "",
        order_date=decided.order_date if decided else None,
        published_on=appeared,
        justification_until=_reasons_until(appeared),
        points=offer.points,
        threshold_points=offer.call.threshold,
        reserve_place=_reserve_place(award) if award and result == "reserve" else None,
        criteria=_criteria(offer),
        reason=_reason(award, state),
        **common,
    )


def _first_round(offer: Offer, at: datetime) -> AwardRound | None:
    """The order that decided on the call; it also settled the offers below the threshold."""
    return next((row for row in offer.call.rounds if row.decided_at and row.decided_at <= at), None)


def request_assessed(offer: Offer) -> int:
    """What the offer asked for when it was assessed: an update after the award lowers the sum of the offer itself."""
    versions = [version for version in offer.versions if version.kind is not VersionKind.UPDATED]
    return versions[-1].requested_grosze if versions else offer.requested_grosze


def _reasons_until(appeared: date | None) -> date | None:
    if appeared is None:
        return None
    return add_days(appeared, statute.number("result.justification_request_days", appeared))


def _reserve_place(award: Award) -> int:
    """The place on the reserve list: by rank among those whom the same round put there."""
    others = [row.offer for row in award.round.awards if row.outcome is Outcome.RESERVE]
    return 1 + sum((other.rank or 0) < (award.offer.rank or 0) for other in others)


def _criteria(offer: Offer) -> tuple[report.CriterionResult, ...]:
    """The mean of the closed cards in each criterion; no card of a single person can be read from it."""
    scores = [
        score for card in offer.cards if card.closed_at for score in card.scores if score.points is not None
    ]
    return tuple(
        report.CriterionResult(
            criterion.text,
            scoring.mean(
                score.points
                for score in scores
                if score.criterion_id == criterion.id and score.points is not None
            ),
            criterion.max_points,
        )
        for criterion in offer.call.merit_criteria
    )


def below_the_threshold() -> str:
    """Why an offer without an award of its own receives nothing."""
    return str(_("The offer did not reach the threshold of points, so the commission did not recommend it."))


def _reason(award: Award | None, state: str) -> str:
    if state == OfferState.NOT_RECOMMENDED:
        return below_the_threshold()
    if state == OfferState.NOT_AWARDED and award is not None and award.outcome is Outcome.RESERVE:
        return str(
            _(
                "The offer was on the reserve list. No money became available until the agreements were concluded."
            )
        )
    return award.reason if award else ""
