"""What a simplified offer adds up to: the cost estimate of part IV and the split of the grant. All in grosze.

The figures are those of a full offer, so that agreement, settlement, prints and lists need not know which form it
was. The grant is the sum of its column. Other sources count as own money: the form names no fees, and work and
things only in words.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from workflows.amounts import typed_grosze
from workflows.form import KEY_COLUMN, Reading, Row
from workflows.offer_form import ACTIVITY
from workflows.offer_totals import CostLine, OfferTotals, share_lines, whole_in_first_year


def simplified_totals(reading: Reading) -> OfferTotals:
    """The figures of a simplified offer as read, whatever is missing in it."""
    rows = reading.table("costs")
    lines = tuple(_line(row, str(number)) for number, row in enumerate(rows, start=1))
    total = sum(line.value_grosze for line in lines)
    return OfferTotals(
        lines=lines,
        activity_sums_grosze={},
        activities_grosze=total,
        administrative_grosze=0,
        total_grosze=total,
        by_year_grosze=whole_in_first_year(total),
        grant_grosze=sum(line.grant_grosze or 0 for line in lines),
        own_financial_grosze=sum(row.number("from_other") or 0 for row in rows),
        own_personal_grosze=0,
        own_in_kind_grosze=0,
        fees_grosze=0,
        split=share_lines(reading),
    )


def grant_shares(reading: Reading) -> dict[str, int]:
    """The part of the grant for each offeror, by the key of its row in II.1; a single offeror has all of it."""
    offerors = [row.key for row in reading.table("offerors")]
    if len(offerors) == 1:
        return {offerors[0]: simplified_totals(reading).grant_grosze}
    shares = dict.fromkeys(offerors, 0)
    for line in share_lines(reading):
        if line.offeror in shares:
            shares[line.offeror] += line.value_grosze
    return shares


def moved_costs(content: Mapping[str, Any], sums: OfferTotals, values: Mapping[str, int]) -> dict[str, Any]:
    """The offer's content after an annex that gives the cost lines of `values` another value, in grosze.

    A line keeps its other sources as far as they fit, and the grant stays the same to the grosz: where a line can
    take no less from the grant or no more, the next lines in order make up for it. `values` keeps the total.
    """
    lines = {line.key: line for line in sums.lines}
    wanted = {key: values.get(key, line.value_grosze) for key, line in lines.items()}
    from_grant = {
        key: min(max((line.grant_grosze or 0) + wanted[key] - line.value_grosze, 0), wanted[key])
        for key, line in lines.items()
    }
    _level(from_grant, wanted, sums.grant_grosze, [*values, *(key for key in lines if key not in values)])
    rows = []
    for row in content["costs"]:
        key = row[KEY_COLUMN]
        sources = {"from_grant": from_grant[key], "from_other": wanted[key] - from_grant[key]}
        same = wanted[key] == lines[key].value_grosze and from_grant[key] == lines[key].grant_grosze
        typed = {"value": wanted[key], **sources}
        rows.append(row if same else {**row, **{name: typed_grosze(sum_) for name, sum_ in typed.items()}})
    return {**content, "costs": rows}


def _level(from_grant: dict[str, int], values: Mapping[str, int], grant: int, order: Sequence[str]) -> None:
    """Raise or lower the parts from the grant until they give the whole grant again."""
    over = sum(from_grant.values()) - grant
    for key in order:
        part = min(max(from_grant[key] - over, 0), values[key])
        over -= from_grant[key] - part
        from_grant[key] = part


def _line(row: Row, number: str) -> CostLine:
    """A line without units: one piece at the typed value."""
    value = row.number("value") or 0
    return CostLine(
        key=row.key,
        number=number,
        group=ACTIVITY,
        activity="",
        name=row.text("name"),
        unit="",
        unit_cost_grosze=value,
        quantity=Decimal(1),
        value_grosze=value,
        by_year_grosze=whole_in_first_year(value),
        years_typed=False,
        grant_grosze=row.number("from_grant") or 0,
    )
