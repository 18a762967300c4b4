"""What a command asks for before it works on the database."""

import click
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import OperationalError

from app.extensions import db
from config import Settings

NO_SERVER = "No server answers: start one with `make run`, or set DATABASE_URL and REDIS_URL."


def needs_database() -> None:
    """Go on only when the settings name servers and the database answers; otherwise end with the sentence that helps."""
    settings: Settings = current_app.config["HEJNAL"]
    missing = settings.missing_servers()
    if missing:
        raise click.ClickException(missing)
    try:
        db.session.execute(sa.text("SELECT 1"))
    except OperationalError:
        raise click.ClickException(NO_SERVER) from None
