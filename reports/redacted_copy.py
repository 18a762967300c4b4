"""A copy of an issued document for whoever asked: without what may not be shown, and with the list of what was hidden."""

from dataclasses import dataclass
from datetime import date, datetime

from reports import Translate, figures
from reports.blocks import Story, heading, subheading
from reports.content import Content
from reports.drawn import replacing
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, facts, grid, note
from reports.text import P


@dataclass(frozen=True, slots=True)
class Hidden:
    """What was hidden, never the text itself: its kind, the basis, and in how many places."""

    what: str
    basis: str
    places: int


@dataclass(frozen=True, slots=True)
class RedactedCopy:
    """The copy. ``source`` is the content of the document after hiding; ``issued_at`` is aware, that of the document."""

    frame: DocumentFrame
    source: Content
    source_code: str
    issued_at: datetime
    hidden: tuple[Hidden, ...]
    replaces: date | None = None


def content(data: RedactedCopy, _: Translate) -> Content:
    """The copy; ``_`` translates."""
    source = data.source
    story = [
        *replacing(data.replaces, _),
        note(
            [
                _(
                    "A copy of the document from which data that may not be shown have been removed. It is not the original."
                )
            ]
        ),
        *facts(
            [
                (_("Document"), source.title),
                (_("Issued on"), figures.local_day(data.issued_at)),
                (_("Code of the document"), data.source_code),
            ]
        ),
        *heading(source.title),
        *source.before,
        *([P(source.subtitle)] if source.subtitle else []),
        *source.story,
        *([P(source.basis)] if source.basis else []),
        *_list(data, _),
    ]
    title = _("Redacted copy: %(title)s") % {"title": source.title}
    return compose(data.frame, _, title=title, story=story, wide=source.wide)


def _list(data: RedactedCopy, _: Translate) -> Story:
    title = [*heading(_("What was hidden")), *subheading(_("List with the basis of each"))]
    if not data.hidden:
        return [*title, P(_("Nothing was hidden."))]
    columns = [Column(_("What"), 3), Column(_("Basis"), 3.4), Column(_("Places"), 0.8, "right")]
    rows = [Row((item.what, item.basis, str(item.places))) for item in data.hidden]
    return [*title, grid(columns, rows)]
