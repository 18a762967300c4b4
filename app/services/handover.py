"""Departure: what somebody leads goes to another official of the department, case by case, each with its entry."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import CASES, Absence, Procedure, RegisterView, Request, User
from app.queries.exclusions import excluded_among
from app.queries.led_cases import Led, open_cases, standing_in_later
from app.queries.substitution import officials
from app.services import access, leads
from workflows.engine import Context, Refusal, Refused
from workflows.history import LEAD_HANDED_OVER
from workflows.words import N_

# One unit of work moves so many cases and holds the locks of their calls for about a second; the page offers the rest.
PORTION = 300
NOT_OF_THE_UNIT = N_("Choose another official of the same department.")


def hand_over(person: User, successor: User, context: Context) -> tuple[int, int]:
    """Up to PORTION open cases that the person leads or stands in for go to the successor, and with the last of them
    the saved choices of registers and the days on which the person was to stand in.

    Gives how many cases moved and how many stayed because the successor is excluded from them by law; those have no
    lead until the director names one. Raises Refused for a successor of another department or without the role.
    """
    unit_id = person.unit_id
    if (
        unit_id is None
        or successor.id == person.id
        or successor.id not in {row.id for row in officials(unit_id)}
    ):
        raise Refused(Refusal("not_of_the_unit", NOT_OF_THE_UNIT, anchor="successor_id"))
    found = open_cases(person.id, unit_id, PORTION)
    moved = [_move(case, person, successor, context) for case in _locked(found)]
    if len(found) < PORTION:
        _move_views(person, successor)
        _move_stand_ins(person, successor, context.now)
    return sum(moved), len(moved) - sum(moved)


def _locked(found: Iterable[Led]) -> list[Any]:
    """The cases with their calls locked, the calls in one order, so that no two who wait for several wait for each other."""
    cases = [db.session.get_one(CASES[row.kind], row.case_id) for row in found]
    calls = {call.id for case in cases if not isinstance(case, Request) for call in [access.call_of(case)]}
    for model, ids in (
        (Procedure, calls),
        (Request, {case.id for case in cases if isinstance(case, Request)}),
    ):
        key = model.__table__.c.id
        lock = sa.select(key).where(key.in_(ids)).order_by(key)
        db.session.execute(lock.with_for_update(key_share=True))
    for case in cases:
        db.session.expire(case)  # what was read before the locks may have changed
    return cases


def _move(case: Any, person: User, successor: User, context: Context) -> bool:
    """Whether the successor leads the case now, or stands in. An excluded one does not: then nobody does yet."""
    before = (case.lead_id, case.substitute_id)
    if person.id not in before:
        return True
    takes = None if excluded_among(case, [successor.id]) else successor.id
    lead_id, substitute_id = (takes if one == person.id else one for one in before)
    if lead_id == substitute_id:
        substitute_id = None
    leads.put(case, lead_id, substitute_id, context)
    leads.record(case, before, context, LEAD_HANDED_OVER)
    return takes is not None


def _move_views(person: User, successor: User) -> None:
    """A name that the successor uses already gets the name of its former owner beside it."""
    taken = {
        (row.register, row.name)
        for row in db.session.execute(
            sa.select(RegisterView.register, RegisterView.name).where(RegisterView.user_id == successor.id)
        )
    }
    for view in db.session.scalars(sa.select(RegisterView).where(RegisterView.user_id == person.id)):
        if (view.register, view.name) in taken:
            view.name = f"{view.name[:60]} ({person.name[:30]} {view.id})"[:100]
        view.user_id = successor.id
    db.session.flush()


def _move_stand_ins(person: User, successor: User, now: datetime) -> None:
    """The successor stands in for others instead, but for nobody who is away to be replaced by the successor's own self."""
    rows = db.session.scalars(sa.select(Absence).where(standing_in_later(person.id, now)))
    for absence in rows:
        roles = absence.user.role_names
        if absence.user_id != successor.id and roles <= successor.role_names:
            absence.stand_in_id = successor.id
    db.session.flush()
