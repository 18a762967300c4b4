"""Packages of a case: which there are, asking for one, and taking it home. For the office and the auditor."""

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden
from app.extensions import db
from app.models import CASES, Promise
from app.models.outbox import PromiseKind, PromiseState
from app.services import access, blobs, outbox, packages
from app.services.documents.frame import case_number
from app.transaction import writing
from app.views import gates
from app.views.addresses import CASE
from workflows.stages import PACKAGE_NAMES, STAGES

bp = Blueprint("packages", __name__)

NEWEST = 20
ZIP = "application/zip"


def _case(plural: str, public_id: str) -> access.Case:
    """A case that has packages, for those who may have them; for others there is no such page."""
    case = access.find(plural, public_id, current_user)
    if case.case_kind not in STAGES or not packages.may_have(case, current_user):
        raise Hidden
    return case


@bp.get(f"/{CASE}/packages")
@gates.office()
def index(plural: str, public_id: str) -> ResponseReturnValue:
    """What can be packed now, and the newest packages with their checksums."""
    case = _case(plural, public_id)
    made = db.session.scalars(
        sa.select(Promise)
        .where(
            Promise.kind == PromiseKind.PACKAGE,
            Promise.case_kind == case.case_kind,
            Promise.case_id == case.id,
        )
        .order_by(Promise.id.desc())
        .limit(NEWEST)
    ).all()
    return render_template(
        "cases/packages.html", case=case, number=case_number(case), offered=packages.on_offer(case), made=made,
        names=PACKAGE_NAMES, case_url=url_for("cases.show", plural=plural, public_id=case.public_id), plural=plural,
        synthetic=case.synthetic,
    )  # fmt: skip


@bp.post(f"/{CASE}/packages/<name>")
@gates.office()
def ask(plural: str, public_id: str, name: str) -> ResponseReturnValue:
    """Promise a package; the page of the job shows how far it is. A second click shows the job that is under way."""
    with writing():
        case = _case(plural, public_id)
        if name not in packages.on_offer(case):
            raise Hidden
        access.lock(case)
        row = db.session.scalar(
            sa.select(Promise).where(
                Promise.kind == PromiseKind.PACKAGE, Promise.name == name, Promise.case_kind == case.case_kind,
                Promise.case_id == case.id, Promise.state.in_((PromiseState.QUEUED, PromiseState.RUNNING)),
            )
        ) or outbox.add(
            PromiseKind.PACKAGE, name, at=access.arrived_at(), case_kind=case.case_kind, case_id=case.id,
            asked_by_id=current_user.id,
        )  # fmt: skip
        job = row.public_id
    return redirect(url_for("jobs.show", public_id=job), 303)


@bp.get("/packages/<public_id>.zip")
@gates.office()
def file(public_id: str) -> ResponseReturnValue:
    """A finished package, streamed from the store; whoever takes it home verifies it by its checksum."""
    row = db.session.scalar(
        sa.select(Promise).where(Promise.public_id == public_id, Promise.kind == PromiseKind.PACKAGE)
    )
    if row is None or row.state is not PromiseState.DONE or not row.result:
        raise Hidden
    case: access.Case = db.session.get_one(CASES[row.case_kind or ""], row.case_id)
    if not access.may_see(case, current_user) or not packages.may_have(case, current_user):
        raise Hidden
    answer = send_file(
        blobs.whole(row.result), mimetype=ZIP, as_attachment=True, download_name=row.arguments["file_name"],
        conditional=False, etag=False,
    )  # fmt: skip
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
