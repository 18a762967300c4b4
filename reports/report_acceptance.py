"""The letter accepting a report, partial or final: what was accepted and what follows."""

from dataclasses import dataclass
from datetime import date

from reports import Translate, figures
from reports.agreement_reference import AgreementReference, agreement_facts
from reports.blocks import NOBODY, Addressee, Contact, Person, addressee, closing, heading
from reports.content import Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, grid, note
from reports.text import P, strong


@dataclass(frozen=True, slots=True)
class ReportAcceptance:
    """The letter.

    Amounts in grosze. ``partial_year`` is the budget year of a partial report, None for the final one.
    ``to_return_grosze`` is what a separate letter calls for; ``next_tranche`` the number of the tranche that a
    partial report opens, with its sum.
    """

    frame: DocumentFrame
    addressee: Addressee
    agreement: AgreementReference
    submitted_on: date | None
    paid_grosze: int
    planned_grosze: int
    actual_grosze: int
    grant_spent_grosze: int
    grant_accepted_grosze: int
    partial_year: int | None = None
    report_version: int = 1
    to_return_grosze: int = 0
    next_tranche: tuple[int, int] | None = None
    records_until: date | None = None  # the Contractor keeps its papers until this day
    contact: Contact = NOBODY
    signatory: Person | None = None


def content(data: ReportAcceptance, _: Translate) -> Content:
    """The letter; ``_`` translates."""
    story = [
        note([strong(_outcome(data, _))]),
        *agreement_facts(
            data.agreement,
            _,
            [
                (_("Report submitted"), figures.day(data.submitted_on) if data.submitted_on else ""),
                (_("Version of the report"), str(data.report_version)),
            ],
        ),
        *heading(_("What was accepted"), 140),
        grid([Column(_("Settlement"), 4), Column(_("Amount"), 1.5, "right")], _rows(data, _)),
        *closing(_what_follows(data, _), data.contact, data.signatory, _),
    ]
    title = (
        _("Acceptance of the partial report") if data.partial_year else _("Acceptance of the final report")
    )
    return compose(data.frame, _, title=title, before=addressee(data.addressee), story=story)


def _outcome(data: ReportAcceptance, _: Translate) -> str:
    if data.partial_year:
        return _("The partial report for %(year)s has been accepted.") % {"year": data.partial_year}
    return _("The final report has been accepted.")


def _rows(data: ReportAcceptance, _: Translate) -> list[Row]:
    lines = (
        (_("Grant paid"), data.paid_grosze),
        (_("Costs by the agreement"), data.planned_grosze),
        (_("Expenses really made"), data.actual_grosze),
        (_("Spent from the grant by the report"), data.grant_spent_grosze),
    )
    rows = [Row((name, figures.money(value))) for name, value in lines]
    accepted = _("Expenses from the grant that were accepted")
    return [*rows, Row((accepted, figures.money(data.grant_accepted_grosze)), "sum")]


def _what_follows(data: ReportAcceptance, _: Translate) -> list[Node]:
    sentences = []
    if data.next_tranche:
        number, amount = data.next_tranche
        sentences.append(
            _("Tranche no. %(number)s may now be paid: %(amount)s.")
            % {"number": number, "amount": figures.money_in_full(amount, _)}
        )
    if data.to_return_grosze:
        sentences.append(
            _("Part of the grant is to be returned: %(amount)s. A separate letter calls for it.")
            % {"amount": figures.money_in_full(data.to_return_grosze, _)}
        )
    elif not data.partial_year:
        sentences.append(_("Nothing of the grant is to be returned. With this the task counts as performed."))
    if data.records_until:
        sentences.append(
            _("Keep the papers of the task until %(day)s (5 years after the year of the task).")
            % {"day": figures.day(data.records_until)}
        )
    sentences.append(_("Accepting the report does not take away the right to control (art. 17 of the Act)."))
    return [P(sentence) for sentence in sentences]
