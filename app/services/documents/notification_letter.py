"""A letter of a run: the version of the template that the run names, filled with what holds for the offer at that moment."""

from datetime import datetime

from app.extensions import db
from app.models import Application, LetterRun, LetterTemplateVersion, User
from app.services.documents.frame import addressee, contact, frame
from app.services.documents.letter_fields import text_of, values
from reports import notification_letter as report
from reports.blocks import Person


def gather(offer: Application, run_id: int | None, at: datetime) -> report.NotificationLetter:
    """The letter of the run to this offeror. Raises NoResultFound without a run."""
    run = db.session.get_one(LetterRun, run_id)
    return of_version(run.version, offer, run.asked_by, at)


def of_version(
    version: LetterTemplateVersion, offer: Application, writer: User, at: datetime
) -> report.NotificationLetter:
    """What a version of a template says to this offeror at `at`, in the name of `writer`."""
    title, text = text_of(version)
    return report.NotificationLetter(
        frame=frame(offer, at, ()),
        addressee=addressee(offer, at),
        title=title,
        text=text,
        values=values(title.names | text.names, offer, at),
        contact=contact(offer.call),
        signatory=Person(writer.name, offer.call.unit.name),
    )
