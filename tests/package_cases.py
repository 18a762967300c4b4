"""Packages as the worker makes them, for tests of their contents, of the check and of the pages."""

import json
import zipfile
from io import BytesIO
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Promise
from app.models.outbox import PromiseKind, PromiseState
from app.services import blobs, clock, keeping, outbox
from app.transaction import writing


def documents_made() -> None:
    """Every document that was promised is there."""
    ids = list(
        db.session.scalars(
            sa.select(Promise.id).where(Promise.kind == PromiseKind.DOCUMENT).order_by(Promise.id)
        )
    )
    db.session.commit()
    assert {keeping.keep(promise_id) for promise_id in ids} <= {"kept", None}


def asked(name: str, case: Any) -> int:
    """The promise of a package of the case."""
    with writing():
        row = outbox.add(PromiseKind.PACKAGE, name, at=clock.now(), case_kind=case.case_kind, case_id=case.id)
        return row.id


def kept(promise_id: int) -> Promise:
    """The promise, kept by a worker; what went wrong stands in the message."""
    outcome = keeping.keep(promise_id)
    row = db.session.get_one(Promise, promise_id, populate_existing=True)
    assert (outcome, row.state, row.error) == ("kept", PromiseState.DONE, None)
    return row


def packed(name: str, case: Any) -> bytes:
    """The bytes of a package of the case."""
    row = kept(asked(name, case))
    return blobs.read(row.result or "")


def files_of(package: bytes) -> dict[str, bytes]:
    """The files of a package by their paths."""
    with zipfile.ZipFile(BytesIO(package)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def manifest_of(package: bytes) -> dict[str, Any]:
    """The manifest of a package."""
    read: dict[str, Any] = json.loads(files_of(package)["manifest.json"])
    return read
