"""The only door to a commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from app.extensions import db

AFTER_COMMIT = "after_commit"


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
    for call in info.pop(AFTER_COMMIT, []):
        call()


def after_commit(call: Callable[[], Any]) -> None:
    """Run `call` once the present unit of work is committed; `call` must not raise."""
    db.session.info.setdefault(AFTER_COMMIT, []).append(call)
