"""Agreements as lists and sums: found, filtered, sorted and counted by the database."""

import sqlalchemy as sa

from app.extensions import db
from app.models import Agreement, BudgetEntry, Offer, Tranche
from workflows.agreement import AgreementState
from workflows.offer import OfferState

NOT_BINDING = (AgreementState.WITHDRAWN,)


def contracted_by_year(call_id: int) -> dict[int, int]:
    """What the agreements of the call take from each budget year, in grosze: drafts too, withdrawn ones not.

    Of a terminated or dissolved agreement only what was paid still counts.
    """
    ended = Agreement.state.in_((AgreementState.TERMINATED, AgreementState.DISSOLVED))
    rows = db.session.execute(
        sa.select(Tranche.year, sa.func.sum(Tranche.amount_grosze))
        .join(Agreement)
        .join(Offer)
        .where(
            Offer.call_id == call_id,
            Agreement.state.not_in(NOT_BINDING),
            Offer.state.in_((OfferState.CONTRACT_PREP, OfferState.CONTRACTED)),
            sa.or_(sa.not_(ended), Tranche.transferred_on.is_not(None)),
        )
        .group_by(Tranche.year)
    )
    return {year: int(amount) for year, amount in rows}


def contracted_beyond_pool(call_id: int) -> dict[int, int]:
    """By how much the agreements exceed the pool in force, for each year in which they do."""
    newest = (
        sa.select(BudgetEntry.year, sa.func.max(BudgetEntry.id).label("id"))
        .where(BudgetEntry.call_id == call_id)
        .group_by(BudgetEntry.year)
        .subquery()
    )
    entries = sa.select(BudgetEntry.year, BudgetEntry.amount_grosze).join(
        newest, newest.c.id == BudgetEntry.id
    )
    pool: dict[int, int] = {row.year: row.amount_grosze for row in db.session.execute(entries)}
    taken = contracted_by_year(call_id)
    return {
        year: amount - pool.get(year, 0)
        for year, amount in sorted(taken.items())
        if amount > pool.get(year, 0)
    }
