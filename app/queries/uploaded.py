"""What is known of uploaded files: may they be opened, and how many still wait for the scanner."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from app.extensions import db
from app.models import UploadedFile
from app.models.uploaded import FileState


def states_of(contents: Iterable[str]) -> dict[str, FileState]:
    """The state of each content; one of which nothing is known waits."""
    wanted = set(contents)
    rows = db.session.execute(
        sa.select(UploadedFile.sha256, UploadedFile.state).where(UploadedFile.sha256.in_(wanted))
    )
    return dict.fromkeys(wanted, FileState.PENDING) | {row.sha256: row.state for row in rows}


def state_of(sha256: str) -> FileState:
    """The state of one content."""
    return states_of([sha256])[sha256]


def files_waiting_for_scan(since: datetime | None = None) -> int:
    """How many files wait for the scanner, of all or of those that came before `since`."""
    waiting = sa.select(sa.func.count()).where(UploadedFile.state == FileState.PENDING)
    if since is not None:
        waiting = waiting.where(UploadedFile.first_seen_at < since)
    return db.session.scalar(waiting) or 0
