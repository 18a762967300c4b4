"""The report editor: one page per section of the official report, with the plan beside what happened."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden
from app.i18n import _, clock_time, say
from app.models import Agreement, Settlement
from app.queries import report_editor
from app.queries.facts.agreement import AgreementFacts
from app.queries.report_editor import ReportEditor
from app.queries.report_text import ReportText
from app.services import access, report_drafts
from app.services.drafts_text import Conflict, cells, mark_of
from app.transaction import writing
from app.views import gates
from app.views.editor import UNREADABLE, Said, named, saved_words
from app.views.once import claim, once
from workflows.form import Field, Item, Kind, Table
from workflows.roles import APPLICANT

bp = Blueprint("report_editor", __name__)


def _final(public_id: str) -> ReportText:
    """The final report, for those who write it. Raises Hidden for everybody else."""
    settlement = access.find("settlements", public_id, current_user)
    if not isinstance(settlement, Settlement) or not access.roles_on(settlement, current_user) & APPLICANT:
        raise Hidden
    return ReportText(settlement)


def _partial(public_id: str) -> ReportText:
    """The partial report that is open, or the last one. Raises Hidden where there is none."""
    agreement = access.find("agreements", public_id, current_user)
    if not isinstance(agreement, Agreement) or not access.roles_on(agreement, current_user) & APPLICANT:
        raise Hidden
    reports = agreement.partial_reports
    report = AgreementFacts(agreement).open_report or (reports[-1] if reports else None)
    if report is None:
        raise Hidden
    return ReportText(report)


def _items(text: ReportText, section: str) -> tuple[Item, ...]:
    if section not in {part.key for part in text.form.sections}:
        raise Hidden
    return text.form.section(section).items


@bp.get("/settlements/<public_id>/report")
@gates.applicant
@gates.of("own report")
def final_start(public_id: str) -> ResponseReturnValue:
    """The first section that lacks something."""
    return redirect(_first(_final(public_id)))


@bp.get("/agreements/<public_id>/partial-report")
@gates.applicant
@gates.of("own report")
def partial_start(public_id: str) -> ResponseReturnValue:
    """The first section that lacks something."""
    return redirect(_first(_partial(public_id)))


def _first(text: ReportText) -> str:
    following = next((row for row in report_editor.tasks(text) if row["status"] != "done"), None)
    return str(following["url"]) if following else text.url("missing")


@bp.get("/settlements/<public_id>/report/<section>")
@gates.applicant
@gates.of("own report")
def final(public_id: str, section: str) -> ResponseReturnValue:
    """One section of the final report."""
    return _show(_final(public_id), section)


@bp.get("/agreements/<public_id>/partial-report/<section>")
@gates.applicant
@gates.of("own report")
def partial(public_id: str, section: str) -> ResponseReturnValue:
    """One section of the partial report."""
    return _show(_partial(public_id), section)


def _show(text: ReportText, section: str) -> ResponseReturnValue:
    if section == "missing":
        return render_template(
            "settlement/missing.html", text=text, groups=report_editor.missing_groups(text), tasks=report_editor.tasks(text),
            remarks=[say(remark) for remark in text.remarks], synthetic=text.agreement.synthetic,
        )  # fmt: skip
    return _page(text, section, _items(text, section))


def _page(
    text: ReportText, key: str, items: tuple[Item, ...], *, status: int = 200, mark: str | None = None,
    typed: Mapping[str, str] | None = None, conflicts: tuple[Conflict, ...] = (),
) -> ResponseReturnValue:  # fmt: skip
    """The page of a section; with conflicts it answers 409 and shows both texts."""
    remarks = {
        conflict.anchor: _(
            "Somebody changed this place meanwhile. Your text is in the field and is not saved yet."
        )
        for conflict in conflicts
    }
    view = ReportEditor(
        text, text.writable, checked="check" in request.args, typed=typed or {}, remarks=remarks
    )
    sections = report_editor.tasks(text, key)
    names = {item.name for item in items}
    saved_at = text.owner.saved_at
    content = render_template(
        "settlement/section.html", text=text, key=key, tasks=sections, parts=view.parts(items), conflicts=named(text.form, conflicts),
        mark=mark if mark is not None else mark_of(dict(cells(items, text.content))),
        errors=[(f"#{place}", words) for place, words in view.errors.items() if place.split("-")[0] in names],
        figures=report_editor.figures(text), figure_rows=report_editor.rows_of_sums(text, key),
        remarks=[say(r) for r in text.remarks if r.section == key],
        place=next(row for row in sections if row["current"]), done=sum(row["status"] == "done" for row in sections),
        saved=_("Saved at %(time)s", time=clock_time(saved_at)) if saved_at else None,
        title=_(text.form.section(key).title), synthetic=text.agreement.synthetic,
    )  # fmt: skip
    return content, status


@bp.post("/settlements/<public_id>/report/<section>")
@gates.applicant
@gates.of("own report")
@once
def save_final(public_id: str, section: str) -> ResponseReturnValue:
    """Save a section of the final report."""
    return _save(_final(public_id), section)


@bp.post("/agreements/<public_id>/partial-report/<section>")
@gates.applicant
@gates.of("own report")
@once
def save_partial(public_id: str, section: str) -> ResponseReturnValue:
    """Save a section of the partial report."""
    return _save(_partial(public_id), section)


def _save(text: ReportText, section: str) -> ResponseReturnValue:
    """A row button saves first, then adds or removes its row, and comes back to the table."""
    now, items = access.arrived_at(), _items(text, section)
    posted = _posted(text, items)
    with writing():
        saved = report_drafts.save(text.owner, items, posted, request.form.get("version", ""), now)
        if not saved.conflicts:
            place = _press(text)
            fresh = ReportText(text.owner)
            target, said = (fresh.url(section, _anchor=place), None) if place else _after_save(fresh, section)
            claim(target)
    if saved.conflicts:
        fresh = ReportText(text.owner)
        return _page(
            fresh, section, items, status=409, mark=saved.mark, typed=posted, conflicts=saved.conflicts
        )
    if said:
        flash(*said)
    return redirect(target, 303)


def _press(text: ReportText) -> str | None:
    """Do what the pressed row button says and give the place to come back to, or None for a plain save."""
    button = next((name for name in request.form if name.startswith(("add:", "remove:"))), None)
    if button is None:
        return None
    verb, table, key = (*button.split(":"), "")[:3]
    if table not in {item.name for _section, item in text.form.parts() if isinstance(item, Table)}:
        raise Hidden
    if verb == "add":
        return f"row-{table}-{report_drafts.add_row(text.owner, table, access.arrived_at())}"
    report_drafts.remove_row(text.owner, table, key, access.arrived_at())
    return f"table-{table}"


def _after_save(text: ReportText, section: str) -> tuple[str, Said | None]:
    """Where a plain save leads, and what is said there."""
    if any(fault.section == section for fault in text.reading.faults):
        return text.url(section), (_(UNREADABLE), "warning")
    if "recount" in request.form:
        return text.url(section), None
    keys = [part.key for part in text.form.sections]
    place = keys.index(section) + 1
    following = keys[place] if place < len(keys) and "check" not in request.args else "missing"
    return text.url(following), (saved_words(len(text.problems)), "message")


@bp.post("/settlements/<public_id>/report/<section>/autosave")
@gates.applicant
@gates.of("own report")
def autosave_final(public_id: str, section: str) -> ResponseReturnValue:
    """Save the final report in the background."""
    return _autosave(_final(public_id), section)


@bp.post("/agreements/<public_id>/partial-report/<section>/autosave")
@gates.applicant
@gates.of("own report")
def autosave_partial(public_id: str, section: str) -> ResponseReturnValue:
    """Save the partial report in the background."""
    return _autosave(_partial(public_id), section)


def _autosave(text: ReportText, section: str) -> ResponseReturnValue:
    now, items = access.arrived_at(), _items(text, section)
    with writing():
        saved = report_drafts.save(
            text.owner, items, _posted(text, items), request.form.get("version", ""), now
        )
    if saved.conflicts:
        return jsonify(conflicts=named(text.form, saved.conflicts)), 409
    fresh = ReportText(text.owner)
    body: dict[str, Any] = {
        "saved_at": clock_time(saved.at), "version": saved.mark, "missing": len(fresh.problems),
        "figures": dict(report_editor.figures(fresh)),
    }  # fmt: skip
    return jsonify(body)


def _posted(text: ReportText, items: tuple[Item, ...]) -> dict[str, str]:
    """What the form sent for its places; a tick that is absent was taken away."""
    names = {item.name for item in items if item.name in text.opened}
    posted = {name: value for name, value in request.form.items() if name.split("-")[0] in names}
    for item in items:
        if isinstance(item, Field) and item.kind is Kind.TICK and item.name in names:
            posted.setdefault(item.name, "")
    return posted
