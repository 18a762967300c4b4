"""One run: servers, seed, crowd and nemesis, the quiet afterwards, the verdict, and the verdict on the restored backup."""

import contextlib
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from embedded.servers import DATABASE, OWNER
from tests.chaos import copying, verdict
from tests.chaos.breaks import BREAKS
from tests.chaos.clients import Crowd, Plan
from tests.chaos.history import History
from tests.chaos.nemesis import Nemesis, mount_disk, unmount
from tests.chaos.stage import Stage

HEJNAL = ("beat", "worker1", "worker2", "web")
BEFORE_THE_DEADLINE, LEAST_SECONDS = 0.85, 3.0


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
                self._fire()
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
        with self._timed("servers and seed"):
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

    # --- under fire -----------------------------------------------------------------------------------------------------

    def _fire(self) -> None:
        with self._timed("start of Hejnał"):
            self.stage.start_hejnal()
        wish = self.wish
        crowd = Crowd(self.stage.url, self.known, self.history, wish.seed, wish.clients, wish.patience)
        plan = Plan.of(self.known["offers"], wish.seed)
        with self._timed("sign-in"):
            self._beside(crowd.enter, None)
        nemesis = Nemesis.of(self.stage, self.history, wish.kills, wish.seed)
        with self._timed("fire"):
            self._beside(lambda: self._story(crowd, plan), nemesis)
        nemesis.heal()
        self.figures["faults"] = self.history.counts["fault"]
        if crowd.faults:
            raise RuntimeError("\n".join(crowd.faults[:5]))

    def _story(self, crowd: Crowd, plan: Plan) -> None:
        """Nine tenths of the time for writing and a few submissions, then the rush, then those who come too late."""
        part = self.breaks.written
        crowd.write(plan.evenly[::part])
        officials = threading.Thread(
            target=self._guarded(crowd.award if self.breaks.awards else list), daemon=True
        )
        officials.start()
        early = threading.Thread(target=self._guarded(lambda: crowd.submit(plan.evenly)), daemon=True)
        early.start()
        crowd.write([*plan.rush, *plan.late][::part])
        crowd.begin()
        early.join()
        rush = time.monotonic()
        racing = threading.Thread(target=self._guarded(lambda: crowd.submit(plan.rush)), daemon=True)
        racing.start()
        crowd.deadline = self._set_deadline(plan, racing, rush)
        racing.join()
        self.figures["rush"] = time.monotonic() - rush
        time.sleep(max(0, crowd.deadline - time.time()) + 0.01)
        crowd.submit(plan.late)
        officials.join()

    def _set_deadline(self, plan: Plan, racing: threading.Thread, begun: float) -> float:
        """The deadline falls into the rush: when most have been served, the others have as long as they should need."""
        standing = self.state.get("deadline", 0.0)
        if standing > time.time() or self._somebody_was_late(standing):
            return float(standing)
        most = len(plan.rush) * BEFORE_THE_DEADLINE
        while racing.is_alive() and (served := self._served(plan)) < most:
            time.sleep(0.05)
        rest = (time.monotonic() - begun) / max(1, served) * (len(plan.rush) - served)
        deadline = time.time() + max(LEAST_SECONDS, rest)
        self._until_it_works(lambda connection: _move_deadline(connection, self.known["call_id"], deadline))
        self.remember(deadline=deadline)
        return deadline

    def _served(self, plan: Plan) -> int:
        done = self.history.done.get("submit", set())
        return sum(row["offer"] in done for row in plan.rush)

    def _somebody_was_late(self, deadline: float) -> bool:
        return bool(deadline) and any(
            line["what"] == "submit" and line["outcome"] == "refused" and line["got"] > deadline
            for line in self.history.lines()
        )

    def _until_it_works(self, work: Any) -> None:
        limit = time.monotonic() + 60
        while True:
            try:
                with self.stage.connect() as connection:
                    work(connection)
                return
            except psycopg.Error:
                if time.monotonic() > limit:
                    raise
                time.sleep(0.2)

    def _guarded(self, work: Any) -> Any:
        def guarded() -> None:
            try:
                work()
            except BaseException as fault:
                self.state["fault"] = repr(fault)
                raise

        return guarded

    def _beside(self, work: Any, nemesis: Nemesis | None) -> None:
        """Run the work in a thread while this one, which alone may start children, watches and strikes."""
        thread = threading.Thread(target=self._guarded(work), daemon=True)
        thread.start()
        whole = self.wish.submissions * (1 + 1 / self.breaks.written)
        while thread.is_alive():
            self.stage.watch()
            if nemesis is not None:
                done = len(self.history.done.get("upload", ())) + len(self.history.done.get("submit", ()))
                nemesis.step(done / whole)
            thread.join(0.05)
        if "fault" in self.state:
            raise RuntimeError(self.state["fault"])

    # --- afterwards -----------------------------------------------------------------------------------------------------

    def _drain(self) -> None:
        """Wait until nothing is queued or running; give up when nothing moves any more, or after the limit."""
        begun = time.monotonic()
        with self._timed("drain"):
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
        told = verdict.Told.from_lines(self.history.lines())
        self.told = told
        with self._timed("invariants"):
            verdicts = {"run": self._judge(DATABASE, self.stage.var_dir, told)}
        if not self.breaks.name:
            with self._timed("backup and restore"):
                database, var_dir = copying.back_up_and_restore(self.stage)
                different = copying.differences(self.stage, database)
            with self._timed("invariants of the copy"):
                verdicts["restored"] = self._judge(database, var_dir, told)
            verdicts["restored"][verdict.OTHER] += [f"table {name} differs in the copy" for name in different]
            shutil.rmtree(self.stage.folder / "backup", ignore_errors=True)
        return verdicts

    def _judge(self, database: str, var_dir: Path, told: verdict.Told) -> dict[str, list[str]]:
        environment = self.stage.environment(database, var_dir)
        with self.stage.connect(OWNER, database) as connection:
            return verdict.Judge(
                connection, var_dir / "blobs", lambda *words: self.stage.flask(*words, environment=environment), told,
                self.known, self.state["deadline"],
            ).judge()  # fmt: skip

    @contextlib.contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        seconds = time.monotonic() - begun
        self.figures[what] = round(seconds, 1)
        print(f"  {what}: {seconds:.1f} s", file=sys.stderr, flush=True)


def _move_deadline(connection: psycopg.Connection[Any], call_id: int, deadline: float) -> None:
    """The call ends at that moment; nobody but the run could do this, and it does it before anybody was late."""
    moment = datetime.fromtimestamp(deadline, UTC)
    with connection.transaction():
        connection.execute("SET LOCAL transaction_read_only = off")
        connection.execute(
            "UPDATE call SET deadline = %s, due_at = %s WHERE id = %s", (moment, moment, call_id)
        )
        connection.execute(
            "UPDATE offer SET due_at = %s WHERE call_id = %s AND state = 'draft'", (moment, call_id)
        )
