"""Recognisably synthetic data: one real call walked from announcement to settlement, one open, one in each phase between.

Everything goes through the same steps as real cases; only the moments are given, and the history says so.
"""

import random
from collections.abc import Iterator

import sqlalchemy as sa

from app.extensions import db
from app.models import Call, User
from app.services import clock, importing
from app.services.demo import crowd, people, phases, real_call, requests, small_grants
from app.transaction import writing
from config import ROOT

PAST_CALLS = ROOT / "data" / "krakow_calls.csv"


def is_empty() -> bool:
    """Whether nobody has an account and nothing but imported calls is there."""
    some = sa.select(User.id).limit(1), sa.select(Call.id).where(Call.source_key.is_(None)).limit(1)
    return all(db.session.scalar(query) is None for query in some)


def fill(*, offers: int, seed: int) -> Iterator[str]:
    """Fill an empty database; says each part as it is done. A database that holds something is left as it is."""
    if not is_empty():
        yield "The database holds data already; nothing was added."
        return
    moment = clock.now()
    chance = random.Random(seed)
    with writing():
        cast = people.gather(moment, chance)
    yield f"{len(cast.accounts)} accounts and {len(cast.organisations)} organisations"
    with writing():
        real_call.walk(cast)
    yield "the call “Centrum Wielokulturowe” of 2024–2025, from announcement to settlement"
    for name, walk in phases.WALKS.items():
        with writing():
            walk(cast, moment)
        yield f"a call in the phase “{name}”"
    with writing():
        small_grants.city(cast, moment)
    for name, walk in small_grants.WALKS.items():
        with writing():
            walk(cast, moment)
        yield f"an intake for small grants in the phase “{name}”"
    with writing():
        requests.walk(cast, moment)
    yield "two requests for public information and a complaint"
    with writing():
        known = [
            importing.take(row, number, PAST_CALLS.name, cast.unit)
            for number, row in importing.read_rows(PAST_CALLS)
        ]
    yield f"{len(known)} past calls of the City, real ones from public sources"
    if offers:
        crowd.add(offers, cast, moment, chance)
        yield f"{offers} more offers"
    people.write_accounts(cast)
    yield "demo-accounts.json"


first_unit = people.first_unit
__all__ = ["fill", "first_unit", "is_empty"]
