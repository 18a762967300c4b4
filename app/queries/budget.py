"""The pool of a call or an intake by budget year, and what binds it. Amounts in grosze."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from app.extensions import db
from app.models import APPLICATIONS, Agreement, Application, BudgetEntry, Procedure, Tranche
from workflows.agreement import AgreementState
from workflows.offer import OfferState

ENDED_EARLY = (AgreementState.WITHDRAWN, AgreementState.TERMINATED, AgreementState.DISSOLVED)


def entries_in_force(call: Procedure, at: datetime | None = None) -> dict[int, BudgetEntry]:
    """The newest entry of each budget year, by year; with `at` as they stood at that moment."""
    newest: dict[int, BudgetEntry] = {}
    for entry in call.budget:
        if at is None or entry.entered_at <= at:
            newest[entry.year] = entry
    return dict(sorted(newest.items()))


def pool_by_year(call: Procedure, at: datetime | None = None) -> dict[int, int]:
    """What the budget acts give to the call, by budget year; with `at` what they gave at that moment."""
    return {year: entry.amount_grosze for year, entry in entries_in_force(call, at).items()}


def pool_total(call: Procedure) -> int | None:
    """The whole pool, or None where no budget entry says anything."""
    pool = pool_by_year(call)
    return sum(pool.values()) if pool else None


def pools() -> sa.Subquery:
    """The whole pool of each call as `call_id` and `amount`; a call without entries is left out."""
    newest = pools_by_year()
    return (
        sa.select(newest.c.call_id, sa.cast(sa.func.sum(newest.c.amount), sa.BigInteger).label("amount"))
        .group_by(newest.c.call_id)
        .subquery("pool")
    )


def pools_by_year() -> sa.Subquery:
    """The pool in force of each call and budget year as `call_id`, `year` and `amount`."""
    return (
        sa.select(BudgetEntry.call_id, BudgetEntry.year, BudgetEntry.amount_grosze.label("amount"))
        .ext(distinct_on(BudgetEntry.call_id, BudgetEntry.year))
        .order_by(BudgetEntry.call_id, BudgetEntry.year, BudgetEntry.id.desc())
        .subquery("pool_of_year")
    )


def pools_of(call_ids: list[int]) -> Mapping[int, int]:
    """The whole pool of several calls in one query; a call without entries is left out."""
    pool = pools()
    rows = db.session.execute(sa.select(pool.c.call_id, pool.c.amount).where(pool.c.call_id.in_(call_ids)))
    return {call_id: int(total) for call_id, total in rows}


def contracted_by_year(call: Procedure) -> dict[int, int]:
    """What agreements of this call promise from each budget year; of an agreement ended early only what was paid."""
    applied = APPLICATIONS[call.case_kind]
    rows = db.session.execute(contracted(applied).where(applied.call_id == call.id))
    return {year: int(amount) for _call_id, year, amount in rows}


def concluded_by_year(call: Procedure) -> dict[int, int]:
    """The same of concluded agreements alone: what the pool may never be cut below, and the database refuses to exceed."""
    applied = APPLICATIONS[call.case_kind]
    concluded = contracted(applied).where(applied.call_id == call.id, Agreement.concluded_on.is_not(None))
    return {year: int(amount) for _call_id, year, amount in db.session.execute(concluded)}


def contracted(applied: Any) -> sa.Select[int, int, int]:
    """The same of every call or intake, as `call_id`, `year` and `amount`; `applied` is the kind of application."""
    return (
        sa.select(applied.call_id, Tranche.year, sa.func.sum(Tranche.amount_grosze).label("amount"))
        .select_from(Tranche)
        .join(Agreement, Agreement.id == Tranche.agreement_id)
        .join(applied, applied.id == Agreement.offer_id)
        .where(
            applied.state != OfferState.RESIGNED,  # its draft will not be signed
            sa.or_(Agreement.state.not_in(ENDED_EARLY), Tranche.transferred_on.is_not(None)),
        )
        .group_by(applied.call_id, Tranche.year)
    )


def contracted_beyond_pool(call: Procedure) -> dict[int, int]:
    """By how much the agreements exceed the pool in force, for each budget year in which they do."""
    pool = pool_by_year(call)
    over = {year: amount - pool.get(year, 0) for year, amount in sorted(contracted_by_year(call).items())}
    return {year: amount for year, amount in over.items() if amount > 0}


def paid_before_the_end(call: Procedure) -> dict[int, int]:
    """What was paid, from each budget year, on agreements of this call that ended early."""
    rows = db.session.execute(ended_payments().where(Application.call_id == call.id))
    return {year: int(amount) for _call_id, year, amount in rows}


def ended_payments() -> sa.Select[int, int, int]:
    """The same of every call or intake, as `call_id`, `year` and `amount`."""
    return (
        sa.select(Application.call_id, Tranche.year, sa.func.sum(Tranche.amount_grosze).label("amount"))
        .select_from(Tranche)
        .join(Agreement, Agreement.id == Tranche.agreement_id)
        .join(Application, Application.id == Agreement.offer_id)
        .where(Agreement.state.in_(ENDED_EARLY), Tranche.transferred_on.is_not(None))
        .group_by(Application.call_id, Tranche.year)
    )
