"""One run: servers, seed, crowd and nemesis, the quiet afterwards, the verdict, and the verdict on the restored backup."""

import contextlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from embedded.servers import DATABASE, OWNER
from tests.chaos import copying, verdict
from tests.chaos.breaks import BREAKS
from tests.chaos.fire import Fire
from tests.chaos.history import History
from tests.chaos.nemesis import mount_disk, unmount
from tests.chaos.stage import Stage
from tests.chaos.told import Told

HEJNAL = ("beat", "worker1", "worker2", "web")


@dataclass(frozen=True)
class Wish:
    """What was asked for."""

    submissions: int
    kills: int
    seed: int
    clients: int
    breaks: str
    out: Path
    drain_seconds: float
    patience: float
    template: Path | None = None
    only_seed: bool = False
    ports: dict[str, int] = field(default_factory=dict)


@dataclass
class Run:
    """The state of a run that can be taken up again: what is done stands in `state.json` and `history.jsonl`."""

    wish: Wish
    state: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.wish.out.mkdir(parents=True, exist_ok=True)
        self.wish.out.chmod(0o711)
        if self._state_file.exists():
            self.state = json.loads(self._state_file.read_text(encoding="utf-8"))
        elif self.wish.template is not None:
            self._copy(self.wish.template)
        self.breaks = BREAKS[self.wish.breaks]
        self.stage = Stage(self.wish.out / "stage", self.breaks, self.wish.ports)
        self.history = History(self.wish.out / "history.jsonl")

    @property
    def _state_file(self) -> Path:
        return self.wish.out / "state.json"

    def remember(self, **more: Any) -> None:
        """Write down how far the run has come."""
        self.state.update(more)
        self._state_file.write_text(json.dumps(self.state), encoding="utf-8")

    def _copy(self, template: Path) -> None:
        """Begin with what another run has seeded; a database that lies elsewhere cannot be copied and is made anew."""
        if (template / "stage" / "pg").is_symlink():
            return
        subprocess.run(["cp", "-a", str(template / "stage"), str(self.wish.out / "stage")], check=True)
        shutil.copy(template / "known.json", self.wish.out)
        self.remember(seeded=True)

    # --- the story ------------------------------------------------------------------------------------------------------

    def go(self) -> dict[str, int]:
        """Everything, from the first server to the last verdict. Gives the counters."""
        try:
            self._prepare()
            if self.wish.only_seed:
                return {}
            if "quiet" not in self.state:
                Fire(self).go()
                self._drain()
            verdicts = self._verdicts()
        finally:
            self.stage.stop()
        unmount(self.stage.blobs)
        verdict.write(self.wish.out / "invariants.json", verdicts)
        return {
            name: max(len(found[name]) for found in verdicts.values())
            for name in (*verdict.COUNTERS, verdict.OTHER)
        }

    def _prepare(self) -> None:
        with self.timed("servers and seed"):
            if "seeded" not in self.state:
                self.stage.start_database(damaged=False)
                self._seed()
                self.stage.stop()
                self.remember(seeded=True)
            if self.wish.only_seed:
                return
            mount_disk(self.stage.blobs)
            self.stage.start_database(damaged=True)
            if "damaged" not in self.state:
                with self.stage.connect() as connection:
                    self.breaks.damage(connection)
                self.remember(damaged=True)
            known = json.loads((self.wish.out / "known.json").read_text(encoding="utf-8"))
            few = self.wish.submissions
            self.known = {
                **known,
                "offers": known["offers"][:few],
                "beginnings": known["beginnings"][: -(-few // 5)],
            }

    def _seed(self) -> None:
        self._must("db", "upgrade")
        self._must("build-static")
        arguments = [str(self.wish.submissions), str(self.wish.seed), str(self.wish.out / "known.json")]
        done = self.stage.run([sys.executable, "-m", "tests.chaos.seeding", *arguments])
        if done.returncode != 0:
            raise RuntimeError(f"the seed failed:\n{done.stderr[-3000:]}")

    def _must(self, *words: str) -> None:
        done = self.stage.flask(*words)
        if done.returncode != 0:
            raise RuntimeError(f"flask {' '.join(words)} failed:\n{done.stderr[-3000:]}")

    # --- afterwards -----------------------------------------------------------------------------------------------------

    def _drain(self) -> None:
        """Wait until nothing is queued or running; give up when nothing moves any more, or after the limit."""
        begun = time.monotonic()
        with self.timed("drain"):
            limit, still, moved = begun + self.wish.drain_seconds, -1, begun
            while time.monotonic() < limit:
                self.stage.watch()
                left = self._left()
                if left == 0:
                    break
                if left is not None and left != still:
                    still, moved = left, time.monotonic()
                if self.breaks.not_started and time.monotonic() - moved > 15:
                    break  # nobody sweeps, so nothing will move any more
                time.sleep(0.25)
        for name in HEJNAL:
            child = self.stage.children.pop(name, None)
            if child is not None:
                child.stop(10)
        self.remember(quiet=True, figures=self.figures)

    def _left(self) -> int | None:
        try:
            with self.stage.connect() as connection:
                row = connection.execute(
                    "SELECT count(*) FROM promise WHERE state IN ('queued', 'running')"
                ).fetchone()
        except psycopg.Error:
            return None
        return int(row[0]) if row else None

    def _verdicts(self) -> dict[str, dict[str, list[str]]]:
        """The judgement on the run's own database, and on the copy that its backup gives."""
        self.figures = self.state.get("figures", self.figures)
        told = Told.from_lines(self.history.lines())
        self.told = told
        with self.timed("invariants"):
            verdicts = {"run": self._judge(DATABASE, self.stage.var_dir, told)}
        silent = self.history.counts["gave_up"]
        verdicts["run"][verdict.OTHER] += ["somebody got no answer for too long"] * silent
        if not self.breaks.name:
            with self.timed("backup and restore"):
                copy = copying.back_up_and_restore(self.stage)
            with self.timed("invariants of the copy"):
                verdicts["restored"] = self._judge(copy.database, copy.var_dir, told)
            verdicts["restored"][verdict.OTHER] += copy.faults
        return verdicts

    def _judge(self, database: str, var_dir: Path, told: Told) -> dict[str, list[str]]:
        environment = self.stage.environment(database, var_dir)
        with self.stage.connect(OWNER, database) as connection:
            return verdict.Judge(
                connection, var_dir / "blobs", lambda *words: self.stage.flask(*words, environment=environment), told,
                self.known, self.state["deadline"],
            ).judge()  # fmt: skip

    @contextlib.contextmanager
    def timed(self, what: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        seconds = time.monotonic() - begun
        self.figures[what] = round(seconds, 1)
        print(f"  {what}: {seconds:.1f} s", file=sys.stderr, flush=True)
