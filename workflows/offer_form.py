"""The official offer form as data, cut into the pages of the editor.

Dz.U. 2018 poz. 2057, annex 1. The numbers are those of the form; the order of the pages is that of writing.
Row 3.2 of part V.B is typed in its two halves, personal and in kind, because calls count them apart.
"""

from collections.abc import Sequence

from workflows.form import Choice, Field, Form, Kind, Section, Table
from workflows.words import N_

ACTIVITY, ADMINISTRATIVE = "activity", "administrative"
FREE, PAID = "free", "paid"
NO_ARREARS, ARREARS = "none", "arrears"
REGISTER_KRS, REGISTER_LOCAL, REGISTER_OTHER = "krs", "local", "other"

YEAR_COLUMNS = ("year_1", "year_2", "year_3", "year_4", "year_5")

_LONG = 12_000

REGISTERS = (
    Choice(REGISTER_KRS, N_("National Court Register (KRS)")),
    Choice(REGISTER_LOCAL, N_("register of the starosta or the city")),
    Choice(REGISTER_OTHER, N_("other register")),
)

OFFERORS = Table(
    "offerors",
    "II.1",
    N_("Offerors"),
    row_label=N_("Offeror"),
    min_rows=1,
    max_rows=10,
    columns=(
        Field("name", "II.1", N_("Name of the offeror"), max_length=300),
        Field("legal_form", "II.1", N_("Legal form"), max_length=100),
        Field("register", "II.1", N_("Register"), Kind.CHOICE, choices=REGISTERS),
        Field("register_number", "II.1", N_("Number in the register"), max_length=60),
        Field("seat_address", "II.1", N_("Address of the seat"), max_length=300),
        Field("website", "II.1", N_("Website"), required=False, max_length=200),
        Field(
            "mail_address", "II.1", N_("Address for letters"), required=False, max_length=300, personal=True
        ),
        Field("email", "II.1", N_("E-mail"), Kind.EMAIL, max_length=254, personal=True),
        Field("phone", "II.1", N_("Telephone"), max_length=40, personal=True),
    ),
)

CONTACT_ITEMS = (
    Field("contact_name", "II.2", N_("Person who explains the offer"), max_length=200, personal=True),
    Field("contact_phone", "II.2", N_("Telephone of this person"), max_length=40, personal=True),
    Field("contact_email", "II.2", N_("E-mail of this person"), Kind.EMAIL, max_length=254, personal=True),
)

TASK_ITEMS = (
    Field("authority", "I.1", N_("Authority to which the offer is addressed"), prefilled=True),
    Field("task_kind", "I.2", N_("Kind of public task"), Kind.CHOICE, choices_from="task_kinds"),
    Field("title", "III.1", N_("Title of the public task"), max_length=250),
    Field("date_from", "III.2", N_("First day of the task"), Kind.DATE),
    Field("date_to", "III.2", N_("Last day of the task"), Kind.DATE),
    Field(
        "summary",
        "III.3",
        N_("Short description of the task"),
        Kind.LONG_TEXT,
        max_length=_LONG,
        hint=N_(
            "Where it takes place, for whom, how it meets their needs, and what other work it completes."
        ),
    ),
)

PLAN = Table(
    "plan",
    "III.4",
    N_("Plan and schedule of activities"),
    row_label=N_("Activity"),
    min_rows=1,
    max_rows=100,
    columns=(
        Field("year", "III.4", N_("Year"), Kind.INTEGER, required=False),
        Field("name", "III.4", N_("Name of the activity"), max_length=200),
        Field("description", "III.4", N_("Description"), Kind.LONG_TEXT, max_length=4_000),
        Field("audience", "III.4", N_("Target group"), Kind.LONG_TEXT, max_length=1_000),
        Field("term_from", "III.4", N_("From"), Kind.DATE),
        Field("term_to", "III.4", N_("To"), Kind.DATE),
        Field(
            "third_party",
            "III.4",
            N_("Part done by an entity that is not a party to the agreement"),
            Kind.LONG_TEXT,
            required=False,
            max_length=1_000,
            hint=N_("Leave it empty if you do everything yourselves (art. 16 ust. 4)."),
        ),
    ),
)

RESULTS_TEXT = Field(
    "results_text",
    "III.5",
    N_("Expected results of the task"),
    Kind.LONG_TEXT,
    max_length=_LONG,
    hint=N_("The direct effect, the social change, and how long the results will last."),
)

RESULTS = Table(
    "results",
    "III.6",
    N_("Results in figures"),
    row_label=N_("Result of the task"),
    max_rows=100,
    columns=(
        Field("name", "III.6", N_("Name of the result"), max_length=300),
        Field("target", "III.6", N_("Target value"), Kind.QUANTITY, max_length=20),
        Field("unit", "III.6", N_("Unit of the target"), max_length=60),
        Field(
            "monitoring",
            "III.6",
            N_("How the result is monitored and where the information comes from"),
            Kind.LONG_TEXT,
            max_length=1_000,
        ),
    ),
)

EXPERIENCE_ITEMS = (
    Field("experience", "IV.1", N_("Earlier activity of the offeror"), Kind.LONG_TEXT, max_length=_LONG),
    Field(
        "resources",
        "IV.2",
        N_("People, things and money that will be used for the task"),
        Kind.LONG_TEXT,
        max_length=_LONG,
    ),
)

_YEARS = tuple(
    Field(name, "V.A", label, Kind.AMOUNT, required=False, max_length=40)
    for name, label in zip(
        YEAR_COLUMNS, (N_("Year 1"), N_("Year 2"), N_("Year 3"), N_("Year 4"), N_("Year 5")), strict=True
    )
)

