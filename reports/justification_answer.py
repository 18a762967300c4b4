"""The answer to a request for the reasons why an offer was selected or rejected (art. 15 ust. 2i UDPPiW)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports import Translate, figures
from reports.blocks import (
    NOBODY,
    Addressee,
    Contact,
    OfferReference,
    Person,
    Story,
    addressee,
    closing,
    heading,
    offer_facts,
    section,
)
from reports.content import Content
from reports.drawn import replacing
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, facts, grid, note
from reports.text import P, strong


@dataclass(frozen=True, slots=True)
class JustifiedCriterion:
    """A criterion with the mean of the cards and the reasons; no evaluator is named. ``points`` are None without an assessment."""

    name: str
    points: Decimal | None
    max_points: Decimal | int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class JustificationAnswer:
    """The answer. ``request_until`` is the last day on which reasons could be asked for; ``outcome`` one sentence."""

    frame: DocumentFrame
    addressee: Addressee
    offer: OfferReference
    received_on: date
    announced_on: date
    request_until: date
    request_days: int
    outcome: str
    grounds: str
    points: Decimal | None = None
    threshold_points: Decimal | int | None = None
    criteria: tuple[JustifiedCriterion, ...] = ()
    replaces: date | None = None
    contact: Contact = NOBODY
    signatory: Person | None = None


def content(data: JustificationAnswer, _: Translate) -> Content:
    """The answer; ``_`` translates."""
    intro = _(
        "This answers your request received on %(day)s for the reasons of the result of the offer below."
    )
    story = [
        *replacing(data.replaces, _),
        P(intro % {"day": figures.day(data.received_on)}),
        note([strong(data.outcome)]),
        *offer_facts(data.offer, _),
        *_criteria(data, _),
        *section(_("Grounds that decided"), data.grounds),
        *heading(_("The request and its term")),
        *_term(data, _),
        *closing(_last(_), data.contact, data.signatory, _),
    ]
    title = _("Answer with the justification")
    return compose(data.frame, _, title=title, before=addressee(data.addressee), story=story)


def _criteria(data: JustificationAnswer, _: Translate) -> Story:
    if data.points is None:
        return []
    line = _("Points of the offer (mean of the cards): %(points)s.") % {
        "points": strong(figures.points(data.points))
    }
    if data.threshold_points is not None:
        threshold = _("Threshold of the call: %(points)s points.")
        line += " " + threshold % {"points": figures.points(data.threshold_points)}
    columns = [
        Column(_("Criterion"), 2.6),
        Column(_("Mean points"), 1, "right"),
        Column(_("Most points"), 1, "right"),
        Column(_("Reasons"), 3.4),
    ]
    rows = [
        Row(
            (
                item.name,
                "–" if item.points is None else figures.points(item.points),
                figures.points(item.max_points),
                item.reason or "–",
            )
        )
        for item in data.criteria
    ]
    return [*heading(_("Criteria and points")), P(line), grid(columns, rows)]


def _term(data: JustificationAnswer, _: Translate) -> Story:
    in_time = data.received_on <= data.request_until
    days = _("%(days)s days from the announcement of the results, by %(day)s") % {
        "days": data.request_days,
        "day": figures.day(data.request_until),
    }
    rows = [
        (_("Results announced on"), figures.day(data.announced_on)),
        (_("Term for the request"), days),
        (_("Request received on"), figures.day(data.received_on)),
    ]
    late = _(
        "The request came after this term. The reasons are given although the Act does not require it then."
    )
    return [*facts(rows), *([] if in_time else [P(late)])]


def _last(_: Translate) -> Story:
    text = _(
        "The selection of offers is no administrative decision, so this answer carries no instruction on an appeal."
    )
    return [P(text)]
