"""When the last of the three publications must appear for a deadline to hold, counted day by day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflows import statute
from workflows.calendar import end_of_day, local_day


@dataclass(frozen=True)
class PublicationTerm:
    """The latest day of the last publication, how many days must follow, and each of them."""

    latest: date
    days: int
    counted: tuple[date, ...]
    deadline: datetime


def publication_term(deadline: datetime) -> PublicationTerm:
    """The latest lawful day of publication for a deadline (art. 13 ust. 1): every day of the term must be over in full."""
    due = local_day(deadline)
    days = statute.number("opencall.min_offer_days", due)
    whole = due if deadline >= end_of_day(due) else due - timedelta(days=1)
    latest = whole - timedelta(days=days)
    return PublicationTerm(
        latest, days, tuple(latest + timedelta(days=number) for number in range(1, days + 1)), deadline
    )
