"""The call to correct formal defects of an offer: what, how, until when, and what silence means."""

from dataclasses import dataclass
from datetime import datetime

from reports import Translate, figures
from reports.blocks import (
    NOBODY,
    Addressee,
    Contact,
    OfferReference,
    Person,
    Story,
    addressee,
    closing,
    heading,
    offer_facts,
)
from reports.content import Content, Heading, Node
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, grid, note
from reports.text import P, prose, strong


@dataclass(frozen=True, slots=True)
class Defect:
    """One defect: the place in the offer ("III.4", "attachments"), what is wrong, what to do."""

    section: str
    defect: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionCall:
    """The letter.

    Exactly one of ``deadline`` and ``days`` counts: a fixed aware moment, or a number of days from delivery
    while delivery has not happened yet.
    """

    frame: DocumentFrame
    addressee: Addressee
    offer: OfferReference
    defects: tuple[Defect, ...]
    deadline: datetime | None
    days: int | None = None
    message: str = ""  # what the office adds in its own words
    how: str = ""  # "" prints the way through the electronic form
    contact: Contact = NOBODY
    signatory: Person | None = None


def content(data: CorrectionCall, _: Translate) -> Content:
    """The letter; ``_`` translates."""
    story = [
        P(_("Your offer has formal defects that can be corrected. Correct only what is listed below.")),
        note([strong(_until(data, _))]),
        *prose(data.message),
        *offer_facts(data.offer, _),
        *heading(_("What to correct")),
        _defects(data, _),
        *heading(_("How to correct it")),
        *prose(data.how or _how(_)),
        *closing(_silence(_), data.contact, data.signatory, _),
    ]
    title = _("Call to correct an offer")
    return compose(data.frame, _, title=title, before=addressee(data.addressee), story=story)


def _until(data: CorrectionCall, _: Translate) -> str:
    if data.deadline is not None:
        return _("Correct the offer %(deadline)s.") % {"deadline": figures.deadline(data.deadline)}
    return _("Days to correct the offer, counted from delivery of this letter: %(days)s.") % {
        "days": data.days
    }


def _how(_: Translate) -> str:
    return _(
        "Sign in, open the offer and press \u201cCorrect the offer\u201d. Only the listed places are open. "
        "When they are ready, send the corrections; you will get a confirmation with the exact time."
    )


def _defects(data: CorrectionCall, _: Translate) -> Node:
    columns = [
        Column(_("No."), 0.5, "right"),
        Column(_("Place in the offer"), 1.2),
        Column(_("Defect"), 3),
        Column(_("What to do"), 3),
    ]
    return grid(
        columns,
        [Row((str(n), d.section, d.defect, d.remedy)) for n, d in enumerate(data.defects, start=1)],
    )


def _silence(_: Translate) -> Story:
    return [
        Heading(_("What happens without a correction")),
        P(_("An offer that is not corrected in time is formally rejected and is not assessed any further.")),
        P(_("This call is made once. Other parts of the offer cannot be changed.")),
    ]
