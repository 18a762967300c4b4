"""Every small grant of the city in one year as rows of SQL, counted as `grant_ledger` counts them.

Departments are walls: of a grant of another department one reads the organisation, the amount, the days and the
department. `foreign` is a grant that the reader's department did not give. Amounts in grosze.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.models import (
    Agreement,
    GrantShare,
    Intake,
    Organisation,
    OtherGrant,
    Refund,
    Settlement,
    SmallGrant,
    Tranche,
    Unit,
    User,
)  # fmt: skip
from app.queries.budget import ENDED_EARLY
from workflows.agreement import IN_FORCE
from workflows.calendar import WARSAW
from workflows.limits import RESERVED, USED, GrantState
from workflows.small_grant import GRANTED, QUEUED

NO_DAY = sa.cast(sa.null(), sa.Date)
NO_MOMENT = sa.cast(sa.null(), sa.DateTime(timezone=True))
NOTHING = sa.literal("")


def words_of(states: Any) -> list[str]:
    """The states as the database knows them."""
    return sorted(state.value for state in states)


def summed(table: Any, condition: Any, name: str, of: Any = None) -> Any:
    """The sum of the amounts, or of another column, where the condition holds."""
    amount = sa.func.sum(table.c.amount if of is None else of).filter(condition)
    return sa.cast(sa.func.coalesce(amount, 0), sa.BigInteger).label(name)


def counts(table: Any) -> sa.ColumnElement[bool]:
    """Whether a grant takes anything of a limit."""
    counted: sa.ColumnElement[bool] = table.c.state.in_(words_of(USED | RESERVED))
    return counted


def taken(table: Any, frees: bool) -> Any:
    """What a grant takes of a limit; returned money frees it only where the city has said so."""
    return table.c.amount - table.c.returned if frees else table.c.amount


def grants(year: int, unit_id: int | None, *, withdrawn: bool = False) -> sa.Select[Any]:
    """Every grant of the year: those led here and those of other departments; or only what was withdrawn of these."""
    if withdrawn:
        return _others(year, unit_id).where(OtherGrant.withdrawn_at.is_not(None))
    living = _others(year, unit_id).where(OtherGrant.withdrawn_at.is_(None))
    rows = sa.union_all(_own(year, unit_id), living).subquery()
    return sa.select(rows)


def _own(year: int, unit_id: int | None) -> sa.Select[Any]:
    """The shares of awarded small grants; their title and their page only within the own department."""
    own = ours(unit_id)
    return (
        sa.select(
            *_organisation_columns(Organisation.id, Organisation.name, Organisation.register_number, Organisation.nip),
            GrantShare.amount_grosze.label("amount"), _returned_part().label("returned"), state_of_own().label("state"),
            _local_day(SmallGrant.filed_at).label("filed_on"), _local_day(SmallGrant.decided_at).label("awarded_on"),
            _transferred_on().label("transferred_on"), _local_day(SmallGrant.decided_at).label("known_on"),
            Unit.name.label("department"), sa.case((own, SmallGrant.title), else_="").label("title"),
            sa.case((own, SmallGrant.public_id), else_="").label("case_id"), sa.not_(own).label("foreign"),
            NOTHING.label("row_id"), NOTHING.label("source"), NOTHING.label("entered_by"), NO_MOMENT.label("entered_at"),
            sa.false().label("withdrawable"), NOTHING.label("withdrawal_reason"),
        )
        .select_from(GrantShare)
        .join(SmallGrant, SmallGrant.id == GrantShare.small_grant_id)
        .join(Intake, Intake.id == SmallGrant.call_id)
        .join(Unit, Unit.id == Intake.unit_id)
        .join(Organisation, Organisation.id == GrantShare.organisation_id)
        .outerjoin(Agreement, Agreement.offer_id == SmallGrant.id)
        .where(Intake.year == year, SmallGrant.state.in_(GRANTED))
    )  # fmt: skip


def _others(year: int, unit_id: int | None) -> sa.Select[Any]:
    """The entries of other departments; a title and a reference only for the department whose person entered it."""
    person, known = aliased(User), aliased(Organisation)
    own = sa.true() if unit_id is None else sa.func.coalesce(person.unit_id == unit_id, sa.false())
    return (
        sa.select(
            *_organisation_columns(
                known.id, sa.func.coalesce(known.name, OtherGrant.organisation_name),
                sa.func.coalesce(known.register_number, OtherGrant.register_number), sa.func.coalesce(known.nip, OtherGrant.nip),
            ),
            OtherGrant.amount_grosze.label("amount"), OtherGrant.returned_grosze.label("returned"),
            sa.cast(OtherGrant.state, sa.String).label("state"), OtherGrant.filed_on, OtherGrant.awarded_on, OtherGrant.transferred_on,
            _local_day(OtherGrant.entered_at).label("known_on"), OtherGrant.department,
            sa.case((own, OtherGrant.title), else_="").label("title"), NOTHING.label("case_id"), sa.true().label("foreign"),
            OtherGrant.public_id.label("row_id"), sa.case((own, OtherGrant.source), else_="").label("source"),
            sa.func.coalesce(person.name, "").label("entered_by"),
            OtherGrant.entered_at, own.label("withdrawable"), OtherGrant.withdrawal_reason,
        )
        .select_from(OtherGrant)
        .outerjoin(known, known.id == _legal_person())
        .outerjoin(person, person.id == OtherGrant.entered_by_id)
        .where(OtherGrant.year == year)
    )  # fmt: skip


def asked(year: int, unit_id: int | None) -> sa.Select[Any]:
    """What offers of the own department that wait ask for; shown and never counted, a joint request with its lead."""
    lead, legal = aliased(Organisation), aliased(Organisation)
    return (
        sa.select(
            *_organisation_columns(legal.id, legal.name, legal.register_number, legal.nip),
            SmallGrant.requested_grosze.label("amount"), sa.literal(0).label("returned"), sa.literal(GrantState.SUBMITTED.value).label("state"),
            NO_DAY.label("filed_on"), NO_DAY.label("awarded_on"), NO_DAY.label("transferred_on"), NO_DAY.label("known_on"),
            NOTHING.label("department"), NOTHING.label("title"), NOTHING.label("case_id"), sa.false().label("foreign"),
            NOTHING.label("row_id"), NOTHING.label("source"), NOTHING.label("entered_by"), NO_MOMENT.label("entered_at"),
            sa.false().label("withdrawable"), NOTHING.label("withdrawal_reason"),
        )
        .select_from(SmallGrant)
        .join(Intake, Intake.id == SmallGrant.call_id)
        .join(lead, lead.id == SmallGrant.organisation_id)
        .join(legal, legal.id == sa.func.coalesce(lead.parent_id, lead.id))
        .where(Intake.year == year, SmallGrant.state.in_(QUEUED), ours(unit_id))
    )  # fmt: skip


def ours(unit_id: int | None) -> sa.ColumnElement[bool]:
    """Whether an intake is of this department; None reads the whole city."""
    return sa.true() if unit_id is None else Intake.unit_id == unit_id


def _organisation_columns(identity: Any, name: Any, register_number: Any, nip: Any) -> tuple[Any, ...]:
    """What an organisation is known by: its account, else its NIP, its number in the register, its name."""
    key = sa.func.coalesce(
        sa.literal("o") + sa.cast(identity, sa.String), sa.literal("n") + sa.func.nullif(nip, ""),
        sa.literal("r") + sa.func.nullif(register_number, ""), sa.literal("x") + name,
    )  # fmt: skip
    return (
        key.label("key"),
        name.label("name"),
        register_number.label("register_number"),
        sa.func.coalesce(nip, "").label("nip"),
    )


def _legal_person() -> Any:
    """The organisation of an entry, also one that made its account after the entry."""
    any_of = aliased(Organisation)
    return (
        sa.select(sa.func.coalesce(any_of.parent_id, any_of.id))
        .where(
            sa.or_(
                any_of.id == OtherGrant.organisation_id,
                sa.and_(OtherGrant.nip != "", any_of.nip == OtherGrant.nip),
                sa.and_(
                    OtherGrant.register_number != "", any_of.register_number == OtherGrant.register_number
                ),
            )
        )
        .order_by(any_of.id.is_not_distinct_from(OtherGrant.organisation_id).desc(), any_of.id)
        .limit(1)
        .correlate(OtherGrant)
        .scalar_subquery()
    )


def _transferred_on() -> Any:
    return (
        sa.select(sa.func.max(Tranche.transferred_on))
        .where(Tranche.agreement_id == Agreement.id)
        .correlate(Agreement)
        .scalar_subquery()
    )


def _returned_part() -> Any:
    """Of the principal that came back the part of one organisation, in proportion to the shares, halves up."""
    returned = (
        sa.select(sa.cast(sa.func.coalesce(sa.func.sum(Refund.principal_grosze), 0), sa.BigInteger))
        .join(Settlement, Settlement.id == Refund.settlement_id)
        .where(Settlement.agreement_id == Agreement.id)
        .correlate(Agreement)
        .scalar_subquery()
    )
    whole = SmallGrant.awarded_grosze
    part = sa.func.least(returned, whole) * GrantShare.amount_grosze
    return sa.func.coalesce((2 * part + whole) // (2 * whole), 0)


def state_of_own() -> Any:
    """How far an awarded small grant has come, joined to its agreement."""
    return sa.case(
        (_transferred_on().is_not(None), GrantState.TRANSFERRED.value),
        (Agreement.state.in_(ENDED_EARLY), GrantState.WITHDRAWN.value),
        (Agreement.state.in_(IN_FORCE), GrantState.AGREED.value),
        else_=GrantState.AWARDED.value,
    )


def _local_day(moment: Any) -> Any:
    return sa.cast(sa.func.timezone(WARSAW.key, moment), sa.Date)
