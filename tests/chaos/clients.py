"""The crowd: organisations that write, attach and submit, and directors who award, all over HTTP, all at once.

Each offer is written before the rush and submitted at its own moment: a tenth of them evenly, the others in the rush
before the deadline, a few after it. Whatever is not answered is repeated with the same key until it is.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.browser import Answer, GaveUp, Pairs, Person, filled, with_token
from tests.chaos.files import small_pdf
from tests.chaos.history import History

DOUBLE_CLICK, STALE, OTHER_BODY, FOREIGN = 1 / 7, 1 / 20, 1 / 50, 1 / 50
EVENLY, TOO_LATE = 0.10, 0.02
MOST_TRIES = 60
START = {"entity": "yes", "statute": "yes", "not_for_profit": "yes", "signatures": "yes", "source": ""}


@dataclass
class Plan:
    """What a seed makes of the offers: who submits when, and which mischief goes with it."""

    evenly: list[dict[str, Any]]
    rush: list[dict[str, Any]]
    late: list[dict[str, Any]]

    @classmethod
    def of(cls, offers: list[dict[str, Any]], seed: int) -> "Plan":
        chance = random.Random(f"{seed} plan")
        rows = [{**row, "mischief": _mischief(chance)} for row in offers]
        chance.shuffle(rows)
        few, late = max(1, round(len(rows) * EVENLY)), max(1, round(len(rows) * TOO_LATE))
        return cls(rows[:few], rows[few : len(rows) - late], rows[len(rows) - late :])


def _mischief(chance: random.Random) -> list[str]:
    named = {"double": DOUBLE_CLICK, "stale": STALE, "other_body": OTHER_BODY, "foreign": FOREIGN}
    return [name for name, share in named.items() if chance.random() < share]


@dataclass
class Crowd:
    """The clients of a run. An account acts in one thread at a time, as a person does."""

    base: str
    known: dict[str, Any]
    history: History
    seed: int
    clients: int
    patience: float
    deadline: float = float("inf")
    people: list[Person] = field(init=False)
    directors: list[Person] = field(init=False)
    locks: list[threading.Lock] = field(init=False)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.people = [Person(self.base, patience=self.patience, **row) for row in self.known["accounts"]]
        self.directors = [Person(self.base, patience=self.patience, **row) for row in self.known["directors"]]
        self.locks = [threading.Lock() for _ in self.people]

    # --- at once --------------------------------------------------------------------------------------------------------

    def enter(self) -> None:
        """Everybody signs in."""
        self._each([*self.people, *self.directors], Person.sign_in)

    def write(self, rows: list[dict[str, Any]]) -> None:
        """The text is saved and a file attached, for each of these offers."""
        self._each([row for row in rows if not self.history.is_done("upload", row["offer"])], self._write)

    def submit(self, rows: list[dict[str, Any]]) -> None:
        """Each of these offers is sent."""
        self._each([row for row in rows if not self.history.is_done("submit", row["offer"])], self._submit)

    def begin(self) -> None:
        """Organisations without a draft begin one."""
        rows = self.known["beginnings"]
        self._each(
            [row for row in rows if not self.history.is_done("begin", row["organisation"])], self._begin
        )

    def award(self) -> None:
        """Directors decide on the small grants of one organisation after the other, each grant twice at the same moment."""
        for group in self.known["awards"]:
            if not self.history.is_done("award", group["grants"][-1]):
                self._award(group["grants"])

    def _each(self, items: list[Any], work: Callable[[Any], None]) -> None:
        def guarded(item: Any) -> None:
            try:
                work(item)
            except GaveUp as reason:
                self.history.write("gave_up", reason=str(reason))
                self.faults.append(f"no answer for too long: {reason}")

        with ThreadPoolExecutor(self.clients) as threads:
            list(threads.map(guarded, items))

    @contextmanager
    def _as(self, row: dict[str, Any]) -> Iterator[Person]:
        with self.locks[row["account"]]:
            yield self.people[row["account"]]

    # --- one request, until it is answered ------------------------------------------------------------------------------

    def settle(
        self, what: str, of: str, person: Person, path: str, pairs: Pairs, *, page: str,
        file: tuple[str, bytes] | None = None, twice: bool = False, number: int = 0,
    ) -> Answer:  # fmt: skip
        """Send the form until the answer is known, always with the same key. Raises GaveUp."""
        limit, tries, pause, key = (
            time.monotonic() + person.patience,
            0,
            0.1,
            dict(pairs).get("idempotency_key", ""),
        )
        while time.monotonic() < limit and tries < MOST_TRIES:
            tries += 1
            answers = self._click(person, path, pairs, file, twice and tries == 1)
            for answer in answers:
                outcome = "unknown" if answer.lost_session or not answer.known else _outcome(answer)
                self.history.write(
                    what, of=of, outcome=outcome, status=answer.status, key=key, click=number, location=answer.path,
                    sent=answer.sent, got=answer.got,
                )  # fmt: skip
            answer = next((one for one in answers if one.known and not one.lost_session), answers[0])
            if answer.known and not answer.lost_session:
                return answer
            time.sleep(pause)
            pause = min(pause * 1.5, 2)
            if answer.lost_session or answer.status == 400:
                pairs = self._under_a_fresh_token(person, page, pairs)
        raise GaveUp(f"{what} {of}")

    def _click(self, person: Person, path: str, pairs: Pairs, file: Any, twice: bool) -> list[Answer]:
        if not twice:
            return [person.ask(path, pairs, file)]
        with ThreadPoolExecutor(2) as hands:
            both = [hands.submit(one.ask, path, pairs, file) for one in (person, person.twin())]
            return [one.result() for one in both]

    def _under_a_fresh_token(self, person: Person, page: str, pairs: Pairs) -> Pairs:
        form = person.open(page).form("csrf_token")
        return pairs if form is None else with_token(pairs, filled(form))

    # --- writing --------------------------------------------------------------------------------------------------------

    def _write(self, row: dict[str, Any]) -> None:
        offer = row["offer"]
        with self._as(row) as person:
            self._save(person, offer)
            page = f"/offers/{offer}/edit/attachments"
            form = person.open(page).form("requirement", "file")
            if form is not None:
                name = f"plan-{offer}.pdf"
                answer = self.settle(
                    "upload",
                    offer,
                    person,
                    f"/offers/{offer}/attachments",
                    filled(form),
                    page=page,
                    file=(name, small_pdf(name)),
                )
                self.history.write("upload", of=offer, final=True, outcome=_outcome(answer), name=name)

    def _save(self, person: Person, offer: str) -> None:
        page = f"/offers/{offer}/edit/experience"
        form = person.open(page).form("experience")
        if form is None:
            return
        words = f"Od 2015 r. prowadzimy kursy; zapis {offer}."
        answer = self.settle("save", offer, person, page, filled(form, experience=words), page=page)
        self.history.write("save", of=offer, final=True, outcome=_outcome(answer), words=words)

    def _begin(self, row: dict[str, Any]) -> None:
        """An impatient click: every second one is a double one."""
        organisation, page = row["organisation"], f"{self.known['call']}/start"
        with self._as(row) as person:
            form = person.open(page).form("organisation", "entity")
            if form is not None:
                pairs, twice = (
                    filled(form, **START, organisation=organisation),
                    hash_of(organisation) % 2 == 0,
                )
                answer = self.settle("begin", organisation, person, page, pairs, page=page, twice=twice)
                self.history.write(
                    "begin", of=organisation, final=True, outcome=_outcome(answer), location=answer.path
                )

    # --- submitting -----------------------------------------------------------------------------------------------------

    def _submit(self, row: dict[str, Any]) -> None:
        offer, mischief = row["offer"], row["mischief"]
        page = f"/offers/{offer}/steps/submit"
        with self._as(row) as person:
            if "foreign" in mischief:
                self._as_a_stranger(row, page)
            for again in range(3):
                form = person.open(page).form("confirmed", "version")
                if form is None:
                    self.history.write("submit", of=offer, final=True, outcome="refused", got=time.time())
                    return
                pairs = filled(form, confirmed="y")
                if "stale" in mischief and again == 0:
                    self._with_a_stale_version(person, offer, page, pairs)
                    continue
                answer = self.settle(
                    "submit", offer, person, page, pairs, page=page, twice="double" in mischief
                )
                outcome = _outcome(answer)
                if outcome == "ok" or answer.got > self.deadline or again == 2:
                    break
            self.history.write(
                "submit", of=offer, final=True, outcome=outcome, got=answer.got, sent=answer.sent
            )
            if outcome == "ok":
                self._acknowledged(person, offer)
                if "other_body" in mischief:
                    self._with_another_body(person, offer, page, pairs)

    def _acknowledged(self, person: Person, offer: str) -> None:
        """What the confirmation page says: the number, the moment and the checksum that must hold for ever."""
        page = person.open(f"/offers/{offer}/confirmation")
        words = " ".join(page.text.split())
        checksum = next(
            (word for word in words.replace("<", " ").replace(">", " ").split() if _is_sha(word)), ""
        )
        number = words.partition("Number ")[2].partition(" ")[0]
        self.history.write("acknowledged", of=offer, number=number, checksum=checksum, status=page.status)

    def _with_a_stale_version(self, person: Person, offer: str, page: str, pairs: Pairs) -> None:
        old = [(n, str(int(v) - 1) if n == "version" else v) for n, v in pairs]
        answer = self.settle("stale", offer, person, page, old, page=page)
        self.history.write("mischief", of=offer, kind="stale", taken=_outcome(answer) == "ok")

    def _with_another_body(self, person: Person, offer: str, page: str, pairs: Pairs) -> None:
        answer = self.settle(
            "other_body", offer, person, page, [*pairs, ("note", "something else")], page=page
        )
        self.history.write("mischief", of=offer, kind="other_body", taken=_outcome(answer) == "ok")

    def _as_a_stranger(self, row: dict[str, Any], page: str) -> None:
        """Somebody of other organisations may neither see the draft nor send it."""
        stranger = self.people[(row["account"] + 1) % len(self.people)].twin()
        form = stranger.open(page).form("confirmed")
        own = stranger.open("/home").form("csrf_token")
        pairs = (
            [*filled(own, confirmed="y", version="1", idempotency_key=f"stranger-{row['offer']}")]
            if own is not None
            else []
        )
        answer = self.settle("foreign", row["offer"], stranger, page, pairs, page="/home")
        taken = form is not None or _outcome(answer) == "ok"
        self.history.write("mischief", of=row["offer"], kind="foreign", taken=taken)

    # --- awarding -------------------------------------------------------------------------------------------------------

    def _award(self, grants: list[str]) -> None:
        """Two directors each open the same page, and all of them press at the same moment."""
        clicks = [grant for grant in grants for _ in range(2)]
        start = threading.Barrier(len(clicks))
        with ThreadPoolExecutor(len(clicks)) as threads:
            list(threads.map(lambda n: self._decide(n, clicks[n], start), range(len(clicks))))
        for grant in grants:
            self.history.write("award", of=grant, final=True)

    def _decide(self, number: int, grant: str, start: threading.Barrier) -> None:
        director, page = (
            self.directors[number % len(self.directors)],
            f"/small-grants/{grant}/steps/award_in_full",
        )
        try:
            form = director.open(page).form("version", "csrf_token")
            pairs = filled(form) if form is not None else None
        except GaveUp:
            pairs = None
        with suppress(threading.BrokenBarrierError):
            start.wait(60)
        if pairs is not None:
            try:
                self.settle("award", grant, director, page, pairs, page=page, number=number)
            except GaveUp as reason:
                self.faults.append(f"no answer for too long: {reason}")


def _outcome(answer: Answer) -> str:
    return "ok" if answer.status in (302, 303) and not answer.lost_session else "refused"


def _is_sha(word: str) -> bool:
    return len(word) == 64 and not set(word) - set("0123456789abcdef")


def hash_of(text: str) -> int:
    """The same in every run, unlike Python's own."""
    return sum(text.encode())
