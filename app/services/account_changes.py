"""What an administrator does with accounts. Each change ends the person's sessions and is written down with its reason."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from app.errors import Forbidden, Hidden
from app.extensions import db
from app.i18n import lazy
from app.models import Role, Unit, User
from app.models.account_event import AccountChange
from app.services import account_events, accounts, identities, second_factor
from app.sessions import end_sessions
from workflows.engine import Refusal, Refused
from workflows.roles import OFFICE
from workflows.roles import Role as CaseRole
from workflows.words import N_

# What an administrator gives. The chair of a commission comes with the appointment, roles of organisations with membership.
GIVEN = (
    *sorted(OFFICE, key=list(CaseRole).index),
    CaseRole.EVALUATOR,
    CaseRole.AUDITOR,
    CaseRole.ADMINISTRATOR,
)
OWN = N_("Nobody changes their own account here. Ask another administrator.")
ADDRESS_USED = N_("An account with this e-mail exists already.")
AUDITOR_ONLY = N_("An auditor reads everything and changes nothing, so no other role goes with it.")
NO_ROLE = N_("Choose at least one role.")
LAST_ADMINISTRATOR = N_("This is the last administrator. Make another one first.")
NO_CHANGE = N_("Nothing would change.")

log = logging.getLogger("hejnal.security")


def manages(actor: User) -> bool:
    """Whether the person makes and changes accounts."""
    return actor.active and CaseRole.ADMINISTRATOR.value in actor.role_names


def reads(actor: User) -> bool:
    """Whether the person sees accounts and what was done with them."""
    return manages(actor) or CaseRole.AUDITOR.value in actor.role_names


def may_see(actor: User, user: User) -> bool:
    """Departments are walls: an administrator of one sees its people only, one of the whole city everybody."""
    return actor.unit_id is None or user.unit_id == actor.unit_id


def make(actor: User | None, email: str, name: str, roles: Iterable[str], unit: Unit | None) -> User:
    """Make an account of the office and send its owner the link for a password; `actor` is None for a command.

    Raises Refused when the address has an account or the roles do not go together, Forbidden beyond one's department.
    """
    _take_turns()
    wanted = _checked(roles)
    if not wanted:
        raise Refused(Refusal("no_role", NO_ROLE, anchor="roles"))
    if actor is not None:
        _still(actor)
        _within_walls(actor, unit)
    if accounts.find(email) is not None:
        raise Refused(Refusal("address_used", ADDRESS_USED, anchor="email"))
    user = accounts.create(email, name, None, roles=wanted)
    user.unit = unit
    db.session.flush()
    account_events.of_account(
        user, AccountChange.CREATED, actor, roles=wanted, unit=unit.code if unit is not None else None
    )
    log.info("account %s made by account %s", user.id, actor.id if actor is not None else "a command")
    accounts.invite(user)
    return user


def invite_again(actor: User, user: User, reason: str) -> None:
    """Send a new link for a password."""

    def change() -> dict[str, Any]:
        accounts.invite(user)
        return {}

    _change(actor, user, AccountChange.INVITED, reason, change)


def set_roles(actor: User, user: User, roles: Iterable[str], reason: str) -> None:
    """The account has exactly these roles."""

    def change() -> dict[str, Any]:
        before, after = sorted(user.role_names), _checked(roles)
        _refuse_the_same(before, after, "roles")
        accounts.set_roles(user, after)
        return {"before": before, "after": after}

    _change(actor, user, AccountChange.ROLES, reason, change)


def set_department(actor: User, user: User, unit: Unit | None, reason: str) -> None:
    """The account belongs to this department; None is the whole city."""

    def change() -> dict[str, Any]:
        _within_walls(actor, unit)
        before = user.unit.code if user.unit is not None else None
        after = unit.code if unit is not None else None
        _refuse_the_same(before, after, "unit")
        user.unit = unit
        return {"before": before, "after": after}

    _change(actor, user, AccountChange.DEPARTMENT, reason, change)


def disable(actor: User, user: User, reason: str) -> None:
    """Nobody signs in with the account."""

    def change() -> dict[str, Any]:
        _refuse_the_same(user.active, False)
        accounts.disable(user)
        return {}

    _change(actor, user, AccountChange.DISABLED, reason, change)


def enable(actor: User, user: User, reason: str) -> None:
    """The account opens again, with what it had."""

    def change() -> dict[str, Any]:
        _refuse_the_same(user.active, True)
        user.active, user.closed_at = True, None
        return {}

    _change(actor, user, AccountChange.ENABLED, reason, change)


def end_every_session(actor: User, user: User, reason: str) -> None:
    """The person must sign in anew everywhere."""
    _change(actor, user, AccountChange.SESSIONS_ENDED, reason, dict)


def reset_second_factor(actor: User, user: User, reason: str) -> None:
    """The second factor, its recovery codes and every passkey are gone; a role that needs one asks for a new one."""

    def change() -> dict[str, Any]:
        passkeys = len(user.webauthn)
        user.webauthn.clear()
        second_factor.remove_second_factor(user)
        return {"passkeys": passkeys}

    _change(actor, user, AccountChange.SECOND_FACTOR_RESET, reason, change)


def unlink_identity(actor: User, user: User, reason: str) -> None:
    """The provider does not open the account until its owner signs in there with the verified address again."""

    def change() -> dict[str, Any]:
        return {"links": identities.unlink(user)}

    _change(actor, user, AccountChange.IDENTITY_UNLINKED, reason, change)


def _change(
    actor: User, user: User, what: AccountChange, reason: str, change: Callable[[], dict[str, Any]]
) -> None:
    """One door for every change: one at a time, by somebody who still may, never of oneself, and an administrator stays."""
    _take_turns()
    _still(actor)
    db.session.refresh(user, with_for_update={"of": User})
    if not may_see(actor, user):
        raise Hidden
    if user.id == actor.id:
        raise Refused(Refusal("own_account", OWN))
    detail = change()
    db.session.flush()
    if not _administrators():
        raise Refused(Refusal("last_administrator", LAST_ADMINISTRATOR))
    end_sessions(user.id)
    account_events.of_account(user, what, actor, reason, **detail)
    log.info("account %s: %s by account %s", user.id, what.value, actor.id)
    if what is not AccountChange.INVITED:
        accounts.tell(user, lazy("Your account was changed"), "accounts/mail/changed")


def _take_turns() -> None:
    """Changes of accounts wait for each other, so that two administrators cannot take each other away at once."""
    role = accounts.role_named(CaseRole.ADMINISTRATOR.value)
    db.session.execute(sa.select(Role.id).where(Role.id == role.id).with_for_update())


def _still(actor: User) -> None:
    db.session.refresh(actor)
    if not manages(actor):
        raise Forbidden


def _within_walls(actor: User, unit: Unit | None) -> None:
    if actor.unit_id is not None and (unit is None or unit.id != actor.unit_id):
        raise Forbidden


def _administrators() -> int:
    query = sa.select(sa.func.count(User.id)).where(
        User.active, User.roles.any(Role.name == CaseRole.ADMINISTRATOR.value)
    )
    return db.session.scalar(query) or 0


def _checked(roles: Iterable[str]) -> list[str]:
    wanted = set(roles)
    if not wanted <= {role.value for role in GIVEN}:
        raise Forbidden
    if CaseRole.AUDITOR.value in wanted and len(wanted) > 1:
        raise Refused(Refusal("auditor_only", AUDITOR_ONLY, anchor="roles"))
    return sorted(wanted)


def _refuse_the_same(before: Any, after: Any, anchor: str | None = None) -> None:
    if before == after:
        raise Refused(Refusal("no_change", NO_CHANGE, anchor=anchor))
