"""What goes in and out: past calls, the demo, registers, the account for returns."""

from contextlib import closing
from pathlib import Path
from shutil import copyfileobj

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

from app.cli.servers import needs_database
from app.extensions import db
from app.models import Call, Unit
from app.services import clock, demo, departments, importing, registers
from app.transaction import writing
from config import Settings
from workflows import identifiers
from workflows.engine import Refused


@click.command("import-calls")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_calls(file: Path) -> None:
    """Take past calls out of FILE; rows that are known already change nothing."""
    needs_database()
    with writing():
        unit = db.session.scalars(sa.select(Unit).order_by(Unit.id)).first() or demo.first_unit()
        try:
            taken = [
                importing.take(row, number, file.name, unit) for number, row in importing.read_rows(file)
            ]
        except importing.BadTable as error:
            raise click.ClickException(str(error)) from None
    for line in taken:
        note = f" ({'; '.join(line.lacking)})" if line.lacking and line.fate == "imported" else ""
        click.echo(f"row {line.row}: {line.title}: {line.fate}{note}")
    fates = [line.fate for line in taken]
    click.echo(
        f"{fates.count('imported')} imported, {fates.count('known already')} known already, {len(fates)} rows."
    )


@click.command("demo")
@click.option(
    "--offers",
    default=0,
    type=click.IntRange(0, 20_000),
    help="So many more synthetic offers in the open call.",
)
@click.option("--seed", default=1, type=int, help="The same seed gives the same data.")
@with_appcontext
def demo_command(offers: int, seed: int) -> None:
    """Fill an empty database with recognisably synthetic data."""
    needs_database()
    settings: Settings = current_app.config["HEJNAL"]
    if not settings.demo_allowed:
        raise click.ClickException(
            "Demo data are written only into the embedded database, or with DEMO=1 into an empty one that is not in production."
        )
    for line in demo.fill(offers=offers, seed=seed):
        click.echo(line)


@click.command("export")
@click.argument("register", type=click.Choice(sorted(registers.REGISTERS)))
@click.option("--call", "public_id", help="Public id or slug of the call.")
@click.option("--filter", "filters", multiple=True, help="Another filter, such as year=2026.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def export(register: str, public_id: str | None, filters: tuple[str, ...], out: Path) -> None:
    """Write a register of the whole City as a spreadsheet, or as CSV when the name of the file ends so."""
    needs_database()
    values = dict(found.split("=", 1) for found in filters if "=" in found)
    if public_id is not None:
        call = db.session.scalar(
            sa.select(Call).where(sa.or_(Call.public_id == public_id, Call.slug == public_id))
        )
        if call is None:
            raise click.ClickException("There is no such call.")
        values["call"] = call.public_id
    arguments = {"choice": {"filters": values}, "language": "pl"}
    try:
        made = registers.make(register, arguments, None, clock.now(), lambda _done, _total: None)
    except LookupError as error:
        raise click.ClickException(f"{error}.") from error
    with closing(made), out.open("wb") as target:
        copyfileobj(made.csv if out.suffix == ".csv" else made.xlsx, target)
    click.echo(f"{made.rows} rows written to {out}.")


@click.command("set-return-account")
@click.argument("unit")
@click.argument("number")
@with_appcontext
def set_return_account(unit: str, number: str) -> None:
    """Enter the account to which the letters of UNIT (its code) ask grants back; NUMBER is a Polish one, 26 digits."""
    needs_database()
    with writing():
        row = db.session.scalar(sa.select(Unit).where(Unit.code == unit))
        if row is None:
            raise click.ClickException("There is no such unit.")
        try:
            digits = departments.set_return_account(row, number, None)
        except identifiers.IdentifierFault as error:
            raise click.ClickException(error.msgid) from None
        except Refused as refused:
            raise click.ClickException(refused.reasons[0].text) from None
    click.echo(f"{unit}: grants come back to {identifiers.grouped_account(digits)}.")
