"""The negative controls: what a run takes away from the application, always from outside, to see that it is missed.

A fault test that cannot fail proves nothing. Each of these must turn its own counter.
"""

from dataclasses import dataclass, field
from typing import Any

import psycopg

# So that a crash of an unsafe PostgreSQL loses seconds, not milliseconds: nothing writes the log before it must.
FORGETS = (
    "synchronous_commit=off",
    "wal_writer_delay=10s",
    "wal_writer_flush_after=1GB",
    "wal_buffers=64MB",
    "bgwriter_lru_maxpages=0",
)
OVER_ALLOCATION = "over_allocation"  # part of the names of the triggers by which the database refuses it


@dataclass(frozen=True)
class Break:
    """One thing that is taken away; `counter` is what must notice, `forced` are the faults that lay it bare."""

    name: str = ""
    counter: str = ""
    settings: tuple[str, ...] = ()
    not_started: frozenset[str] = frozenset()
    environment: dict[str, str] = field(default_factory=dict)
    application: str = "wsgi:app"
    forced: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()

    def damage(self, connection: psycopg.Connection[Any]) -> None:
        """Drop the triggers and constraints of the run's own database that this control does without."""
        for drop in self.drops:
            for (statement,) in connection.execute(WHAT_DROPS[drop]).fetchall():
                connection.execute(statement)


WHAT_DROPS = {
    # The keys of requests that ran are no longer alone: a second click finds nothing in its way.
    "key": "SELECT 'ALTER TABLE idempotency_key DROP CONSTRAINT ' || quote_ident(conname) FROM pg_constraint"
           " WHERE conrelid = 'idempotency_key'::regclass AND contype IN ('p', 'u')",
    "over_allocation": "SELECT DISTINCT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger"
                       " WHERE NOT tgisinternal AND (tgname LIKE '%allocation%' OR tgname LIKE '%pool%')",
}  # fmt: skip
WRAPPED = "tests.chaos.wrapped:app"
BREAKS = {
    "": Break(),
    "sync": Break("sync", "lost", settings=FORGETS, forced=("postmaster",)),
    "sweeper": Break("sweeper", "missing_documents", not_started=frozenset({"beat"}), forced=("flushall", "valkey")),
    "idempotency": Break("idempotency", "doubled", drops=("key",)),
    "lock": Break(
        "lock", "over_budget", application=WRAPPED, environment={"CHAOS_WRAP": "lock"}, drops=("over_allocation",)
    ),
    "budget": Break(
        "budget", "over_budget", application=WRAPPED, environment={"CHAOS_WRAP": "budget"}, drops=("over_allocation",)
    ),
}  # fmt: skip
