"""The servers of a run, each a process of its own that is started again whenever it ends.

One thread only may call this: a child that is started by a thread dies with it.
"""

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import redis

from config import ROOT
from embedded.processes import CannotRun, Child
from embedded.servers import APPLICATION, DATABASE, OWNER, Postgres, Valkey, free_port
from tests import cluster
from tests.chaos.breaks import Break

SECRET_KEY = "only-for-chaos-0123456789-abcdefghijklmnopqrstuvwxyz"
WORKERS = ("worker1", "worker2")


class Stage:
    """PostgreSQL that keeps its promises, Valkey, two web workers, two Celery workers, and the beat."""

    def __init__(self, folder: Path, breaks: Break, ports: dict[str, int] | None = None) -> None:
        self.folder, self.breaks = folder, breaks
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)  # root's PostgreSQL runs as another user
        self.postgres, self.valkey = Postgres(folder), Valkey(folder)
        self.port = free_port()
        self._take(ports or {})
        self.children: dict[str, Child] = {}
        self.held_until: dict[str, float] = {}
        self.restarts = 0

    def _take(self, ports: dict[str, int]) -> None:
        """Use ports that were asked for; refuse to run where somebody has one of them."""
        for name, port in ports.items():
            with socket.socket() as probe:
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    raise CannotRun(f"port {port}, asked for {name}, is taken") from None
        self.port = ports.get("web", self.port)
        self.postgres.port = ports.get("postgresql", self.postgres.port)
        if "valkey" in ports:
            self.valkey.port = ports["valkey"]
            self.valkey.url = f"redis://:{self.valkey.password}@127.0.0.1:{ports['valkey']}/0"

    # --- addresses ----------------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def var_dir(self) -> Path:
        return self.folder / "var"

    @property
    def blobs(self) -> Path:
        return self.var_dir / "blobs"

    def environment(self, database: str = DATABASE, var_dir: Path | None = None) -> dict[str, str]:
        """How the application finds the servers of this run."""
        return {
            "DATABASE_URL": self.postgres.url(APPLICATION, database),
            "DATABASE_OWNER_URL": self.postgres.url(OWNER, database),
            "REDIS_URL": self.valkey.url,
            "SECRET_KEY": SECRET_KEY,
            "VAR_DIR": str(var_dir or self.var_dir),
            "PORT": str(self.port),
            "BASE_URL": self.url,
            "HEJNAL_PASSWORD_MEMORY_KIB": "8",
            "HEJNAL_LOG_LEVEL": "WARNING",
            **self.breaks.environment,
        }

    def connect(self, role: str = OWNER, database: str = DATABASE) -> psycopg.Connection[Any]:
        """A connection past the application."""
        return psycopg.connect(self.postgres.url(role, database), autocommit=True, connect_timeout=5)

    # --- starting -----------------------------------------------------------------------------------------------------

    def start_database(self, *, damaged: bool) -> None:
        """PostgreSQL and Valkey, until both answer; `damaged` with the settings of the negative control."""
        self.postgres.prepare()
        self.postgres._single("postgres", [f"ALTER ROLE {OWNER} CREATEDB"])  # for the copy that is restored
        database = self.postgres.child()
        database.command += [part for setting in self.breaks.settings if damaged for part in ("-c", setting)]
        self.valkey.prepare()
        for child, answers in ((database, self.postgres.answers), (self.valkey.child(), self.valkey.answers)):
            self.children[child.name] = child
            child.start()
            self.wait(answers, 60)

    def start_hejnal(self) -> None:
        """Workers, beat and web, until /readyz says yes."""
        for child in (*map(self._worker, WORKERS), self._beat(), self._web()):
            if child.name not in self.breaks.not_started:
                self.children[child.name] = child
                child.start()
        self.wait(self.ready, 120)

    def _child(self, name: str, command: list[str], **more: Any) -> Child:
        surrounded = {**cluster.surroundings(), **self.environment()}
        return Child(
            name,
            [sys.executable, "-m", *command],
            self.folder,
            surrounded,
            options={"cwd": str(ROOT)},
            **more,
        )

    def _worker(self, name: str) -> Child:
        celery = ["celery", "-A", "worker:celery", "worker", "-c", "1", "-n", f"{name}@chaos"]
        return self._child(name, [*celery, "--without-gossip", "--without-mingle", "--loglevel", "warning"])

    def _beat(self) -> Child:
        beat = [
            "celery",
            "-A",
            "worker:celery",
            "beat",
            "--pidfile=",
            "-s",
            str(self.folder / "beat-schedule"),
        ]
        return self._child("beat", [*beat, "--loglevel", "warning"])

    def _web(self) -> Child:
        web = ["gunicorn", self.breaks.application, "--bind", f"127.0.0.1:{self.port}", "--no-control-socket"]
        web += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "5"]
        return self._child("web", web, stop_signal=signal.SIGQUIT)

    def ready(self) -> bool:
        """Whether /readyz says yes; where a control leaves out a process, whether web and worker live."""
        if self.breaks.not_started:
            return cluster._says_yes(f"{self.url}/healthz") and self._worker_seen()
        return cluster._says_yes(f"{self.url}/readyz")

    def _worker_seen(self) -> bool:
        with redis.Redis.from_url(self.valkey.url, socket_timeout=2) as client:
            return bool(client.exists("hejnal:worker-seen"))

    def flask(
        self, *words: str, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of the application to its end, while whatever ends meanwhile is started again."""
        return self.run([sys.executable, "-m", "flask", "--app", "wsgi", *words], environment)

    def run(
        self, command: list[str], environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """The same for any command."""
        surrounded = {**cluster.surroundings(), **(environment or self.environment())}
        return subprocess.run(command, cwd=ROOT, env=surrounded, capture_output=True, text=True, check=False)

    # --- watching -----------------------------------------------------------------------------------------------------

    def watch(self) -> None:
        """Start again what has ended; whatever a killed server left behind goes first."""
        for child in self.children.values():
            if child.alive() or time.monotonic() < self.held_until.get(child.name, 0):
                continue
            if child.process is not None:
                self._bury(child)
            self.restarts += 1
            self.held_until[child.name] = time.monotonic() + 0.5
            child.start()

    def _bury(self, child: Child) -> None:
        """Gunicorn's workers notice a second later that their master is gone, and hold its port until then."""
        assert child.process is not None
        try:
            os.killpg(child.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return

    def wait(self, answers: Callable[[], bool], seconds: float) -> None:
        """Watch until it holds. Raises RuntimeError with the logs when it takes too long."""
        limit = time.monotonic() + seconds
        while not answers():
            self.watch()
            if time.monotonic() > limit:
                logs = "\n".join(f"--- {name}\n{child.tail(15)}" for name, child in self.children.items())
                raise RuntimeError(f"the servers do not answer within {seconds:.0f} s\n{logs}")
            time.sleep(0.1)

    def pids_below(self, name: str) -> list[int]:
        """The processes that this one has started."""
        process = self.children[name].process
        if process is None:
            return []
        listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        return [int(word) for word in listed.read_text().split()] if listed.exists() else []

    def limit_files(self, size: int) -> None:
        """No process of Hejnał writes a file beyond this size, as on a full disk; -1 takes the limit away."""
        for name in ("web", *WORKERS):
            process = self.children[name].process if name in self.children else None
            for pid in [*([process.pid] if process else []), *self.pids_below(name)]:
                try:
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, -1))
                except (ProcessLookupError, PermissionError):
                    continue

    def stop(self) -> None:
        """Everything, the last started first."""
        for child in self.children.values():
            child.ask()
        for child in reversed(self.children.values()):
            child.stop(10)
        self.children.clear()

    def remove(self) -> None:
        """Everything that the servers have written."""
        home = (self.folder / "pg").resolve().parent
        shutil.rmtree(self.folder, ignore_errors=True)
        if home.parent == Path("/var/lib"):
            shutil.rmtree(
                home, ignore_errors=True
            )  # root's data went to a place that PostgreSQL's user can reach
