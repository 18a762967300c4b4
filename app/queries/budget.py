"""The pool of a call or an intake by budget year, and what binds it. Amounts in grosze."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from app.extensions import db
from app.models import APPLICATIONS, Agreement, Application, BudgetEntry, Procedure, Tranche
from workflows.agreement import AgreementState
from workflows.offer import OfferState

ENDED_EARLY = (AgreementState.WITHDRAWN, AgreementState.TERMINATED, AgreementState.DISSOLVED)


def entries_in_force(call: Procedure) -> dict[int, BudgetEntry]:
    """The newest entry of each budget year, by year."""
    newest: dict[int, BudgetEntry] = {}
    for entry in call.budget:
        newest[entry.year] = entry
    return dict(sorted(newest.items()))


def pool_by_year(call: Procedure) -> dict[int, int]:
    """What the budget acts give to the call, by budget year."""
    return {year: entry.amount_grosze for year, entry in entries_in_force(call).items()}


def pool_total(call: Procedure) -> int | None:
    """The whole pool, or None where no budget entry says anything."""
    pool = pool_by_year(call)
    return sum(pool.values()) if pool else None


def pools_of(call_ids: list[int]) -> Mapping[int, int]:
    """The whole pool of several calls in one query; a call without entries is left out."""
    newest = (
        sa.select(BudgetEntry.call_id, BudgetEntry.amount_grosze)
        .ext(distinct_on(BudgetEntry.call_id, BudgetEntry.year))
        .where(BudgetEntry.call_id.in_(call_ids))
        .order_by(BudgetEntry.call_id, BudgetEntry.year, BudgetEntry.id.desc())
        .subquery()
    )
    rows = db.session.execute(
        sa.select(newest.c.call_id, sa.func.sum(newest.c.amount_grosze)).group_by(newest.c.call_id)
    )
    return {call_id: int(total) for call_id, total in rows}


def contracted_by_year(call: Procedure) -> dict[int, int]:
    """What agreements of this call promise from each budget year; of an agreement ended early only what was paid."""
    applied = APPLICATIONS[call.case_kind]
    rows: Any = db.session.execute(
        sa.select(Tranche.year, sa.func.sum(Tranche.amount_grosze))
        .join(Agreement, Agreement.id == Tranche.agreement_id)
        .join(applied, applied.id == Agreement.offer_id)
        .where(
            applied.call_id == call.id,
            applied.state != OfferState.RESIGNED,  # its draft will not be signed
            sa.or_(Agreement.state.not_in(ENDED_EARLY), Tranche.transferred_on.is_not(None)),
        )
        .group_by(Tranche.year)
    )
    return {year: int(amount) for year, amount in rows}


def contracted_beyond_pool(call: Procedure) -> dict[int, int]:
    """By how much the agreements exceed the pool in force, for each budget year in which they do."""
    pool = pool_by_year(call)
    over = {year: amount - pool.get(year, 0) for year, amount in sorted(contracted_by_year(call).items())}
    return {year: amount for year, amount in over.items() if amount > 0}


def paid_before_the_end(call: Procedure) -> dict[int, int]:
    """What was paid, from each budget year, on agreements of this call that ended early."""
    rows: Any = db.session.execute(
        sa.select(Tranche.year, sa.func.sum(Tranche.amount_grosze))
        .join(Agreement, Agreement.id == Tranche.agreement_id)
        .join(Application, Application.id == Agreement.offer_id)
        .where(
            Application.call_id == call.id,
            Agreement.state.in_(ENDED_EARLY),
            Tranche.transferred_on.is_not(None),
        )
        .group_by(Tranche.year)
    )
    return {year: int(amount) for year, amount in rows}
