"""The clock's tick."""

from celery import shared_task

from app.services import deadlines
from app.transaction import writing


@shared_task(name="deadlines.take_due")
def take_due() -> int:
    """Take every step whose term has passed, each in its own unit of work. Gives how many were taken."""
    taken = 0
    for case_kind, case_id in deadlines.overdue():
        with writing():
            taken += deadlines.take_due(case_kind, case_id) is not None
    return taken
