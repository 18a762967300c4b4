"""The authorisation by which persons of the office control how a task is carried out (art. 17 UDPPiW)."""

from dataclasses import dataclass
from datetime import date

from reports import Translate
from reports.blocks import Person, bullets, heading, signatures
from reports.content import Content
from reports.control import ControlledAgreement, agreement_facts, days, scope
from reports.drawn import person_lines, replacing
from reports.letterhead import DocumentFrame, compose
from reports.text import P


@dataclass(frozen=True, slots=True)
class ControlAuthorisation:
    """The authorisation, in force from ``valid_from`` to ``valid_to``; ``issued_by`` signs it."""

    frame: DocumentFrame
    number: str
    agreement: ControlledAgreement
    controllers: tuple[Person, ...]
    scope: tuple[str, ...]
    valid_from: date
    valid_to: date
    place: str
    issued_by: Person
    replaces: date | None = None


def content(data: ControlAuthorisation, _: Translate) -> Content:
    """The authorisation; ``_`` translates."""
    story = [
        *replacing(data.replaces, _),
        P(_("I authorise the persons named below to control how the public task is carried out.")),
        *heading(_("Authorised persons")),
        *bullets(person_lines(data.controllers)),
        *agreement_facts(
            data.agreement,
            _,
            [(_("Valid"), days(data.valid_from, data.valid_to)), (_("Place of the control"), data.place)],
        ),
        *scope(data.scope, _),
        P(
            _(
                "The authorised persons may look into documents and other carriers of information that matter for the "
                "assessment, and ask for explanations in writing or orally, at the seat of the contractor and where "
                "the task is carried out."
            )
        ),
        P(_("The authorisation is valid together with a document that proves identity.")),
        *signatures([data.issued_by]),
    ]
    title = _("Authorisation to control no. %(number)s") % {"number": data.number}
    return compose(data.frame, _, title=title, story=story)
