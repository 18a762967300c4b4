"""The one clock: the database's."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from app.extensions import db


def in_sql() -> sa.Function[datetime]:
    """The present moment inside a statement, on whichever connection it runs."""
    return sa.func.clock_timestamp(type_=sa.DateTime(timezone=True))


def now() -> datetime:
    """The present moment by the database's clock, aware, UTC."""
    moment: datetime = db.session.execute(sa.select(in_sql())).scalar_one()
    return moment.astimezone(UTC)


def in_words(connection: sa.Connection) -> str:
    """The present moment by the clock of the database behind `connection`, in ISO 8601, UTC."""
    moment: datetime = connection.execute(sa.select(in_sql())).scalar_one()
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def ahead(at: datetime) -> timedelta:
    """How far this machine's own clock is ahead of `at`, a moment that the database has just told."""
    return datetime.now(UTC) - at
