"""The attendance list of a meeting of the competition commission: who signs, and how many make a quorum."""

from dataclasses import dataclass
from datetime import date, datetime

from reports import Translate, figures
from reports.blocks import Person, Story, heading, signatures
from reports.content import Content
from reports.drawn import replacing
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, facts, grid
from reports.text import strong


@dataclass(frozen=True, slots=True)
class ListedMember:
    """A member who signs the list; ``indicated_by`` is the Mayor or an organisation (art. 15 ust. 2d)."""

    name: str
    function: str
    indicated_by: str = ""


@dataclass(frozen=True, slots=True)
class AttendanceList:
    """The list to be signed by hand. ``begins`` is aware; ``quorum`` is how many members must be there."""

    frame: DocumentFrame
    call_number: str
    call_title: str
    begins: datetime
    place: str
    members: tuple[ListedMember, ...]
    quorum: int
    whole: int  # how many members the commission has
    replaces: date | None = None
    chair: Person | None = None


def content(data: AttendanceList, _: Translate) -> Content:
    """The list; ``_`` translates."""
    quorum = _("at least %(quorum)s of %(members)s members") % {"quorum": data.quorum, "members": data.whole}
    story = [
        *replacing(data.replaces, _),
        *facts(
            [
                (_("Call for offers"), f"{data.call_title} ({data.call_number})"),
                (_("Meeting"), figures.appointment(data.begins)),
                (_("Place"), data.place),
                (_("Quorum"), quorum),
            ]
        ),
        *heading(_("Members of the commission")),
        *_members(data, _),
        *(signatures([data.chair], title=_("Quorum stated by")) if data.chair else []),
    ]
    title = _("Attendance list of a meeting of the commission")
    return compose(data.frame, _, title=title, subtitle=data.call_title, story=story)


def _members(data: AttendanceList, _: Translate) -> Story:
    """Each member takes three lines, so that the empty cell beside them has room for a signature."""
    columns = [
        Column(_("No."), 0.5, "right"),
        Column(_("Member of the commission"), 3.6),
        Column(_("Signature"), 3),
    ]
    rows = [
        Row((str(number), "\n".join(_lines(member, _)), ""))
        for number, member in enumerate(data.members, start=1)
    ]
    return [grid(columns, rows)]


def _lines(member: ListedMember, _: Translate) -> list[str]:
    indicated = _("indicated by: %(name)s") % {"name": member.indicated_by or "–"}
    return [strong(member.name), member.function, indicated]
