"""The installation itself: its files and its settings."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from app import assets
from app.services import servers
from config import Settings


@click.command("build-static")
@with_appcontext
def build_static() -> None:
    """Build style sheet, scripts and fonts out of our files and the packages into VAR_DIR/static."""
    settings: Settings = current_app.config["HEJNAL"]
    built = assets.build(settings.static_dir)
    click.echo(f"{len(built)} files stand ready.")


@click.command("check-config")
@click.option(
    "--servers", "ask_servers", is_flag=True, help="Ask the servers too, also what they were set up with."
)
@with_appcontext
def check_config(ask_servers: bool) -> None:
    """Say whether the settings can be used; without --servers it needs none. Ends with 78 when something is wrong."""
    settings: Settings = current_app.config["HEJNAL"]
    click.echo(
        f"The settings are sound: {settings.base_url}, {'production' if settings.production else 'local use'}."
    )
    if settings.production and not settings.smtp_url:
        click.echo("Warning: HEJNAL_SMTP_URL is unset, so e-mails land in VAR_DIR/mail and nobody gets them.")
    protected = (
        servers.protected(settings)
        if ask_servers
        else settings.database_owner_url not in {"", settings.database_url}
    )
    if protected is False:
        click.echo(
            "Warning: the owner of the tables and the application are one role, so the history is not protected against it."
        )
    faults = servers.faults(settings) if ask_servers else []
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(78)
