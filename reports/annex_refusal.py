"""The letter refusing an annex: what was asked for, why it was refused, and that the agreement stays as it is."""

from dataclasses import dataclass
from datetime import date

from reports import Translate, figures
from reports.agreement_reference import AgreementReference, agreement_facts
from reports.blocks import NOBODY, Addressee, Contact, Person, addressee, closing, section
from reports.content import Content
from reports.letterhead import DocumentFrame, compose
from reports.tables import note
from reports.text import P, strong


@dataclass(frozen=True, slots=True)
class AnnexRefusal:
    """The letter. ``asked_new_end`` and ``asked_account`` are what the contractor asked for, None and "" for nothing."""

    frame: DocumentFrame
    addressee: Addressee
    agreement: AgreementReference
    annex_number: int
    asked_on: date
    subject: str
    request_reason: str
    reason: str
    asked_new_end: date | None = None
    asked_account: str = ""
    contact: Contact = NOBODY
    signatory: Person | None = None


def content(data: AnnexRefusal, _: Translate) -> Content:
    """The letter; ``_`` translates."""
    end = figures.day(data.asked_new_end) if data.asked_new_end else ""
    story = [
        note([strong(_("The city does not conclude the annex that you asked for."))]),
        *agreement_facts(
            data.agreement,
            _,
            [
                (_("Request of"), figures.day(data.asked_on)),
                (_("Number of the request"), str(data.annex_number)),
                (_("What was asked for"), data.subject),
                (_("New end of the task asked for"), end),
                (_("New account asked for"), figures.account(data.asked_account)),
            ],
        ),
        *section(_("Reasons given in the request"), data.request_reason),
        *section(_("Why the annex is refused"), data.reason),
        *closing(
            [
                P(_("The agreement stays as it is.")),
                P(
                    _(
                        "An annex needs the will of both sides (art. 16 of the Act, the Civil Code), so there is no "
                        "appeal. You may ask again before the task ends if the circumstances change."
                    )
                ),
            ],
            data.contact,
            data.signatory,
            _,
        ),
    ]
    return compose(
        data.frame, _, title=_("Refusal of an annex"), before=addressee(data.addressee), story=story
    )
