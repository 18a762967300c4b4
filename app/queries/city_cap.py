"""The cap of the city and the pools of its intakes in one year. Amounts in grosze."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Agreement, BudgetEntry, CapBase, Intake, RegisterStatement, SmallGrant, Unit
from app.queries import city_grants, grant_ledger
from app.queries.city_grants import ours, state_of_own, summed, taken, words_of
from workflows import statute
from workflows.amounts import largest_part
from workflows.intake import INTAKE_PUBLIC
from workflows.limits import RESERVED, USED, GrantState
from workflows.small_grant import GRANTED, QUEUED

SHARE_OF_THE_CAP = "art19a.max_share_of_planned_grants"


@dataclass(frozen=True)
class CapLine:
    """The cap for offers filed under one rule; `limit` and `left` are None while nobody has entered the base."""

    rule: statute.Rule
    limit: int | None
    left: int | None


@dataclass(frozen=True)
class Cap:
    """The cap of the city in one year: its base, what is used and reserved of it, by each rule of the year."""

    base: CapBase | None
    earlier: tuple[CapBase, ...]
    statement: RegisterStatement | None
    used: int
    reserved: int
    lines: tuple[CapLine, ...]


def returned_frees(year: int) -> bool:
    """Whether the city lets returned money free the limits of the year."""
    base = grant_ledger.cap_base(year)
    return bool(base and base.returned_money_frees_limit)


def cap(year: int) -> Cap:
    """What all small grants of the city take of the money planned for the year."""
    bases = list(
        db.session.scalars(
            sa.select(CapBase)
            .options(sa.orm.joinedload(CapBase.entered_by))
            .where(CapBase.year == year)
            .order_by(CapBase.id.desc())
        )
    )
    base = bases[0] if bases else None
    used, reserved = _city_wide(year, bool(base and base.returned_money_frees_limit))
    lines = [_cap_line(rule, base, used + reserved) for rule in rules_of_year(SHARE_OF_THE_CAP, year)]
    return Cap(base, tuple(bases[1:]), _statement(year), used, reserved, tuple(lines))


def rules_of_year(code: str, year: int) -> tuple[statute.Rule, ...]:
    """The rules of this code that hold on some day of the year, in their order."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return tuple(
        rule
        for rule in statute.RULES
        if rule.code == code and rule.valid_from <= last and (rule.valid_to is None or rule.valid_to >= first)
    )


def _cap_line(rule: statute.Rule, base: CapBase | None, taken: int) -> CapLine:
    if base is None or rule.value is None:
        return CapLine(rule, None, None)
    limit = largest_part(base.amount_grosze, rule.value)
    return CapLine(rule, limit, max(limit - taken, 0))


def _city_wide(year: int, frees: bool) -> tuple[int, int]:
    table = city_grants.grants(year, None).subquery()
    row = db.session.execute(
        sa.select(
            summed(table, table.c.state.in_(words_of(USED)), "used", of=taken(table, frees)),
            summed(table, table.c.state.in_(words_of(RESERVED)), "reserved"),
        )
    ).one()
    return row.used, row.reserved


def _statement(year: int) -> RegisterStatement | None:
    return db.session.scalar(
        sa.select(RegisterStatement)
        .options(sa.orm.joinedload(RegisterStatement.stated_by))
        .where(RegisterStatement.year == year)
        .order_by(RegisterStatement.id.desc())
        .limit(1)
    )


def pools(year: int, unit_id: int | None) -> list[Any]:
    """The intakes of the own department with their pools and the rules of their programme."""
    return list(db.session.execute(pools_of(year, unit_id)))


def pools_of(year: int, unit_id: int | None) -> sa.Select[Any]:
    """The same as a select, for the register."""
    bound = (
        sa.select(
            SmallGrant.call_id,
            *(
                sa.cast(
                    sa.func.coalesce(
                        sa.func.sum(SmallGrant.awarded_grosze).filter(state_of_own() == state.value), 0
                    ),
                    sa.BigInteger,
                ).label(state.value)
                for state in (GrantState.AWARDED, GrantState.AGREED, GrantState.TRANSFERRED)
            ),
        )
        .select_from(SmallGrant)
        .outerjoin(Agreement, Agreement.offer_id == SmallGrant.id)
        .where(SmallGrant.state.in_(GRANTED))
        .group_by(SmallGrant.call_id)
        .subquery()
    )
    waiting = (
        sa.select(SmallGrant.call_id, sa.func.count().label("count"))
        .select_from(SmallGrant)
        .where(SmallGrant.state.in_(QUEUED))
        .group_by(SmallGrant.call_id)
        .subquery()
    )
    pool = (
        sa.select(BudgetEntry.amount_grosze)
        .where(BudgetEntry.call_id == Intake.id, BudgetEntry.year == Intake.year)
        .order_by(BudgetEntry.id.desc())
        .limit(1)
        .correlate(Intake)
        .scalar_subquery()
    )
    columns = {
        state: sa.func.coalesce(bound.c[state], 0).label(state)
        for state in ("awarded", "agreed", "transferred")
    }
    bound_grosze = columns["awarded"] + columns["agreed"] + columns["transferred"]
    whole = sa.func.coalesce(pool, 0)
    wanted: list[Any] = [
        Intake.id, Intake.public_id, Intake.title, Intake.area, Intake.year, Intake.state, Intake.origin, Intake.max_grant_grosze,
        Intake.max_days, Unit.name.label("unit"), whole.label("pool"), *columns.values(),
        sa.func.greatest(whole - bound_grosze, 0).label("left"), sa.func.coalesce(waiting.c.count, 0).label("waiting"),
    ]  # fmt: skip
    return (
        sa.select(*wanted)
        .select_from(Intake)
        .join(Unit, Unit.id == Intake.unit_id)
        .outerjoin(bound, bound.c.call_id == Intake.id)
        .outerjoin(waiting, waiting.c.call_id == Intake.id)
        .where(Intake.year == year, Intake.state.in_(sorted(INTAKE_PUBLIC)), ours(unit_id))
        .order_by(Intake.area, Intake.id)
    )
