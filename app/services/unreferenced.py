"""Which contents of the store nothing refers to any more; they go when they have lain there for thirty days.

The days are for an upload that is just being committed, for a preview of an import, and for a backup of the database
that is older than the store: it still finds its files.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Promise
from app.queries import stored_files
from app.services import blobs

KEPT_FOR = timedelta(days=30)
BROKEN_OFF = timedelta(days=1)
# Every column that names a content of the store. A test knows the other columns with checksums and why they are none.
REFERENCES: tuple[Any, ...] = (
    *stored_files.COLUMNS,
    Promise.result,
    Promise.arguments["csv_sha256"].astext,
)


def unreferenced(older_than: datetime) -> Iterator[str]:
    """The checksums of what was stored before that moment, never wanted since, and that no row names."""
    contents = blobs.kept(older_than.timestamp())
    while some := list(islice(contents, 500)):
        named = sa.union(*(sa.select(column).where(column.in_(some)) for column in REFERENCES))
        yield from sorted(set(some) - set(db.session.scalars(named)))


def sweep(now: datetime) -> int:
    """Remove what nothing refers to, and what broken uploads left. Gives how many files went."""
    edge = now - KEPT_FOR
    gone = sum(blobs.drop(sha256, edge.timestamp()) for sha256 in list(unreferenced(edge)))
    return gone + blobs.forget_broken_off((now - BROKEN_OFF).timestamp())
