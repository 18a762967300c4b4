"""The limits of one small grant: a page of their own, and the part of a page that is renewed while somebody types."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.errors import Hidden
from app.models import SmallGrant
from app.queries import limit_meter
from app.services import access, unsaved_text
from app.views import gates
from app.views.editor import applicants_offer

bp = Blueprint("limit_meter", __name__)


def _own_grant(public_id: str) -> SmallGrant:
    """The small grant, for those who write it. Raises Hidden for everybody else, also once it is published."""
    offer = applicants_offer(public_id)
    if not isinstance(offer, SmallGrant):
        raise Hidden
    return offer


@bp.get("/offers/<public_id>/limits")
@gates.applicant
@gates.of("own small grant")
def show(public_id: str) -> ResponseReturnValue:
    """Every limit of the offer as it is saved."""
    grant = _own_grant(public_id)
    return render_template(
        "small_grant/limits.html", offer=grant, meter=limit_meter.meter(grant, access.arrived_at()), synthetic=grant.synthetic,
    )  # fmt: skip


@bp.post("/offers/<public_id>/limits")
@gates.applicant
@gates.of("own small grant")
def typed(public_id: str) -> ResponseReturnValue:
    """The inner part of the meter for what stands in the fields of a page. Saves nothing."""
    now, grant = access.arrived_at(), _own_grant(public_id)
    text = unsaved_text.as_typed(grant, request.form, request.form.get("version", ""))
    meter = limit_meter.meter(grant, now, typed=text, part=request.args.get("part", ""))
    return render_template("small_grant/_limits.html", meter=meter)
