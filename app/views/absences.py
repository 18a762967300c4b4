"""Absence and departure: who stands in for whom and when, and everything of one official handed to another."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden
from app.forms.accounts import BareForm
from app.forms.substitution import AbsenceForm, SuccessorForm
from app.i18n import _
from app.models import User
from app.queries import absences as known
from app.queries import led_cases
from app.queries.substitution import officials
from app.services import absences, access, handover
from app.transaction import writing
from app.views import gates, proof
from app.views.official import page_number
from app.views.once import claim, once
from workflows.calendar import local_day
from workflows.engine import Context, Refused
from workflows.roles import OFFICE, Role
from workflows.stakes import Stake

bp = Blueprint("absences", __name__)

WORKING = tuple(sorted(OFFICE))


def _context() -> Context:
    roles = frozenset(role for role in OFFICE if role.value in current_user.role_names)
    return Context(now=access.arrived_at(), roles=roles, person_id=current_user.id)


@bp.get("/absences")
@gates.office(*WORKING)
def index() -> ResponseReturnValue:
    """Who of the department is away, now and later, and a form for another absence."""
    return _page(_form())


@bp.post("/absences")
@gates.office(*WORKING)
@once
def enter() -> ResponseReturnValue:
    """The absence is recorded; a second click records it once."""
    form = _form()
    if not form.validate():
        return _page(form, 422)
    target = url_for("absences.index")
    try:
        with writing():
            claim(target)
            person, stand_in = _colleague(form.user_id.data), _colleague(form.stand_in_id.data)
            if not absences.may_enter_for(current_user, person):
                raise Hidden
            absences.enter(person, stand_in, form.days, _context())
    except Refused as refused:
        form.refuse(refused.reasons)
        return _page(form, 409)
    flash(_("The absence is recorded."))
    return redirect(target, 303)


@bp.post("/absences/<public_id>/end")
@gates.office(*WORKING)
@gates.of("absence")
@once
def end(public_id: str) -> ResponseReturnValue:
    """The person is back."""
    target = url_for("absences.index")
    with writing():
        claim(target)
        absences.end(absences.find(public_id, current_user), _context())
    flash(_("The absence has ended."))
    return redirect(target, 303)


@bp.get("/absences/departure/<int:person_id>")
@gates.office(Role.DIRECTOR)
@gates.of("colleague")
def departure(person_id: int) -> ResponseReturnValue:
    """What moves when the person leaves, before anything does."""
    person = _colleague(person_id)
    return _departure_page(person, _successor(person))


@bp.post("/absences/departure/<int:person_id>")
@gates.office(Role.DIRECTOR)
@gates.of("colleague")
@proof.needed(Stake.ACCESS)
@once
def hand_over(person_id: int) -> ResponseReturnValue:
    """Everything moves, or the next portion of it; the page says what is left."""
    person = _colleague(person_id)
    form = _successor(person)
    if not form.validate():
        return _departure_page(person, form, 422)
    target = url_for("absences.departure", person_id=person_id, to=form.successor_id.data)
    try:
        with writing():
            claim(target)
            moved, left = handover.hand_over(person, _colleague(form.successor_id.data), _context())
    except Refused as refused:
        form.refuse(refused.reasons)
        return _departure_page(person, form, 409)
    flash(
        _(
            "Cases handed over: %(moved)s. Without a lead, because the successor is excluded: %(left)s.",
            moved=moved,
            left=left,
        )
    )
    return redirect(target, 303)


def _colleague(person_id: int) -> User:
    """Somebody of the own department; another department is a wall. Raises Hidden."""
    person = next((row for row in absences.colleagues(current_user) if row.id == person_id), None)
    if person is None:
        raise Hidden
    return person


def _form() -> AbsenceForm:
    form, people = AbsenceForm(), absences.colleagues(current_user)
    form.offer([row for row in people if absences.may_enter_for(current_user, row)], people, current_user.id)
    return form


def _page(form: AbsenceForm, status: int = 200) -> ResponseReturnValue:
    now = access.arrived_at()
    rows = known.of_unit(current_user, now, page_number())
    page = render_template(
        "official/absences.html", form=form, bare=BareForm(formdata=None), found=rows, today=local_day(now),
        may_end={row.id for row in rows.rows if absences.may_enter_for(current_user, row.user)},
        people=officials(current_user.unit_id) if Role.DIRECTOR.value in current_user.role_names and current_user.unit_id else [],
        page_url=lambda page: url_for("absences.index", page=page),
    )  # fmt: skip
    return page, status


def _successor(person: User) -> SuccessorForm:
    form, to = SuccessorForm(), request.args.get("to", "")
    rows = [row for row in officials(person.unit_id or 0) if row.id != person.id]
    form.offer(rows, int(to) if to.isascii() and to.isdigit() and len(to) < 10 else None)
    return form


def _departure_page(person: User, form: SuccessorForm, status: int = 200) -> ResponseReturnValue:
    page_asked: Any = page_number()
    held = led_cases.holding(person.id, person.unit_id or 0, page_asked, access.arrived_at())
    page = render_template(
        "official/departure.html", person=person, form=form, held=held, size=led_cases.PAGE, portion=handover.PORTION,
        page_url=lambda page: url_for("absences.departure", person_id=person.id, page=page),
    )  # fmt: skip
    return page, status
