"""Small periodic tasks about the installation itself."""

import logging

from celery import shared_task

from app import sessions
from app.services import clock, comment_guard, heartbeat, installation
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


@shared_task(name="housekeeping.verify_files", soft_time_limit=10_800, time_limit=10_900)
def verify_files() -> None:
    """Compare every stored file with its checksum, and tell each that is gone or damaged."""
    for fault in filter(None, installation.verified_files()):
        log.error("%s", fault)
