"""What the e-mails about a small grant say beyond those about every offer. Money in grosze, moments in UTC."""

from datetime import date, datetime
from typing import Any

from app.i18n import _, day
from app.models import Intake
from app.models.procedure import Place
from app.queries.facts.announcement import PLACE_NAMES
from app.services.notices.subject import Subject

Words = dict[str, Any]


def published(subject: Subject) -> Words:
    """Where the offer hangs since when, and the end of the term for comments."""
    rows, until = subject.detail.get("places") or {}, subject.detail.get("comments_until")
    found = [(place, rows[place.value]) for place in Place if place.value in rows]
    return {
        "places": [_place_of(_(PLACE_NAMES[place]), row) for place, row in found],
        "comments_until": datetime.fromisoformat(until) if until else None,
    }


def _place_of(name: str, row: dict[str, Any]) -> str:
    since = str(_("%(place)s, from %(day)s", place=name, day=day(date.fromisoformat(row["on"]))))
    return f"{since}: {row['reference']}" if row.get("reference") else since


def decided(subject: Subject) -> Words:
    """The amount is that of the step: an update or an annex may change the grant later."""
    intake = subject.call if isinstance(subject.call, Intake) else None
    return {
        "awarded_grosze": subject.detail.get("amount_grosze"),
        "reopens": bool(intake and intake.reopens_queue),
    }


def called_up(subject: Subject) -> Words:
    """What may be granted now, and how many days there are to confirm from the delivery of the letter."""
    intake = subject.call if isinstance(subject.call, Intake) else None
    return {
        "days": subject.detail.get("days") or (intake.confirmation_days if intake else 0),
        "published": bool(subject.detail.get("published")),
        "possible_grosze": subject.detail.get("possible_grosze"),
    }


def commented(subject: Subject) -> Words:
    """The number of the comment and nothing of its author: the e-mail is read outside the case."""
    return {"comment_number": subject.detail.get("number", "–")}
