"""The history signs itself and is looked over."""

from celery import shared_task

from app.services import audit_heads, history_checks
from app.transaction import writing


@shared_task(name="history.write_head")
def write_head() -> int:
    """Sign where the history stands, once an hour, and write it outside the database. Gives how many heads were written there."""
    with writing():
        if audit_heads.due():
            audit_heads.take()
    return audit_heads.write_outside()


@shared_task(name="history.check")
def check() -> bool:
    """Have the whole history looked over once a day; says whether this is the time."""
    with writing():
        return history_checks.ask_when_due()
