"""Telling the workers of the letters of a run."""

from celery import shared_task

from app.services.letters import runs
from app.tasks.outbox import LATER, keep


@shared_task(name=runs.SPREAD_TASK)
def spread(run_id: int) -> int:
    """One message for each letter that waits, behind whatever a person waits for. What is lost here, the sweep finds."""
    waiting = runs.queued(run_id)
    for promise_id in waiting:
        keep.apply_async((promise_id,), priority=LATER)
    return len(waiting)
