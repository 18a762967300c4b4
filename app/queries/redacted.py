"""The issued documents of a case of which a redacted copy can be drawn up, and the persons whom they may name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Application, Document, Promise, Signature, User
from app.queries.visibility import may_read_document
from workflows.kinds import DocumentKind


@dataclass(frozen=True)
class CopiedDocument:
    """A document with stored content; `issued_at` is the moment of its step."""

    public_id: str
    kind: DocumentKind
    code: str
    content_sha256: str
    issued_at: datetime


def documents_to_copy(case: Any) -> list[CopiedDocument]:
    """Those that the office may read now, the newest first; a copy is not copied again."""
    rows = db.session.execute(
        sa.select(Document.public_id, Document.kind, Document.code, Document.content_sha256, Promise.at)
        .join(Promise, Promise.id == Document.promise_id)
        .where(
            Document.case_kind == case.case_kind,
            Document.case_id == case.id,
            Document.kind != DocumentKind.REDACTED_COPY,
            Document.content_sha256.is_not(None),
        )
        .order_by(Document.id.desc())
    )
    return [
        CopiedDocument(public_id, kind, code, sha256, at)
        for public_id, kind, code, sha256, at in rows
        if sha256 is not None and may_read_document(case, kind, "office")
    ]


def people_named(offer: Application) -> set[str]:
    """Everybody whom a document of the offer, its agreement or its settlement may name, also who has left since.

    Contacts of every version, everybody who signed, and the people and representatives of every offeror.
    """
    names = {str(version.content.get("contact_name") or "") for version in offer.versions}
    names |= set(db.session.scalars(_signers(offer)))
    for party in offer.parties:
        for organisation in {party.organisation, party.organisation.applicant}:
            names |= {member.user.name for member in organisation.members}
            names |= {right.person_name for right in organisation.rights}
    return {name for name in names if name.strip()}


def _signers(offer: Application) -> sa.Select[str]:
    agreement = offer.agreement
    settlement = agreement.settlement if agreement is not None else None
    cases = [(row.case_kind, row.id) for row in (offer, agreement, settlement) if row is not None]
    return (
        sa.select(User.name)
        .join(Signature, Signature.user_id == User.id)
        .where(sa.tuple_(Signature.case_kind, Signature.case_id).in_(cases))
    )
