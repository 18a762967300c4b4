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


@dataclass(frozen=True)
class Break:
    """One thing that is taken away; `counter` is what must notice, `forced` are the faults that lay it bare, `spared` those that would hide it."""

    name: str = ""
    counter: str = ""
    settings: tuple[str, ...] = ()
    not_started: frozenset[str] = frozenset()
    environment: dict[str, str] = field(default_factory=dict)
    application: str = "wsgi:app"
    forced: tuple[str, ...] = ()
    spared: frozenset[str] = frozenset()
    drops: tuple[str, ...] = ()
    awards: bool = True
    written: int = 4  # one offer of so many is written and gets a file first; a control needs no more

    def damage(self, connection: psycopg.Connection[Any]) -> None:
        """Drop the triggers and constraints of the run's own database that this control does without."""
        for drop in self.drops:
            for (statement,) in connection.execute(WHAT_DROPS[drop]).fetchall():
                connection.execute(statement)


# Every trigger by which the database itself refuses what goes beyond a pool.
WHAT_DROPS = {
    "over_allocation": "SELECT DISTINCT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger"
                       " WHERE NOT tgisinternal AND tgname = 'covered'",
}  # fmt: skip
WRAPPED = "tests.chaos.wrapped:app"
BREAKS = {
    "": Break(written=1),
    # A crash loses what was acknowledged: the log is not written before the answer.
    "sync": Break("sync", "lost", settings=FORGETS, forced=("postmaster",), awards=False),
    # What the broker forgot is never sent again: without the beat nobody sweeps. (A worker that starts may sweep once.)
    "sweeper": Break(
        "sweeper", "missing_documents", not_started=frozenset({"beat"}), awards=False,
        forced=("pause_valkey", "flushall", "valkey"), spared=frozenset({"worker"}),
    ),
    # A second click begins a second offer: no key is stored or asked for.
    "idempotency": Break(
        "idempotency", "doubled", application=WRAPPED, environment={"CHAOS_WRAP": "idempotency"}, awards=False
    ),
    # Awards of one organisation in several intakes pass the limit of its year together: nobody waits for anybody.
    "lock": Break("lock", "over_budget", application=WRAPPED, environment={"CHAOS_WRAP": "lock"}),
    # Awards go beyond the pools: the guard sees plenty, and the database's own second line is dropped.
    "budget": Break(
        "budget", "over_budget", application=WRAPPED, environment={"CHAOS_WRAP": "budget"}, drops=("over_allocation",)
    ),
}  # fmt: skip
