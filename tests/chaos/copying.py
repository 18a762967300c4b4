"""Backup and restore of a run, for a second look at the same invariants on the copy."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from config import ROOT
from embedded.servers import DATABASE, OWNER
from tests.chaos.stage import Stage

RESTORED = "restored"
# What a restore writes by itself: e-mail is held back.
CHANGED = frozenset({"mail_hold"})


@dataclass(frozen=True)
class Copy:
    """The database and the folder of data into which the backup was restored, and what went wrong on the way."""

    database: str
    var_dir: Path
    faults: list[str]


def back_up_and_restore(stage: Stage) -> Copy:
    """By the commands of the application, where it has them, else by those of PostgreSQL. Raises RuntimeError."""
    folder, var_dir = stage.folder / "backup", stage.folder / "restored"
    for old in (folder, var_dir):
        shutil.rmtree(old, ignore_errors=True)
    with stage.connect(OWNER, "postgres") as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {RESTORED} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {RESTORED} OWNER {OWNER} TEMPLATE template0")
    by = _by_the_application if (ROOT / "app" / "cli" / "backup.py").exists() else _by_postgresql
    faults = by(stage, folder, var_dir)
    shutil.rmtree(folder)
    return Copy(RESTORED, var_dir, [*faults, *_differences(stage)])


def _by_the_application(stage: Stage, folder: Path, var_dir: Path) -> list[str]:
    """`flask backup` and `flask restore`; the latter checks the copy too."""
    made = stage.flask("backup", str(folder))
    url, environment = stage.postgres.url(OWNER, RESTORED), stage.environment(RESTORED, var_dir)
    restored = stage.flask("restore", str(folder), "--into", url, environment=environment)
    both = (("backup", made), ("restore", restored))
    return [
        f"flask {name}: {done.stdout[-1000:]}{done.stderr[-1000:]}" for name, done in both if done.returncode
    ]


def _by_postgresql(stage: Stage, folder: Path, var_dir: Path) -> list[str]:
    folder.mkdir()
    dump = folder / "database.dump"
    _postgres(stage, "pg_dump", "--format=custom", f"--file={dump}", stage.postgres.url(OWNER, DATABASE))
    shutil.copytree(stage.blobs, folder / "blobs")
    _postgres(
        stage, "pg_restore", "--exit-on-error", f"--dbname={stage.postgres.url(OWNER, RESTORED)}", str(dump)
    )
    shutil.copytree(folder / "blobs", var_dir / "blobs")
    return []


def _postgres(stage: Stage, program: str, *arguments: str) -> None:
    done = stage.run([str(stage.postgres.stand.programs / program), *arguments])
    if done.returncode != 0:
        raise RuntimeError(f"{program} failed: {done.stderr[-2000:]}")


def _differences(stage: Stage) -> list[str]:
    """Tables whose rows are not the same in the copy."""
    here, there = _sums(stage, DATABASE), _sums(stage, RESTORED)
    names = sorted((here.keys() | there.keys()) - CHANGED)
    return [f"table {name} differs in the copy" for name in names if here.get(name) != there.get(name)]


def _sums(stage: Stage, database: str) -> dict[str, str]:
    with stage.connect(OWNER, database) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        found = {}
        for (table,) in tables:
            digest = hashlib.sha256()
            with connection.transaction(), connection.cursor("rows") as cursor:
                cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
                for (row,) in cursor:
                    digest.update(row.encode())
            found[table] = digest.hexdigest()
    return found
