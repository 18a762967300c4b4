"""The letter that tells an offeror the result.

Selecting offers is no administrative decision (art. 15), so the letter carries no instruction on appeal; it
says who may ask for the reasons and until when.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

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
    numbered,
    offer_facts,
    section,
)
from reports.content import Content, Heading, Node
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, grid, note
from reports.text import P, strong


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """Mean points of an offer in one criterion."""

    name: str
    points: Decimal
    max_points: Decimal | int


@dataclass(frozen=True, slots=True)
class ResultsLetter:
    """The letter.

    Amounts in grosze; ``act_by`` is the aware deadline for updating the offer or bringing documents;
    ``justification_until`` the last day on which anybody may ask for the reasons.
    """

    frame: DocumentFrame
    addressee: Addressee
    offer: OfferReference
    result: Literal["awarded", "awarded_reduced", "reserve", "not_awarded", "formally_rejected"]
    requested_grosze: int
    awarded_grosze: int | None = None
    order_number: str = ""
    order_date: date | None = None
    published_on: date | None = None
    justification_until: date | None = None
    points: Decimal | None = None
    threshold_points: Decimal | int | None = None
    reserve_place: int | None = None
    criteria: tuple[CriterionResult, ...] = ()
    reason: str = ""
    to_do: tuple[str, ...] = ()  # () prints what the result usually asks for
    act_by: datetime | None = None
    contact: Contact = NOBODY
    signatory: Person | None = None


def content(data: ResultsLetter, _: Translate) -> Content:
    """The letter; ``_`` translates."""
    story = [
        note(_outcome(data, _)),
        *_order(data, _),
        *offer_facts(data.offer, _),
        *section(_("Grounds for the result"), data.reason),
        *_points(data, _),
        *_steps(data, _),
        *closing(_justification(data, _), data.contact, data.signatory, _),
    ]
    title = _("Result of the open call for offers")
    return compose(data.frame, _, title=title, before=addressee(data.addressee), story=story)


def _outcome(data: ResultsLetter, _: Translate) -> list[str]:
    if data.result == "awarded":
        return _awarded(data, _)
    if data.result == "awarded_reduced":
        return _awarded_reduced(data, _)
    if data.result == "reserve":
        return _reserve(data, _)
    if data.result == "not_awarded":
        return [strong(_("The offer was not awarded a grant."))]
    return [strong(_("The offer did not pass the formal check and was not assessed on merit."))]


def _awarded_sum(data: ResultsLetter) -> int:
    if data.awarded_grosze is None:
        raise ValueError("a letter about an award needs the awarded amount")
    return data.awarded_grosze


def _awarded(data: ResultsLetter, _: Translate) -> list[str]:
    amount = figures.money_in_full(_awarded_sum(data), _)
    return [
        _("The offer was awarded a grant in full: %(amount)s.") % {"amount": strong(amount)},
    ]


def _awarded_reduced(data: ResultsLetter, _: Translate) -> list[str]:
    return [
        _("The offer was awarded a reduced grant: %(amount)s.")
        % {"amount": strong(figures.money_in_full(_awarded_sum(data), _))},
        _("The offer asked for %(amount)s.") % {"amount": figures.money(data.requested_grosze)},
    ]


def _reserve(data: ResultsLetter, _: Translate) -> list[str]:
    if data.reserve_place is None:
        line = _("The offer is on the reserve list.")
    else:
        line = _("The offer is on the reserve list, place %(place)s.") % {"place": data.reserve_place}
    return [strong(line), _("If money becomes available, we will write to you.")]


def _order(data: ResultsLetter, _: Translate) -> list[Node]:
    if not (data.order_number and data.order_date):
        return []
    line = _("The Mayor of the City of Kraków decided on the call by order no. %(number)s of %(day)s.") % {
        "number": data.order_number,
        "day": figures.day(data.order_date),
    }
    if data.published_on:
        line += " " + _("The results were published on %(day)s.") % {"day": figures.day(data.published_on)}
    return [P(line)]


def _points(data: ResultsLetter, _: Translate) -> list[Node]:
    if data.points is None:
        return []
    line = _("Points of the offer (mean of the cards): %(points)s.") % {
        "points": strong(figures.points(data.points))
    }
    if data.threshold_points is not None:
        line += " " + _("Threshold of the call: %(points)s points.") % {
            "points": figures.points(data.threshold_points)
        }
    parts = [*heading(_("Points")), P(line)]
    if data.criteria:
        parts.append(_criteria(data, _))
    return parts


def _criteria(data: ResultsLetter, _: Translate) -> Node:
    columns = [
        Column(_("Criterion"), 5),
        Column(_("Mean points"), 1.2, "right"),
        Column(_("Most points"), 1.2, "right"),
    ]
    rows = [Row((c.name, figures.points(c.points), figures.points(c.max_points))) for c in data.criteria]
    return grid(columns, rows)


def _steps(data: ResultsLetter, _: Translate) -> list[Node]:
    steps = data.to_do or _usual_steps(data, _)
    if not steps:
        return []
    until = figures.deadline(data.act_by) if data.act_by else ""
    when = [P(_("Do it %(deadline)s.") % {"deadline": strong(until)})] if until else []
    return [*heading(_("What to do now")), *numbered(steps), *when]


def _usual_steps(data: ResultsLetter, _: Translate) -> tuple[str, ...]:
    if data.result == "awarded":
        return (
            _("Confirm the account number for the grant and the persons who will sign the agreement."),
            _("We will prepare the agreement and send it for signing."),
        )
    if data.result == "awarded_reduced":
        return (
            _("Adjust the costs, the schedule and the results to the awarded amount, or resign."),
            _("Confirm the account number for the grant and the persons who will sign the agreement."),
            _(
                "When we have accepted the updated offer, we will prepare the agreement and send it for "
                "signing."
            ),
        )
    if data.result == "reserve":
        return (_("You need do nothing now."),)
    return ()


def _justification(data: ResultsLetter, _: Translate) -> Story:
    text = _(
        "Within 30 days of publication of the results anybody may ask the Mayor for the reasons why an offer "
        "was selected or rejected."
    )
    if data.justification_until:
        text += " " + _("In this call: by %(day)s.") % {"day": figures.day(data.justification_until)}
    return [Heading(_("Who may ask for the reasons")), P(text)]
