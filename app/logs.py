"""Logs: one JSON line for each event in production, plain words elsewhere, and in neither a secret or a person's data.

A line says who acted by number and role, and from where by a hash that changes every day. Texts are searched for what
must not be kept before they are written, so a careless message does not become a leak.
"""

import hashlib
import hmac
import json
import logging
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, has_request_context, request
from sqlalchemy.exc import SQLAlchemyError

from config import Settings

log = logging.getLogger("hejnal.request")

_work: ContextVar[dict[str, Any]] = ContextVar("work", default={})  # noqa: B039 - replaced, never changed
QUIET = frozenset({"static", "health.alive", "health.ready", "health.figures"})
OWN_HANDLERS = ("gunicorn.error", "gunicorn.access")  # what gunicorn writes goes the same way as all else
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

# In this order: what an address or a field carries first, then what is known by its shape alone.
DENIED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=://)[^\s/@]+(?=@)"), "[secret]"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 [secret]"),
    (
        re.compile(
            r"(?i)\b((?:\w*(?:password|passwd|passcode|secret|token|api_?key)\w*|authorization|cookie|has[łl]o))"
            r"(['\"]?\s*[=:]\s*)(?:'[^']*'|\"[^\"]*\"|[^\s,;&)}\]]+)"
        ),
        r"\1\2[secret]",
    ),
    (re.compile(r"DETAIL:.*"), "DETAIL: [left out]"),  # PostgreSQL quotes the row there
    (re.compile(r"[^\s<>\"'(),:;=\[\]]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?i)(?<![\w])(?:PL)?\s?\d{2}(?:[ \u00a0-]?\d{4}){6}(?!\d)"), "[account]"),
    (re.compile(r"(?<!\d)\d{11}(?!\d)"), "[number]"),
    (re.compile(r"(?<![\w.-])(?![0-9a-f]+(?![\w.-]))[\w.-]{40,}"), "[token]"),
)


def clean(text: str) -> str:
    """The text without passwords, tokens, e-mail addresses, PESEL and account numbers."""
    for pattern, instead in DENIED:
        text = pattern.sub(instead, text)
    return text


@contextmanager
def at_work(*, promise: int, request: str) -> Iterator[None]:
    """Say in every line of the block which promise the worker keeps, and which request asked for it."""
    token = _work.set({"promise_id": promise, "request_id": request})
    try:
        yield
    finally:
        _work.reset(token)


class JsonLines(logging.Formatter):
    """One line of JSON in ASCII: no text can begin a line of its own or reach a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": clean(record.getMessage()),
            **_surroundings(record),
        }
        if record.exc_info:
            line["trace"] = clean(self.formatException(record.exc_info))
        return json.dumps(line, default=str)


class PlainLines(logging.Formatter):
    """The same for people: one line, and below it the trace of a fault."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        around = " ".join(f"{name}={value}" for name, value in _surroundings(record).items())
        text = f"{moment} {record.levelname} {record.name}: {clean(record.getMessage())} {around}".rstrip()
        text = CONTROL.sub(lambda sign: f"\\x{ord(sign[0]):02x}", text)
        if record.exc_info:
            text += "\n" + clean(self.formatException(record.exc_info))
        return text


def _surroundings(record: logging.LogRecord) -> dict[str, Any]:
    """What the line is about. Asks the database for nothing: it may be what failed."""
    found: dict[str, Any] = dict(_work.get())
    if has_request_context():
        found |= {
            "request_id": g.get("request_id", ""),
            "method": request.method,
            "route": request.url_rule.rule if request.url_rule else "",
            "ip": _hashed(request.remote_addr or "", record.created),
            "user_id": _person(),
        }
    found |= getattr(record, "fields", {})
    return {name: value for name, value in found.items() if value not in (None, "")}


def _person() -> int | None:
    """The number of the account, without a look into the database."""
    state = sa.inspect(g.get("_login_user"), raiseerr=False)
    identity = getattr(state, "identity", None)
    return identity[0] if identity else None


def _hashed(address: str, at: float) -> str:
    """Tells visitors of one day apart and says nothing about the next day, or about the address."""
    day = datetime.fromtimestamp(at, UTC).date().isoformat()
    key = current_app.config["HEJNAL"].secret_key.encode()
    return hmac.new(key, f"{day}|{address}".encode(), hashlib.sha256).hexdigest()[:12]


def configure(settings: Settings) -> None:
    """Send every line of this process to standard output, in the form that the settings ask for."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines() if settings.log_json else PlainLines())
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    logging.getLogger("alembic").setLevel("WARNING")  # /readyz asks it for the revision
    for name in OWN_HANDLERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


def init_app(app: Flask) -> None:
    """Write one line for every request when its answer is ready."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        fields = {
            "status": response.status_code,
            "ms": round(1000 * (time.perf_counter() - g.get("began", time.perf_counter())), 1),
            "role": _roles() if response.status_code < 500 else "",
        }
        level = logging.DEBUG if request.endpoint in QUIET else logging.INFO
        log.log(level, "request", extra={"fields": fields})
        return response


def _roles() -> str:
    person = g.get("_login_user")
    with suppress(SQLAlchemyError):
        return ",".join(sorted(getattr(person, "role_names", ())))
    return ""
