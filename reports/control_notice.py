"""The notice of a control to the contractor: when, where, who, what is looked at, and what to have ready."""

from dataclasses import dataclass
from datetime import date, datetime

from reports import Translate, figures
from reports.blocks import (
    NOBODY,
    Addressee,
    Contact,
    Person,
    addressee,
    bullets,
    closing,
    heading,
    section,
)
from reports.content import Content
from reports.control import ControlledAgreement, agreement_facts, scope
from reports.drawn import person_lines, replacing
from reports.letterhead import DocumentFrame, compose
from reports.text import P, strong


@dataclass(frozen=True, slots=True)
class ControlNotice:
    """The notice. ``begins`` is aware; ``ends_on`` None means one day; ``authorisation`` names it with its day."""

    frame: DocumentFrame
    addressee: Addressee
    agreement: ControlledAgreement
    begins: datetime
    place: str
    controllers: tuple[Person, ...]
    scope: tuple[str, ...]
    authorisation: str
    ends_on: date | None = None
    prepare: tuple[str, ...] = ()
    remarks: str = ""
    replaces: date | None = None
    contact: Contact = NOBODY
    signatory: Person | None = None


def content(data: ControlNotice, _: Translate) -> Content:
    """The notice; ``_`` translates."""
    intro = _("We will control how the public task is carried out. The control begins on %(moment)s.")
    prepare = [*heading(_("What to have ready")), *bullets(data.prepare)] if data.prepare else []
    story = [
        *replacing(data.replaces, _),
        P(intro % {"moment": strong(figures.appointment(data.begins))}),
        *agreement_facts(
            data.agreement,
            _,
            [
                (_("Place of the control"), data.place),
                (_("Ends on"), figures.day(data.ends_on) if data.ends_on else ""),
                (_("Authorisation"), data.authorisation),
            ],
        ),
        *scope(data.scope, _),
        *heading(_("Controlling persons")),
        *bullets(person_lines(data.controllers)),
        *prepare,
        *section(_("Remarks"), data.remarks),
        *closing(
            [
                P(
                    _(
                        "Make sure that a person who represents you, or whom you have authorised in writing, is present. "
                        "If the day does not suit you, let us know before it."
                    )
                )
            ],
            data.contact,
            data.signatory,
            _,
        ),
    ]
    return compose(data.frame, _, title=_("Notice of control"), before=addressee(data.addressee), story=story)
