"""The notice that a call ends without an award: cancelled by law (art. 18a), or called off on a reserved ground."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from reports import Translate, figures
from reports.announcement import Publication, publications
from reports.blocks import Contact, Person, Story, closing, section
from reports.content import Content
from reports.letterhead import DocumentFrame, compose
from reports.tables import facts, note
from reports.text import P, strong

Ground = Literal["no_offer", "no_valid_offer", "called_off"]


@dataclass(frozen=True, slots=True)
class EndingNotice:
    """The notice; ``reserved`` is what the announcement reserved about calling off, in its own words."""

    frame: DocumentFrame
    call_number: str
    call_title: str
    ground: Ground
    order_number: str
    order_date: date | None
    reason: str
    publications: tuple[Publication, ...]
    contact: Contact
    reserved: str = ""
    announced_by: str = ""
    announced_on: date | None = None
    signatory: Person | None = None


def content(data: EndingNotice, _: Translate) -> Content:
    """The notice; ``_`` translates."""
    story = [
        P(_opening(data, _)),
        note([strong(_ground(data, _))]),
        *_call(data, _),
        *section(_("Ground reserved in the announcement"), data.reserved if _called_off(data) else ""),
        *section(_("Reason"), data.reason),
        *section(_("What it means"), _meaning(data, _)),
        *publications(data.publications, _),
        *closing([], data.contact, data.signatory, _),
    ]
    title = _("Cancellation of the open call for offers")
    if _called_off(data):
        title = _("Calling off of the open call for offers")
    return compose(data.frame, _, title=title, subtitle=data.call_title, story=story)


def _called_off(data: EndingNotice) -> bool:
    return data.ground == "called_off"


def _opening(data: EndingNotice, _: Translate) -> str:
    text = _("The Mayor of the City of Kraków announces that the open call for offers is cancelled.")
    if _called_off(data):
        text = _("The Mayor of the City of Kraków announces that the open call for offers is called off.")
    if data.order_number and data.order_date:
        text += " " + _("Order no. %(number)s of %(day)s.") % {
            "number": data.order_number,
            "day": figures.day(data.order_date),
        }
    return text


def _ground(data: EndingNotice, _: Translate) -> str:
    if data.ground == "no_offer":
        return _("No offer was submitted (art. 18a ust. 1 pkt 1 of the Act).")
    if data.ground == "no_valid_offer":
        return _(
            "None of the submitted offers met the requirements of the announcement (art. 18a ust. 1 pkt 2 of the Act)."
        )
    return _("The announcement reserved the right to call the call off.")


def _call(data: EndingNotice, _: Translate) -> Story:
    announced = ""
    if data.announced_by and data.announced_on:
        announced = _("Order no. %(number)s of %(day)s.") % {
            "number": data.announced_by,
            "day": figures.day(data.announced_on),
        }
    return facts(
        [
            (_("Call number"), data.call_number),
            (_("Title of the public task"), data.call_title),
            (_("The call was announced by"), announced),
        ]
    )


def _meaning(data: EndingNotice, _: Translate) -> str:
    if data.ground == "no_offer":
        return _("No grant is awarded in this call.")
    return _("No grant is awarded in this call. The offers that came in are not assessed any further.")
