"""The commands of `flask --app wsgi …`."""

import json
import sys
from contextlib import closing
from pathlib import Path
from shutil import copyfileobj

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError

from app import assets, reckon
from app.extensions import db
from app.models import Call, Unit
from app.services import audit, clock, demo, importing, invariants, registers
from app.services.packages import check
from app.transaction import writing
from config import Settings
from workflows import diagram, identifiers
from workflows.catalogue import WORKFLOWS, as_rows

NO_SERVER = "No server answers: start one with `make run`, or set DATABASE_URL and REDIS_URL."


def _needs_database() -> None:
    settings: Settings = current_app.config["HEJNAL"]
    missing = settings.missing_servers()
    if missing:
        raise click.ClickException(missing)
    try:
        db.session.execute(sa.text("SELECT 1"))
    except OperationalError:
        raise click.ClickException(NO_SERVER) from None


@click.command("workflows")
@click.option("--json", "as_json", is_flag=True, help="Every row of every table as JSON.")
def workflows_command(as_json: bool) -> None:
    """Print every row of every table; needs no server."""
    rows = as_rows()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(
            f"{row['workflow']}: {', '.join(row['source'])} --{row['trigger']}--> {', '.join(dict.fromkeys(row['dest'].values()))}"
        )


@click.command("draw-workflows")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def draw_workflows(folder: Path) -> None:
    """Write the diagram and the table of every case type into FOLDER; needs no server."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, workflow in WORKFLOWS.items():
        (folder / f"{name}.md").write_text(diagram.page(workflow), encoding="utf-8")
    click.echo(f"{len(WORKFLOWS)} pages written.")


@click.command("reckon")
@click.argument("question", type=click.Choice(list(reckon.QUESTIONS)))
@with_appcontext
def reckon_command(question: str) -> None:
    """Answer each line of JSON from standard input with one line of JSON; needs no server."""
    for line in reckon.answers(sys.stdin.buffer, question):
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()


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


@click.command("import-calls")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_calls(file: Path) -> None:
    """Take past calls out of FILE; rows that are known already change nothing."""
    _needs_database()
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
    _needs_database()
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
    _needs_database()
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
    _needs_database()
    try:
        digits = identifiers.check_account(number)
    except identifiers.IdentifierFault as error:
        raise click.ClickException(error.msgid) from None
    with writing():
        row = db.session.scalar(sa.select(Unit).where(Unit.code == unit))
        if row is None:
            raise click.ClickException("There is no such unit.")
        row.return_account = digits
    click.echo(f"{unit}: grants come back to {identifiers.grouped_account(digits)}.")


@click.command("verify-audit")
@with_appcontext
def verify_audit() -> None:
    """Walk the history of every case; names the first wrong entry of each broken chain and then ends with 1."""
    _needs_database()
    count, faults = audit.verify()
    for fault in faults:
        click.echo(f"{fault.case_kind} {fault.case_id}, entry {fault.seq}: {fault.what}")
    click.echo(f"{count} entries, {len(faults)} broken chains.")
    sys.exit(1 if faults else 0)


@click.command("verify-package")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def verify_package(file: Path) -> None:
    """Compare a package with its manifest and with the database; says what was changed and then ends with 1."""
    _needs_database()
    faults = check.faults(file)
    for fault in faults:
        click.echo(fault)
    click.echo(f"SHA-256 {check.checksum_of(file)}: {'ok' if not faults else f'{len(faults)} faults'}.")
    sys.exit(1 if faults else 0)


@click.command("check-invariants")
@with_appcontext
def check_invariants() -> None:
    """Check what must be true of the whole database; ends with 1 when something is not."""
    _needs_database()
    found = list(invariants.broken())
    for line in found:
        click.echo(line)
    click.echo(f"{len(found)} invariants broken.")
    sys.exit(1 if found else 0)


COMMANDS = (
    workflows_command,
    draw_workflows,
    reckon_command,
    build_static,
    check_config,
    import_calls,
    demo_command,
    export,
    verify_audit,
    verify_package,
    set_return_account,
    check_invariants,
)


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
