"""One form, sent until its answer is known, always with the same key."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.chaos.browser import Answer, GaveUp, Pairs, Person, filled, with_token
from tests.chaos.history import History

MOST_TRIES = 60


@dataclass(frozen=True)
class Letter:
    """What is sent and about what; `page` is where a fresh token is found when the session ended meanwhile."""

    what: str
    of: str
    path: str
    pairs: Pairs = field(repr=False)
    page: str
    file: tuple[str, bytes] | None = None
    twice: bool = False


def settle(letter: Letter, person: Person, history: History) -> Answer:
    """The answer; each try is a line of the history. Raises GaveUp."""
    limit, pause, pairs = time.monotonic() + person.patience, 0.1, letter.pairs
    for tried in range(MOST_TRIES):
        answers = _click(letter, person, pairs, twice=letter.twice and not tried)
        for answer in answers:
            history.write(
                letter.what, of=letter.of, outcome=outcome(answer), status=answer.status, location=answer.path,
                key=dict(pairs).get("idempotency_key", ""), sent=answer.sent, got=answer.got,
            )  # fmt: skip
        answer = next((one for one in answers if outcome(one) != "unknown"), answers[0])
        if outcome(answer) != "unknown":
            return answer
        if time.monotonic() > limit:
            break
        time.sleep(pause)
        pause = min(pause * 1.5, 2)
        if answer.lost_session or answer.status == 400:
            fresh = person.open(letter.page).form("csrf_token")
            pairs = pairs if fresh is None else with_token(pairs, filled(fresh))
    raise GaveUp(f"{letter.what} {letter.of}")


def outcome(answer: Answer) -> str:
    """Taken, refused, or not known: whoever does not know asks again."""
    if not answer.known or answer.lost_session:
        return "unknown"
    return "ok" if answer.status in (302, 303) else "refused"


def _click(letter: Letter, person: Person, pairs: Pairs, *, twice: bool) -> list[Answer]:
    if not twice:
        return [person.ask(letter.path, pairs, letter.file)]
    with ThreadPoolExecutor(2) as hands:
        both = [hands.submit(one.ask, letter.path, pairs, letter.file) for one in (person, person.twin())]
        return [one.result() for one in both]
