"""Browser sessions as rows of PostgreSQL: the cookie holds random bits, the row their SHA-256.

A session is read when somebody first asks for it and written when the answer is ready, each in a short transaction
of its own: what a refused request left in the session is kept, and reading a page writes no business data.
A session ends when its row is deleted; nothing can bring a deleted row back.
"""

import hashlib
import json
import logging
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, Request, Response, has_request_context
from flask import session as flask_session
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy.exc import SQLAlchemyError

from app.errors import wait
from app.extensions import db
from app.models import LoginSession

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
FRESH = timedelta(minutes=30)  # how long a password, a code or a passkey proves who is there
PAUSE = timedelta(minutes=20)  # after a longer one somebody else may sit there
SEEN_EVERY = timedelta(minutes=1)  # the row is not written more often when nothing else changed
TOKEN_BYTES = 32
FORM_TOKEN = "csrf_token"  # noqa: S105 (a name: under it Flask-WTF finds what it signs into every form)
NAME_LENGTH = 16  # of the part of a row's hash by which its owner names a session
TOKEN_LENGTH = len(secrets.token_urlsafe(TOKEN_BYTES))

log = logging.getLogger("hejnal.security")
rows: sa.Table = sa.inspect(LoginSession).local_table  # type: ignore[assignment]  # a mapped class has a plain table


def digest(token: str) -> str:
    """What the row keeps instead of the token."""
    return hashlib.sha256(token.encode()).hexdigest()


