"""Writing a call before it is approved: begin, copy, save one section. A draft saves whatever is missing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.errors import Forbidden, Hidden, Stale
from app.extensions import db
from app.models.account import User
from app.models.call import Call, MeritCriterion
from app.models.procedure import BudgetEntry, FormalCriterion
from app.models.unit import Unit
from app.queries.announced import COLUMNS
from app.services import access, steps
from workflows.call import CALL, CallState
from workflows.engine import Context, Refused, wrong_state
from workflows.roles import Role

COPIED = tuple(
    sorted(set(COLUMNS) - {"task_from", "task_to", "opens_at", "deadline", "decision_by", "same_kind_tasks"})
)
Rows = Sequence[Mapping[str, Any]]


def create(user: User, now: datetime, *, like: Call | None = None) -> Call:
    """A new draft of the person's unit; `like` gives its texts, rules and criteria, but no date, no money and no history."""
    unit = user.unit or db.session.scalars(sa.select(Unit).order_by(Unit.id)).first()
    if unit is None:
        raise Hidden
    call = Call(unit=unit, proposed_by_id=user.id)
    if like is not None:
        _copy(like, call)
    db.session.add(call)
    context = Context(now=now, roles=frozenset({Role.OFFICIAL}), person_id=user.id)
    steps.begin(call, context, **({"copied_from": like.public_id} if like else {}))
    return call


def _copy(source: Call, call: Call) -> None:
    for name in COPIED:
        setattr(call, name, getattr(source, name))
    call.formal_criteria = [
        FormalCriterion(position=row.position, text=row.text, correctable=row.correctable)
        for row in source.formal_criteria
    ]
    call.merit_criteria = [
        MeritCriterion(position=row.position, text=row.text, max_points=row.max_points, ground=row.ground)
        for row in source.merit_criteria
    ]


def for_editing(public_id: str, user: User, *, seen_version: int | None = None) -> Call:
    """The draft, for the officials of its unit. Raises Hidden, Forbidden, Stale, or Refused once it is no draft any more.

    With `seen_version` the row is locked and compared, so that nobody overwrites what somebody else saved.
    """
    find = access.find if seen_version is None else access.find_for_change
    call = find("calls", public_id, user)
    if not isinstance(call, Call):
        raise Hidden
    if Role.OFFICIAL not in access.roles_on(call, user):
        raise Forbidden
    if call.state is not CallState.DRAFT:
        raise Refused(wrong_state(CALL.names[call.state].internal))
    if seen_version is not None and seen_version != call.version:
        raise Stale(call, seen_version)
    return call


def save(call: Call, values: Mapping[str, Any], user: User, now: datetime) -> None:
    """Write the values of one section; rows of criteria and money replace those that were there."""
    writers = {"budget": _write_budget, "formal_criteria": _write_formal, "merit_criteria": _write_merit}
    for name, value in values.items():
        if name in writers:
            writers[name](call, value, user, now)
        else:
            setattr(call, name, value)
    call.proposed_by_id = user.id
    # A change of rows alone must also be seen by whoever has the same section open.
    call.stepped_at = now
    db.session.flush()


def _write_budget(call: Call, rows: Rows, user: User, now: datetime) -> None:
    for entry in call.budget:
        db.session.delete(entry)
    call.budget = [BudgetEntry(entered_at=now, entered_by_id=user.id, **row) for row in rows]


def _write_formal(call: Call, rows: Rows, _user: User, _now: datetime) -> None:
    call.formal_criteria = [FormalCriterion(position=position, **row) for position, row in enumerate(rows, 1)]


def _write_merit(call: Call, rows: Rows, _user: User, _now: datetime) -> None:
    call.merit_criteria = [MeritCriterion(position=position, **row) for position, row in enumerate(rows, 1)]
