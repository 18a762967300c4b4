"""What must work before people are let in."""

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db


def schema_now() -> str | None:
    """The revision of the database's schema."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def schema_wanted() -> str | None:
    """The revision that this code needs."""
    return ScriptDirectory(f"{current_app.root_path}/migrations").get_current_head()


def database_answers() -> bool:
    """Whether the database answers a question."""
    try:
        db.session.execute(sa.text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def schema_fits() -> bool:
    """Whether the database has the schema that this code needs."""
    try:
        return schema_now() == schema_wanted()
    except SQLAlchemyError:
        return False
