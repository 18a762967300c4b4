"""Child processes: started, watched, and stopped again, also after the supervisor itself was killed."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class CannotRun(Exception):
    """Something outside our power is in the way. The text is one sentence that says what to do."""


@dataclass
class Child:
    """A process that must not outlive the supervisor. `quit_signal` ends it at once, as cleanly as it can."""

    name: str
    command: list[str]
    folder: Path
    environment: dict[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    quit_signal: signal.Signals = signal.SIGTERM
    patience: float = 15
    options: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0
    asked: bool = False
    failures: int = 0

    @property
    def log(self) -> Path:
        return self.folder / "log" / f"{self.name}.log"

    @property
    def pid_file(self) -> Path:
        return self.folder / "run" / f"{self.name}.pid"

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches only the supervisor."""
        for path in (self.log, self.pid_file):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(self.log, "ab", opener=_private) as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with(os.getpid(), self.quit_signal),  # noqa: PLW1509 - there are no threads here
                **{"cwd": "/", **self.options},
            )
        self.started = time.monotonic()
        self.asked = False
        pid = self.process.pid
        self.pid_file.write_text(f"{pid} {self.quit_signal.value} {birth_of(pid)}\n", encoding="utf-8")

    def alive(self) -> bool:
        """Whether the process runs at this moment."""
        return self.process is not None and self.process.poll() is None

    def ask(self) -> None:
        """Ask the process to end, once, and do not wait for it."""
        if self.alive() and not self.asked:
            self._send(self.stop_signal)
            self.asked = True

    def stop(self, patience: float | None = None) -> None:
        """End the process, first the way it likes, then firmly. Afterwards it and its pid file are gone."""
        self.ask()
        if self.process is not None:
            wait = self.patience if patience is None else patience
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(wait)
            for sign in (self.quit_signal, signal.SIGKILL):
                if self.alive():
                    self._send(sign)
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        self.process.wait(5)
            self._send_group(signal.SIGKILL)
        self.process = None
        self.pid_file.unlink(missing_ok=True)

    def tail(self, lines: int = 12) -> str:
        """The end of the log, for a person who has to see why."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def _send(self, sign: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(sign)

    def _send_group(self, sign: signal.Signals) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, sign)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _die_with(parent: int, sign: signal.Signals) -> Any:
    """Give the function that asks Linux to send `sign` when the supervisor dies, however it dies."""
    if _libc is None:
        return None

    def ask() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(sign))
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask


def birth_of(pid: int) -> str:
    """Say when process `pid` began, in the system's words, or "" when there is none: pids are used again."""
    if sys.platform != "linux":
        ask = ["ps", "-o", "lstart=", "-p", str(pid)]
        return subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip()
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]


def stop_leftovers(folder: Path, patience: float = 20) -> list[str]:
    """Stop what an earlier supervisor left in `folder`, by its pid files; give the names of those."""
    left: list[tuple[str, int, str]] = []
    for path in sorted((folder / "run").glob("*.pid")):
        written = path.read_text(encoding="utf-8").strip().split(" ", 2)
        path.unlink()
        if len(written) < 3 or birth_of(int(written[0])) != written[2]:
            continue
        with contextlib.suppress(ProcessLookupError):
            os.killpg(int(written[0]), int(written[1]))
        left.append((path.stem, int(written[0]), written[2]))
    limit = time.monotonic() + patience
    for _, pid, birth in left:
        while birth_of(pid) == birth:
            if time.monotonic() > limit:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
            time.sleep(0.05)
    return [name for name, _, _ in left]


def rotate_logs(folder: Path) -> None:
    """Begin the logs anew; those of the run before stay as *.log.1."""
    for path in (folder / "log").glob("*.log"):
        path.replace(path.with_suffix(".log.1"))
