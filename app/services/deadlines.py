"""The clock: it takes every step whose term has passed, one unit of work each."""

import logging
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import CASES, Call, Intake
from app.queries.facts import facts_of
from app.services import access, clock, steps
from workflows.calendar import passed
from workflows.call import CallState
from workflows.engine import Context, Refused
from workflows.intake import IntakeState
from workflows.roles import Role

log = logging.getLogger("hejnal.clock")

POSTPONED = timedelta(minutes=10)
AGAIN = timedelta(minutes=1)
# Whoever came before the end of a term may still wait for a lock, at most so long (lock_timeout): the clock lets them pass.
ON_THE_WAY = timedelta(seconds=15)
# The state in which a call or an intake waits only for its opening.
ANNOUNCED: dict[Any, Any] = {Call: CallState.PUBLISHED, Intake: IntakeState.ANNOUNCED}


def overdue(limit: int = 100) -> list[tuple[str, int]]:
    """Cases on which the clock must act now: kind and id, the longest waiting first."""
    moment = clock.now()
    found: list[tuple[Any, str, int]] = [
        (due, name, case_id)
        for name, model in CASES.items()
        for case_id, due in db.session.execute(
            sa.select(model.id, model.due_at)
            .where(_to_take(model, moment))
            .order_by(model.due_at)
            .limit(limit)
        )
    ]
    return [(name, case_id) for _due, name, case_id in sorted(found)[:limit]]


def _to_take(model: Any, moment: datetime) -> sa.ColumnElement[bool]:
    """A term is taken when everybody who kept it has been served; only the opening of a call or intake waits for nobody."""
    over: sa.ColumnElement[bool] = model.due_at < moment - ON_THE_WAY
    if model not in ANNOUNCED:
        return over
    return sa.or_(over, sa.and_(model.state == ANNOUNCED[model], model.due_at < moment))


def take_due(case_kind: str, case_id: int) -> str | None:
    """Take the step that is due for the case, if it still is. Gives the trigger, or None if there was nothing to do.

    A step that a guard refuses is put off, so that one case cannot hold up the others.
    """
    case: Any = db.session.get(CASES[case_kind], case_id)
    if case is None:
        return None
    access.lock(case)
    moment = clock.now()
    due = steps.workflow_of(case).due(case, facts_of(case))
    if due is None or not passed(due[0], moment):
        steps.refresh_due(case)
        return None
    term, step = due
    context = Context(now=moment, roles=frozenset({Role.CLOCK}))
    try:
        with db.session.begin_nested():
            steps.take(case, step.trigger, context)
    except Refused as refusal:
        log.warning(
            "%s %s: %s was due at %s and is refused: %s", case_kind, case_id, step.trigger, term, refusal
        )
        case.due_at = moment + POSTPONED
        return None
    return step.trigger


def put_off(case_kind: str, case_id: int) -> None:
    """The clock tries the case again in a minute: its step failed for a reason that no guard knows, such as a collision.

    Written past the object's version on purpose: nothing of the case has changed.
    """
    table: Any = sa.inspect(CASES[case_kind]).base_mapper.local_table
    db.session.execute(sa.update(table).where(table.c.id == case_id).values(due_at=clock.now() + AGAIN))
