"""The confirmation that an offer was submitted: what arrived, when to the second, with which checksum."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from reports import Translate, figures
from reports.blocks import (
    NOBODY,
    Contact,
    OfferReference,
    Person,
    bullets,
    contact_line,
    deadline_label,
    heading,
    numbered,
    offer_facts,
)
from reports.content import Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, grid, note
from reports.text import P, strong


@dataclass(frozen=True, slots=True)
class AttachmentLine:
    """An attachment as it was stored: size in bytes, SHA-256 in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SubmissionConfirmation:
    """The submitted version of an offer.

    ``offer_sha256`` is the whole checksum in hex, ``frame.checksum`` its first 12 digits; both cover the
    offer and its attachments. ``signed_print``: whether a signed print must follow, has arrived, or is not
    asked for by the call.
    """

    frame: DocumentFrame
    offer: OfferReference
    offer_version: int
    submitted_at: datetime
    deadline: datetime
    requested_grosze: int
    total_cost_grosze: int
    offer_sha256: str
    submitted_by: tuple[Person, ...] = ()
    representation: str = ""  # the representation rule that was met
    channel: Literal["electronic", "paper", "post", "e_delivery"] = "electronic"
    late: bool = False  # registered after the deadline (paper and post only)
    attachments: tuple[AttachmentLine, ...] = ()
    signed_print: Literal["not_required", "required", "received"] = "not_required"
    signed_print_deadline: datetime | None = None
    queue_place: int | None = None  # small grants only: first come, first served
    next_steps: tuple[str, ...] = ()
    contact: Contact = NOBODY


def content(data: SubmissionConfirmation, _: Translate) -> Content:
    """The confirmation; ``_`` translates."""
    story = [
        _what_happened(data, _),
        *heading(_("The offer")),
        *offer_facts(data.offer, _, _details(data, _)),
        *_attachments(data, _),
        *heading(_("What happens next")),
        *numbered(data.next_steps or _next_steps(data.offer, _)),
        *_signed_print(data, _),
        *_questions(data, _),
    ]
    title = _("Confirmation of submitting an offer")
    return compose(data.frame, _, title=title, story=story)


def channel_name(channel: Literal["electronic", "paper", "post", "e_delivery"], _: Translate) -> str:
    """The way an offer came."""
    return {
        "electronic": _("electronic form"),
        "paper": _("on paper, handed in"),
        "post": _("on paper, by post"),
        "e_delivery": _("e-Doręczenia"),
    }[channel]


def _what_happened(data: SubmissionConfirmation, _: Translate) -> Node:
    lines = [
        _("Offer no. %(number)s was submitted on %(moment)s (Kraków time).")
        % {"number": strong(data.offer.offer_number), "moment": strong(figures.moment(data.submitted_at))},
        _("Checksum of the offer: %(checksum)s")
        % {"checksum": strong(data.frame.checksum or data.offer_sha256[:12])},
    ]
    if data.late:
        lines.append(
            _("The offer came after the deadline (%(deadline)s).")
            % {"deadline": figures.deadline(data.deadline)}
        )
    return note(lines)


def _details(data: SubmissionConfirmation, _: Translate) -> list[tuple[str, str]]:
    people = "\n".join(", ".join(part for part in (p.name, p.function) if part) for p in data.submitted_by)
    return [
        (_("Version of the offer"), str(data.offer_version)),
        (_("Requested grant"), figures.money_in_full(data.requested_grosze, _)),
        (_("Total cost of the task"), figures.money(data.total_cost_grosze)),
        (_("Place in the queue"), "" if data.queue_place is None else str(data.queue_place)),
        (deadline_label(data.offer, _), figures.deadline(data.deadline)),
        (_("Way of submitting"), channel_name(data.channel, _)),
        (_("Submitted by"), people),
        (_("Representation"), data.representation),
        (_("SHA-256 of the offer"), data.offer_sha256),
    ]


def _attachments(data: SubmissionConfirmation, _: Translate) -> list[Node]:
    if not data.attachments:
        return [*heading(_("Attachments")), P(_("The offer has no attachments."))]
    columns = [
        Column(_("No."), 0.5, "right"),
        Column(_("File"), 2.6),
        Column(_("Size"), 0.7, "right"),
        Column("SHA-256", 4.4),
    ]
    rows = [
        Row((str(n), line.name, figures.file_size(line.size), line.sha256))
        for n, line in enumerate(data.attachments, start=1)
    ]
    return [*heading(_("Attachments")), grid(columns, rows)]


def _next_steps(offer: OfferReference, _: Translate) -> tuple[str, ...]:
    if offer.kind == "intake":
        return (
            _("The City checks the offer formally and judges whether the task is purposeful."),
            _("An offer that goes on is published without personal data, and anybody may comment on it."),
            _("We will write when something changes. You need do nothing now."),
        )
    return (
        _("Until the deadline you can replace or withdraw the offer."),
        _("After the deadline the City checks the offer formally, then the commission assesses it."),
        _("We will write when something changes. You need do nothing now."),
    )


def _signed_print(data: SubmissionConfirmation, _: Translate) -> list[Node]:
    if data.signed_print == "not_required":
        if data.offer.kind == "intake":
            return bullets([_("No signed print of the offer is needed.")])
        return bullets([_("This call asks for no signed print of the offer.")])
    if data.signed_print == "received":
        return bullets([_("The signed print of the offer has been received.")])
    until = figures.deadline(data.signed_print_deadline or data.deadline)
    return [
        note(
            [
                _("Deliver a signed print of the offer with the same checksum %(deadline)s.")
                % {"deadline": strong(until)}
            ]
        )
    ]


def _questions(data: SubmissionConfirmation, _: Translate) -> list[Node]:
    line = contact_line(data.contact, _)
    return [P(line)] if line else []
