"""What has to hold before anything is started; each check refuses with one sentence that says what to do."""

from __future__ import annotations

import os
import re
import secrets
import socket
from pathlib import Path

import psycopg
import redis

from config import ROOT, Settings, read_environment_file
from embedded.processes import CannotRun

OLDEST_POSTGRES = 15
FOREIGN_TABLES = """
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
    AND c.relname <> 'alembic_version'
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""
OURS = "SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL"
REVISIONS = "SELECT version_num FROM alembic_version"


def early_settings() -> Settings:
    """Check the settings before anything is started: stand-ins take the place of what is made below."""
    stored = read_environment_file(Path(os.environ.get("VAR_DIR") or ROOT / "var").expanduser().absolute())
    environment = {"DATABASE_URL": "postgresql://to-be-started", "REDIS_URL": "redis://to-be-started"}
    environment["SECRET_KEY"] = stored.get("SECRET_KEY") or secrets.token_urlsafe(48)
    environment["PORT"] = "5000"
    environment.update({name: value for name, value in os.environ.items() if value})
    environment.setdefault("BASE_URL", f"http://localhost:{environment['PORT']}")
    return Settings.from_env(environment)


def check_port(port: int) -> None:
    """Refuse a port that somebody listens on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CannotRun(
                f"port {port} is taken: stop what listens there, or try `make run PORT={port + 1}`."
            ) from None


def check_database(url: str) -> None:
    """Refuse a server that is away or too old, and a database that holds somebody else's tables."""
    address = re.sub(r"^\w+(\+psycopg)?://", "postgresql://", url)
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            major = connection.info.server_version // 10000
            tables = connection.execute(FOREIGN_TABLES).fetchone()
            found = connection.execute(REVISIONS).fetchall() if connection.execute(OURS).fetchone() else []
    except psycopg.Error as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[-1]
        raise CannotRun(f"the database of DATABASE_URL cannot be used ({reason}): check it.") from None
    if major < OLDEST_POSTGRES:
        raise CannotRun(f"DATABASE_URL leads to PostgreSQL {major}: use {OLDEST_POSTGRES} or newer.")
    if tables and tables[0] and not found:
        raise CannotRun(
            "DATABASE_URL leads to a database with tables of something else: give Hejnał an empty one."
        )
    unknown = {row[0] for row in found} - known_revisions()
    if unknown:
        raise CannotRun(
            f"the database stands at a revision that this Hejnał does not know ({', '.join(unknown)}):"
            " use the newer Hejnał that made it, or give this one an empty database."
        )


def known_revisions() -> set[str]:
    """Read the names of our own migrations out of their files."""
    revision = re.compile(r"^revision\b[^=]*=\s*[\"'](\w+)", re.MULTILINE)
    files = (ROOT / "app" / "migrations" / "versions").glob("*.py")
    found = (revision.search(file.read_text(encoding="utf-8")) for file in files)
    return {match[1] for match in found if match}


def check_broker(url: str) -> None:
    """Refuse a broker that does not answer."""
    try:
        with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise CannotRun(f"the broker of REDIS_URL does not answer ({error}): check the address.") from None
