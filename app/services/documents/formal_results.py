"""The list of formal results on the day on which the formal review ended."""

from datetime import datetime

from app.models import Call
from app.models.application import VersionKind
from app.services.documents import source, standing
from app.services.documents.assessed import offeror_names
from app.services.documents.frame import acted, call_number, frame, offer_number
from reports import formal_results as report
from workflows import citations
from workflows.offer import OfferState

ENDING = ("start_scoring", "cancel_without_valid_offers")
RESULTS: dict[OfferState, report.FormalResult] = {
    OfferState.FORMALLY_REJECTED: "rejected",
    OfferState.WITHDRAWN: "withdrawn",
}


def gather(call: Call, _subject_id: int | None, at: datetime) -> report.FormalResults:
    """Every offer that had arrived until `at`, by number, with its formal result."""
    return report.FormalResults(
        frame=frame(call, at, (citations.REVIEW, citations.ANNOUNCEMENT_CONTENT)),
        call_number=call_number(call),
        call_title=source.said(call, at)["title"],
        deadline=source.deadline_of(call, at),
        rows=tuple(_row(row, at) for row in standing.arrived(call, at)),
        signatory=acted(call, at, *ENDING),
    )


def _row(row: standing.Standing, at: datetime) -> report.FormallyChecked:
    offer, result = row.offer, RESULTS.get(row.state, "met")
    return report.FormallyChecked(
        offer_number=offer_number(offer),
        offeror=offeror_names(offer, at),
        task_title=source.title_of(offer, at),
        received_at=offer.received_at or at,
        result=result,
        corrected=any(
            version.kind is VersionKind.CORRECTED and version.made_at <= at for version in offer.versions
        ),
        grounds=_grounds(row, at) if result == "rejected" else "",
    )


def _grounds(row: standing.Standing, at: datetime) -> str:
    step = source.happened(row.offer, "reject_formally", "reject_uncorrected", until=at)
    return source.grounds_of_rejection(row.offer, step.trigger if step else "")
