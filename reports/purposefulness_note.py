"""The note on whether a small grant serves its purpose (celowość, art. 19a ust. 1), with the state of all limits."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from reports import Translate, figures
from reports.blocks import OfferReference, Person, heading, offer_facts, section, signatures
from reports.content import Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.limits_table import LimitsState, limits_of
from reports.tables import Column, Row, grid, note
from reports.text import strong


@dataclass(frozen=True, slots=True)
class PurposeCriterion:
    """One criterion: whether it is met (None: not applicable) and why, in a sentence."""

    text: str
    met: bool | None
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class PurposefulnessNote:
    """The note as it was written.

    Amounts in grosze; ``received_at`` and ``written_at`` are aware. ``publish_by`` is the last day of the
    statutory term of publication. ``result`` is the opinion, ``reason`` what it rests on. ``approved_by`` is
    the person who approved it, where that is somebody else than the ``author``.
    """

    frame: DocumentFrame
    offer: OfferReference
    received_at: datetime
    requested_grosze: int
    criteria: tuple[PurposeCriterion, ...]
    result: Literal["purposeful", "not_purposeful"]
    reason: str
    limits: LimitsState
    author: Person
    written_at: datetime
    task_from: date | None = None
    task_to: date | None = None
    publish_by: date | None = None
    queue_place: int | None = None
    approved_by: Person | None = None


def content(data: PurposefulnessNote, _: Translate) -> Content:
    """The note; ``_`` translates."""
    story = [
        note([strong(_opinion(data, _))]),
        *offer_facts(data.offer, _, _details(data, _)),
        *heading(_("Criteria of purposefulness")),
        _criteria(data, _),
        *section(_("Reasons of the opinion"), data.reason),
        *heading(_("State of the limits"), 200),
        *limits_of(data.limits, _),
        *signatures([person for person in (data.author, data.approved_by) if person]),
    ]
    return compose(data.frame, _, title=_("Note on the purposefulness of a small grant"), story=story)


def _opinion(data: PurposefulnessNote, _: Translate) -> str:
    if data.result == "purposeful":
        return _("Opinion: commissioning the task is purposeful.")
    return _("Opinion: commissioning the task is not purposeful.")


def _details(data: PurposefulnessNote, _: Translate) -> list[tuple[str, str]]:
    first, last = data.task_from, data.task_to
    return [
        (_("Term of the task"), figures.period(first, last) if first and last else ""),
        (_("Requested grant"), figures.money_in_full(data.requested_grosze, _)),
        (_("Offer received"), figures.moment(data.received_at)),
        (_("Place in the queue"), "" if data.queue_place is None else str(data.queue_place)),
        (_("To be published by"), figures.day(data.publish_by) if data.publish_by else ""),
        (_("Note written by"), ", ".join(part for part in (data.author.name, data.author.function) if part)),
        (_("Note written on"), figures.moment(data.written_at)),
    ]


def _criteria(data: PurposefulnessNote, _: Translate) -> Node:
    columns = [
        Column(_("No."), 0.5, "right"),
        Column(_("Criterion"), 3),
        Column(_("Criterion met"), 0.9, "centre"),
        Column(_("Reason"), 3.4),
    ]
    answers = {True: _("yes"), False: _("no"), None: _("not applicable")}
    rows = [
        Row((str(number), criterion.text, strong(answers[criterion.met]), criterion.sentence or "–"))
        for number, criterion in enumerate(data.criteria, start=1)
    ]
    return grid(columns, rows)
