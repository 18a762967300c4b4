"""The sign of life that the worker gives and the readiness page looks for."""

from flask import current_app
from redis import Redis, RedisError

KEY = "hejnal:worker-seen"
SECONDS = 60


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
