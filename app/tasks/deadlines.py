"""The clock's tick."""

import logging

from celery import shared_task

from app.services import deadlines
from app.transaction import repeated, writing

log = logging.getLogger("hejnal.clock")


@shared_task(name="deadlines.take_due")
def take_due() -> int:
    """Take every step whose term has passed, each in its own unit of work. Gives how many were taken."""
    return sum(_take(case_kind, case_id) for case_kind, case_id in deadlines.overdue())


@repeated
def _step(case_kind: str, case_id: int) -> bool:
    with writing():
        return deadlines.take_due(case_kind, case_id) is not None


def _take(case_kind: str, case_id: int) -> bool:
    """A case on which the clock fails is put off: the terms of the other cases do not wait for its repair."""
    try:
        return _step(case_kind, case_id)
    except Exception:  # whatever it is, it concerns this case alone
        log.exception("the clock failed on %s %s", case_kind, case_id)
    with writing():
        deadlines.put_off(case_kind, case_id)
    return False
