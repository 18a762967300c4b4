"""Directors who award at the same moment: every grant twice, and all grants of one organisation together."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from tests.chaos.browser import GaveUp, Person, filled
from tests.chaos.history import History
from tests.chaos.sending import Letter, settle

BARRIER_SECONDS = 60


def award_all(directors: list[Person], groups: list[dict[str, Any]], history: History) -> None:
    """One organisation after the other. A director who gets no answer for too long stands in the history as such."""
    for group in groups:
        if not history.is_done("award", group["grants"][-1]):
            _award(directors, group["grants"], history)


def _award(directors: list[Person], grants: list[str], history: History) -> None:
    """Each opens the page of the step in time, and all of them press at the same moment."""
    clicks = [grant for grant in grants for _ in range(2)]
    start = threading.Barrier(len(clicks))
    with ThreadPoolExecutor(len(clicks)) as threads:
        for director, grant in zip(directors, clicks, strict=True):
            threads.submit(_decide, director, grant, start, history)
    for grant in grants:
        history.write("award", of=grant, final=True)


def _decide(director: Person, grant: str, start: threading.Barrier, history: History) -> None:
    page = f"/small-grants/{grant}/steps/award_in_full"
    try:
        form = director.open(page).form("version", "csrf_token")
        with suppress(threading.BrokenBarrierError):
            start.wait(BARRIER_SECONDS)
        if form is not None:
            settle(Letter("award", grant, page, filled(form), page), director, history)
    except GaveUp as reason:
        start.abort()
        history.write("gave_up", reason=str(reason))
