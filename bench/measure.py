"""A measure and its line."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Measure:
    """What we take and what the floor takes, in `unit`; `goal` is the most that their `compared` figure may be.

    `compared` is "ratio" (ours to the floor) or "difference" (ours less the floor).
    """

    name: str
    ours: float
    floor: float
    goal: float
    unit: str = "s"
    compared: str = "ratio"

    @property
    def ratio(self) -> float:
        return self.ours / self.floor if self.compared == "ratio" else self.ours - self.floor

    @property
    def met(self) -> bool:
        return self.ratio <= self.goal

    def line(self) -> str:
        """`NAME ours=… floor=… ratio=… goal=…`"""
        figure = f"{self.ratio:.2f}" if self.compared == "ratio" else f"{self.ratio:+.1f}{self.unit}"
        goal = f"{self.goal}" if self.compared == "ratio" else f"+{self.goal}{self.unit}"
        end = "" if self.met else "  MISSED"
        return (
            f"{self.name} ours={self.ours:.2f}{self.unit} floor={self.floor:.2f}{self.unit}"
            f" ratio={figure} goal={goal}{end}"
        )

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio, "met": self.met}


def in_turn(ours: Callable[[], Any], floor: Callable[[], Any], times: int = 3) -> tuple[float, float]:
    """The median seconds of each, run one after the other `times` times, so that both meet the same machine."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for found, run in zip(taken, (ours, floor), strict=True):
            begun = time.perf_counter()
            run()
            found.append(time.perf_counter() - begun)
    return statistics.median(taken[0]), statistics.median(taken[1])
