"""The register of offers of a call as a workbook (law-and-practice, list of exports, 1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from reports import Translate
from reports.sheet import CellValue, Cover, DataSheet, SheetColumn, workbook


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One offer; amounts in grosze, ``received_at`` aware, texts as the reader should see them."""

    offer_number: str
    received_at: datetime | None
    channel: str
    offeror: str
    legal_form: str
    register_number: str
    nip: str
    task_title: str
    state: str
    total_cost_grosze: int
    requested_grosze: int
    own_grosze: int
    fees_grosze: int
    version: int = 1
    checksum: str = ""
    joint: bool = False
    late: bool = False
    formal_result: str = ""
    cards_closed: int | None = None
    points: Decimal | None = None  # mean of the closed cards
    place: int | None = None
    proposed_grosze: int | None = None
    awarded_grosze: int | None = None
    agreement_number: str = ""
    case_mark: str = ""
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class RegisterTotals:
    """Sums of the rows, in grosze, computed by the caller (by SQL)."""

    total_cost_grosze: int
    requested_grosze: int
    own_grosze: int
    fees_grosze: int
    proposed_grosze: int
    awarded_grosze: int


def to_xlsx(
    rows: Iterable[RegisterRow], cover: Cover, _: Translate, totals: RegisterTotals | None = None
) -> bytes:
    """The register; ``rows`` is read once, so a server-side cursor may feed it. ``_`` translates."""
    offers = DataSheet(
        _("Offers"), _columns(_), (_cells(row) for row in rows), _totals(totals, _) if totals else None
    )
    return workbook(cover, [offers], _)


def _columns(_: Translate) -> tuple[SheetColumn, ...]:
    return (
        SheetColumn(_("Offer number"), width=16),
        SheetColumn(_("Offeror"), width=36),
        SheetColumn(_("Title of the task"), width=40),
        SheetColumn(_("State"), width=22),
        SheetColumn(_("Received (Kraków time)"), "moment", 20),
        SheetColumn(_("Way of submitting"), width=18),
        SheetColumn(_("After the deadline"), "yes_no", 11),
        SheetColumn(_("Version"), "whole", 9),
        SheetColumn(_("Checksum"), width=16),
        SheetColumn(_("Legal form"), width=20),
        SheetColumn(_("Register number"), width=16),
        SheetColumn(_("NIP"), width=13),
        SheetColumn(_("Joint offer"), "yes_no", 10),
        SheetColumn(_("Total cost"), "money", 17),
        SheetColumn(_("Requested grant"), "money", 17),
        SheetColumn(_("Own contribution"), "money", 17),
        SheetColumn(_("Payments from beneficiaries"), "money", 17),
        SheetColumn(_("Formal result"), width=20),
        SheetColumn(_("Cards closed"), "whole", 10),
        SheetColumn(_("Mean points"), "points", 10),
        SheetColumn(_("Place"), "whole", 8),
        SheetColumn(_("Grant proposed"), "money", 17),
        SheetColumn(_("Grant awarded"), "money", 17),
        SheetColumn(_("Agreement number"), width=18),
        SheetColumn(_("File mark"), width=22),
        SheetColumn(_("Sample data"), "yes_no", 11),
    )


def _cells(row: RegisterRow) -> tuple[CellValue, ...]:
    return (
        row.offer_number,
        row.offeror,
        row.task_title,
        row.state,
        row.received_at,
        row.channel,
        row.late,
        row.version,
        row.checksum or None,
        row.legal_form,
        row.register_number or None,
        row.nip or None,
        row.joint,
        row.total_cost_grosze,
        row.requested_grosze,
        row.own_grosze,
        row.fees_grosze,
        row.formal_result or None,
        row.cards_closed,
        row.points,
        row.place,
        row.proposed_grosze,
        row.awarded_grosze,
        row.agreement_number or None,
        row.case_mark or None,
        row.synthetic,
    )


def _totals(totals: RegisterTotals, _: Translate) -> tuple[CellValue, ...]:
    return (
        _("Total"),
        *[None] * 12,
        totals.total_cost_grosze,
        totals.requested_grosze,
        totals.own_grosze,
        totals.fees_grosze,
        *[None] * 4,
        totals.proposed_grosze,
        totals.awarded_grosze,
        *[None] * 3,
    )
