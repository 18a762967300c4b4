"""The note on purposefulness, with the limits as they stood when it was written."""

from datetime import datetime

from app.models import SmallGrant
from app.services import limit_snapshot
from app.services.documents import source
from app.services.documents.frame import acted, article_of, frame, reference
from reports import purposefulness_note as report
from reports.blocks import Person
from workflows import citations
from workflows.calendar import local_day

WRITTEN_BY = ("find_purposeful", "find_not_purposeful", "judge_purpose")


def gather(small_grant: SmallGrant, _subject_id: int | None, at: datetime) -> report.PurposefulnessNote:
    """Everything as the history keeps it of the step. Raises LookupError when no such step was taken at `at`."""
    step = source.happened(small_grant, *WRITTEN_BY, until=at, exactly=True)
    if step is None or small_grant.received_at is None:
        raise LookupError("purposefulness was not judged at that moment")
    version = source.version_of_offer(small_grant, at)
    reading = small_grant.intake.form.read(version.content)
    due = step.detail.get("publication_due")
    return report.PurposefulnessNote(
        frame=frame(
            small_grant,
            at,
            (article_of(small_grant, step.trigger), citations.PROGRAMME),
            version=version.number,
        ),
        offer=reference(small_grant, at),
        received_at=small_grant.received_at,
        requested_grosze=version.requested_grosze,
        criteria=tuple(
            report.PurposeCriterion(row["text"], row["met"], row.get("sentence") or "")
            for row in step.detail["criteria"]
        ),
        result="purposeful" if step.detail["purposeful"] else "not_purposeful",
        reason=step.detail["reason"],
        limits=limit_snapshot.read(step.detail["limits"]),
        author=acted(small_grant, at, *WRITTEN_BY) or Person(small_grant.intake.unit.name),
        written_at=at,
        task_from=reading.day("date_from"),
        task_to=reading.day("date_to"),
        publish_by=local_day(datetime.fromisoformat(due)) if due else None,
        queue_place=step.detail.get("queue"),
    )
