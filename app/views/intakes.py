"""The intakes for small grants in the office: their list, the writing of a draft, and offers that came on paper."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden, Replayed
from app.forms.intakes import IntakeForm
from app.i18n import _, ngettext, say
from app.models import Intake
from app.queries import filing_law, intake_list
from app.queries.facts import facts_of
from app.services import access, idempotency, intake_draft
from app.transaction import writing
from app.views import gates
from app.views.official import page_number
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
def create() -> ResponseReturnValue:
    """The draft exists and opens; a second click opens the same one."""
    body = idempotency.fingerprint(request.path, request.form.items(multi=True))
    like = None
    try:
        with writing():
            if wanted := request.form.get("like", ""):
                like = _intake(wanted)
            intake = intake_draft.create(current_user, access.arrived_at(), like=like)
            target = url_for("intakes.edit", public_id=intake.public_id)
            idempotency.claim(current_user.id, request.form.get("idempotency_key", ""), body, target)
    except Replayed as replayed:
        return redirect(replayed.location, 303)
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
def save(public_id: str) -> ResponseReturnValue:
    """Save the draft; a button of the criteria adds or removes a row and saves nothing."""
    intake = intake_draft.for_editing(public_id, current_user)
    form = _form(intake, request.form)
    if any(form.press(name) for name in list(request.form) if name.startswith(("add:", "remove:"))):
        return _edit_page(intake, form)
    if not form.validate():
        return _edit_page(intake, form), 422
    with writing():
        intake = intake_draft.for_editing(public_id, current_user, seen_version=_version(intake))
        intake_draft.save(intake, form.values(), current_user, access.arrived_at())
        missing = len(facts_of(intake).refusals_of_intake)
    flash(_saved(missing))
    return redirect(url_for("intakes.edit", public_id=intake.public_id), 303)


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


def _version(intake: Intake) -> int:
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else intake.version


def _edit_page(intake: Intake, form: IntakeForm) -> str:
    return render_template(
        "official/edit_intake.html", intake=intake, form=form, missing=facts_of(intake).refusals_of_intake, say=say,
        version=_version(intake) if request.method == "POST" else intake.version, laws=filing_law.laws(), synthetic=intake.synthetic,
    )  # fmt: skip


def _intake(public_id: str) -> Intake:
    """The intake, for people of its unit's office. Raises Hidden for everybody else: departments are walls."""
    intake = access.find("intakes", public_id, current_user)
    if not isinstance(intake, Intake) or not access.office_roles(current_user, intake):
        raise Hidden
    return intake
