"""Cases that show how the limits and the terms count, as a person would type them into the calculators.

Nothing is said here of how they end: the page asks the same functions as everybody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.i18n import lazy

Typed = Mapping[str, str]


@dataclass(frozen=True)
class WorkedCase:
    """What is typed, and what there is to see in it (a text, or empty)."""

    typed: Typed
    note: Any = ""


def _case(filed_at: str, asked: str, start: str, end: str, note: Any = "", **more: str) -> WorkedCase:
    of_the_organisation = {"transferred", "transferred_on", "reserved"}
    typed = {"filed_at": filed_at, "first-asked": asked, "start": start, "end": end}
    for name, value in more.items():
        typed[f"first-{name}" if name in of_the_organisation else name] = value
    return WorkedCase(typed, note)


LIMITS = (
    _case("2026-08-31T23:59:59", "10000,01", "2026-10-01", "2026-11-29", lazy("The old limit holds, also when the decision is made in October.")),
    _case("2026-09-01T00:00:00", "20000,00", "2026-10-01", "2026-12-31", lazy("The new limit, and none for the number of days.")),
    _case("2026-08-31T12:00", "9000,00", "2026-10-01", "2026-12-30", lazy("The old law limits the number of days.")),
    _case("2026-09-02T10:00", "20000,00", "2026-10-05", "2026-12-18",
          lazy("Posted on 31 August, received on paper on 2 September: the receipt counts, unless the rules of the intake say that posting does.")),
    _case("2026-08-28T12:00", "1000,00", "2026-11-02", "2026-12-18", lazy("Decided in October, but by the limit of the day of filing."),
          transferred="20000,00"),
    _case("2026-10-15T12:00", "20000,00", "2026-11-16", "2026-12-18", lazy("Grants for old offers count against the new limit."),
          transferred="20000,00"),
    _case("2026-10-15T12:00", "5000,01", "2026-11-16", "2026-12-18", lazy("Awarded money is reserved until it is transferred."),
          transferred="25000,00", reserved="10000,00"),
    _case("2026-10-15T12:00", "20000,00", "2026-11-16", "2026-12-18", lazy("Another calendar year does not count."),
          transferred="20000,00", transferred_on="2025-11-20"),
    _case("2026-11-02T12:00", "5000,01", "2026-12-02", "2026-12-30", lazy("The grants of other departments count against the cap."),
          cap_base="1000000,00", cap_used="295000,00"),
    _case("2026-11-02T12:00", "5000,00", "2026-12-02", "2026-12-30", lazy("One grosz less, and the cap is kept."),
          cap_base="1000000,00", cap_used="295000,00"),
)  # fmt: skip

TERMS = (
    WorkedCase({"rule": "small_grant_publication", "event": "2025-12-19"}),
    WorkedCase({"rule": "small_grant_publication", "event": "2026-12-23"}),
)
