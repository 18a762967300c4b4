"""The parts documents are built of: headings, facts, tables, notes, lists, signatures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer, Table

from reports import Translate
from reports.tables import PORTRAIT, facts, styled
from reports.text import P, prose
from reports.typography import (
    CELL,
    CELL_BOLD,
    CENTRED_HEADING,
    CENTRED_SMALL,
    HEADING,
    ITEM,
    LABEL,
    SUBHEADING,
)

Story = Sequence[Flowable]
LARGEST_KEPT = 12


@dataclass(frozen=True, slots=True)
class Person:
    """A person and the function in which he or she acts or signs."""

    name: str
    function: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask: each part may be empty."""

    name: str = ""
    phone: str = ""
    email: str = ""


NOBODY = Contact()


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter goes to, as on the envelope."""

    name: str
    address: tuple[str, ...] = ()
    email: str = ""


@dataclass(frozen=True, slots=True)
class OfferReference:
    """Which offer a document is about. ``offerors`` has several names for a joint offer.

    ``kind`` is "intake" for an offer outside the open calls; number and title are then those of the intake.
    """

    call_number: str
    call_title: str
    offer_number: str
    offerors: tuple[str, ...]
    task_title: str
    kind: Literal["call", "intake"] = "call"


def heading(text: str, room: float = 40 * mm) -> list[Flowable]:
    """A heading that never stands alone at the foot of a page: it moves on unless ``room`` is left."""
    return [CondPageBreak(room), P(text, HEADING)]


def subheading(text: str, room: float = 30 * mm) -> list[Flowable]:
    """A smaller heading, kept with what follows."""
    return [CondPageBreak(room), P(text, SUBHEADING)]


def section(text: str, body: str) -> list[Flowable]:
    """A heading with a long text under it; nothing at all when the text is empty."""
    return [*heading(text), *prose(body)] if body.strip() else []


def paragraph_heading(text: str) -> list[Flowable]:
    """A centred heading, as agreements have it (§ 1)."""
    return [CondPageBreak(30 * mm), P(text, CENTRED_HEADING)]


def numbered(items: Iterable[str], style: ParagraphStyle = ITEM) -> list[Flowable]:
    """1. 2. 3. ..."""
    return [P(item, style, bullet=f"{number}.") for number, item in enumerate(items, start=1)]


def bullets(items: Iterable[str]) -> list[Flowable]:
    """A list with dashes."""
    return [P(item, ITEM, bullet="–") for item in items]


def addressee(data: Addressee) -> list[Flowable]:
    """The addressee on the right half of the sheet, where a window envelope shows it."""
    lines = [P(data.name, CELL_BOLD), *(P(line, CELL) for line in data.address)]
    if data.email:
        lines.append(P(data.email, LABEL))
    table = Table([["", lines]], colWidths=[PORTRAIT * 0.52, PORTRAIT * 0.48], spaceAfter=12)
    return [styled(table, [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])]


def offer_facts(offer: OfferReference, _: Translate, more: Sequence[tuple[str, str]] = ()) -> list[Flowable]:
    """Which offer, whose, in which call: the same lines on every document about an offer, then ``more``."""
    procedure = _("Intake of small grants") if offer.kind == "intake" else _("Call for offers")
    return facts(
        [
            (procedure, f"{offer.call_title} ({offer.call_number})"),
            (_("Offer number"), offer.offer_number),
            (offerors_label(offer.offerors, _), "\n".join(offer.offerors)),
            (_("Title of the public task"), offer.task_title),
            *more,
        ]
    )


def deadline_label(offer: OfferReference, _: Translate) -> str:
    """What the last moment for offers is called."""
    return _("End of the intake") if offer.kind == "intake" else _("Deadline of the call")


def offerors_label(offerors: Sequence[object], _: Translate) -> str:
    """Offeror, or offerors of a joint offer."""
    return _("Offeror") if len(offerors) == 1 else _("Offerors (joint offer)")


def contact_line(contact: Contact, _: Translate) -> str:
    """Whom to ask, in one sentence; "" when nothing is known."""
    parts = [part for part in (contact.name, contact.phone, contact.email) if part]
    return _("Questions: %(contact)s.") % {"contact": ", ".join(parts)} if parts else ""


def closing(lead: Story, contact: Contact, signatory: Person | None, _: Translate) -> list[Flowable]:
    """The end of a letter: last sentences, whom to ask, signature; a signature never begins a page alone."""
    line = contact_line(contact, _)
    parts = [*lead, *([P(line)] if line else [])]
    if signatory:
        parts += [Spacer(0, 4), _signature_table([signatory], PORTRAIT)]
    return [KeepTogether(parts)] if parts else []


def signatures(people: Sequence[Person], width: float = PORTRAIT, title: str = "") -> list[Flowable]:
    """Places to sign, two side by side, kept together with their ``title``; one person signs at the right."""
    if not people:
        return []
    above: list[Flowable] = [P(title, HEADING)] if title else [Spacer(0, 4)]
    table = _signature_table(people, width)
    return [KeepTogether([*above, table])] if len(people) <= LARGEST_KEPT else [*above, table]


def _signature_table(people: Sequence[Person], width: float) -> Table:
    cells = [_signature(person) for person in people]
    if len(cells) % 2:
        cells.insert(0 if len(cells) == 1 else len(cells), [])
    rows = [cells[start : start + 2] for start in range(0, len(cells), 2)]
    return styled(Table(rows, colWidths=[width / 2, width / 2]), [("VALIGN", (0, 0), (-1, -1), "TOP")])


def _signature(person: Person) -> list[Flowable]:
    line = P("." * 56, CENTRED_SMALL)
    name = [P(text, CENTRED_SMALL) for text in (person.name, person.function) if text]
    return [Spacer(0, 11 * mm), line, *name]
