"""One page per case: the same address shows the same case to everybody who may see it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.queries import casepage, pages, substitution
from app.services import access, case_marks, exclusions, leads, steps
from app.views import gates
from app.views.addresses import CASE

bp = Blueprint("cases", __name__)


@bp.get(f"/{CASE}")
@gates.public
@gates.of("case")
def show(plural: str, public_id: str) -> ResponseReturnValue:
    """The case page; somebody who may not know of the case is answered as if there were none."""
    case = access.find(plural, public_id, current_user)
    context = access.context_for(case, current_user)
    audience = access.audience_with(context.roles)
    workflow = steps.workflow_of(case)
    inside = audience in casepage.WITH_PERSONS
    leading = substitution.leading(case, context.now) if inside else None
    page = casepage.gather(case, workflow, steps.offered(case, context), context, audience, leading)
    return render_template(
        f"{workflow.name}/page.html", case=case, page=page, audience=audience, synthetic=case.synthetic,
        may_mark=case_marks.may_mark(case, context), leading=leading, may_name=inside and leads.may_name(case, context),
        may_speak=exclusions.may_speak(context), **pages.gather(case, context, audience),
    )  # fmt: skip
