"""No order of submissions, awards, payments, returns and withdrawals leaves a sum above a limit valid for it.

Here a city is a list of grants and each decision asks `limits()`, so that many orders are tried; a few of them run on
PostgreSQL, by the steps that people take, in tests/services/test_small_grant_property.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.grant_orders import ACTION, BASE, OTHERS, POOLS, TASK, YEAR, Counted, hold
from workflows.limits import Ask, Grant, GrantState, limits


@dataclass
class City:
    """A city that is nothing but a list of grants; each decision asks `limits()`."""

    frees: bool
    grants: list[Counted] = field(default_factory=list)
    moment: int = 0

    def file(self, lead: int, partner: int | None, intake: int, amount: int, law: datetime) -> None:
        shares = (
            {lead: amount} if partner in {None, lead} else {lead: amount - amount // 4, partner: amount // 4}
        )
        grant = Counted(law, intake, shares)
        if self.allows(grant, shares, None):
            self.grants.append(grant)

    def award(self, grant: Counted, parts: int = 1) -> None:
        shares = {organisation: share // parts for organisation, share in grant.shares.items()}
        if (
            grant.state == "filed"
            and sum(shares.values())
            and self.allows(grant, shares, self.pool_left(grant))
        ):
            grant.shares, grant.state, grant.decided = shares, "awarded", self.next()

    def pay(self, grant: Counted) -> None:
        """Once more the limits: what was awarded before or transferred since counts."""
        if grant.state == "agreed" and self.allows(grant, grant.shares, None, grant.decided):
            grant.state, grant.paid = "paid", self.next()

    def allows(
        self, asking: Counted, shares: dict[int, int], pool: int | None, since: int | None = None
    ) -> bool:
        others = [
            grant for grant in self.grants
            if grant is not asking and (since is None or grant.paid or grant.decided < since)
        ]  # fmt: skip
        known = [
            Grant(organisation, amount, GrantState.TRANSFERRED, transfer_year=YEAR)
            for organisation, amount in enumerate(OTHERS)
        ]
        for grant in others:
            known += [
                Grant(organisation, share, STATES[grant.state], transfer_year=YEAR,
                      returned_grosze=grant.returned * share // grant.amount)
                for organisation, share in grant.shares.items()
            ]  # fmt: skip
        used = sum(OTHERS) + sum(grant.taken(None, self.frees) for grant in others if grant.counts)
        ask = Ask(
            filed_at=asking.law, shares=shares, transfer_year=YEAR, start=TASK[0], end=TASK[1], grants=known, pool_left_grosze=pool,
            cap_base_grosze=BASE, cap_used_grosze=used, returned_money_frees_limit=self.frees,
        )  # fmt: skip
        return limits(ask).allowed

    def pool_left(self, asking: Counted) -> int:
        taken = (grant.amount for grant in self.grants if grant.counts and grant.intake == asking.intake)
        return max(POOLS[asking.intake] - sum(taken), 0)

    def next(self) -> int:
        self.moment += 1
        return self.moment

    def do(self, what: str, grant: Counted) -> None:
        doings: dict[str, Callable[[], None]] = {
            "award": lambda: self.award(grant),
            "reduce": lambda: self.award(grant, 2),
            "pay": lambda: self.pay(grant),
            "refund": lambda: setattr(grant, "returned", grant.amount // 2 if grant.state == "paid" else 0),
        }
        moved = {"agree": ("awarded", "agreed"), "withdraw": ("filed", "withdrawn"), "resign": ("awarded", "withdrawn"),
                 "end": ("agreed", "withdrawn")}  # fmt: skip
        if what in doings:
            doings[what]()
        elif grant.state == moved[what][0]:
            grant.state = moved[what][1]


STATES = {"filed": GrantState.SUBMITTED, "awarded": GrantState.AWARDED, "agreed": GrantState.AGREED, "paid": GrantState.TRANSFERRED,
          "withdrawn": GrantState.WITHDRAWN}  # fmt: skip


@settings(max_examples=1000)
@given(st.lists(ACTION, min_size=5, max_size=40), st.booleans())
def test_no_order_leaves_a_sum_above_a_limit(actions, frees):
    city = City(frees)
    for what, *told in actions:
        if what == "file":
            city.file(*told)
        elif city.grants:
            city.do(what, city.grants[told[0] % len(city.grants)])
        hold(city.grants, frees)
