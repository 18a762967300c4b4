"""The store forgets what nothing refers to, after thirty days, and nothing else."""

import io
import os
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app.extensions import Model
from app.models import Document, Promise
from app.queries import stored_files
from app.services import attachments, blobs, clock, keeping, unreferenced
from tests.file_samples import PDF
from tests.offer_cases import NOW, world

# Columns with checksums that name no content of the store, each with its reason.
NO_REFERENCE = {
    ("arrival", "request_sha256"): "of a request that came and is not answered yet",
    ("audit_entry", "detail_sha256"): "of the details of an entry, which stand in the database",
    ("commission_member", "stated_list_sha256"): "of the list of offerors that a member saw",
    ("idempotency_key", "request_sha256"): "of a request that ran",
    ("login_session", "token_sha256"): "of what a cookie holds",
    ("uploaded_file", "sha256"): "what is known of a content outlives the content",
}


def aged(sha256: str, days: int) -> None:
    """The file was stored so many days ago."""
    at = clock.now().timestamp() - days * 86_400
    os.utime(blobs.path_of(sha256), (at, at))


def test_what_nothing_refers_to_goes_after_thirty_days_and_what_is_wanted_stays(db: Any) -> None:
    case = world()
    offer = case.written()
    kept = attachments.add(offer, io.BytesIO(PDF), "statut.pdf", "", None, NOW).sha256
    case.take(offer, "submit", "first")
    for promise in db.session.scalars(sa.select(Promise.id)).all():
        keeping.keep(promise)
    stored = [
        kept,
        *(sha for row in db.session.scalars(sa.select(Document)) for sha in (row.sha256, row.content_sha256)),
    ]
    old, young, again = (
        blobs.put_bytes(text).sha256 for text in (b"nobody's", b"nobody's yet", b"wanted again")
    )
    for sha256 in (*stored, old, again):
        aged(sha256, 31)
    aged(young, 29)
    blobs.put_bytes(b"wanted again")  # an upload that is about to be committed
    broken = blobs.waiting_room() / "broken-off"
    broken.write_bytes(b"half")
    os.utime(broken, (0, 0))
    assert set(unreferenced.unreferenced(clock.now() - timedelta(days=30))) & {
        old,
        young,
        again,
        *stored,
    } == {old}
    unreferenced.sweep(clock.now())
    assert not blobs.path_of(old).exists()
    assert not broken.exists()
    assert all(blobs.path_of(sha256).exists() for sha256 in (*stored, young, again))


def test_every_column_that_names_a_content_is_saved_and_is_asked_before_one_goes() -> None:
    named = {
        (table.name, column.name)
        for table in Model.metadata.tables.values()
        for column in table.columns
        if "sha256" in column.name
    }
    asked = {(column.class_.__tablename__, column.key) for column in stored_files.COLUMNS}
    assert named - set(NO_REFERENCE) <= asked
    assert set(NO_REFERENCE) <= named
