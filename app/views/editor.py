"""The editor of offers and small grants: one page per section of the form; it always saves, with and without JavaScript.

It stands under the same address for both, because it is the same editor.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden
from app.i18n import _, clock_time, ngettext, say
from app.models import Application
from app.queries import limit_meter, offer_figures, offer_sections, submission
from app.queries.editor import Editor
from app.queries.facts import facts_of
from app.queries.offer_text import ATTACHMENTS, OfferText
from app.queries.visibility import shown_state
from app.services import access, drafts
from app.services.drafts_text import Conflict, cells, mark_of
from app.transaction import writing
from app.views import gates
from app.views.once import claim, once
from workflows.application import sending, signing
from workflows.engine import Refused
from workflows.form import Field, Form, Item, Kind, Table
from workflows.offer import OfferState
from workflows.roles import APPLICANT
from workflows.words import N_

bp = Blueprint("editor", __name__)

Said = tuple[str, str]
"""What is said on the next page, and its category."""

UNREADABLE = N_("Saved, but some places could not be read. They are marked below.")


def applicants_offer(public_id: str) -> Application:
    """The offer or the small grant, for those who write it. Raises Hidden for everybody else."""
    offer = access.find_application(public_id, current_user)
    if not access.roles_on(offer, current_user) & APPLICANT:
        raise Hidden
    return offer


def _items(offer: Application, key: str) -> tuple[Item, ...]:
    form = offer.call.form.form
    if key not in {section.key for section in form.sections}:
        raise Hidden
    return form.section(key).items


@bp.get("/offers/<public_id>/edit")
@gates.applicant
@gates.of("own application")
def overview(public_id: str) -> ResponseReturnValue:
    """The list of sections with what each still lacks, the deadline and the people."""
    offer = applicants_offer(public_id)
    facts = facts_of(offer)
    context = access.context_for(offer, current_user)
    sections = offer_sections.tasks(facts.text)
    following = next((row for row in sections if row["status"] != "done"), None)
    return render_template(
        "offer/overview.html", offer=offer, shown_state=shown_state(offer, "applicant"), text=facts.text,
        tasks=sections, done=offer_sections.done_count(sections),
        writable=facts.text.writable(context.now), refusals=submission.sending_refusals(facts, context), following=following,
        signers=submission.signers(facts), sending=sending(offer.workflow).get(offer.state), synthetic=offer.synthetic,
    )  # fmt: skip


@bp.get("/offers/<public_id>/edit/<section>")
@gates.applicant
@gates.of("own application")
def section(public_id: str, section: str) -> ResponseReturnValue:
    """One section to write in; closed places are printed as text."""
    if section == ATTACHMENTS:
        return redirect(url_for("offer_files.attachments", public_id=public_id))
    offer = applicants_offer(public_id)
    items = _items(offer, section)
    return page(offer, section, items, OfferText(offer))


def page(
    offer: Application, key: str, items: tuple[Item, ...], text: OfferText, *, status: int = 200, mark: str | None = None,
    typed: Mapping[str, str] | None = None, conflicts: tuple[Conflict, ...] = (), reasons: Sequence[str] = (),
) -> ResponseReturnValue:  # fmt: skip
    """The page of a section; with conflicts it answers 409 and shows both texts."""
    remarks = {
        conflict.anchor: _(
            "Somebody changed this place meanwhile. Your text is in the field and is not saved yet."
        )
        for conflict in conflicts
    }
    view = Editor(
        text,
        text.writable(access.arrived_at()),
        checked="check" in request.args,
        typed=typed or {},
        remarks=remarks,
    )
    sections = offer_sections.tasks(text, key)
    draft = offer.draft
    content = render_template(
        "offer/section.html", offer=offer, key=key, text=text, tasks=sections, done=offer_sections.done_count(sections),
        parts=view.parts(items), warnings=view.warnings(key), writable=view.writable and any(view.open(i.name) for i in items),
        mark=mark if mark is not None else mark_of(dict(cells(items, text.content))), conflicts=named(text.form, conflicts),
        errors=[(f"#{place}", words) for place, words in view.errors.items() if _on_page(place, items)],
        figures=offer_figures.figures(text), figure_rows=offer_figures.rows_of_sums(text, key), place=next(row for row in sections if row["current"]),
        saved=_("Saved at %(time)s", time=clock_time(draft.saved_at)) if draft else None, synthetic=offer.synthetic,
        reasons=reasons, meter=limit_meter.beside(offer, key, access.arrived_at(), text),
    )  # fmt: skip
    return content, status


def _on_page(place: str, items: tuple[Item, ...]) -> bool:
    return place.split("-", maxsplit=1)[0] in {item.name for item in items}


def named(form: Form, conflicts: tuple[Conflict, ...]) -> list[dict[str, str]]:
    """The conflicts with the name of each place."""
    rows = []
    for conflict in conflicts:
        table, _key, column = (*conflict.anchor.split("-"), "", "")[:3]
        label = form.table(table).column(column).label if column else form.field(table).label
        rows.append(
            {"anchor": conflict.anchor, "label": _(label), "mine": conflict.mine, "theirs": conflict.theirs}
        )
    return rows


@bp.post("/offers/<public_id>/edit/<section>")
@gates.applicant
@gates.of("own application")
@once
def save(public_id: str, section: str) -> ResponseReturnValue:
    """Save the section; a row button saves first, then adds or removes its row, and comes back to the table."""
    access.arrived_at()
    offer = applicants_offer(public_id)
    items = _items(offer, section)
    posted, mark = _posted(offer, items), request.form.get("version", "")
    try:
        with writing():
            saved = drafts.save(offer, items, posted, mark, current_user, access.arrived_at())
            if not saved.conflicts:
                place = _press(offer)
                target, said = _row(offer, section, place) if place else _after_save(offer, section)
                claim(target)
    except Refused as refused:
        reasons = [say(reason) for reason in refused.reasons]
        return page(
            applicants_offer(public_id),
            section,
            items,
            OfferText(offer),
            status=409,
            typed=posted,
            reasons=reasons,
        )
    if saved.conflicts:
        return page(
            offer,
            section,
            items,
            OfferText(offer),
            status=409,
            mark=saved.mark,
            typed=posted,
            conflicts=saved.conflicts,
        )
    if said:
        flash(*said)
    return redirect(target, 303)


def _row(offer: Application, section: str, place: str) -> tuple[str, Said | None]:
    """Back to the table of the button; the row says enough."""
    return url_for("editor.section", public_id=offer.public_id, section=section, _anchor=place), None


def _press(offer: Application) -> str | None:
    """Do what the pressed row button says and give the place to come back to, or None for a plain save."""
    button = next((name for name in request.form if name.startswith(("add:", "remove:"))), None)
    if button is None:
        return None
    verb, table, key = (*button.split(":"), "")[:3]
    tables = {item.name for _section, item in offer.call.form.form.parts() if isinstance(item, Table)}
    if table.partition(".")[0] not in tables:
        raise Hidden
    if verb == "add":
        return f"row-{table}-{drafts.add_row(offer, table, current_user, access.arrived_at())}"
    drafts.remove_row(offer, table, key, current_user, access.arrived_at())
    return f"table-{table}"


def _after_save(offer: Application, section: str) -> tuple[str, Said | None]:
    """Where a plain save leads, and what is said there."""
    text = OfferText(offer)
    faults = [problem for problem in text.reading.faults if problem.section == section]
    if "recount" in request.form or faults:
        said = (_(UNREADABLE), "warning") if faults else None
        return url_for("editor.section", public_id=offer.public_id, section=section), said
    if "check" in request.args:
        return url_for("editor.missing", public_id=offer.public_id), None
    said = saved_words(len(text.problems)), "message"
    if offer.state == OfferState.CORRECTION_CALLED:
        return url_for("applicant.correct", public_id=offer.public_id), said
    keys = offer_sections.section_keys(text.form)
    following = keys[keys.index(section) + 1]
    return offer_sections.editor_url(text, following), said


def saved_words(count: int) -> str:
    """What is said after a save: saved, and how much is still missing; two different things."""
    if not count:
        return str(_("Saved. Nothing is missing."))
    return str(
        ngettext("Saved. %(num)s thing is still missing.", "Saved. %(num)s things are still missing.", count)
    )


@bp.post("/offers/<public_id>/edit/<section>/autosave")
@gates.applicant
@gates.of("own application")
def autosave(public_id: str, section: str) -> ResponseReturnValue:
    """Save in the background: when, what is still missing, and the sums as the server counts them; 409 on a conflict."""
    access.arrived_at()
    offer = applicants_offer(public_id)
    items = _items(offer, section)
    with writing():
        saved = drafts.save(
            offer,
            items,
            _posted(offer, items),
            request.form.get("version", ""),
            current_user,
            access.arrived_at(),
        )
    if saved.conflicts:
        return jsonify(conflicts=named(offer.call.form.form, saved.conflicts)), 409
    text = OfferText(offer)
    body: dict[str, Any] = {
        "saved_at": clock_time(saved.at), "version": saved.mark, "missing": len(text.problems),
        "figures": offer_figures.figures(text),
    }  # fmt: skip
    return jsonify(body)


def _posted(offer: Application, items: tuple[Item, ...]) -> dict[str, str]:
    """What the form sent for places that are open; a tick that is absent was taken away."""
    text = OfferText(offer)
    names = {item.name for item in items if item.name in text.opened}
    posted = {name: value for name, value in request.form.items() if name.split("-")[0] in names}
    for item in items:
        if isinstance(item, Field) and item.kind is Kind.TICK and item.name in names:
            posted.setdefault(item.name, "")
    return posted


@bp.get("/offers/<public_id>/missing")
@gates.applicant
@gates.of("own application")
def missing(public_id: str) -> ResponseReturnValue:
    """Exactly what the step of sending would refuse, each reason beside the way to its place."""
    offer = applicants_offer(public_id)
    facts = facts_of(offer)
    context = access.context_for(offer, current_user)
    refusals = submission.sending_refusals(facts, context)
    return render_template(
        "offer/missing.html", offer=offer, text=facts.text, groups=offer_sections.missing_groups(facts.text, refusals),
        count=len(refusals), signers=submission.signers(facts), sending=sending(offer.workflow).get(offer.state),
        signing=signing(offer.workflow).get(offer.state), roles=access.roles_on(offer, current_user), synthetic=offer.synthetic,
    )  # fmt: skip


@bp.get("/offers/<public_id>/preview")
@gates.applicant
@gates.of("own application")
def preview(public_id: str) -> ResponseReturnValue:
    """The whole form as the office will read it."""
    offer = applicants_offer(public_id)
    text = OfferText(offer)
    sections = [
        {
            **section,
            "url": offer_sections.editor_url(text, section["key"]),
            "figure_rows": offer_figures.rows_of_sums(text, section["key"]),
        }
        for section in Editor(text, writable=False).sections()
    ]
    return render_template(
        "offer/preview.html", offer=offer, text=text, sections=sections, figures=offer_figures.figures(text),
        writable=text.writable(access.arrived_at()), synthetic=offer.synthetic,
    )  # fmt: skip
