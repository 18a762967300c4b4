"""The year of an organisation under art. 19a: what is left of its limits, and which grants count."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden
from app.queries import organisation_limits
from app.queries import organisations as known
from app.services import access
from app.views import gates
from workflows.calendar import local_day
from workflows.limit_words import LIMIT_NAMES

bp = Blueprint("organisation_limits", __name__)


@bp.get("/organisation/limits")
@gates.signed_in
def show() -> ResponseReturnValue:
    """One of the person's organisations in one year, the first one in the present year where none is named."""
    now = access.arrived_at()
    rows = known.memberships_of(current_user.id)
    wanted = request.args.get("organisation") or (rows[0].organisation.public_id if rows else "")
    mine = next((row for row in rows if row.organisation.public_id == wanted), None)
    if rows and mine is None:
        raise Hidden
    choice = organisation_limits.years(local_day(now).year)
    year = _year(choice, local_day(now).year)
    return render_template(
        "organisation/limits.html", organisation=mine.organisation if mine else None, year=year, limit_names=LIMIT_NAMES,
        found=organisation_limits.year_of(mine, year, now) if mine else None, no_name=lambda _row: "",
        years=[_link(str(number), wanted, number, number == year) for number in choice],
        choices=[_link(row.organisation.name, row.organisation.public_id, year, row is mine) for row in rows],
        synthetic=bool(mine and mine.organisation.origin.value == "synthetic"),
    )  # fmt: skip


def _year(choice: tuple[int, ...], present: int) -> int:
    typed = request.args.get("year", "")
    return next((year for year in choice if str(year) == typed), present)


def _link(label: str, organisation: str, year: int, current: bool) -> dict[str, Any]:
    """One choice above the page."""
    url = url_for("organisation_limits.show", organisation=organisation, year=year)
    return {"label": label, "url": url, "current": current, "count": None}
