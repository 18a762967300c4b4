"""Accounts of people: looked up by administrators and auditors, made and changed by administrators."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Forbidden, Hidden
from app.forms.account_changes import ChangeForm, DepartmentForm, NewAccountForm, RolesForm
from app.i18n import _
from app.models import Unit, User
from app.models.account_event import AccountChange
from app.queries import account_list
from app.queries.account_list import PAGE, Filters, Listing
from app.services import account_changes as changes
from app.services import second_factor
from app.sessions import sessions_of
from app.transaction import writing
from app.views import gates, proof
from app.views.official import page_number
from app.views.once import claim, once
from workflows.engine import Refused
from workflows.roles import ROLE_NAMES, Role
from workflows.stakes import Stake
from workflows.words import N_

bp = Blueprint("account_administration", __name__, url_prefix="/administration/accounts")
READERS = (Role.ADMINISTRATOR, Role.AUDITOR)
SHOWN_EVENTS = 10

EVENT_NAMES: dict[AccountChange, str] = {
    AccountChange.CREATED: N_("account made"),
    AccountChange.INVITED: N_("link for a password sent"),
    AccountChange.ROLES: N_("roles changed"),
    AccountChange.DEPARTMENT: N_("department changed"),
    AccountChange.DISABLED: N_("account disabled"),
    AccountChange.ENABLED: N_("account enabled"),
    AccountChange.SESSIONS_ENDED: N_("sessions ended"),
    AccountChange.SECOND_FACTOR_RESET: N_("second step reset"),
    AccountChange.IDENTITY_LINKED: N_("provider linked"),
    AccountChange.IDENTITY_UNLINKED: N_("provider unlinked"),
}


@dataclass(frozen=True)
class Change:
    """One thing that can be done with an account: its words, its form, who does it."""

    title: str
    text: str
    run: Callable[[User, User, Any], None]
    form: type[ChangeForm] = ChangeForm
    grave: bool = False


CHANGES: dict[str, Change] = {
    "roles": Change(
        N_("Change the roles"), N_("The new roles act at once. All sessions of the person end."),
        lambda actor, user, form: changes.set_roles(actor, user, form.roles.data or (), form.reason.data), RolesForm,
    ),
    "department": Change(
        N_("Change the department"), N_("The person sees the cases of the new department and no longer those of the old one. All sessions end."),
        lambda actor, user, form: changes.set_department(actor, user, _unit(form.unit.data), form.reason.data), DepartmentForm,
    ),
    "sessions": Change(
        N_("End all sessions"), N_("The person must sign in anew everywhere. What was saved stays."),
        lambda actor, user, form: changes.end_every_session(actor, user, form.reason.data),
    ),
    "second-factor": Change(
        N_("Reset the second step"), N_("Be sure who asks. Codes and passkeys stop working; a role of the office must set up new ones."),
        lambda actor, user, form: changes.reset_second_factor(actor, user, form.reason.data), grave=True,
    ),
    "provider": Change(
        N_("Unlink the provider"), N_("The provider opens the account again when its owner signs in there with this e-mail address."),
        lambda actor, user, form: changes.unlink_identity(actor, user, form.reason.data), grave=True,
    ),
    "invitation": Change(
        N_("Send a new link for a password"), N_("The link goes to the address of the account and works for one hour. All sessions end."),
        lambda actor, user, form: changes.invite_again(actor, user, form.reason.data),
    ),
    "disable": Change(
        N_("Disable the account"), N_("Nobody can sign in with it, and all its sessions end. What the person did stays in the history."),
        lambda actor, user, form: changes.disable(actor, user, form.reason.data), grave=True,
    ),
    "enable": Change(
        N_("Enable the account"), N_("The person can sign in again and has the roles that stand here."),
        lambda actor, user, form: changes.enable(actor, user, form.reason.data),
    ),
}  # fmt: skip


def _me() -> User:
    person: User = current_user._get_current_object()
    return person


def _account(user_id: int) -> User:
    """The account, for who may see it. Raises Hidden."""
    user = account_list.account(user_id) if user_id < 2**63 else None
    if user is None or not changes.may_see(_me(), user):
        raise Hidden
    return user


def _unit(code: str | None) -> Unit | None:
    return next((unit for unit in account_list.units(_me()) if unit.code == code), None)


def _possible(user: User) -> list[tuple[str, str]]:
    """What the person who reads the page may do with the account."""
    if not changes.manages(_me()) or user.id == current_user.id:
        return []
    unfit = {"disable" if not user.active else "enable"}
    if not account_list.links(user):
        unfit.add("provider")
    return [(name, _(change.title)) for name, change in CHANGES.items() if name not in unfit]


def _pages(found: Listing, address: Callable[[int], str]) -> dict[str, Any]:
    return {
        "start": found.start, "end": found.end, "total": found.count,
        "previous_url": address(found.page - 1) if found.page > 1 else None,
        "next_url": address(found.page + 1) if found.page * PAGE < found.count else None,
    }  # fmt: skip


def _address(page: int, filters: Filters) -> str:
    narrowed: dict[str, Any] = filters.query()
    return url_for("account_administration.index", page=page, **narrowed)


@bp.get("")
@gates.office(*READERS)
def index() -> ResponseReturnValue:
    """The accounts, those of the office first."""
    units = account_list.units(_me())
    roles = [role.value for role in changes.GIVEN]
    filters = Filters.read(request.args, roles, [unit.code for unit in units])
    found = account_list.accounts(_me(), filters, page_number())
    return render_template(
        "administration/accounts.html", found=found, filters=filters, units=units, manages=changes.manages(_me()),
        role_names={role.value: _(ROLE_NAMES[role]) for role in Role}, given=roles,
        pages=_pages(found, lambda page: _address(page, filters)),
    )  # fmt: skip


@bp.get("/events")
@gates.office(*READERS)
def events() -> ResponseReturnValue:
    """What was done with accounts, or with the one that the address names."""
    named = request.args.get("account", "")
    user = _account(int(named)) if named.isascii() and named.isdigit() and len(named) < 19 else None
    found = account_list.events(_me(), page_number(), user)
    more: dict[str, Any] = {"account": user.id} if user is not None else {}
    return render_template(
        "administration/events.html", found=found, user=user, event_names=EVENT_NAMES, role_names=ROLE_NAMES,
        pages=_pages(found, lambda page: url_for("account_administration.events", page=page, **more)),
    )  # fmt: skip


@bp.get("/<int:user_id>")
@gates.office(*READERS)
@gates.of("account")
def show(user_id: int) -> ResponseReturnValue:
    """One account: who, where, which roles, how it is protected, what was done with it."""
    user = _account(user_id)
    return render_template(
        "administration/account.html", user=user, possible=_possible(user), sessions=sessions_of(user.id),
        links=account_list.links(user), codes=bool(user.tf_totp_secret and user.tf_primary_method),
        needed=second_factor.needs_second_factor(user), codes_left=len(user.mf_recovery_codes or []),
        passkeys=len(user.webauthn), role_names=[_(ROLE_NAMES[Role(name)]) for name in sorted(user.role_names)],
        found=account_list.events(_me(), 1, user), most=SHOWN_EVENTS, event_names=EVENT_NAMES, roles=ROLE_NAMES,
    )  # fmt: skip


@bp.get("/new")
@gates.office(Role.ADMINISTRATOR)
def new_account() -> ResponseReturnValue:
    """A form for an account of the office."""
    return _new_page(_new_form(formdata=None))


@bp.post("/new")
@gates.office(Role.ADMINISTRATOR)
@proof.needed(Stake.ACCESS)
@once
def create_account() -> ResponseReturnValue:
    """The account is made and its owner gets the link for a password; a second click makes nothing twice."""
    form = _new_form()
    if not form.validate():
        return _new_page(form, 422)
    try:
        with writing():
            claim("/administration/accounts")
            user = changes.make(
                _me(), str(form.email.data), str(form.name.data), form.roles.data or (), _unit(form.unit.data)
            )
            user_id = user.id
    except Refused as refused:
        form.refuse(refused.reasons)
        return _new_page(form, 422)
    flash(_("The account is made. A letter with a link for the password is on its way."))
    return redirect(url_for("account_administration.show", user_id=user_id), 303)


def _new_form(**more: Any) -> NewAccountForm:
    return NewAccountForm(account_list.units(_me()), current_user.unit_id is None, **more)


def _new_page(form: NewAccountForm, status: int = 200) -> ResponseReturnValue:
    return render_template("administration/new_account.html", form=form), status


@bp.get("/<int:user_id>/<change>")
@gates.office(*READERS)
@gates.of("account")
def ask_for_change(user_id: int, change: str) -> ResponseReturnValue:
    """What would follow, and a form with the reason."""
    user = _changeable(user_id, change)
    return _change_page(user, change, _filled(CHANGES[change].form(formdata=None), user))


@bp.post("/<int:user_id>/<change>")
@gates.office(*READERS)
@gates.of("account")
@proof.needed(Stake.ACCESS)
@once
def change_account(user_id: int, change: str) -> ResponseReturnValue:
    """The account is changed, its sessions end, and the record says who did it and why."""
    user = _changeable(user_id, change)
    form = _filled(CHANGES[change].form(), user)
    if not form.validate():
        return _change_page(user, change, form, 422)
    location = url_for("account_administration.show", user_id=user_id)
    try:
        with writing():
            claim(location)
            CHANGES[change].run(_me(), user, form)
    except Refused as refused:
        form.refuse(refused.reasons)
        return _change_page(_account(user_id), change, form, 422)
    flash(_("Done, and written down."))
    return redirect(location, 303)


def _changeable(user_id: int, change: str) -> User:
    user = _account(user_id)
    if change not in CHANGES:
        raise Hidden
    if not changes.manages(_me()):
        raise Forbidden
    return user


def _filled(form: ChangeForm, user: User) -> ChangeForm:
    form.fill(user, account_list.units(_me()))
    return form


def _change_page(user: User, change: str, form: ChangeForm, status: int = 200) -> ResponseReturnValue:
    page = render_template("administration/change_account.html", user=user, change=CHANGES[change], form=form)
    return page, status
