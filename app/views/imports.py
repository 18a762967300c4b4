"""Tables that people upload: the list of imports, a page for each, its dry run, and the button that takes the file."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden
from app.forms.imports import ImportForm
from app.i18n import _, say
from app.models import Call
from app.queries import import_list
from app.services import access
from app.services.imports import IMPORTS, Import, course, reading, scores
from app.services.imports.course import Faulty, Kept, Overtaken
from app.services.imports.declaration import Asked, Fate
from app.services.spreadsheets import LARGEST, BadTable
from app.transaction import writing
from app.views import gates
from app.views.downloads import served
from app.views.official import page_number
from app.views.once import claim, once
from workflows.engine import Refusal, Refused
from workflows.roles import OFFICE, Role
from workflows.words import N_

bp = Blueprint("imports", __name__)

NO_FILE = N_("Choose a file first.")
TOO_OLD = N_("The preview is too old. Choose the file once more.")
OVERTAKEN = N_(
    "The data changed since you saw this page, so nothing was taken. Look at what the file would do now."
)
WHO = (*OFFICE, Role.EVALUATOR, Role.CHAIR, Role.AUDITOR, Role.ADMINISTRATOR)
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FATE_NAMES = {
    Fate.NEW: N_("new"), Fate.CHANGED: N_("changes"), Fate.SAME: N_("the same, nothing to do"),
    Fate.LEFT_OUT: N_("withdrawn before, left out"), Fate.REFUSED: N_("faulty"),
}  # fmt: skip
TONES = {
    Fate.NEW: "ok", Fate.CHANGED: "info", Fate.SAME: "neutral", Fate.LEFT_OUT: "neutral", Fate.REFUSED: "bad",
}  # fmt: skip


@bp.get("/imports")
@gates.office(*WHO)
def index() -> ResponseReturnValue:
    """What can be imported, and the files that the department took."""
    own = [declared for declared in IMPORTS.values() if not declared.about and _allowed(declared)]
    seats = import_list.calls_with_open_cards(current_user.id)
    found = import_list.runs(current_user, page_number())
    return render_template(
        "imports/index.html", imports=own, scores=IMPORTS["scores"], seats=seats, found=found, names=IMPORTS,
        records=_allowed(IMPORTS["past-agreements"]), page_url=lambda page: url_for("imports.index", page=page),
    )  # fmt: skip


def _allowed(declared: Import) -> bool:
    return bool(current_user.role_names & {role.value for role in declared.roles})


def _asked(name: str, call_id: str) -> tuple[Import, Asked]:
    """The import and who asks for it. Raises Hidden for an unknown one, another role, and a call without a signed seat."""
    declared = IMPORTS.get(name)
    if declared is None or not _allowed(declared) or declared.about != bool(call_id):
        raise Hidden
    call = access.find("calls", call_id, current_user) if call_id else None
    if call_id and (not isinstance(call, Call) or scores.seat(call, current_user.id) is None):
        raise Hidden
    return declared, Asked(current_user, access.arrived_at(), call)


@bp.get("/imports/<name>")
@bp.get("/imports/<name>/<call_id>")
@gates.office(*WHO)
@gates.of("import")
def choose_file(name: str, call_id: str = "") -> ResponseReturnValue:
    """What the table must look like, with a file to fill in."""
    declared, asked = _asked(name, call_id)
    return _page(declared, asked, ImportForm())


@bp.post("/imports/<name>")
@bp.post("/imports/<name>/<call_id>")
@gates.office(*WHO)
@gates.of("import")
def preview(name: str, call_id: str = "") -> ResponseReturnValue:
    """The dry run: each row with its fate; nothing is taken yet."""
    declared, asked = _asked(name, call_id)
    form = ImportForm()
    sent = request.files.get("file")
    if not form.validate() or sent is None or not sent.filename:
        return _page(declared, asked, form, Refusal("no_file", NO_FILE))
    with sent.stream as stream:
        data = stream.read(LARGEST + 1)
    return _preview(declared, asked, form, data, sent.filename)


@bp.post("/imports/<name>/take")
@bp.post("/imports/<name>/<call_id>/take")
@gates.office(*WHO)
@gates.of("import")
@once
def take(name: str, call_id: str = "") -> ResponseReturnValue:
    """Take the file of the dry run as a whole; a second click does nothing twice."""
    declared, asked = _asked(name, call_id)
    form = ImportForm()
    kept = course.kept(declared, request.form.get("token", ""), asked)
    if not form.validate() or kept is None:
        return _page(declared, asked, form, Refusal("too_old", TOO_OLD))
    target = _target(declared, asked)
    try:
        with writing():
            claim(target)
            fates = course.take(declared, kept, asked)
    except Overtaken:
        return _again(declared, asked, form, kept, say(Refusal("overtaken", OVERTAKEN)))
    except (Faulty, BadTable, Refused):
        return _again(declared, asked, form, kept)
    flash(_("Taken: %(new)s new, %(changed)s changed.", new=fates[Fate.NEW], changed=fates[Fate.CHANGED]))
    return redirect(target, 303)


def _target(declared: Import, asked: Asked) -> str:
    """Where the person sees what was taken."""
    if asked.about is not None:
        return url_for("commission.summary", public_id=asked.about.public_id)
    if declared.name == "city-grants":
        return url_for("city_register.show", view="grants")
    return (
        url_for("imports.past_agreements") if declared.name == "past-agreements" else url_for("imports.index")
    )


def _again(
    declared: Import, asked: Asked, form: ImportForm, kept: Kept, reason: str = ""
) -> ResponseReturnValue:
    return _preview(declared, asked, form, kept.data, kept.name, reason)


def _preview(
    declared: Import, asked: Asked, form: ImportForm, data: bytes, name: str, reason: str = ""
) -> ResponseReturnValue:  # fmt: skip
    try:
        planned = course.preview(declared, data, name, asked)
    except BadTable as bad:
        return _page(declared, asked, form, Refusal("bad_table", bad.text, bad.params))
    fates = {fate: sum(row.fate is fate for row in planned) for fate in Fate}
    writes = not fates[Fate.REFUSED] and bool(fates[Fate.NEW] or fates[Fate.CHANGED])
    page = render_template(
        "imports/preview.html", declared=declared, asked=asked, planned=planned, fates=fates, file_name=name, say=say,
        fate_names=FATE_NAMES, tones=TONES, reason=reason, synthetic=asked.about is not None and asked.about.synthetic,
        token=course.keep(declared, data, name, planned, asked) if writes else None, **_addresses(declared, asked),
    )  # fmt: skip
    if fates[Fate.REFUSED]:
        return page, 422
    return page, 409 if reason else 200


def _page(
    declared: Import, asked: Asked, form: ImportForm, refusal: Refusal | None = None
) -> ResponseReturnValue:
    if refusal is not None:
        form.file.errors = [*form.file.errors, say(refusal)]
    page = render_template(
        "imports/file.html", declared=declared, asked=asked, form=form, **_addresses(declared, asked),
        synthetic=asked.about is not None and asked.about.synthetic,
    )  # fmt: skip
    return page, 422 if refusal else 200


def _addresses(declared: Import, asked: Asked) -> dict[str, Any]:
    about = {"call_id": asked.about.public_id} if asked.about is not None else {}
    return {
        "here": url_for("imports.choose_file", name=declared.name, **about),
        "take_url": url_for("imports.take", name=declared.name, **about),
        "pattern_urls": {
            kind: url_for("imports.pattern", name=declared.name, kind=kind, **about) for kind in ("xlsx", "csv")
        },
        "back_url": url_for("commission.summary", public_id=asked.about.public_id) if asked.about else url_for("imports.index"),
    }  # fmt: skip


@bp.get("/imports/<name>/pattern.<kind>")
@bp.get("/imports/<name>/<call_id>/pattern.<kind>")
@gates.office(*WHO)
@gates.of("import")
def pattern(name: str, kind: str, call_id: str = "") -> ResponseReturnValue:
    """The file to fill in, as CSV or XLSX; of scores it holds the own open cards."""
    declared, asked = _asked(name, call_id)
    if kind not in TYPES:
        raise Hidden
    data = reading.pattern(declared, kind, asked)
    return served(data, f"{_(declared.file_name)}.{kind}", TYPES[kind])


@bp.get("/past-agreements")
@gates.office(Role.OFFICIAL, Role.DIRECTOR, Role.AUDITOR)
def past_agreements() -> ResponseReturnValue:
    """The records of agreements that ran outside this system, those of the own department."""
    filters = import_list.Filters.read(request.args)
    found = import_list.past_agreements(current_user, filters, page_number())
    return render_template(
        "imports/past_agreements.html", found=found, filters=filters, sorts=import_list.SORT_NAMES,
        may_import=_allowed(IMPORTS["past-agreements"]),
        page_url=lambda page: url_for("imports.past_agreements", q=filters.words or None, sort=filters.sort, page=page),
    )  # fmt: skip
