"""The invitation to a meeting of the competition commission: when, where, what for, and over which offers."""

from dataclasses import dataclass
from datetime import date, datetime

from reports import Translate, figures
from reports.blocks import NOBODY, Contact, Person, Story, bullets, closing, heading, numbered, section
from reports.content import Content
from reports.drawn import person_lines, replacing
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, facts, grid
from reports.text import P, strong


@dataclass(frozen=True, slots=True)
class ListedOffer:
    """An offer that the meeting is about."""

    number: str
    offeror: str
    task_title: str


@dataclass(frozen=True, slots=True)
class CommissionInvitation:
    """The invitation. ``begins`` is aware. At least one of ``place`` and ``online`` says where."""

    frame: DocumentFrame
    call_number: str
    call_title: str
    members: tuple[Person, ...]
    begins: datetime
    agenda: tuple[str, ...]
    place: str = ""
    online: str = ""
    offers: tuple[ListedOffer, ...] = ()
    remarks: str = ""
    replaces: date | None = None
    contact: Contact = NOBODY
    signatory: Person | None = None


def content(data: CommissionInvitation, _: Translate) -> Content:
    """The invitation; ``_`` translates."""
    intro = _("You are invited to a meeting of the competition commission on %(moment)s.")
    story = [
        *replacing(data.replaces, _),
        P(intro % {"moment": strong(figures.appointment(data.begins))}),
        *facts(
            [
                (_("Call for offers"), f"{data.call_title} ({data.call_number})"),
                (_("Place"), data.place),
                (_("Online"), data.online),
            ]
        ),
        *heading(_("Agenda")),
        *numbered(data.agenda),
        *_offers(data, _),
        *section(_("Remarks"), data.remarks),
        *heading(_("Invited members")),
        *bullets(person_lines(data.members)),
        *closing(_last(_), data.contact, data.signatory, _),
    ]
    title = _("Invitation to a meeting of the commission")
    return compose(data.frame, _, title=title, subtitle=data.call_title, story=story)


def _offers(data: CommissionInvitation, _: Translate) -> Story:
    if not data.offers:
        return []
    columns = [Column(_("Offer no."), 1), Column(_("Offeror"), 3), Column(_("Title of the public task"), 3.4)]
    rows = [Row((offer.number, offer.offeror, offer.task_title)) for offer in data.offers]
    return [*heading(_("Offers to be discussed")), grid(columns, rows)]


def _last(_: Translate) -> Story:
    text = _(
        "A member whom a ground of art. 24 KPA excludes from an offer says so before the commission discusses it. "
        "If you cannot come, let us know."
    )
    return [P(text)]
