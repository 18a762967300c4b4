"""A backup: the database as of one moment, every file that it names, and a signed manifest of both.

The snapshot comes first and the files after it. Files are added and never changed, so whatever the snapshot names is
still there when its turn comes. The manifest is written last: a folder without one is no backup.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.pool import NullPool

from app.queries import stored_files
from app.services import blobs, clock, postgres_programs, signing_key

FORMAT = 1
MANIFEST, SIGNATURE, DUMP, FILES = "manifest.json", "manifest.sig", "database.dump", "files"
CHUNK = 1024 * 1024
Manifest = dict[str, Any]
Tell = Callable[[str], None]


class Unusable(Exception):
    """What the command was given cannot be used. One sentence."""


@contextmanager
def _snapshot(url: str) -> Iterator[tuple[sa.Connection, str]]:
    """One moment of the database, for us and, by its name, for pg_dump."""
    engine = sa.create_engine(url, poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection, connection.begin():
        connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        yield connection, str(connection.scalar(sa.text("SELECT pg_export_snapshot()")))
    engine.dispose()


def make(folder: Path, owner_url: str) -> list[str]:
    """Write a backup into `folder`, new or empty. Gives a sentence for each file that is gone or damaged in the store.

    Raises Unusable.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Unusable(f"{folder} is not empty: name a new folder for each backup.")
    (folder / FILES).mkdir(parents=True, mode=0o700)
    with _snapshot(owner_url) as (connection, snapshot):
        postgres_programs.dump(owner_url, snapshot, folder / DUMP)
        manifest = _about(connection)
        faults, files = [], {}
        for file in stored_files.named(connection):
            try:
                files[file.sha256] = _copied(file.sha256, folder)
            except blobs.Damaged:
                faults.append(f"{file.row}: the file {file.sha256} is gone or damaged.")
    manifest |= {"files": files, "damaged": faults, "dump_sha256": _digest(folder / DUMP)}
    _write(folder, manifest)
    return faults


def _about(connection: sa.Connection) -> Manifest:
    tables = connection.scalars(
        sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    ).all()
    count = "SELECT count(*) FROM {}"
    quoted = connection.dialect.identifier_preparer.quote
    heads = connection.execute(
        sa.text(
            "SELECT DISTINCT ON (case_kind, case_id) case_kind, case_id, seq, hash FROM audit_entry ORDER BY 1, 2, 3 DESC"
        )
    ).all()
    return {
        "format": FORMAT,
        "made_at": clock.in_words(connection),
        "schema": connection.scalar(sa.text("SELECT version_num FROM alembic_version")),
        "postgresql": connection.scalar(sa.text("SHOW server_version")),
        "rows": {name: connection.scalar(sa.text(count.format(quoted(name)))) for name in tables},
        "history": hashlib.sha256(repr([tuple(row) for row in heads]).encode()).hexdigest(),
        "roles": list(
            connection.scalars(
                sa.text(
                    "SELECT DISTINCT grantee::regrole::text FROM pg_class, aclexplode(relacl) WHERE relnamespace = 'public'::regnamespace"
                    " AND grantee <> 0 AND grantee <> relowner ORDER BY 1"
                )
            )
        ),
    }


def _copied(sha256: str, folder: Path) -> int:
    """Copy a stored file, compared with its checksum; give its size. Raises blobs.Damaged."""
    place = _place(folder, sha256)
    place.parent.mkdir(exist_ok=True, mode=0o700)
    try:
        shutil.copyfile(blobs.path_of(sha256), place)
    except (OSError, ValueError) as error:
        raise blobs.Damaged(sha256) from error
    if _digest(place) != sha256:
        place.unlink()
        raise blobs.Damaged(sha256)
    return place.stat().st_size


def _place(folder: Path, sha256: str) -> Path:
    return folder / FILES / sha256[:2] / sha256


