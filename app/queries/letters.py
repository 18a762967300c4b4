"""Letters that an applicant has to answer in a term, and whether they have been delivered."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.extensions import db
from app.models import Application, Delivery


@dataclass(frozen=True)
class LetterKind:
    """A letter: its subject in the delivery records, and the columns of its term and of the days that it gives."""

    subject: str
    due: str
    days: str


# By the word of the state in which the answer is awaited, the same in every procedure.
LETTERS = {
    "correction_called": LetterKind("correction_call", "correction_due", "correction_days"),
    "update_pending": LetterKind("update_call", "update_due", "update_days"),
    "called_up": LetterKind("calling_up", "confirmation_due", "confirmation_days"),
}


def kind_of(application: Application) -> LetterKind:
    """The letter that the applicant answers in the present state. Raises KeyError when none is awaited."""
    return LETTERS[application.state.value]


def term(application: Application) -> datetime | None:
    """The end of the term of the present letter; None while it is not delivered, or when no letter is out."""
    kind = LETTERS.get(application.state.value)
    due: datetime | None = getattr(application, kind.due) if kind else None
    return due


def undelivered(application: Application) -> Delivery | None:
    """The delivery record of the letter that waits for its delivery."""
    return db.session.scalar(
        sa.select(Delivery)
        .where(
            Delivery.case_kind == application.case_kind,
            Delivery.case_id == application.id,
            Delivery.delivered_at.is_(None),
        )
        .order_by(Delivery.id.desc())
        .limit(1)
    )
