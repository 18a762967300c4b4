"""The individual card of merit assessment: points and a reason for each criterion of art. 15 ust. 1."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from reports import Translate, figures
from reports.blocks import OfferReference, Person, heading, offer_facts, section, signatures
from reports.content import Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, grid, note
from reports.text import strong


@dataclass(frozen=True, slots=True)
class ScoredCriterion:
    """Points given for one criterion, with the reason; ``article_point`` is 1 to 6 of art. 15 ust. 1."""

    name: str
    article_point: int
    max_points: Decimal | int
    points: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class QuestionedCost:
    """A cost line the evaluator questions: planned and proposed in grosze."""

    number: str
    name: str
    planned_grosze: int
    proposed_grosze: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ScoringCard:
    """A closed card. ``declared_on`` is the day of the impartiality statement."""

    frame: DocumentFrame
    offer: OfferReference
    evaluator: Person
    criteria: tuple[ScoredCriterion, ...]
    requested_grosze: int
    closed_at: datetime
    threshold_points: Decimal | int | None = None
    proposed_grosze: int | None = None
    questioned: tuple[QuestionedCost, ...] = ()
    remarks: str = ""
    declared_on: date | None = None


def content(data: ScoringCard, _: Translate) -> Content:
    """The card; ``_`` translates."""
    story = [
        *offer_facts(data.offer, _, _people(data, _)),
        *heading(_("Points and reasons")),
        _criteria(data, _),
        *_proposal(data, _),
        *_questioned(data, _),
        *section(_("Remarks"), data.remarks),
        *signatures([data.evaluator]),
    ]
    return compose(data.frame, _, title=_("Card of merit assessment"), story=story)


def _people(data: ScoringCard, _: Translate) -> list[tuple[str, str]]:
    person = ", ".join(part for part in (data.evaluator.name, data.evaluator.function) if part)
    declared = figures.day(data.declared_on) if data.declared_on else ""
    return [
        (_("Evaluator"), person),
        (_("Impartiality statement of"), declared),
        (_("Card closed"), figures.moment(data.closed_at)),
    ]


def _criteria(data: ScoringCard, _: Translate) -> Node:
    columns = [
        Column(_("No."), 0.5, "right"),
        Column(_("Criterion"), 2.3),
        Column(_("Art. 15 ust. 1"), 0.85, "centre"),
        Column(_("Points"), 0.8, "right"),
        Column(_("Most points"), 0.8, "right"),
        Column(_("Reason given"), 3.4),
    ]
    rows = [
        Row(
            (
                str(number),
                item.name,
                _("pkt %(point)s") % {"point": item.article_point},
                strong(figures.points(item.points)),
                figures.points(item.max_points),
                item.reason,
            )
        )
        for number, item in enumerate(data.criteria, start=1)
    ]
    total = figures.points(sum((item.points for item in data.criteria), Decimal(0)))
    most = figures.points(sum(item.max_points for item in data.criteria))
    return grid(columns, [*rows, Row(("", _("Total"), "", total, most, ""), "sum")])


def _proposal(data: ScoringCard, _: Translate) -> list[Node]:
    total = figures.points(sum((item.points for item in data.criteria), Decimal(0)))
    most = figures.points(sum(item.max_points for item in data.criteria))
    lines = [
        _("Points of this card: %(points)s of %(most)s.") % {"points": strong(total), "most": most},
    ]
    if data.threshold_points is not None:
        lines.append(
            _("Threshold of the call: %(points)s points.") % {"points": figures.points(data.threshold_points)}
        )
    lines.append(_("Grant asked for: %(amount)s.") % {"amount": figures.money(data.requested_grosze)})
    if data.proposed_grosze is not None:
        lines.append(
            _("Proposed grant: %(amount)s.")
            % {"amount": strong(figures.money_in_full(data.proposed_grosze, _))}
        )
    return [note(lines)]


def _questioned(data: ScoringCard, _: Translate) -> list[Node]:
    if not data.questioned:
        return []
    columns = [
        Column(_("No."), 0.7),
        Column(_("Kind of cost"), 2.4),
        Column(_("In the offer"), 1.3, "right"),
        Column(_("Proposed amount"), 1.3, "right"),
        Column(_("Reason given"), 2.6),
    ]
    rows = [
        Row((q.number, q.name, figures.money(q.planned_grosze), figures.money(q.proposed_grosze), q.reason))
        for q in data.questioned
    ]
    return [*heading(_("Questioned costs")), grid(columns, rows)]
