"""The parts documents are built of: headings, lists, addressee, offer, signatures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from reports import Translate
from reports.content import ITEM, Envelope, Heading, Items, Node, Signatures, Space, Style, Together
from reports.tables import MM, PORTRAIT, facts
from reports.text import P, prose

Story = Sequence[Node]
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


def heading(text: str, room: float = 40 * MM) -> list[Node]:
    """A heading that never stands alone at the foot of a page: it moves on unless ``room`` is left."""
    return [Heading(text, 2, room=room)]


def subheading(text: str, room: float = 30 * MM) -> list[Node]:
    """A smaller heading, kept with what follows."""
    return [Heading(text, 3, room=room)]


def section(text: str, body: str) -> list[Node]:
    """A heading with a long text under it; nothing at all when the text is empty."""
    return [*heading(text), *prose(body)] if body.strip() else []


def paragraph_heading(text: str) -> list[Node]:
    """A centred heading, as agreements have it (§ 1)."""
    return [Heading(text, 2, centred=True, room=30 * MM)]


def numbered(items: Iterable[str], style: Style = ITEM, start: int = 1) -> list[Node]:
    """1. 2. 3. ..."""
    found = tuple(items)
    return [Items(found, numbered=True, style=style, start=start)] if found else []


def bullets(items: Iterable[str]) -> list[Node]:
    """A list with dashes."""
    found = tuple(items)
    return [Items(found)] if found else []


def addressee(data: Addressee) -> list[Node]:
    """The addressee on the right half of the sheet, where a window envelope shows it."""
    return [Envelope(data.name, tuple(data.address), data.email)]


def offer_facts(offer: OfferReference, _: Translate, more: Sequence[tuple[str, str]] = ()) -> list[Node]:
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


def closing(lead: Story, contact: Contact, signatory: Person | None, _: Translate) -> list[Node]:
    """The end of a letter: last sentences, whom to ask, signature; a signature never begins a page alone."""
    line = contact_line(contact, _)
    parts = [*lead, *([P(line)] if line else [])]
    if signatory:
        parts += [Space(4), _places([signatory], PORTRAIT)]
    return [Together(tuple(parts))] if parts else []


def signatures(people: Sequence[Person], width: float = PORTRAIT, title: str = "") -> list[Node]:
    """Places to sign, two side by side, kept together with their ``title``; one person signs at the right."""
    if not people:
        return []
    above: Node = Heading(title, 2) if title else Space(4)
    parts = (above, _places(people, width))
    return [Together(parts)] if len(people) <= LARGEST_KEPT else list(parts)


def _places(people: Sequence[Person], width: float) -> Signatures:
    return Signatures(tuple((person.name, person.function) for person in people), width)
