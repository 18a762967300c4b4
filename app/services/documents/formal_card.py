"""The card of the formal review, as it was closed by the step."""

from datetime import datetime
from typing import Any, Literal

from app.models import Application
from app.models.application import VersionKind
from app.services.documents import source
from app.services.documents.frame import acted, article_of, frame, reference
from app.services.review import card_of
from reports import formal_card as report
from workflows.calendar import local_day
from workflows.offer import OfferState

CLOSING = ("accept_formally", "reject_formally", "reject_uncorrected")


def gather(offer: Application, _subject_id: int | None, at: datetime) -> report.FormalCard:
    """The marks as the history keeps them; where a correction came between, both marks stand."""
    step = source.happened(offer, *CLOSING, until=at, exactly=True)
    card = step.detail.get("card") if step else None
    corrections = [
        version
        for version in offer.versions
        if version.kind is VersionKind.CORRECTED and version.made_at <= at
    ]
    called = source.happened(offer, "call_to_correct", until=at) if corrections else None
    rejected = _rejected(step, offer)
    reviewer = acted(offer, at, *CLOSING, "call_to_correct")
    return report.FormalCard(
        frame=frame(offer, at, (article_of(offer, "accept_formally"),), version=_version(offer, at)),
        offer=reference(offer, at),
        submitted_at=offer.received_at or at,
        deadline=source.deadline_of(offer.call, at),
        marks=_marks(card or card_of(offer), called.detail.get("card", []) if called else []),
        result="rejected" if rejected else "accepted",
        checked_on=local_day(at),
        reviewers=(reviewer,) if reviewer else (),
        grounds=source.grounds_of_rejection(offer, step.trigger if step else "") if rejected else "",
        correction_deadline=offer.correction_due,
        corrected_at=corrections[-1].made_at if corrections else None,
    )


def _version(offer: Application, at: datetime) -> int:
    return max((version.number for version in offer.versions if version.made_at <= at), default=1)


def _rejected(step: source.Happened | None, offer: Application) -> bool:
    if step is not None:
        return step.to_state == OfferState.FORMALLY_REJECTED
    return bool(offer.state == OfferState.FORMALLY_REJECTED)


def _marks(final: list[dict[str, Any]], before: list[dict[str, Any]]) -> tuple[report.FormalMark, ...]:
    first = {row["criterion"]: row for row in before}
    return tuple(_mark(row, first.get(row["criterion"])) for row in final if row["mark"])


def _mark(final: dict[str, Any], before: dict[str, Any] | None) -> report.FormalMark:
    changed = before is not None and before["mark"] and before["mark"] != final["mark"]
    shown: Literal["yes", "no", "not_applicable"] = (
        before["mark"] if before is not None and changed else final["mark"]
    )
    remark = before["note"] if before is not None and changed and not final["note"] else final["note"]
    return report.FormalMark(
        text=final["criterion"],
        correctable=final["correctable"],
        mark=shown,
        remark=remark,
        corrected=final["mark"] if changed else None,
    )