class RowSession(SessionMixin):
    """The session of one request: loaded from its row at the first look."""

    def __init__(self, token: str | None, agent: str) -> None:
        self.token = token
        self.agent = agent
        self.user_id: int | None = None
        self.modified = False
        self.lost = False  # the cookie named a session that has ended
        self.due = False  # `seen_at` is older than SEEN_EVERY
        self.fresh = False  # who is there was proved within FRESH
        self.steady = False  # and there was no PAUSE since
        self.left_behind: list[str] = []
        self._proves = False
        self.given_up = False  # the database is away: what the answer says stands, and nothing is remembered
        self._values: dict[str, Any] | None = None

    @property
    def looked_at(self) -> bool:
        return self._values is not None

    def _data(self) -> dict[str, Any]:
        if self._values is None:
            self._values = self._load() if self.token else {}
        return self._values

    def _load(self) -> dict[str, Any]:
        now = sa.func.clock_timestamp()
        no_pause = (rows.c.resumed_at.is_(None)) & (rows.c.seen_at > now - PAUSE)
        query = sa.select(
            rows.c.user_id,
            rows.c.data,
            rows.c.seen_at < now - SEEN_EVERY,
            sa.func.coalesce(rows.c.proved_at > now - FRESH, sa.false()),
            no_pause,
        ).where(
            rows.c.token_sha256 == digest(self.token or ""),
            rows.c.seen_at > now - IDLE,
            rows.c.created_at > now - ABSOLUTE,
        )
        with db.engine.connect() as connection:
            found = connection.execute(query).one_or_none()
        if found is None:
            log.info("session unknown or ended")
            self.token, self.lost = None, True
            return {}
        self.user_id, data, self.due, self.fresh, self.steady = found
        return dict(data)

    def renew(self, user_id: int | None, carried: Mapping[str, Any] | None = None) -> None:
        """Begin anew under a new token, for a person who proved who they are or for nobody, with the `carried` values.

        The row of the old token is deleted. The token of a person's forms names the person: when it comes back after
        the session ended, it says whose form it was.
        """
        self._data()
        if self.token:
            self.left_behind.append(self.token)
        self.token, self.user_id, self._values, self.modified = None, user_id, dict(carried or {}), True
        self.fresh = self.steady = user_id is not None
        if user_id is not None:
            self._values[FORM_TOKEN] = f"{user_id}.{secrets.token_hex(20)}"

    def prove(self) -> None:
        """The person of the session has just proved who they are."""
        self._data()
        self._proves = self.fresh = self.steady = True

    def give_up(self) -> None:
        """Ask the database for nothing more: it is away, and the answer that says so must not wait for it again."""
        self._values, self.given_up = {}, True

    def save(self) -> bool:
        """Write what changed; say whether the cookie must be set anew."""
        touched = self.modified or self.due or self.left_behind or self._proves
        if self.given_up or not self.looked_at or not touched:
            return False
        now = sa.func.clock_timestamp()
        values = {"data": json.loads(json.dumps(self._data(), default=str)), "user_id": self.user_id}
        with db.engine.begin() as connection:
            if self.left_behind:
                gone = [digest(token) for token in self.left_behind]
                connection.execute(sa.delete(rows).where(rows.c.token_sha256.in_(gone)))
            if self.token:
                changed = values if self.modified else {}
                mine = rows.c.token_sha256 == digest(self.token)
                connection.execute(
                    sa.update(rows).where(mine).values(seen_at=now, **changed, **self._proof())
                )
                return False
            if not self._values and self.user_id is None:
                return bool(self.left_behind)
            self.token = secrets.token_urlsafe(TOKEN_BYTES)
            connection.execute(
                sa.insert(rows).values(
                    token_sha256=digest(self.token), created_at=now, seen_at=now, agent=self.agent,
                    proved_at=now if self.user_id is not None else None, **values,
                )
            )  # fmt: skip
        return True

    def _proof(self) -> dict[str, Any]:
        """What a request writes of the proof: a new one, or that it came after a pause."""
        now = sa.func.clock_timestamp()
        if self._proves:
            return {"proved_at": now, "resumed_at": None}
        return {"resumed_at": sa.case((rows.c.seen_at <= now - PAUSE, now), else_=rows.c.resumed_at)}

    def __getitem__(self, key: str) -> Any:
        return self._data()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._data()[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        del self._data()[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self._data())

    def __len__(self) -> int:
        return len(self._data())


class RowSessionInterface(SessionInterface):
    """How Flask opens and saves a session. A visitor gets a row only when something is to be remembered."""

    def open_session(self, app: Flask, request: Request) -> RowSession:
        token = request.cookies.get(self.get_cookie_name(app), "")
        agent = "".join(sign for sign in request.user_agent.string if sign.isprintable())
        return RowSession(token if len(token) == TOKEN_LENGTH else None, agent[:200])

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not isinstance(session, RowSession):
            return
        if session.accessed:
            response.vary.add("Cookie")
        known = bool(session.token and not session.left_behind)
        try:
            changed = session.save()
        except SQLAlchemyError as error:
            log.warning("a session could not be saved: %s", type(error).__name__)
            if not known:  # without its row the answer would mislead
                session.give_up()
                wait(response)
            return
        if not changed:
            return
        name = self.get_cookie_name(app)
        # Any: one set of flags serves to set and to delete, whose signatures differ in what else they take.
        flags: dict[str, Any] = {
            "path": self.get_cookie_path(app),
            "domain": self.get_cookie_domain(app),
            "secure": self.get_cookie_secure(app),
            "samesite": self.get_cookie_samesite(app),
            "httponly": True,
        }
        if session.token:
            response.set_cookie(name, session.token, **flags)
        else:
            response.delete_cookie(name, **flags)


def init_sessions(app: Flask) -> None:
    """Keep the sessions of `app` in its database."""
    app.session_interface = RowSessionInterface()


def current() -> RowSession:
    """The session of this request."""
    session = flask_session._get_current_object()  # type: ignore[attr-defined]  # the proxy is typed as what it stands for
    if not isinstance(session, RowSession):
        raise RuntimeError("sessions are not kept in rows: init_sessions() was not called")
    return session


def of_a_person() -> bool:
    """Whether this request looked at the session of somebody who is signed in, without looking now."""
    session = flask_session._get_current_object()  # type: ignore[attr-defined]  # the proxy is typed as what it stands for
    return isinstance(session, RowSession) and session.user_id is not None


def end_sessions(user_id: int, session: sa.orm.Session | sa.orm.scoped_session[Any] = db.session) -> int:
    """End every session of a person with the present unit of work; give how many there were.

    A request that changes its own person's password calls `current().renew(...)` to stay signed in.
    """
    result = session.execute(sa.delete(rows).where(rows.c.user_id == user_id))
    return int(getattr(result, "rowcount", 0))


def end_session(user_id: int, name: str) -> bool:
    """End one session of a person, named as in `sessions_of`; False when there is none of that name."""
    if len(name) != NAME_LENGTH:
        return False
    named = rows.c.token_sha256.startswith(name, autoescape=True)
    result = db.session.execute(sa.delete(rows).where(rows.c.user_id == user_id, named))
    return bool(getattr(result, "rowcount", 0))


def end_other_sessions(user_id: int) -> int:
    """End every session of a person but that of this request; give how many there were."""
    others = rows.c.token_sha256 != digest(current().token or "")
    result = db.session.execute(sa.delete(rows).where(rows.c.user_id == user_id, others))
    return int(getattr(result, "rowcount", 0))


def sweep() -> int:
    """Delete the rows of sessions that have ended by time; give how many. For the housekeeping task."""
    now = sa.func.clock_timestamp()
    with db.engine.begin() as connection:
        result = connection.execute(
            sa.delete(rows).where(sa.or_(rows.c.seen_at <= now - IDLE, rows.c.created_at <= now - ABSOLUTE))
        )
    return result.rowcount


# The first that fits: browsers also name those that they descend from.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
            "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari"}  # fmt: skip
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def browser_name(agent: str) -> str:
    """A browser as its owner knows it, such as `Firefox, Windows`; empty when it cannot be told."""
    names = (
        next((name for mark, name in marks.items() if mark in agent), "") for marks in (BROWSERS, SYSTEMS)
    )
    return ", ".join(name for name in names if name)


class Seen:
    """One of a person's sessions, as its owner sees it."""

    def __init__(self, row: LoginSession, here: bool) -> None:
        self.name = row.token_sha256[:NAME_LENGTH]
        self.browser = browser_name(row.agent)
        self.begun: datetime = row.created_at
        self.seen: datetime = row.seen_at
        self.here = here


def sessions_of(user_id: int) -> list[Seen]:
    """The living sessions of a person, the latest first; `here` marks the one of this request."""
    now = sa.func.clock_timestamp()
    query = (
        sa.select(LoginSession)
        .where(LoginSession.user_id == user_id)
        .where(LoginSession.seen_at > now - IDLE, LoginSession.created_at > now - ABSOLUTE)
        .order_by(LoginSession.seen_at.desc())
    )
    token = current().token if has_request_context() else None
    mine = digest(token) if token else None
    return [Seen(row, row.token_sha256 == mine) for row in db.session.scalars(query)]
