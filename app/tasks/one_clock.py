"""The beat that shares its work with nobody: of two that run, one works and the other waits for it to end."""

import logging
from typing import Any

import psycopg
from celery.beat import PersistentScheduler

from config import Settings

log = logging.getLogger("hejnal.clock")

LOCK = 4_713_003  # any number, the same everywhere: it keeps two beats apart
WAIT = 2.0  # seconds until an idle beat looks again


class OneClock(PersistentScheduler):
    """A schedule that is followed only while the lock in the database is ours.

    The lock lives as long as its connection, so a beat that is killed frees it at once. Its connection must lead to
    PostgreSQL itself and not through a pool that lends connections for a transaction.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._connection: psycopg.Connection[Any] | None = None
        self._idle = False
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due, or wait. Gives the seconds until the next look."""
        if not self._leads():
            return WAIT
        pause: float = super().tick(*args, **kwargs)
        return pause

    def _leads(self) -> bool:
        try:
            leads = self._holds()
        except psycopg.Error as error:
            log.warning("the clock idles, the database is away: %s", type(error).__name__)
            self._connection = None
            return False
        if leads == self._idle:
            log.info("this clock works" if leads else "another clock works, this one idles")
        self._idle = not leads
        return leads

    def _holds(self) -> bool:
        """Whether the lock is ours; tries to take it where it is not. Raises psycopg.Error."""
        if self._connection is not None:
            self._connection.execute("SELECT 1")  # a connection that is gone has lost its lock
            return True
        settings: Settings = self.app.conf["hejnal"]
        connection = psycopg.connect(
            settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1),
            connect_timeout=3, autocommit=True, application_name="hejnal beat", keepalives_idle=10, keepalives_interval=5,
            keepalives_count=3,
        )  # fmt: skip
        taken = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        if taken and taken[0]:
            self._connection = connection
            return True
        connection.close()
        return False
