"""The simplified offer of a small grant as data, cut into the pages of the editor (art. 19a).

Dz.U. 2018 poz. 2055, annex 1. Fields that ask the same as the full offer have its names, so that lists, columns
and reports find them. The split of the grant is our own addition, without a number of the form: the yearly limit
of art. 19a counts each organisation's share, and the form does not ask for it.
"""

from workflows.form import Choice, Field, Form, Kind, Section, Table
from workflows.offer_form import CONTACT_ITEMS, DECLARATION_ITEMS, OFFERORS, RESULTS
from workflows.words import N_

MODE = "Art. 19a ustawy z dnia 24 kwietnia 2003 r. o działalności pożytku publicznego i o wolontariacie"
"""What stands in I.2 of every simplified offer; forms are filled in Polish."""

FEES, NO_FEES = "yes", "no"

_LONG = 12_000
_FULL_DECLARATIONS = {item.name: item for item in DECLARATION_ITEMS}

TASK_ITEMS = (
    Field("authority", "I.1", N_("Authority to which the offer is addressed"), prefilled=True),
    Field("mode", "I.2", N_("Mode in which the offer is made"), prefilled=True),
    Field("task_kind", "I.3", N_("Kind of public task"), Kind.CHOICE, choices_from="task_kinds"),
    Field("title", "I.4", N_("Title of the public task"), max_length=250),
    Field("date_from", "I.5", N_("First day of the task"), Kind.DATE),
    Field("date_to", "I.5", N_("Last day of the task"), Kind.DATE),
    Field(
        "summary",
        "III.1",
        N_("Description of the task"),
        Kind.LONG_TEXT,
        max_length=_LONG,
        hint=N_(
            "Its goal and place, the people it is for, and the work and things that you will contribute."
        ),
    ),
)

EXPECTED_RESULTS = Table(
    "results",
    "III.2",
    N_("Expected results"),
    columns=RESULTS.numbered("III.2").columns,
    row_label=RESULTS.row_label,
    max_rows=RESULTS.max_rows,
)

EXPERIENCE = Field(
    "experience",
    "III.3",
    N_("Short profile of the offeror, experience and resources"),
    Kind.LONG_TEXT,
    max_length=_LONG,
)

COSTS = Table(
    "costs",
    "IV",
    N_("Estimate of the costs"),
    row_label=N_("Cost"),
    min_rows=1,
    max_rows=200,
    columns=(
        Field("name", "IV", N_("Kind of cost"), max_length=300),
        Field("value", "IV", N_("Value"), Kind.AMOUNT, max_length=40),
        Field("from_grant", "IV", N_("From the grant"), Kind.AMOUNT, required=False, max_length=40),
        Field("from_other", "IV", N_("From other sources"), Kind.AMOUNT, required=False, max_length=40),
    ),
    hint=N_("Each value is covered by the grant and by other sources. An empty place counts as 0,00."),
)

SPLIT = Table(
    "split",
    "",
    N_("Split of the grant among the offerors"),
    row_label=N_("Share in the grant"),
    max_rows=10,
    columns=(
        Field("offeror", "", N_("Offeror"), Kind.CHOICE, choices_from="offerors"),
        Field("value", "", N_("Part of the grant"), Kind.AMOUNT, max_length=40),
    ),
    hint=N_(
        "The official form does not ask for it. The yearly limit of art. 19a counts each share for itself."
    ),
)

DECLARATIONS = (
    _FULL_DECLARATIONS["declares_public_benefit"].numbered("V.1"),
    Field(
        "fees_planned",
        "V.2",
        N_("Will fees be collected from the people the task is for"),
        Kind.CHOICE,
        choices=(Choice(NO_FEES, N_("no fees are foreseen")), Choice(FEES, N_("fees are foreseen"))),
    ),
    _FULL_DECLARATIONS["declares_truth"].numbered("V.3"),
    _FULL_DECLARATIONS["tax_arrears"].numbered("V.4"),
    _FULL_DECLARATIONS["insurance_arrears"].numbered("V.5"),
    _FULL_DECLARATIONS["register_matches"].numbered("V.6"),
    _FULL_DECLARATIONS["declares_privacy"].numbered("V.7"),
)

SIMPLIFIED_OFFER_FORM = Form(
    code="offer_19a_simplified",
    version="2018",
    title=N_("Simplified offer to carry out a public task"),
    basis="Dz.U. 2018 poz. 2055, zał. nr 1",
    sections=(
        Section("offerors", "II", N_("Offerors"), (OFFERORS, *CONTACT_ITEMS)),
        Section("task", "I, III.1", N_("The task"), TASK_ITEMS),
        Section("results", "III.2", N_("Results of the task"), (EXPECTED_RESULTS,)),
        Section("experience", "III.3", N_("Experience and resources"), (EXPERIENCE,)),
        Section("costs", "IV", N_("Costs of the task"), (COSTS, SPLIT)),
        Section("declarations", "V", N_("Declarations"), DECLARATIONS),
    ),
)
