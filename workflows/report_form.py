"""The official report as data, and the report that an agreement's plan fills in beforehand.

Dz.U. 2018 poz. 2057, annex 5; one form for partial and final reports. The rows of results, activities and
costs come from the plan and keep its keys. The list of accounting documents is not part of the form: it is
optional.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workflows.amounts import typed_grosze, typed_quantity
from workflows.form import Choice, Field, Form, Kind, Reading, Section, Table
from workflows.offer_totals import OfferTotals
from workflows.words import N_

FINAL, PARTIAL = "final", "partial"

_LONG = 12_000

RESULTS = Table(
    "results",
    "I.1",
    N_("Results achieved"),
    row_label=N_("Result of the task"),
    fixed_rows=True,
    columns=(
        Field("name", "I.1", N_("Name of the result"), prefilled=True),
        Field("target", "I.1", N_("Target value"), Kind.QUANTITY, prefilled=True),
        Field("unit", "I.1", N_("Unit of the target"), prefilled=True),
        Field("achieved", "I.1", N_("Value achieved"), Kind.QUANTITY, max_length=20),
        Field("source", "I.1", N_("How it was measured"), Kind.LONG_TEXT, max_length=1_000),
        Field(
            "explanation",
            "I.1",
            N_("Why less was achieved than planned"),
            Kind.LONG_TEXT,
            required=False,
            max_length=2_000,
        ),
    ),
)

ACTIVITIES = Table(
    "activities",
    "I.2",
    N_("How the activities were carried out"),
    row_label=N_("Activity"),
    fixed_rows=True,
    columns=(
        Field("name", "I.2", N_("Name of the activity"), prefilled=True),
        Field(
            "description",
            "I.2",
            N_("What was done, and what differed from the plan"),
            Kind.LONG_TEXT,
            max_length=4_000,
            hint=N_("Name the work of volunteers, things lent, and the part done by somebody else."),
        ),
    ),
)

COSTS = Table(
    "costs",
    "II.1",
    N_("Expenses by kind of cost"),
    row_label=N_("Cost"),
    fixed_rows=True,
    columns=(
        Field("number", "II.1", N_("No."), prefilled=True),
        Field("name", "II.1", N_("Kind of cost"), prefilled=True),
        Field("planned", "II.1", N_("Costs by the agreement"), Kind.AMOUNT, prefilled=True),
        Field("actual", "II.1", N_("Expenses really made"), Kind.AMOUNT, max_length=40),
        Field(
            "explanation", "II.1", N_("Why it cost more"), Kind.LONG_TEXT, required=False, max_length=2_000
        ),
    ),
)

SOURCE_ITEMS = (
    Field("grant_spent", "II.2.1.1", N_("From the grant"), Kind.AMOUNT, max_length=40),
    Field("bank_interest", "II.2.1.2", N_("From bank interest on the grant"), Kind.AMOUNT, False, 40),
    Field("other_revenue", "II.2.1.3", N_("From other revenue of the task"), Kind.AMOUNT, False, 40),
    Field("own_financial", "II.2.2.2", N_("From own money"), Kind.AMOUNT, False, 40),
    Field("fees", "II.2.2.3", N_("From fees of the people the task is for"), Kind.AMOUNT, False, 40),
    Field("other_public", "II.2.2.4", N_("From other public sources"), Kind.AMOUNT, False, 40),
    Field("other_public_name", "II.2.2.4", N_("Which authority gave it"), required=False),
    Field("other_money", "II.2.2.5", N_("From other money"), Kind.AMOUNT, False, 40),
    Field("own_personal", "II.2.3.2", N_("Own contribution in work (personal)"), Kind.AMOUNT, False, 40),
    Field("own_in_kind", "II.2.3.3", N_("Own contribution in kind"), Kind.AMOUNT, False, 40),
)

DOCUMENTS = Table(
    "documents",
    "",
    N_("Accounting documents"),
    row_label=N_("Document"),
    max_rows=500,
    columns=(
        Field("number", "", N_("Number of the document"), max_length=80),
        Field("issued_on", "", N_("Date of issue"), Kind.DATE),
        Field("contractor", "", N_("Issued by"), max_length=200),
        Field("cost", "", N_("Cost it belongs to"), Kind.CHOICE, choices_from="costs"),
        Field("amount", "", N_("Amount"), Kind.AMOUNT, max_length=40),
        Field("from_grant", "", N_("Paid from the grant"), Kind.AMOUNT, max_length=40),
        Field("paid_on", "", N_("Date of payment"), Kind.DATE),
    ),
)

DECLARATION_ITEMS = (
    Field(
        "fees_information",
        "II.3",
        N_("Fees collected: on what terms, how much from one person, how much in all"),
        Kind.LONG_TEXT,
        required=False,
        max_length=4_000,
    ),
    Field(
        "additional", "III", N_("Additional information"), Kind.LONG_TEXT, required=False, max_length=_LONG
    ),
    Field(
        "declares_status",
        "III.1",
        N_("The legal status of the contractor has not changed since the agreement."),
        Kind.TICK,
        must_be_yes=True,
    ),
    Field(
        "declares_truth",
        "III.2",
        N_("Everything in the report agrees with the law and the facts."),
        Kind.TICK,
        must_be_yes=True,
    ),
    Field(
        "declares_privacy",
        "III.3",
        N_("The people whose data are given have made the statements that data protection law asks for."),
        Kind.TICK,
        must_be_yes=True,
    ),
)

REPORT_FORM = Form(
    code="report",
    version="2018",
    title=N_("Report on a public task"),
    basis="Dz.U. 2018 poz. 2057, zał. nr 5",
    sections=(
        Section(
            "results",
            "I.1",
            N_("Results of the task"),
            (
                Field(
                    "report_kind",
                    "",
                    N_("Kind of report"),
                    Kind.CHOICE,
                    choices=(Choice(FINAL, N_("final report")), Choice(PARTIAL, N_("partial report"))),
                    prefilled=True,
                ),
                Field("period_from", "", N_("From"), Kind.DATE, prefilled=True),
                Field("period_to", "", N_("To"), Kind.DATE, prefilled=True),
                Field(
                    "results_text",
                    "I.1",
                    N_("Description of the results"),
                    Kind.LONG_TEXT,
                    max_length=_LONG,
                    hint=N_("What changed, for how many people, and how long it will last."),
                ),
                RESULTS,
            ),
        ),
        Section("activities", "I.2", N_("Activities"), (ACTIVITIES,)),
        Section("costs", "II.1", N_("Expenses"), (COSTS,)),
        Section("sources", "II.2", N_("Sources of funding"), SOURCE_ITEMS),
        Section("documents", "", N_("Accounting documents"), (DOCUMENTS,)),
        Section("declarations", "II.3, III", N_("Information and declarations"), DECLARATION_ITEMS),
    ),
)


@dataclass(frozen=True)
class PlannedCost:
    """One cost line of the agreement, or its part in the reported year, in grosze."""

    key: str
    number: str
    name: str
    planned_grosze: int


@dataclass(frozen=True)
class PlannedResult:
    """One result that the offer promised."""

    key: str
    name: str
    target: Decimal
    unit: str


@dataclass(frozen=True)
class ReportPlan:
    """What a report is held against: the offer or updated offer that the agreement carries.

    Shares (`grant_grosze` to `total_grosze`) are always those of the whole agreement; `costs` are those of
    the reported year if one was named. `spend_from` and `spend_to` bound the payments from the grant.
    """

    costs: tuple[PlannedCost, ...]
    results: tuple[PlannedResult, ...]
    activities: Mapping[str, str]
    total_grosze: int
    grant_grosze: int
    own_grosze: int
    spend_from: date | None = None
    spend_to: date | None = None


def plan_of(
    offer: Reading,
    sums: OfferTotals,
    year_index: int | None = None,
    spend_from: date | None = None,
    spend_to: date | None = None,
) -> ReportPlan:
    """The plan in the agreement's offer; `year_index` counts the call's budget years from 0, None is all.

    An offer without a table of activities plans none; its report tells of them in one text.
    """

    costs = [
        PlannedCost(
            line.key,
            line.number,
            line.name,
            line.value_grosze if year_index is None else line.by_year_grosze[year_index],
        )
        for line in sums.lines
    ]
    return ReportPlan(
        costs=tuple(cost for cost in costs if cost.planned_grosze or year_index is None),
        results=tuple(
            PlannedResult(row.key, row.text("name"), row.quantity("target") or Decimal(0), row.text("unit"))
            for row in offer.table("results")
        ),
        activities={row.key: row.text("name") for row in offer.table("plan")},
        total_grosze=sums.total_grosze,
        grant_grosze=sums.grant_grosze,
        own_grosze=sums.own_grosze,
        spend_from=spend_from,
        spend_to=spend_to,
    )


def blank_report(plan: ReportPlan) -> dict[str, object]:
    """A draft report in which the plan stands; a form without one of the tables leaves it out."""
    return {
        "results": [
            {"key": row.key, "name": row.name, "target": typed_quantity(row.target), "unit": row.unit}
            for row in plan.results
        ],
        "activities": [{"key": key, "name": name} for key, name in plan.activities.items()],
        "costs": [
            {
                "key": cost.key,
                "number": cost.number,
                "name": cost.name,
                "planned": typed_grosze(cost.planned_grosze),
            }
            for cost in plan.costs
        ],
        "documents": [],
    }
