"""All small grants of the city in one year: our own and those of other departments, as the limits count them.

It is the only place where departments see each other: organisation, amount, days, department. Amounts in grosze.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import (
    Agreement,
    CapBase,
    GrantShare,
    Intake,
    Organisation,
    OtherGrant,
    Refund,
    RegisterStatement,
    Settlement,
    SmallGrant,
    Tranche,
    Unit,
)
from app.queries.budget import ENDED_EARLY
from workflows.agreement import IN_FORCE
from workflows.amounts import split
from workflows.calendar import start_of_day
from workflows.limits import RESERVED, USED, Grant, GrantState
from workflows.small_grant import GRANTED

COUNTED = USED | RESERVED
KRS_DIGITS = 10


@dataclass(frozen=True)
class Entry:
    """One grant, or one organisation's share in it. `small_grant_id` is None for a grant of another department.

    `decided_at` is the moment of the award, None where the register does not know it.
    """

    grant: Grant
    department: str
    title: str
    small_grant_id: int | None = None
    decided_at: datetime | None = None

    @property
    def counts(self) -> bool:
        """Whether the grant takes anything of a limit."""
        return self.grant.state in COUNTED

    def precedes(self, decided_at: datetime) -> bool:
        """Whether it counts for a grant awarded at that moment: it was awarded no later, or its money has gone already."""
        return self.grant.state in USED or self.decided_at is None or self.decided_at <= decided_at


def entries(
    year: int, organisations: Collection[Organisation] | None = None, *, without: int | None = None
) -> list[Entry]:
    """The grants of the year; of all organisations, or of these legal persons. `without` leaves one small grant out."""
    return [*_own(year, organisations, without), *_others(year, organisations)]


def cap_base(year: int) -> CapBase | None:
    """The newest figure of the grants planned by the city for the year."""
    return db.session.scalar(
        sa.select(CapBase).where(CapBase.year == year).order_by(CapBase.id.desc()).limit(1)
    )


def complete_until(year: int) -> date | None:
    """Until which day the register of other departments' grants was last said to be complete."""
    return db.session.scalar(
        sa.select(RegisterStatement.complete_until)
        .where(RegisterStatement.year == year)
        .order_by(RegisterStatement.id.desc())
        .limit(1)
    )


def counted(rows: Iterable[Entry], *, returned_frees: bool) -> int:
    """What the grants take of the city's cap."""
    total = 0
    for row in rows:
        if row.counts:
            total += row.grant.amount_grosze - (row.grant.returned_grosze if returned_frees else 0)
    return total


def _own(year: int, organisations: Collection[Organisation] | None, without: int | None) -> list[Entry]:
    query = (
        sa.select(
            GrantShare, _person(), SmallGrant, Unit.name, Agreement.state, Tranche.transferred_on, _returned()
        )
        .join(SmallGrant, SmallGrant.id == GrantShare.small_grant_id)
        .join(Organisation, Organisation.id == GrantShare.organisation_id)
        .join(Intake, Intake.id == SmallGrant.call_id)
        .join(Unit, Unit.id == Intake.unit_id)
        .outerjoin(Agreement, Agreement.offer_id == SmallGrant.id)
        .outerjoin(Tranche, Tranche.agreement_id == Agreement.id)
        .where(Intake.year == year, SmallGrant.state.in_(GRANTED))
        .order_by(SmallGrant.decided_at, GrantShare.id)
    )
    if organisations is not None:
        query = query.where(_person().in_([row.id for row in organisations]))
    if without is not None:
        query = query.where(SmallGrant.id != without)
    found = []
    for share, person, small_grant, unit, agreement_state, transferred_on, returned in db.session.execute(
        query
    ):
        state = _state(agreement_state, transferred_on)
        grant = Grant(
            organisation=person, amount_grosze=share.amount_grosze, state=state,
            filed_at=small_grant.filed_at, transferred_at=transferred_on, transfer_year=year,
            returned_grosze=_part_of(share, small_grant, returned),
        )  # fmt: skip
        found.append(Entry(grant, unit, small_grant.title, small_grant.id, small_grant.decided_at))
    return found


