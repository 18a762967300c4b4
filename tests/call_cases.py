"""An office with its people, and a call that lacks nothing, announced on the day that the test wants."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from app.extensions import db
from app.models import (
    Agreement,
    Award,
    AwardRound,
    AwardYear,
    Call,
    Offer,
    Organisation,
    Tranche,
    Unit,
    User,
)
from app.models.award import Outcome
from app.models.organisation import LegalForm, Register
from app.models.procedure import Commissioning, Place
from app.queries.default_card import formal_card, merit_card
from app.services import accounts, call_draft, steps
from workflows.calendar import local_moment
from workflows.engine import Context
from workflows.offer import OfferState
from workflows.roles import Role

ROLES = {"official": Role.OFFICIAL, "other_official": Role.OFFICIAL, "director": Role.DIRECTOR,
         "mayor": Role.MAYOR_SIGNATORY, "treasurer": Role.TREASURER, "clock": Role.CLOCK}  # fmt: skip
PUBLISHED = date(2026, 10, 1)
DEADLINE = local_moment(date(2026, 10, 23), time(12))


def noon(day: date) -> datetime:
    """Noon in Kraków on that day."""
    return local_moment(day, time(12))


@dataclass
class Office:
    """A unit, its people and what they do; every step goes through the one door."""

    unit: Unit
    people: dict[str, User]

    def context(self, who: str, day: date, answers: Mapping[str, Any] | None = None) -> Context:
        """Somebody who acts at noon of a day."""
        person = self.people[who].id if who in self.people else None
        return Context(now=noon(day), roles=frozenset({ROLES[who]}), person_id=person, answers=answers or {})

    def take(self, case: Any, trigger: str, who: str, day: date, **answers: Any) -> None:
        """Take one step and commit it."""
        steps.take(case, trigger, self.context(who, day, answers))
        db.session.commit()

    def call(self, **changes: Any) -> Call:
        """A draft that lacks nothing, unless `changes` takes something away."""
        call = call_draft.create(self.people["official"], noon(date(2026, 9, 1)))
        call_draft.save(call, {**COMPLETE, **changes}, self.people["official"], noon(date(2026, 9, 1)))
        db.session.commit()
        return call

    def approved(self, call: Call) -> Call:
        """Submitted, endorsed and approved by order before the first of October."""
        self.take(call, "submit_for_approval", "official", date(2026, 9, 10))
        self.take(call, "endorse", "director", date(2026, 9, 11))
        self.take(call, "approve", "mayor", date(2026, 9, 14), **ORDER)
        return call

    def announced(self, on: date = PUBLISHED, **changes: Any) -> Call:
        """Published in all three places on one day."""
        call = self.approved(self.call(**changes))
        self.take(call, "publish", "official", on, places=places(on))
        return call

    def opened(self, **changes: Any) -> Call:
        """Announced and open for offers."""
        call = self.announced(**changes)
        self.take(call, "open", "clock", PUBLISHED)
        return call


ORDER = {"order_number": "2750/2026", "order_date": date(2026, 9, 14)}
COMPLETE: dict[str, Any] = {
    "title": "Centrum Wielokulturowe", "summary": "Miejsce informacji dla osób z zagranicy.",
    "area": "działalność na rzecz integracji cudzoziemców", "task_kinds": ["działalność na rzecz integracji cudzoziemców"],
    "commissioning": Commissioning.SUPPORT, "place": "Kraków", "who_may_apply": "Organizacje pozarządowe.",
    "granting_rules": "Dotację dostaje jedna oferta.", "terms": "Centrum jest otwarte pięć dni w tygodniu.",
    "selection_mode": "Opiniuje komisja, wybiera Prezydent.", "same_kind_tasks": "2025: 500 000,00 zł",
    "calling_off_grounds": "brak środków", "deadline": DEADLINE, "decision_by": date(2026, 12, 11),
    "task_from": date(2027, 1, 1), "task_to": date(2028, 12, 31), "min_own_share_bp": 1000, "own_counts": ["financial"],
    "threshold": Decimal(60), "reserve_list": True,
    "budget": [
        {"year": 2027, "amount_grosze": 50_000_000, "act": "projekt budżetu", "act_date": date(2026, 9, 1)},
        {"year": 2028, "amount_grosze": 50_000_000, "act": "WPF", "act_date": date(2026, 9, 1)},
    ],
    "formal_criteria": formal_card(), "merit_criteria": merit_card(entrusting=False),
}  # fmt: skip


def places(on: date, **other: date) -> dict[Place, dict[str, Any]]:
    """The three places, all on one day unless a place is named with another."""
    return {place: {"on": other.get(place.value, on), "reference": f"dowód {place.value}"} for place in Place}


def changed(on: date, **answers: Any) -> dict[str, Any]:
    """The answers to a change by a new order, published on that day."""
    return {
        "order_number": "2900/2026",
        "order_date": on,
        "reason": "Powód zmiany.",
        "places": places(on),
        **answers,
    }


def office() -> Office:
    """The unit and one person for each role, committed. They have no password: hashing is slow and nobody signs in."""
    unit = Unit(code="PS", name="Wydział Polityki Społecznej", city="Kraków", authority="Prezydent Miasta Krakowa",
                address="ul. Dekerta 24, 30-703 Kraków", phone="12 616 00 00", email="ps@example.org")  # fmt: skip
    people = {}
    for who, role in ROLES.items():
        if role is not Role.CLOCK:
            held = accounts.role_named(role.value)
            people[who] = User(
                email=f"{who}@example.org",
                name=who.title(),
                fs_uniquifier=who,
                unit=unit,
                roles=[held],
                tf_primary_method="authenticator",
            )
    db.session.add_all([unit, *people.values()])
    db.session.commit()
    return Office(unit, people)


def offer_in(call: Call, state: OfferState, number: int = 1, **columns: Any) -> Offer:
    """An offer that stands in a state, for tests that ask what the call makes of it."""
    organisation = Organisation(
        name=f"Fundacja {number}", legal_form=LegalForm.FOUNDATION, register=Register.KRS, register_number=f"{number:010d}",
        address="ul. Długa 1, 31-000 Kraków", email=f"f{number}@example.org", phone="12 345 67 89",
    )  # fmt: skip
    offer = Offer(
        call=call, organisation=organisation, state=state, title=f"Oferta {number}", number=number, **columns
    )
    db.session.add(offer)
    db.session.commit()
    return offer


def contract(offer: Offer, amounts: Mapping[int, int]) -> Agreement:
    """An agreement with one tranche a year, in grosze, on what was awarded."""
    _award(offer, amounts)
    first, last = min(amounts), max(amounts)
    agreement = Agreement(
        offer=offer, plan={}, offer_version=1, amount_grosze=sum(amounts.values()), total_cost_grosze=sum(amounts.values()),
        task_from=date(first, 1, 1), task_to=date(last, 12, 31), spend_from=date(first, 1, 1), spend_to=date(last, 12, 31),
        cost_tolerance_bp=1000,
        tranches=[
            Tranche(number=number, year=year, amount_grosze=amount, planned_on=date(year, 2, 1))
            for number, (year, amount) in enumerate(amounts.items(), 1)
        ],
    )  # fmt: skip
    db.session.add(agreement)
    db.session.commit()
    return agreement


def _award(offer: Offer, amounts: Mapping[int, int]) -> None:
    number = 1 + max((found.number for found in offer.call.rounds), default=0)
    at = datetime(2026, 1, 2, 8, tzinfo=UTC)
    years = [AwardYear(year=year, amount_grosze=amount) for year, amount in amounts.items()]
    decided = AwardRound(call=offer.call, number=number, proposed_at=at, decided_at=at, order_number="1")
    db.session.add(Award(round=decided, offer=offer, outcome=Outcome.FULL, years=years))


def later(day: date, days: int) -> date:
    """A day some days on."""
    return day + timedelta(days=days)
