"""Files of an offer: added and removed one by one, whatever becomes of the form beside them."""

from datetime import datetime
from io import BytesIO
from typing import IO

import sqlalchemy as sa

from app.errors import Hidden
from app.extensions import db
from app.models import Application, Attachment, User
from app.queries.offer_text import ATTACHMENTS, OfferText
from app.services import blobs, file_kinds
from app.services.drafts import touch
from app.services.drafts_text import clean_name
from workflows.engine import Refusal, Refused
from workflows.words import N_

MOST_FILES = 50
CLOSED = N_("Attachments cannot be changed now. Nothing was changed.")
TOO_MANY = N_("An offer holds at most %(limit)s files. Remove one first.")


def add(
    offer: Application, stream: IO[bytes], name: str, requirement: str, user: User | None, now: datetime
) -> Attachment:
    """Add a file to the text that is being written. Raises Refused when it is closed, UnfitFile for a bad file."""
    _check_open(offer, now)
    count = db.session.scalar(
        sa.select(sa.func.count()).where(Attachment.offer_id == offer.id, Attachment.removed_at.is_(None))
    )
    if (count or 0) >= MOST_FILES:
        raise Refused(Refusal("too_many_files", TOO_MANY, {"limit": MOST_FILES}))
    data = stream.read(file_kinds.LARGEST + 1)
    if len(data) > file_kinds.LARGEST:
        raise file_kinds.UnfitFile(file_kinds.TOO_LARGE, clean_name(name))
    media_type = file_kinds.media_type_of(data, name)
    stored = blobs.put(BytesIO(data), file_kinds.LARGEST)
    row = Attachment(
        offer=offer, requirement=requirement if requirement in offer.call.required_attachments else "",
        name=clean_name(name), sha256=stored.sha256, size=stored.size, media_type=media_type,
        uploaded_at=now, uploaded_by_id=user.id if user else None,
    )  # fmt: skip
    db.session.add(row)
    touch(offer)
    db.session.flush()
    return row


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
