"""Whether what is stored is what happened."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.cli.servers import needs_database
from app.services import audit, invariants
from app.services.packages import check


@click.command("verify-audit")
@with_appcontext
def verify_audit() -> None:
    """Walk the history of every case; names the first wrong entry of each broken chain and then ends with 1."""
    needs_database()
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
    needs_database()
    faults = check.faults(file)
    for fault in faults:
        click.echo(fault)
    click.echo(f"SHA-256 {check.checksum_of(file)}: {'ok' if not faults else f'{len(faults)} faults'}.")
    sys.exit(1 if faults else 0)


@click.command("check-invariants")
@with_appcontext
def check_invariants() -> None:
    """Check what must be true of the whole database; ends with 1 when something is not."""
    needs_database()
    found = list(invariants.broken())
    for line in found:
        click.echo(line)
    click.echo(f"{len(found)} invariants broken.")
    sys.exit(1 if found else 0)
