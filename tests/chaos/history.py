"""What the clients saw: one JSON line for each answer, in the order of the answers; it outlives the run."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class History:
    """Appends lines; a run that goes on reads what it wrote before."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.done: dict[str, set[str]] = {}
        for line in self.lines():
            self._count(line)
        self._cut_torn_line()
        self.file = path.open("a", encoding="utf-8")

    def lines(self) -> Iterator[dict[str, Any]]:
        """Everything that was written, also a moment ago; a line that a kill cut off is left out."""
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8") as file:
            for text in file:
                if text.endswith("\n"):
                    yield json.loads(text)

    def _cut_torn_line(self) -> None:
        if self.path.exists():
            whole = self.path.read_bytes()
            self.path.write_bytes(whole[: whole.rfind(b"\n") + 1])

    def write(self, what: str, **more: Any) -> None:
        """One line, on its way to the disk when this ends."""
        line = {"what": what, **more}
        with self.lock:
            self._count(line)
            self.file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self.file.flush()

    def _count(self, line: dict[str, Any]) -> None:
        self.counts[line["what"]] += 1
        if line.get("outcome") == "unknown":
            self.counts["unknown"] += 1
        if "of" in line and line.get("final"):
            self.done.setdefault(line["what"], set()).add(line["of"])

    def is_done(self, what: str, of: str) -> bool:
        """Whether the last word on this was written already."""
        return of in self.done.get(what, ())
