"""The only door through which a case changes its state."""

from collections.abc import Callable
from typing import Any

from app.errors import Stale
from app.extensions import db
from app.models import CASES
from app.queries.facts import facts_of
from app.services import access, audit, leads, outbox, substitution
from workflows.catalogue import WORKFLOWS
from workflows.engine import Context, Offered, Step, Workflow
from workflows.roles import MACHINES, Role

Effect = Callable[[Any, Context], dict[str, Any] | None]
NAMES = {model: name for name, model in CASES.items()}


Consequence = Callable[[Any, Context], None]

# What the public adds to a case does not make the form stale that an official has open.
FROM_OUTSIDE = frozenset({Role.ANYONE})

# Filled by app.services.effects when the application is made: effects take further steps, so they import this module.
# An effect runs before the step is written into the history, a consequence after it: only a consequence may take a
# further step of the same case.
EFFECTS: dict[str, dict[str, Effect]] = {}
CONSEQUENCES: dict[str, dict[str, Consequence]] = {}


def workflow_of(case: Any) -> Workflow:
    """The table by which the case goes."""
    return WORKFLOWS[NAMES[type(case)]]


def offered(case: Any, context: Context) -> tuple[Offered, ...]:
    """What the person could do with the case now, each step with everything that stands against it."""
    context, _acting_for = substitution.standing_in(case, context)
    return workflow_of(case).offered(case, facts_of(case), context)


def take(case: Any, trigger: str, context: Context, *, seen_version: int | None = None) -> Step:
    """Take one step: lock and compare the version, check and move, effect, record, promise. Flushes, never commits.

    `seen_version` is the version that the person saw on the form. Raises Stale, UnknownTrigger, NotYours or Refused;
    the caller's unit of work is then rolled back, so nothing has changed.
    """
    access.lock(case)
    if seen_version is not None and seen_version != case.version:
        raise Stale(case, seen_version)
    return _move(case, trigger, context, extra={})


def follow(case: Any, trigger: str, context: Context, **detail: Any) -> Step:
    """Take a step that follows from another one: by the system, at the same moment, for the same person."""
    consequence = Context(
        now=context.now, roles=frozenset({Role.SYSTEM, *(context.roles & MACHINES)}), person_id=context.person_id,
        answers=context.answers, origin=context.origin,
    )  # fmt: skip
    return _move(case, trigger, consequence, extra=detail)


def begin(case: Any, context: Context, **detail: Any) -> None:
    """Record that a new case was opened in its present state, and compute its first term."""
    workflow = workflow_of(case)
    db.session.flush()
    case.state_since = case.stepped_at = context.now
    leads.inherit(case, context)
    audit.record(
        workflow.name, case, context, trigger="begin", role=_acting(context.roles), basis="",
        from_state=None, to_state=case.state.value, detail=detail,
    )  # fmt: skip
    refresh_due(case)
    db.session.flush()


def refresh_due(case: Any) -> None:
    """Compute anew when the clock will act on the case; needed after a term changed outside a step of its own."""
    due = workflow_of(case).due(case, facts_of(case))
    case.due_at = due[0] if due else None


def _move(case: Any, trigger: str, context: Context, extra: dict[str, Any]) -> Step:
    workflow = workflow_of(case)
    source = case.state
    context, stands_for = substitution.standing_in(case, context)
    step = workflow.take(case, trigger, facts_of(case), context)
    if not step.by <= FROM_OUTSIDE:
        case.stepped_at = context.now
    if case.state is not source:
        case.state_since = context.now
    effect = EFFECTS[workflow.name].get(trigger)
    detail = {**extra, **((effect(case, context) if effect else None) or {})}
    role = _acting(step.by & context.roles)
    if acting_for := sorted(person for person, roles in stands_for.items() if role in roles):
        detail["acting_for"] = acting_for
    leads.inherit(case, context)
    refresh_due(case)
    db.session.flush()
    entry = audit.record(
        workflow.name, case, context, trigger=trigger, role=role, basis=step.basis,
        from_state=source.value, to_state=case.state.value, detail=detail,
    )  # fmt: skip
    outbox.promise(workflow.name, case, step, entry.seq, context, detail)
    db.session.flush()
    consequence = CONSEQUENCES.get(workflow.name, {}).get(trigger)
    if consequence is not None:
        consequence(case, context)
    return step


def _acting(roles: frozenset[Role]) -> str:
    """The role that is written down: the first in the order of the table of roles."""
    return next((role.value for role in Role if role in roles), Role.SYSTEM.value)
