"""Locks that can be taken away, and the tests that race for what they keep apart."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Lock:
    """A function whose work is to lock: what stands in its place, and the tests that should notice."""

    place: str
    instead: Callable[..., Any]
    tests: tuple[str, ...]


def nothing(*_arguments: Any, **_named: Any) -> None:
    """No lock is taken."""


LOCKS: dict[str, Lock] = {
    "of the call and the case": Lock(
        "app.services.access:lock", nothing, ("tests/abuse", "tests/services/test_edges.py")
    ),
    "of the limits of the year": Lock(
        "app.services.limit_locks:take",
        nothing,
        ("tests/services/test_small_grant_concurrency.py", "tests/abuse"),
    ),
    "of the key of a request": Lock("app.services.idempotency:claim", nothing, ("tests/abuse",)),
}


def without(name: str) -> None:
    """Take the lock away for the rest of this process."""
    module, function = LOCKS[name].place.split(":")
    setattr(importlib.import_module(module), function, LOCKS[name].instead)
