"""The first account of an installation: somebody must make the others."""

import click
from flask.cli import with_appcontext

from app.cli.servers import needs_database
from app.services import account_changes, accounts
from app.transaction import writing
from workflows.engine import Refused
from workflows.roles import Role


@click.command("make-administrator")
@click.argument("email")
@click.argument("name")
@with_appcontext
def make_administrator(email: str, name: str) -> None:
    """Make an account for NAME with the role of administrator of the whole city; the link for its password goes to EMAIL."""
    needs_database()
    try:
        with writing():
            account_changes.make(None, email, name, [Role.ADMINISTRATOR.value], None)
    except accounts.AddressFault:
        raise click.ClickException("This is no e-mail address.") from None
    except Refused as refused:
        raise click.ClickException(refused.reasons[0].text) from None
    click.echo(f"The account is made. A link for its password goes to {email}.")
