"""What the clients saw, drawn from the history of a run."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Told:
    """Answers and last words, by the public name of the offer, the organisation or the grant."""

    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    sent: dict[str, float] = field(default_factory=dict)
    final: dict[str, dict[str, Any]] = field(default_factory=dict)
    begun: dict[str, set[str]] = field(default_factory=dict)
    saved: dict[str, str] = field(default_factory=dict)
    attached: dict[str, str] = field(default_factory=dict)
    keyed: set[str] = field(default_factory=set)
    answers: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    mischief: list[dict[str, Any]] = field(default_factory=list)
    awarded: set[str] = field(default_factory=set)

    @classmethod
    def from_lines(cls, lines: Iterator[dict[str, Any]]) -> "Told":
        told = cls()
        for line in lines:
            reader = getattr(told, f"_read_{line['what']}", None)
            if reader is not None:
                reader(line)
        return told

    def _read_submit(self, line: dict[str, Any]) -> None:
        if line.get("final"):
            self.final[line["of"]] = line
        else:
            self._answer(line)
            self.sent[line["of"]] = min(line["sent"], self.sent.get(line["of"], line["sent"]))
        if line["outcome"] == "ok":
            self.acknowledged.setdefault(line["of"], {})

    def _read_acknowledged(self, line: dict[str, Any]) -> None:
        self.acknowledged[line["of"]] = line

    def _read_begin(self, line: dict[str, Any]) -> None:
        if line["outcome"] == "ok":
            self.begun.setdefault(line["of"], set()).add(line["location"])
        if not line.get("final"):
            self._answer(line)

    def _read_save(self, line: dict[str, Any]) -> None:
        if line.get("final") and line["outcome"] == "ok":
            self.saved[line["of"]] = line["words"]

    def _read_upload(self, line: dict[str, Any]) -> None:
        if line.get("final") and line["outcome"] == "ok":
            self.attached[line["of"]] = line["name"]
        if line.get("key"):
            self.keyed.add(line["of"])

    def _read_award(self, line: dict[str, Any]) -> None:
        if not line.get("final"):
            self._answer(line)
            if line["outcome"] == "ok":
                self.awarded.add(line["of"])

    def _read_mischief(self, line: dict[str, Any]) -> None:
        self.mischief.append(line)

    def _answer(self, line: dict[str, Any]) -> None:
        if line["key"] and line["outcome"] != "unknown":
            self.answers[line["of"], line["key"]].append(line["outcome"])
