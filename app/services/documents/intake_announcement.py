"""The announcement of an intake of small grants, of its extension, or of its closing before the time."""

from datetime import datetime
from typing import Any

from app.models import Intake
from app.queries.budget import pool_by_year
from app.queries.public_intake import rules_of
from app.services.documents import source
from app.services.documents.frame import acted, call_number, contact, frame
from reports import intake_announcement as report
from reports.blocks import Contact
from workflows import citations

OCCASIONS: dict[str, report.Occasion] = {
    "announce": "announced",
    "extend": "extended",
    "close_early": "closed_early",
}


def gather(intake: Intake, _subject_id: int | None, at: datetime) -> report.IntakeAnnouncement:
    """What was made public at `at`. Raises LookupError for an intake that was not announced until then."""
    step = source.happened(intake, *OCCASIONS, until=at)
    if step is None:
        raise LookupError("the intake was not announced")
    before = step.detail.get("before")
    return report.IntakeAnnouncement(
        frame=frame(intake, at, (citations.SMALL_GRANT, citations.PROGRAMME, citations.ORDER)),
        intake_number=call_number(intake),
        title=intake.title,
        unit=intake.unit.name,
        occasion=OCCASIONS[step.trigger],
        order_number=intake.order_number,
        order_date=intake.order_date,
        year=intake.year,
        pool_grosze=pool_by_year(intake, at).get(intake.year, 0),
        opens_at=intake.opens_at,
        closes_at=source.deadline_of(intake, at),
        closed_before=datetime.fromisoformat(before) if before else None,
        rules=tuple((label, _in_one(said)) for label, said in rules_of(intake)),
        reason=step.detail.get("reason") or "",
        contact=Contact(intake.contact) if intake.contact.strip() else contact(intake),
        signatory=acted(intake, at, *OCCASIONS),
    )


def _in_one(said: Any) -> str:
    return said if isinstance(said, str) else "\n".join(str(line) for line in said)
