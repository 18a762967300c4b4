"""The application with one of its functions taken away, for some of the negative controls; `CHAOS_WRAP` says which."""

import os
from typing import Any

from app.queries import intake_pool
from app.services import access, idempotency
from wsgi import app

__all__ = ["app"]


def _nothing(*_: Any, **__: Any) -> None:
    """Nobody waits for anybody, and nothing is remembered."""


def _plenty(_small_grant: Any) -> int:
    """There is always money."""
    return 10**12


match os.environ["CHAOS_WRAP"]:
    case "lock":
        access.lock = _nothing  # type: ignore[assignment]  # that is what is taken away
    case "idempotency":
        idempotency.claim = _nothing  # type: ignore[assignment]
    case "budget":
        intake_pool.left_for = _plenty  # type: ignore[assignment]
