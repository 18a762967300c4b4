"""The simplified report on a small grant, section by section as in annex 2 to the regulation Dz.U. 2018 poz. 2055."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import Translate, figures
from reports.blocks import Person, heading
from reports.content import Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.offer_print import long_text
from reports.report_parts import (
    AccountingDocument,
    AchievedResult,
    ReportHead,
    documents_part,
    end_part,
    head_part,
    questions_part,
    results_achieved,
)
from reports.tables import Column, Row, facts, grid


@dataclass(frozen=True, slots=True)
class FundedExpense:
    """A row of part III in grosze: actual = from the grant + from other sources."""

    number: str
    name: str
    planned_grosze: int
    actual_grosze: int
    grant_grosze: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class SimplifiedReportPrint:
    """A submitted version of a simplified report. Interest and other revenue, in grosze, are parts of the other sources."""

    frame: DocumentFrame
    head: ReportHead
    results_text: str
    results: tuple[AchievedResult, ...]
    activities_text: str
    expenses: tuple[FundedExpense, ...]
    bank_interest_grosze: int = 0
    other_revenue_grosze: int = 0
    additional: str = ""
    documents: tuple[AccountingDocument, ...] = ()
    declarations: tuple[str, ...] = ()
    signatories: tuple[Person, ...] = ()


def content(data: SimplifiedReportPrint, _: Translate) -> Content:
    """The report; ``_`` translates."""
    story = [
        *heading(_("I. General data")),
        *head_part(data.head, _),
        *heading(_("II. Report on performing the task")),
        *long_text(
            _("1. Results achieved, with figures on the scale of the activities"), data.results_text, _
        ),
        *results_achieved(data.results, _),
        *long_text(_("2. How each activity was carried out"), data.activities_text, _),
        *heading(_("III. Statement of expenses"), 140),
        _expenses(data.expenses, _),
        *_revenue(data, _),
        *heading(_("IV. Additional information and declarations")),
        *long_text(_("Additional information"), data.additional, _),
        *documents_part(data.documents, _),
        *questions_part(data.head, _),
        *end_part(data.declarations, data.signatories, _),
    ]
    title = _("Simplified report on performing a public task")
    return compose(data.frame, _, title=title, subtitle=data.head.task_title, story=story)


def _expenses(expenses: Sequence[FundedExpense], _: Translate) -> Node:
    columns = [
        Column(_("No."), 0.6),
        Column(_("Kind of cost"), 2.8),
        Column(_("Costs by the agreement [PLN]"), 1.3, "right"),
        Column(_("Expenses really made [PLN]"), 1.3, "right"),
        Column(_("From the grant [PLN]"), 1.3, "right"),
        Column(_("From other sources [PLN]"), 1.3, "right"),
    ]
    rows = [
        Row(
            (
                e.number,
                "\n".join(part for part in (e.name, e.remark) if part),
                *map(figures.amount, _sums([e])),
            )
        )
        for e in expenses
    ]
    return grid(
        columns,
        [*rows, Row(("", _("Sum of all costs of the task"), *map(figures.amount, _sums(expenses))), "sum")],
    )


def _sums(expenses: Sequence[FundedExpense]) -> tuple[int, int, int, int]:
    planned = sum(expense.planned_grosze for expense in expenses)
    actual = sum(expense.actual_grosze for expense in expenses)
    grant = sum(expense.grant_grosze for expense in expenses)
    return planned, actual, grant, actual - grant


def _revenue(data: SimplifiedReportPrint, _: Translate) -> list[Node]:
    rows = (
        (_("Of the other sources: from bank interest on the grant"), data.bank_interest_grosze),
        (_("Of the other sources: from other revenue of the task"), data.other_revenue_grosze),
    )
    return facts([(name, figures.money(amount)) for name, amount in rows if amount])
