"""The protocol of the competition commission (art. 15 ust. 2a-2f): who, when, the findings, the votes."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from reports import Translate, figures
from reports.blocks import Person, heading, numbered, section, signatures, subheading
from reports.content import Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, facts, grid
from reports.text import P


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the commission: function in it, who indicated the person, present or not, when signed."""

    name: str
    function: str
    indicated_by: str
    present: bool
    signed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Who is excluded from which offer ("" = from the whole call) and why (art. 24 KPA)."""

    name: str
    offer_number: str
    ground: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting: its aware beginning and end, or only its day."""

    begins: datetime | date
    ends: datetime | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class OfferCounts:
    """How many offers came and what became of them before the merit assessment."""

    submitted: int
    late: int
    withdrawn: int
    corrected: int
    formally_rejected: int
    assessed: int


@dataclass(frozen=True, slots=True)
class AssessedOffer:
    """An assessed offer with mean points and the commission's opinion; amounts in grosze."""

    offer_number: str
    offeror: str
    task_title: str
    points: Decimal
    requested_grosze: int
    proposed_grosze: int
    opinion: str
    place: int | None = None


@dataclass(frozen=True, slots=True)
class RejectedOffer:
    """An offer that did not pass the formal check, and why."""

    offer_number: str
    offeror: str
    ground: str


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote of the commission."""

    subject: str
    in_favour: int
    against: int
    abstained: int


@dataclass(frozen=True, slots=True)
class Dissent:
    """A member's separate opinion."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Protocol:
    """The protocol; ``pool_grosze`` is the pool of the call on the day of the protocol."""

    frame: DocumentFrame
    call_number: str
    call_title: str
    appointment_order: str
    appointed_on: date
    members: tuple[Member, ...]
    meetings: tuple[Meeting, ...]
    counts: OfferCounts
    assessed: tuple[AssessedOffer, ...]
    pool_grosze: int
    threshold_points: Decimal | int
    max_points: Decimal | int
    rejected: tuple[RejectedOffer, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    votes: tuple[Vote, ...] = ()
    dissents: tuple[Dissent, ...] = ()
    quorum: str = ""
    course: str = ""
    conclusions: str = ""
    attachments: tuple[str, ...] = ()


def content(data: Protocol, _: Translate) -> Content:
    """The protocol; ``_`` translates."""
    story = [
        *_call(data, _),
        *_members(data, _),
        *_exclusions(data, _),
        *_counts(data, _),
        *_rejected(data, _),
        *_assessed(data, _),
        *section(_("Course of the work"), data.course),
        *_votes(data, _),
        *_dissents(data, _),
        *section(_("Conclusions for the Mayor"), data.conclusions),
        *([*heading(_("Attachments")), *numbered(data.attachments)] if data.attachments else []),
        *_signing(data, _),
    ]
    title = _("Protocol of the competition commission")
    return compose(data.frame, _, title=title, subtitle=data.call_title, story=story)


def _call(data: Protocol, _: Translate) -> list[Node]:
    order = _("Order no. %(number)s of %(day)s.") % {
        "number": data.appointment_order,
        "day": figures.day(data.appointed_on),
    }
    meetings = "\n".join(_meeting(meeting) for meeting in data.meetings)
    return facts(
        [
            (_("Call for offers"), f"{data.call_title} ({data.call_number})"),
            (_("Commission appointed by"), order),
            (_("Meetings"), meetings),
            (_("Quorum"), data.quorum),
            (_("Pool of the call"), figures.money_in_full(data.pool_grosze, _)),
        ]
    )


def _meeting(meeting: Meeting) -> str:
    if not isinstance(meeting.begins, datetime):
        return ", ".join(part for part in (figures.day(meeting.begins), meeting.place) if part)
    begins = figures.local(meeting.begins)
    text = f"{figures.day(begins.date())}, godz.{figures.NBSP}{begins:%H:%M}"
    if meeting.ends:
        text += f"–{figures.local(meeting.ends):%H:%M}"
    return f"{text}, {meeting.place}" if meeting.place else text


def _members(data: Protocol, _: Translate) -> list[Node]:
    columns = [
        Column(_("No."), 0.5, "right"),
        Column(_("Name and surname"), 2.4),
        Column(_("Function in the commission"), 1.9),
        Column(_("Indicated by"), 2.6),
        Column(_("Presence"), 0.9, "centre"),
    ]
    rows = [
        Row((str(n), m.name, m.function, m.indicated_by or "–", _("yes") if m.present else _("no")))
        for n, m in enumerate(data.members, start=1)
    ]
    return [*heading(_("Members of the commission")), grid(columns, rows)]


def _exclusions(data: Protocol, _: Translate) -> list[Node]:
    title = heading(_("Exclusions"))
    if not data.exclusions:
        return [*title, P(_("All members signed the impartiality statement. Nobody was excluded."))]
    columns = [Column(_("Name and surname"), 2), Column(_("From what"), 1.6), Column(_("Ground"), 3.4)]
    rows = [Row((item.name, _excluded_from(item, _), item.ground)) for item in data.exclusions]
    return [*title, grid(columns, rows)]


def _excluded_from(item: Exclusion, _: Translate) -> str:
    if not item.offer_number:
        return _("the whole call")
    return _("offer no. %(number)s") % {"number": item.offer_number}


def _counts(data: Protocol, _: Translate) -> list[Node]:
    counts = data.counts
    return [
        *heading(_("Offers")),
        *facts(
            [
                (_("Offers submitted"), str(counts.submitted)),
                (_("Of these, submitted after the deadline"), str(counts.late)),
                (_("Offers withdrawn"), str(counts.withdrawn)),
                (_("Offers corrected after a call"), str(counts.corrected)),
                (_("Offers rejected formally"), str(counts.formally_rejected)),
                (_("Offers assessed on merit"), str(counts.assessed)),
            ]
        ),
    ]


def _rejected(data: Protocol, _: Translate) -> list[Node]:
    if not data.rejected:
        return []
    columns = [Column(_("Offer no."), 1), Column(_("Offeror"), 2.6), Column(_("Ground of rejection"), 3.4)]
    rows = [Row((offer.offer_number, offer.offeror, offer.ground)) for offer in data.rejected]
    return [*subheading(_("Offers rejected formally")), grid(columns, rows)]


def _assessed(data: Protocol, _: Translate) -> list[Node]:
    columns = [
        Column(_("Place"), 0.7, "right"),
        Column(_("Offer no."), 0.9),
        Column(_("Offeror and task"), 3),
        Column(_("Mean points"), 0.85, "right"),
        Column(_("Asked for"), 1.35, "right"),
        Column(_("Proposed grant"), 1.35, "right"),
    ]
    rows: list[Row] = []
    for offer in data.assessed:
        place = "–" if offer.place is None else str(offer.place)
        rows.append(
            Row(
                (
                    place,
                    offer.offer_number,
                    f"{offer.offeror}\n{offer.task_title}",
                    figures.points(offer.points),
                    figures.money(offer.requested_grosze),
                    figures.money(offer.proposed_grosze),
                )
            )
        )
    asked = figures.money(sum(offer.requested_grosze for offer in data.assessed))
    proposed = figures.money(sum(offer.proposed_grosze for offer in data.assessed))
    rows.append(Row(("", "", _("Total"), "", asked, proposed), "sum"))
    limits = _("Most points: %(most)s. Threshold: %(threshold)s points.") % {
        "most": figures.points(data.max_points),
        "threshold": figures.points(data.threshold_points),
    }
    return [
        *heading(_("Results of the merit assessment")),
        P(limits),
        grid(columns, rows),
        *_opinions(data, _),
    ]


def _opinions(data: Protocol, _: Translate) -> list[Node]:
    rows = [(offer.offer_number, offer.opinion) for offer in data.assessed if offer.opinion]
    return [*subheading(_("Opinions on the offers")), *facts(rows, label=0.2)] if rows else []


def _votes(data: Protocol, _: Translate) -> list[Node]:
    if not data.votes:
        return []
    columns = [
        Column(_("Subject of the vote"), 4),
        Column(_("In favour"), 1, "right"),
        Column(_("Against"), 1, "right"),
        Column(_("Abstained"), 1.1, "right"),
    ]
    rows = [Row((v.subject, str(v.in_favour), str(v.against), str(v.abstained))) for v in data.votes]
    return [*heading(_("Votes")), grid(columns, rows)]


def _dissents(data: Protocol, _: Translate) -> list[Node]:
    if not data.dissents:
        return [*heading(_("Separate opinions")), P(_("Nobody gave a separate opinion."))]
    return [*heading(_("Separate opinions")), *facts([(item.name, item.text) for item in data.dissents])]


def _signing(data: Protocol, _: Translate) -> list[Node]:
    people = [Person(member.name, _signed(member, _)) for member in data.members if member.present]
    return signatures(people, title=_("Signatures of the members present"))


def _signed(member: Member, _: Translate) -> str:
    if member.signed_at is None:
        return member.function
    signed = _("signed in the system on %(moment)s") % {"moment": figures.moment(member.signed_at)}
    return f"{member.function}\n{signed}"
