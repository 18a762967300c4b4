"""How somebody of the demo acts: through the same door as everybody, with a moment that is given."""

from datetime import date, datetime, time, timedelta
from typing import Any

from app.extensions import db
from app.models import User
from app.services import access, steps
from workflows.calendar import local_day, local_moment
from workflows.engine import Context, Origin
from workflows.roles import Role


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of that day in Kraków, UTC."""
    return local_moment(day, time(hour, minute))


def context(case: Any, user: User | None, moment: datetime, answers: dict[str, Any] | None = None) -> Context:
    """The context of a person, or of the clock where there is none."""
    roles = access.roles_on(case, user) if user is not None else frozenset({Role.CLOCK})
    return Context(
        now=moment,
        roles=roles,
        person_id=user.id if user else None,
        answers=answers or {},
        origin=Origin.SYNTHETIC,
    )


def act(case: Any, trigger: str, user: User | None, moment: datetime, **answers: Any) -> None:
    """Take a step as this person; without one the clock takes it."""
    db.session.flush()
    db.session.expire_all()
    steps.take(case, trigger, context(case, user, moment, answers))


def days(moment: datetime, number: int, hour: int = 10) -> datetime:
    """So many days later, at this hour in Kraków."""
    return at(local_day(moment) + timedelta(days=number), hour)
