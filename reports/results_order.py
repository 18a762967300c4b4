"""The order by which the Mayor selects the offers and grants the money (art. 15 ust. 2g)."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import Translate, figures
from reports.blocks import Story, subheading
from reports.content import Content
from reports.letterhead import DocumentFrame
from reports.order import OrderHead, in_force, printed, published
from reports.tables import Column, Row, grid


@dataclass(frozen=True, slots=True)
class SelectedOffer:
    """An offer with a grant: in grosze, in all and by budget year."""

    offer_number: str
    offeror: str
    task_title: str
    requested_grosze: int
    awarded_grosze: int
    by_year: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class OtherOffer:
    """An offer without a grant, and why; ``place`` is the one on the reserve list."""

    offer_number: str
    offeror: str
    task_title: str
    reason: str
    place: int | None = None


@dataclass(frozen=True, slots=True)
class ResultsOrder:
    """The order; ``round`` is 1, or more for a further round with money that became free."""

    frame: DocumentFrame
    head: OrderHead
    call_number: str
    call_title: str
    unit: str
    round: int
    pool_grosze: int
    selected: tuple[SelectedOffer, ...]
    refused: tuple[OtherOffer, ...] = ()
    reserve: tuple[OtherOffer, ...] = ()
    rejected: tuple[OtherOffer, ...] = ()


def content(data: ResultsOrder, _: Translate) -> Content:
    """The order; ``_`` translates."""
    call = {"title": data.call_title, "number": data.call_number}
    matter = _("the results of the open call for offers “%(title)s”") % call
    if data.round > 1:
        matter = _("the results of a further round of the open call for offers “%(title)s”") % call
    paragraphs = (
        _selection(data, _),
        _without_grant(data, _),
        (
            _("The results are made public without delay.") + " " + published(_),
            _("After that agreements are concluded with the selected offerors without undue delay."),
        ),
        *in_force(data.unit, _),
    )
    return printed(data.frame, data.head, _, matter=matter, paragraphs=paragraphs, annex=_annex(data, _))


def _selection(data: ResultsOrder, _: Translate) -> tuple[str, ...]:
    call = {"title": data.call_title, "number": data.call_number}
    if not data.selected:
        return (_("In the open call “%(title)s” (%(number)s) no offer is selected.") % call,)
    total = sum(offer.awarded_grosze for offer in data.selected)
    return (
        _(
            "In the open call “%(title)s” (%(number)s), after the opinion of the competition commission, the offers of "
            "part A of the annex are selected and grants are given to them as it says."
        )
        % call,
        _("The grants come to %(amount)s.") % {"amount": figures.money_in_full(total, _)},
    )


def _without_grant(data: ResultsOrder, _: Translate) -> tuple[str, ...]:
    sentences = []
    if data.reserve:
        sentences.append(_("The offers of part B of the annex are put on the reserve list."))
    if data.refused:
        sentences.append(_("The offers of part C of the annex receive no grant."))
    if data.rejected:
        sentences.append(_("The offers of part D of the annex did not meet the formal requirements."))
    return tuple(sentences)


def _annex(data: ResultsOrder, _: Translate) -> Story:
    return [
        *_selected(data, _),
        *_others(_("B. Reserve list"), data.reserve, _("Place"), _),
        *_others(_("C. Offers without a grant"), data.refused, "", _),
        *_others(_("D. Offers that did not meet the formal requirements"), data.rejected, "", _),
    ]


def _selected(data: ResultsOrder, _: Translate) -> Story:
    if not data.selected:
        return []
    several = len({year for offer in data.selected for year, _amount in offer.by_year}) > 1
    columns = [
        Column(_("Offer no."), 0.8),
        Column(_("Offeror"), 2.4),
        Column(_("Title of the task"), 2.6),
        Column(_("Asked for"), 1.5, "right"),
        Column(_("Grant awarded"), 2 if several else 1.5, "right"),
    ]
    rows = [
        Row(
            (
                offer.offer_number,
                offer.offeror,
                offer.task_title,
                figures.money(offer.requested_grosze),
                _grant(offer, several),
            )
        )
        for offer in data.selected
    ]
    asked = figures.money(sum(offer.requested_grosze for offer in data.selected))
    given = figures.money(sum(offer.awarded_grosze for offer in data.selected))
    rows.append(Row(("", _("Total"), "", asked, given), "sum"))
    rows.append(Row(("", _("Pool of the call"), "", "", figures.money(data.pool_grosze)), "sum"))
    return [*subheading(_("A. Selected offers and grants")), grid(columns, rows)]


def _grant(offer: SelectedOffer, several: bool) -> str:
    whole = figures.money(offer.awarded_grosze)
    if not several:
        return whole
    return "\n".join([whole, *(f"{year}: {figures.money(amount)}" for year, amount in offer.by_year)])


def _others(title: str, offers: Sequence[OtherOffer], place: str, _: Translate) -> Story:
    if not offers:
        return []
    columns = [
        *([Column(place, 0.6, "right")] if place else []),
        Column(_("Offer no."), 0.8),
        Column(_("Offeror"), 2.4),
        Column(_("Title of the task"), 2.6),
        Column(_("Reason"), 3),
    ]
    rows = [
        Row(
            (
                *([str(offer.place or "–")] if place else []),
                offer.offer_number,
                offer.offeror,
                offer.task_title,
                offer.reason or "–",
            )
        )
        for offer in offers
    ]
    return [*subheading(title), grid(columns, rows)]
