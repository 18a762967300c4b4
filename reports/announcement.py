"""The announcement of an open call for offers, with the seven items of art. 13 ust. 2 of the Act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from reports import Translate, figures
from reports import announcement_sections as sections
from reports.blocks import (
    NOBODY,
    Contact,
    Person,
    Story,
    contact_line,
    heading,
    section,
    signatures,
)
from reports.content import Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, facts, grid, note
from reports.text import P, strong


@dataclass(frozen=True, slots=True)
class PoolYear:
    """Public money for the task in one budget year, with the budget act or draft it rests on."""

    year: int
    amount_grosze: int
    basis: str = ""


@dataclass(frozen=True, slots=True)
class PreviousCosts:
    """What tasks of the same kind cost in a year, and how much of it were grants (art. 13 ust. 2 pkt 7)."""

    year: int
    cost_grosze: int
    grants_grosze: int


@dataclass(frozen=True, slots=True)
class FormalCriterion:
    """A formal criterion and whether a defect of it can be corrected."""

    text: str
    correctable: bool


@dataclass(frozen=True, slots=True)
class MeritCriterion:
    """A merit criterion; ``article_point`` is the point of art. 15 ust. 1 (1 to 6) it carries out."""

    name: str
    max_points: Decimal | int
    article_point: int


@dataclass(frozen=True, slots=True)
class Publication:
    """One of the three places of art. 13 ust. 3; ``published_on`` is None until it has appeared."""

    place: str
    reference: str = ""
    published_on: date | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """One version of the announcement. Amounts in grosze, shares in basis points (1000 = 10%)."""

    frame: DocumentFrame
    call_number: str
    call_title: str
    task_kind: str  # the item of art. 4 ust. 1 in words
    form: Literal["entrusting", "support"]
    unit: str  # the organisational unit that runs the call
    purpose: str
    pool: tuple[PoolYear, ...]
    task_from: date
    task_to: date
    deadline: datetime
    selection_by: date
    merit_criteria: tuple[MeritCriterion, ...]
    formal_criteria: tuple[FormalCriterion, ...]
    previous: tuple[PreviousCosts, ...]
    publications: tuple[Publication, ...]
    threshold_points: Decimal | int
    evaluators: int
    order_number: str = ""
    order_date: date | None = None
    offers_from: datetime | None = None
    area: str = ""
    scope: str = ""
    conditions: str = ""
    task_place: str = ""
    eligible: str = ""  # "" prints the statutory circle of art. 3
    offers_per_applicant: int | None = None
    grant_min_grosze: int | None = None
    grant_max_grosze: int | None = None
    own_contribution_basis_points: int | None = None
    own_contribution_kinds: str = ""
    admin_costs_basis_points: int | None = None
    eligible_costs: str = ""
    ineligible_costs: str = ""
    granting_rules: str = ""
    submission: str = ""  # how and where an offer is submitted
    signed_print_required: bool = False
    attachments: tuple[str, ...] = ()
    correction_days: int | None = None
    reserve_list: bool = False
    selection_mode: str = ""  # how offers are selected, in the call's own words
    previous_text: str = ""  # item 7 in the call's own words, where it gives no table
    partner_resigns: str = ""  # what happens when a partner of a joint offer resigns
    cancellation_grounds: str = ""
    accessibility: str = ""
    minors: str = ""
    data_protection: str = ""
    changes: str = ""  # what this version changes, for versions after the first
    contact: Contact = NOBODY
    signatory: Person | None = None


def content(data: Announcement, _: Translate) -> Content:
    """The announcement; ``_`` translates."""
    story = [
        *_opening(data, _),
        *text_of(data, _),
        *publications(data.publications, _),
        *signatures([data.signatory] if data.signatory else []),
    ]
    title = _("Announcement of an open call for offers")
    return compose(data.frame, _, title=title, subtitle=data.call_title, story=story)


def text_of(data: Announcement, _: Translate) -> Story:
    """What is announced, without heading, places and signature; the order on the call has it as its annex."""
    return [
        *_head(data, _),
        *section(_("What changes in this version"), data.changes),
        *_task(data, _),
        *sections.money(data, _),
        *sections.rules(data, _),
        *sections.offers(data, _),
        *sections.selection(data, _),
        *sections.previous(data, _),
        *_other(data, _),
    ]


def form_name(form: Literal["entrusting", "support"], _: Translate) -> str:
    """The form of commissioning in words (art. 5 ust. 4)."""
    if form == "entrusting":
        return _("entrusting of the task, with a grant that covers its whole cost")
    return _("support of the task, with a grant that covers part of its cost")


def _opening(data: Announcement, _: Translate) -> list[Node]:
    lead = _("The Mayor of the City of Kraków announces an open call for offers for a public task.")
    if data.order_number and data.order_date:
        lead += " " + _("Order no. %(number)s of %(day)s.") % {
            "number": data.order_number,
            "day": figures.day(data.order_date),
        }
    when = strong(figures.deadline(data.deadline))
    return [P(lead), note([_("Submit the offer %(deadline)s.") % {"deadline": when}])]


def _head(data: Announcement, _: Translate) -> list[Node]:
    total = sum(year.amount_grosze for year in data.pool)
    return facts(
        [
            (_("Call number"), data.call_number),
            (_("Title of the public task"), data.call_title),
            (_("Kind of public task"), data.task_kind),
            (_("Area"), data.area),
            (_("Form of commissioning"), form_name(data.form, _)),
            (_("Unit in charge"), data.unit),
            (_("Public funds planned"), figures.money_in_full(total, _)),
            (_("Term of the task"), figures.period(data.task_from, data.task_to)),
            (_("Place of the task"), data.task_place),
            (_("Offers will be selected"), _("by %(day)s") % {"day": figures.day(data.selection_by)}),
        ]
    )


def _task(data: Announcement, _: Translate) -> list[Node]:
    return [
        *section(_("Purpose of the task"), data.purpose),
        *section(_("Scope of the task"), data.scope),
        *section(_("Conditions of performing the task"), data.conditions),
    ]


def _other(data: Announcement, _: Translate) -> list[Node]:
    return [
        *section(_("Accessibility"), data.accessibility),
        *section(_("Protection of minors"), data.minors),
        *section(_("When the call may be called off"), data.cancellation_grounds),
        *section(_("Personal data"), data.data_protection),
        *section(_("Contact"), contact_line(data.contact, _)),
    ]


def publications(places: Sequence[Publication], _: Translate) -> Story:
    """The places and days of publication; nothing at all while there is none."""
    columns = [Column(_("Place of publication"), 3), Column(_("Where exactly"), 3), Column(_("Date"), 1.4)]
    rows = [
        Row((p.place, p.reference or "–", figures.day(p.published_on) if p.published_on else "–"))
        for p in places
    ]
    if not rows:
        return []
    return [*heading(_("Publication")), grid(columns, rows)]
