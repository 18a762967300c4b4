"""Signatures under agreements and reports: who signed, for whom, and whether that suffices. A signature belongs to one text."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Application, Organisation, Signature
from app.queries import offer_signing
from workflows.engine import Refusal
from workflows.words import N_

MORE_SIGNATURES = N_(
    "%(organisation)s is represented by %(needed)s persons together. Signed, with you: %(signed)s. "
    "Add your signature and let the next representative take this step."
)


def contractors(offer: Application) -> list[Organisation]:
    """The offerors who are still parties: they sign the agreement and the reports."""
    return [party.organisation for party in offer.parties if party.resigned_at is None] or [
        offer.organisation
    ]


def signatures(case_kind: str, case_id: int, subject: str) -> Sequence[Signature]:
    """Every signature under a subject of a case in the order of signing, with its person."""
    return db.session.scalars(
        sa.select(Signature)
        .where(Signature.case_kind == case_kind, Signature.case_id == case_id, Signature.subject == subject)
        .options(joinedload(Signature.user))
        .order_by(Signature.signed_at, Signature.id)
    ).all()


def refusal_of_representation(
    organisations: Iterable[Organisation], signed: frozenset[int], person_id: int | None, now: datetime
) -> Refusal | None:
    """Why those who signed, with the person who acts, do not represent every contractor today, or None."""
    refusal = offer_signing.refusal_of_representation(organisations, signed, person_id, now)
    if refusal is not None and refusal.code == "more_signatures" and person_id is not None:
        return replace(refusal, text=MORE_SIGNATURES)
    return refusal
