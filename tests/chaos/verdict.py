"""What must hold afterwards: the application's own invariants, and what the clients were told.

`judge` asks a database and a store, the run's own or the restored copy of it, and gives every violation under the name
of its counter.
"""

import hashlib
import json
import subprocess
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from tests.chaos.told import Told

COUNTERS = (
    "lost",
    "doubled",
    "late_accepted",
    "over_budget",
    "illegal_steps",
    "broken_chains",
    "missing_documents",
)
# Which counter a sentence of `check-invariants` belongs to, by its words; the first that fits.
WORDS = (
    ("broken_chains", ("history of ",)),
    ("illegal_steps", ("is not in the table", "its history ends in")),
    ("over_budget", ("binds", "bind", "the limit is", "awarded more", "do not sum", "over its pool")),
    ("missing_documents", ("promise ", "document")),
    ("doubled", ("has two offers",)),
    ("lost", ("has arrived without",)),
)
OTHER = "other"
OF_A_SUBMISSION = ("offer", "submission_confirmation")
Flask = Callable[..., subprocess.CompletedProcess[str]]


@dataclass
class Judge:
    """One look at a database and its store."""

    connection: psycopg.Connection[Any]
    blobs: Path
    flask: Flask
    told: Told
    known: dict[str, Any]
    deadline: float
    found: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in (*COUNTERS, OTHER)})

    def judge(self) -> dict[str, list[str]]:
        """Every violation, by its counter."""
        self._own_commands()
        self._submissions()
        self._text_and_files()
        self._once()
        self._in_time()
        self._answers()
        self._documents()
        self._money()
        return self.found

    def _own_commands(self) -> None:
        """What `check-invariants` and `verify-audit` say, both asked at once."""
        with ThreadPoolExecutor(2) as both:
            invariants, audit = both.map(self.flask, ("check-invariants", "verify-audit"))
        lines = invariants.stdout.splitlines()
        if not lines or not lines[-1].endswith("invariants broken."):
            self.found[OTHER].append(f"check-invariants did not end: {invariants.stderr[-500:]}")
        for line in lines[:-1]:
            self.found[counter_of(line)].append(line)
        if audit.returncode and not self.found["broken_chains"]:
            said = [line for line in audit.stdout.splitlines() if ", entry " in line]
            self.found["broken_chains"] += said or [f"verify-audit did not end: {audit.stderr[-500:]}"]

    def _rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, values).fetchall()

    def _submissions(self) -> None:
        """Every acknowledged submission is there, with the number and the checksum that its confirmation named."""
        rows = self._rows(
            "SELECT o.public_id, o.number, v.checksum FROM offer o LEFT JOIN offer_version v ON v.offer_id = o.id AND v.number = 1"
            " WHERE o.call_id = %s", self.known["call_id"],
        )  # fmt: skip
        stored = {public_id: (number, checksum) for public_id, number, checksum in rows}
        for offer, line in self.told.acknowledged.items():
            number, checksum = stored.get(offer, (None, None))
            if number is None or checksum is None:
                self.found["lost"].append(f"{offer} was acknowledged and is not there")
            elif line.get("status") == 200 and (str(number), checksum) != (line["number"], line["checksum"]):
                self.found["lost"].append(
                    f"{offer} was acknowledged as {line['number']} {line['checksum']}, and is {number} {checksum}"
                )

    def _text_and_files(self) -> None:
        """What was saved and attached stands in what was submitted; an offer that was begun is there."""
        rows = self._rows(
            "SELECT o.public_id, v.content ->> 'experience', v.attachments FROM offer o JOIN offer_version v ON v.offer_id = o.id"
            " WHERE o.call_id = %s AND v.number = 1", self.known["call_id"],
        )  # fmt: skip
        for offer, words, files in rows:
            if self.told.saved.get(offer, words) != words:
                self.found["lost"].append(f"{offer}: the text that was saved is not in it")
            names = [file["name"] for file in files]
            name = self.told.attached.get(offer)
            if name is not None and name not in names:
                self.found["lost"].append(f"{offer}: the file that was attached is not in it")
            if offer in self.told.keyed and len(names) != len(set(names)):
                self.found["doubled"].append(f"{offer} has a file twice")
        there = {
            row[0]
            for row in self._rows("SELECT public_id FROM offer WHERE call_id = %s", self.known["call_id"])
        }
        for organisation, places in self.told.begun.items():
            for place in places:
                if place.split("/")[2] not in there:
                    self.found["lost"].append(f"{organisation}: the draft at {place} is not there")

    def _once(self) -> None:
        """One deed, one trace: whoever began one offer has one, and no step of a submission or award stands there twice."""
        organisations = [row["organisation"] for row in self.known["beginnings"]]
        for organisation, count in self._rows(
            "SELECT g.public_id, count(*) FROM offer o JOIN organisation g ON g.id = o.organisation_id"
            " WHERE g.public_id = ANY(%s) GROUP BY 1 HAVING count(*) > 1", organisations,
        ):  # fmt: skip
            self.found["doubled"].append(f"{organisation} began one offer and has {count}")
        for query, what in (
            (
                "SELECT case_id, count(*) FROM audit_entry WHERE case_kind = 'offer' AND trigger = 'submit' GROUP BY 1",
                "submitted",
            ),
            (
                "SELECT case_id, count(*) FROM audit_entry WHERE case_kind = 'small_grant' AND trigger = 'award_in_full' GROUP BY 1",
                "awarded",
            ),
            ("SELECT offer_id, count(*) FROM receipt GROUP BY 1", "received"),
        ):
            for case_id, count in self._rows(f"{query} HAVING count(*) > 1"):
                self.found["doubled"].append(f"{case_id} was {what} {count} times")

    def _in_time(self) -> None:
        """Nothing that came after the deadline was taken, and nothing that came before it was turned away."""
        late = datetime.fromtimestamp(self.deadline, UTC)
        for offer, received in self._rows(
            "SELECT o.public_id, r.received_at FROM receipt r JOIN offer o ON o.id = r.offer_id"
            " WHERE o.call_id = %s AND r.received_at > %s", self.known["call_id"], late,
        ):  # fmt: skip
            self.found["late_accepted"].append(f"{offer} was received at {received}")
        for offer in self.told.acknowledged:
            if self.told.sent.get(offer, 0) > self.deadline:
                self.found["late_accepted"].append(f"{offer} was first sent after the deadline")
        arrived = {row[0] for row in self._rows("SELECT public_id FROM offer WHERE number IS NOT NULL")}
        for offer in self._turned_away():
            if offer in arrived:
                self.found["doubled"].append(
                    f"{offer} arrived, and its repetition was refused as another one"
                )
            else:
                self.found["lost"].append(f"{offer} was turned away although it came in time")

    def _turned_away(self) -> list[str]:
        """Offers whose last word was a refusal before the deadline."""
        return [
            offer for offer, line in self.told.final.items()
            if line["outcome"] == "refused" and line["got"] < self.deadline and offer not in self.told.acknowledged
        ]  # fmt: skip

    def _answers(self) -> None:
        """A repeated request gets the answer of the first; what nobody may do was refused."""
        for (of, key), outcomes in self.told.answers.items():
            if len(set(outcomes)) > 1:
                self.found["doubled"].append(f"{of}: the request {key} was answered {outcomes}")
        for line in self.told.mischief:
            if line["taken"]:
                counter = "doubled" if line["kind"] == "other_body" else "illegal_steps"
                self.found[counter].append(f"{line['of']}: {line['kind']} was taken")

    def _documents(self) -> None:
        """Every promise is kept, and each submission has its two documents once, their bytes as they were made."""
        for kind, name, state, count in self._rows(
            "SELECT kind, name, state, count(*) FROM promise WHERE state <> 'done' AND state <> 'cancelled' GROUP BY 1, 2, 3"
        ):
            self.found["missing_documents"] += [f"{kind} {name} is {state}"] * count
        rows = self._rows(
            "SELECT o.public_id, p.name, d.sha256 FROM offer o JOIN promise p ON p.case_kind = 'offer' AND p.case_id = o.id"
            " AND p.kind = 'document' AND p.state = 'done' LEFT JOIN document d ON d.promise_id = p.id"
            " WHERE o.call_id = %s AND o.number IS NOT NULL", self.known["call_id"],
        )  # fmt: skip
        gone = [
            f"{offer}: the bytes of {name} are not there"
            for offer, name, sha in rows
            if not self._intact(sha)
        ]
        self.found["missing_documents"] += gone
        made = Counter((offer, name) for offer, name, _ in rows)
        twice = [key for key, count in made.items() if count > 1 and key[1] in OF_A_SUBMISSION]
        self.found["doubled"] += [f"{offer} has its document {name} twice" for offer, name in twice]
        attached = self._rows("SELECT DISTINCT sha256 FROM attachment")
        self.found["lost"] += [
            f"the bytes of an attachment are not there: {sha}" for (sha,) in attached if not self._intact(sha)
        ]

    def _intact(self, sha: str | None) -> bool:
        if not sha:
            return False
        place = self.blobs / sha[:2] / sha
        return place.exists() and hashlib.sha256(place.read_bytes()).hexdigest() == sha

    def _money(self) -> None:
        """What is awarded fits the pools, counted here once more; what was said to be awarded is."""
        for title, bound, pool in self._rows(
            "SELECT c.title, sum(g.awarded_grosze), (SELECT b.amount_grosze FROM budget_entry b WHERE b.call_id = c.id"
            " ORDER BY b.id DESC LIMIT 1) FROM call c JOIN offer o ON o.call_id = c.id JOIN small_grant g ON g.id = o.id"
            " WHERE g.awarded_grosze IS NOT NULL GROUP BY c.id, c.title"
        ):
            if bound > pool:
                self.found["over_budget"].append(f"{title} is over its pool: {bound} of {pool}")
        there = {
            row[0]
            for row in self._rows(
                "SELECT o.public_id FROM offer o JOIN small_grant g ON g.id = o.id WHERE g.awarded_grosze IS NOT NULL"
            )
        }
        for grant in self.told.awarded - there:
            self.found["lost"].append(f"{grant} was awarded and is not")


def counter_of(sentence: str) -> str:
    """Under which counter a sentence of `check-invariants` falls."""
    return next((name for name, words in WORDS if any(word in sentence for word in words)), OTHER)


def write(path: Path, verdicts: dict[str, dict[str, list[str]]]) -> None:
    """Every violation with its sentence, for a person."""
    path.write_text(json.dumps(verdicts, indent=1, ensure_ascii=False), encoding="utf-8")
