"""Alembic's environment: migrations run as the owner of the tables, one at a time, and never wait long for a lock."""

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, pool, text

from app.extensions import db

LOCK = 4_713_002  # any number, the same everywhere: it keeps two migrations apart


def _include(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    return not (kind == "table" and name == "alembic_version")


def run() -> None:
    """Run the migrations under an advisory lock."""
    settings = current_app.config["HEJNAL"]
    url = settings.database_owner_url or current_app.config["SQLALCHEMY_DATABASE_URI"]
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_object=_include,
            compare_type=True,
            compare_server_default=False,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
        connection.commit()
    engine.dispose()


run()
