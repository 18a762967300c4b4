"""The only door to a commit."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError

from app.extensions import db

AFTER_COMMIT = "after_commit"
COLLIDED = frozenset(
    {"40001", "40P01"}
)  # serialization failure, deadlock: PostgreSQL chose one of two to begin again
TRIES = 3

Result = TypeVar("Result")


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
        info["committed"] = True
    except BaseException:
        db.session.rollback()
        info[AFTER_COMMIT] = []
        raise
    finally:
        info["writing"] = False
    for call in info.pop(AFTER_COMMIT, []):
        call()


def after_commit(call: Callable[[], Any]) -> None:
    """Run `call` once the present unit of work is committed; `call` must not raise."""
    db.session.info.setdefault(AFTER_COMMIT, []).append(call)


def repeated(work: Callable[[], Result]) -> Result:
    """Run `work`, and run it again when it collided with somebody else's: three times at most, and never after a commit.

    Until the commit nothing has left the transaction, so a second run begins where the first one did.
    """
    for left in reversed(range(TRIES)):
        try:
            return work()
        except OperationalError as error:
            collided = getattr(error.orig, "sqlstate", None) in COLLIDED
            if not collided or not left or db.session.info.get("committed"):
                raise
            db.session.rollback()
            time.sleep(random.uniform(0.01, 0.1))  # noqa: S311 - chance keeps two apart, nothing is secret
    raise AssertionError("the last try returns or raises")
