"""Whether what is stored is what happened."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.cli.servers import needs_database
from app.services import audit_heads, audit_proof, invariants, signing_key
from app.services.packages import check
from app.transaction import writing


@click.command("verify-audit")
@click.option(
    "--head",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of signed heads.",
)
@click.option("--key", help="The public key that must have signed them; without it, this installation's own.")
@with_appcontext
def verify_audit(file: Path | None, key: str | None) -> None:
    """Walk the history of every case and hold the signed heads against it; names each first fault and then ends with 1.

    Without FILE, the file is taken to which this installation adds its heads, if it is there.
    """
    needs_database()
    own = audit_heads.path()
    try:
        proof = audit_proof.prove(file or (own if own.exists() else None), key)
    except (OSError, audit_heads.Unreadable, signing_key.UnusableKey) as error:
        raise click.ClickException(f"The heads cannot be read: {error}") from None
    for fault in proof.faults:
        click.echo(fault)
    click.echo(proof.summary)
    sys.exit(1 if proof.faults else 0)


@click.command("write-head")
@with_appcontext
def write_head() -> None:
    """Sign where the history stands now and add it to the file outside the database, as the worker does each hour."""
    needs_database()
    try:
        with writing():
            head = audit_heads.take()
        audit_heads.write_outside()
    except (OSError, audit_heads.Behind, audit_heads.Unreadable, signing_key.UnusableKey) as error:
        raise click.ClickException(f"The head cannot be written: {type(error).__name__}: {error}") from None
    click.echo(
        f"Head {head.seq}: {head.entries} entries, {head.chains} chains, {head.digest}, in {audit_heads.path()}."
    )


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
