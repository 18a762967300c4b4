"""The report on a public task, section by section as in annex 5 to the regulation Dz.U. 2018 poz. 2057."""

from dataclasses import dataclass
from typing import Literal

from reports import Translate, figures
from reports.blocks import Person, heading, subheading
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
from reports.tables import Column, Row, RowKind, grid


@dataclass(frozen=True, slots=True)
class ExpenseRow:
    """A row of II.1 as printed, in grosze: a heading, a cost, or a sum. ``remark`` tells of a rise above the tolerance."""

    number: str
    name: str
    kind: Literal["group", "item", "sum"] = "item"
    planned_grosze: int | None = None
    actual_grosze: int | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class YearOfExpenses:
    """One budget year: the costs by the agreement, the expenses, and what of them was paid from the grant, in grosze."""

    year: int
    planned_grosze: int
    actual_grosze: int
    grant_grosze: int


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """The sources of II.2 in grosze, by the agreement or as they were; None where the agreement does not divide them."""

    grant: int
    bank_interest: int | None = None
    other_revenue: int | None = None
    own_financial: int | None = None
    fees: int | None = None
    other_public: int | None = None
    other_money: int | None = None
    personal: int | None = None
    in_kind: int | None = None
    total: int = 0

    @property
    def grant_sum(self) -> int:
        """Row 1."""
        return self.grant + (self.bank_interest or 0) + (self.other_revenue or 0)

    @property
    def divided(self) -> bool:
        """Whether other money and contributions are known."""
        return self.own_financial is not None

    @property
    def money(self) -> int:
        """Row 2.1."""
        return sum(part or 0 for part in (self.own_financial, self.fees, self.other_public, self.other_money))

    @property
    def contribution(self) -> int:
        """Row 3.1."""
        return (self.personal or 0) + (self.in_kind or 0)


@dataclass(frozen=True, slots=True)
class ReportPrint:
    """A submitted version of a report, final or partial.

    ``years`` has the budget years of a final report on several years. ``other_public_name`` is the authority that
    gave other public money. ``activities`` are names with what was done.
    """

    frame: DocumentFrame
    head: ReportHead
    results_text: str
    results: tuple[AchievedResult, ...]
    activities: tuple[tuple[str, str], ...]
    expenses: tuple[ExpenseRow, ...]
    agreed: SourceFigures
    actual: SourceFigures
    years: tuple[YearOfExpenses, ...] = ()
    period_words: str = ""  # the year or years of II.1
    other_public_name: str = ""
    fees_information: str = ""
    additional: str = ""
    documents: tuple[AccountingDocument, ...] = ()
    declarations: tuple[str, ...] = ()
    signatories: tuple[Person, ...] = ()


def content(data: ReportPrint, _: Translate) -> Content:
    """The report; ``_`` translates."""
    story = [
        *head_part(data.head, _),
        *heading(_("Part I. Report on performing the public task")),
        *long_text(
            _("1. Results achieved, with figures on the scale of the activities"), data.results_text, _
        ),
        *results_achieved(data.results, _),
        *subheading(_("2. How each activity was carried out")),
        *_activities(data, _),
        *heading(_("Part II. Report on the expenses"), 140),
        *subheading(_("1. Settlement of the expenses for %(years)s") % {"years": data.period_words}, 110),
        _expenses(data, _),
        *_years(data, _),
        *subheading(_("2. Settlement by source of funding"), 140),
        _sources(data, _),
        *long_text(_("3. Payments collected from the beneficiaries of the task"), data.fees_information, _),
        *heading(_("Part III. Additional information")),
        *long_text(_("Additional information"), data.additional, _),
        *documents_part(data.documents, _),
        *questions_part(data.head, _),
        *end_part(data.declarations, data.signatories, _),
    ]
    final = data.head.kind == "final"
    title = (
        _("Final report on performing a public task")
        if final
        else _("Partial report on performing a public task")
    )
    return compose(data.frame, _, title=title, subtitle=data.head.task_title, story=story)


def _activities(data: ReportPrint, _: Translate) -> list[Node]:
    parts: list[Node] = []
    for number, (name, description) in enumerate(data.activities, start=1):
        parts += long_text(f"2.{number}. {name}", description, _)
    return parts


