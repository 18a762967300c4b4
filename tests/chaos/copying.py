"""Backup and restore of a run, for a second look at the same invariants on the copy."""

import hashlib
import shutil
from pathlib import Path

from embedded.servers import DATABASE, OWNER
from tests.chaos.stage import Stage

RESTORED = "restored"


def back_up_and_restore(stage: Stage) -> tuple[str, Path]:
    """Give the database and the folder of data into which the backup was restored. Raises RuntimeError."""
    folder, var_dir = stage.folder / "backup", stage.folder / "restored"
    for old in (folder, var_dir):
        shutil.rmtree(old, ignore_errors=True)
    folder.mkdir()
    with stage.connect(OWNER, "postgres") as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {RESTORED} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {RESTORED} OWNER {OWNER} TEMPLATE template0")
    dump = folder / "database.dump"
    _postgres(stage, "pg_dump", "--format=custom", f"--file={dump}", stage.postgres.url(OWNER, DATABASE))
    shutil.copytree(stage.blobs, folder / "blobs")
    _postgres(
        stage, "pg_restore", "--exit-on-error", f"--dbname={stage.postgres.url(OWNER, RESTORED)}", str(dump)
    )
    shutil.copytree(folder / "blobs", var_dir / "blobs")
    return RESTORED, var_dir


def _postgres(stage: Stage, program: str, *arguments: str) -> None:
    done = stage.run([str(stage.postgres.stand.programs / program), *arguments])
    if done.returncode != 0:
        raise RuntimeError(f"{program} failed: {done.stderr[-2000:]}")


def differences(stage: Stage, copy: str) -> list[str]:
    """Tables whose rows are not the same in the copy."""
    both = [_sums(stage, database) for database in (DATABASE, copy)]
    return [table for table in both[0] | both[1] if both[0].get(table) != both[1].get(table)]


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
