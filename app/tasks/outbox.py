"""Keeping promises: claim, work outside any transaction, finish."""

from celery import shared_task

from app.services import outbox
from app.services.keeping import keep as keep_promise
from app.services.keeping import send_waiting_messages
from app.transaction import writing

LATER = 6  # letters of a run go behind what a person waits for


@shared_task(name=outbox.KEEP_TASK)
def keep(promise_id: int) -> str | None:
    """Keep one promise, if nobody else does. A second delivery of the same message finds nothing to claim."""
    return keep_promise(promise_id)


@shared_task(name="outbox.sweep")
def sweep() -> int:
    """Keep what the broker lost or a dead worker left, and send what is written but not sent."""
    for promise_id in outbox.waiting():
        keep.delay(promise_id)
    for promise_id in outbox.waiting(of_runs=True):
        keep.apply_async((promise_id,), priority=LATER)
    with writing():
        return send_waiting_messages()
