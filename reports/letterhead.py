"""The sheet every document is written on: whose it is, its numbers, marks and legal basis."""

from dataclasses import dataclass, replace
from datetime import datetime

from reports import Translate, figures
from reports.blocks import Story
from reports.content import Content, Head, Standing, mapped
from reports.text import clean, strong


@dataclass(frozen=True, slots=True)
class DocumentFrame:
    """What stands around the text of every document.

    ``title``: "" takes the document's own title. ``case_number`` is the Department's number, ``case_mark``
    the mark of the city's file system once known. ``version`` is that of the document's subject.
    ``checksum`` is the short one (for an offer the first 12 hex digits). ``issued_at`` is aware; its day in
    Kraków stands in the letterhead. ``legal_basis``: one citation per entry, printed at the end. ``code`` is
    the document's own code and ``verify_url`` the address where it can be checked, with the code in it.
    ``synthetic`` marks demonstration data; ``standing`` a document not yet approved or replaced by another.
    """

    city: str
    office: str
    address: tuple[str, ...]
    place: str
    case_number: str
    issued_at: datetime
    version: int = 1
    title: str = ""
    case_mark: str | None = None
    checksum: str | None = None
    legal_basis: tuple[str, ...] = ()
    code: str = ""
    verify_url: str = ""
    synthetic: bool = False
    standing: Standing = "final"


def compose(
    frame: DocumentFrame,
    _: Translate,
    *,
    title: str,
    story: Story,
    before: Story = (),
    subtitle: str = "",
    wide: bool = False,
) -> Content:
    """The whole document with its frame. ``wide`` is landscape, ``before`` stands above the title."""
    return mapped(
        Content(
            head=_head(frame, _),
            title=frame.title or title,
            subtitle=subtitle,
            before=tuple(before),
            story=tuple(story),
            basis=_basis(frame, _),
            wide=wide,
        ),
        clean,
    )


def superseded(content: Content, _: Translate) -> Content:
    """The same document with the mark of one that a newer document has replaced."""
    return replace(content, head=replace(content.head, mark=_mark("superseded", _)))


def _head(frame: DocumentFrame, _: Translate) -> Head:
    number = _("Case no. %(number)s") % {"number": frame.case_number}
    return Head(
        city=frame.city,
        office=frame.office,
        address=frame.address[:2],
        facts=_facts(frame, number, _),
        reference=number,
        footer=_footer(frame, number, _),
        page=_("page %(number)s of %(total)s"),
        subject=frame.case_number,
        verify=_("Check this document: %(address)s, code %(code)s")
        % {"address": frame.verify_url.rpartition("/")[0], "code": frame.code}
        if frame.code
        else "",
        verify_url=frame.verify_url,
        qr=_("QR code: the address at which this document can be checked"),
        mark=_mark(frame.standing, _),
        synthetic=_("sample data, not a real case").upper() if frame.synthetic else "",
    )


def _basis(frame: DocumentFrame, _: Translate) -> str:
    if not frame.legal_basis:
        return ""
    return strong(_("Legal basis of the document:")) + " " + "; ".join(frame.legal_basis).rstrip(".") + "."


def _facts(frame: DocumentFrame, number: str, _: Translate) -> tuple[str, ...]:
    facts = [f"{frame.place}, {figures.local_day(frame.issued_at)}", number]
    if frame.case_mark:
        facts.append(_("File mark: %(mark)s") % {"mark": frame.case_mark})
    return tuple(facts)


def _footer(frame: DocumentFrame, number: str, _: Translate) -> tuple[str, ...]:
    parts = [number, _("version %(version)s") % {"version": frame.version}]
    if frame.checksum:
        parts.append(_("checksum %(checksum)s") % {"checksum": frame.checksum})
    if frame.synthetic:
        parts.append(_("sample data"))
    return tuple(parts)


def _mark(standing: Standing, _: Translate) -> str:
    return {"final": "", "draft": _("DRAFT"), "superseded": _("REPLACED")}[standing]
