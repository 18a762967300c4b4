"""The notice that publishes an offer for a small grant for comments (art. 19a ust. 3 and 4), with a form for them.

It takes the offer as sections that the caller has already freed from personal data; no field of it is meant for a
person of the applicant.
"""

from dataclasses import dataclass
from datetime import date, datetime

from reports import Translate, figures
from reports.blocks import (
    NOBODY,
    Contact,
    OfferReference,
    Person,
    contact_line,
    heading,
    numbered,
    offer_facts,
    offerors_label,
    section,
    signatures,
    subheading,
)
from reports.content import SMALL, Blanks, Content, Heading, NewPage, Node, WritingLines
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, facts, grid, note
from reports.text import P, prose, strong

WRITING_LINES = 14
LONGEST_SHARE, SHORTEST_SHARE = 40, 4


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A table of the offer as text; ``right`` are the columns of figures, ``sum_row`` stands last in bold."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    sum_row: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedSection:
    """A part of the offer without personal data: labelled values, then a text, then a table; each may be empty."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    text: str = ""
    table: PublishedTable | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """One of the three places: where exactly, from which day and until which (both included)."""

    place: str
    reference: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class PublicationNotice:
    """The notice.

    ``received_at`` and ``comments_until`` (the last moment) are aware; ``requested_grosze`` in grosze.
    ``comment_page`` is the address of the page for comments, ``post_address`` where they are sent or brought,
    line by line. ``data_protection`` tells those who comment what becomes of their data.
    """

    frame: DocumentFrame
    offer: OfferReference
    received_at: datetime
    requested_grosze: int
    sections: tuple[PublishedSection, ...]
    postings: tuple[Posting, ...]
    comments_until: datetime
    comment_page: str
    post_address: tuple[str, ...]
    comment_email: str = ""
    task_from: date | None = None
    task_to: date | None = None
    data_protection: str = ""
    contact: Contact = NOBODY
    signatory: Person | None = None


def content(data: PublicationNotice, _: Translate) -> Content:
    """The notice as a PDF, the form for comments on a sheet of its own; ``_`` translates."""
    story = [
        P(_lead(_)),
        note([_until(data, _)]),
        *offer_facts(data.offer, _, _details(data, _)),
        *_how_to_comment(data, _),
        *_postings(data, _),
        *heading(_("The offer"), 90),
        P(_("The offer is published without personal data."), SMALL),
        *(part for each in data.sections for part in _section(each)),
        *section(_("Personal data of those who comment"), data.data_protection),
        *section(_("Contact"), contact_line(data.contact, _)),
        *signatures([data.signatory] if data.signatory else []),
        NewPage(),
        *_form(data, _),
    ]
    title = _("Publication of an offer for a small grant")
    return compose(data.frame, _, title=title, subtitle=data.offer.task_title, story=story)


def _lead(_: Translate) -> str:
    return _(
        "An offer to perform a public task outside the open calls has been submitted to the City. The City "
        "publishes it before it decides, so that anybody can say what they think of it."
    )


def _until(data: PublicationNotice, _: Translate) -> str:
    return _("Anybody may comment on the offer %(deadline)s.") % {
        "deadline": strong(figures.deadline(data.comments_until))
    }


def _details(data: PublicationNotice, _: Translate) -> list[tuple[str, str]]:
    first, last = data.task_from, data.task_to
    return [
        (_("Term of the task"), figures.period(first, last) if first and last else ""),
        (_("Requested grant"), figures.money_in_full(data.requested_grosze, _)),
        (_("Offer received"), figures.moment(data.received_at)),
    ]


def _how_to_comment(data: PublicationNotice, _: Translate) -> list[Node]:
    ways = [
        _("on the page %(address)s, without an account;") % {"address": strong(data.comment_page)},
        _("by post or in person: %(address)s.") % {"address": strong(", ".join(data.post_address))},
    ]
    if data.comment_email:
        ways.insert(1, _("by e-mail: %(address)s;") % {"address": strong(data.comment_email)})
    return [
        *heading(_("How to comment")),
        P(_("You can use the form on the last page or write in your own way:")),
        *numbered(ways),
        P(
            _(
                "A comment counts if it reaches the City in this time. The City considers each comment "
                "before it decides on the grant."
            )
        ),
    ]


def _postings(data: PublicationNotice, _: Translate) -> list[Node]:
    if not data.postings:
        return []
    columns = [
        Column(_("Place of publication"), 3),
        Column(_("Where exactly"), 3),
        Column(_("Published from"), 1.6),
        Column(_("Published until"), 1.6),
    ]
    rows = [
        Row((post.place, post.reference or "–", figures.day(post.first_day), figures.day(post.last_day)))
        for post in data.postings
    ]
    return [*heading(_("Places and days of publication"), 130), grid(columns, rows)]


def _section(data: PublishedSection) -> list[Node]:
    parts = [*facts(data.facts), *prose(data.text), *([_table(data.table)] if data.table else [])]
    return [*subheading(data.title, 90 if data.table else 50), *parts] if parts else []


def _table(data: PublishedTable) -> Node:
    """Each column is as wide as its longest cell asks, within reason; a head may take several lines."""
    columns = []
    for index, head in enumerate(data.heads):
        longest = max((len(cells[index]) for cells in data.rows), default=0)
        share = min(max(longest, SHORTEST_SHARE), LONGEST_SHARE)
        columns.append(Column(head, share, "right" if index in data.right else "left"))
    rows = [Row(cells) for cells in data.rows]
    return grid(columns, [*rows, Row(data.sum_row, "sum")] if data.sum_row else rows)


def _form(data: PublicationNotice, _: Translate) -> list[Node]:
    """The sheet to be filled in by hand: which offer, what is said, by whom."""
    until = figures.deadline(data.comments_until)
    send = _("Send or bring this sheet to: %(address)s, %(deadline)s.") % {
        "address": strong(", ".join(data.post_address)),
        "deadline": strong(until),
    }
    return [
        Heading(_("Comment on an offer for a small grant"), 1),
        *facts(
            [
                (_("Offer number"), f"{data.offer.offer_number} ({data.offer.call_number})"),
                (offerors_label(data.offer.offerors, _), "\n".join(data.offer.offerors)),
                (_("Title of the public task"), data.offer.task_title),
            ]
        ),
        P(send),
        *subheading(_("My comment")),
        WritingLines(WRITING_LINES),
        *subheading(_("Who comments (you need not say)")),
        Blanks((_("Name or organisation"), _("Where to send the answer"), _("Date and signature"))),
        P(_("Without an address the City notes the comment but cannot answer it."), SMALL),
    ]
