"""The list of letters that lies on top of a print: what is in the pile, for whom, and under which code."""

from dataclasses import dataclass

from reports import Translate
from reports.content import Content
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, facts, grid


@dataclass(frozen=True, slots=True)
class ListedLetter:
    """One letter of the pile, as it is addressed."""

    addressee: str
    address: str
    case_number: str
    code: str


@dataclass(frozen=True, slots=True)
class LetterList:
    """The list. ``about`` are labelled facts above it, such as the call."""

    frame: DocumentFrame
    about: tuple[tuple[str, str], ...]
    letters: tuple[ListedLetter, ...]


def content(data: LetterList, _: Translate) -> Content:
    """The list; ``_`` translates."""
    columns = [
        Column(_("No."), 0.5, "right"),
        Column(_("Offeror"), 3),
        Column(_("Address"), 3),
        Column(_("Offer"), 1.4),
        Column(_("Code"), 1.9),
    ]
    rows = [
        Row((str(number), row.addressee, row.address, row.case_number, row.code))
        for number, row in enumerate(data.letters, 1)
    ]
    story = [*facts([*data.about, (_("Letters"), str(len(rows)))]), grid(columns, rows)]
    return compose(data.frame, _, title=_("List of letters"), story=story)
