"""Requests for public information, complaints and motions: their list, a new one, their files. `cases` shows each, `steps` moves it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Forbidden, Hidden
from app.forms.steps.request import EntryForm
from app.i18n import _
from app.models import Request
from app.queries import request_list
from app.queries.pages.request import purposes
from app.queries.request_list import Filters
from app.services import access, request_files, uploads
from app.services import request as requests
from app.services.file_kinds import UnfitFile
from app.transaction import writing
from app.views import gates
from app.views.downloads import streamed
from app.views.official import page_number
from app.views.once import claim, once
from workflows.calendar import local_day
from workflows.engine import Context, Origin
from workflows.request import KIND_NAMES, READERS, REGISTRY, REQUEST

bp = Blueprint("requests", __name__, url_prefix="/requests")

WRITERS = tuple(sorted(REGISTRY))


@bp.get("")
@gates.office(*sorted(READERS))
def index() -> ResponseReturnValue:
    """The cases of the department, those nearest their term first."""
    now = access.arrived_at()
    filters = Filters.read(request.args)
    found = request_list.listing(current_user, filters, page_number(), now)
    names = {
        "open": _("Open"), "overdue": _("Overdue"), "mine": _("Led by me"), "substitute": _("As a substitute"), "closed": _("Ended"), "all": _("All"),
    }  # fmt: skip
    sort_names = {"term": _("by the term"), "received": _("newest first"), "title": _("by what it is about")}
    return render_template(
        "request/list.html", found=found, filters=filters, today=local_day(now), local_day=local_day,
        kinds=[("", _("all")), *((kind.value, _begun(_(name))) for kind, name in KIND_NAMES.items())],
        states=[("", _("all")), *((state.value, _begun(_(name.internal))) for state, name in REQUEST.names.items())],
        kind_names={kind.value: _(name) for kind, name in KIND_NAMES.items()}, sort_names=list(sort_names.items()),
        synthetic=any(row.origin is Origin.SYNTHETIC for row in found.rows), may_write=_may_write(),
        views=[
            {"label": names[view], "url": _address(filters.query(view=view)), "count": found.by_view[view],
             "current": view == filters.view}
            for view in request_list.VIEWS
        ],
        pages=_pages(found, filters),
    )  # fmt: skip


def _pages(found: request_list.Listing, filters: Filters) -> dict[str, Any]:
    def address(page: int) -> str:
        return _address({**filters.query(), "page": page})

    return {
        "start": found.start, "end": found.end, "total": found.count,
        "previous_url": address(found.page - 1) if found.page > 1 else None,
        "next_url": address(found.page + 1) if found.end < found.count else None,
    }  # fmt: skip


def _begun(words: str) -> str:
    """The words as they begin a line; an abbreviation in them stays as it is."""
    return words[:1].upper() + words[1:]


def _address(query: dict[str, Any]) -> str:
    return url_for("requests.index", **query)


def _may_write() -> bool:
    return bool(current_user.role_names & {role.value for role in REGISTRY})


@bp.get("/new")
@gates.office(*WRITERS)
def new() -> ResponseReturnValue:
    """An empty entry with the day of today as the day of receipt."""
    form = EntryForm(formdata=None)
    form.prepare(current_user.unit_id)
    form.received_on.data = local_day(access.arrived_at())
    return render_template("request/new.html", form=form)


@bp.post("/new")
@gates.office(*WRITERS)
@once
def create() -> ResponseReturnValue:
    """The case exists with its term; a second click opens the same one."""
    now = access.arrived_at()
    form = EntryForm()
    form.prepare(current_user.unit_id)
    if not form.validate():
        return render_template("request/new.html", form=form), 422
    roles = frozenset(role for role in REGISTRY if role.value in current_user.role_names)
    with writing():
        row = requests.register(current_user, form.values(), Context(now, roles, current_user.id))
        target = url_for("cases.show", plural=REQUEST.plural, public_id=row.public_id)
        claim(target)
    flash(_("The case is registered. Its term is counted."))
    return redirect(target, 303)


@bp.post("/<public_id>/files")
@gates.office(*WRITERS)
@gates.of("request")
@once
def upload(public_id: str) -> ResponseReturnValue:
    """Add one file. A file that cannot be taken changes nothing and says what to do."""
    now = access.arrived_at()
    target = url_for("cases.show", plural=REQUEST.plural, public_id=public_id, _anchor="files")
    case = _for_writing(public_id)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _faulty(case, _("Choose a file first."))
    try:
        with writing():
            claim(target)
            case = _for_writing(public_id, locked=True)
            purpose = request.form.get("purpose", "")
            row = request_files.add(case, sent.stream, sent.filename, purpose, current_user, now)
            name = row.name
    except UnfitFile as unfit:
        return _faulty(_for_writing(public_id), _(unfit.msgid, **unfit.params))
    flash(_("The file “%(name)s” was added.", name=name))
    return redirect(target, 303)


def _faulty(case: Request, sentence: str) -> ResponseReturnValue:
    """The form of the file once more, with what was wrong; the page of the case stays as it is."""
    page = render_template(
        "request/file.html", case=case, error=sentence, purpose=request.form.get("purpose", ""),
        purposes=purposes(), synthetic=case.synthetic,
    )  # fmt: skip
    return page, 422


@bp.post("/<public_id>/files/<file_id>/remove")
@gates.office(*WRITERS)
@gates.of("request")
@once
def remove(public_id: str, file_id: str) -> ResponseReturnValue:
    """Take a file out of an open case."""
    now = access.arrived_at()
    target = url_for("cases.show", plural=REQUEST.plural, public_id=public_id, _anchor="files")
    with writing():
        claim(target)
        request_files.remove(_for_writing(public_id, locked=True), file_id, now)
    flash(_("The file was removed."))
    return redirect(target, 303)


@bp.get("/<public_id>/files/<file_id>")
@gates.office(*sorted(READERS))
@gates.of("request")
def download(public_id: str, file_id: str) -> ResponseReturnValue:
    """The file, for those who may read the case; only ever a download."""
    row = request_files.find(_case(public_id), file_id)
    return streamed(uploads.opened(row.sha256), row.name, row.media_type)


def _case(public_id: str, *, locked: bool = False) -> Request:
    find = access.find_for_change if locked else access.find
    case = find(REQUEST.plural, public_id, current_user)
    if not isinstance(case, Request):
        raise Hidden
    return case


def _for_writing(public_id: str, *, locked: bool = False) -> Request:
    """The case, for those who keep the register. Raises Hidden or Forbidden."""
    case = _case(public_id, locked=locked)
    if not access.roles_on(case, current_user) & REGISTRY:
        raise Forbidden
    return case
