"""The letters box: in the default set-up e-mails land in a folder, and here they can be read."""

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from app.errors import Hidden
from app.extensions import db
from app.models import Message
from app.views import gates

bp = Blueprint("administration", __name__)

PER_PAGE = 50


def _only_for_trying_out() -> None:
    """Everybody may read these letters, so the page exists only where the data are examples."""
    if not current_app.config["HEJNAL"].demo_allowed:
        abort(404)


@bp.get("/mail")
@gates.public
def mail() -> ResponseReturnValue:
    """The e-mails, the newest first."""
    _only_for_trying_out()
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Message)) or 0
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    rows = db.session.execute(
        sa.select(Message.public_id, Message.recipient, Message.subject, Message.created_at, Message.sent_at)
        .order_by(Message.id.desc())
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    ).all()
    return render_template("administration/mail.html", rows=rows, number=number, pages=pages, total=total)


@bp.get("/mail/<public_id>")
@gates.public
@gates.of("letter of the test set-up")
def letter(public_id: str) -> ResponseReturnValue:
    """One e-mail as it was written."""
    _only_for_trying_out()
    row = db.session.scalar(sa.select(Message).where(Message.public_id == public_id))
    if row is None:
        raise Hidden
    return render_template("administration/letter.html", letter=row)
