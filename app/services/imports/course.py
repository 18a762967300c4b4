"""From the file to the database: a dry run that shows each row's fate, and then everything or nothing.

The file of the dry run is kept. What is taken is that file and no other, and only if the database still makes of it
what the person saw.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from app.extensions import db
from app.models import ImportRun
from app.services import blobs, spreadsheets
from app.services.imports.declaration import Asked, Fate, Import, Plan, Planned
from app.services.imports.reading import read_rows

PREVIEW_HOLDS = 60 * 60  # seconds
LONGEST_NAME = 200


class Faulty(Exception):
    """Some rows are refused, so nothing was taken."""

    def __init__(self, planned: Plan) -> None:
        super().__init__("refused rows")
        self.planned = planned


class Overtaken(Exception):
    """The database changed since the dry run, so nothing was taken; the plan is that of now."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that somebody saw a dry run of, with the digest of what it would have done then."""

    data: bytes
    name: str
    sha256: str
    digest: str


def preview(declared: Import, data: bytes, name: str, asked: Asked) -> list[Planned]:
    """What taking the file would do, row by row. Raises BadTable when it is no such table. Writes nothing."""
    return declared.plan(read_rows(declared, data, name), asked)


def take(declared: Import, kept: Kept, asked: Asked) -> Counter[Fate]:
    """Write what the dry run showed, in the caller's unit of work, and record the file; how many rows met which fate.

    Raises Faulty while one row is refused and Overtaken when the database now makes something else of the file.
    """
    rows = read_rows(declared, kept.data, kept.name)
    planned = _sound(declared.plan(rows, asked))
    declared.hold(planned, asked)
    db.session.expire_all()  # after waiting the rows must be read anew, whatever this session remembers of them
    planned = _sound(declared.plan(rows, asked))
    if digest(planned) != kept.digest:
        raise Overtaken
    fates = Counter(row.fate for row in planned)
    if fates[Fate.NEW] or fates[Fate.CHANGED]:
        run = ImportRun(
            name=declared.name, unit_id=asked.user.unit_id, file_name=kept.name, sha256=kept.sha256, taken_at=asked.now,
            taken_by_id=asked.user.id, entered=fates[Fate.NEW], changed=fates[Fate.CHANGED],
            untouched=fates[Fate.SAME] + fates[Fate.LEFT_OUT],
        )  # fmt: skip
        db.session.add(run)
        db.session.flush()
        declared.write([row for row in planned if row.fate in {Fate.NEW, Fate.CHANGED}], asked, run)
        db.session.flush()
    return fates


def _sound(planned: list[Planned]) -> list[Planned]:
    if any(row.fate is Fate.REFUSED for row in planned):
        raise Faulty(planned)
    return planned


def digest(planned: Plan) -> str:
    """What the plan does, in one checksum: the fate and the changes of each row."""
    told = [
        [row.read.number, row.fate.value, [[change.column, change.old, change.new] for change in row.changes]]
        for row in planned
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


# ---- between the dry run and the button


def keep(declared: Import, data: bytes, name: str, planned: Plan, asked: Asked) -> str:
    """Keep the file and give the token that stands for it and its plan on this person's page for an hour."""
    stored = blobs.put(BytesIO(data), spreadsheets.LARGEST)
    return _tokens().dumps([*_whose(declared, asked), stored.sha256, name[-LONGEST_NAME:], digest(planned)])


def kept(declared: Import, token: str, asked: Asked) -> Kept | None:
    """The file that this person saw here; None for a token of somebody or something else, or one older than an hour."""
    try:
        *whose, sha256, name, seen = _tokens().loads(token, max_age=PREVIEW_HOLDS)
        return Kept(blobs.read(sha256), name, sha256, seen) if whose == _whose(declared, asked) else None
    except (BadData, ValueError, TypeError, blobs.Damaged):
        return None


def _whose(declared: Import, asked: Asked) -> list[Any]:
    return [asked.user.id, declared.name, asked.about.id if asked.about is not None else None]


def _tokens() -> URLSafeTimedSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt="import")
