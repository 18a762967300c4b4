"""The statement of impartiality of a member of the commission (art. 24 KPA with art. 15 ust. 2f of the Act)."""

from dataclasses import dataclass
from datetime import date, datetime

from reports import Translate, figures
from reports.blocks import Person, Story, heading, numbered, signatures
from reports.content import Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, facts, grid
from reports.text import P


@dataclass(frozen=True, slots=True)
class ListedOffer:
    """One offer of the list that the member read; ``ground`` says why the member is excluded from it, "" if not."""

    offer_number: str
    offeror: str
    task_title: str
    ground: str = ""


@dataclass(frozen=True, slots=True)
class ImpartialityStatement:
    """The statement as it was made at the aware moment ``stated_at``."""

    frame: DocumentFrame
    call_number: str
    call_title: str
    person: Person
    offers: tuple[ListedOffer, ...]
    stated_at: datetime
    appointed_by: str = ""
    appointed_on: date | None = None


def content(data: ImpartialityStatement, _: Translate) -> Content:
    """The statement; ``_`` translates."""
    person = Person(
        data.person.name,
        "\n".join(
            (
                data.person.function,
                _("signed in the system on %(moment)s") % {"moment": figures.moment(data.stated_at)},
            )
        ),
    )
    story = [
        *_who(data, _),
        *heading(_("List of offerors")),
        _offers(data, _),
        *_declared(data, _),
        *signatures([person]),
    ]
    title = _("Statement of impartiality of a member of the commission")
    return compose(data.frame, _, title=title, subtitle=data.call_title, story=story)


def _who(data: ImpartialityStatement, _: Translate) -> Story:
    appointed = ""
    if data.appointed_by and data.appointed_on:
        appointed = _("Order no. %(number)s of %(day)s.") % {
            "number": data.appointed_by,
            "day": figures.day(data.appointed_on),
        }
    return facts(
        [
            (_("Name and surname"), data.person.name),
            (_("Function in the commission"), data.person.function),
            (_("Call for offers"), f"{data.call_title} ({data.call_number})"),
            (_("Commission appointed by"), appointed),
            (_("Stated on"), figures.moment(data.stated_at)),
        ]
    )


def _offers(data: ImpartialityStatement, _: Translate) -> Node:
    columns = [
        Column(_("Offer no."), 0.8),
        Column(_("Offeror"), 3),
        Column(_("Title of the task"), 3.2),
        Column(_("Exclusion of the member"), 1.1, "centre"),
    ]
    rows = [
        Row((offer.offer_number, offer.offeror, offer.task_title, _("yes") if offer.ground else _("no")))
        for offer in data.offers
    ]
    return grid(columns, rows)


def _declared(data: ImpartialityStatement, _: Translate) -> Story:
    grounds = [
        _("Offer no. %(number)s (%(offeror)s): %(ground)s")
        % {"number": offer.offer_number, "offeror": offer.offeror, "ground": offer.ground}
        for offer in data.offers
        if offer.ground
    ]
    return [
        *heading(_("Statement")),
        P(_("I have read the list of offerors of this call and state that:")),
        *numbered(_sentences(bool(grounds), _)),
        *([*heading(_("Declared conflicts of interest")), *numbered(grounds)] if grounds else []),
    ]


def _sentences(excluded: bool, _: Translate) -> tuple[str, ...]:
    free = _(
        "none of the grounds of exclusion of art. 24 § 1–3 of the Code of Administrative Procedure, applied by "
        "art. 15 ust. 2f of the Act, applies to me with regard to the offers of the list;"
    )
    if excluded:
        free = _(
            "the grounds of exclusion of art. 24 § 1–3 of the Code of Administrative Procedure, applied by art. 15 "
            "ust. 2f of the Act, apply to me only with regard to the offers marked in the list as excluded, in whose "
            "assessment I take no part;"
        )
    return (
        free,
        _("I will say at once if such a ground appears later, and take no further part;"),
        _(
            "I will assess the offers impartially and keep to myself what I learn in the work of the commission."
        ),
    )
