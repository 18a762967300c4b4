"""The real call of 2023 with its people, its offers and its clock: what every stage of the journey holds in hand."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from tests import cluster
from tests.journeys.shifted_clock import ShiftedClock
from tests.journeys.visitor import Visitor

KRAKOW = ZoneInfo("Europe/Warsaw")
FULL = {2024: 320_000_00, 2025: 320_000_00}
ASKED = {2024: 240_000_00, 2025: 240_000_00}
REDUCED = {2024: 180_000_00, 2025: 180_000_00}
UNSPENT = 3_600_00
POINTS = {"full": (18, 17, 27, 8, 9, 9), "reduced": (15, 16, 24, 8, 8, 7)}
NAMES = {
    "full": "Fundacja Żółwik",
    "reduced": "Stowarzyszenie Źródło",
    "silent": "Fundacja Ćma",
    "late": "Stowarzyszenie Późna Gąska",
}
TITLES = {
    "full": "Porady i język",
    "reduced": "Centrum otwarte dla wszystkich",
    "silent": "Sąsiedzi bez granic",
}


def krakow(*parts: int) -> datetime:
    """A moment by the clocks of Kraków."""
    return datetime(*parts, tzinfo=KRAKOW).astimezone(UTC)  # type: ignore[arg-type,misc]  # year, month, day, hour …


@dataclass
class Journey:
    """One Hejnał of its own with its people and its clock."""

    site: cluster.LiveServer
    clock: ShiftedClock
    office: dict[str, Visitor]
    applicants: dict[str, Visitor] = field(default_factory=dict)
    second: Visitor | None = None
    call: str = ""
    offers: dict[str, str] = field(default_factory=dict)

    @property
    def mail(self) -> Path:
        return self.site.var_dir

    def at(self, *moment: int) -> None:
        """The clock stands at this moment in Kraków; sessions of before have ended by then."""
        self.clock.set(krakow(*moment))

    def enter(self, *who: str) -> None:
        """These people sign in."""
        for key in who:
            (self.office.get(key) or self.applicants[key]).sign_in()

    def unkept(self) -> list[Any]:
        """The promises that are not kept, with what is wrong."""
        with psycopg.connect(self.clock.url) as connection:
            asked = "SELECT name, state, error FROM promise WHERE state <> 'done'"
            found = connection.execute(asked).fetchall()
        dead = [row for row in found if row[1] == "dead" or row[2]]
        assert not dead, dead
        return found

    def tick(self, who: Visitor, case: str, state: str) -> None:
        """The clock's task runs in the worker, and then the case is in this state."""
        self.clock.tick(lambda: state in who.get(case).heading, f"“{state}” on {case}")
