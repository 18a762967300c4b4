"""Files that people send: received, looked into, stored, scanned, and given back only when they are clean."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import IO, BinaryIO

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.extensions import db
from app.models import Promise, UploadedFile
from app.models.outbox import PromiseKind, PromiseState
from app.models.uploaded import FileState
from app.queries import uploaded
from app.services import blobs, clock, file_kinds, outbox, scanner
from app.services.file_names import clean_name
from workflows.engine import Refusal, Refused
from workflows.words import N_

log = logging.getLogger("hejnal.security")
WAITING = N_(
    "This file is still being checked for viruses. It can be opened as soon as that is done; try again in a few minutes."
)
QUARANTINED = N_(
    "The virus scanner found something harmful in this file. Nobody can open it. Remove it and add a clean one."
)
REFUSALS = {
    FileState.PENDING: Refusal("file_waits", WAITING),
    FileState.QUARANTINED: Refusal("file_quarantined", QUARANTINED),
}


@dataclass(frozen=True)
class Received:
    """A file that was taken: its name as we keep it, its content in the store, its kind."""

    name: str
    sha256: str
    size: int
    media_type: str


def receive(stream: IO[bytes], name: str, now: datetime) -> Received:
    """Take one file into the store and have it scanned. Raises UnfitFile; then nothing was kept.

    It goes through a temporary file, so its size in memory is that of one piece; it is judged there, before it has a
    name. The scan is a promise: whoever sends a file never waits for the scanner.
    """
    shown = clean_name(name)
    try:
        with blobs.incoming(stream, file_kinds.LARGEST) as incoming:
            with incoming.open() as file:
                media_type = file_kinds.media_type_of(file, name)
            stored = incoming.keep()
    except blobs.TooLarge as error:
        raise file_kinds.UnfitFile(file_kinds.TOO_LARGE, shown) from error
    _have_scanned(stored.sha256, now)
    return Received(shown, stored.sha256, stored.size, media_type)


def _have_scanned(sha256: str, now: datetime) -> None:
    """Note the content, once for all who send it. Each sending has it looked at anew: scanners learn."""
    state = FileState.PENDING if scanner.is_set() else FileState.CLEAN
    row = {"sha256": sha256, "state": state, "first_seen_at": now, "found": ""}
    db.session.execute(insert(UploadedFile).values(row).on_conflict_do_nothing())
    if scanner.is_set():
        outbox.add(PromiseKind.SCAN, sha256, at=now)


def opened(sha256: str) -> BinaryIO:
    """The content of a clean file. Raises Refused while it waits or when it is harmful, Damaged when it is not whole."""
    refusal = REFUSALS.get(uploaded.state_of(sha256))
    if refusal is not None:
        raise Refused(refusal)
    return blobs.opened(sha256)


def scanned(sha256: str, found: str | None, *, looked: bool = True) -> None:
    """Write down what the scanner said, or that there is none any more."""
    row = db.session.get(UploadedFile, sha256, with_for_update=True)
    if row is None:
        return
    row.scanned_at = clock.now() if looked else row.scanned_at
    row.state, row.found = (FileState.QUARANTINED, found) if found else (FileState.CLEAN, "")
    if found:
        log.warning("a harmful file is in quarantine: %s, %s", sha256, found)


def promise_missing_scans(now: datetime, most: int = 500) -> int:
    """Promise a scan of every file that no scanner has seen and that none is promised for. Gives how many."""
    if not scanner.is_set():
        return 0
    underway = sa.select(Promise.name).where(
        Promise.kind == PromiseKind.SCAN,
        Promise.state.in_((PromiseState.QUEUED, PromiseState.RUNNING, PromiseState.DEAD)),
    )
    unseen = db.session.scalars(
        sa.select(UploadedFile.sha256)
        .where(UploadedFile.scanned_at.is_(None), UploadedFile.sha256.not_in(underway))
        .order_by(UploadedFile.first_seen_at)
        .limit(most)
    ).all()
    for sha256 in unseen:
        outbox.add(PromiseKind.SCAN, sha256, at=now)
    return len(unseen)
