"""Whether the servers that the settings name are as Hejnał needs them: one English sentence for each thing to put right.

Works without an application, so that a web server or a worker can ask before it starts. A server that does not answer
is no fault of the settings: it may come later, and until then /readyz says so.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import psycopg
import redis
from alembic.script import ScriptDirectory

from app.queries.readiness import HISTORY_PROTECTED
from app.services import blobs, clock
from config import ROOT, Settings

OLDEST_POSTGRES = 15
LARGEST_SKEW = timedelta(seconds=2)
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


def faults_at_start(settings: Settings) -> list[str]:
    """What must be put right before anything starts: another start would not help."""
    faults = list(_folder(settings))
    if settings.database_url:
        try:
            with closing(_connected(settings)) as connection:
                faults += [*_version(connection), *_schema(connection)]
        except psycopg.OperationalError:
            pass  # it is away, and may come back
    return faults


def faults(settings: Settings) -> list[str]:
    """Everything that can be found wrong with the servers now, those that do not answer included."""
    found = list(_folder(settings))
    try:
        with closing(_connected(settings)) as connection:
            for check in (_version, _schema, _zone, _skew):
                found += check(connection)
            found += _durable(connection)
    except psycopg.OperationalError as error:
        found.append(f"The database does not answer: {_last_line(error)}.")
    try:
        with redis.Redis.from_url(settings.redis_url, socket_timeout=2, socket_connect_timeout=2) as broker:
            broker.ping()
    except (redis.RedisError, ValueError) as error:
        found.append(f"The broker does not answer: {_last_line(error)}.")
    return found


def protected(settings: Settings) -> bool | None:
    """Whether the application's role cannot change the history; None while the database does not answer."""
    try:
        with closing(_connected(settings)) as connection:
            return history_is_protected(connection)
    except psycopg.Error:
        return None


def history_is_protected(connection: psycopg.Connection[Any]) -> bool:
    """Whether this role neither owns the history nor may change its rows."""
    row = connection.execute(HISTORY_PROTECTED).fetchone()
    return bool(row and row[0])


def _connected(settings: Settings) -> psycopg.Connection[Any]:
    address = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    return psycopg.connect(
        address,
        connect_timeout=3,
        autocommit=True,
        options=settings.connection_options,
        application_name="hejnal check",
    )


def _folder(settings: Settings) -> Iterator[str]:
    try:
        blobs.try_out(settings.var_dir / "blobs")
    except OSError as error:
        yield f"{settings.var_dir / 'blobs'} cannot be written: {error.strerror}."


def _version(connection: psycopg.Connection[Any]) -> Iterator[str]:
    major = connection.info.server_version // 10000
    if major < OLDEST_POSTGRES:
        yield f"DATABASE_URL leads to PostgreSQL {major}: use {OLDEST_POSTGRES} or newer."


def _schema(connection: psycopg.Connection[Any]) -> Iterator[str]:
    scripts = ScriptDirectory(str(ROOT / "app" / "migrations"))
    needed = scripts.get_current_head()
    there = connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
    row = (
        connection.execute("SELECT version_num FROM alembic_version").fetchone()
        if there and there[0]
        else None
    )
    found = row[0] if row else None
    if found == needed:
        return
    known = found is None or found in {script.revision for script in scripts.walk_revisions()}
    remedy = (
        "run `flask --app wsgi db upgrade`"
        if known
        else "start the newer Hejnał that made it, or let that one go back with `flask --app wsgi db downgrade`"
    )
    yield f"The database has schema {found or 'none'}, this code needs {needed}: {remedy}."


def _zone(connection: psycopg.Connection[Any]) -> Iterator[str]:
    """Every connection of ours asks for UTC; something between us and the server may leave that out."""
    zone = _setting(connection, "TimeZone")
    if zone != "UTC":
        yield f"The connections to the database have the time zone {zone}: let the options of a connection through, or set UTC."


def _skew(connection: psycopg.Connection[Any]) -> Iterator[str]:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    ahead = clock.ahead(row[0]) if row else timedelta()
    if abs(ahead) >= LARGEST_SKEW:
        yield f"The clocks of the database and of this machine differ by {abs(ahead).total_seconds():.0f} s: set both by NTP."


def _durable(connection: psycopg.Connection[Any]) -> Iterator[str]:
    for name in DURABLE:
        value = _setting(connection, name)
        if value not in {"on", "remote_write", "remote_apply", "local"}:
            yield f"PostgreSQL runs with {name}={value}: what was confirmed could be lost with the power; set it to on."


def _setting(connection: psycopg.Connection[Any], name: str) -> str:
    row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    return str(row[0]) if row else ""


def _last_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[-1].rstrip(".")
