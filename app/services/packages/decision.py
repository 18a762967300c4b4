"""The decision package of a call or an intake: everything from which its decision can be followed and reckoned again.

It is built of what stands in the database and in the store at one moment. Its own moment is that of the last entry of
the history in it, not the clock, so building it again from the same state gives the same bytes.
"""

import codecs
import csv
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, BinaryIO

import sqlalchemy as sa

from app.extensions import db
from app.models import APPLICATIONS, Application, Call, Document, OfferVersion, Procedure
from app.services.packages import attachments, covered, inputs
from app.services.packages.archive import Member, canonical, of_bytes, of_rows
from app.services.packages.covered import Cases
from reports.sheet_cells import guarded
from workflows.kinds import DocumentKind

D = DocumentKind
FOLDERS = {D.OFFER: "offers", D.FORMAL_CARD: "cards", D.SCORING_CARD: "cards", D.PROTOCOL: "protocol"}
OTHER = "documents"


def cases_of(procedure: Procedure) -> Cases:
    """The call or intake and every application that arrived in it."""
    application = APPLICATIONS[procedure.case_kind]
    arrived = sa.select(Application.id).where(Application.call_id == procedure.id, inputs.ARRIVED)
    return (
        (procedure.case_kind, (procedure.id,)),
        (application.case_kind, db.session.scalars(arrived).all()),
    )


def gather(procedure: Procedure) -> tuple[list[Member], dict[str, Any]]:
    """The members of the package and the head of its manifest. Raises NotReady while a document is still being made."""
    cases = cases_of(procedure)
    files, left_out = attachments.submitted(procedure)
    members = [
        of_rows("registers/offers.json", partial(inputs.applications, procedure)),
        Member("registers/offers.csv", partial(_csv, procedure)),
        of_bytes("ranking/rules.json", canonical(inputs.rules(procedure))),
        covered.history_member(cases),
        *_documents(cases),
        *_versions(procedure),
        *files,
    ]
    if isinstance(procedure, Call):
        members += [
            of_rows("ranking/cards.json", partial(inputs.cards, procedure)),
            of_bytes("ranking/exclusions.json", canonical(inputs.exclusions(procedure))),
            of_bytes("ranking/allocation.json", canonical(inputs.allocation(procedure))),
        ]
    head = {
        "covers": covered.span(cases),
        "heads": covered.heads(cases),
        "not_made": covered.not_made(cases),
        "left_out": left_out,
    }
    return members, head


class _Lines:
    """Text for a file of bytes, in UTF-8."""

    def __init__(self, target: BinaryIO) -> None:
        self.target = target

    def write(self, text: str) -> None:
        self.target.write(text.encode())


def _csv(procedure: Procedure, target: BinaryIO) -> None:
    write_csv(inputs.applications(procedure), target)


def write_csv(rows: Iterable[dict[str, Any]], target: BinaryIO) -> None:
    """The rows as CSV: UTF-8 with its mark, semicolons; what could be read as a formula begins with an apostrophe."""
    target.write(codecs.BOM_UTF8)
    writer = csv.writer(_Lines(target), delimiter=";", lineterminator="\r\n")
    for place, row in enumerate(rows):
        if not place:
            writer.writerow(row)
        writer.writerow([_cell(value) for value in row.values()])


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return guarded(str(value))
        case list():
            return guarded(", ".join(map(str, value)))
    return canonical(value).decode().strip().strip('"')


def _documents(cases: Cases) -> list[Member]:
    rows = db.session.execute(
        sa.select(Application.id, Application.number).where(Application.id.in_(cases[1][1]))
    )
    numbers = {row.id: row.number for row in rows}
    return [
        covered.document_member(_folder(document, numbers), document, issued_at)
        for document, issued_at in covered.documents(cases)
    ]


def _folder(document: Document, numbers: dict[int, int | None]) -> str:
    folder = FOLDERS.get(document.kind, OTHER)
    if document.case_kind in {"call", "intake"}:
        return folder
    return f"{folder}/{numbers[document.case_id] or 0:05d}"


def _versions(procedure: Procedure) -> list[Member]:
    """Each submitted version of each application, with the text over which its checksum is taken."""
    rows = db.session.execute(
        sa.select(OfferVersion.id, OfferVersion.number, Application.number)
        .join(Application, Application.id == OfferVersion.offer_id)
        .where(Application.call_id == procedure.id, inputs.ARRIVED)
        .order_by(OfferVersion.id)
    )
    return [
        Member(f"offers/{number:05d}/version-{version:03d}.json", _version(version_id))
        for version_id, version, number in rows
    ]


def _version(version_id: int) -> Callable[[BinaryIO], None]:
    """The text is read when it is written: all offers of a call at once might not fit into memory."""
    told = ("number", "kind", "made_at", "checksum", "content", "attachments")

    def write(target: BinaryIO) -> None:
        columns = [getattr(OfferVersion, name) for name in told]
        row = db.session.execute(sa.select(*columns).where(OfferVersion.id == version_id)).mappings().one()
        target.write(canonical(dict(row)))

    return write
