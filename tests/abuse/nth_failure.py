"""The n-th thing fails, for n = 1, 2, 3 … until the whole work passes untouched (as SQLite tests itself).

    for fault in every_failure(app, "statement", again): …

`kind` is "statement" (every SQL statement and the commit), "file" (every file stored) or "publish" (every message to the
broker). Each round begins with `again()`, which puts the rows back, and gives a `Fault`; the test does the work inside
`fault.armed()` and then looks at what is left. The round in which nothing failed is the last.
"""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from flask import Flask
from kombu.exceptions import OperationalError as BrokerAway
from sqlalchemy.exc import OperationalError

from app.extensions import db
from app.services import blobs

MOST = 400
"""More points than any work here has; so many failures in a row mean that the work never passes."""


@dataclass
class Fault:
    """The failure of the n-th point; `hit` says what failed, or nothing when the work had fewer points."""

    app: Flask
    kind: str
    n: int
    seen: int = 0
    hit: str = ""

    def due(self, what: str) -> bool:
        """Whether this point is the one that fails."""
        self.seen += 1
        if self.seen == self.n:
            self.hit = what
        return self.seen == self.n

    @contextmanager
    def armed(self) -> Iterator[None]:
        """Inside, the n-th point fails, whoever reaches it."""
        with _ARMS[self.kind](self):
            yield


def every_failure(app: Flask, kind: str, again: Callable[[], Any]) -> Iterator[Fault]:
    """One round for each point of the work, and a last one in which nothing fails."""
    for n in count(1):
        assert n < MOST, f"the work still fails at the {n}th {kind}"
        again()
        fault = Fault(app, kind, n)
        yield fault
        if not fault.hit:
            return


@contextmanager
def _statements(fault: Fault) -> Iterator[None]:
    with fault.app.app_context():
        engine = db.engine

    def executing(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if fault.due(statement):
            raise OperationalError(statement, parameters, Exception("the server closed the connection"))

    def committing(_connection: Any) -> None:
        if fault.due("COMMIT"):
            raise OperationalError("COMMIT", {}, Exception("the server closed the connection"))

    sa.event.listen(engine, "before_cursor_execute", executing)
    sa.event.listen(engine, "commit", committing)
    try:
        yield
    finally:
        sa.event.remove(engine, "before_cursor_execute", executing)
        sa.event.remove(engine, "commit", committing)


@contextmanager
def _files(fault: Fault) -> Iterator[None]:
    put = blobs.put

    def storing(stream: Any, limit: int) -> blobs.Stored:
        if fault.due("file"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return put(stream, limit)

    with patch.object(blobs, "put", storing):
        yield


@contextmanager
def _messages(fault: Fault) -> Iterator[None]:
    celery = fault.app.extensions["celery"]
    send = celery.send_task

    def sending(*args: Any, **kwargs: Any) -> Any:
        if fault.due("publish"):
            raise BrokerAway("the broker is away")
        return send(*args, **kwargs)

    with patch.object(celery, "send_task", sending):
        yield


_ARMS: dict[str, Any] = {"statement": _statements, "file": _files, "publish": _messages}
