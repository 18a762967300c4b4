"""Absences: the days on which somebody is away, and who stands in. Standing in lends no role that one does not hold."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from app.errors import Hidden
from app.extensions import db
from app.models import Absence, User
from app.models import Role as RoleRow
from workflows.calendar import local_day
from workflows.engine import Context, Refusal, Refused
from workflows.roles import OFFICE, Role
from workflows.words import N_

IN_THE_OFFICE = frozenset(role.value for role in OFFICE)
LAST_BEFORE_FIRST = N_("The last day must not be before the first.")
PAST = N_("The last day has passed already.")
SAME_PERSON = N_("Somebody else must stand in.")
OTHER_UNIT = N_("Only somebody of the same department can stand in.")
LACKS_ROLE = N_("%(name)s does not hold every role of %(away)s: standing in lends no role.")
OVERLAPS = N_("%(name)s is recorded as away on some of these days already.")
ALSO_AWAY = N_("%(name)s is away on some of these days too.")
STANDS_IN = N_("%(name)s stands in for %(away)s on some of these days. Change that first.")


def may_enter_for(user: User, person: User) -> bool:
    """People of the office record their own absence; the director records that of everybody in the department."""
    if user.id == person.id:
        return bool(user.role_names & IN_THE_OFFICE)
    return Role.DIRECTOR.value in user.role_names and user.unit_id == person.unit_id is not None


def colleagues(user: User) -> list[User]:
    """The active people of the office in the person's department, by name, the person among them."""
    held = User.roles.any(RoleRow.name.in_(sorted(IN_THE_OFFICE)))
    query = (
        sa.select(User).where(User.active, held, User.unit_id == user.unit_id).order_by(User.name, User.id)
    )
    return list(db.session.scalars(query).unique()) if user.unit_id is not None else []


def enter(person: User, stand_in: User, days: tuple[date, date], context: Context) -> Absence:
    """The person is away on these days and the other stands in. Raises Refused with everything that stands against it."""
    first_day, last_day = days
    _lock(person, stand_in)
    reasons = [*_of_days(first_day, last_day, context), *_of_people(person, stand_in)]
    if not reasons:
        reasons = list(_of_others(person, stand_in, first_day, last_day))
    if reasons:
        raise Refused(*reasons)
    absence = Absence(
        user_id=person.id, stand_in_id=stand_in.id, first_day=first_day, last_day=last_day, entered_at=context.now,
        entered_by_id=context.person_id,
    )  # fmt: skip
    db.session.add(absence)
    db.session.flush()
    return absence


def end(absence: Absence, context: Context) -> None:
    """The person is back, from this moment on; an absence that has ended already stays as it is."""
    db.session.refresh(absence, with_for_update=True)
    if absence.ended_at is None and absence.last_day >= local_day(context.now):
        absence.ended_at, absence.ended_by_id = context.now, context.person_id
        db.session.flush()


def find(public_id: str, user: User) -> Absence:
    """The absence of that name, if the person may change it. Raises Hidden."""
    query = sa.select(Absence).where(Absence.public_id == public_id.replace("\x00", ""))
    absence = db.session.scalar(query)
    if absence is None or not may_enter_for(user, absence.user):
        raise Hidden
    return absence


def _lock(*people: User) -> None:
    """In one order, so that two absences that concern the same people are entered one after the other."""
    ids = sorted(person.id for person in people)
    db.session.execute(
        sa.select(User.id).where(User.id.in_(ids)).order_by(User.id).with_for_update(key_share=True)
    )


def _of_days(first_day: date, last_day: date, context: Context) -> list[Refusal]:
    if last_day < first_day:
        return [Refusal("days", LAST_BEFORE_FIRST, anchor="last_day")]
    return [Refusal("past", PAST, anchor="last_day")] if last_day < local_day(context.now) else []


def _of_people(person: User, stand_in: User) -> list[Refusal]:
    if person.id == stand_in.id:
        return [Refusal("same_person", SAME_PERSON, anchor="stand_in_id")]
    if person.unit_id is None or person.unit_id != stand_in.unit_id or not stand_in.active:
        return [Refusal("other_unit", OTHER_UNIT, anchor="stand_in_id")]
    if (person.role_names & IN_THE_OFFICE) - stand_in.role_names:
        params = {"name": stand_in.name, "away": person.name}
        return [Refusal("lacks_role", LACKS_ROLE, params, "stand_in_id")]
    return []


def _of_others(person: User, stand_in: User, first_day: date, last_day: date) -> list[Refusal]:
    """Nobody is away twice, and whoever stands in is there: a chain of substitutes would hide who acts for whom."""
    ids = (person.id, stand_in.id)
    rows: list[Any] = list(
        db.session.scalars(
            sa.select(Absence).where(
                sa.or_(Absence.user_id.in_(ids), Absence.stand_in_id == person.id), Absence.ended_at.is_(None),
                Absence.first_day <= last_day, Absence.last_day >= first_day,
            )
        )
    )  # fmt: skip
    found = []
    for row in rows:
        if row.user_id == person.id:
            found.append(Refusal("overlaps", OVERLAPS, {"name": person.name}, "first_day"))
        elif row.user_id == stand_in.id:
            found.append(Refusal("also_away", ALSO_AWAY, {"name": stand_in.name}, "stand_in_id"))
        else:
            params = {"name": person.name, "away": row.user.name}
            found.append(Refusal("stands_in", STANDS_IN, params, "first_day"))
    return found
