"""Alembic's environment: migrations run as the owner of the tables, one at a time, and never wait long for a lock.

Whoever waits for the lock of a table makes everybody wait who comes after. So each migration waits a second at most,
gives way to the people who work, and tries again; it is one transaction, so what was not finished never happened.
"""

import random
import time

from alembic import context
from flask import current_app
from sqlalchemy import Connection, create_engine, make_url, pool, text
from sqlalchemy.exc import OperationalError

from app.extensions import db
from app.models.audit import APPEND_ONLY

LOCK = 4_713_002  # any number, the same everywhere: it keeps two migrations apart
TRIES = 60
HELD = frozenset({"55P03", "40P01"})  # lock not available, deadlock


def _include(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    return not (kind == "table" and name == "alembic_version")


def _take_rights(connection: Connection, role: str) -> None:
    """Take from the application's role what it must never do to the history.

    Where it owns the tables too, nothing can be taken: an owner always may. `check-config` and `/readyz` say so.
    """
    if role in ("", connection.scalar(text("SELECT current_user"))):
        return
    quoted = connection.dialect.identifier_preparer.quote(role)
    for table in APPEND_ONLY:
        if connection.scalar(text("SELECT to_regclass(:name)"), {"name": table}):
            connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {quoted}"))


def run() -> None:
    """Run the migrations under an advisory lock, which ends with the connection."""
    settings = current_app.config["HEJNAL"]
    url = settings.database_owner_url or current_app.config["SQLALCHEMY_DATABASE_URI"]
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = '1s'"))
        connection.commit()
        _patiently(
            connection, lambda: connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        )
        connection.commit()
        _patiently(connection, lambda: _migrate(connection))
        _take_rights(connection, make_url(settings.database_url or url).username or "")
        connection.commit()
    engine.dispose()


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        include_object=_include,
        compare_type=True,
        compare_server_default=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _patiently(connection: Connection, work) -> None:
    """Do the work, again after a pause when somebody held a lock. The last refusal is raised."""
    for left in reversed(range(TRIES)):
        try:
            work()
            return
        except OperationalError as error:
            connection.rollback()
            if getattr(error.orig, "sqlstate", None) not in HELD or not left:
                raise
            time.sleep(random.uniform(0.2, 1.0))  # noqa: S311 - chance keeps two apart, nothing is secret


run()
