"""The register of the limits of art. 19a as a workbook (law-and-practice, list of exports, 4).

Four sheets: each organisation's year, the pools of the intakes, the cap of the city, and the grants of other
departments. The limits are those of the city, so the first and the third count every department.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports import Translate
from reports.sheet import CellValue, Cover, DataSheet, SheetColumn, workbook


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One organisation in one transfer year, in grosze.

    ``regime`` says in words by which rules its offers were filed. ``submitted_grosze`` is shown and not
    counted; ``counted_grosze`` is what counts against ``limit_grosze``, the limit for an offer filed today
    (None: no limit in force). ``other_departments_grosze`` is the part of the counted sum that other
    departments gave.
    """

    organisation: str
    register_number: str
    year: int
    regime: str
    submitted_grosze: int
    awarded_grosze: int
    agreed_grosze: int
    transferred_grosze: int
    returned_grosze: int
    counted_grosze: int
    limit_grosze: int | None
    left_grosze: int | None
    other_departments_grosze: int = 0


@dataclass(frozen=True, slots=True)
class PoolRow:
    """The pool of one intake, in grosze; ``waiting`` is the number of offers that wait in its queue."""

    intake: str
    unit: str
    area: str
    year: int
    pool_grosze: int
    awarded_grosze: int
    agreed_grosze: int
    transferred_grosze: int
    left_grosze: int
    waiting: int


@dataclass(frozen=True, slots=True)
class CapRow:
    """The cap of the city in one budget year, in grosze; the share in basis points (3000 = 30%).

    ``base_grosze`` are the grants planned for organisations by ``budget_act`` of ``budget_day``, None while
    nobody has entered them. ``complete_until`` is the day up to which the city-wide register is complete.
    """

    year: int
    base_grosze: int | None
    budget_act: str
    budget_day: date | None
    share_basis_points: int | None
    limit_grosze: int | None
    used_grosze: int
    reserved_grosze: int
    left_grosze: int | None
    complete_until: date | None


@dataclass(frozen=True, slots=True)
class OtherGrantRow:
    """A small grant of another department, as it was entered; ``state`` in words, amounts in grosze."""

    organisation: str
    register_number: str
    department: str
    year: int
    state: str
    amount_grosze: int
    returned_grosze: int = 0
    filed_on: date | None = None
    transferred_on: date | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class RegisterOfLimits:
    """The rows of the four sheets; the sums below them are computed here."""

    organisations: tuple[OrganisationRow, ...]
    pools: tuple[PoolRow, ...]
    caps: tuple[CapRow, ...]
    other_grants: tuple[OtherGrantRow, ...]


def to_xlsx(data: RegisterOfLimits, cover: Cover, _: Translate) -> bytes:
    """The register with its cover; ``_`` translates."""
    sheets = (
        _organisations(data.organisations, _),
        _pools(data.pools, _),
        _caps(data.caps, _),
        _other_grants(data.other_grants, _),
    )
    return workbook(cover, sheets, _)


def _organisations(rows: Sequence[OrganisationRow], _: Translate) -> DataSheet:
    columns = (
        SheetColumn(_("Organisation"), width=40),
        SheetColumn(_("Register number"), width=16),
        SheetColumn(_("Year"), "whole", 8),
        SheetColumn(_("Offers filed under"), width=24),
        SheetColumn(_("Submitted (not counted)"), "money", 17),
        SheetColumn(_("Awarded"), "money", 17),
        SheetColumn(_("Agreed"), "money", 17),
        SheetColumn(_("Transferred"), "money", 17),
        SheetColumn(_("Returned"), "money", 17),
        SheetColumn(_("Counted against the limit"), "money", 17),
        SheetColumn(_("Limit for an offer filed today"), "money", 17),
        SheetColumn(_("What is left"), "money", 17),
        SheetColumn(_("Counted from other departments"), "money", 17),
    )
    cells: list[tuple[CellValue, ...]] = [
        (
            row.organisation,
            row.register_number or None,
            row.year,
            row.regime or None,
            row.submitted_grosze,
            row.awarded_grosze,
            row.agreed_grosze,
            row.transferred_grosze,
            row.returned_grosze,
            row.counted_grosze,
            row.limit_grosze,
            row.left_grosze,
            row.other_departments_grosze,
        )
        for row in rows
    ]
    return DataSheet(_("Organisations"), columns, cells, _totals(columns, cells, _, without=(10, 11)))


