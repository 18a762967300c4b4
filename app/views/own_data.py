"""What the system holds about the person who is signed in, to read about and to take away."""

import json

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.queries import own_data
from app.services import clock
from app.views import gates, proof
from app.views.downloads import served
from workflows.calendar import local_day
from workflows.stakes import Stake

bp = Blueprint("own_data", __name__, url_prefix="/account/data")


@bp.get("")
@gates.enrolling
def show() -> ResponseReturnValue:
    """What kinds of data there are, and how many rows of each."""
    held = own_data.of(current_user)
    return render_template(
        "accounts/own_data.html", counts={k: len(v) for k, v in held.items() if isinstance(v, list)}
    )


@bp.get("/file")
@gates.enrolling
@proof.needed(Stake.PERSONAL_DATA)
def file() -> ResponseReturnValue:
    """Everything, as JSON (art. 15 and 20 GDPR)."""
    held = json.dumps(own_data.of(current_user), ensure_ascii=False, indent=2, default=str)
    return served(held.encode(), f"hejnal-moje-dane-{local_day(clock.now())}.json", "application/json")