def _expenses(data: ReportPrint, _: Translate) -> Node:
    columns = [
        Column(_("No."), 0.6),
        Column(_("Kind of cost"), 3.8),
        Column(_("Costs by the agreement [PLN]"), 1.4, "right"),
        Column(_("Expenses really made [PLN]"), 1.4, "right"),
    ]
    return grid(columns, [_expense(row) for row in data.expenses])


def _expense(row: ExpenseRow) -> Row:
    name = "\n".join(part for part in (row.name, row.remark) if part)
    return Row((row.number, name, _amount(row.planned_grosze), _amount(row.actual_grosze)), row.kind)


def _amount(grosze: int | None) -> str:
    return "" if grosze is None else figures.amount(grosze)


def _years(data: ReportPrint, _: Translate) -> list[Node]:
    if not data.years:
        return []
    columns = [
        Column(_("Budget year"), 1),
        Column(_("Costs by the agreement [PLN]"), 1.4, "right"),
        Column(_("Expenses really made [PLN]"), 1.4, "right"),
        Column(_("From the grant [PLN]"), 1.4, "right"),
    ]
    rows = [
        Row((str(y.year), *map(figures.amount, (y.planned_grosze, y.actual_grosze, y.grant_grosze))))
        for y in data.years
    ]
    sums = (
        sum(y.planned_grosze for y in data.years),
        sum(y.actual_grosze for y in data.years),
        sum(y.grant_grosze for y in data.years),
    )
    total = Row((_("Total"), *map(figures.amount, sums)), "sum")
    return [*subheading(_("The expenses by budget year"), 90), grid(columns, [*rows, total])]


def _sources(data: ReportPrint, _: Translate) -> Node:
    columns = [
        Column(_("No."), 0.6),
        Column(_("Source of funding"), 4),
        Column(_("Costs by the agreement"), 1.4, "right"),
        Column(_("Expenses really made"), 1.4, "right"),
    ]
    rows = [_money_row(line, data) for line in _lines(data, _)]
    return grid(columns, [*rows, *_shares(data, _)])


Line = tuple[str, str, str, RowKind]


def _lines(data: ReportPrint, _: Translate) -> list[Line]:
    """Number, name, the figure by its name, and the kind of the row."""
    public = _("Money from other public sources")
    if data.other_public_name:
        public = _("Money from other public sources: %(authority)s") % {"authority": data.other_public_name}
    return [
        ("1", _("Grant, in all (1.1 + 1.2 + 1.3)"), "grant_sum", "sum"),
        ("1.1", _("Amount of the grant"), "grant", "item"),
        ("1.2", _("Bank interest on the grant"), "bank_interest", "item"),
        ("1.3", _("Other revenue"), "other_revenue", "item"),
        ("2", _("Other money, in all (2.1)"), "money", "sum"),
        ("2.2", _("Own money"), "own_financial", "item"),
        ("2.3", _("Payments from the beneficiaries of the task"), "fees", "item"),
        ("2.4", public, "other_public", "item"),
        ("2.5", _("The rest"), "other_money", "item"),
        ("3", _("Personal and in-kind contribution, in all (3.1)"), "contribution", "sum"),
        ("3.2", _("Personal contribution"), "personal", "item"),
        ("3.3", _("Contribution in kind"), "in_kind", "item"),
    ]


def _money_row(line: Line, data: ReportPrint) -> Row:
    number, name, figure, kind = line
    known = data.agreed.divided or figure in {"grant", "grant_sum"}
    agreed = figures.amount(getattr(data.agreed, figure) or 0) if known else "–"
    return Row((number, name, agreed, figures.amount(getattr(data.actual, figure) or 0)), kind)


def _shares(data: ReportPrint, _: Translate) -> list[Row]:
    agreed, actual = data.agreed, data.actual
    known = agreed.divided
    return [
        Row(
            (
                "4",
                _("Share of the grant in all costs of the task [%]"),
                figures.percent(agreed.grant, agreed.total),
                figures.percent(actual.grant, actual.total),
            )
        ),
        Row(
            (
                "5",
                _("Other money in relation to the grant received [%]"),
                figures.percent(agreed.money, agreed.grant) if known else "–",
                figures.percent(actual.money, actual.grant),
            )
        ),
        Row(
            (
                "6",
                _("Personal and in-kind contribution in relation to the grant received [%]"),
                figures.percent(agreed.contribution, agreed.grant) if known else "–",
                figures.percent(actual.contribution, actual.grant),
            )
        ),
    ]
