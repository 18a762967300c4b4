"""The office: the desk, the calls of the unit, and the writing of a call before it is approved."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden, Replayed
from app.forms.calls import SECTIONS, RowsForm, SectionForm
from app.i18n import _
from app.models import Call
from app.models.procedure import Place
from app.queries import desk as desks
from app.queries.checklist import SEVEN, checklist
from app.queries.facts.announcement import PLACE_NAMES
from app.queries.publication_term import publication_term
from app.queries.request_list import may_read as may_read_requests
from app.services import access, account_changes, call_draft, departments, idempotency
from app.transaction import writing
from app.views import gates
from workflows.call import CallState
from workflows.history import taken
from workflows.roles import OFFICE, Role

bp = Blueprint("official", __name__)


def page_number() -> int:
    """The page that the address asks for; anything unreadable is the first."""
    typed = request.args.get("page", "")
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


def place_names() -> dict[str, str]:
    """The three places in words."""
    return {place.value: str(_(PLACE_NAMES[place])) for place in Place}


def _roles() -> frozenset[Role]:
    return frozenset(role for role in OFFICE if role.value in current_user.role_names)


def _step_name(change: Any) -> str:
    return str(_(taken(change.kind, change.trigger)))


@bp.get("/desk")
@gates.office()
def desk() -> ResponseReturnValue:
    """What waits for me, what is due, what changed."""
    view = request.args.get("view", "")
    view = view if view in desks.VIEWS else desks.VIEWS[0]
    now = access.arrived_at()
    found = desks.desk(current_user, _roles(), view, page_number(), now)
    return render_template(
        "official/desk.html", desk=found, now=now, changes=desks.changes(current_user), step_name=_step_name,
        page_url=lambda page: url_for("official.desk", view=view, page=page),
        may_write=Role.OFFICIAL in _roles(), may_read_requests=may_read_requests(current_user),
        may_read_letters=bool(current_user.role_names & {Role.OFFICIAL, Role.DIRECTOR, Role.AUDITOR}),
        may_read_accounts=account_changes.reads(current_user),
        may_read_departments=bool(current_user.role_names & set(departments.READERS)),
    )  # fmt: skip


@bp.get("/calls/mine")
@gates.office()
def calls() -> ResponseReturnValue:
    """The calls of my unit."""
    page = page_number()
    rows, count = desks.my_calls(current_user, page)
    return render_template(
        "official/calls.html", rows=rows, count=count, page=page, size=desks.PAGE, may_write=Role.OFFICIAL in _roles(),
        page_url=lambda wanted: url_for("official.calls", page=wanted),
    )  # fmt: skip


@bp.get("/calls/new")
@gates.office(Role.OFFICIAL)
def new_call() -> ResponseReturnValue:
    """Begin a call from nothing, or from the texts of an earlier one."""
    return render_template("official/new_call.html", earlier=desks.copyable(current_user))


@bp.post("/calls/new")
@gates.office(Role.OFFICIAL)
def create_call() -> ResponseReturnValue:
    """The draft exists and opens in its first section; a second click opens the same one."""
    body = idempotency.fingerprint(request.path, request.form.items(multi=True))
    like = None
    try:
        with writing():
            if wanted := request.form.get("like", ""):
                like = access.find("calls", wanted, current_user)
            call = call_draft.create(
                current_user, access.arrived_at(), like=like if isinstance(like, Call) else None
            )
            target = url_for("official.edit", public_id=call.public_id, section="task")
            idempotency.claim(current_user.id, request.form.get("idempotency_key", ""), body, target)
    except Replayed as replayed:
        return redirect(replayed.location, 303)
    return redirect(target, 303)


@bp.get("/calls/<public_id>/edit/<section>")
@gates.office(Role.OFFICIAL)
def edit(public_id: str, section: str) -> ResponseReturnValue:
    """One section of the announcement with what is saved, and the check beside it."""
    call = call_draft.for_editing(public_id, current_user)
    form = _form(section, call)
    form.fill(call)
    return _section_page(call, section, form)


@bp.post("/calls/<public_id>/edit/<section>")
@gates.office(Role.OFFICIAL)
def save(public_id: str, section: str) -> ResponseReturnValue:
    """Save the section and go on to the next; a button of the table adds or removes a row and saves nothing."""
    call = call_draft.for_editing(public_id, current_user)
    form = _form(section, call, request.form)
    if isinstance(form, RowsForm) and _pressed(form):
        return _section_page(call, section, form)
    if not form.validate():
        return _section_page(call, section, form), 422
    with writing():
        call = call_draft.for_editing(public_id, current_user, seen_version=_version(call))
        call_draft.save(call, form.values(), current_user, access.arrived_at())
    flash(_("The section “%(section)s” is saved.", section=SECTIONS[section][0]))
    names = list(SECTIONS)
    following = names[names.index(section) + 1 :][:1]
    if following:
        return redirect(url_for("official.edit", public_id=call.public_id, section=following[0]), 303)
    return redirect(url_for("official.check", public_id=call.public_id), 303)


@bp.get("/calls/<public_id>/check")
@gates.office()
def check(public_id: str) -> ResponseReturnValue:
    """Each rule kept or not, with its article and the way to repair it."""
    call = access.find("calls", public_id, current_user)
    if not isinstance(call, Call) or not access.roles_on(call, current_user):
        raise Hidden
    items = checklist(call)
    return render_template(
        "official/check.html", call=call, items=items, seven=items[:SEVEN], more=items[SEVEN:],
        term=publication_term(call.deadline) if call.deadline else None,
        editable=call.state is CallState.DRAFT and Role.OFFICIAL in access.roles_on(call, current_user),
        kept=all(item.kept for item in items), synthetic=call.synthetic,
    )  # fmt: skip


def _form(section: str, call: Call, typed: Any = None) -> SectionForm:
    if section not in SECTIONS:
        raise Hidden
    form = SECTIONS[section][1](formdata=None)
    form.prepare(call)
    if typed is not None:
        form.process(typed)
    return form


def _pressed(form: RowsForm) -> bool:
    return any(form.press(name) for name in list(request.form) if name.startswith(("add:", "remove:")))


def _version(call: Call) -> int:
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else call.version


def _section_page(call: Call, section: str, form: SectionForm) -> str:
    items = checklist(call)
    by_section: dict[str, int] = {}
    for item in items:
        for refusal in item.refusals:
            place = (refusal.anchor or item.section).split("#")[0]
            by_section[place] = by_section.get(place, 0) + 1
    return render_template(
        "official/edit_call.html", call=call, section=section, form=form, items_of_law=items[:SEVEN], sections=SECTIONS,
        missing=by_section, version=_version(call) if request.method == "POST" else call.version, synthetic=call.synthetic,
        heading=SECTIONS[section][0],
    )  # fmt: skip