def _write(folder: Path, manifest: Manifest) -> None:
    data = json.dumps(manifest, indent=1, sort_keys=True).encode()
    signature = {"public_key": signing_key.public_key(), "signature": signing_key.sign(data)}
    (folder / SIGNATURE).write_text(json.dumps(signature), encoding="ascii")
    (folder / MANIFEST).write_bytes(data)


@dataclass(frozen=True)
class Checked:
    """The manifest, the key (base64) that signed it, and a sentence for each thing that is not as it says."""

    manifest: Manifest
    key: str
    faults: list[str]


def check(folder: Path, public_key: str = "") -> Checked:
    """Compare everything with the manifest. Raises Unusable where there is none to trust.

    The signature must be of `public_key`, or of this installation's key where it has one.
    """
    try:
        data = (folder / MANIFEST).read_bytes()
        signature = json.loads((folder / SIGNATURE).read_text(encoding="ascii"))
        manifest: Manifest = json.loads(data)
    except (OSError, ValueError) as error:
        raise Unusable(
            f"{folder} holds no finished backup: {MANIFEST} or {SIGNATURE} cannot be read."
        ) from error
    known = public_key or (
        signing_key.public_key() if signing_key.path().exists() else signature["public_key"]
    )
    if signature["public_key"] != known:
        raise Unusable(f"{MANIFEST} is signed by another key: {signature['public_key']}.")
    if not signing_key.verify(data, signature["signature"], known):
        raise Unusable(f"{MANIFEST} was changed: its signature does not hold.")
    if manifest.get("format") != FORMAT:
        raise Unusable(f"{MANIFEST} has a format that this Hejnał does not know.")
    return Checked(manifest, known, list(_differences(folder, manifest)))


def _differences(folder: Path, manifest: Manifest) -> Iterator[str]:
    expected = {DUMP: manifest["dump_sha256"]}
    expected |= {str(_place(folder, sha256).relative_to(folder)): sha256 for sha256 in manifest["files"]}
    for name, sha256 in expected.items():
        try:
            if _digest(folder / name) != sha256:
                yield f"{name} was changed."
        except OSError:
            yield f"{name} is missing."


def restore(folder: Path, manifest: Manifest, url: str, tell: Tell) -> None:
    """Bring a checked backup into the empty database at `url` and its files into the store; e-mail is held back.

    Work that was under way begins again. Raises Unusable.
    """
    address = url.replace("postgresql+psycopg://", "postgresql://", 1)
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        if connection.execute(TABLES).fetchone():
            raise Unusable(
                "The database of --into is not empty: a backup is restored only into an empty one."
            )
        missing = [name for name in manifest["roles"] if not connection.execute(ROLE, [name]).fetchone()]
        if missing:
            tell(
                f"The server knows no role {', '.join(missing)}: grant the rights of the application by hand."
            )
        postgres_programs.restore(url, folder / DUMP, rights=not missing)
        tell("The database is restored.")
        for sha256, size in manifest["files"].items():
            with _place(folder, sha256).open("rb") as stream:
                blobs.put(stream, size)
        tell(f"{len(manifest['files'])} files are restored.")
        connection.execute(AGAIN)
        connection.execute(HOLD, [f"restored from the backup of {manifest['made_at']}"])
        tell("E-mail is held back; `flask --app wsgi release-mail` lets it leave.")
        differing = [
            name for name, rows in manifest["rows"].items()
            if name not in CHANGED and _count(connection, name) != rows
        ]  # fmt: skip
    if differing:
        raise Unusable(f"Other numbers of rows than in the backup: {', '.join(differing)}.")


CHANGED = frozenset({"mail_hold"})
TABLES = "SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1"
ROLE = "SELECT 1 FROM pg_roles WHERE rolname = %s"
AGAIN = "UPDATE promise SET state = 'queued', attempts = 0, token = NULL, lease_until = NULL WHERE state = 'running'"
HOLD = "INSERT INTO mail_hold (since, reason) VALUES (clock_timestamp(), %s) ON CONFLICT DO NOTHING"


def _count(connection: psycopg.Connection[Any], table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    return int(row[0]) if row else 0


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
