"""The letter after a control: what was found, what to repair by when, and until when to answer."""

from dataclasses import dataclass
from datetime import date

from reports import Translate, figures
from reports.blocks import NOBODY, Addressee, Contact, Person, Story, addressee, closing, heading, section
from reports.content import Content
from reports.control import ControlledAgreement, agreement_facts
from reports.control_protocol import Recommendation
from reports.drawn import replacing
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, grid, note
from reports.text import P, strong


@dataclass(frozen=True, slots=True)
class PostControlLetter:
    """The letter. ``answer_days`` run from its receipt (framework agreement § 8); ``protocol_on`` is the day of the protocol."""

    frame: DocumentFrame
    addressee: Addressee
    agreement: ControlledAgreement
    protocol_on: date
    findings: str
    recommendations: tuple[Recommendation, ...]
    answer_days: int
    replaces: date | None = None
    contact: Contact = NOBODY
    signatory: Person | None = None


def content(data: PostControlLetter, _: Translate) -> Content:
    """The letter; ``_`` translates."""
    intro = _("This letter follows the control described in the protocol of %(day)s.")
    story = [
        *replacing(data.replaces, _),
        P(intro % {"day": figures.day(data.protocol_on)}),
        note([strong(_outcome(data, _))]),
        *agreement_facts(data.agreement, _),
        *section(_("What the control found"), data.findings),
        *_recommendations(data, _),
        *closing(_last(data, _), data.contact, data.signatory, _),
    ]
    title = _("Letter after the control")
    return compose(data.frame, _, title=title, before=addressee(data.addressee), story=story)


def _outcome(data: PostControlLetter, _: Translate) -> str:
    if not data.recommendations:
        return _("The control found nothing that has to be repaired.")
    return _(
        "Carry out the recommendations and tell us how, within %(days)s days of receiving this letter."
    ) % {"days": data.answer_days}


def _recommendations(data: PostControlLetter, _: Translate) -> Story:
    if not data.recommendations:
        return []
    columns = [Column(_("No."), 0.5, "right"), Column(_("Recommendation"), 5), Column(_("Term"), 2)]
    usual = _("%(days)s days from receipt of this letter") % {"days": data.answer_days}
    rows = [
        Row((str(number), item.text, figures.day(item.due) if item.due else usual))
        for number, item in enumerate(data.recommendations, start=1)
    ]
    return [*heading(_("Recommendations after the control")), grid(columns, rows)]


def _last(data: PostControlLetter, _: Translate) -> Story:
    if not data.recommendations:
        return []
    text = _(
        "If the recommendations are not carried out, the city may terminate the agreement or demand the return of what "
        "was used against it."
    )
    return [P(text)]
