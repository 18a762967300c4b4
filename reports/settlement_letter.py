"""The letter that closes a settlement: what was accepted, what was to be returned and what came back."""

from dataclasses import dataclass
from datetime import date

from reports import Translate, figures
from reports.blocks import NOBODY, Addressee, Contact, Person, Story, addressee, closing, heading, section
from reports.content import Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.returns import Repayment, ReturnItem, repayments_table, returns_table, to_return
from reports.tables import Column, Row, facts, grid, note
from reports.text import P, strong


@dataclass(frozen=True, slots=True)
class SettlementLetter:
    """The letter.

    Amounts in grosze. ``report_submitted_on`` is None when no report came, ``report_accepted_on`` when it was
    not accepted. ``returns`` is empty when nothing was to be returned.
    """

    frame: DocumentFrame
    addressee: Addressee
    agreement_number: str
    agreement_date: date
    task_title: str
    report_submitted_on: date | None
    report_accepted_on: date | None
    granted_grosze: int
    paid_grosze: int
    total_cost_planned_grosze: int
    total_cost_actual_grosze: int
    grant_accepted_grosze: int
    returns: tuple[ReturnItem, ...] = ()
    repayments: tuple[Repayment, ...] = ()
    own_planned_grosze: int = 0
    own_actual_grosze: int = 0
    results_text: str = ""
    records_until: date | None = None  # the Contractor keeps its papers until this day
    contact: Contact = NOBODY
    signatory: Person | None = None


def content(data: SettlementLetter, _: Translate) -> Content:
    """The letter; ``_`` translates."""
    story = [
        note(_outcome(data, _)),
        *_agreement(data, _),
        *_accounts(data, _),
        *section(_("Results of the task"), data.results_text),
        *_repayments(data, _),
        *_returns(data, _),
        *closing(_last(data, _), data.contact, data.signatory, _),
    ]
    title = _("Settlement of the grant")
    return compose(data.frame, _, title=title, before=addressee(data.addressee), story=story)


def _outcome(data: SettlementLetter, _: Translate) -> list[str]:
    lines = [strong(_report(data, _))]
    total = figures.money_in_full(to_return(data.returns), _)
    if not data.returns:
        lines.append(_("The grant has been used in full. Nothing is to be returned."))
    else:
        lines.append(_("Amount to be returned: %(amount)s. It has been returned.") % {"amount": total})
    return [*lines, _("The grant is settled and the case is closed.")]


def _report(data: SettlementLetter, _: Translate) -> str:
    if data.report_accepted_on:
        return _("The final report has been accepted.")
    if data.report_submitted_on:
        return _("The final report has been checked. It was not accepted in whole.")
    return _("No final report came, so by the agreement the grant counts as used against its purpose.")


def _day(value: date | None) -> str:
    return figures.day(value) if value else ""


def _agreement(data: SettlementLetter, _: Translate) -> list[Node]:
    agreement = _("no. %(number)s of %(day)s") % {
        "number": data.agreement_number,
        "day": figures.day(data.agreement_date),
    }
    return facts(
        [
            (_("Agreement"), agreement),
            (_("Title of the public task"), data.task_title),
            (_("Final report submitted"), _day(data.report_submitted_on)),
            (_("Final report accepted"), _day(data.report_accepted_on)),
        ]
    )


def _accounts(data: SettlementLetter, _: Translate) -> list[Node]:
    columns = [Column(_("Settlement"), 4), Column(_("Amount"), 1.5, "right")]
    lines = (
        (_("Grant under the agreement"), data.granted_grosze),
        (_("Grant paid"), data.paid_grosze),
        (_("Planned cost of the task"), data.total_cost_planned_grosze),
        (_("Actual cost of the task"), data.total_cost_actual_grosze),
        (_("Own contribution planned"), data.own_planned_grosze),
        (_("Own contribution made"), data.own_actual_grosze),
    )
    rows = [Row((name, figures.money(value))) for name, value in lines]
    rows.append(
        Row(
            (_("Expenses from the grant that were accepted"), figures.money(data.grant_accepted_grosze)),
            "sum",
        )
    )
    return [
        *heading(_("What was accepted"), 50 * 2.84),
        grid(columns, rows),
        P(
            _("Accepted expenses from the grant: %(amount)s.")
            % {"amount": figures.money_in_full(data.grant_accepted_grosze, _)}
        ),
    ]


def _returns(data: SettlementLetter, _: Translate) -> list[Node]:
    if not data.returns:
        return []
    return [*heading(_("What was to be returned"), 50 * 2.84), returns_table(data.returns, _)]


def _repayments(data: SettlementLetter, _: Translate) -> list[Node]:
    if not data.repayments:
        return []
    return [*heading(_("Money received"), 40 * 2.84), repayments_table(data.repayments, _)]


def _last(data: SettlementLetter, _: Translate) -> Story:
    if not data.records_until:
        return []
    text = _("Keep the papers of the task until %(day)s (5 years after the year of the task).")
    return [P(text % {"day": figures.day(data.records_until)})]
