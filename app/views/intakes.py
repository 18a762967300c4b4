"""The intakes for small grants in the office: their list, the writing of a draft, and offers that came on paper."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden, Stale
from app.forms.base import differing
from app.forms.intakes import IntakeForm
from app.i18n import _, ngettext, say
from app.models import Intake
from app.queries import filing_law, intake_list
from app.queries.facts import facts_of
from app.services import access, intake_draft
from app.transaction import writing
from app.views import gates
from app.views.official import page_number
from app.views.once import claim, once, seen_version
from workflows.intake import INTAKE_PUBLIC
from workflows.roles import Role

bp = Blueprint("intakes", __name__)


@bp.get("/intakes")
@gates.office()
def index() -> ResponseReturnValue:
    """The intakes of the department with what is awarded, left and waited for."""
    return render_template(
        "official/intakes.html", found=intake_list.listing(current_user, page_number()),
        may_write=Role.OFFICIAL.value in current_user.role_names,
        may_register=bool(current_user.role_names & {Role.CLERK.value, Role.OFFICIAL.value}), register_in=INTAKE_PUBLIC,
        page_url=lambda page: url_for("intakes.index", page=page),
    )  # fmt: skip


@bp.get("/intakes/new")
@gates.office(Role.OFFICIAL)
def new() -> ResponseReturnValue:
    """Begin an intake from nothing, or from the texts and rules of an earlier one."""
    return render_template("official/new_intake.html", earlier=intake_list.choices(current_user))


@bp.post("/intakes/new")
@gates.office(Role.OFFICIAL)
@once
def create() -> ResponseReturnValue:
    """The draft exists and opens; a second click opens the same one."""
    like = None
    with writing():
        if wanted := request.form.get("like", ""):
            like = _intake(wanted)
        intake = intake_draft.create(current_user, access.arrived_at(), like=like)
        target = url_for("intakes.edit", public_id=intake.public_id)
        claim(target)
    return redirect(target, 303)


@bp.get("/intakes/<public_id>/edit")
@gates.office(Role.OFFICIAL)
@gates.of("draft of the department")
def edit(public_id: str) -> ResponseReturnValue:
    """The draft on one page, beside it what keeps it from being announced."""
    intake = intake_draft.for_editing(public_id, current_user)
    form = _form(intake)
    form.fill(intake)
    return _edit_page(intake, form)


@bp.post("/intakes/<public_id>/edit")
@gates.office(Role.OFFICIAL)
@gates.of("draft of the department")
@once
def save(public_id: str) -> ResponseReturnValue:
    """Save the draft; a button of the criteria adds or removes a row and saves nothing."""
    intake = intake_draft.for_editing(public_id, current_user)
    form = _form(intake, request.form)
    if any(form.press(name) for name in list(request.form) if name.startswith(("add:", "remove:"))):
        return _edit_page(intake, form)
    if not form.validate():
        return _edit_page(intake, form), 422
    target = url_for("intakes.edit", public_id=intake.public_id)
    try:
        with writing():
            claim(target)
            intake = intake_draft.for_editing(public_id, current_user, seen_version=seen_version())
            intake_draft.save(intake, form.values(), current_user, access.arrived_at())
            missing = len(facts_of(intake).refusals_of_intake)
    except Stale:
        intake = intake_draft.for_editing(public_id, current_user)
        saved = _form(intake)
        saved.fill(intake)
        return _edit_page(intake, form, differing(form, saved)), 409
    flash(_saved(missing))
    return redirect(target, 303)


def _saved(missing: int) -> str:
    if not missing:
        return str(_("The intake is saved. Nothing is missing; the director can announce it."))
    return str(
        ngettext(
            "The intake is saved. %(num)s thing is still missing.",
            "The intake is saved. %(num)s things are still missing.",
            missing,
        )
    )


def _form(intake: Intake, typed: Any = None) -> IntakeForm:
    form = IntakeForm(formdata=None)
    form.prepare(intake)
    if typed is not None:
        form.process(typed)
    return form


def _edit_page(intake: Intake, form: IntakeForm, others: list[tuple[str, str]] | None = None) -> str:
    """The page of the draft; `others` is what somebody else saved since the form was opened."""
    opened_now = request.method == "GET" or others is not None
    return render_template(
        "official/edit_intake.html", intake=intake, form=form, missing=facts_of(intake).refusals_of_intake, say=say,
        version=intake.version if opened_now else seen_version(), others=others, laws=filing_law.laws(), synthetic=intake.synthetic,
    )  # fmt: skip


def _intake(public_id: str) -> Intake:
    """The intake, for people of its unit's office. Raises Hidden for everybody else: departments are walls."""
    intake = access.find("intakes", public_id, current_user)
    if not isinstance(intake, Intake) or not access.office_roles(current_user, intake):
        raise Hidden
    return intake
