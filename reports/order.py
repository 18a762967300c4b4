"""The shell of an order of the Mayor: number, day and matter above, the legal basis, paragraphs, signature, annex."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports import Translate, figures
from reports.blocks import Person, Story, heading, numbered, paragraph_heading, signatures
from reports.content import Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.text import P, strong

ANNEX_ROOM = 300  # points; an annex begins on a new sheet unless there is room for its first table


@dataclass(frozen=True, slots=True)
class OrderHead:
    """Number and day of an order, the articles of its preamble, and who signs it."""

    number: str
    signed_on: date
    basis: str
    signatory: Person | None = None


def named(number: str, day: date | None, _: Translate) -> str:
    """An order as a sentence refers to it; without a day by its number alone."""
    if day is None:
        return _("order no. %(number)s") % {"number": number}
    return _("order no. %(number)s of %(day)s") % {"number": number, "day": figures.day(day)}


def printed(
    frame: DocumentFrame,
    head: OrderHead,
    _: Translate,
    *,
    matter: str,
    paragraphs: Sequence[Sequence[str]],
    annex: Story = (),
) -> Content:
    """The order; each of the ``paragraphs`` is one sentence, or several that are numbered."""
    story: list[Node] = [P(_("On the basis of %(basis)s it is ordered as follows:") % {"basis": head.basis})]
    for number, sentences in enumerate((part for part in paragraphs if part), start=1):
        story += paragraph_heading(f"§ {number}")
        story += numbered(sentences) if len(sentences) > 1 else [P(sentences[0])]
    story += signatures([head.signatory] if head.signatory else [])
    if annex:
        title = _("Annex to %(order)s") % {"order": named(head.number, head.signed_on, _)}
        story += [*heading(title, ANNEX_ROOM), *annex]
    return compose(
        frame,
        _,
        title=_("Order no. %(number)s of the Mayor of the City of Kraków") % {"number": head.number},
        subtitle=_("of %(day)s on %(matter)s") % {"day": figures.day(head.signed_on), "matter": matter},
        story=story,
    )


def in_force(unit: str, _: Translate) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The last two paragraphs of every order: who carries it out, and from when it holds."""
    return (
        (_("The order is carried out by: %(unit)s.") % {"unit": strong(unit)},),
        (_("The order comes into force on the day on which it is signed."),),
    )


def published(_: Translate) -> str:
    """Where the law has a call's news published (art. 13 ust. 3)."""
    return _(
        "It is published in the Public Information Bulletin, in the seat of the office in the place for "
        "announcements, and on the website of the office."
    )
