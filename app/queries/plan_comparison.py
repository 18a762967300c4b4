"""An updated offer beside the one that was assessed: each sum before and now, and whether the rules are kept."""

from dataclasses import dataclass

from app.i18n import _, money, percent
from app.queries.offer_text import OfferText
from workflows.offer_totals import OfferTotals


@dataclass(frozen=True)
class SumRow:
    """One figure of the offer as assessed and as it is written now, in grosze; the share may be None."""

    label: str
    before: str
    now: str
    changed: bool


@dataclass(frozen=True)
class UpdatePage:
    """What was awarded, what was asked for, the costs and the sums before and now."""

    awarded_grosze: int
    asked_grosze: int
    costs: tuple[SumRow, ...]
    sums: tuple[SumRow, ...]


def update_page(text: OfferText) -> UpdatePage:
    """The comparison for the page of the update."""
    before = text.first_totals
    return UpdatePage(
        text.awarded_grosze, before.grant_grosze, _costs(before, text.totals), _sums(before, text.totals)
    )


def _costs(before: OfferTotals, now: OfferTotals) -> tuple[SumRow, ...]:
    """Rows are matched by their keys, so a moved or renamed cost stays the same cost."""
    old = {line.key: line for line in before.lines}
    new = {line.key: line for line in now.lines}
    rows = []
    for key in dict.fromkeys([*old, *new]):
        was, is_now = old.get(key), new.get(key)
        name = (is_now or was).name if (is_now or was) else ""  # type: ignore[union-attr]  # one of them is there
        rows.append(_row(name, was.value_grosze if was else None, is_now.value_grosze if is_now else None))
    return tuple(rows)


def _sums(before: OfferTotals, now: OfferTotals) -> tuple[SumRow, ...]:
    return (
        _row(_("Total cost of the task"), before.total_grosze, now.total_grosze),
        _row(_("Grant"), before.grant_grosze, now.grant_grosze),
        _row(_("Own contribution"), before.own_grosze, now.own_grosze),
        SumRow(
            _("Share of the own contribution"),
            percent(before.own_bp),
            percent(now.own_bp),
            before.own_bp != now.own_bp,
        ),
        _row(_("Fees from the people the task is for"), before.fees_grosze, now.fees_grosze),
        _row(_("Administrative costs"), before.administrative_grosze, now.administrative_grosze),
    )


def _row(label: str, before: int | None, now: int | None) -> SumRow:
    return SumRow(label, money(before), money(now), before != now)
