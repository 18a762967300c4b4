"""Everything that goes wrong, in an order that the seed decides."""

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis

from embedded.servers import APPLICATION, OWNER
from tests.chaos.history import History
from tests.chaos.stage import WORKERS, Stage

# Of a hundred kills, how many hit whom; the first one is half a database, as in the field.
KILLS = {"backend": 28, "worker": 23, "postmaster": 13, "web_worker": 10, "web": 5, "valkey": 10, "beat": 11}
OTHERS = ("flushall", "disk_full", "terminate", "read_only")
PAUSES = ("pause_web", "pause_worker", "pause_valkey", "pause_backend")
PAUSE_SECONDS, SHORT_SECONDS = 3.0, 2.0
LEAST_GAP_SECONDS = 0.7
DISK_MIB = 8192


@dataclass
class Nemesis:
    """Strikes whenever the work has come so far; `heal` takes back whatever still holds."""

    stage: Stage
    history: History
    plan: list[tuple[float, str]]
    chance: random.Random
    struck: int = 0
    last: float = 0
    undo: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    @classmethod
    def of(cls, stage: Stage, history: History, kills: int, seed: int) -> "Nemesis":
        """So many kills, a pause for every third, each other fault once for every twelfth, spread over the work."""
        chance = random.Random(f"{seed} nemesis")
        forced, spared = stage.breaks.forced, stage.breaks.spared
        weights = {kind: weight for kind, weight in KILLS.items() if kind not in spared}
        faults = [forced[n % len(forced)] for n in range(kills // 2)] if forced else []
        faults += chance.choices(list(weights), list(weights.values()), k=kills - len(faults))
        faults += [PAUSES[n % len(PAUSES)] for n in range(-(-kills // 3))]
        faults += [OTHERS[n % len(OTHERS)] for n in range(len(OTHERS) * max(1, kills // 12))]
        chance.shuffle(faults)
        moments = sorted(chance.uniform(0.02, 0.97) for _ in faults)
        plan = list(zip(moments, faults, strict=True))
        return cls(stage, history, plan[history.counts["fault"] :], chance)

    def step(self, progress: float) -> None:
        """Take back what was to last until now, and strike when it is time."""
        now = time.monotonic()
        for moment, back in [row for row in self.undo if row[0] <= now]:
            self.undo.remove((moment, back))
            back()
        if self.plan and progress >= self.plan[0][0] and now - self.last > LEAST_GAP_SECONDS:
            _, fault = self.plan.pop(0)
            self.last = now
            hit = self._strike(fault)
            self.struck += 1
            self.history.write("fault", kind=fault, hit=hit, at=time.time(), progress=round(progress, 3))

    def heal(self) -> None:
        """Nothing is stopped, full or read-only any more."""
        for _, back in self.undo:
            back()
        self.undo.clear()

    def _strike(self, fault: str) -> bool:
        try:
            return bool(getattr(self, f"_{fault}")())
        except (psycopg.Error, redis.RedisError, ProcessLookupError):
            return False  # it lies on the ground already

    def _later(self, seconds: float, back: Callable[[], None]) -> None:
        self.undo.append((time.monotonic() + seconds, back))

    # --- kills ----------------------------------------------------------------------------------------------------------

    def _kill(self, pid: int | None, sign: int = signal.SIGKILL) -> bool:
        if pid is None:
            return False
        os.kill(pid, sign)
        return True

    def _main(self, name: str) -> int | None:
        child = self.stage.children.get(name)
        return child.process.pid if child and child.alive() and child.process else None

    def _below(self, name: str) -> int | None:
        pids = self.stage.pids_below(name) if self._main(name) else []
        return self.chance.choice(pids) if pids else None

    def _postmaster(self) -> bool:
        return self._kill(self._main("postgresql"))

    def _web(self) -> bool:
        return self._kill(self._main("web"))

    def _web_worker(self) -> bool:
        return self._kill(self._below("web"))

    def _valkey(self) -> bool:
        return self._kill(self._main("valkey"))

    def _beat(self) -> bool:
        return self._kill(self._main("beat"))

    def _worker(self) -> bool:
        """The worker, or only the process of its pool."""
        name = self.chance.choice(WORKERS)
        return self._kill(self._below(name) if self.chance.random() < 0.5 else self._main(name))

    def _backend(self) -> bool:
        return self._kill(self._a_backend())

    def _a_backend(self) -> int | None:
        with self.stage.connect(APPLICATION) as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid() ORDER BY random()"
            ).fetchall()
        return int(rows[0][0]) if rows else None

    # --- pauses ---------------------------------------------------------------------------------------------------------

    def _pause(self, pid: int | None) -> bool:
        def go_on() -> None:
            try:
                self._kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                return

        if self._kill(pid, signal.SIGSTOP):
            self._later(PAUSE_SECONDS, go_on)
        return pid is not None

    def _pause_web(self) -> bool:
        return self._pause(self._below("web"))

    def _pause_worker(self) -> bool:
        return self._pause(self._below(self.chance.choice(WORKERS)))

    def _pause_valkey(self) -> bool:
        return self._pause(self._main("valkey"))

    def _pause_backend(self) -> bool:
        return self._pause(self._a_backend())

    # --- what else happens ----------------------------------------------------------------------------------------------

    def _flushall(self) -> bool:
        with redis.Redis.from_url(self.stage.valkey.url, socket_timeout=2) as client:
            return bool(client.flushall())

    def _terminate(self) -> bool:
        """Every connection of the application is ended at once."""
        with self.stage.connect(APPLICATION) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()"
            )
        return True

    def _read_only(self) -> bool:
        """For two seconds the database takes no writes; sessions take the setting when they begin, so they begin anew."""
        self._alter("SET default_transaction_read_only = on")
        self._later(SHORT_SECONDS, lambda: self._alter("RESET default_transaction_read_only"))
        return True

    def _alter(self, what: str) -> None:
        limit = time.monotonic() + 60
        while True:
            try:
                with self.stage.connect(OWNER) as connection:
                    connection.execute("SET default_transaction_read_only = off")
                    connection.execute(f"ALTER DATABASE {connection.info.dbname} {what}")
                self._terminate()
                return
            except psycopg.Error:
                if time.monotonic() > limit:
                    raise
                self.stage.watch()
                time.sleep(0.2)

    def _disk_full(self) -> bool:
        """For two seconds no file of the store grows: its own small disk is full, or its processes may write no more."""
        if mounted(self.stage.blobs):
            fill(self.stage.blobs)
            self._later(SHORT_SECONDS, lambda: resize(self.stage.blobs, f"{DISK_MIB}m"))
        else:
            self.stage.limit_files(1024)
            self._later(SHORT_SECONDS, lambda: self.stage.limit_files(-1))
        return True


# --- a disk that can be filled -------------------------------------------------------------------------------------------


def mount_disk(folder: Path) -> bool:
    """Give the store a disk of its own, where the system lets us; it takes memory only for what lies on it."""
    if mounted(folder):
        return True
    if shutil.which("mount") is None or os.geteuid() != 0:
        return False
    before = folder.with_name("blobs-before")
    folder.mkdir(parents=True, exist_ok=True)
    folder.rename(before)
    folder.mkdir(mode=0o700)
    options = f"size={DISK_MIB}m,mode=0700"
    made = _succeeds(["mount", "-t", "tmpfs", "-o", options, "chaos-blobs", str(folder)])
    shutil.copytree(before, folder, dirs_exist_ok=True)
    shutil.rmtree(before)
    return made


def mounted(folder: Path) -> bool:
    """Whether the store lies on a disk of its own."""
    return folder.is_mount()


def fill(folder: Path) -> None:
    """Leave no room on it."""
    used = shutil.disk_usage(folder).used
    resize(folder, str(max(used, 4096)))


def resize(folder: Path, size: str) -> None:
    """Make the disk that large."""
    _succeeds(["mount", "-o", f"remount,size={size}", str(folder)])


def unmount(folder: Path) -> None:
    """Take the disk away, with what lies on it."""
    if mounted(folder):
        _succeeds(["umount", str(folder)])


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
