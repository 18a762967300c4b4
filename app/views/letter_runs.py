"""Letters to many offers: who gets them, the run with its progress, and all letters in one file."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden, Replayed
from app.extensions import db
from app.forms.letters import RunForm
from app.i18n import _, ngettext, say
from app.models import CASES, Procedure, Promise
from app.models.case import new_public_id
from app.models.outbox import PromiseKind, PromiseState
from app.queries import letter_recipients, letter_runs
from app.services import access, blobs, idempotency, outbox
from app.services.documents.frame import call_number
from app.services.letters import runs, templates
from app.transaction import writing
from app.views import gates
from app.views.addresses import PROCEDURE
from app.views.letters import READERS, WRITERS
from app.views.official import page_number
from workflows.engine import Refusal, Refused
from workflows.kinds import DOCUMENT_NAMES, DocumentKind

bp = Blueprint("letter_runs", __name__)

BUNDLES = ("zip", "print")
TYPES = {"zip": "application/zip", "print": "application/pdf"}


def _call(plural: str, public_id: str) -> Procedure:
    """The call or intake, for those who may see its letters. Raises Hidden."""
    call = access.find(plural, public_id, current_user)
    if not isinstance(call, Procedure) or not runs.may_read(call, current_user):
        raise Hidden
    return call


def _url(call: Procedure, endpoint: str, **more: Any) -> str:
    return url_for(endpoint, plural=call.workflow.plural, public_id=call.public_id, **more)


@bp.get(f"/{PROCEDURE}/letters")
@gates.office(*READERS)
def index(plural: str, public_id: str) -> ResponseReturnValue:
    """The letters of a call: the runs, and what steps made, each kind in one file."""
    call, page = _call(plural, public_id), page_number()
    rows, count = letter_runs.runs_of(call, page)
    made = {
        kind: (number, letter_runs.bundles(call, {"kind": kind.value}))
        for kind, number in letter_runs.counts_of_steps(call).items()
    }
    return render_template(
        "letters/runs.html", call=call, number=call_number(call), rows=rows, count=count, page=page, size=letter_runs.PAGE,
        progress=letter_runs.progress(rows), made=made, kind_names=DOCUMENT_NAMES, bundles=BUNDLES, groups=letter_recipients.GROUPS,
        may_write=runs.may_write(call, current_user), case_url=_url(call, "cases.show"), synthetic=call.synthetic,
        new_url=_url(call, "letter_runs.new"), page_url=lambda wanted: _url(call, "letter_runs.index", page=wanted),
        bundle_url=lambda kind, name: _url(call, "letter_runs.bundle_of_steps", kind=kind, name=name),
    )  # fmt: skip


def _chosen(call: Procedure) -> RunForm:
    """The form with the letters of the department and the groups that the call has now."""
    form = RunForm()
    rows, _count = letter_runs.templates(current_user, 1)
    own = [(row[0], row[1]) for row in rows if row[0].unit_id == call.unit_id]
    counts = letter_recipients.counts(call)
    form.template.choices = [(template.public_id, version.name) for template, version in own]
    form.group.choices = [
        (key, f"{_(letter_recipients.GROUPS[key].name)} ({count})") for key, count in counts.items()
    ]
    return form


@bp.get(f"/{PROCEDURE}/letters/new")
@gates.office(*WRITERS)
def new(plural: str, public_id: str) -> ResponseReturnValue:
    """The letter and the group; when both are chosen, who gets it and what stands against it."""
    call = _call(plural, public_id)
    if not runs.may_write(call, current_user):
        raise Hidden
    form = _chosen(call)
    given = {name: request.args.get(name, "") for name in ("template", "group")}
    form.template.data, form.group.data = given["template"], given["group"]
    return _choosing(call, form, given)


def _choosing(
    call: Procedure, form: RunForm, given: dict[str, str], refused: tuple[Refusal, ...] = ()
) -> ResponseReturnValue:  # fmt: skip
    groups = letter_recipients.groups_of(call)
    known = given["template"] in form.templates and given["group"] in groups
    page = page_number()
    version = templates.find(given["template"], current_user).current if known else None
    reasons = refused or (tuple(runs.refusals(call, version, given["group"])) if version else ())
    answer = render_template(
        "letters/new_run.html", call=call, number=call_number(call), form=form, given=given, version=version,
        count=letter_recipients.counts(call)[given["group"]] if known else 0, group=groups.get(given["group"]),
        rows=letter_recipients.page(call, given["group"], page) if known else [], page=page, size=letter_recipients.PAGE,
        reasons=[say(reason) for reason in reasons], case_url=_url(call, "cases.show"), synthetic=call.synthetic,
        here=_url(call, "letter_runs.new"), back_url=_url(call, "letter_runs.index"),
        page_url=lambda wanted: _url(call, "letter_runs.new", page=wanted, **given),
    )  # fmt: skip
    return answer, 422 if refused else 200


@bp.post(f"/{PROCEDURE}/letters/new")
@gates.office(*WRITERS)
def start(plural: str, public_id: str) -> ResponseReturnValue:
    """Begin the run: a promise for each letter. A second click shows the run of the first."""
    call = _call(plural, public_id)
    if not runs.may_write(call, current_user):
        raise Hidden
    form = _chosen(call)
    given = {name: request.form.get(name, "") for name in ("template", "group")}
    if not form.validate():
        return _choosing(call, form, given, (Refusal("choose", runs.CHOOSE),))
    name = new_public_id()
    target = url_for("letter_runs.show", public_id=name)
    body = idempotency.fingerprint(request.path, request.form.items(multi=True))
    try:
        with writing():
            idempotency.claim(current_user.id, request.form.get("idempotency_key", ""), body, target)
            call = _call(plural, public_id)
            access.lock(call)
            version = templates.find(given["template"], current_user).current
            runs.start(call, version, given["group"], current_user, access.arrived_at(), name)
    except Replayed as replayed:
        return redirect(replayed.location, 303)
    except Refused as refused:
        call = _call(plural, public_id)
        return _choosing(call, _chosen(call), given, refused.reasons)
    return redirect(target, 303)


@bp.get("/letter-runs/<public_id>")
@gates.office(*READERS)
def show(public_id: str) -> ResponseReturnValue:
    """How far the run is, its letters, and all of them in one file."""
    run, page = runs.find(public_id, current_user), page_number()
    found = letter_runs.progress([run])[run.id]
    return render_template(
        "letters/run.html", run=run, call=run.call, number=call_number(run.call), progress=found, page=page, size=letter_runs.PAGE,
        rows=letter_runs.letters_of(run, page), group=letter_recipients.GROUPS.get(run.recipients), bundles=BUNDLES,
        made=letter_runs.bundles(run.call, {"run": run.id}), may_write=runs.may_write(run.call, current_user),
        back_url=_url(run.call, "letter_runs.index"), plural=APPLICATION_PLURALS[run.call.case_kind], synthetic=run.call.synthetic,
        page_url=lambda wanted: url_for("letter_runs.show", public_id=public_id, page=wanted),
    )  # fmt: skip


APPLICATION_PLURALS = {"call": "offers", "intake": "small-grants"}


@bp.get("/letter-runs/<public_id>.json")
@gates.office(*READERS)
def progress(public_id: str) -> ResponseReturnValue:
    """The same as data for the progress bar."""
    run = runs.find(public_id, current_user)
    found = letter_runs.progress([run])[run.id]
    return jsonify({"state": found.state, "done": found.total - found.waiting, "total": found.total})


@bp.post("/letter-runs/<public_id>/cancel")
@gates.office(*WRITERS)
def cancel(public_id: str) -> ResponseReturnValue:
    """Letters that wait are not made any more."""
    with writing():
        count = runs.cancel(_own(public_id), current_user, access.arrived_at())
    flash(ngettext("%(num)d letter will not be made.", "%(num)d letters will not be made.", count))
    return redirect(url_for("letter_runs.show", public_id=public_id), 303)


@bp.post("/letter-runs/<public_id>/retry")
@gates.office(*WRITERS)
def retry(public_id: str) -> ResponseReturnValue:
    """Another round of tries for every letter that failed."""
    with writing():
        count = runs.retry(_own(public_id))
    flash(ngettext("%(num)d letter will be tried again.", "%(num)d letters will be tried again.", count))
    return redirect(url_for("letter_runs.show", public_id=public_id), 303)


def _own(public_id: str) -> Any:
    run = runs.find(public_id, current_user)
    if not runs.may_write(run.call, current_user):
        raise Hidden
    return run


@bp.post("/letter-runs/<public_id>/files/<name>")
@gates.office(*READERS)
def bundle(public_id: str, name: str) -> ResponseReturnValue:
    """Ask for all letters of the run in one file, once nothing of it waits."""
    with writing():
        run = runs.find(public_id, current_user)
        found = letter_runs.progress([run])[run.id]
        if name not in BUNDLES or found.waiting or not found.done:
            raise Hidden
        job = _asked(run.call, name, {"run": run.id})
    return redirect(url_for("jobs.show", public_id=job), 303)


@bp.post(f"/{PROCEDURE}/letters/<kind>/<name>")
@gates.office(*READERS)
def bundle_of_steps(plural: str, public_id: str, kind: str, name: str) -> ResponseReturnValue:
    """Ask for all letters of a kind that steps made in the call, the newest of each offer."""
    with writing():
        call = _call(plural, public_id)
        if name not in BUNDLES or kind not in {row.value for row in letter_runs.counts_of_steps(call)}:
            raise Hidden
        job = _asked(call, name, {"kind": DocumentKind(kind).value})
    return redirect(url_for("jobs.show", public_id=job), 303)


def _asked(call: Procedure, name: str, arguments: dict[str, Any]) -> str:
    """The job that makes the file: the one under way, or a new one. Gives its public id."""
    db.session.refresh(call, with_for_update={"key_share": True})
    under_way = (PromiseState.QUEUED, PromiseState.RUNNING)
    row = next(
        (row for row in letter_runs.bundles(call, arguments) if row.name == name and row.state in under_way), None
    ) or outbox.add(
        PromiseKind.LETTERS, name, at=access.arrived_at(), case_kind=call.case_kind, case_id=call.id,
        asked_by_id=current_user.id, arguments=arguments,
    )  # fmt: skip
    return row.public_id


@bp.get("/letter-files/<public_id>")
@gates.office(*READERS)
def file(public_id: str) -> ResponseReturnValue:
    """A finished file of letters, streamed from the store."""
    row = db.session.scalar(
        sa.select(Promise).where(Promise.public_id == public_id, Promise.kind == PromiseKind.LETTERS)
    )
    if row is None or row.state is not PromiseState.DONE or not row.result:
        raise Hidden
    call: Any = db.session.get_one(CASES[row.case_kind or ""], row.case_id)
    if not access.may_see(call, current_user) or not runs.may_read(call, current_user):
        raise Hidden
    answer = send_file(
        blobs.whole(row.result), mimetype=TYPES[row.name], as_attachment=True, download_name=row.arguments["file_name"],
        conditional=False, etag=False,
    )  # fmt: skip
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
