"""The installation itself: its files and its settings."""

import click
from flask import current_app
from flask.cli import with_appcontext

from app import assets
from config import Settings


@click.command("build-static")
@with_appcontext
def build_static() -> None:
    """Build style sheet, scripts and fonts out of our files and the packages into VAR_DIR/static."""
    settings: Settings = current_app.config["HEJNAL"]
    built = assets.build(settings.static_dir)
    click.echo(f"{len(built)} files stand ready.")


@click.command("check-config")
@with_appcontext
def check_config() -> None:
    """Say whether the settings can be used; needs no server."""
    settings: Settings = current_app.config["HEJNAL"]
    click.echo(
        f"The settings are sound: {settings.base_url}, {'production' if settings.production else 'local use'}."
    )
    if settings.database_owner_url in {"", settings.database_url}:
        click.echo(
            "Warning: the owner of the tables and the application are one role, so the history is not protected against it."
        )
