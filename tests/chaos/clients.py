"""The crowd: organisations that begin, write, attach and submit over HTTP, all at once.

Each offer is written before the rush and submitted at its own moment: a tenth of them evenly, the others in the rush
before the deadline, a few after it. Whatever is not answered is repeated with the same key until it is.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.browser import GaveUp, Pairs, Person, filled
from tests.chaos.files import small_pdf
from tests.chaos.history import History
from tests.chaos.officials import award_all
from tests.chaos.sending import Letter, outcome, settle

DOUBLE_CLICK, STALE, OTHER_BODY, FOREIGN = 1 / 7, 1 / 20, 1 / 50, 1 / 50
EVENLY, TOO_LATE = 0.10, 0.02
FORMS_OPENED = 3  # how often somebody opens the form anew who was refused in time
START = {"entity": "yes", "statute": "yes", "not_for_profit": "yes", "signatures": "yes", "source": ""}
Row = dict[str, Any]


@dataclass
class Plan:
    """What a seed makes of the offers: who submits when, and which mischief goes with it."""

    evenly: list[Row]
    rush: list[Row]
    late: list[Row]

    @classmethod
    def of(cls, offers: list[Row], seed: int) -> "Plan":
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
    clients: int
    patience: float
    deadline: float = float("inf")
    people: list[Person] = field(init=False)
    directors: list[Person] = field(init=False)
    locks: list[threading.Lock] = field(init=False)

    def __post_init__(self) -> None:
        self.people = [Person(self.base, patience=self.patience, **row) for row in self.known["accounts"]]
        self.directors = [Person(self.base, patience=self.patience, **row) for row in self.known["directors"]]
        self.locks = [threading.Lock() for _ in self.people]

    # --- at once --------------------------------------------------------------------------------------------------------

    def enter(self) -> None:
        """Everybody signs in."""
        self._each([*self.people, *self.directors], Person.sign_in)

    def begin(self) -> None:
        """Organisations without a draft begin one."""
        self._each(self._open(self.known["beginnings"], "begin", "organisation"), self._begin)

    def write(self, rows: list[Row]) -> None:
        """The text is saved and a file attached, for each of these offers."""
        self._each(self._open(rows, "upload", "offer"), self._write)

    def submit(self, rows: list[Row]) -> None:
        """Each of these offers is sent."""
        self._each(self._open(rows, "submit", "offer"), self._submit)

    def award(self) -> None:
        """Directors decide on the small grants."""
        award_all(self.directors, self.known["awards"], self.history)

    def _open(self, rows: list[Row], what: str, named: str) -> list[Row]:
        return [row for row in rows if not self.history.is_done(what, row[named])]

    def _each(self, items: list[Any], work: Callable[[Any], None]) -> None:
        """With so many hands; somebody who gets no answer for too long stands in the history as such."""

        def guarded(item: Any) -> None:
            try:
                work(item)
            except GaveUp as reason:
                self.history.write("gave_up", reason=str(reason))

        with ThreadPoolExecutor(self.clients) as threads:
            list(threads.map(guarded, items))

    @contextmanager
    def _as(self, row: Row) -> Iterator[Person]:
        with self.locks[row["account"]]:
            yield self.people[row["account"]]

    # --- writing --------------------------------------------------------------------------------------------------------

    def _begin(self, row: Row) -> None:
        """An impatient hand: every second click is a double one."""
        organisation, page = row["organisation"], f"{self.known['call']}/start"
        with self._as(row) as person:
            form = person.open(page).form("organisation", "entity")
            if form is not None:
                pairs, twice = (
                    filled(form, **START, organisation=organisation),
                    sum(organisation.encode()) % 2 == 0,
                )
                answer = settle(
                    Letter("begin", organisation, page, pairs, page, twice=twice), person, self.history
                )
                self._last_word("begin", organisation, outcome(answer), location=answer.path)

    def _write(self, row: Row) -> None:
        offer, page = row["offer"], f"/offers/{row['offer']}/edit/attachments"
        with self._as(row) as person:
            self._save(person, offer)
            form = person.open(page).form("requirement", "file")
            if form is not None:
                file = (f"plan-{offer}.pdf", small_pdf(offer))
                letter = Letter("upload", offer, f"/offers/{offer}/attachments", filled(form), page, file)
                self._last_word("upload", offer, outcome(settle(letter, person, self.history)), name=file[0])

    def _save(self, person: Person, offer: str) -> None:
        page, words = f"/offers/{offer}/edit/experience", f"Od 2015 r. prowadzimy kursy; zapis {offer}."
        form = person.open(page).form("experience")
        if form is not None:
            letter = Letter("save", offer, page, filled(form, experience=words), page)
            self._last_word("save", offer, outcome(settle(letter, person, self.history)), words=words)

    def _last_word(self, what: str, of: str, came: str, **more: Any) -> None:
        self.history.write(what, of=of, final=True, outcome=came, **more)

    # --- submitting -----------------------------------------------------------------------------------------------------

    def _submit(self, row: Row) -> None:
        """A stranger may try first, an old form too; then the offer is sent until it is taken or too late."""
        offer, mischief = row["offer"], row["mischief"]
        page = f"/offers/{offer}/steps/submit"
        with self._as(row) as person:
            if "foreign" in mischief:
                self._as_a_stranger(row, page)
            if "stale" in mischief:
                self._with_a_stale_version(person, offer, page)
            for _ in range(FORMS_OPENED):
                letter = self._letter(person, offer, page, twice="double" in mischief)
                came, got = "refused", time.time()
                if letter is not None:
                    answer = settle(letter, person, self.history)
                    came, got = outcome(answer), answer.got
                if letter is None or came == "ok" or got > self.deadline:
                    break
            self._last_word("submit", offer, came, got=got)
            if letter is not None and came == "ok":
                self._acknowledged(person, offer)
                if "other_body" in mischief:
                    self._mischief("other_body", person, letter, [*letter.pairs, ("note", "something else")])

    def _letter(self, person: Person, offer: str, page: str, *, twice: bool = False) -> Letter | None:
        form = person.open(page).form("confirmed", "version")
        return (
            None
            if form is None
            else Letter("submit", offer, page, filled(form, confirmed="y"), page, twice=twice)
        )

    def _acknowledged(self, person: Person, offer: str) -> None:
        """What the confirmation page says: the number and the checksum that must hold for ever."""
        page = person.open(f"/offers/{offer}/confirmation")
        words = page.text.replace("<", " ").replace(">", " ").split()
        checksum = next((word for word in words if _is_sha(word)), "")
        number = words[words.index("Number") + 1] if "Number" in words else ""
        self.history.write("acknowledged", of=offer, number=number, checksum=checksum, status=page.status)

    # --- mischief -------------------------------------------------------------------------------------------------------

    def _mischief(
        self, kind: str, person: Person, letter: Letter, pairs: Pairs, *, seen: bool = False
    ) -> None:
        other = Letter(kind, letter.of, letter.path, pairs, letter.page)
        taken = seen or outcome(settle(other, person, self.history)) == "ok"
        self.history.write("mischief", of=letter.of, kind=kind, taken=taken)

    def _with_a_stale_version(self, person: Person, offer: str, page: str) -> None:
        letter = self._letter(person, offer, page)
        if letter is not None:
            old = [
                (name, str(int(value) - 1) if name == "version" else value) for name, value in letter.pairs
            ]
            self._mischief("stale", person, letter, old)

    def _as_a_stranger(self, row: Row, page: str) -> None:
        """Somebody of other organisations may neither see the draft nor send it."""
        stranger, offer = self.people[(row["account"] + 1) % len(self.people)].twin(), row["offer"]
        seen = stranger.open(page).form("confirmed") is not None
        own = stranger.open("/home").form("csrf_token")
        if own is not None:
            pairs = filled(own, confirmed="y", version="1", idempotency_key=f"stranger-{offer}")
            self._mischief(
                "foreign", stranger, Letter("foreign", offer, page, pairs, "/home"), pairs, seen=seen
            )


def _is_sha(word: str) -> bool:
    return len(word) == 64 and not set(word) - set("0123456789abcdef")
