"""Files of a request, a complaint or a motion: added one by one, taken out while the case is open."""

from datetime import datetime
from typing import IO

import sqlalchemy as sa

from app.errors import Hidden
from app.extensions import db
from app.models import Request, RequestFile, User
from app.models.request import RequestFilePurpose
from app.services import file_kinds, uploads
from app.services.file_names import clean_name
from workflows.engine import Refused, wrong_state
from workflows.request import REQUEST, WAITING
from workflows.words import N_

MOST_FILES = 50
TOO_MANY = N_("A case holds at most %(limit)s files. Remove one first.")


def add(
    request: Request, stream: IO[bytes], name: str, purpose: str, user: User, now: datetime
) -> RequestFile:
    """Add a file; the case need not be open, since a scan may come later. Raises UnfitFile."""
    standing = [row for row in request.files if row.removed_at is None]
    if len(standing) >= MOST_FILES:
        raise file_kinds.UnfitFile(TOO_MANY, clean_name(name), limit=MOST_FILES)
    received = uploads.receive(stream, name, now)
    known = {member.value for member in RequestFilePurpose}
    row = RequestFile(
        request=request, purpose=RequestFilePurpose(purpose if purpose in known else "other"), name=received.name,
        sha256=received.sha256, size=received.size, media_type=received.media_type, uploaded_at=now,
        uploaded_by_id=user.id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def remove(request: Request, public_id: str, now: datetime) -> None:
    """Take a file out of an open case; of an ended one nothing is taken. Raises Hidden or Refused."""
    row = find(request, public_id)
    if request.state not in WAITING:
        raise Refused(wrong_state(REQUEST.names[request.state].internal))
    row.removed_at = row.removed_at or now
    db.session.flush()


def find(request: Request, public_id: str) -> RequestFile:
    """A file of this case that was not taken out. Raises Hidden for any other."""
    row = db.session.scalar(
        sa.select(RequestFile).where(
            RequestFile.request_id == request.id,
            RequestFile.public_id == public_id,
            RequestFile.removed_at.is_(None),
        )
    )
    if row is None:
        raise Hidden
    return row
