"""Departments: the days on which they are closed, and the account to which grants come back."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Forbidden, Hidden
from app.forms.account_changes import ClosureForm, RefusableForm, ReturnAccountForm
from app.forms.accounts import BareForm
from app.i18n import _, say
from app.models import Unit, User
from app.models.account_event import UnitChange
from app.queries import account_list
from app.services import access, departments
from app.transaction import writing
from app.views import gates, proof
from app.views.official import page_number
from app.views.once import claim, once
from workflows.calendar import local_day
from workflows.engine import Refused
from workflows.identifiers import grouped_account
from workflows.stakes import Stake
from workflows.words import N_

bp = Blueprint("departments", __name__, url_prefix="/administration/departments")
EVENT_NAMES: dict[UnitChange, str] = {
    UnitChange.RETURN_ACCOUNT: N_("account for returns entered"),
    UnitChange.CLOSURE_ADDED: N_("closed day added"),
    UnitChange.CLOSURE_REMOVED: N_("closed day removed"),
}


def _me() -> User:
    person: User = current_user._get_current_object()
    return person


def _writes() -> bool:
    return bool(current_user.role_names & set(departments.WRITERS))


def _unit(code: str, *, writing: bool = False) -> Unit:
    """The department, for its own people and those of the whole city. Raises Hidden or Forbidden."""
    unit = next((row for row in account_list.units(_me()) if row.code == code), None)
    if unit is None:
        raise Hidden
    if writing and not _writes():
        raise Forbidden
    return unit


def _today() -> Any:
    return local_day(access.arrived_at())


@bp.get("")
@gates.office(*departments.READERS)
def index() -> ResponseReturnValue:
    """The departments that the person may look into."""
    return render_template(
        "administration/departments.html", units=account_list.units(_me()), grouped=grouped_account
    )


@bp.get("/<code>")
@gates.office(*departments.READERS)
@gates.of("department")
def show(code: str) -> ResponseReturnValue:
    """One department with what can be entered."""
    return _page(_unit(code), ClosureForm(formdata=None), ReturnAccountForm(formdata=None))


@bp.post("/<code>/closures")
@gates.office(*departments.READERS)
@gates.of("department")
@once
def close_day(code: str) -> ResponseReturnValue:
    """The department is closed on one more day."""
    form = ClosureForm()
    unit = _unit(code, writing=True)
    return _write(
        unit, form, {"closure": form},
        lambda: departments.close_on(unit, form.chosen, str(form.reason.data), _me(), _today()),
        _("The day is on the list."),
    )  # fmt: skip


@bp.post("/<code>/closures/<int:closure_id>/remove")
@gates.office(*departments.READERS)
@gates.of("department")
@once
def open_day(code: str, closure_id: int) -> ResponseReturnValue:
    """The department is open on that day after all."""
    unit = _unit(code, writing=True)
    return _write(
        unit, BareForm(), {}, lambda: departments.open_on(unit, closure_id, _me(), _today()), _("The day is off the list.")
    )  # fmt: skip


@bp.post("/<code>/return-account")
@gates.office(*departments.READERS)
@gates.of("department")
@proof.needed(Stake.MONEY)
@once
def change_return_account(code: str) -> ResponseReturnValue:
    """Letters that ask grants back print this account from now on."""
    form = ReturnAccountForm()
    unit = _unit(code, writing=True)
    return _write(
        unit, form, {"account": form},
        lambda: departments.set_return_account(unit, str(form.number.data), _me(), str(form.why.data)),
        _("The account is entered."),
    )  # fmt: skip


def _write(
    unit: Unit, form: Any, shown: dict[str, Any], write: Callable[[], Any], done: str
) -> ResponseReturnValue:  # fmt: skip
    """Write what the form says, once for a double click; what is refused stands beside its field."""
    code = unit.code
    location = url_for("departments.show", code=code)
    if not form.validate():
        return _page(unit, status=422, **shown)
    try:
        with writing():
            claim(location)
            write()
    except Refused as refused:
        if isinstance(form, RefusableForm):
            form.refuse(refused.reasons)
        problem = "" if shown else say(refused.reasons[0])
        return _page(_unit(code), status=422, problem=problem, **shown)
    flash(done)
    return redirect(location, 303)


def _page(
    unit: Unit, closure: ClosureForm | None = None, account: ReturnAccountForm | None = None,
    status: int = 200, problem: str = "",
) -> ResponseReturnValue:  # fmt: skip
    today = _today()
    page = render_template(
        "administration/department.html", unit=unit, closure=closure or ClosureForm(formdata=None),
        account=account or ReturnAccountForm(formdata=None), problem=problem, writes=_writes(), today=today,
        closures=[row for row in unit.closures if row.day >= today], grouped=grouped_account,
        found=account_list.unit_events(unit, page_number()), event_names=EVENT_NAMES, day_of=date.fromisoformat,
    )  # fmt: skip
    return page, status
