"""The end of an agreement before its time: the city's notice with immediate effect, or the record of dissolution by consent."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from reports import Translate, figures
from reports.agreement_reference import AgreementReference, agreement_facts, joint_liability
from reports.blocks import (
    NOBODY,
    Addressee,
    Contact,
    Person,
    addressee,
    closing,
    contact_line,
    heading,
    section,
    signatures,
)
from reports.content import Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.returns import account_line
from reports.tables import Column, Row, grid, note
from reports.text import P, strong


@dataclass(frozen=True, slots=True)
class TerminationNotice:
    """The notice, or the record both sides sign.

    Amounts in grosze. ``paid`` has the day and sum of each transfer. ``used_until`` is the last day for using the
    grant, ``return_by`` the last day for returning what was not used, ``report_due`` that of the report; all None
    when nothing was paid. ``contractor_people`` sign the record.
    """

    frame: DocumentFrame
    addressee: Addressee
    agreement: AgreementReference
    manner: Literal["terminated", "dissolved"]
    ended_on: date
    reason: str
    granted_grosze: int
    paid: tuple[tuple[date, int], ...] = ()
    used_until: date | None = None
    return_by: date | None = None
    report_due: date | None = None
    account_number: str = ""
    contractor_people: tuple[Person, ...] = ()
    contact: Contact = NOBODY
    signatory: Person | None = None


def content(data: TerminationNotice, _: Translate) -> Content:
    """The notice or record; ``_`` translates."""
    dissolved = data.manner == "dissolved"
    title = (
        _("Record of dissolving the agreement by consent")
        if dissolved
        else _("Statement on ending the agreement with immediate effect")
    )
    story = [
        note([strong(_outcome(data, _))]),
        *agreement_facts(
            data.agreement, _, [(_("Grant under the agreement"), figures.money(data.granted_grosze))]
        ),
        *section(_("Grounds"), data.reason),
        P(_basis(data, _)),
        *heading(_("Settlement of the grant"), 130),
        *_settlement(data, _),
        *_end(data, _),
    ]
    return compose(data.frame, _, title=title, before=addressee(data.addressee), story=story)


def _outcome(data: TerminationNotice, _: Translate) -> str:
    day = {"day": figures.day(data.ended_on)}
    if data.manner == "dissolved":
        return _("The parties dissolve the agreement by consent on %(day)s.") % day
    return _("The city ends the agreement with immediate effect on %(day)s.") % day


def _basis(data: TerminationNotice, _: Translate) -> str:
    if data.manner == "dissolved":
        return _(
            "The parties may end the agreement by consent when circumstances for which they are not responsible make "
            "its performance impossible; the financial effects stand in this record (§ 11 of the framework agreement)."
        )
    return _(
        "The agreement lets the city end it with immediate effect in the cases it names (§ 13 of the framework "
        "agreement, Dz.U. 2018 poz. 2057, annex 3)."
    )


def _settlement(data: TerminationNotice, _: Translate) -> list[Node]:
    if not data.paid:
        return [P(_("Nothing of the grant was paid, so there is nothing to return and no report to submit."))]
    rows = [Row((figures.day(day), figures.money(amount))) for day, amount in data.paid]
    total = sum(amount for _day, amount in data.paid)
    table = grid(
        [Column(_("Day of the transfer"), 3), Column(_("Grant paid"), 2, "right")],
        [*rows, Row((_("Total"), figures.money(total)), "sum")],
    )
    sentences = [_("Grant paid: %(amount)s.") % {"amount": figures.money_in_full(total, _)}]
    if data.used_until:
        sentences.append(
            _("The grant may be used for the task until %(day)s.") % {"day": figures.day(data.used_until)}
        )
    if data.report_due:
        sentences.append(
            _("Submit the final report on what was done by %(day)s.") % {"day": figures.day(data.report_due)}
        )
    if data.return_by:
        sentences.append(
            _(
                "What was not used is returned by %(day)s (art. 251 of the Public Finance Act); later with interest."
            )
            % {"day": strong(figures.day(data.return_by))}
        )
    if data.manner == "terminated":
        sentences.append(
            _(
                "What was used against its purpose, taken without basis or in excess is returned within 15 days of the "
                "finding, with interest as for tax arrears; for money used against its purpose it runs from the days of "
                "payment in the table (art. 252 of the Public Finance Act). The sum is named after the settlement."
            )
        )
    sentences += joint_liability(data.agreement.contractors, _)
    account = account_line(data.account_number, data.agreement.number, _)
    return [table, *(P(sentence) for sentence in sentences), account]


def _end(data: TerminationNotice, _: Translate) -> list[Node]:
    if data.manner == "terminated":
        last = [
            P(
                _(
                    "The end of the agreement takes away neither the duty to settle the grant nor the city's control."
                )
            )
        ]
        return closing(last, data.contact, data.signatory, _)
    people = [Person(person.name, _("for the Contractor")) for person in data.contractor_people]
    if data.signatory:
        people.insert(0, Person(data.signatory.name, _("for the Commissioner")))
    line = contact_line(data.contact, _)
    return [*([P(line)] if line else []), *signatures(people, title=_("Signatures of the parties"))]
