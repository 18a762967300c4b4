"""The law's numbers and terms as dated rows, each with its citation.

No such number stands anywhere else. Ask with the date that the law says: for art. 19a the day on which the
offer was submitted, otherwise the day of the event. The citations are in the short forms of `citations.py`.

Where `verified` is False a lawyer has to confirm the row; that is so for most starting days before 2026.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Unit(StrEnum):
    """What a rule's value counts."""

    GROSZE = "grosze"
    DAYS = "days"
    BUSINESS_DAYS = "business_days"
    MONTHS = "months"
    YEARS = "years"
    BASIS_POINTS = "basis_points"
    TIMES = "times"


@dataclass(frozen=True)
class Rule:
    """One number of the law in force from `valid_from` to `valid_to` inclusive; value None means no limit."""

    code: str
    value: int | None
    unit: Unit
    valid_from: date
    valid_to: date | None
    citation: str
    verified: bool = True

    def holds(self, on: date) -> bool:
        """Whether the rule is in force on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class NoRule(LookupError):
    """The law table has no row for this code on this day."""


_BENEFIT_ACT = date(2003, 6, 29)
_INFORMATION_ACT = date(2002, 1, 1)
_COMPLAINTS_IN_CODE = date(1980, 9, 1)
_CHANGES_2010 = date(2010, 3, 12)
_PUBLIC_FINANCE_ACT = date(2010, 1, 1)
_CHANGES_2016 = date(2016, 1, 1)
_BEFORE_2026_CHANGES = date(2026, 8, 31)
_CHANGES_2026 = date(2026, 9, 1)
_AMENDED_19A = "art. 19a UDPPiW w brzmieniu Dz.U. 2026 poz. 1040"

# Whether the simplified form up to 60 000 zł for open calls (draft UD240) was enacted is unknown: no row.
RULES = (
    Rule("opencall.min_offer_days", 21, Unit.DAYS, _CHANGES_2010, None, "art. 13 ust. 1 UDPPiW"),
    Rule(
        "result.justification_request_days",
        30,
        Unit.DAYS,
        _CHANGES_2010,
        None,
        "art. 15 ust. 2i UDPPiW",
        False,
    ),
    Rule("contract.max_years", 5, Unit.YEARS, _CHANGES_2010, None, "art. 16 ust. 3 UDPPiW", False),
    Rule(
        "records.retention_years",
        5,
        Unit.YEARS,
        _BENEFIT_ACT,
        None,
        "§ 6 ust. 2 ramowego wzoru umowy (Dz.U. 2018 poz. 2057)",
        False,
    ),
    Rule(
        "contract.first_payment_days",
        30,
        Unit.DAYS,
        date(2018, 10, 29),
        None,
        "§ 3 ramowego wzoru umowy (Dz.U. 2018 poz. 2057)",
        False,
    ),
    Rule(
        "contract.spend_days",
        14,
        Unit.DAYS,
        date(2018, 10, 29),
        None,
        "§ 10 ramowego wzoru umowy (Dz.U. 2018 poz. 2057)",
        False,
    ),
    Rule("report.final_days", 30, Unit.DAYS, _BENEFIT_ACT, None, "art. 18 ust. 1 UDPPiW"),
    Rule("report.partial_min_notice_days", 30, Unit.DAYS, _CHANGES_2016, None, "art. 18 ust. 3 UDPPiW"),
    Rule(
        "report.overdue_call_days",
        7,
        Unit.DAYS,
        date(2018, 10, 29),
        None,
        "§ 9 ramowego wzoru umowy (Dz.U. 2018 poz. 2057)",
        False,
    ),
    Rule(
        "control.recommendation_days",
        14,
        Unit.DAYS,
        date(2018, 10, 29),
        None,
        "§ 8 ramowego wzoru umowy (Dz.U. 2018 poz. 2057)",
        False,
    ),
    # Practice, not law: the form of the protocol proposes it and the office may change it.
    Rule(
        "control.objection_days",
        7,
        Unit.DAYS,
        date(2018, 10, 29),
        None,
        "praktyka kontroli zadań publicznych",
        False,
    ),
    Rule("refund.unused_days", 15, Unit.DAYS, _PUBLIC_FINANCE_ACT, None, "art. 251 ust. 3 u.f.p."),
    Rule("refund.year_end_days", 31, Unit.DAYS, _PUBLIC_FINANCE_ACT, None, "art. 251 ust. 1 u.f.p.", False),
    Rule("refund.misused_days", 15, Unit.DAYS, _PUBLIC_FINANCE_ACT, None, "art. 252 ust. 1 u.f.p."),
    Rule("refund.appeal_days", 14, Unit.DAYS, _PUBLIC_FINANCE_ACT, None, "art. 129 § 2 KPA", False),
    Rule(
        "art19a.max_grant_per_task",
        10_000_00,
        Unit.GROSZE,
        _CHANGES_2010,
        _BEFORE_2026_CHANGES,
        "art. 19a ust. 1 pkt 1 UDPPiW",
    ),
    Rule("art19a.max_grant_per_task", 20_000_00, Unit.GROSZE, _CHANGES_2026, None, _AMENDED_19A, False),
    Rule(
        "art19a.max_duration_days",
        90,
        Unit.DAYS,
        _CHANGES_2010,
        _BEFORE_2026_CHANGES,
        "art. 19a ust. 1 pkt 2 UDPPiW",
    ),
    Rule("art19a.max_duration_days", None, Unit.DAYS, _CHANGES_2026, None, _AMENDED_19A, False),
    Rule(
        "art19a.max_per_org_per_year",
        20_000_00,
        Unit.GROSZE,
        _CHANGES_2010,
        _BEFORE_2026_CHANGES,
        "art. 19a ust. 6 UDPPiW",
        False,
    ),
    Rule("art19a.max_per_org_per_year", 40_000_00, Unit.GROSZE, _CHANGES_2026, None, _AMENDED_19A, False),
    Rule(
        "art19a.max_share_of_planned_grants",
        2_000,
        Unit.BASIS_POINTS,
        _CHANGES_2010,
        _BEFORE_2026_CHANGES,
        "art. 19a ust. 7 UDPPiW",
        False,
    ),
    Rule(
        "art19a.max_share_of_planned_grants",
        3_000,
        Unit.BASIS_POINTS,
        _CHANGES_2026,
        None,
        _AMENDED_19A,
        False,
    ),
    Rule(
        "art19a.publication_within_business_days",
        7,
        Unit.BUSINESS_DAYS,
        _CHANGES_2010,
        None,
        "art. 19a ust. 3 UDPPiW",
    ),
    Rule("art19a.publication_days", 7, Unit.DAYS, _CHANGES_2010, None, "art. 19a ust. 3 UDPPiW"),
    Rule("art19a.comment_days", 7, Unit.DAYS, _CHANGES_2010, None, "art. 19a ust. 4 UDPPiW"),
    # Advice, not law: the start is warned of and never refused.
    Rule(
        "art19a.start_notice_days",
        30,
        Unit.DAYS,
        _CHANGES_2010,
        None,
        "praktyka Krakowa, roczny program współpracy",
        False,
    ),
    # Whether the term of UDIP is moved off a free day is disputed; it is counted here as every other term.
    Rule("request.information_days", 14, Unit.DAYS, _INFORMATION_ACT, None, "art. 13 ust. 1 UDIP", False),
    Rule(
        "request.information_extended_months",
        2,
        Unit.MONTHS,
        _INFORMATION_ACT,
        None,
        "art. 13 ust. 2 UDIP",
        False,
    ),
    Rule("request.complaint_months", 1, Unit.MONTHS, _COMPLAINTS_IN_CODE, None, "art. 237 § 1 KPA", False),
    Rule("request.motion_months", 1, Unit.MONTHS, _COMPLAINTS_IN_CODE, None, "art. 244 § 1 KPA", False),
    Rule(
        "request.retention_years",
        5,
        Unit.YEARS,
        _COMPLAINTS_IN_CODE,
        None,
        "jednolity rzeczowy wykaz akt (Dz.U. 2011 nr 14 poz. 67)",
        False,
    ),
    # Interest up to three times the fee for a registered letter is not charged. The fee is from knowledge.
    Rule(
        "interest.registered_letter_fee",
        2_90,
        Unit.GROSZE,
        date(2016, 1, 1),
        None,
        "art. 54 § 1 pkt 5 Ordynacji podatkowej",
        False,
    ),
    Rule(
        "interest.uncharged_fees",
        3,
        Unit.TIMES,
        date(1998, 1, 1),
        None,
        "art. 54 § 1 pkt 5 Ordynacji podatkowej",
        False,
    ),
)


def rule(code: str, on: date) -> Rule:
    """The rule `code` in force on the day `on`. Raises NoRule if there is none."""
    for row in RULES:
        if row.code == code and row.holds(on):
            return row
    raise NoRule(f"no rule {code} on {on.isoformat()}")


def number(code: str, on: date) -> int:
    """The value of the rule `code` on the day `on`, in its unit.

    Raises NoRule if there is no row, or if the law sets no limit on that day.
    """
    value = rule(code, on).value
    if value is None:
        raise NoRule(f"{code} has no limit on {on.isoformat()}")
    return value


@dataclass(frozen=True)
class InterestRate:
    """The yearly rate of interest for tax arrears from a day on, as announced by the Minister of Finance."""

    valid_from: date
    rate_percent: Decimal


INTEREST_CITATION = "art. 56 § 1 Ordynacji podatkowej"

# From knowledge, unverified: twice the Lombard rate plus 2 points, not below 8 %. Each later decision of the
# Monetary Policy Council needs a row of its own; the last row here is that of December 2025.
INTEREST_RATES = tuple(
    InterestRate(date.fromisoformat(day), Decimal(percent))
    for day, percent in (
        ("2016-01-01", "8"),
        ("2022-02-09", "8.5"),
        ("2022-03-09", "10"),
        ("2022-04-07", "12"),
        ("2022-05-06", "13.5"),
        ("2022-06-09", "15"),
        ("2022-07-08", "16"),
        ("2022-09-08", "16.5"),
        ("2023-09-07", "15"),
        ("2023-10-05", "14.5"),
        ("2025-05-08", "13.5"),
        ("2025-07-03", "13"),
        ("2025-09-04", "12.5"),
        ("2025-10-09", "12"),
        ("2025-11-06", "11.5"),
        ("2025-12-04", "11"),
    )
)
