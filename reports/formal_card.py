"""The card of the formal check of an offer: each criterion marked, the result and who checked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from reports import Translate, figures
from reports.blocks import (
    OfferReference,
    Person,
    deadline_label,
    heading,
    offer_facts,
    section,
    signatures,
)
from reports.content import Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, grid, note
from reports.text import strong

Mark = Literal["yes", "no", "not_applicable"]


@dataclass(frozen=True, slots=True)
class FormalMark:
    """One criterion; ``corrected`` is the mark after a correction, None when there was none."""

    text: str
    correctable: bool
    mark: Mark
    remark: str = ""
    corrected: Mark | None = None


@dataclass(frozen=True, slots=True)
class FormalCard:
    """The closed card.

    ``result`` "correction" means that the offer is called for correction; ``grounds`` are the reasons of a
    rejection. Moments are aware.
    """

    frame: DocumentFrame
    offer: OfferReference
    submitted_at: datetime
    deadline: datetime
    marks: tuple[FormalMark, ...]
    result: Literal["accepted", "correction", "rejected"]
    checked_on: date
    reviewers: tuple[Person, ...]
    grounds: str = ""
    remarks: str = ""
    correction_deadline: datetime | None = None
    corrected_at: datetime | None = None


def content(data: FormalCard, _: Translate) -> Content:
    """The card; ``_`` translates."""
    story = [
        *offer_facts(data.offer, _, _dates(data, _)),
        *heading(_("Formal criteria")),
        _marks(data, _),
        *heading(_("Result of the formal check")),
        note([strong(_result(data, _))]),
        *section(_("Grounds for the result"), data.grounds),
        *section(_("Remarks"), data.remarks),
        *signatures(data.reviewers),
    ]
    return compose(data.frame, _, title=_("Formal card of an offer"), story=story)


def mark_name(mark: Mark, _: Translate) -> str:
    """The mark in words."""
    return {"yes": _("yes"), "no": _("no"), "not_applicable": _("not applicable")}[mark]


def _dates(data: FormalCard, _: Translate) -> list[tuple[str, str]]:
    correction, corrected = data.correction_deadline, data.corrected_at
    return [
        (_("Offer received"), figures.moment(data.submitted_at)),
        (deadline_label(data.offer, _), figures.deadline(data.deadline)),
        (_("Time to correct"), figures.deadline(correction) if correction else ""),
        (_("Correction received"), figures.moment(corrected) if corrected else ""),
        (_("Checked on"), figures.day(data.checked_on)),
    ]


def _marks(data: FormalCard, _: Translate) -> Node:
    after = any(mark.corrected for mark in data.marks)
    columns = [
        Column(_("No."), 0.5, "right"),
        Column(_("Criterion"), 3.6),
        Column(_("Can be corrected"), 1.15, "centre"),
        Column(_("Criterion met"), 1, "centre"),
        *([Column(_("After correction"), 1.1, "centre")] if after else []),
        Column(_("Remark"), 2.2),
    ]
    return grid(columns, [_mark_row(number, mark, after, _) for number, mark in enumerate(data.marks, 1)])


def _mark_row(number: int, mark: FormalMark, after: bool, _: Translate) -> Row:
    corrected = [mark_name(mark.corrected, _) if mark.corrected else "–"] if after else []
    cells = (
        str(number),
        mark.text,
        _("yes") if mark.correctable else _("no"),
        strong(mark_name(mark.mark, _)),
        *corrected,
        mark.remark,
    )
    return Row(cells)


def _result(data: FormalCard, _: Translate) -> str:
    accepted = _("The offer meets the formal requirements and goes on to merit assessment.")
    if data.offer.kind == "intake":
        accepted = _("The offer meets the formal requirements; whether it serves its purpose is judged next.")
    return {
        "accepted": accepted,
        "correction": _("The offer has defects that can be corrected; it is called for correction."),
        "rejected": _("The offer does not meet the formal requirements and is rejected."),
    }[data.result]
