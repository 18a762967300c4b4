"""Who may sign for whom on a day, and whether enough of them have signed one text."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app.extensions import db
from app.models import Organisation, RepresentationRight, Signature
from workflows.calendar import local_day
from workflows.engine import Refusal
from workflows.words import N_

NO_RIGHT = N_(
    "Your right to represent %(organisations)s is not recorded for today. The owner of the account records it under Organisation."
)
SIGNED_ALREADY = N_("You have signed this text already.")
MORE_SIGNATURES = N_(
    "%(organisation)s is represented by %(needed)s persons together. Signed, with you: %(signed)s. Sign the offer and let the next signatory send it."
)
WAITS_FOR_SIGNATURES = N_(
    "%(organisation)s is represented by %(needed)s persons together. Signed so far: %(signed)s."
)
SIGNATURE_CODES = frozenset({"no_right", "signed_already", "more_signatures"})


@dataclass(frozen=True)
class Representation:
    """One offeror and the people who signed or sign now: whether its rule is met."""

    organisation: Organisation
    needed: int
    signed: frozenset[int]
    alone: bool

    @property
    def met(self) -> bool:
        return self.alone or len(self.signed) >= self.needed


def rights_on(organisation: Organisation, day: date) -> list[RepresentationRight]:
    """The rights that hold on the day: of the legal person, and of its branch where a branch applies."""
    rows = [*organisation.applicant.rights, *(organisation.rights if organisation.parent_id else ())]
    return [right for right in rows if right.user_id is not None and right.holds_on(day)]


def representation(organisation: Organisation, persons: Collection[int], day: date) -> Representation:
    """How far the persons together represent the organisation on the day."""
    held = [right for right in rights_on(organisation, day) if right.user_id in persons]
    return Representation(
        organisation=organisation,
        needed=organisation.applicant.representation_count,
        signed=frozenset(right.user_id for right in held if right.user_id is not None),
        alone=any(right.alone for right in held),
    )


def satisfied(organisation: Organisation, user_ids: Collection[int], day: date) -> bool:
    """Whether the persons together may represent the organisation on the day, by its rule and their dated rights."""
    return representation(organisation, user_ids, day).met


def missing_signatures(organisation: Organisation, signed: Collection[int], day: date) -> int:
    """How many more persons with a right on the day must sign; 0 when the rule is met."""
    state = representation(organisation, signed, day)
    return 0 if state.met else state.needed - len(state.signed)


def signers(case_kind: str, case_id: int, subject: str, checksum: str) -> frozenset[int]:
    """The persons who signed exactly this text; an edit changes the checksum, so earlier signatures fall away."""
    return frozenset(
        db.session.scalars(
            sa.select(Signature.user_id).where(
                Signature.case_kind == case_kind,
                Signature.case_id == case_id,
                Signature.subject == subject,
                Signature.checksum == checksum,
            )
        )
    )


def refusal_of_signing(
    organisations: Iterable[Organisation], signed: Collection[int], person_id: int | None, now: datetime
) -> Refusal | None:
    """Why the person may not sign the text now, or None. Without a person nothing is judged."""
    if person_id is None:
        return None
    if person_id in signed:
        return Refusal("signed_already", SIGNED_ALREADY)
    return _refusal_of_right(list(organisations), person_id, local_day(now))


def refusal_of_right(
    organisations: Iterable[Organisation], person_id: int | None, now: datetime
) -> Refusal | None:
    """Why the person may not speak for any of the organisations today, or None. Without a person nothing is judged."""
    return None if person_id is None else _refusal_of_right(list(organisations), person_id, local_day(now))


def refusal_of_representation(
    organisations: Iterable[Organisation], signed: Collection[int], person_id: int | None, now: datetime
) -> Refusal | None:
    """Why those who signed, with the person who acts, do not represent every offeror today, or None."""
    offerors, day = list(organisations), local_day(now)
    refusal = _refusal_of_right(offerors, person_id, day) if person_id is not None else None
    if refusal is not None:
        return refusal
    persons = {*signed, *([person_id] if person_id is not None else [])}
    for organisation in offerors:
        state = representation(organisation, persons, day)
        if not state.met:
            return Refusal(
                "more_signatures",
                WAITS_FOR_SIGNATURES if person_id is None else MORE_SIGNATURES,
                {"organisation": organisation.name, "needed": state.needed, "signed": len(state.signed)},
                anchor="signatures",
            )
    return None


def _refusal_of_right(offerors: list[Organisation], person_id: int, day: date) -> Refusal | None:
    if any(right.user_id == person_id for organisation in offerors for right in rights_on(organisation, day)):
        return None
    names = ", ".join(organisation.name for organisation in offerors)
    return Refusal("no_right", NO_RIGHT, {"organisations": names}, anchor="signatures")
