"""People's data: the written register, one person's data as a file, and what leaves at the end of its term."""

import json
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from app import personal_register
from app.cli.servers import needs_database
from app.extensions import db
from app.models import User
from app.queries import own_data
from app.services import clock, retention
from app.transaction import writing

HEAD = """# Personal data

What the tables hold about people, why, and until when; written by `flask --app wsgi draw-personal-data
docs/personal-data.md`. A test holds every column of text against this register.

The terms `account`, `letter`, `comment` and `request` are the city's own: an administrator sets them on the page
“Retention”, where stands beforehand how much they would remove. What has no term is not removed. A person with an
account takes their own data away as a file under “My account”. Bases and terms are to be confirmed by the city's data
protection officer.

| level | rules |
|---|---|
| public | anybody may read it |
| internal | the office, the auditor and the organisation of the case; in logs only as numbers |
| confidential | as internal; never on public pages, in codes to check, in logs; left out of redacted copies |
| secret | nobody reads it; stored hashed or encrypted; never in logs, exports or backups' manifests |

| about whom | what | columns | purpose | basis | level | until |
|---|---|---|---|---|---|---|
"""


@click.command("draw-personal-data")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def draw_personal_data(file: Path) -> None:
    """Write the register of personal data into FILE; needs no server."""
    file.write_text(page(), encoding="utf-8")
    click.echo(f"{file} written.")


def page() -> str:
    """The register as a page."""
    rows = (
        f"| {entry.people} | {entry.data} | {', '.join(f'`{column}`' for column in entry.columns)} | {entry.purpose} "
        f"| {entry.basis} | {entry.level.value} | {entry.until} |\n"
        for entry in personal_register.REGISTER
    )
    return HEAD + "".join(rows)


@click.command("own-data")
@click.argument("email")
@with_appcontext
def own_data_command(email: str) -> None:
    """Print everything that is held about the person with this account, as JSON."""
    needs_database()
    user = db.session.scalar(sa.select(User).where(User.email == email.strip().lower()))
    if user is None:
        raise click.ClickException("There is no such account.")
    click.echo(json.dumps(own_data.of(user), ensure_ascii=False, indent=2, default=str))


@click.command("retention")
@click.option("--apply", "do", is_flag=True, help="Remove it now, as the worker does every six hours.")
@with_appcontext
def retention_command(do: bool) -> None:
    """Say how much personal data has outlived its term, or remove it."""
    needs_database()
    for kind, count in retention.waiting(clock.now()).items():
        removed = 0
        while do:
            with writing():
                portion = retention.purge_portion(kind)
            removed += portion
            if not portion:
                break
        click.echo(f"{kind.value}: {removed} removed" if do else f"{kind.value}: {count} would be removed")


COMMANDS = (draw_personal_data, own_data_command, retention_command)
