"""Small periodic tasks about the installation itself."""

from celery import shared_task

from app import sessions
from app.services import heartbeat


@shared_task(name="housekeeping.beat_seen")
def beat_seen() -> None:
    """Record that beat, broker and worker work together."""
    heartbeat.record()


@shared_task(name="housekeeping.sweep_sessions")
def sweep_sessions() -> None:
    """Delete the rows of browser sessions that have ended by time."""
    sessions.sweep()
