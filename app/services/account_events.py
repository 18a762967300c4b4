"""What was done with accounts and departments, written down in the unit of work that does it."""

from typing import Any

from flask import g, has_request_context

from app.extensions import db
from app.models import AccountEvent, Unit, UnitEvent, User
from app.models.account_event import AccountChange, UnitChange
from app.services import clock


def of_account(
    user: User, what: AccountChange, actor: User | None, reason: str = "", **detail: Any
) -> AccountEvent:
    """Write down a change of an account; `actor` is None where a command or the person's own sign-in made it."""
    event = AccountEvent(user_id=user.id, what=what, **_circumstances(actor, reason, detail))
    db.session.add(event)
    db.session.flush()
    return event


def of_unit(unit: Unit, what: UnitChange, actor: User | None, reason: str = "", **detail: Any) -> UnitEvent:
    """Write down a change of a department."""
    event = UnitEvent(unit_id=unit.id, what=what, **_circumstances(actor, reason, detail))
    db.session.add(event)
    db.session.flush()
    return event


def _circumstances(actor: User | None, reason: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {
        "actor_id": actor.id if actor is not None else None,
        "at": clock.now(),
        "reason": reason,
        "detail": detail,
        "request_id": g.get("request_id", "") if has_request_context() else "",
    }
