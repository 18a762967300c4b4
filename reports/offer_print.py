"""The offer itself, section by section as in annex 1 to the regulation Dz.U. 2018 poz. 2057."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from reports import Translate, figures
from reports.blocks import Contact, Person, heading, numbered, offerors_label, signatures, subheading
from reports.content import SMALL, Content, Node, Together
from reports.costs import CostTable, Sources, cost_table, sources_table
from reports.letterhead import DocumentFrame, compose
from reports.plan import PlanYear, ResultRow, plan_of, results_table
from reports.tables import Column, Row, facts, grid, note
from reports.text import P, prose, strong


@dataclass(frozen=True, slots=True)
class Offeror:
    """II.1 of the form: one offeror; ``register`` is the register's name, NIP and REGON are optional."""

    name: str
    legal_form: str
    register: str
    register_number: str
    seat_address: str
    email: str
    phone: str
    website: str = ""
    mail_address: str = ""
    nip: str = ""
    regon: str = ""


@dataclass(frozen=True, slots=True)
class SplitRow:
    """A row of V.C of a joint offer, in grosze; one amount per year of the cost table."""

    offeror: str
    total_grosze: int
    years_grosze: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferPrint:
    """A submitted version of an offer (or a draft, with ``frame.draft``).

    ``declarations`` are the chosen wordings of section VII in the order of the form. ``submitted_at`` is None
    for a draft.
    """

    frame: DocumentFrame
    authority: str
    task_kind: str
    call_number: str
    call_title: str
    offer_number: str  # "" for a draft
    offer_version: int
    offerors: tuple[Offeror, ...]
    contacts: tuple[Contact, ...]
    title: str
    date_from: date | None
    date_to: date | None
    summary: str
    plan: tuple[PlanYear, ...]
    results_text: str
    results: tuple[ResultRow, ...]
    experience: str
    resources: str
    costs: CostTable
    sources: Sources
    paid: Literal["free", "paid"] | None
    paid_text: str = ""
    split: tuple[SplitRow, ...] = ()  # only a joint offer
    joint_text: str = ""  # only a joint offer
    other_text: str = ""
    declarations: tuple[str, ...] = ()
    signatories: tuple[Person, ...] = ()
    submitted_at: datetime | None = None


def content(data: OfferPrint, _: Translate) -> Content:
    """The offer; ``_`` translates."""
    story = [
        *_head(data, _),
        *offerors_part(data.offerors, data.contacts, _),
        *_description(data, _),
        *plan_of(data.plan, _),
        *_results(data, _),
        *heading(_("IV. The offeror")),
        *long_text(_("1. Earlier activity, above all in the field of the task"), data.experience, _),
        *long_text(_("2. Staff, equipment and money that will be used for the task"), data.resources, _),
        *_costs(data, _),
        *_other(data, _),
        *declarations_part(_("VII. Declarations"), data.declarations, data.signatories, _),
    ]
    joint = len(data.offerors) > 1
    title = _("Joint offer to perform a public task") if joint else _("Offer to perform a public task")
    return compose(data.frame, _, title=title, subtitle=data.title, story=story)


def submission_note(
    number: str, version: int, submitted_at: datetime | None, checksum: str | None, _: Translate
) -> Node:
    """Which version this is, when it came and its checksum; without a moment it is a draft."""
    lines = [_("Draft of an offer. It has not been submitted.")]
    if submitted_at:
        lines = [
            _("Offer no. %(number)s, version %(version)s, submitted on %(moment)s.")
            % {"number": strong(number), "version": version, "moment": figures.moment(submitted_at)}
        ]
    if checksum:
        lines.append(_("Checksum of the offer: %(checksum)s") % {"checksum": strong(checksum)})
    return note(lines)


def _head(data: OfferPrint, _: Translate) -> list[Node]:
    return [
        submission_note(data.offer_number, data.offer_version, data.submitted_at, data.frame.checksum, _),
        *heading(_("I. Basic information about the offer")),
        *facts(
            [
                (_("1. Authority the offer is addressed to"), data.authority),
                (_("2. Kind of public task"), data.task_kind),
                (_("Call for offers"), f"{data.call_title} ({data.call_number})"),
            ]
        ),
    ]


def offerors_part(offerors: Sequence[Offeror], contacts: Sequence[Contact], _: Translate) -> list[Node]:
    """Part II: each offeror, and whom to ask."""
    parts = [*heading(_("II. The offeror's data"))]
    for number, offeror in enumerate(offerors, start=1):
        label = offerors_label([offeror], _)
        parts += subheading(f"1. {label}" if len(offerors) == 1 else f"1.{number}. {label}")
        parts += facts(_offeror_rows(offeror, _))
    parts += subheading(_("2. Persons who may give explanations about the offer"))
    columns = [Column(_("Name and surname"), 2), Column(_("Telephone"), 1.3), Column(_("E-mail"), 2)]
    return [*parts, grid(columns, [Row((c.name, c.phone, c.email)) for c in contacts])]


