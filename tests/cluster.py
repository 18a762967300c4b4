"""The servers of one test run: a PostgreSQL and a Valkey in a temporary folder, and Hejnał's own processes on them.

The migrations run once, into a template; every test process and every live server gets a copy of it.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.request import urlopen

import psycopg
from psycopg import sql

from config import ROOT
from embedded.processes import Child
from embedded.servers import APPLICATION, DATABASE, OWNER, Postgres, Valkey, free_port

SECRET_KEY = "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Addresses:
    """How a test process finds the servers that the run started; `{}` stands for the name of its database."""

    folder: str
    owner_url: str
    application_url: str
    redis_url: str

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Addresses":
        return cls(**json.loads(text))

    def environment(self, database: str, number: int) -> dict[str, str]:
        """The environment of Hejnał on `database`, with the Redis database of that number."""
        var_dir = Path(self.folder) / "var" / database
        var_dir.mkdir(parents=True, exist_ok=True)
        return {
            "DATABASE_URL": self.application_url.format(database),
            "DATABASE_OWNER_URL": self.owner_url.format(database),
            "REDIS_URL": self.redis_url.format(number),
            "SECRET_KEY": SECRET_KEY,
            "VAR_DIR": str(var_dir),
            "HEJNAL_PASSWORD_MEMORY_KIB": "8",  # real Argon2, but as fast as it gets
        }

    def copy_database(self, name: str) -> None:
        """Make a fresh database out of the migrated template."""
        with psycopg.connect(self.owner_url.format("postgres"), autocommit=True) as connection:
            names = {"name": sql.Identifier(name), "template": sql.Identifier(DATABASE)}
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {name} WITH (FORCE)").format(**names))
            copy = sql.SQL("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy").format(**names)
            connection.execute(copy)


@contextmanager
def running() -> Iterator[Addresses]:
    """Start both servers, migrate the template, and stop everything afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="hejnal-test-"))
    folder.chmod(0o711)  # root's PostgreSQL runs as another user
    children: list[Child] = []
    try:
        postgres, valkey = Postgres(folder, forgetful=True), Valkey(folder)
        for server in (postgres, valkey):
            server.prepare()
            child = server.child()
            children.append(child)
            child.start()
            wait_until(server.answers, child)
        addresses = Addresses(
            str(folder),
            postgres.url(OWNER, "{}"),
            postgres.url(APPLICATION, "{}"),
            valkey.url.removesuffix("/0") + "/{}",
        )
        flask(addresses.environment(DATABASE, 0), "db", "upgrade")
        yield addresses
    finally:
        for child in reversed(children):
            child.stop()
        home = (folder / "pg").resolve().parent
        shutil.rmtree(folder, ignore_errors=True)
        if home.name.startswith("hejnal-"):  # root's data went to a place that PostgreSQL's user can reach
            shutil.rmtree(home, ignore_errors=True)


def wait_until(answers: Callable[[], bool], *children: Child, seconds: float = 60) -> None:
    """Wait until `answers` holds; fail with the children's logs when one of them ends, or when it takes too long."""
    limit = time.monotonic() + seconds
    while not answers():
        ended = [child for child in children if not child.alive()]
        if ended or time.monotonic() > limit:
            logs = [f"{child.name}:\n{child.tail(40)}" for child in ended or children]
            raise RuntimeError("\n".join(["nobody answers", *logs]))
        time.sleep(0.05)


def flask(environment: dict[str, str], *words: str) -> str:
    """Run a command of the application and give what it prints; fail with that when it fails."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    done = subprocess.run(
        command, cwd=ROOT, env={**surroundings(), **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"flask {' '.join(words)} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def surroundings() -> dict[str, str]:
    """Our own environment without what would lead Hejnał to somebody's real servers."""
    ours = (
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "BASE_URL",
        "PORT",
        "VAR_DIR",
        "DEMO",
    )
    return {k: v for k, v in os.environ.items() if k not in ours and not k.startswith(("HEJNAL_", "PG"))}


@contextmanager
def celery_worker(environment: dict[str, str], *, name: str = "worker") -> Iterator[Child]:
    """Run a real worker with one process on the servers of `environment`; it is ready when this begins."""
    folder = Path(environment["VAR_DIR"])
    celery = [sys.executable, "-m", "celery", "-A", "worker:celery"]
    command = [*celery, "worker", "-c", "1", "--without-gossip", "--without-mingle", "--loglevel", "info"]
    child = Child(name, command, folder, {**surroundings(), **environment}, options={"cwd": str(ROOT)})
    child.start()
    try:
        wait_until(lambda: " ready." in child.tail(200), child)
        yield child
    finally:
        child.stop()


@dataclass(frozen=True)
class LiveServer:
    """A whole Hejnał: web server, worker and beat on a database of its own."""

    url: str
    environment: dict[str, str]

    @property
    def var_dir(self) -> Path:
        return Path(self.environment["VAR_DIR"])

    def flask(self, *words: str) -> str:
        """Run a command, such as `live_server.flask("demo")`, and give what it prints."""
        return flask(self.environment, *words)


@contextmanager
def live(environment: dict[str, str]) -> Iterator[LiveServer]:
    """Run web server, worker and beat; /readyz says yes when this begins."""
    port = free_port()
    url = f"http://localhost:{port}"
    environment = {**environment, "PORT": str(port), "BASE_URL": url, "DEMO": "1"}
    folder, surrounded = Path(environment["VAR_DIR"]), {**surroundings(), **environment}
    flask(environment, "build-static")
    gunicorn = [
        sys.executable,
        "-m",
        "gunicorn",
        "wsgi:app",
        "--bind",
        f"127.0.0.1:{port}",
        "--no-control-socket",
    ]
    beat = [sys.executable, "-m", "celery", "-A", "worker:celery", "beat", "--pidfile=", "--loglevel", "info"]
    gunicorn += ["--worker-class", "gthread", "--threads", "4"]
    children = [
        Child("web", gunicorn, folder, surrounded, stop_signal=signal.SIGQUIT),
        Child("beat", [*beat, "-s", str(folder / "beat-schedule")], folder, surrounded),
    ]
    with celery_worker(environment):
        try:
            for child in children:
                child.options["cwd"] = str(ROOT)
                child.start()
            wait_until(lambda: _says_yes(f"{url}/readyz"), *children)
            yield LiveServer(url, environment)
        finally:
            for child in children:
                child.stop()


def _says_yes(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
