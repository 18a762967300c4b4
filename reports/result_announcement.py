"""The public announcement of the results: who receives how much for which task, and what became of every offer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports import Translate, figures
from reports.announcement import Publication, publications
from reports.blocks import Contact, Story, contact_line, heading, section
from reports.content import Content
from reports.letterhead import DocumentFrame, compose
from reports.ranking_list import RankingStatus, status_name
from reports.tables import Column, Row, facts, grid
from reports.text import P


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One offer of the announcement; place and points are None for one that was not assessed."""

    offer_number: str
    offeror: str
    task_title: str
    status: RankingStatus
    awarded_grosze: int = 0
    place: int | None = None
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ResultAnnouncement:
    """The announcement of one round; ``rows`` in the order of the ranking. Amounts in grosze."""

    frame: DocumentFrame
    call_number: str
    call_title: str
    round: int
    order_number: str
    order_date: date | None
    pool_grosze: int
    rows: tuple[ResultRow, ...]
    publications: tuple[Publication, ...]
    justification_days: int
    justification_until: date | None
    threshold_points: Decimal | int = 0
    max_points: Decimal | int = 0
    contact: Contact | None = None


def content(data: ResultAnnouncement, _: Translate) -> Content:
    """The announcement; ``_`` translates."""
    story = [
        *_head(data, _),
        *_awards(data, _),
        *_statuses(data, _),
        *section(_("Who may ask for the reasons"), _justification(data, _)),
        *publications(data.publications, _),
        *([P(contact_line(data.contact, _))] if data.contact else []),
    ]
    title = _("Results of the open call for offers")
    if data.round > 1:
        title = _("Results of a further round of the open call for offers")
    return compose(data.frame, _, title=title, subtitle=data.call_title, story=story)


def _head(data: ResultAnnouncement, _: Translate) -> Story:
    lead = ""
    if data.order_date:
        lead = _(
            "The Mayor of the City of Kraków decided on the call by order no. %(number)s of %(day)s."
        ) % {
            "number": data.order_number,
            "day": figures.day(data.order_date),
        }
    limits = _("%(threshold)s of %(most)s points") % {
        "threshold": figures.points(data.threshold_points),
        "most": figures.points(data.max_points),
    }
    return [
        *([P(lead)] if lead else []),
        *facts(
            [
                (_("Call number"), data.call_number),
                (_("Title of the public task"), data.call_title),
                (_("Pool of the call"), figures.money_in_full(data.pool_grosze, _)),
                (_("Threshold"), limits),
            ]
        ),
    ]


def _awards(data: ResultAnnouncement, _: Translate) -> Story:
    given = [row for row in data.rows if row.awarded_grosze]
    title = heading(_("Grants awarded"))
    if not given:
        return [*title, P(_("No offer was awarded a grant."))]
    columns = [
        Column(_("Offer no."), 0.8),
        Column(_("Offeror"), 3),
        Column(_("Title of the task"), 3.4),
        Column(_("Grant awarded"), 1.6, "right"),
    ]
    rows = [
        Row((row.offer_number, row.offeror, row.task_title, figures.money(row.awarded_grosze)))
        for row in given
    ]
    total = figures.money(sum(row.awarded_grosze for row in given))
    return [*title, grid(columns, [*rows, Row(("", _("Total"), "", total), "sum")])]


def _statuses(data: ResultAnnouncement, _: Translate) -> Story:
    columns = [
        Column(_("Place"), 0.7, "right"),
        Column(_("Offer no."), 0.8),
        Column(_("Offeror and task"), 4),
        Column(_("Mean points"), 1, "right"),
        Column(_("Status"), 2),
    ]
    rows = [
        Row(
            (
                "–" if row.place is None else str(row.place),
                row.offer_number,
                f"{row.offeror}\n{row.task_title}",
                "–" if row.points is None else figures.points(row.points),
                status_name(row.status, _),
            )
        )
        for row in data.rows
    ]
    title = _("All offers") if data.round == 1 else _("Offers of this round")
    return [*heading(title), grid(columns, rows)]


def _justification(data: ResultAnnouncement, _: Translate) -> str:
    text = _(
        "Within %(days)s days of the announcement of the results anybody may ask the Mayor for the reasons why an offer "
        "was selected or rejected."
    ) % {"days": data.justification_days}
    if data.justification_until:
        text += " " + _("In this call: by %(day)s.") % {"day": figures.day(data.justification_until)}
    return text
