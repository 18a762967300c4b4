"""The only door to a commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from secrets import SystemRandom
from time import sleep
from typing import Any, ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError

from app.extensions import db

AFTER_COMMIT = "after_commit"
# What PostgreSQL asks to be tried again: a serialization failure, a deadlock, a lock that did not come in time.
TRANSIENT = frozenset({"40001", "40P01", "55P03"})
RETRIES = 3
PAUSE_SECONDS = 0.05

P = ParamSpec("P")
T = TypeVar("T")
_random = SystemRandom()


@contextmanager
def writing() -> Iterator[None]:
    """Run one unit of work: everything inside is committed together, or nothing is.

    What was promised with `after_commit` runs when the commit has succeeded; its failure changes nothing.
    """
    info = db.session.info
    if info.get("writing"):
        raise RuntimeError("writing() is not nested: one request or task is one unit of work")
    info["writing"] = True
    info[AFTER_COMMIT] = []
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        info[AFTER_COMMIT] = []
        raise
    finally:
        info["writing"] = False
    info["commits"] = info.get("commits", 0) + 1
    for call in info.pop(AFTER_COMMIT, []):
        call()


def after_commit(call: Callable[[], Any]) -> None:
    """Run `call` once the present unit of work is committed; `call` must not raise."""
    db.session.info.setdefault(AFTER_COMMIT, []).append(call)


def repeated(work: Callable[P, T]) -> Callable[P, T]:
    """Run the function again, up to three times, when the database gave up a contest for its locks.

    Only as long as nothing of it is committed: then nothing was sent anywhere either, and it begins from nothing.
    """

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        before = db.session.info.get("commits", 0)
        for retry in range(RETRIES):
            try:
                return work(*args, **kwargs)
            except DBAPIError as error:
                if not _transient(error) or db.session.info.get("commits", 0) != before:
                    raise
                db.session.rollback()
                sleep(_random.uniform(0, PAUSE_SECONDS * 2**retry))
        return work(*args, **kwargs)

    return run


def _transient(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in TRANSIENT
