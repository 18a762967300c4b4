"""The public portal: what is open, what was decided, and how it works. Nobody needs an account here."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden
from app.i18n import _, money
from app.models import Call
from app.models.procedure import Commissioning
from app.navigation import IN_THE_OFFICE
from app.queries import intake, portal, results
from app.queries.call_words import order_in_words, word
from app.queries.intake import address
from app.services import access
from app.views import gates, official
from app.views.official import page_number
from workflows import statute
from workflows.calendar import local_day
from workflows.call import PUBLIC

bp = Blueprint("public", __name__)


@bp.get("/")
@gates.public
def home() -> ResponseReturnValue:
    """What takes offers now, what comes next, what was decided last."""
    now = access.arrived_at()
    return render_template(
        "public/home.html", now=now, left=intake.short_left, opening=intake.opening, address=address,
        last_day=lambda term: intake.days_left(term, now) == 0, **portal.home(now),
    )  # fmt: skip


@bp.get("/calls")
@gates.public
def calls() -> ResponseReturnValue:
    """Every public call; for people of the office, with `view=mine`, the calls of their unit."""
    if (
        request.args.get("view") == "mine"
        and current_user.is_authenticated
        and current_user.role_names & IN_THE_OFFICE
    ):
        return redirect(url_for("official.calls"))
    filters = portal.Filters.read(request.args)
    listing = portal.listing(filters, page_number())
    areas, years = portal.choices()
    forms = {form: word("commissioning", form) for form in Commissioning}
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in {"q", "area", "status", "year", "form"}
    }
    return render_template(
        "public/calls.html", listing=listing, filters=filters,
        known_deadline=intake.known_deadline,
        forms=forms, address=address,
        choices={"areas": [(area, area) for area in areas], "years": [(year, str(year)) for year in years], "forms": list(forms.items())},
        pool_text=lambda grosze: str(_("unknown")) if grosze is None else money(grosze),
        page_url=lambda page: url_for("public.calls", **{**kept, "page": page}),
    )  # fmt: skip


@bp.get("/calls/<public_id>/results")
@gates.public
@gates.of("results")
def results_page(public_id: str) -> ResponseReturnValue:
    """Who received what; before the publication only when that will be known."""
    call = access.find("calls", public_id, current_user)
    if not isinstance(call, Call) or call.state not in PUBLIC:
        raise Hidden
    found = results.results_of(call)
    return render_template(
        "public/results.html", call=call, results=found, address=address, order=order_in_words, synthetic=call.synthetic,
        place_names=official.place_names(),
    )  # fmt: skip


@bp.get("/how-it-works")
@gates.public
def how_it_works() -> ResponseReturnValue:
    """The way of an offer in plain words."""
    today = local_day(access.arrived_at())
    return render_template(
        "public/how_it_works.html", offer_days=statute.number("opencall.min_offer_days", today),
        reason_days=statute.number("result.justification_request_days", today),
    )  # fmt: skip


@bp.get("/accessibility")
@gates.public
def accessibility() -> ResponseReturnValue:
    """The accessibility statement."""
    return render_template("public/accessibility.html")


@bp.get("/privacy")
@gates.public
def privacy() -> ResponseReturnValue:
    """What happens with personal data."""
    return render_template("public/privacy.html")
