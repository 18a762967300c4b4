"""The list of formal results: which offers meet the formal requirements of the announcement, and which do not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from reports import Translate, figures
from reports.blocks import Person, Story, heading, signatures
from reports.content import Content
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, facts, grid
from reports.text import P

FormalResult = Literal["met", "rejected", "withdrawn"]


@dataclass(frozen=True, slots=True)
class FormallyChecked:
    """One offer that came; ``corrected`` when it met the requirements only after a correction."""

    offer_number: str
    offeror: str
    task_title: str
    received_at: datetime
    result: FormalResult
    corrected: bool = False
    grounds: str = ""


@dataclass(frozen=True, slots=True)
class FormalResults:
    """The list by the number of the offer; ``deadline`` is the aware one for offers."""

    frame: DocumentFrame
    call_number: str
    call_title: str
    deadline: datetime
    rows: tuple[FormallyChecked, ...]
    signatory: Person | None = None


def content(data: FormalResults, _: Translate) -> Content:
    """The list; ``_`` translates."""
    story = [
        *_head(data, _),
        *_met(data, _),
        *_rejected(data, _),
        *_withdrawn(data, _),
        *signatures([data.signatory] if data.signatory else []),
    ]
    title = _("List of formal results of the offers")
    return compose(data.frame, _, title=title, subtitle=data.call_title, story=story)


def _chosen(data: FormalResults, result: FormalResult) -> list[FormallyChecked]:
    return [row for row in data.rows if row.result == result]


def _head(data: FormalResults, _: Translate) -> Story:
    return facts(
        [
            (_("Call number"), data.call_number),
            (_("Deadline for offers"), figures.deadline(data.deadline)),
            (_("Offers submitted"), str(len(data.rows))),
            (_("Offers that meet the formal requirements"), str(len(_chosen(data, "met")))),
            (_("Offers rejected formally"), str(len(_chosen(data, "rejected")))),
            (_("Offers withdrawn"), str(len(_chosen(data, "withdrawn")))),
        ]
    )


def _met(data: FormalResults, _: Translate) -> Story:
    rows = _chosen(data, "met")
    title = heading(_("Offers that meet the formal requirements"))
    if not rows:
        return [*title, P(_("No offer meets the formal requirements of the announcement."))]
    columns = [
        Column(_("Offer no."), 0.8),
        Column(_("Offeror"), 3),
        Column(_("Title of the task"), 3.2),
        Column(_("Offer received"), 1.5),
        Column(_("After correction"), 1, "centre"),
    ]
    cells = [
        Row(
            (
                row.offer_number,
                row.offeror,
                row.task_title,
                figures.moment_short(row.received_at),
                _("yes") if row.corrected else _("no"),
            )
        )
        for row in rows
    ]
    return [*title, grid(columns, cells)]


def _rejected(data: FormalResults, _: Translate) -> Story:
    rows = _chosen(data, "rejected")
    if not rows:
        return []
    columns = [
        Column(_("Offer no."), 0.8),
        Column(_("Offeror and task"), 3.2),
        Column(_("Offer received"), 1.5),
        Column(_("Ground of rejection"), 3.2),
    ]
    cells = [
        Row(
            (
                row.offer_number,
                f"{row.offeror}\n{row.task_title}",
                figures.moment_short(row.received_at),
                row.grounds or "–",
            )
        )
        for row in rows
    ]
    return [*heading(_("Offers rejected formally")), grid(columns, cells)]


def _withdrawn(data: FormalResults, _: Translate) -> Story:
    rows = _chosen(data, "withdrawn")
    if not rows:
        return []
    columns = [Column(_("Offer no."), 0.8), Column(_("Offeror"), 3), Column(_("Title of the task"), 4)]
    cells = [Row((row.offer_number, row.offeror, row.task_title)) for row in rows]
    return [*heading(_("Offers withdrawn")), grid(columns, cells)]
