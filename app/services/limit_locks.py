"""Locks on the limits of art. 19a: grants to one organisation, and all grants of the city, wait for each other by year.

They are PostgreSQL's advisory locks, held until the end of the transaction. They come after the rows of the intake and
the case, first that of the city's cap, then those of the organisations by their id, so that nobody waits in a ring.
Whoever takes several years takes the earlier one first.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from app.extensions import db
from app.models import SmallGrant

CAP = 19_001  # any numbers, the same everywhere: they keep these locks apart from others
ORGANISATIONS = 19_000_000


def take(small_grant: SmallGrant) -> None:
    """Wait until nobody else counts or binds money of this year for the city or for the offerors."""
    take_for(small_grant.intake.year, {party.organisation.applicant.id for party in small_grant.parties})


def take_for(year: int, organisation_ids: Iterable[int] = ()) -> None:
    """The same for any money of the year: that of the whole city, and that of these legal persons."""
    _lock(CAP, year)
    for organisation_id in sorted(set(organisation_ids)):
        _lock(ORGANISATIONS + year, organisation_id)


def _lock(space: int, key: int) -> None:
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(space, key)))
