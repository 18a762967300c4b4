"""The supervisor: starts children, watches them, and stops them in the opposite order."""

from __future__ import annotations

import contextlib
import fcntl
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from config import ROOT
from embedded.processes import CannotRun, Child

SERVERS = ("postgresql", "valkey")


class Stopped(Exception):
    """Somebody asked us to stop."""


class Supervisor:
    """Owns the children, in the order of their start, and ends them in the opposite order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.children: list[Child] = []
        self.restart_at: dict[str, float] = {}
        self.signals = 0
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, self._asked_to_stop)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # under nohup a closed terminal is no request
            signal.signal(signal.SIGHUP, self._asked_to_stop)

    def _asked_to_stop(self, *_: object) -> None:
        self.signals += 1
        if self.signals > 1:  # asked twice: in a hurry
            for child in self.children:
                if child.process is not None:
                    child.process.send_signal(child.quit_signal)

    def pause(self) -> None:
        """Let a tenth of a second pass between two looks; raise `Stopped` when somebody asked."""
        if self.signals:
            raise Stopped
        time.sleep(0.1)

    def start(self, child: Child, answers: Callable[[], bool], seconds: float = 30) -> None:
        """Start a child and wait until it answers."""
        self.children.append(child)
        child.start()
        limit = time.monotonic() + seconds
        while not answers():
            if not child.alive():
                raise CannotRun(f"{child.name} ended at once; its log {child.log} says why:\n{child.tail()}")
            if time.monotonic() > limit:
                raise CannotRun(f"{child.name} does not answer after {seconds:.0f} s; look into {child.log}.")
            self.pause()

    def step(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        """Run a command to its end; what it prints goes to its log."""
        child = Child(name, command, self.folder, environment, options={"cwd": str(ROOT)})
        self.children.append(child)
        child.start()
        try:
            while child.alive():
                self.pause()
        except Stopped:
            child.stop()
            raise
        code = child.process.returncode if child.process else 0
        self.children.remove(child)
        child.stop()
        if code != 0:
            raise CannotRun(
                f"`{' '.join(command[2:])}` failed; its log {child.log} says why:\n{child.tail()}"
            )

    def watch(self) -> None:
        """Keep each child alive until somebody asks to stop. One that keeps ending starts ever less often."""
        while True:
            self.pause()
            for child in self.children:
                if not child.alive():
                    self._raise_again(child)

    def _raise_again(self, child: Child) -> None:
        now = time.monotonic()
        if child.name not in self.restart_at:
            child.failures = child.failures + 1 if now - child.started < 60 else 1
            wait = min(2**child.failures, 60) / 2
            self.restart_at[child.name] = now + wait
            print(f"{child.name} ended by itself; it starts again in {wait:.0f} s. Its log: {child.log}")
        elif now >= self.restart_at[child.name]:
            del self.restart_at[child.name]
            child.start()

    def stop(self) -> None:
        """Stop everything: Hejnał's own processes all at once, then the servers, the last started first."""
        for child in self.children:
            if child.name not in SERVERS:
                child.ask()
        for child in reversed(self.children):
            child.stop(1 if self.signals > 1 else None)
        self.children.clear()


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for one supervisor."""
    with (folder / "lock").open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(
                f"another `make run` uses {folder}: stop it, or give a second copy its own PORT and VAR_DIR."
            ) from None
        yield
