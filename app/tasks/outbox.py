"""Keeping promises: claim, work outside any transaction, finish. Sending what they wrote."""

from celery import shared_task

from app.services import heartbeat, outbox, posting
from app.services.keeping import keep as keep_promise

LATER = 6  # letters of a run go behind what a person waits for
SWEPT = 1000  # as many as a few workers keep until the next sweep
ONCE_MORE = (
    20  # seconds; what nobody took until then, the next sweep asks for again, so messages never pile up
)


@shared_task(name=outbox.KEEP_TASK, soft_time_limit=20, time_limit=30)
def keep(promise_id: int) -> str | None:
    """Keep one promise, if nobody else does. A second delivery of the same message finds nothing to claim."""
    return keep_promise(promise_id, long=False)


@shared_task(name=outbox.KEEP_LONG_TASK, soft_time_limit=1500, time_limit=1800)
def keep_long(promise_id: int) -> str | None:
    """The same with the time that registers, packages and files of many letters need."""
    return keep_promise(promise_id)


@shared_task(name="outbox.sweep", soft_time_limit=60, time_limit=90)
def sweep() -> None:
    """Ask again for what the broker lost or a dead worker left, and for what is written but not sent."""
    for promise_id in outbox.waiting(SWEPT, long=False):
        keep.apply_async((promise_id,), expires=ONCE_MORE)
    for promise_id in outbox.waiting(SWEPT, long=True):
        keep_long.apply_async((promise_id,), expires=ONCE_MORE)
    for promise_id in outbox.waiting(SWEPT, of_runs=True):
        keep.apply_async((promise_id,), priority=LATER, expires=ONCE_MORE)
    post.apply_async(expires=60)
    heartbeat.record_sweep()


@shared_task(name="outbox.post", soft_time_limit=300, time_limit=330)
def post() -> int:
    """Send the e-mails that wait; a slow mail server holds back nothing else."""
    return posting.send_waiting()
