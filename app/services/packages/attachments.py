"""The files that came with the offers: in the package byte for byte, or named there with the reason why they are not."""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Application, Attachment, OfferVersion, Procedure
from app.models.uploaded import FileState
from app.queries.uploaded import states_of
from app.services.packages import inputs
from app.services.packages.archive import Member, of_blob

LONGEST = 60
REMOVED = "removed_by_the_offeror"
NOT_OPENED = {FileState.PENDING: "waits_for_the_virus_scanner", FileState.QUARANTINED: "harmful"}


def submitted(procedure: Procedure) -> tuple[list[Member], list[dict[str, Any]]]:
    """The files that a submitted version holds, and what is said of those that were removed afterwards or are not clean.

    Of a file left out the manifest keeps the checksum, so a copy of it can still be recognised. A file that was never
    submitted is the offeror's own and is not told of.
    """
    rows = db.session.execute(
        sa.select(Attachment, Application.number)
        .join(Application, Application.id == Attachment.offer_id)
        .where(Application.call_id == procedure.id, inputs.ARRIVED, _in_a_version())
        .order_by(Application.number, Attachment.id)
    ).all()
    states = states_of(row.sha256 for row, _number in rows)
    members: list[Member] = []
    left_out: list[dict[str, Any]] = []
    place, last = 0, None
    for row, number in rows:
        place, last = (place + 1 if number == last else 1), number
        told = {"name": row.name, "requirement": row.requirement, "uploaded_at": row.uploaded_at}
        not_opened = NOT_OPENED.get(states[row.sha256])
        if row.removed_at is None and not_opened is None:
            path = f"offers/{number:05d}/attachments/{place:02d}-{_plain(row.name)}"
            members.append(of_blob(path, row.sha256, media_type=row.media_type, **told))
            continue
        left_out.append(
            {
                "offer": number,
                "sha256": row.sha256,
                "size": row.size,
                "reason": REMOVED if row.removed_at else not_opened,
                **({"at": row.removed_at} if row.removed_at else {}),
                **told,
            }
        )
    return members, left_out


def _in_a_version() -> sa.ColumnElement[bool]:
    entry = sa.func.jsonb_build_array(sa.func.jsonb_build_object("id", Attachment.public_id))
    return sa.exists().where(
        OfferVersion.offer_id == Attachment.offer_id, OfferVersion.attachments.contains(entry)
    )


def _plain(name: str) -> str:
    """The name in ASCII, such as statut-fundacji.pdf: nothing that a file system refuses."""
    file = PurePosixPath(name)
    return ".".join(filter(None, (_ascii(file.stem) or "plik", _ascii(file.suffix))))


def _ascii(text: str) -> str:
    latin = (
        unicodedata.normalize("NFKD", text.translate({0x141: "L", 0x142: "l"}))
        .encode("ascii", "ignore")
        .decode()
    )
    return re.sub(r"[^a-z0-9]+", "-", latin.lower()).strip("-")[:LONGEST]
