"""The order to pay a tranche of a grant: whom, how much, from which budget line, and who ordered, checked and approves."""

from dataclasses import dataclass
from datetime import date

from reports import Translate, figures
from reports.agreement_reference import AgreementReference, agreement_facts
from reports.blocks import Person, heading, signatures
from reports.content import Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.tables import facts, note
from reports.text import P, strong

TO_WRITE = "." * 28


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """The budget classification; "" leaves a place to write. ``as_entered`` is the whole text where it has other parts."""

    division: str = ""
    chapter: str = ""
    paragraph: str = ""
    as_entered: str = ""


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """The order; the amount in grosze. ``condition`` is what the tranche waited for, "" for nothing."""

    frame: DocumentFrame
    agreement: AgreementReference
    tranche: int
    tranches: int
    year: int
    amount_grosze: int
    payee: str
    account_number: str
    due: date
    budget: BudgetLine
    ordered_on: date
    ordered_by: Person | None
    condition: str = ""


def content(data: PaymentOrder, _: Translate) -> Content:
    """The order; ``_`` translates."""
    story = [
        note([_("Pay %(amount)s.") % {"amount": strong(figures.money_in_full(data.amount_grosze, _))}]),
        *agreement_facts(data.agreement, _, _payment(data, _)),
        *heading(_("Budget classification")),
        *_budget(data.budget, _),
        *heading(_("Who orders, checks and pays"), 150),
        P(
            _(
                "The person who ordered the payment does not make the transfer: the treasurer or a person authorised by "
                "the treasurer checks it and records the transfer."
            )
        ),
        *_signatures(data, _),
    ]
    title = _("Order to pay tranche no. %(number)s of the grant") % {"number": data.tranche}
    return compose(data.frame, _, title=title, story=story)


def _payment(data: PaymentOrder, _: Translate) -> list[tuple[str, str]]:
    return [
        (_("Tranche"), _("%(number)s of %(count)s") % {"number": data.tranche, "count": data.tranches}),
        (_("Budget year"), str(data.year)),
        (_("Amount"), figures.money(data.amount_grosze)),
        (_("Payee"), data.payee),
        (_("Account of the payee"), figures.account(data.account_number) or TO_WRITE),
        (_("Pay at the latest on"), figures.day(data.due)),
        (_("Condition of the payment"), data.condition),
        (_("Day of the order"), figures.day(data.ordered_on)),
    ]


def _budget(budget: BudgetLine, _: Translate) -> list[Node]:
    if budget.as_entered:
        return facts([(_("Budget classification"), budget.as_entered)])
    return facts(
        [
            (_("Division (dział)"), budget.division or TO_WRITE),
            (_("Chapter (rozdział)"), budget.chapter or TO_WRITE),
            (_("Paragraph (§)"), budget.paragraph or TO_WRITE),
        ]
    )


def _signatures(data: PaymentOrder, _: Translate) -> list[Node]:
    ordered = data.ordered_by
    who = f"{ordered.name}, {ordered.function}".rstrip(", ") if ordered else ""
    return signatures(
        [
            Person(_("Person who ordered the payment"), who),
            Person(_("Checked as to substance"), _("day and signature")),
            Person(_("Checked as to form and figures"), _("day and signature")),
            Person(_("Approved for payment: the treasurer"), _("day and signature")),
        ]
    )