def _offeror_rows(offeror: Offeror, _: Translate) -> list[tuple[str, str]]:
    return [
        (_("Full name of the offeror"), offeror.name),
        (_("Legal form"), offeror.legal_form),
        (
            _("Register and number"),
            ", ".join(part for part in (offeror.register, offeror.register_number) if part),
        ),
        (_("NIP"), offeror.nip),
        (_("REGON"), offeror.regon),
        (_("Address of the seat"), offeror.seat_address),
        (_("Address for letters"), offeror.mail_address),
        (_("Website"), offeror.website),
        (_("E-mail"), offeror.email),
        (_("Telephone"), offeror.phone),
    ]


def _description(data: OfferPrint, _: Translate) -> list[Node]:
    first, last = data.date_from, data.date_to
    return [
        *heading(_("III. Description of the task")),
        *facts(
            [
                (_("1. Title of the public task"), data.title),
                (_("2. Term of the task: begins"), figures.day(first) if first else _("not given")),
                (_("2. Term of the task: ends"), figures.day(last) if last else _("not given")),
            ]
        ),
        *long_text(
            _(
                "3. Short description: place, target group, how its needs are met, links with other "
                "activities"
            ),
            data.summary,
            _,
        ),
    ]


def _results(data: OfferPrint, _: Translate) -> list[Node]:
    return [
        *long_text(
            _("5. Expected results: direct effects, social change, how lasting they are"),
            data.results_text,
            _,
        ),
        *subheading(_("6. Additional information about the results")),
        results_table(data.results, _) if data.results else P(_("not applicable")),
    ]


def long_text(title: str, body: str, _: Translate) -> list[Node]:
    """A titled place for a long text; an empty one says that nothing was given."""
    return [*subheading(title), *(prose(body) or [P(_("not given"))])]


def _costs(data: OfferPrint, _: Translate) -> list[Node]:
    return [
        *heading(_("V. Calculation of the expected costs of the task")),
        *subheading(_("A. List of costs")),
        cost_table(data.costs, _),
        *subheading(_("B. Sources of funding"), 62 * 2.84),
        sources_table(data.sources, _),
        P(
            _("Grant asked for: %(amount)s.")
            % {"amount": strong(figures.money_in_full(data.sources.grant_grosze, _))}
        ),
        *_split(data, _),
    ]


def _split(data: OfferPrint, _: Translate) -> list[Node]:
    title = subheading(_("C. Split of the costs between the offerors"))
    if not data.split:
        return [*title, P(_("not applicable"))]
    years = data.costs.years if len(data.costs.years) > 1 else ()
    columns = [
        Column(_("No."), 0.5),
        Column(_("Offeror"), 3),
        Column(_("Value [PLN]"), 1.3, "right"),
        *(Column(str(year), 1.3, "right") for year in years),
    ]
    rows = [
        Row((str(n), row.offeror, figures.amount(row.total_grosze), *_by_year(row, len(years))))
        for n, row in enumerate(data.split, start=1)
    ]
    sums = [figures.amount(sum(row.years_grosze[i] for row in data.split)) for i in range(len(years))]
    total = figures.amount(sum(row.total_grosze for row in data.split))
    return [*title, grid(columns, [*rows, Row(("", _("Total"), total, *sums), "sum")])]


def _by_year(row: SplitRow, years: int) -> list[str]:
    return [figures.amount(value) for value in row.years_grosze[:years]]


def _other(data: OfferPrint, _: Translate) -> list[Node]:
    paid = {
        "free": _("The task will be performed free of charge for its beneficiaries."),
        "paid": _("The task will be performed with payments from its beneficiaries."),
        None: _("not given"),
    }[data.paid]
    return [
        *heading(_("VI. Other information")),
        *long_text(_("1. Declaration of paid or free performance"), f"{paid}\n\n{data.paid_text}", _),
        *_optional(
            _("2. Joint offer: what each offeror does and how they are represented before the authority"),
            data.joint_text,
            _,
        ),
        *_optional(_("3. Other matters that may bear on the assessment of the offer"), data.other_text, _),
    ]


def _optional(title: str, body: str, _: Translate) -> list[Node]:
    return [*subheading(title), *(prose(body) or [P(_("not applicable"))])]


def declarations_part(
    title: str, declarations: Sequence[str], signatories: Sequence[Person], _: Translate
) -> list[Node]:
    """The last part: what the offerors declare, and who signs; no signature begins a page alone."""
    first, last = declarations[:-1], declarations[-1:]
    signed = P(_("Signatures of the persons authorised to make declarations of will for the offeror."), SMALL)
    return [
        *heading(title),
        P(_("The offeror (each offeror of a joint offer) declares that:")),
        *numbered(first),
        Together((*numbered(last, start=len(first) + 1), *signatures(signatories), signed)),
    ]
