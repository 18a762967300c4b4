"""What the office keeps up to date about its departments: the days on which they are closed, the account for returns."""

from datetime import date

from app.errors import Hidden
from app.extensions import db
from app.models import OfficeClosure, Unit, User
from app.models.account_event import UnitChange
from app.services import account_events
from workflows import identifiers
from workflows.engine import Refusal, Refused
from workflows.roles import Role
from workflows.words import N_

WRITERS = (Role.ADMINISTRATOR, Role.DIRECTOR)
READERS = (*WRITERS, Role.AUDITOR, Role.TREASURER)
CLOSED_ALREADY = N_("This day is on the list already.")
PASSED = N_("This day has passed. Deadlines were set knowing whether the office was open then.")
SAME_ACCOUNT = N_("This account is entered already.")


def close_on(unit: Unit, day: date, reason: str, actor: User | None, today: date) -> OfficeClosure:
    """The department is closed on that day. Raises Refused for a day that has passed or stands there already."""
    _lock(unit)
    if day < today:
        raise Refused(Refusal("day_passed", PASSED, anchor="day"))
    if any(closure.day == day for closure in unit.closures):
        raise Refused(Refusal("closed_already", CLOSED_ALREADY, anchor="day"))
    closure = OfficeClosure(unit=unit, day=day, reason=reason)
    db.session.add(closure)
    db.session.flush()
    account_events.of_unit(unit, UnitChange.CLOSURE_ADDED, actor, reason, day=day.isoformat())
    return closure


def open_on(unit: Unit, closure_id: int, actor: User | None, today: date) -> None:
    """The department is open on that day after all. Raises Hidden for a strange day, Refused for one that has passed."""
    _lock(unit)
    closure = next((row for row in unit.closures if row.id == closure_id), None)
    if closure is None:
        raise Hidden
    if closure.day < today:
        raise Refused(Refusal("day_passed", PASSED))
    account_events.of_unit(
        unit, UnitChange.CLOSURE_REMOVED, actor, closure.reason, day=closure.day.isoformat()
    )
    db.session.delete(closure)
    db.session.flush()


def set_return_account(unit: Unit, number: str, actor: User | None, reason: str = "") -> str:
    """Grants come back to this account from now on; give its 26 digits.

    Raises IdentifierFault for a number that is none, Refused for the present one.
    """
    digits = identifiers.check_account(number)
    _lock(unit)
    if digits == unit.return_account:
        raise Refused(Refusal("same_account", SAME_ACCOUNT, anchor="number"))
    account_events.of_unit(
        unit, UnitChange.RETURN_ACCOUNT, actor, reason, before=unit.return_account, after=digits
    )
    unit.return_account = digits
    db.session.flush()
    return digits


def _lock(unit: Unit) -> None:
    db.session.refresh(unit, with_for_update={"of": Unit, "key_share": True})
    db.session.expire(unit, ["closures"])
