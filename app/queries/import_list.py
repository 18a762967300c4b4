"""Files that were taken, records of past agreements, and the calls whose cards somebody may bring in; paged by SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Call,
    Commission,
    CommissionMember,
    Exclusion,
    ImportRun,
    Offer,
    PastAgreement,
    ScoringCard,
    User,
)
from workflows.offer import OfferState
from workflows.words import N_

PAGE = 50
SORTS: dict[str, tuple[Any, ...]] = {
    "concluded": (PastAgreement.concluded_on.desc(), PastAgreement.id),
    "organisation": (PastAgreement.organisation_name, PastAgreement.id),
    "amount": (PastAgreement.amount_grosze.desc(), PastAgreement.id),
}
SORT_NAMES = {
    "concluded": N_("newest first"),
    "organisation": N_("by organisation"),
    "amount": N_("largest first"),
}


@dataclass(frozen=True)
class Listing:
    """One page of a list, with how many rows there are."""

    rows: list[Any]
    count: int
    page: int
    sums: tuple[int, ...] = ()

    @property
    def start(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.count else 0

    @property
    def end(self) -> int:
        return min(self.page * PAGE, self.count)


@dataclass(frozen=True)
class Filters:
    """What the reader looks for; an unknown value is ignored."""

    words: str = ""
    sort: str = "concluded"

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Filters":
        """From the address of the page."""
        sort = args.get("sort", "")
        return cls(
            args.get("q", "").strip().replace("\x00", "")[:200], sort if sort in SORTS else "concluded"
        )


def runs(user: User, page: int) -> Listing:
    """The files that people of the department took, or the person's own where it has none; newest first."""
    condition = sa.or_(
        ImportRun.taken_by_id == user.id,
        ImportRun.unit_id == user.unit_id if user.unit_id is not None else sa.false(),
    )
    count = db.session.scalar(sa.select(sa.func.count(ImportRun.id)).where(condition)) or 0
    page = _within(page, count)
    query = (
        sa.select(ImportRun)
        .where(condition)
        .options(joinedload(ImportRun.taken_by))
        .order_by(ImportRun.id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return Listing(list(db.session.scalars(query)), count, page)


def past_agreements(user: User, filters: Filters, page: int) -> Listing:
    """The records of the department, all of them for a person of the whole city; sums of amount, paid and returned."""
    conditions = [sa.true() if user.unit_id is None else PastAgreement.unit_id == user.unit_id]
    for word in filters.words.split()[:8]:
        places = (
            PastAgreement.number,
            PastAgreement.organisation_name,
            PastAgreement.title,
            PastAgreement.nip,
        )
        conditions.append(sa.or_(*(column.icontains(word, autoescape=True) for column in places)))
    sums = [
        sa.cast(sa.func.coalesce(sa.func.sum(column), 0), sa.BigInteger)
        for column in (PastAgreement.amount_grosze, PastAgreement.paid_grosze, PastAgreement.returned_grosze)
    ]
    count, *summed = db.session.execute(
        sa.select(sa.func.count(PastAgreement.id), *sums).where(*conditions)
    ).one()
    page = _within(page, count)
    query = (
        sa.select(PastAgreement)
        .where(*conditions)
        .options(joinedload(PastAgreement.unit))
        .order_by(*SORTS[filters.sort])
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return Listing(list(db.session.scalars(query)), count, page, tuple(summed))


def calls_with_open_cards(user_id: int) -> list[Call]:
    """The calls in which the person has a signed seat and a card that may still be filled in."""
    excluded = sa.select(Exclusion.id).where(
        Exclusion.member_id == CommissionMember.id, Exclusion.offer_id == ScoringCard.offer_id
    )
    open_card = (
        sa.select(ScoringCard.id)
        .join(Offer, Offer.id == ScoringCard.offer_id)
        .where(
            ScoringCard.member_id == CommissionMember.id, ScoringCard.closed_at.is_(None),
            Offer.state == OfferState.IN_SCORING, ~excluded.exists(),
        )
    )  # fmt: skip
    query = (
        sa.select(Call)
        .join(Commission, Commission.call_id == Call.id)
        .join(CommissionMember, CommissionMember.commission_id == Commission.id)
        .where(
            CommissionMember.user_id == user_id, CommissionMember.stated_at.is_not(None), open_card.exists()
        )
        .order_by(Call.id.desc())
    )
    return list(db.session.scalars(query))


def _within(page: int, count: int) -> int:
    return max(1, min(page, -(-count // PAGE)))