def _person() -> sa.ColumnElement[int]:
    """The legal person today: an organisation that became a branch since takes its grants along."""
    return sa.func.coalesce(Organisation.parent_id, Organisation.id)


def _returned() -> Any:
    """The principal that came back on the grant."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(Refund.principal_grosze), 0))
        .join(Settlement, Settlement.id == Refund.settlement_id)
        .where(Settlement.agreement_id == Agreement.id)
        .correlate(Agreement)
        .scalar_subquery()
    )


def _state(agreement: Any, transferred_on: date | None) -> GrantState:
    if transferred_on is not None:
        return GrantState.TRANSFERRED
    if agreement in ENDED_EARLY:
        return GrantState.WITHDRAWN
    return GrantState.AGREED if agreement in IN_FORCE else GrantState.AWARDED


def _part_of(share: GrantShare, small_grant: SmallGrant, returned: int) -> int:
    """The part of the returned money that falls to one organisation, in proportion to the shares."""
    if not returned or not small_grant.awarded_grosze:
        return 0
    rest = small_grant.awarded_grosze - share.amount_grosze
    return split(min(int(returned), small_grant.awarded_grosze), (share.amount_grosze, rest))[0]


def _others(year: int, organisations: Collection[Organisation] | None) -> list[Entry]:
    query = (
        sa.select(OtherGrant)
        .where(OtherGrant.year == year, OtherGrant.withdrawn_at.is_(None))
        .order_by(OtherGrant.id)
    )
    known = _with_branches(organisations or ())
    if organisations is not None:
        query = query.where(sa.or_(*(_of(row) for row in known)))
    return [_entry_of_other(row, known) for row in db.session.scalars(query)]


def _with_branches(organisations: Collection[Organisation]) -> list[Organisation]:
    """The legal persons with their branches: a grant may stand in the register under either."""
    ids = [row.id for row in organisations]
    branches = sa.select(Organisation).where(Organisation.parent_id.in_(ids)).order_by(Organisation.id)
    return [*organisations, *(db.session.scalars(branches) if ids else ())]


def _of(organisation: Organisation) -> sa.ColumnElement[bool]:
    """An organisation is known by its account, its NIP or its number in the register."""
    return sa.or_(
        OtherGrant.organisation_id == organisation.id,
        OtherGrant.nip.in_({organisation.nip or ""} - {""}),
        OtherGrant.register_number.in_(_numbers(organisation)),
    )


def _numbers(organisation: Organisation) -> set[str]:
    """The number as it stands in its register, and with the zeros by which spreadsheets' numbers are filled up."""
    number = organisation.register_number
    return {number, number.zfill(KRS_DIGITS) if number.isascii() and number.isdigit() else number} - {""}


def _entry_of_other(row: OtherGrant, known: Collection[Organisation]) -> Entry:
    grant = Grant(
        organisation=_key(row, known), amount_grosze=row.amount_grosze, state=row.state, filed_at=_moment_of(row.filed_on),
        transferred_at=row.transferred_on, transfer_year=row.year, returned_grosze=row.returned_grosze,
    )  # fmt: skip
    return Entry(grant, row.department, row.title, decided_at=_moment_of(row.awarded_on))


def _key(row: OtherGrant, known: Collection[Organisation]) -> int | str:
    for organisation in known:
        same_number = row.register_number in _numbers(organisation)
        if row.organisation_id == organisation.id or same_number or (row.nip and row.nip == organisation.nip):
            return organisation.applicant.id
    return row.organisation_id or row.nip or row.register_number or row.organisation_name


def _moment_of(day: date | None) -> datetime | None:
    return start_of_day(day) if day else None
