"""What is to be returned of a grant: the grounds with their articles, terms and interest, and what came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from reports import Translate, figures
from reports.content import Node
from reports.tables import Column, Row, grid
from reports.text import P, strong

Ground = Literal["unused", "ineligible", "excess", "undue", "misused", "interest_on_account"]
NO_ACCOUNT_YET = "." * 60


@dataclass(frozen=True, slots=True)
class ReturnItem:
    """One ground of return.

    ``due`` is the last day of the statutory term, None while it runs from the delivery of this letter
    for ``days_from_delivery``;
    ``interest_from`` the day from which interest runs (None:
    only after the term); ``interest_grosze`` the interest due on the day of the letter, in full złoty.
    ``left_grosze`` is what of the amount has not come back yet, None where nothing came back.
    """

    ground: Ground
    amount_grosze: int
    due: date | None
    interest_from: date | None = None
    interest_grosze: int = 0
    explanation: str = ""
    days_from_delivery: int | None = None
    left_grosze: int | None = None

    @property
    def owed_grosze(self) -> int:
        """What is still to be returned of this ground, without interest."""
        return self.amount_grosze if self.left_grosze is None else self.left_grosze


@dataclass(frozen=True, slots=True)
class Repayment:
    """Money that has come back, in grosze."""

    received_on: date
    amount_grosze: int
    interest_grosze: int = 0


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


def to_return(items: Sequence[ReturnItem]) -> int:
    """The sum of the grounds as established, in grosze."""
    return sum(item.amount_grosze for item in items)


def owed(items: Sequence[ReturnItem]) -> int:
    """What of it has not come back yet, without interest, in grosze."""
    return sum(item.owed_grosze for item in items)


def returns_table(items: Sequence[ReturnItem], _: Translate, *, left: bool = False) -> Node:
    """A row for each ground and their sum; with ``left`` also what has not come back yet."""
    columns = [
        Column(_("Ground"), 3.3),
        Column(_("Amount"), 1.35, "right"),
        *([Column(_("Left to return"), 1.35, "right")] if left else []),
        Column(_("Return by"), 1.6),
        Column(_("Interest from"), 1.6),
        Column(_("Interest"), 1.2, "right"),
    ]
    interest = sum(item.interest_grosze for item in items)
    rest = (figures.money(owed(items)),) if left else ()
    total = Row((_("Total"), figures.money(to_return(items)), *rest, "", "", figures.money(interest)), "sum")
    return grid(columns, [*(_item(item, _, left=left) for item in items), total])


def _item(item: ReturnItem, _: Translate, *, left: bool) -> Row:
    rest = (figures.money(item.owed_grosze),) if left else ()
    return Row(
        (
            "\n".join(part for part in (ground_name(item.ground, _), item.explanation) if part),
            figures.money(item.amount_grosze),
            *rest,
            _due(item, _),
            figures.day(item.interest_from) if item.interest_from else _("after the term"),
            figures.money(item.interest_grosze),
        )
    )


def _due(item: ReturnItem, _: Translate) -> str:
    if item.due:
        return figures.day(item.due)
    return _("days from delivery of this letter: %(days)s") % {"days": item.days_from_delivery or "–"}


def repayments_table(repayments: Sequence[Repayment], _: Translate) -> Node:
    """Each payment that came back, divided into principal and interest, and their sums."""
    columns = [
        Column(_("Received on"), 2),
        Column(_("Amount"), 1.5, "right"),
        Column(_("Interest"), 1.5, "right"),
    ]
    rows = [
        Row((figures.day(r.received_on), figures.money(r.amount_grosze), figures.money(r.interest_grosze)))
        for r in repayments
    ]
    amount = figures.money(sum(r.amount_grosze for r in repayments))
    interest = figures.money(sum(r.interest_grosze for r in repayments))
    return grid(columns, [*rows, Row((_("Total"), amount, interest), "sum")])


def account_line(number: str, agreement_number: str, _: Translate) -> Node:
    """Where the money goes; an account that is not known leaves a place to write it."""
    told = {"account": strong(figures.account(number) or NO_ACCOUNT_YET), "number": agreement_number}
    return P(_("Account for the return: %(account)s. Title of the transfer: agreement %(number)s.") % told)
