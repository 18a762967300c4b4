"""What can be switched off, one thing at a time: each guard, lock, constraint, trigger and policy has a name here.

A mutant is the application without one of them. `apply` switches it off inside a test process; nothing of this is known
to the application.
"""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from flask import Flask

from tests.mutants import locks
from workflows.catalogue import WORKFLOWS
from workflows.engine import Context, Refusal, Step, Workflow

Seen = Callable[[str], None]
# What a database may not be without, but an enum's own words, which the application cannot write otherwise.
CONSTRAINTS = """
    SELECT c.conrelid::regclass::text, c.conname FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
    WHERE n.nspname = 'public' AND c.conrelid <> 0 AND c.conparentid = 0
      AND (c.contype IN ('u', 'x') OR (c.contype = 'c' AND pg_get_constraintdef(c.oid) NOT LIKE '%%= ANY%%'))
    ORDER BY 1, 2
"""
INDEXES = """
    SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND i.indisunique AND NOT i.indisprimary
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
    ORDER BY 1, 2
"""
TRIGGERS = """
    SELECT t.tgrelid::regclass::text, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND NOT t.tgisinternal ORDER BY 1, 2
"""
DROPS = {
    "constraint": 'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE',
    "index": "DROP INDEX {name}",
    "trigger": 'DROP TRIGGER "{name}" ON {table}',
}


def guards() -> Iterator[str]:
    """Each guard of each table of steps."""
    for workflow in WORKFLOWS.values():
        for name in dict.fromkeys(guard.__name__ for step in workflow.steps for guard in step.guards):
            yield f"guard {workflow.name} {name}"


def of_database(connection: psycopg.Connection[Any]) -> Iterator[str]:
    """Each constraint, unique index and trigger."""
    for kind, query in (("constraint", CONSTRAINTS), ("index", INDEXES), ("trigger", TRIGGERS)):
        for table, name in connection.execute(query).fetchall():
            yield f"{kind} {table} {name}"


def policies(app: Flask) -> Iterator[str]:
    """Each gate that stands before a route, once for all the routes that it closes."""
    names = {getattr(view, "policy", "") for view in app.view_functions.values()}
    yield from (f"policy {name}" for name in sorted(names - {"", "public"}))


def watch_guards(seen: Seen) -> None:
    """Tell of each guard that refuses a step while tests run."""

    def refusals(self: Workflow, step: Step, facts: Any, context: Context) -> tuple[Refusal, ...]:
        found: list[Refusal] = []
        for guard in step.guards:
            answer = guard(facts, context)
            reasons = [answer] if isinstance(answer, Refusal) else list(answer or ())
            if reasons:
                seen(f"guard {self.name} {guard.__name__}")
            found += reasons
        return tuple(found)

    Workflow.refusals = refusals  # type: ignore[method-assign]


def without_guard(workflow: str, name: str) -> None:
    """The table as if this guard were in none of its rows."""
    whole = Workflow.refusals

    def refusals(self: Workflow, step: Step, facts: Any, context: Context) -> tuple[Refusal, ...]:
        if self.name != workflow:
            return whole(self, step, facts, context)
        bare = Step(**{**vars(step), "guards": tuple(g for g in step.guards if g.__name__ != name)})
        return whole(self, bare, facts, context)

    Workflow.refusals = refusals  # type: ignore[method-assign]


def without_policy(app: Flask, name: str) -> None:
    """The routes behind this gate as if they were open to everybody."""
    for endpoint, view in app.view_functions.items():
        if getattr(view, "policy", "") == name:
            bare = view.__wrapped__
            bare.policy = name
            app.view_functions[endpoint] = bare


def drop(connection: psycopg.Connection[Any], kind: str, table: str, name: str) -> None:
    """The database without this constraint, index or trigger."""
    connection.execute(DROPS[kind].format(table=table, name=name).encode())


def every(app: Flask, connection: psycopg.Connection[Any]) -> list[str]:
    """The names of all mutants."""
    return [
        *guards(),
        *(f"lock {name}" for name in locks.LOCKS),
        *of_database(connection),
        *policies(app),
    ]
