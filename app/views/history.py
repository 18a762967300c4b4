"""Can the history be trusted: the auditor's page of its signed heads, of the last look over it, and of one chain."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Forbidden, Hidden
from app.i18n import _
from app.queries import history
from app.services import access, audit, audit_heads, history_checks, signing_key
from app.transaction import writing
from app.views import gates
from app.views.addresses import CASE
from app.views.downloads import served
from app.views.once import claim, once
from workflows.catalogue import BY_PLURAL
from workflows.history import taken
from workflows.roles import Role

bp = Blueprint("history", __name__)

READERS = (Role.AUDITOR, Role.ADMINISTRATOR)


@bp.get("/history")
@gates.office(*READERS)
def index() -> ResponseReturnValue:
    """The state of the history and the heads, the latest first."""
    return render_template(
        "history/index.html",
        standing=history.standing(),
        heads=history.heads(request.args.get("page", 1, type=int)),
        outside=audit_heads.path().exists(),
        key=signing_key.public_key(),
    )


@bp.post("/history/check")
@gates.office(*READERS)
@once
def check() -> ResponseReturnValue:
    """Ask the worker to look the whole history over; it changes nothing of any case."""
    with writing():
        target = url_for("jobs.show", public_id=history_checks.ask(current_user).public_id)
        claim(target)
    flash(_("The history is being looked over."))
    return redirect(target, 303)


@bp.get("/history/heads.jsonl")
@gates.office(*READERS)
def heads() -> ResponseReturnValue:
    """The heads that lie outside the database, to be kept somewhere else and compared later."""
    place = audit_heads.path()
    if not place.exists():
        raise Hidden
    return served(place.read_bytes(), place.name, "application/jsonl")


@bp.get(f"/{CASE}/chain")
@gates.office()
@gates.of("case in the office")
def chain(plural: str, public_id: str) -> ResponseReturnValue:
    """Every entry of one case with its hash; read anew and recomputed for this page."""
    case = access.find(plural, public_id, current_user)
    if access.audience_of(case, current_user) not in {"office", "auditor"}:
        raise Forbidden
    kind = BY_PLURAL[plural].name
    rows = history.chain(kind, case.id)
    _count, faults = audit.walk((entry, detail) for entry, detail, _name in rows)
    return render_template(
        "history/chain.html", case=case, kind=kind, rows=rows, fault=faults[0] if faults else None,
        taken=taken, synthetic=case.synthetic, case_url=url_for("cases.show", plural=plural, public_id=case.public_id),
    )  # fmt: skip
