"""The letter that closes a settlement: what was accepted, what is to be returned, by when, with interest."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from reportlab.platypus import Flowable

from reports import Translate, figures
from reports.blocks import NOBODY, Addressee, Contact, Person, Story, addressee, closing, heading, section
from reports.letterhead import DocumentFrame, render
from reports.tables import Column, Row, facts, grid, note
from reports.text import P, strong

Ground = Literal["unused", "ineligible", "excess", "undue", "misused", "interest_on_account"]


@dataclass(frozen=True, slots=True)
class ReturnItem:
    """One ground of return.

    ``due`` is the last day of the statutory term, None while it runs from the delivery of this letter
    for ``days_from_delivery``;
    ``interest_from`` the day from which interest runs (None:
    only after the term); ``interest_grosze`` the interest due on the day of the letter, in full złoty.
    """

    ground: Ground
    amount_grosze: int
    due: date | None
    interest_from: date | None = None
    interest_grosze: int = 0
    explanation: str = ""
    days_from_delivery: int | None = None


@dataclass(frozen=True, slots=True)
class Repayment:
    """Money that has come back, in grosze."""

    received_on: date
    amount_grosze: int
    interest_grosze: int = 0


@dataclass(frozen=True, slots=True)
class SettlementLetter:
    """The letter.

    Amounts in grosze. ``report_submitted_on`` is None when no report came, ``report_accepted_on`` when it was
    not accepted. ``returns`` is empty when nothing is to be returned. ``closed`` says that everything
    due has been returned and the case is closed.
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
    closed: bool
    returns: tuple[ReturnItem, ...] = ()
    repayments: tuple[Repayment, ...] = ()
    own_planned_grosze: int = 0
    own_actual_grosze: int = 0
    results_text: str = ""
    account_number: str = ""
    records_until: date | None = None  # the Contractor keeps its papers until this day
    contact: Contact = NOBODY
    signatory: Person | None = None


def to_pdf(data: SettlementLetter, _: Translate) -> bytes:
    """The letter as a PDF; ``_`` translates."""
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
    return render(data.frame, _, title=title, before=addressee(data.addressee), story=story)


def ground_name(ground: Ground, _: Translate) -> str:
    """The ground of a return with its article."""
    return {
        "unused": _("unused part of the grant (art. 251 of the Public Finance Act)"),
        "ineligible": _("expenses that the grant could not cover (art. 252)"),
        "excess": _("grant taken in excess (art. 252)"),
        "undue": _("grant taken without basis (art. 252)"),
        "misused": _("grant used against its purpose (art. 252)"),
        "interest_on_account": _("unused bank interest and income (the agreement, art. 251)"),
    }[ground]


def _to_return(data: SettlementLetter) -> int:
    return sum(item.amount_grosze for item in data.returns)


def _outcome(data: SettlementLetter, _: Translate) -> list[str]:
    lines = [strong(_report(data, _))]
    total = figures.money_in_full(_to_return(data), _)
    if not data.returns:
        lines.append(_("The grant has been used in full. Nothing is to be returned."))
    elif data.closed:
        lines.append(_("Amount to be returned: %(amount)s. It has been returned.") % {"amount": total})
    else:
        lines.append(_("Amount to be returned: %(amount)s.") % {"amount": strong(total)})
    if data.closed:
        lines.append(_("The grant is settled and the case is closed."))
    return lines


def _report(data: SettlementLetter, _: Translate) -> str:
    if data.report_accepted_on:
        return _("The final report has been accepted.")
    if data.report_submitted_on:
        return _("The final report has been checked. It was not accepted in whole.")
    return _("No final report came, so by the agreement the grant counts as used against its purpose.")


def _day(value: date | None) -> str:
    return figures.day(value) if value else ""


def _agreement(data: SettlementLetter, _: Translate) -> list[Flowable]:
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


def _accounts(data: SettlementLetter, _: Translate) -> list[Flowable]:
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


def _returns(data: SettlementLetter, _: Translate) -> list[Flowable]:
    if not data.returns:
        return []
    columns = [
        Column(_("Ground"), 3.3),
        Column(_("Amount"), 1.35, "right"),
        Column(_("Return by"), 1.6),
        Column(_("Interest from"), 1.6),
        Column(_("Interest"), 1.2, "right"),
    ]
    rows = [
        Row(
            (
                "\n".join(part for part in (ground_name(item.ground, _), item.explanation) if part),
                figures.money(item.amount_grosze),
                _due(item, _),
                figures.day(item.interest_from) if item.interest_from else _("after the term"),
                figures.money(item.interest_grosze),
            )
        )
        for item in data.returns
    ]
    interest = sum(item.interest_grosze for item in data.returns)
    rows.append(Row((_("Total"), figures.money(_to_return(data)), "", "", figures.money(interest)), "sum"))
    return [
        *heading(_("What is to be returned"), 50 * 2.84),
        grid(columns, rows),
        *_how_to_return(data, interest, _),
    ]


def _due(item: ReturnItem, _: Translate) -> str:
    if item.due:
        return figures.day(item.due)
    return _("days from delivery of this letter: %(days)s") % {"days": item.days_from_delivery or "–"}


def _how_to_return(data: SettlementLetter, interest: int, _: Translate) -> list[Flowable]:
    if data.closed:
        return []
    received = sum(item.amount_grosze + item.interest_grosze for item in data.repayments)
    left = figures.money_in_full(max(_to_return(data) + interest - received, 0), _)
    sentence = (
        _("Still to be returned, with interest as of this letter: %(amount)s.")
        if received
        else _("Amount to be returned with interest as of this letter: %(amount)s.")
    )
    parts: list[Flowable] = [P(sentence % {"amount": strong(left)})]
    if data.account_number:
        parts.append(
            P(
                _("Return the money to account no. %(account)s with the number of the agreement.")
                % {"account": strong(figures.account(data.account_number))}
            )
        )
    parts.append(
        P(
            _(
                "What is not returned in time bears interest as for tax arrears. If the money is not "
                "returned, the Mayor opens proceedings for its return."
            )
        )
    )
    return parts


def _repayments(data: SettlementLetter, _: Translate) -> list[Flowable]:
    if not data.repayments:
        return []
    columns = [
        Column(_("Received on"), 2),
        Column(_("Amount"), 1.5, "right"),
        Column(_("Interest"), 1.5, "right"),
    ]
    rows = [
        Row((figures.day(r.received_on), figures.money(r.amount_grosze), figures.money(r.interest_grosze)))
        for r in data.repayments
    ]
    amount = figures.money(sum(r.amount_grosze for r in data.repayments))
    interest = figures.money(sum(r.interest_grosze for r in data.repayments))
    rows.append(Row((_("Total"), amount, interest), "sum"))
    return [*heading(_("Money received"), 40 * 2.84), grid(columns, rows)]


def _last(data: SettlementLetter, _: Translate) -> Story:
    if not data.records_until:
        return []
    text = _("Keep the papers of the task until %(day)s (5 years after the year of the task).")
    return [P(text % {"day": figures.day(data.records_until)})]
