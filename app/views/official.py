"""The office: the desk, the calls of the unit, and the writing of a call before it is approved."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden, Stale
from app.forms.base import differing
from app.forms.calls import SECTIONS, RowsForm, SectionForm
from app.i18n import _
from app.models import Call
from app.models.procedure import Place
from app.queries import desk as desks
from app.queries import substitution
from app.queries.checklist import SEVEN, checklist
from app.queries.facts.announcement import PLACE_NAMES
from app.queries.publication_term import publication_term
from app.queries.request_list import may_read as may_read_requests
from app.services import access, account_changes, call_draft, departments
from app.transaction import writing
from app.views import gates
from app.views.once import claim, once, seen_version
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


def _whose() -> str:
    """Whose cases the address asks for; an unknown word asks for everybody's."""
    wanted = request.args.get("whose", "")
    return wanted if wanted in substitution.WHOSE else substitution.EVERYBODYS


def _whose_names() -> list[tuple[str, str]]:
    return [(value, str(_(name))) for value, name in substitution.WHOSE.items()]


def _step_name(change: Any) -> str:
    return str(_(taken(change.kind, change.trigger)))


@bp.get("/desk")
@gates.office()
def desk() -> ResponseReturnValue:
    """What waits for me, what is due, what changed."""
    view = request.args.get("view", "")
    view = view if view in desks.VIEWS else desks.VIEWS[0]
    whose, now = _whose(), access.arrived_at()
    found = desks.desk(current_user, _roles(), view, page_number(), now, whose)
    return render_template(
        "official/desk.html", desk=found, now=now, changes=desks.changes(current_user), step_name=_step_name,
        page_url=lambda page: url_for("official.desk", view=view, page=page, whose=whose or None),
        whose=whose, whose_names=_whose_names(),
        replaced=substitution.replaced_by(current_user.id, now),
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
    whose = _whose()
    rows, count = desks.my_calls(current_user, page, access.arrived_at(), whose)
    return render_template(
        "official/calls.html", rows=rows, count=count, page=page, size=desks.PAGE, may_write=Role.OFFICIAL in _roles(),
        page_url=lambda wanted: url_for("official.calls", page=wanted, whose=whose or None),
        whose=whose, whose_names=_whose_names(),
    )  # fmt: skip


@bp.get("/calls/new")
@gates.office(Role.OFFICIAL)
def new_call() -> ResponseReturnValue:
    """Begin a call from nothing, or from the texts of an earlier one."""
    return render_template("official/new_call.html", earlier=desks.copyable(current_user))


@bp.post("/calls/new")
@gates.office(Role.OFFICIAL)
@once
def create_call() -> ResponseReturnValue:
    """The draft exists and opens in its first section; a second click opens the same one."""
    like = None
    with writing():
        if wanted := request.form.get("like", ""):
            like = access.find("calls", wanted, current_user)
        call = call_draft.create(
            current_user, access.arrived_at(), like=like if isinstance(like, Call) else None
        )
        target = url_for("official.edit", public_id=call.public_id, section="task")
        claim(target)
    return redirect(target, 303)


@bp.get("/calls/<public_id>/edit/<section>")
@gates.office(Role.OFFICIAL)
@gates.of("draft of the department")
def edit(public_id: str, section: str) -> ResponseReturnValue:
    """One section of the announcement with what is saved, and the check beside it."""
    call = call_draft.for_editing(public_id, current_user)
    form = _form(section, call)
    form.fill(call)
    return _section_page(call, section, form)


@bp.post("/calls/<public_id>/edit/<section>")
@gates.office(Role.OFFICIAL)
@gates.of("draft of the department")
@once
def save(public_id: str, section: str) -> ResponseReturnValue:
    """Save the section and go on to the next; a button of the table adds or removes a row and saves nothing."""
    call = call_draft.for_editing(public_id, current_user)
    form = _form(section, call, request.form)
    if isinstance(form, RowsForm) and _pressed(form):
        return _section_page(call, section, form)
    if not form.validate():
        return _section_page(call, section, form), 422
    target = _following(call, section)
    try:
        with writing():
            claim(target)
            call = call_draft.for_editing(public_id, current_user, seen_version=seen_version())
            call_draft.save(call, form.values(), current_user, access.arrived_at())
    except Stale:
        call = call_draft.for_editing(public_id, current_user)
        saved = _form(section, call)
        saved.fill(call)
        return _section_page(call, section, form, differing(form, saved)), 409
    flash(_("The section “%(section)s” is saved.", section=SECTIONS[section][0]))
    return redirect(target, 303)


def _following(call: Call, section: str) -> str:
    """The next section, or the check after the last one."""
    names = list(SECTIONS)
    following = names[names.index(section) + 1 :][:1]
    if following:
        return url_for("official.edit", public_id=call.public_id, section=following[0])
    return url_for("official.check", public_id=call.public_id)


@bp.get("/calls/<public_id>/check")
@gates.office()
@gates.of("checked call")
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


def _section_page(
    call: Call, section: str, form: SectionForm, others: list[tuple[str, str]] | None = None
) -> str:
    """The page of a section; `others` is what somebody else saved since the form was opened."""
    opened_now = request.method == "GET" or others is not None
    items = checklist(call)
    by_section: dict[str, int] = {}
    for item in items:
        for refusal in item.refusals:
            place = (refusal.anchor or item.section).split("#")[0]
            by_section[place] = by_section.get(place, 0) + 1
    return render_template(
        "official/edit_call.html", call=call, section=section, form=form, items_of_law=items[:SEVEN], sections=SECTIONS,
        missing=by_section, version=call.version if opened_now else seen_version(), synthetic=call.synthetic, others=others,
        heading=SECTIONS[section][0],
    )  # fmt: skip
