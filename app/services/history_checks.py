"""Looking the whole history over: once a day by the clock, and whenever an auditor asks."""

from datetime import timedelta

from app.models import Promise, User
from app.models.outbox import PromiseKind
from app.queries import history
from app.services import clock, outbox

EVERY = timedelta(days=1)


def ask(user: User | None) -> Promise:
    """Promise a check, or give the one that is under way already."""
    running = history.standing().running
    asked_by = user.id if user else None
    return running or outbox.add(PromiseKind.CHECK, history.CHECK, at=clock.now(), asked_by_id=asked_by)


def ask_when_due() -> bool:
    """Promise the daily check when nobody asked for one within a day; says whether it was."""
    last = history.last_asked()
    if last is not None and last + EVERY > clock.now():
        return False
    ask(None)
    return True
