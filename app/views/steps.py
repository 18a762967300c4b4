"""One page and one POST for every step of every case type."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden, Stale, ending_of, note_refusal, stale_refusal
from app.forms.base import StepForm, differing
from app.forms.steps import form_for
from app.i18n import _, say
from app.queries.consequences import consequences
from app.queries.visibility import sealed, shown_name, steps_would_tell
from app.services import access, steps
from app.services.documents.preview import preview as drafted
from app.transaction import writing
from app.views import gates, proof
from app.views.addresses import CASE
from app.views.once import claim, once, seen_version
from reports.content import Content
from workflows.catalogue import BY_PLURAL
from workflows.drawn import draws_up
from workflows.engine import NotYours, Refusal, Refused, Step, WrongState, wrong_state
from workflows.history import taken
from workflows.stakes import stake_of

bp = Blueprint("steps", __name__)


def _step(plural: str, case: Any, trigger: str) -> Step:
    """The row, if this person may know of it; what a refusal says of the state is what the page says."""
    workflow, audience = BY_PLURAL[plural], access.audience_of(case, current_user)
    other_state = WrongState(wrong_state(shown_name(case, workflow, audience)))
    try:
        step = workflow.step(case, trigger)
    except WrongState:
        raise other_state from None
    theirs = step.by_hand and step.by & access.roles_on(case, current_user)
    if steps_would_tell(case, audience) or (sealed(case, audience) and not theirs):
        raise other_state
    if not theirs:
        raise NotYours(trigger)
    return step


def _reasons(case: Any, step: Step) -> tuple[Refusal, ...]:
    """What stands against the step before anything is answered."""
    context = access.context_for(case, current_user)
    return next((item.refusals for item in steps.offered(case, context) if item.step is step), ())


def _page(
    plural: str, case: Any, step: Step, form: StepForm, status: int = 200, draft: Content | None = None
) -> ResponseReturnValue:
    reasons = _reasons(case, step)
    page = render_template(
        form.template, case=case, plural=plural, step=step, form=form, reasons=[say(reason) for reason in reasons],
        audience=access.audience_of(case, current_user), consequences=consequences(case, step), synthetic=case.synthetic,
        case_url=url_for("cases.show", plural=plural, public_id=case.public_id), draft=draft,
    )  # fmt: skip
    return page, status


@bp.get(f"/{CASE}/steps/<trigger>")
@gates.signed_in
@gates.of("step")
def ask(plural: str, public_id: str, trigger: str) -> ResponseReturnValue:
    """What the step does, what it needs, and the form that it asks for."""
    case = access.find(plural, public_id, current_user)
    step = _step(plural, case, trigger)
    form = form_for(step.asks)(formdata=None)
    form.fill(case)
    return _page(plural, case, step, form)


@bp.post(f"/{CASE}/steps/<trigger>")
@gates.signed_in
@gates.of("step")
@once
def take(plural: str, public_id: str, trigger: str) -> ResponseReturnValue:
    """Take the step. A second click with the same key is answered with the same address and does nothing."""
    unproved = proof.asked(stake_of(BY_PLURAL[plural].name, trigger))
    if unproved is not None:
        return unproved
    target = url_for("cases.show", plural=plural, public_id=public_id)
    try:
        with writing():
            case = access.find_for_change(plural, public_id, current_user)
            claim(target)
            form = _read(plural, case, trigger)
            context = access.context_for(case, current_user, form.answers(case))
            steps.take(case, trigger, context, seen_version=seen_version())
    except Invalid as invalid:
        return _page(plural, access.find(plural, public_id, current_user), invalid.step, invalid.form, 422)
    except Stale as stale:
        return _refused(plural, public_id, trigger, Refused(stale_refusal(stale)), stale=True)
    except Refused as refused:
        return _refused(plural, public_id, trigger, refused)
    flash(_("Done: %(step)s.", step=_(taken(BY_PLURAL[plural].name, trigger))))
    return redirect(target, 303)


@bp.post(f"/{CASE}/steps/<trigger>/preview")
@gates.signed_in
@gates.of("step")
def preview(plural: str, public_id: str, trigger: str) -> ResponseReturnValue:
    """The document that the step would issue with these answers; nothing is written."""
    case = access.find(plural, public_id, current_user)
    step = _step(plural, case, trigger)
    if not draws_up(step):
        raise Hidden
    try:
        form = _read(plural, case, trigger)
    except Invalid as invalid:
        return _page(plural, case, invalid.step, invalid.form, 422)
    if _reasons(case, step):
        return _page(plural, case, step, form, 409)
    draft = drafted(step.documents[0], case, form.answers(case), access.arrived_at())
    return _page(plural, case, step, form, draft=draft)


class Invalid(Exception):
    """The form was not filled in rightly; nothing ran."""

    def __init__(self, step: Step, form: StepForm) -> None:
        super().__init__(step.trigger)
        self.step, self.form = step, form


def _read(plural: str, case: Any, trigger: str) -> StepForm:
    step = _step(plural, case, trigger)
    form = form_for(step.asks)()
    form.fill(case)
    form.process(request.form)
    if not form.validate():
        raise Invalid(step, form)
    return form


def _refused(
    plural: str, public_id: str, trigger: str, refused: Refused, *, stale: bool = False
) -> ResponseReturnValue:
    """The form again with everything typed and every reason; where the step left the state, the plain refusal.

    A stale form has the version of today now, and beside what was typed it says what is saved.
    """
    try:
        case = access.find(plural, public_id, current_user)
        step = _step(plural, case, trigger)
    except (Refused, NotYours, Hidden):
        raise refused from None
    note_refusal(refused)
    form, saved = form_for(step.asks)(), form_for(step.asks)(formdata=None)
    form.fill(case)
    form.process(request.form)
    saved.fill(case)
    page = render_template(
        form.template, case=case, plural=plural, step=step, form=form, reasons=[say(reason) for reason in refused.reasons],
        audience=access.audience_of(case, current_user), consequences=consequences(case, step), synthetic=case.synthetic, refused=True,
        case_url=url_for("cases.show", plural=plural, public_id=case.public_id), others=differing(form, saved) if stale else (),
    )  # fmt: skip
    return page, ending_of(refused)
