"""The demand for return of a grant: how much, on which ground, by when, with which interest, and what follows silence."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from reports import Translate, figures
from reports.agreement_reference import AgreementReference, agreement_facts, joint_liability
from reports.blocks import NOBODY, Addressee, Contact, Person, addressee, closing, heading
from reports.content import Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.returns import (
    Repayment,
    ReturnItem,
    account_line,
    owed,
    repayments_table,
    returns_table,
    to_return,
)
from reports.tables import note
from reports.text import P, strong

Demand = Literal["refund", "irregular", "overdue"]


@dataclass(frozen=True, slots=True)
class ReturnDemand:
    """The letter.

    ``kind`` is "refund" for the unused part after the report was accepted, "irregular" after a finding, "overdue"
    when a refund did not come in its term. Amounts in grosze, interest as of the day of the letter.
    ``report_submitted_on`` is None when no report came. ``account_number`` "" leaves a place to write it.
    """

    frame: DocumentFrame
    addressee: Addressee
    agreement: AgreementReference
    kind: Demand
    paid_grosze: int
    spent_grosze: int
    returns: tuple[ReturnItem, ...]
    report_submitted_on: date | None = None
    repayments: tuple[Repayment, ...] = ()
    account_number: str = ""
    contact: Contact = NOBODY
    signatory: Person | None = None


def content(data: ReturnDemand, _: Translate) -> Content:
    """The letter; ``_`` translates."""
    story = [
        P(_ground(data, _)),
        note([_("Amount to be returned: %(amount)s.") % {"amount": strong(_owed_in_full(data, _))}]),
        *agreement_facts(
            data.agreement,
            _,
            [
                (_("Grant paid"), figures.money(data.paid_grosze)),
                (_("Spent from the grant by the report"), _spent(data, _)),
                (_("Final report submitted"), _day(data.report_submitted_on)),
            ],
        ),
        *heading(_("What is to be returned"), 140),
        returns_table(data.returns, _, left=bool(data.repayments)),
        *_received(data, _),
        *heading(_("How and by when")),
        *_how(data, _),
        *closing(_silence(data, _), data.contact, data.signatory, _),
    ]
    title = _("Call for the return of the unused part of the grant")
    if data.kind != "refund":
        title = _("Demand for the return of the grant")
    return compose(data.frame, _, title=title, before=addressee(data.addressee), story=story)


def _ground(data: ReturnDemand, _: Translate) -> str:
    return {
        "refund": _(
            "The final report has been accepted. Part of the grant was not used, so it goes back to the city's account "
            "(art. 251 of the Public Finance Act)."
        ),
        "irregular": _(
            "The settlement of the grant found that part of it is to be returned (art. 251 and 252 of the Public "
            "Finance Act). The table names each sum with its ground."
        ),
        "overdue": _(
            "The refund of the unused part of the grant did not come in its term (art. 251 of the Public Finance Act). "
            "We demand it with interest."
        ),
    }[data.kind]


def _owed_in_full(data: ReturnDemand, _: Translate) -> str:
    return figures.money_in_full(owed(data.returns), _)


def _spent(data: ReturnDemand, _: Translate) -> str:
    return figures.money(data.spent_grosze) if data.report_submitted_on else _("no report came")


def _day(value: date | None) -> str:
    return figures.day(value) if value else ""


def _received(data: ReturnDemand, _: Translate) -> list[Node]:
    if not data.repayments:
        return []
    return [*heading(_("Money received"), 110), repayments_table(data.repayments, _)]


def _how(data: ReturnDemand, _: Translate) -> list[Node]:
    interest = sum(item.interest_grosze for item in data.returns)
    both = figures.money_in_full(owed(data.returns) + interest, _)
    sentences = [_term(data, _)]
    if interest:
        sentence = _("With interest as of the day of this letter it is %(amount)s.")
        sentences.append(sentence % {"amount": strong(both)})
    sentences.append(_interest(data, _))
    sentences += joint_liability(data.agreement.contractors, _)
    account = account_line(data.account_number, data.agreement.number, _)
    return [*(P(sentence) for sentence in sentences), account]


def _term(data: ReturnDemand, _: Translate) -> str:
    days = next((item.days_from_delivery for item in data.returns if item.days_from_delivery), None)
    last = max((item.due for item in data.returns if item.due), default=None)
    if data.kind == "refund" and last:
        return _("Return the money by %(day)s.") % {"day": strong(figures.day(last))}
    return _("Return the money within %(days)s days of the delivery of this letter.") % {"days": days or "–"}


def _interest(data: ReturnDemand, _: Translate) -> str:
    if any(item.ground == "misused" for item in data.returns):
        return _(
            "Interest as for tax arrears runs on money used against its purpose from the day on which the grant was "
            "paid, on other sums from the day after the term, until the day of payment, that day included."
        )
    return _(
        "Interest as for tax arrears runs from the day after the term of return until the day of payment, that day "
        "included."
    )


def _silence(data: ReturnDemand, _: Translate) -> list[Node]:
    sentence = _(
        "If the money does not come in the term, the Mayor opens administrative proceedings and issues a decision on "
        "the sum to be returned with interest; the decision leads to enforcement."
    )
    if to_return(data.returns):
        return [P(sentence)]
    return []
