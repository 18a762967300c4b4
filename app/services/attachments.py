"""Files of an offer: added and removed one by one, whatever becomes of the form beside them."""

from datetime import datetime, timedelta
from typing import IO

import sqlalchemy as sa

from app.errors import Hidden
from app.extensions import db
from app.models import Application, Attachment, User
from app.queries.offer_text import ATTACHMENTS, OfferText
from app.services import file_kinds, uploads
from app.services.drafts import touch
from app.services.file_names import clean_name
from workflows.engine import Refusal, Refused
from workflows.words import N_

MOST_FILES = 50
MOST_BYTES = 150 * file_kinds.MIB  # of one offer
MOST_BYTES_A_DAY = 1024 * file_kinds.MIB  # of one organisation, with what it removed again
CLOSED = N_("Attachments cannot be changed now. Nothing was changed.")
TOO_MANY = N_("An offer holds at most %(limit)s files. Remove one first.")
TOO_MUCH = N_(
    "The files of an offer may have at most %(limit)s MB together. Remove one first, or make the file smaller."
)
TOO_MUCH_TODAY = N_(
    "Your organisation has added more than %(limit)s MB today. Add the file tomorrow, or call the office."
)


def add(
    offer: Application, stream: IO[bytes], name: str, requirement: str, user: User | None, now: datetime
) -> Attachment:
    """Add a file to the text that is being written. Raises Refused when it is closed, UnfitFile for a bad file."""
    _check_open(offer, now)
    _check_room(offer, clean_name(name), now)
    received = uploads.receive(stream, name, now)
    row = Attachment(
        offer=offer, requirement=requirement if requirement in offer.call.required_attachments else "",
        name=received.name, sha256=received.sha256, size=received.size, media_type=received.media_type,
        uploaded_at=now, uploaded_by_id=user.id if user else None,
    )  # fmt: skip
    db.session.add(row)
    touch(offer)
    db.session.flush()
    return row


def _check_room(offer: Application, name: str, now: datetime) -> None:
    """Room for one more of the largest: what a file really has is known only when it has come."""
    of_offer = (Attachment.offer_id == offer.id, Attachment.removed_at.is_(None))
    count, size = db.session.execute(sa.select(sa.func.count(), _sum()).where(*of_offer)).one()
    if count >= MOST_FILES:
        raise file_kinds.UnfitFile(TOO_MANY, name, limit=MOST_FILES)
    if size > MOST_BYTES - file_kinds.LARGEST:
        raise file_kinds.UnfitFile(TOO_MUCH, name, limit=MOST_BYTES // file_kinds.MIB)
    offers = sa.select(Application.id).where(Application.organisation_id == offer.organisation_id)
    today = (Attachment.offer_id.in_(offers), Attachment.uploaded_at > now - timedelta(days=1))
    if (db.session.scalar(sa.select(_sum()).where(*today)) or 0) > MOST_BYTES_A_DAY - file_kinds.LARGEST:
        raise file_kinds.UnfitFile(TOO_MUCH_TODAY, name, limit=MOST_BYTES_A_DAY // file_kinds.MIB)


def _sum() -> sa.Function[int]:
    return sa.func.coalesce(sa.func.sum(Attachment.size), 0)


def remove(offer: Application, public_id: str, now: datetime) -> None:
    """Take a file out of the text that is being written; versions that hold it keep it. Raises Hidden or Refused."""
    _check_open(offer, now)
    row = find(offer, public_id)
    if row.removed_at is None:
        row.removed_at = now
        touch(offer)
    db.session.flush()


def find(offer: Application, public_id: str) -> Attachment:
    """A file of this offer, removed or not. Raises Hidden for any other."""
    row = db.session.scalar(
        sa.select(Attachment).where(Attachment.offer_id == offer.id, Attachment.public_id == public_id)
    )
    if row is None:
        raise Hidden
    return row


def was_submitted(offer: Application, row: Attachment) -> bool:
    """Whether some version of the offer holds the file; until then only the offeror sees it."""
    return any(entry["id"] == row.public_id for version in offer.versions for entry in version.attachments)


def _check_open(offer: Application, now: datetime) -> None:
    text = OfferText(offer)
    if ATTACHMENTS not in text.opened or not text.writable(now):
        raise Refused(Refusal("not_writable", CLOSED))
