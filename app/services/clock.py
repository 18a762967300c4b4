"""The one clock: the database's."""

from datetime import UTC, datetime

import sqlalchemy as sa

from app.extensions import db


def now() -> datetime:
    """The present moment by the database's clock, aware, UTC."""
    moment: datetime = db.session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return moment.astimezone(UTC)
