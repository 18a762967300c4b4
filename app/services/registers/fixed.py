"""A table of a few rows that Python knows, as a source like every other."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa


def fixed(columns: Mapping[str, Any], rows: Iterable[Sequence[Any]]) -> sa.Select[Any]:
    """The rows as SQL, with the names and the SQL types of their columns and their number from 1 as `position`."""
    named = [sa.column("position", sa.Integer), *(sa.column(name, kind) for name, kind in columns.items())]
    data = [(number, *row) for number, row in enumerate(rows, start=1)]
    if not data:
        return sa.select(*(sa.cast(sa.null(), c.type).label(c.name) for c in named)).where(sa.false())
    return sa.select(sa.values(*named, name="fixed").data(data))
