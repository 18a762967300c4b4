"""The parts of an application's editor: their names, addresses and state, and what is still missing in each."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for

from app.i18n import _, ngettext, say
from app.queries.editor import first_part
from app.queries.offer_text import ATTACHMENTS, OfferText
from workflows.engine import Refusal
from workflows.form import Field, Form
from workflows.words import N_

ATTACHMENTS_TITLE = N_("Attachments")


def section_keys(form: Form) -> tuple[str, ...]:
    """The parts to write, in order: the sections of the form, then the attachments."""
    return (*(section.key for section in form.sections), ATTACHMENTS)


def section_title(form: Form, key: str) -> str:
    """What a section is called."""
    return str(_(ATTACHMENTS_TITLE if key == ATTACHMENTS else form.section(key).title))


def editor_url(text: OfferText, key: str, **query: Any) -> str:
    """The address of a section's page."""
    if key == ATTACHMENTS:
        return url_for("offer_files.attachments", public_id=text.offer.public_id, **query)
    return url_for("editor.section", public_id=text.offer.public_id, section=key, **query)


def place_url(text: OfferText, place: str) -> str:
    """The address of the place that a problem names, with everything missing shown there."""
    name = place.split("-", maxsplit=1)[0]
    if name == ATTACHMENTS:
        return editor_url(text, ATTACHMENTS, _anchor=place)
    if name == "signatures":
        return url_for("editor.missing", public_id=text.offer.public_id, _anchor="signatures")
    whole_table = place == name and not isinstance(text.form.item(name), Field)
    target = f"table-{first_part(text.form, name)}" if whole_table else place
    return editor_url(text, text.form.section_of(name).key, check=1, _anchor=target)


def tasks(text: OfferText, current: str | None = None) -> list[dict[str, Any]]:
    """The sections with their state, as tasks() takes them."""
    counts: dict[str, int] = {}
    for problem in text.problems:
        counts[problem.section] = counts.get(problem.section, 0) + 1
    return [
        {
            "number": number, "label": section_title(text.form, key), "url": editor_url(text, key), "current": key == current,
            **_status(text, key, counts.get(key, 0)),
        }
        for number, key in enumerate(section_keys(text.form), start=1)
    ]  # fmt: skip


def _status(text: OfferText, key: str, missing: int) -> dict[str, str]:
    if missing and not _touched(text, key):
        return {"status": "untouched", "status_text": _("not begun")}
    if missing:
        return {"status": "missing", "status_text": ngettext("%(num)s missing", "%(num)s missing", missing)}
    return {"status": "done", "status_text": _("complete")}


def _touched(text: OfferText, key: str) -> bool:
    if key == ATTACHMENTS:
        return bool(text.files)
    items = text.form.section(key).items
    return any(
        text.content.get(item.name) for item in items if not (isinstance(item, Field) and item.prefilled)
    )


def done_count(items: Iterable[Mapping[str, Any]]) -> int:
    """How many sections lack nothing."""
    return sum(item["status"] == "done" for item in items)


def missing_groups(text: OfferText, refusals: Iterable[Refusal]) -> list[dict[str, Any]]:
    """The refusals of submitting, by section and in their order, each with the address of its place."""
    keys = section_keys(text.form)
    groups: dict[str, dict[str, Any]] = {}
    for refusal in refusals:
        key = _section_of(text.form, refusal)
        group = groups.setdefault(key, {"key": key, "title": _group_title(text.form, key), "rows": []})
        place = refusal.anchor
        url = place_url(text, place) if place and key in keys else None
        group["rows"].append({"text": say(refusal), "url": url, "anchor": place})
    order = {key: n for n, key in enumerate((*keys, "signatures", "case"))}
    return sorted(groups.values(), key=lambda group: order[group["key"]])


def _section_of(form: Form, refusal: Refusal) -> str:
    place = (refusal.anchor or "").split("-")[0]
    if place == ATTACHMENTS:
        return ATTACHMENTS
    if place == "signatures":
        return "signatures"
    return form.section_of(place).key if place else "case"


def _group_title(form: Form, key: str) -> str:
    others = {"signatures": N_("Signatures"), "case": N_("The call and the deadline")}
    return str(_(others[key])) if key in others else section_title(form, key)
