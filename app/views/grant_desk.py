"""The queue of small grants in the office: who came when, which day of seven it is, what to do next."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.i18n import _
from app.queries import grant_queue, intake_list, substitution
from app.services import access
from app.views import gates
from workflows.limit_words import LIMIT_NAMES
from workflows.roles import OFFICE, Role

bp = Blueprint("grant_desk", __name__)

CARD = frozenset({"accept_formally", "call_to_correct", "reject_formally"})


@bp.get("/desk/small-grants")
@gates.office()
def queue() -> ResponseReturnValue:
    """The small grants of the department in the order of their receipt; filters stand in the address."""
    wanted = grant_queue.Wanted.read(request.args)
    now = access.arrived_at()
    roles = frozenset(role for role in OFFICE if role.value in current_user.role_names)
    page = grant_queue.queue(current_user, roles, wanted, now)
    chosen = grant_queue.figures_of(current_user, wanted.intake) if wanted.intake else None
    return render_template(
        "official/grant_queue.html", wanted=wanted, page=page, chosen=chosen, limit_names=LIMIT_NAMES,
        stages=[
            {"label": _(label), "url": _url(wanted, stage=stage, page=1), "count": page.counts[stage], "current": stage == wanted.stage}
            for stage, (label, _states) in grant_queue.STAGES.items()
        ],
        whose_names=[(value, _(name)) for value, name in substitution.WHOSE.items()],
        intakes=[("", _("All intakes")), *((row.public_id, f"{row.title} {row.year}") for row in intake_list.choices(current_user))],
        url=lambda **changes: _url(wanted, **changes), next_url=_next_url, pages=_pages(wanted, page),
        may_register=bool(roles & {Role.CLERK, Role.OFFICIAL}),
    )  # fmt: skip


def _url(wanted: grant_queue.Wanted, **changes: Any) -> str:
    return url_for("grant_desk.queue", **wanted.query(**changes))


def _pages(wanted: grant_queue.Wanted, page: grant_queue.Page) -> Mapping[str, Any]:
    """The page as the pagination() macro takes it."""
    return {
        "start": page.start, "end": page.end, "total": page.total,
        "previous_url": _url(wanted, page=page.page - 1) if page.page > 1 else None,
        "next_url": _url(wanted, page=page.page + 1) if page.page < page.last_page else None,
    }  # fmt: skip


def _next_url(row: grant_queue.Row) -> str | None:
    """Where the reader does what comes next: the formal card, the form of the step, or the page of the case."""
    if row.step is None:
        return None
    if row.step.trigger in CARD:
        return url_for("review.formal_review", public_id=row.grant.public_id)
    case = url_for("cases.show", plural="small-grants", public_id=row.grant.public_id)
    if row.step.trigger == "answer_comment":
        return f"{case}#comments"
    return f"{case}/steps/{row.step.trigger}" if row.step.asks or row.step.grave else case
