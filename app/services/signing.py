"""Signatures under agreements and reports: one row per person and represented organisation."""

from datetime import datetime
from typing import Any

from app.extensions import db
from app.models import Application, Signature
from app.queries.offer_signing import rights_on
from app.queries.signatures import contractors, signatures
from workflows.calendar import local_day
from workflows.engine import Context


def sign_for_contractors(
    case_kind: str, case_id: int, subject: str, checksum: str, offer: Application, context: Context
) -> list[dict[str, Any]]:
    """The acting person's signature stands under the text for every contractor whom the person may represent today.

    A signature that stands there already is left alone. Returns what the history says of the new ones.
    """
    standing = {
        (row.user_id, row.organisation_id)
        for row in signatures(case_kind, case_id, subject)
        if row.checksum == checksum
    }
    told = []
    for organisation in contractors(offer):
        held = [
            right
            for right in rights_on(organisation, local_day(context.now))
            if right.user_id == context.person_id
        ]
        if held and context.person_id is not None and (context.person_id, organisation.id) not in standing:
            function = held[0].function
            add_signature(
                case_kind,
                case_id,
                subject,
                checksum,
                context.person_id,
                context.now,
                function,
                organisation.id,
            )
            told.append({"organisation": organisation.name, "function": function})
    db.session.flush()
    return told


def add_signature(
    case_kind: str, case_id: int, subject: str, checksum: str, person_id: int, now: datetime, capacity: str,
    organisation_id: int | None = None,
) -> None:  # fmt: skip
    """One signature; without an organisation it is the city's."""
    row = Signature(
        case_kind=case_kind, case_id=case_id, subject=subject, checksum=checksum, user_id=person_id,
        organisation_id=organisation_id, capacity=capacity, signed_at=now,
    )  # fmt: skip
    db.session.add(row)
