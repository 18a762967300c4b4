"""The mark of the city's file system on a case: entered by the office, changed with a reason."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Forbidden
from app.forms.case_mark import CaseMarkForm
from app.i18n import _
from app.services import access, case_marks
from app.transaction import writing
from app.views import gates
from app.views.addresses import CASE
from app.views.once import claim, once
from workflows.engine import Refusal, Refused
from workflows.words import N_

bp = Blueprint("case_marks", __name__)

CHANGED_MEANWHILE = N_("Somebody changed the mark meanwhile. Look at it and decide again.")


def _case(plural: str, public_id: str) -> Any:
    """The case, for those who may write its mark. Raises Hidden or Forbidden."""
    case = access.find(plural, public_id, current_user)
    if not case_marks.may_mark(case, access.context_for(case, current_user)):
        raise Forbidden
    return case


@bp.get(f"/{CASE}/case-mark")
@gates.signed_in
@gates.of("marked case")
def ask(plural: str, public_id: str) -> ResponseReturnValue:
    """The mark that the case has, and a form for another one."""
    case = _case(plural, public_id)
    form = CaseMarkForm(formdata=None)
    form.fill(case_marks.in_force(case))
    return _page(case, form)


@bp.post(f"/{CASE}/case-mark")
@gates.signed_in
@gates.of("marked case")
@once
def enter(plural: str, public_id: str) -> ResponseReturnValue:
    """The case has the mark; a second click does nothing twice, and a mark entered meanwhile is not overwritten."""
    case = _case(plural, public_id)
    form = CaseMarkForm()
    form.fill(case_marks.in_force(case))
    if not form.validate():
        return _page(case, form, 422)
    target = url_for("cases.show", plural=plural, public_id=public_id)
    try:
        with writing():
            claim(target)
            _enter(_case(plural, public_id), form)
    except Refused as refused:
        form.refuse(refused.reasons)
        return _page(_case(plural, public_id), form, 422)
    flash(_("The case mark is entered."))
    return redirect(target, 303)


def _enter(case: Any, form: CaseMarkForm) -> None:
    access.lock(case)
    before = case_marks.in_force(case)
    if (form.seen.data or "") != (before.mark if before is not None else ""):
        raise Refused(Refusal("mark_changed", CHANGED_MEANWHILE))
    mark = case_marks.read(form.case_mark.data or "", form.symbol.data or "")
    case_marks.enter(case, mark, access.context_for(case, current_user), form.why)


def _page(case: Any, form: CaseMarkForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "cases/mark.html", case=case, form=form, marks=case_marks.marks_of(case), synthetic=case.synthetic,
        case_url=url_for("cases.show", plural=case.workflow.plural, public_id=case.public_id),
    )  # fmt: skip
    return page, status
