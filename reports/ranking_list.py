"""The ranking list of a call with the running sum against the pool."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from reports import Translate, figures
from reports.blocks import Person, signatures
from reports.content import Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.tables import WIDE, Column, Row, facts, grid
from reports.text import P

RankingStatus = Literal[
    "recommended",
    "awarded",
    "awarded_reduced",
    "reserve",
    "not_awarded",
    "below_threshold",
    "formally_rejected",
    "withdrawn",
]


@dataclass(frozen=True, slots=True)
class RankingRow:
    """A row.

    ``place`` and ``points`` are None for an offer that was not assessed. ``cumulative_grosze`` is the sum of
    the proposed grants down to this row.
    """

    offer_number: str
    offeror: str
    task_title: str
    total_cost_grosze: int
    requested_grosze: int
    status: RankingStatus
    place: int | None = None
    points: Decimal | None = None
    proposed_grosze: int = 0
    cumulative_grosze: int = 0


@dataclass(frozen=True, slots=True)
class RankingList:
    """The list in its order; ``left_grosze`` is what remains of the pool."""

    frame: DocumentFrame
    call_number: str
    call_title: str
    pool_grosze: int
    left_grosze: int
    threshold_points: Decimal | int
    max_points: Decimal | int
    rows: tuple[RankingRow, ...]
    tie_rule: str = ""
    remarks: str = ""
    signatory: Person | None = None


def content(data: RankingList, _: Translate) -> Content:
    """The list as a PDF on landscape sheets; ``_`` translates."""
    story = [
        *_head(data, _),
        _table(data, _),
        *([P(data.tie_rule)] if data.tie_rule else []),
        *([P(data.remarks)] if data.remarks else []),
        *signatures([data.signatory] if data.signatory else [], WIDE),
    ]
    title = _("Ranking list of offers")
    return compose(data.frame, _, title=title, subtitle=data.call_title, story=story, wide=True)


def status_name(status: RankingStatus, _: Translate) -> str:
    """The status in words, as it may be published."""
    return {
        "recommended": _("recommended"),
        "awarded": _("grant awarded"),
        "awarded_reduced": _("reduced grant awarded"),
        "reserve": _("reserve list"),
        "not_awarded": _("no grant awarded"),
        "below_threshold": _("below the threshold"),
        "formally_rejected": _("rejected formally"),
        "withdrawn": _("withdrawn by the offeror"),
    }[status]


def _head(data: RankingList, _: Translate) -> list[Node]:
    limits = _("%(threshold)s of %(most)s points") % {
        "threshold": figures.points(data.threshold_points),
        "most": figures.points(data.max_points),
    }
    return facts(
        [
            (_("Call number"), data.call_number),
            (_("Pool of the call"), figures.money_in_full(data.pool_grosze, _)),
            (_("Threshold"), limits),
            (_("Left of the pool"), figures.money(data.left_grosze)),
        ],
        WIDE,
        0.18,
    )


def _table(data: RankingList, _: Translate) -> Node:
    columns = [
        Column(_("Place"), 0.6, "right"),
        Column(_("Offer no."), 0.95),
        Column(_("Offeror"), 2.3),
        Column(_("Title of the task"), 2.6),
        Column(_("Total cost"), 1.35, "right"),
        Column(_("Asked for"), 1.35, "right"),
        Column(_("Mean points"), 0.8, "right"),
        Column(_("Proposed grant"), 1.35, "right"),
        Column(_("Running sum"), 1.35, "right"),
        Column(_("Status"), 1.25),
    ]
    total = Row(
        (
            "",
            "",
            _("Total"),
            "",
            figures.money(sum(row.total_cost_grosze for row in data.rows)),
            figures.money(sum(row.requested_grosze for row in data.rows)),
            "",
            figures.money(sum(row.proposed_grosze for row in data.rows)),
            "",
            "",
        ),
        "sum",
    )
    return grid(columns, [*(_row(row, _) for row in data.rows), total], WIDE)


def _row(row: RankingRow, _: Translate) -> Row:
    ranked = row.place is not None
    return Row(
        (
            "–" if row.place is None else str(row.place),
            row.offer_number,
            row.offeror,
            row.task_title,
            figures.money(row.total_cost_grosze),
            figures.money(row.requested_grosze),
            "–" if row.points is None else figures.points(row.points),
            figures.money(row.proposed_grosze) if ranked else "–",
            figures.money(row.cumulative_grosze) if ranked else "–",
            status_name(row.status, _),
        )
    )
