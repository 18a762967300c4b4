"""What may happen to small grants of a city in any order, and what must hold afterwards whatever did.

Reckoned anew, without the code under test: in the order of the decisions each grant that counts fits, with all that
counted before it, the limits of the law of its own day of filing; and the transfers fit them in their own order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from hypothesis import strategies as st

from workflows.calendar import local_moment

YEAR = 2026
TASK = date(2026, 10, 1), date(2026, 12, 29)
OLD, NEW = (local_moment(day, time(12)) for day in (date(2026, 8, 20), date(2026, 9, 20)))
LAW = {
    OLD: (10_000_00, 20_000_00, 2_000),
    NEW: (20_000_00, 40_000_00, 3_000),
}  # task, year, cap in basis points
BASE = 300_000_00
POOLS = (70_000_00, 45_000_00)
OTHERS = (0, 12_000_00, 5_000_00)
AMOUNTS = [1_00, 5_000_00, 9_999_99, 10_000_00, 10_000_01, 15_000_00, 20_000_00, 20_000_01]

ORGANISATIONS, INTAKES = st.integers(0, 2), st.integers(0, 1)
WHICH = st.integers(0, 30)
FILE = st.tuples(
    st.just("file"),
    ORGANISATIONS,
    st.none() | ORGANISATIONS,
    INTAKES,
    st.sampled_from(AMOUNTS),
    st.sampled_from([OLD, NEW]),
)
# Most of what happens to an offer of a city is that it is awarded and paid.
DO = st.sampled_from(["award"] * 4 + ["reduce", "agree", "pay", "pay", "refund", "withdraw", "resign", "end"])
ACTION = FILE | st.tuples(DO, WHICH)


@dataclass
class Counted:
    """A grant as the reckoning afterwards sees it: its law, its intake, what falls to whom, and how far it came."""

    law: datetime
    intake: int
    shares: dict[int, int]
    state: str = "filed"
    decided: int = 0
    paid: int = 0
    returned: int = 0

    @property
    def amount(self) -> int:
        return sum(self.shares.values())

    @property
    def counts(self) -> bool:
        return self.state in {"awarded", "agreed", "paid"}

    def taken(self, organisation: int | None, frees: bool) -> int:
        """What it takes of an organisation's year, or of the city's cap."""
        whole = self.amount if organisation is None else self.shares.get(organisation, 0)
        return whole - (self.returned * whole // self.amount if frees else 0)


def hold(grants: Iterable[Counted], frees: bool) -> None:
    """Every limit holds for every grant, at its decision and at its transfer."""
    counted = [grant for grant in grants if grant.counts]
    by_decision = sorted(counted, key=lambda grant: grant.decided)
    by_transfer = sorted((grant for grant in counted if grant.paid), key=lambda grant: grant.paid)
    for place, pool in enumerate(POOLS):
        assert sum(grant.amount for grant in counted if grant.intake == place) <= pool
    for order in (by_decision, by_transfer):
        for number, grant in enumerate(order):
            task, year, cap_bp = LAW[grant.law]
            assert grant.amount <= task
            before = order[:number]
            for organisation, share in grant.shares.items():
                taken = sum(other.taken(organisation, frees) for other in before)
                assert OTHERS[organisation] + taken + share <= year
            all_taken = sum(other.taken(None, frees) for other in before)
            assert sum(OTHERS) + all_taken + grant.amount <= BASE * cap_bp // 10_000