COSTS = Table(
    "costs",
    "V.A",
    N_("Costs of the task"),
    row_label=N_("Cost"),
    min_rows=1,
    max_rows=200,
    columns=(
        Field(
            "group",
            "V.A",
            N_("Group of costs"),
            Kind.CHOICE,
            choices=(
                Choice(ACTIVITY, N_("I. Costs of activities")),
                Choice(ADMINISTRATIVE, N_("II. Administrative costs")),
            ),
        ),
        Field("activity", "V.A", N_("Activity"), Kind.CHOICE, required=False, choices_from="plan"),
        Field("name", "V.A", N_("Kind of cost"), max_length=300),
        Field("unit", "V.A", N_("Unit of measure"), max_length=60),
        Field("unit_cost", "V.A", N_("Unit cost"), Kind.AMOUNT, max_length=40),
        Field("quantity", "V.A", N_("Number of units"), Kind.QUANTITY, max_length=20),
        *_YEARS,
    ),
)

SPLIT = Table(
    "split",
    "V.C",
    N_("Split of the costs among the offerors"),
    row_label=N_("Share in the costs"),
    max_rows=10,
    columns=(
        Field("offeror", "V.C", N_("Offeror"), Kind.CHOICE, choices_from="offerors"),
        Field("value", "V.C", N_("Value"), Kind.AMOUNT, max_length=40),
        *_YEARS,
    ),
)

SOURCE_ITEMS = (
    Field("grant", "V.B.2", N_("Grant asked for"), Kind.AMOUNT, max_length=40),
    Field("own_financial", "V.B.3.1", N_("Own contribution in money"), Kind.AMOUNT, False, 40),
    Field("own_personal", "V.B.3.2", N_("Own contribution in work (personal)"), Kind.AMOUNT, False, 40),
    Field("own_in_kind", "V.B.3.2", N_("Own contribution in kind"), Kind.AMOUNT, False, 40),
    Field("fees", "V.B.4", N_("Fees from the people the task is for"), Kind.AMOUNT, False, 40),
)

_TAX_ARREARS = (
    Choice(NO_ARREARS, N_("is not in arrears with taxes")),
    Choice(ARREARS, N_("is in arrears with taxes")),
)
_INSURANCE_ARREARS = (
    Choice(NO_ARREARS, N_("is not in arrears with social insurance")),
    Choice(ARREARS, N_("is in arrears with social insurance")),
)
_MATCHES = (
    Choice("krs", N_("they match the National Court Register (KRS)")),
    Choice("register", N_("they match another proper register")),
)

DECLARATION_ITEMS = (
    Field(
        "paid_or_free",
        "VI.1",
        N_("Is the task done for a fee or free of charge"),
        Kind.CHOICE,
        choices=(Choice(FREE, N_("free of charge")), Choice(PAID, N_("for a fee"))),
    ),
    Field(
        "fee_terms",
        "VI.1",
        N_("Who pays, for what and how much"),
        Kind.LONG_TEXT,
        required=False,
        max_length=2_000,
        hint=N_("Fill it in if the task is done for a fee."),
    ),
    Field(
        "joint_description",
        "VI.2",
        N_("Joint offer: who does what, and who represents the offerors"),
        Kind.LONG_TEXT,
        required=False,
        max_length=4_000,
    ),
    Field("other", "VI.3", N_("Other information"), Kind.LONG_TEXT, required=False, max_length=_LONG),
    Field(
        "declares_public_benefit",
        "VII.1",
        N_("The task will be done only within the public benefit activity of the offerors."),
        Kind.TICK,
        must_be_yes=True,
    ),
    Field(
        "declares_fees",
        "VII.2",
        N_("Fees will be collected only within paid public benefit activity."),
        Kind.TICK,
        must_be_yes=True,
    ),
    Field("tax_arrears", "VII.3", N_("The offeror and taxes"), Kind.CHOICE, choices=_TAX_ARREARS),
    Field(
        "insurance_arrears",
        "VII.4",
        N_("The offeror and social insurance"),
        Kind.CHOICE,
        choices=_INSURANCE_ARREARS,
    ),
    Field(
        "register_matches", "VII.5", N_("The data in part II and the register"), Kind.CHOICE, choices=_MATCHES
    ),
    Field(
        "declares_truth",
        "VII.6",
        N_("Everything in the offer and its attachments agrees with the law and the facts of today."),
        Kind.TICK,
        must_be_yes=True,
    ),
    Field(
        "declares_privacy",
        "VII.7",
        N_("The people whose data are given have made the statements that data protection law asks for."),
        Kind.TICK,
        must_be_yes=True,
    ),
)

OFFER_FORM = Form(
    code="offer_open_call",
    version="2018",
    title=N_("Offer to carry out a public task"),
    basis="Dz.U. 2018 poz. 2057, zał. nr 1",
    sections=(
        Section("offerors", "II", N_("Offerors"), (OFFERORS, *CONTACT_ITEMS)),
        Section("task", "I, III", N_("The task"), TASK_ITEMS),
        Section("plan", "III.4", N_("Plan and schedule"), (PLAN,)),
        Section("results", "III.5–6", N_("Results of the task"), (RESULTS_TEXT, RESULTS)),
        Section("experience", "IV", N_("Experience and resources"), EXPERIENCE_ITEMS),
        Section("costs", "V.A", N_("Costs of the task"), (COSTS,)),
        Section("sources", "V.B–C", N_("Sources of funding"), (*SOURCE_ITEMS, SPLIT)),
        Section("declarations", "VI–VII", N_("Declarations"), DECLARATION_ITEMS),
    ),
)


def year_columns(years: Sequence[int]) -> dict[str, int]:
    """Which year column of V.A and V.C stands for which budget year; one year needs no column typed."""
    return dict(zip(YEAR_COLUMNS, years, strict=False))
