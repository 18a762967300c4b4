"""The offer itself, section by section as in annex 1 to the regulation Dz.U. 2018 poz. 2057."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from reportlab.platypus import Flowable

from reports import Translate, figures
from reports.blocks import Contact, Person, heading, numbered, offerors_label, signatures, subheading
from reports.costs import CostTable, Sources, cost_table, sources_table
from reports.letterhead import DocumentFrame, render
from reports.plan import PlanYear, ResultRow, plan_of, results_table
from reports.tables import Column, Row, facts, grid, note
from reports.text import P, prose, strong
from reports.typography import SMALL


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


def to_pdf(data: OfferPrint, _: Translate) -> bytes:
    """The offer as a PDF; ``_`` translates."""
    story = [
        *_head(data, _),
        *_offerors(data, _),
        *_description(data, _),
        *plan_of(data.plan, _),
        *_results(data, _),
        *heading(_("IV. The offeror")),
        *_long(_("1. Earlier activity, above all in the field of the task"), data.experience, _),
        *_long(_("2. Staff, equipment and money that will be used for the task"), data.resources, _),
        *_costs(data, _),
        *_other(data, _),
        *_declarations(data, _),
    ]
    joint = len(data.offerors) > 1
    title = _("Joint offer to perform a public task") if joint else _("Offer to perform a public task")
    return render(data.frame, _, title=title, subtitle=data.title, story=story)


def _head(data: OfferPrint, _: Translate) -> list[Flowable]:
    lines = []
    if data.submitted_at:
        lines.append(
            _("Offer no. %(number)s, version %(version)s, submitted on %(moment)s.")
            % {
                "number": strong(data.offer_number),
                "version": data.offer_version,
                "moment": figures.moment(data.submitted_at),
            }
        )
    else:
        lines.append(_("Draft of an offer. It has not been submitted."))
    if data.frame.checksum:
        lines.append(_("Checksum of the offer: %(checksum)s") % {"checksum": strong(data.frame.checksum)})
    return [
        note(lines),
        *heading(_("I. Basic information about the offer")),
        *facts(
            [
                (_("1. Authority the offer is addressed to"), data.authority),
                (_("2. Kind of public task"), data.task_kind),
                (_("Call for offers"), f"{data.call_title} ({data.call_number})"),
            ]
        ),
    ]


def _offerors(data: OfferPrint, _: Translate) -> list[Flowable]:
    parts = [*heading(_("II. The offeror's data"))]
    for number, offeror in enumerate(data.offerors, start=1):
        label = offerors_label([offeror], _)
        parts += subheading(f"1. {label}" if len(data.offerors) == 1 else f"1.{number}. {label}")
        parts += facts(_offeror_rows(offeror, _))
    parts += subheading(_("2. Persons who may give explanations about the offer"))
    columns = [Column(_("Name and surname"), 2), Column(_("Telephone"), 1.3), Column(_("E-mail"), 2)]
    return [*parts, grid(columns, [Row((c.name, c.phone, c.email)) for c in data.contacts])]


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


def _description(data: OfferPrint, _: Translate) -> list[Flowable]:
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
        *_long(
            _(
                "3. Short description: place, target group, how its needs are met, links with other "
                "activities"
            ),
            data.summary,
            _,
        ),
    ]


def _results(data: OfferPrint, _: Translate) -> list[Flowable]:
    return [
        *_long(
            _("5. Expected results: direct effects, social change, how lasting they are"),
            data.results_text,
            _,
        ),
        *subheading(_("6. Additional information about the results")),
        results_table(data.results, _) if data.results else P(_("not applicable")),
    ]


def _long(title: str, body: str, _: Translate) -> list[Flowable]:
    return [*subheading(title), *(prose(body) or [P(_("not given"))])]


def _costs(data: OfferPrint, _: Translate) -> list[Flowable]:
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


def _split(data: OfferPrint, _: Translate) -> list[Flowable]:
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


def _other(data: OfferPrint, _: Translate) -> list[Flowable]:
    paid = {
        "free": _("The task will be performed free of charge for its beneficiaries."),
        "paid": _("The task will be performed with payments from its beneficiaries."),
        None: _("not given"),
    }[data.paid]
    return [
        *heading(_("VI. Other information")),
        *_long(_("1. Declaration of paid or free performance"), f"{paid}\n\n{data.paid_text}", _),
        *_optional(
            _("2. Joint offer: what each offeror does and how they are represented before the authority"),
            data.joint_text,
            _,
        ),
        *_optional(_("3. Other matters that may bear on the assessment of the offer"), data.other_text, _),
    ]


def _optional(title: str, body: str, _: Translate) -> list[Flowable]:
    return [*subheading(title), *(prose(body) or [P(_("not applicable"))])]


def _declarations(data: OfferPrint, _: Translate) -> list[Flowable]:
    return [
        *heading(_("VII. Declarations")),
        P(_("The offeror (each offeror of a joint offer) declares that:")),
        *numbered(data.declarations),
        *signatures(data.signatories),
        P(_("Signatures of the persons authorised to make declarations of will for the offeror."), SMALL),
    ]
