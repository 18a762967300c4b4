"""Backups: made, checked, brought back; and the store of files."""

import os
import subprocess
import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.servers import needs_database
from app.services import backups, installation, postgres_programs, posting, signing_key
from app.transaction import writing
from config import Settings

FAULTS = (backups.Unusable, postgres_programs.Failed, signing_key.UnusableKey)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("backup")
@click.argument("folder", type=FOLDER)
@with_appcontext
def backup(folder: Path) -> None:
    """Write a backup of the database and its files into FOLDER, new or empty; ends with 1 when a file is damaged."""
    needs_database()
    settings: Settings = current_app.config["HEJNAL"]
    try:
        damaged = backups.make(folder, settings.database_owner_url)
    except FAULTS as fault:
        raise click.ClickException(str(fault)) from None
    _told(
        damaged,
        f"The backup in {folder} is whole.",
        f"The backup in {folder} is made, and the store has faults.",
    )


@click.command("verify-backup")
@click.argument("folder", type=FOLDER)
@click.option("--public-key", default="", help="The key that must have signed it, in base64.")
@with_appcontext
def verify_backup(folder: Path, public_key: str) -> None:
    """Compare the backup in FOLDER with its signed manifest; needs no server, names each damaged file, then ends with 1."""
    checked = _checked(folder, public_key)
    manifest, faults = checked.manifest, checked.faults
    whole = f"The backup of {manifest['made_at']} is whole: schema {manifest['schema']}, {len(manifest['files'])} files."
    _told(faults, whole, f"The backup of {manifest['made_at']} cannot be used.")


@click.command("restore")
@click.argument("folder", type=FOLDER)
@click.option("--into", "url", required=True, help="Address of an empty database, as its owner.")
@click.option("--public-key", default="", help="The key that must have signed it, in base64.")
@with_appcontext
def restore(folder: Path, url: str, public_key: str) -> None:
    """Bring the backup in FOLDER into an empty database and this VAR_DIR, hold e-mail back, and check everything."""
    checked = _checked(folder, public_key)
    if checked.faults:
        _told(checked.faults, "", "Nothing was restored: the backup is damaged.")
    try:
        backups.restore(folder, checked.manifest, url, click.echo)
    except FAULTS as fault:
        raise click.ClickException(str(fault)) from None
    environment = {**os.environ, "DATABASE_URL": url, "DATABASE_OWNER_URL": url}
    # The history was signed where the backup was made: this installation may have no key yet, or another one.
    checks = (("check-invariants",), ("verify-audit", "--key", checked.key), ("verify-blobs",))
    failed = [words[0] for words in checks if _command(words, environment) != 0]
    _told(
        [f"{name} found faults, see above." for name in failed],
        "The copy is sound.",
        "The copy is not sound.",
    )


@click.command("verify-blobs")
@with_appcontext
def verify_blobs() -> None:
    """Compare every stored file that a row names with its checksum; names the damaged ones and then ends with 1."""
    needs_database()
    found = list(installation.verified_files())
    faults, count = [fault for fault in found if fault], len(found)
    _told(
        faults,
        f"{count} files, all as they were stored.",
        f"{len(faults)} of {count} files are gone or damaged.",
    )


@click.command("hold-mail")
@click.argument("reason")
@with_appcontext
def hold_mail(reason: str) -> None:
    """Let no e-mail leave until `release-mail`; REASON is shown to the administrator."""
    needs_database()
    with writing():
        posting.hold(reason)
    click.echo("No e-mail leaves now.")


@click.command("release-mail")
@with_appcontext
def release_mail() -> None:
    """Let e-mail leave again, also what was written meanwhile."""
    needs_database()
    with writing():
        posting.release()
    click.echo("E-mail leaves again.")


def _checked(folder: Path, public_key: str) -> backups.Checked:
    try:
        return backups.check(folder, public_key)
    except FAULTS as fault:
        raise click.ClickException(str(fault)) from None


def _command(words: tuple[str, ...], environment: dict[str, str]) -> int:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - a command of our own


def _told(faults: list[str], well: str, ill: str) -> None:
    for fault in faults:
        click.echo(fault)
    click.echo(ill if faults else well)
    if faults:
        sys.exit(1)
