"""The lists of agreements and of payments. The cases themselves are shown by `cases` and moved by `steps`."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.i18n import _
from app.queries import payments as treasury
from app.queries import substitution
from app.queries.agreement_list import IN_THE_OFFICE, VIEWS, Filters, listing
from app.services import access
from app.views import gates
from workflows.calendar import local_day
from workflows.engine import Origin
from workflows.roles import Role

bp = Blueprint("agreements", __name__)


def _page_number() -> int:
    """The page that the address asks for; anything unreadable is the first."""
    typed = request.args.get("page", "")
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


@bp.get("/agreements")
@gates.signed_in
def index() -> ResponseReturnValue:
    """The agreements that the reader may see: of the unit, or of the own organisations."""
    filters = Filters.read(request.args)
    found = listing(current_user, filters, _page_number(), access.arrived_at())
    inside = bool(current_user.role_names & IN_THE_OFFICE)
    names = {
        "all": _("All"), "preparation": _("Being prepared"), "running": _("Running"), "settling": _("Being settled"),
        "over": _("Over"),
    }  # fmt: skip
    sort_names = {
        "new": _("newest first"), "number": _("by number"), "contractor": _("by contractor"), "amount": _("largest first"),
        "end": _("by the end of the task"),
    }  # fmt: skip
    return render_template(
        "agreement/list.html",
        synthetic=_synthetic(found.rows), found=found, filters=filters, inside=inside,
        whose_names=[(value, _(name)) for value, name in substitution.WHOSE.items()], sort_names=list(sort_names.items()),
        frame="layouts/office.html" if inside else "layouts/ngo.html", audience="internal" if inside else "public",
        views=[
            {"label": names[view], "url": url_for("agreements.index", **_query(filters, view)), "count": found.by_view[view],
             "current": view == filters.view}
            for view in VIEWS
        ],
        pages=_pages(found, "agreements.index", dict(filters.query())),
    )  # fmt: skip


@bp.get("/payments")
@gates.office()
def payments() -> ResponseReturnValue:
    """What waits for the treasury, what was paid, and what is to come back."""
    roles = current_user.role_names
    asked = request.args.get("view", "")
    first = "to_order" if Role.OFFICIAL.value in roles and Role.TREASURER.value not in roles else "to_pay"
    view = asked if asked in treasury.VIEWS else first
    found = treasury.payments(current_user, view, _page_number())
    names = {
        "to_countersign": _("To countersign"), "to_pay": _("To pay"), "to_order": _("To order"), "paid": _("Paid"),
        "to_return": _("To come back"),
    }  # fmt: skip
    return render_template(
        "agreement/payments.html",
        synthetic=_synthetic(found.rows), found=found, names=names, today=local_day(access.arrived_at()),
        treasurer=Role.TREASURER.value in roles, official=Role.OFFICIAL.value in roles, reader_id=current_user.id,
        views=[
            {"label": names[name], "url": url_for("agreements.payments", view=name), "count": found.counts[name], "current": name == view}
            for name in treasury.VIEWS
        ],
        pages=_pages(found, "agreements.payments", {"view": view}),
    )  # fmt: skip


def _query(filters: Filters, view: str) -> dict[str, Any]:
    return dict(filters.query(view=view))


def _synthetic(rows: list[Any]) -> bool:
    """Whether the page shows an example, so that it has to say so."""
    return any(row.origin is Origin.SYNTHETIC for row in rows)


def _pages(found: Any, endpoint: str, query: dict[str, Any]) -> dict[str, Any]:
    """The list's neighbours, as pagination() takes them."""

    def address(page: int) -> str:
        return url_for(endpoint, **query, page=page)

    return {
        "start": found.start, "end": found.end, "total": found.count,
        "previous_url": address(found.page - 1) if found.page > 1 else None,
        "next_url": address(found.page + 1) if found.end < found.count else None,
    }  # fmt: skip
