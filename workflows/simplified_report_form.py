"""The simplified report on a small grant as data (art. 19a).

Dz.U. 2018 poz. 2055, annex 2; there is only a final one. Part I (contractor, task, agreement) is printed from the
case. Rows of results and costs come from the plan and keep its keys. Bank interest, other revenue and the list of
accounting documents are not part of the form: they are optional, and the settlement needs them.
"""

from workflows.form import Choice, Field, Form, Kind, Section, Table
from workflows.report_form import DECLARATION_ITEMS, DOCUMENTS, FINAL, RESULTS
from workflows.words import N_

_LONG = 12_000
_FULL = {item.name: item for item in DECLARATION_ITEMS}

GENERAL_ITEMS = (
    Field(
        "report_kind",
        "I",
        N_("Kind of report"),
        Kind.CHOICE,
        choices=(Choice(FINAL, N_("final report")),),
        prefilled=True,
    ),
    Field("period_from", "I", N_("From"), Kind.DATE, prefilled=True),
    Field("period_to", "I", N_("To"), Kind.DATE, prefilled=True),
)

RESULTS_TEXT = Field(
    "results_text",
    "II.1",
    N_("Description of the results"),
    Kind.LONG_TEXT,
    max_length=_LONG,
    hint=N_("What changed, for how many people, and how long it will last."),
)

ACTIVITIES_TEXT = Field(
    "activities_text",
    "II.2",
    N_("How the activities were carried out"),
    Kind.LONG_TEXT,
    max_length=_LONG,
    hint=N_("Name the work of volunteers, things lent, and the part done by somebody else."),
)

COSTS = Table(
    "costs",
    "III",
    N_("Statement of expenses"),
    row_label=N_("Cost"),
    fixed_rows=True,
    columns=(
        Field("number", "III", N_("No."), prefilled=True),
        Field("name", "III", N_("Kind of cost"), prefilled=True),
        Field("planned", "III", N_("Costs by the agreement"), Kind.AMOUNT, prefilled=True),
        Field("actual", "III", N_("Expenses really made"), Kind.AMOUNT, max_length=40),
        Field("from_grant", "III", N_("From the grant"), Kind.AMOUNT, required=False, max_length=40),
        Field("from_other", "III", N_("From other sources"), Kind.AMOUNT, required=False, max_length=40),
        Field("explanation", "III", N_("Why it cost more"), Kind.LONG_TEXT, required=False, max_length=2_000),
    ),
    hint=N_("Each expense is covered by the grant and by other sources. An empty place counts as 0,00."),
)

REVENUE_ITEMS = (
    Field(
        "bank_interest",
        "",
        N_("Of the other sources: from bank interest on the grant"),
        Kind.AMOUNT,
        required=False,
        max_length=40,
    ),
    Field(
        "other_revenue",
        "",
        N_("Of the other sources: from other revenue of the task"),
        Kind.AMOUNT,
        required=False,
        max_length=40,
    ),
)

SIMPLIFIED_REPORT_FORM = Form(
    code="report_19a_simplified",
    version="2018",
    title=N_("Simplified report on a public task"),
    basis="Dz.U. 2018 poz. 2055, zał. nr 2",
    sections=(
        Section(
            "results",
            "I, II.1",
            N_("Results of the task"),
            (*GENERAL_ITEMS, RESULTS_TEXT, RESULTS.numbered("II.1")),
        ),
        Section("activities", "II.2", N_("Activities"), (ACTIVITIES_TEXT,)),
        Section("costs", "III", N_("Expenses"), (COSTS, *REVENUE_ITEMS)),
        Section("documents", "", N_("Accounting documents"), (DOCUMENTS,)),
        Section(
            "declarations",
            "IV",
            N_("Information and declarations"),
            tuple(
                _FULL[name].numbered("IV")
                for name in ("additional", "declares_status", "declares_truth", "declares_privacy")
            ),
        ),
    ),
)
