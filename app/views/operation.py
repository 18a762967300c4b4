"""The installation for its administrator: what works, why something does not, and e-mails that did not go out."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Hidden
from app.extensions import db
from app.i18n import _
from app.models import Message
from app.queries import readiness, undelivered
from app.services import installation, outbox, posting
from app.transaction import writing
from app.views import gates
from app.views.once import claim, once
from workflows.roles import Role
from workflows.words import N_

bp = Blueprint("operation", __name__, url_prefix="/operation")

NAMES = {
    "database": N_("The database takes what is written"),
    "schema": N_("The tables fit this version"),
    "broker": N_("The broker answers"),
    "worker": N_("The worker was seen within a minute"),
    "sweep": N_("Forgotten jobs were looked for within a minute"),
    "queue": N_("No job waits longer than five minutes"),
    "files": N_("Files can be stored"),
    "disk": N_("There is room for the next files"),
    "dead": N_("No job and no e-mail has failed for good"),
    "mail": N_("E-mail goes out"),
    "history": N_("The application cannot change the history"),
    "room": N_("More than a tenth of the disk is free"),
}


@dataclass(frozen=True)
class Line:
    """One check: what it asks, whether it holds, and what was said when it does not."""

    name: str
    holds: bool
    needed: bool
    reason: str


@bp.get("")
@gates.office(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    """Every check with its answer, and the e-mails that were given up."""
    found = installation.now_ready()
    missing = {*found.failing, *found.degraded}
    lines = [
        Line(_(NAMES[name]), name not in missing, name in installation.NEEDED, found.reasons.get(name, ""))
        for name in (*installation.NEEDED, *installation.WISHED)
    ]
    rows, number, pages = undelivered.page(request.args.get("page", 1, type=int))
    return render_template(
        "operation/index.html", lines=lines, status=found.status, held=posting.held(), dead=readiness.dead_promises(),
        rows=rows, number=number, pages=pages, waits=round(outbox.oldest_waiting().total_seconds()),
    )  # fmt: skip


@bp.post("/messages/<public_id>/retry")
@gates.office(Role.ADMINISTRATOR)
@gates.of("letter that did not go out")
@once
def retry(public_id: str) -> ResponseReturnValue:
    """Give an e-mail that was given up another round of tries."""
    target = url_for("operation.index")
    with writing():
        claim(target)
        row = db.session.scalar(sa.select(Message).where(Message.public_id == public_id).with_for_update())
        if row is None:
            raise Hidden
        if row.dead_at is not None:
            posting.retry(row)
    flash(_("The e-mail will be tried again."))
    return redirect(target, 303)


@bp.post("/mail/release")
@gates.office(Role.ADMINISTRATOR)
@once
def release() -> ResponseReturnValue:
    """Let e-mail go out again."""
    target = url_for("operation.index")
    with writing():
        claim(target)
        posting.release()
    flash(_("E-mail goes out again."))
    return redirect(target, 303)
