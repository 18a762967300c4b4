"""Registers: which ones a person may ask for, a choice of columns, filters and order, a preview, and the job."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden
from app.i18n import WARSAW, _, day, exact, money, number, percent
from app.models import Call
from app.models.outbox import PromiseKind
from app.services import access, outbox, register_views
from app.services.registers import REGISTERS, making
from app.services.registers.choice import NO_COLUMN, ORDERS, Choice, problems, read
from app.services.registers.declaration import Column, Register, Scope
from app.transaction import writing
from app.views import gates, proof
from app.views.once import claim, once
from workflows.stakes import Stake
from workflows.words import N_

bp = Blueprint("registers", __name__)

PREVIEW = 20
NO_NAME = N_("Give the choice a name.")
LONG_NAME = N_("The name has at most 100 characters.")


def _find(name: str) -> Register:
    """The register, if the person may ask for it. Raises Hidden otherwise."""
    register = REGISTERS.get(name)
    if register is None or not register.may_ask(current_user.role_names):
        raise Hidden
    return register


@bp.get("/registers")
@gates.office()
def index() -> ResponseReturnValue:
    """The registers that the person may ask for, with the saved choices of each."""
    found = [register for register in REGISTERS.values() if register.may_ask(current_user.role_names)]
    saved: dict[str, list[dict[str, str]]] = {}
    for view in register_views.all_of(current_user):
        saved.setdefault(view.register, []).append(
            {"name": view.name, "url": _address(view.register, view.choice)}
        )
    return render_template("registers/index.html", registers=found, saved=saved)


@bp.get("/registers/<name>")
@gates.office()
@gates.of("register")
def show(name: str) -> ResponseReturnValue:
    """Columns, filters, order and the first rows."""
    register = _find(name)
    choice = read(register, request.args, _usual(register))
    return _page(register, choice, problems(register, choice, current_user.unit_id))


@bp.post("/registers/<name>")
@gates.office()
@gates.of("register")
@once
def act(name: str) -> ResponseReturnValue:
    """Show the first rows of the choice, save it under a name, or have the file made."""
    register = _find(name)
    choice = read(register, request.form, _usual(register))
    faults = problems(register, choice, current_user.unit_id)
    if not choice.columns:
        faults["column"] = NO_COLUMN
    doing = request.form.get("do", "show")
    wanted = request.form.get("name", "").replace("\x00", "").strip()
    if doing == "save" and not 0 < len(wanted) <= register_views.LONGEST_NAME:
        faults["name"] = LONG_NAME if wanted else NO_NAME
    if faults:
        return _page(register, choice, faults, wanted)
    if doing == "make":
        return _promised(register, choice)
    address = _address(name, choice.to_json())
    if doing == "save":
        with writing():
            claim(address)
            register_views.save(current_user, name, wanted, choice.to_json(), access.arrived_at())
        flash(_("The choice is saved as “%(name)s”.", name=wanted))
    return redirect(address, 303)


@bp.post("/registers/views/<public_id>/delete")
@gates.office()
@gates.of("own view")
@once
def delete_view(public_id: str) -> ResponseReturnValue:
    """The saved choice is gone."""
    with writing():
        target = url_for("registers.show", name=register_views.delete(current_user, public_id))
        claim(target)
    flash(_("The saved choice is deleted."))
    return redirect(target, 303)


@bp.post("/calls/<public_id>/registers/<name>")
@gates.office()
@gates.of("register")
@once
def ask_of_call(public_id: str, name: str) -> ResponseReturnValue:
    """Promise the usual register of one call; the page of the job shows how far it is."""
    register = _find(name)
    if "call" not in {found.key for found in register.filters}:
        raise Hidden
    call = access.find("calls", public_id, current_user)
    if not isinstance(call, Call) or access.audience_of(call, current_user) not in {"office", "auditor"}:
        raise Hidden
    return _promised(register, Choice(filters={"call": call.public_id}))


def _promised(register: Register, choice: Choice) -> ResponseReturnValue:
    unproved = proof.asked(Stake.PERSONAL_DATA)
    if unproved is not None:
        return unproved
    with writing():
        row = outbox.add(
            PromiseKind.REGISTER, register.name, at=access.arrived_at(), asked_by_id=current_user.id,
            arguments={"choice": choice.to_json(), "language": current_user.language, "title": register.title},
        )  # fmt: skip
        target = url_for("jobs.show", public_id=row.public_id)
        claim(target)
    return redirect(target, 303)


def _usual(register: Register) -> Mapping[str, str]:
    """What stands in a filter that must be filled: the present year."""
    this_year = str(access.arrived_at().astimezone(WARSAW).year)
    return {found.key: this_year for found in register.filters if getattr(found, "required", False)}


def _address(name: str, choice: Mapping[str, Any]) -> str:
    return url_for("registers.show", name=name, **Choice.of(choice).query())


def _page(
    register: Register, choice: Choice, faults: dict[str, str], wanted: str = ""
) -> ResponseReturnValue:  # fmt: skip
    columns = choice.taken(register)
    count, rows = 0, []
    if not faults:
        scope = Scope(current_user.unit_id, choice.filters, access.arrived_at(), current_user.id)
        count, found = making.preview(register, scope, choice, PREVIEW)
        words = [_words(column) for column in columns]
        rows = [[say(value) for say, value in zip(words, row, strict=True)] for row in found]
    order = [*choice.order, *[""] * ORDERS][:ORDERS]
    page = render_template(
        "registers/show.html", register=register, columns=columns, rows=rows, count=count, values=choice.filters,
        filters=[(found, found.options(current_user.unit_id)) for found in register.filters], order=order,
        faults={name: _(text) for name, text in faults.items()}, saved=[
            {"name": view.name, "url": _address(view.register, view.choice), "public_id": view.public_id}
            for view in register_views.all_of(current_user, register.name)
        ], wanted=wanted, right={"money", "whole", "points", "percent"}, none_chosen="column" in faults,
    )  # fmt: skip
    return page, 422 if faults else 200


def _words(column: Column) -> Any:
    """What says a value of the column in the preview."""
    if column.words is not None:
        words = {str(value): _(name) for value, name in column.words.items()}
        return lambda value: "–" if value is None else words.get(str(value), str(value))
    said: dict[str, Callable[[Any], str]] = {
        "money": money, "percent": percent, "day": day, "moment": exact, "points": number,
        "yes_no": lambda value: _("yes") if value else _("no"),
    }  # fmt: skip
    say = said.get(column.kind, str)
    return lambda value: "–" if value in {None, ""} else say(value)
