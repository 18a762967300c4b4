"""What an offer adds up to: the cost tree of part V.A, the sources of V.B, the split of V.C. All in grosze.

Nothing here is typed by anybody: values are unit cost × quantity, sums are sums. A cell that is empty or
could not be read counts as zero, so that a half-written draft has totals too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from workflows.amounts import multiply, share
from workflows.form import Reading, Row
from workflows.offer_form import ACTIVITY, ADMINISTRATIVE, YEAR_COLUMNS

YearAmounts = tuple[int, ...]


@dataclass(frozen=True)
class CostLine:
    """One row of V.A: its number on the form, its activity's key, and its value in all and per year.

    `years_typed` says whether any year was filled in; if none was, the whole value stands in the first year.
    `grant_grosze` is the part from the grant where the form divides each cost by source, None where it does not.
    """

    key: str
    number: str
    group: str
    activity: str
    name: str
    unit: str
    unit_cost_grosze: int
    quantity: Decimal
    value_grosze: int
    by_year_grosze: YearAmounts
    years_typed: bool
    grant_grosze: int | None = None


@dataclass(frozen=True)
class ShareLine:
    """One row of V.C: the offeror's key, the value, and its years as in CostLine."""

    key: str
    offeror: str
    value_grosze: int
    by_year_grosze: YearAmounts
    years_typed: bool


@dataclass(frozen=True)
class OfferTotals:
    """Every figure of part V, in grosze; shares are basis points of the total, halves up."""

    lines: tuple[CostLine, ...]
    activity_sums_grosze: Mapping[str, int]
    activities_grosze: int
    administrative_grosze: int
    total_grosze: int
    by_year_grosze: YearAmounts
    grant_grosze: int
    own_financial_grosze: int
    own_personal_grosze: int
    own_in_kind_grosze: int
    fees_grosze: int
    split: tuple[ShareLine, ...]

    @property
    def own_non_financial_grosze(self) -> int:
        """Row 3.2: contributions in work and in kind."""
        return self.own_personal_grosze + self.own_in_kind_grosze

    @property
    def own_grosze(self) -> int:
        """Row 3: the whole own contribution."""
        return self.own_financial_grosze + self.own_non_financial_grosze

    @property
    def sources_grosze(self) -> int:
        """Rows 2 + 3 + 4."""
        return self.grant_grosze + self.own_grosze + self.fees_grosze

    @property
    def difference_grosze(self) -> int:
        """Sources less costs: below zero when money is missing."""
        return self.sources_grosze - self.total_grosze

    @property
    def split_grosze(self) -> int:
        """The sum of V.C."""
        return sum(line.value_grosze for line in self.split)

    @property
    def grant_bp(self) -> int:
        """The grant's share in the total."""
        return share(self.grant_grosze, self.total_grosze)

    @property
    def own_bp(self) -> int:
        """The own contribution's share in the total."""
        return share(self.own_grosze, self.total_grosze)

    @property
    def fees_bp(self) -> int:
        """The fees' share in the total."""
        return share(self.fees_grosze, self.total_grosze)

    @property
    def administrative_bp(self) -> int:
        """The share of administrative costs in the total."""
        return share(self.administrative_grosze, self.total_grosze)

    def share_bp(self, amount_grosze: int) -> int:
        """The share of any amount in the total."""
        return share(amount_grosze, self.total_grosze)

    def own_counted_grosze(self, kinds: frozenset[str]) -> int:
        """The own contribution of the kinds that the call counts: financial, personal, in_kind."""
        amounts = {
            "financial": self.own_financial_grosze,
            "personal": self.own_personal_grosze,
            "in_kind": self.own_in_kind_grosze,
        }
        return sum(amount for kind, amount in amounts.items() if kind in kinds)


def totals(reading: Reading) -> OfferTotals:
    """The figures of an offer as read, whatever is missing in it."""
    lines = _cost_lines(reading)
    activities = sum(line.value_grosze for line in lines if line.group == ACTIVITY)
    administrative = sum(line.value_grosze for line in lines if line.group == ADMINISTRATIVE)
    return OfferTotals(
        lines=lines,
        activity_sums_grosze={
            row.key: sum(line.value_grosze for line in lines if line.activity == row.key)
            for row in reading.table("plan")
        },
        activities_grosze=activities,
        administrative_grosze=administrative,
        total_grosze=activities + administrative,
        by_year_grosze=_per_year([line.by_year_grosze for line in lines]),
        grant_grosze=reading.number("grant") or 0,
        own_financial_grosze=reading.number("own_financial") or 0,
        own_personal_grosze=reading.number("own_personal") or 0,
        own_in_kind_grosze=reading.number("own_in_kind") or 0,
        fees_grosze=reading.number("fees") or 0,
        split=share_lines(reading),
    )


def share_lines(reading: Reading) -> tuple[ShareLine, ...]:
    """The rows of the split among the offerors."""
    return tuple(_share_line(row) for row in reading.table("split"))


def whole_in_first_year(value_grosze: int) -> YearAmounts:
    """The years of a value that nobody divided among years."""
    return (value_grosze, *(0 for _ in YEAR_COLUMNS[1:]))


def _cost_lines(reading: Reading) -> tuple[CostLine, ...]:
    """Group I in the order of the plan, then group II; a row without a group counts as an activity."""
    places = {row.key: place for place, row in enumerate(reading.table("plan"), start=1)}
    rows = reading.table("costs")
    administrative = [row for row in rows if row.text("group") == ADMINISTRATIVE]
    activities = sorted(
        (row for row in rows if row.text("group") != ADMINISTRATIVE),
        key=lambda row: places.get(row.text("activity"), len(places) + 1),
    )
    lines = [_cost_line(row, ADMINISTRATIVE, f"II.{n}") for n, row in enumerate(administrative, start=1)]
    counted: dict[int, int] = {}
    numbered = []
    for row in activities:
        place = places.get(row.text("activity"), len(places) + 1)
        counted[place] = counted.get(place, 0) + 1
        numbered.append(_cost_line(row, ACTIVITY, f"I.{place}.{counted[place]}"))
    return (*numbered, *lines)


def _cost_line(row: Row, group: str, number: str) -> CostLine:
    unit_cost, quantity = row.number("unit_cost") or 0, row.quantity("quantity") or Decimal(0)
    value = multiply(unit_cost, quantity)
    by_year, typed = _years(row, value)
    return CostLine(
        key=row.key,
        number=number,
        group=group,
        activity=row.text("activity") if group == ACTIVITY else "",
        name=row.text("name"),
        unit=row.text("unit"),
        unit_cost_grosze=unit_cost,
        quantity=quantity,
        value_grosze=value,
        by_year_grosze=by_year,
        years_typed=typed,
    )


def _share_line(row: Row) -> ShareLine:
    value = row.number("value") or 0
    by_year, typed = _years(row, value)
    return ShareLine(row.key, row.text("offeror"), value, by_year, typed)


def _years(row: Row, value_grosze: int) -> tuple[YearAmounts, bool]:
    """The amounts per year and whether any was typed; if none was, the value belongs to the first year."""
    typed = [row.number(column) for column in YEAR_COLUMNS]
    if all(amount is None for amount in typed):
        return whole_in_first_year(value_grosze), False
    return tuple(amount or 0 for amount in typed), True


def _per_year(amounts: list[YearAmounts]) -> YearAmounts:
    return tuple(sum(year) for year in zip(*amounts, strict=True)) if amounts else (0,) * len(YEAR_COLUMNS)
