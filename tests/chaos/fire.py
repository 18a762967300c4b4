"""Under fire: the crowd at work in threads, while the first thread, which alone may start children, watches and strikes."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg

from tests.chaos.clients import Crowd, Plan
from tests.chaos.nemesis import Nemesis

if TYPE_CHECKING:
    from tests.chaos.run import Run

BEFORE_THE_DEADLINE, REST_SLACK, LEAST_SECONDS = 0.9, 1.5, 3.0
PATIENCE_SECONDS = 60


class Fire:
    """The part of a run in which everything happens at once."""

    def __init__(self, run: "Run") -> None:
        self.run, self.history, self.breaks = run, run.history, run.breaks
        self.crowd = Crowd(run.stage.url, run.known, run.history, run.wish.clients, run.wish.patience)
        self.plan = Plan.of(run.known["offers"], run.wish.seed)
        self.fault: BaseException | None = None

    def go(self) -> None:
        """Start Hejnał, let everybody in, and let it happen. Raises RuntimeError when a client breaks."""
        run = self.run
        with run.timed("start of Hejnał"):
            run.stage.start_hejnal()
        with run.timed("sign-in"):
            self._watch(self.crowd.enter, None)
        nemesis = Nemesis.of(run.stage, self.history, run.wish.kills, run.wish.seed)
        with run.timed("fire"):
            self._watch(self._story, nemesis)
        nemesis.heal()
        run.figures["faults"] = self.history.counts["fault"]

    def _story(self) -> None:
        """Writing and a few submissions first, then the rush, in which the deadline falls, then those who come too late."""
        crowd, plan, part = self.crowd, self.plan, self.breaks.written
        crowd.write(plan.evenly[::part])
        officials = self._thread(crowd.award if self.breaks.awards else list)
        early = self._thread(lambda: crowd.submit(plan.evenly))
        crowd.write([*plan.rush, *plan.late][::part])
        crowd.begin()
        early.join()
        begun = time.monotonic()
        racing = self._thread(lambda: crowd.submit(plan.rush))
        crowd.deadline = self._deadline(racing, begun)
        racing.join()
        before = self.run.state.get("rush_seconds", 0)
        self.run.remember(rush_seconds=before + time.monotonic() - begun)
        time.sleep(max(0, crowd.deadline - time.time()) + 0.01)
        crowd.submit(plan.late)
        officials.join()

    # --- the deadline ---------------------------------------------------------------------------------------------------

    def _deadline(self, racing: threading.Thread, begun: float) -> float:
        """It falls into the rush: when most have been served, the others have as long as they should need.

        A run that goes on keeps the one that stands, unless it passed while nobody was there.
        """
        standing = float(self.run.state.get("deadline", 0))
        if standing > time.time() or self._somebody_was_late(standing):
            return standing
        whole, before = len(self.plan.rush), len(self.plan.evenly)
        served = self._served() - before
        while racing.is_alive() and served < whole * BEFORE_THE_DEADLINE:
            time.sleep(0.05)
            served = self._served() - before
        rest = REST_SLACK * (time.monotonic() - begun) / max(1, served) * (whole - served)
        deadline = time.time() + max(LEAST_SECONDS, rest)
        self._move(deadline)
        self.run.remember(deadline=deadline)
        return deadline

    def _served(self) -> int:
        return len(self.history.done.get("submit", ()))

    def _somebody_was_late(self, deadline: float) -> bool:
        refused = (
            line for line in self.history.lines() if line["what"] == "submit" and line["outcome"] == "refused"
        )
        return bool(deadline) and any(line["got"] > deadline for line in refused)

    def _move(self, deadline: float) -> None:
        """The call ends at that moment. Only the run can do this, and it does it before anybody is late."""
        moment, call_id = datetime.fromtimestamp(deadline, UTC), self.run.known["call_id"]
        limit = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with self.run.stage.connect() as connection, connection.transaction():
                    connection.execute("SET LOCAL transaction_read_only = off")
                    connection.execute(
                        "UPDATE call SET deadline = %s, due_at = %s WHERE id = %s", (moment, moment, call_id)
                    )
                    connection.execute(
                        "UPDATE offer SET due_at = %s WHERE call_id = %s AND state = 'draft'",
                        (moment, call_id),
                    )
                return
            except psycopg.Error:
                if time.monotonic() > limit:
                    raise
                time.sleep(0.2)

    # --- threads --------------------------------------------------------------------------------------------------------

    def _thread(self, work: Callable[[], Any]) -> threading.Thread:
        def guarded() -> None:
            try:
                work()
            except BaseException as fault:
                self.fault = fault
                raise

        thread = threading.Thread(target=guarded, daemon=True)
        thread.start()
        return thread

    def _watch(self, work: Callable[[], None], nemesis: Nemesis | None) -> None:
        """Until the work is done; what has ended is started again, and what is to happen happens."""
        thread, whole = self._thread(work), self.run.wish.submissions * (1 + 1 / self.breaks.written)
        while thread.is_alive():
            self.run.stage.watch()
            if nemesis is not None:
                done = sum(len(self.history.done.get(what, ())) for what in ("upload", "submit"))
                nemesis.step(done / whole)
            thread.join(0.05)
        if self.fault is not None:
            raise RuntimeError(f"a client broke: {self.fault!r}")
