"""The announcement of an intake of small grants (art. 19a), of its extension, or of its closing before the time."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from reports import Translate, figures
from reports.blocks import Contact, Person, Story, closing, heading, section
from reports.content import Content
from reports.letterhead import DocumentFrame, compose
from reports.tables import facts, note
from reports.text import P, strong

Occasion = Literal["announced", "extended", "closed_early"]


@dataclass(frozen=True, slots=True)
class IntakeAnnouncement:
    """The announcement. Moments are aware, the pool in grosze.

    ``closed_before`` is the end of the intake as it was before an extension or an early closing; ``rules`` are labels
    with what the intake says about each.
    """

    frame: DocumentFrame
    intake_number: str
    title: str
    unit: str
    occasion: Occasion
    order_number: str
    order_date: date | None
    year: int
    pool_grosze: int
    opens_at: datetime | None
    closes_at: datetime
    rules: tuple[tuple[str, str], ...]
    contact: Contact
    closed_before: datetime | None = None
    reason: str = ""
    signatory: Person | None = None


def content(data: IntakeAnnouncement, _: Translate) -> Content:
    """The announcement; ``_`` translates."""
    story = [
        P(_opening(data, _)),
        note([strong(_term(data, _))]),
        *_head(data, _),
        *section(_("Reason"), data.reason),
        *heading(_("Rules of the intake")),
        *facts(data.rules),
        *closing([], data.contact, data.signatory, _),
    ]
    return compose(data.frame, _, title=_title(data, _), subtitle=data.title, story=story)


def _title(data: IntakeAnnouncement, _: Translate) -> str:
    return {
        "announced": _("Announcement of an intake of offers for small grants"),
        "extended": _("Announcement that the intake of offers for small grants is extended"),
        "closed_early": _("Announcement that the intake of offers for small grants closes before the time"),
    }[data.occasion]


def _opening(data: IntakeAnnouncement, _: Translate) -> str:
    text = _(
        "The Mayor of the City of Kraków takes offers for public tasks outside an open call, under art. 19a of the Act."
    )
    if data.order_number and data.order_date:
        text += " " + _("Order no. %(number)s of %(day)s.") % {
            "number": data.order_number,
            "day": figures.day(data.order_date),
        }
    return text


def _term(data: IntakeAnnouncement, _: Translate) -> str:
    if data.occasion == "closed_early":
        return _("The intake closed on %(moment)s.") % {"moment": figures.moment(data.closes_at)}
    return _("Offers are submitted %(deadline)s.") % {"deadline": figures.deadline(data.closes_at)}


def _head(data: IntakeAnnouncement, _: Translate) -> Story:
    before = figures.deadline(data.closed_before) if data.closed_before else ""
    return facts(
        [
            (_("Intake of small grants"), f"{data.title} ({data.intake_number})"),
            (_("Unit in charge"), data.unit),
            (_("Budget year"), str(data.year)),
            (_("Public funds planned"), figures.money_in_full(data.pool_grosze, _)),
            (_("Offers are accepted from"), figures.moment(data.opens_at) if data.opens_at else ""),
            (_("End of the intake"), figures.deadline(data.closes_at)),
            (_("End of the intake before the change"), before),
        ]
    )
