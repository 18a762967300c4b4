"""What the worker does: the progress of each job, its end, why it failed, and another try."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden
from app.extensions import db
from app.i18n import _
from app.models import CASES, Promise
from app.models.outbox import PromiseKind, PromiseState
from app.queries import jobs
from app.services import access, outbox
from app.services.registers import REGISTERS
from app.transaction import writing
from app.views import gates
from app.views.downloads import stored
from app.views.once import claim, once
from workflows.roles import OFFICE, Role

bp = Blueprint("jobs", __name__)

# They look over the whole history, which belongs to no department.
WATCHERS = frozenset({Role.AUDITOR.value, Role.ADMINISTRATOR.value})
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _visible(row: Promise | None) -> Promise:
    """A job of a case is seen by the office of that case, a register only by the person who asked for it."""
    if row is None:
        raise Hidden
    if row.kind is PromiseKind.REGISTER:
        if row.asked_by_id != current_user.id:
            raise Hidden
        return row
    if row.kind is PromiseKind.CHECK:
        if not current_user.role_names & WATCHERS:
            raise Hidden
        return row
    case: access.Case | None = db.session.get(CASES[row.case_kind or ""], row.case_id)
    if case is None or not access.roles_on(case, current_user) & (
        OFFICE | {Role.AUDITOR, Role.ADMINISTRATOR}
    ):
        raise Hidden
    return row


def _find(public_id: str) -> Promise:
    return _visible(db.session.scalar(sa.select(Promise).where(Promise.public_id == public_id)))


@bp.get("/jobs")
@gates.office()
def index() -> ResponseReturnValue:
    """The jobs of the person's cases, those that need somebody first."""
    page = jobs.page(current_user, request.args.get("state", ""), request.args.get("page", 1, type=int))
    return render_template("jobs/index.html", page=page)


@bp.get("/jobs/<public_id>")
@gates.signed_in
@gates.of("job")
def show(public_id: str) -> ResponseReturnValue:
    """One job; without JavaScript the page asks again by itself while the job runs."""
    row = _find(public_id)
    return render_template(
        "jobs/job.html",
        job=row,
        running=row.state in {PromiseState.QUEUED, PromiseState.RUNNING},
        name=jobs.name_of(row),
    )


@bp.get("/jobs/<public_id>.json")
@gates.signed_in
@gates.of("job")
def progress(public_id: str) -> ResponseReturnValue:
    """The same as data for the progress bar."""
    row = _find(public_id)
    done: dict[str, Any] = {
        "state": row.state.value,
        "done": row.done,
        "total": row.total,
        "url": url_for("jobs.show", public_id=public_id),
    }
    return jsonify(done)


@bp.get("/jobs/<public_id>/file")
@gates.signed_in
@gates.of("job")
def file(public_id: str) -> ResponseReturnValue:
    """The spreadsheet that the job made."""
    row = _finished_register(public_id)
    return stored(row.result or "", row.arguments["file_name"], XLSX)


@bp.get("/jobs/<public_id>/csv")
@gates.signed_in
@gates.of("job")
def csv(public_id: str) -> ResponseReturnValue:
    """The same rows as CSV."""
    row = _finished_register(public_id)
    if "csv_sha256" not in row.arguments:
        raise Hidden
    return stored(row.arguments["csv_sha256"], row.arguments["csv_name"], "text/csv; charset=utf-8")


def _finished_register(public_id: str) -> Promise:
    """A register that is made, for who asked and might still ask for it: a department left behind is behind its wall."""
    row = _find(public_id)
    if row.kind is not PromiseKind.REGISTER or row.state is not PromiseState.DONE or not row.result:
        raise Hidden
    register = REGISTERS.get(row.name)
    behind_wall = current_user.unit_id not in {None, row.arguments.get("unit_id")}
    if behind_wall or register is None or not register.may_ask(current_user.role_names):
        raise Hidden
    return row


@bp.post("/jobs/<public_id>/retry")
@gates.office(Role.OFFICIAL, Role.CLERK, Role.DIRECTOR, Role.ADMINISTRATOR)
@gates.of("job")
@once
def retry(public_id: str) -> ResponseReturnValue:
    """Give a job that failed for good another round of tries."""
    target = url_for("jobs.show", public_id=public_id)
    with writing():
        claim(target)
        row = _find(public_id)
        db.session.refresh(row, with_for_update=True)
        if row.state is PromiseState.DEAD:
            outbox.retry(row)
    flash(_("The job will be tried again."))
    return redirect(target, 303)
