"""Every form that creates or moves something is sent once, however often its button is pressed."""

import hashlib
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, TypeVar

from flask import g, make_response, request
from flask_login import current_user

from app.errors import AWAY_ERRORS
from app.extensions import db
from app.services import idempotency
from app.transaction import repeated, writing

View = TypeVar("View", bound=Callable[..., Any])
SAFE = frozenset({"GET", "HEAD"})


def once(view: View) -> View:
    """The view's form must carry a key, and what ran under that key before is answered as it was answered then.

    The moment of its arrival is stored first, in a unit of work of its own. The view calls `claim` in its unit of work.
    When the database gives up a contest for locks, the view runs again. Stands below the gate.
    """
    run = repeated(_from_the_start(view))

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if request.method in SAFE:
            return view(*args, **kwargs)
        g.sent_once = True
        g.sending = idempotency.sent(
            current_user.id, request.form.get("idempotency_key", ""), request.full_path, _fields()
        )
        idempotency.refuse_second(g.sending)
        with writing():
            g.arrived_at = idempotency.arrived(g.sending)
        return _answered(lambda: run(*args, **kwargs))

    guarded.once = True  # type: ignore[attr-defined]  # the mark that the architecture tests look for
    return guarded  # type: ignore[return-value]  # same signature, wrapped


def claim(location: str) -> None:
    """Store the key of this request with the address of its answer, in the present unit of work.

    Raises Replayed when the same request ran while this one waited.
    """
    idempotency.claim(g.sending, location)


def _answered(run: Callable[[], Any]) -> Any:
    """What the view answers. A refusal ends this sending; what broke off may be repeated and has arrived already."""
    try:
        answer = make_response(run())
    except AWAY_ERRORS:
        raise
    except Exception:
        _refused()
        raise
    if answer.status_code >= 400:
        _refused()
    return answer


def _refused() -> None:
    db.session.rollback()
    with writing():
        idempotency.answered(g.sending)


def seen_version() -> int:
    """The version that the form was opened with; 0, which no case has, where the form says none that could be."""
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _from_the_start(view: View) -> View:
    """The view, reading every file from its first byte also when it runs again."""

    @wraps(view)
    def reading(*args: Any, **kwargs: Any) -> Any:
        for file in request.files.values():
            file.stream.seek(0)
        return view(*args, **kwargs)

    return reading  # type: ignore[return-value]  # same signature, wrapped


def _fields() -> Iterator[tuple[str, str]]:
    """Everything that was sent; a file by its name and its checksum."""
    yield from request.form.items(multi=True)
    for name, file in request.files.items(multi=True):
        stream: Any = file.stream
        checksum = hashlib.file_digest(stream, "sha256").hexdigest()
        yield name, f"{file.filename} {checksum}"
