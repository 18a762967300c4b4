"""Signs of life: of the worker in the broker, of the sweep and of the database's disk in the database."""

from datetime import timedelta

import sqlalchemy as sa
from flask import current_app
from redis import Redis, RedisError
from sqlalchemy.dialects.postgresql import insert

from app.extensions import db
from app.models import Heartbeat
from app.services import clock

KEY = "hejnal:worker-seen"
SECONDS = 60
SWEEP, WRITE = "sweep", "write"


def _redis() -> Redis:
    client: Redis = current_app.extensions["redis"]
    return client


def record() -> None:
    """Remember for a minute that the worker works."""
    _redis().set(KEY, "1", ex=SECONDS)


def broker_answers() -> bool:
    """Whether the broker answers."""
    try:
        return bool(_redis().ping())
    except RedisError:
        return False


def worker_seen() -> bool:
    """Whether the worker has run a task within the last minute."""
    try:
        return bool(_redis().exists(KEY))
    except RedisError:
        return False


def record_sweep() -> None:
    """Remember in the database when the outbox was last swept."""
    _written(SWEEP)


def database_writes() -> bool:
    """Whether a row can be written and is on the disk. Raises what the database raises."""
    _written(WRITE)
    return True


def sweep_seen() -> bool:
    """Whether the outbox was swept within the last minute. Raises what the database raises."""
    since = sa.select(Heartbeat.at > clock.in_sql() - timedelta(seconds=SECONDS))
    with db.engine.connect() as connection:
        return bool(connection.scalar(since.where(Heartbeat.name == SWEEP)))


def _written(name: str) -> None:
    now = clock.in_sql()
    row = insert(Heartbeat).values(name=name, at=now)
    with db.engine.begin() as connection:
        # Strangers may ask for /readyz as often as they like: once a second is written, oftener only tried.
        stale = Heartbeat.at < now - timedelta(seconds=1)
        connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"at": now}, where=stale))
