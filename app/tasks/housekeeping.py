"""Small periodic tasks about the installation itself."""

import logging

from celery import shared_task

from app import sessions
from app.models import Retained
from app.services import (
    clock,
    comment_guard,
    heartbeat,
    idempotency,
    installation,
    retention,
    unreferenced,
    uploads,
)
from app.transaction import writing

log = logging.getLogger("hejnal.security")


@shared_task(name="housekeeping.beat_seen")
def beat_seen() -> None:
    """Record that beat, broker and worker work together."""
    heartbeat.record()


@shared_task(name="housekeeping.sweep_sessions")
def sweep_sessions() -> None:
    """Delete the rows of browser sessions that have ended by time."""
    sessions.sweep()


@shared_task(name="housekeeping.forget_senders")
def forget_senders() -> None:
    """Forget where comments came from a day ago."""
    with writing():
        comment_guard.forget_senders(clock.now())


@shared_task(name="housekeeping.sweep_files")
def sweep_files() -> int:
    """Have files looked at that no scanner has seen, and remove what nothing refers to any more."""
    with writing():
        uploads.promise_missing_scans(clock.now())
    return unreferenced.sweep(clock.now())


@shared_task(name="housekeeping.forget_keys")
def forget_keys() -> int:
    """Forget the keys of forms that were sent more than two days ago."""
    with writing():
        return idempotency.forget(clock.now())


@shared_task(name="housekeeping.purge")
def purge() -> int:
    """Remove the personal data whose term is over, a portion at a time. Gives how many rows."""
    return sum(_purged(kind) for kind in Retained)


@shared_task(name="housekeeping.verify_files", soft_time_limit=10_800, time_limit=10_900)
def verify_files() -> None:
    """Compare every stored file with its checksum, and tell each that is gone or damaged."""
    for fault in filter(None, installation.verified_files()):
        log.error("%s", fault)


def _purged(kind: Retained) -> int:
    total = 0
    while True:
        with writing():
            count = retention.purge_portion(kind)
        total += count
        if not count:
            return total