def _pools(rows: Sequence[PoolRow], _: Translate) -> DataSheet:
    columns = (
        SheetColumn(_("Intake of small grants"), width=40),
        SheetColumn(_("Unit"), width=30),
        SheetColumn(_("Area"), width=30),
        SheetColumn(_("Year"), "whole", 8),
        SheetColumn(_("Pool of the intake"), "money", 17),
        SheetColumn(_("Awarded"), "money", 17),
        SheetColumn(_("Agreed"), "money", 17),
        SheetColumn(_("Transferred"), "money", 17),
        SheetColumn(_("What is left"), "money", 17),
        SheetColumn(_("Offers in the queue"), "whole", 10),
    )
    cells: list[tuple[CellValue, ...]] = [
        (
            row.intake,
            row.unit,
            row.area or None,
            row.year,
            row.pool_grosze,
            row.awarded_grosze,
            row.agreed_grosze,
            row.transferred_grosze,
            row.left_grosze,
            row.waiting,
        )
        for row in rows
    ]
    return DataSheet(_("Pools"), columns, cells, _totals(columns, cells, _))


def _caps(rows: Sequence[CapRow], _: Translate) -> DataSheet:
    """A year has one row, and sums of several years would say nothing."""
    columns = (
        SheetColumn(_("Year"), "whole", 8),
        SheetColumn(_("Grants planned for organisations"), "money", 20),
        SheetColumn(_("Budget act"), width=40),
        SheetColumn(_("Day of the budget act"), "day", 13),
        SheetColumn(_("Share for small grants"), "percent", 12),
        SheetColumn(_("Limit of the city"), "money", 20),
        SheetColumn(_("Transferred"), "money", 20),
        SheetColumn(_("Awaiting transfer"), "money", 20),
        SheetColumn(_("What is left"), "money", 20),
        SheetColumn(_("Register complete until"), "day", 13),
    )
    cells: list[tuple[CellValue, ...]] = [
        (
            row.year,
            row.base_grosze,
            row.budget_act or None,
            row.budget_day,
            row.share_basis_points,
            row.limit_grosze,
            row.used_grosze,
            row.reserved_grosze,
            row.left_grosze,
            row.complete_until,
        )
        for row in rows
    ]
    return DataSheet(_("Limit of the city"), columns, cells)


def _other_grants(rows: Sequence[OtherGrantRow], _: Translate) -> DataSheet:
    columns = (
        SheetColumn(_("Organisation"), width=40),
        SheetColumn(_("Register number"), width=16),
        SheetColumn(_("Department"), width=36),
        SheetColumn(_("Year"), "whole", 8),
        SheetColumn(_("State"), width=18),
        SheetColumn(_("Amount"), "money", 17),
        SheetColumn(_("Returned"), "money", 17),
        SheetColumn(_("Filed on"), "day", 13),
        SheetColumn(_("Transferred on"), "day", 13),
        SheetColumn(_("Reference"), width=24),
    )
    cells: list[tuple[CellValue, ...]] = [
        (
            row.organisation,
            row.register_number or None,
            row.department,
            row.year,
            row.state,
            row.amount_grosze,
            row.returned_grosze,
            row.filed_on,
            row.transferred_on,
            row.reference or None,
        )
        for row in rows
    ]
    return DataSheet(_("Other departments"), columns, cells, _totals(columns, cells, _))


def _totals(
    columns: Sequence[SheetColumn],
    rows: Sequence[Sequence[CellValue]],
    _: Translate,
    without: tuple[int, ...] = (),
) -> tuple[CellValue, ...]:
    """The sum of every column of money; a limit and what it leaves are one organisation's and have none."""

    def total(index: int) -> CellValue:
        values = (row[index] for row in rows)
        return sum(value for value in values if isinstance(value, int))

    sums = (
        total(index) if column.kind == "money" and index not in without else None
        for index, column in enumerate(columns)
    )
    return (_("Total"), *list(sums)[1:])
