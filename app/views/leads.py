"""Who leads one case, and who stands in."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Forbidden
from app.forms.substitution import CaseLeadForm, seen_leads
from app.i18n import _
from app.queries import substitution
from app.services import access, leads
from app.transaction import writing
from app.views import gates
from app.views.addresses import CASE
from app.views.once import claim, once
from workflows.engine import Refusal, Refused
from workflows.words import N_

bp = Blueprint("leads", __name__)

CHANGED_MEANWHILE = N_("Somebody changed who leads the case meanwhile. Look at it and decide again.")


def _case(plural: str, public_id: str) -> Any:
    """The case, for those who may name its lead. Raises Hidden or Forbidden."""
    case = access.find(plural, public_id, current_user)
    if not leads.may_name(case, access.context_for(case, current_user)):
        raise Forbidden
    return case


def _form(case: Any) -> CaseLeadForm:
    form = CaseLeadForm()
    form.offer(substitution.officials(leads.unit_of(case)), case)
    return form


@bp.get(f"/{CASE}/lead")
@gates.signed_in
@gates.of("led case")
def ask(plural: str, public_id: str) -> ResponseReturnValue:
    """Who leads the case now, and a form for others."""
    case = _case(plural, public_id)
    return _page(case, _form(case))


@bp.post(f"/{CASE}/lead")
@gates.signed_in
@gates.of("led case")
@once
def name(plural: str, public_id: str) -> ResponseReturnValue:
    """The case is led by these people; what somebody changed meanwhile is not overwritten."""
    case = _case(plural, public_id)
    form = _form(case)
    if not form.validate():
        return _page(case, form, 422)
    target = url_for("cases.show", plural=plural, public_id=public_id)
    try:
        with writing():
            claim(target)
            _name(_case(plural, public_id), form)
    except Refused as refused:
        form.refuse(refused.reasons)
        return _page(_case(plural, public_id), form, 409)
    flash(_("Saved."))
    return redirect(target, 303)


def _name(case: Any, form: CaseLeadForm) -> None:
    access.lock(case)
    if form.seen.data != seen_leads(case):
        raise Refused(Refusal("lead_changed", CHANGED_MEANWHILE))
    context = access.context_for(case, current_user)
    leads.name(case, form.lead_id.data or None, form.substitute_id.data or None, context)


def _page(case: Any, form: CaseLeadForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "cases/lead.html", case=case, form=form, synthetic=case.synthetic,
        leading=substitution.leading(case, access.arrived_at()),
        case_url=url_for("cases.show", plural=case.workflow.plural, public_id=case.public_id),
    )  # fmt: skip
    return page, status
