"""What small grants leave of the limits of an organisation's year, and which grants count. Amounts in grosze.

The limits count for the legal person: those of a branch are those of its parent. They are judged by the law of today,
as for an offer filed now.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.i18n import _, money, state_name
from app.models import Intake, Membership, OfferParty, Organisation, SmallGrant, Unit
from app.queries import grant_ledger
from app.queries.application_list import mine
from app.queries.grant_ledger import Entry
from workflows.limits import RESERVED, USED, Ask, GrantState, Limit, LimitCode, limits
from workflows.small_grant import ARRIVED, GRANTED, SMALL_GRANT_NAMES
from workflows.words import N_

C = LimitCode
SHOWN = (C.TASK, C.ORGANISATION_YEAR, C.CAP)
MOST = 200  # own offers that do not count; an organisation files a few a year
STATES: Mapping[GrantState, str] = {
    GrantState.SUBMITTED: N_("offer filed"),
    GrantState.AWARDED: N_("awarded"),
    GrantState.AGREED: N_("agreement concluded"),
    GrantState.TRANSFERRED: N_("transferred"),
    GrantState.WITHDRAWN: N_("withdrawn"),
    GrantState.REFUSED: N_("refused"),
}
COUNTS_USED = N_("Counts: the money was transferred in this year.")
COUNTS_RESERVED = N_("Counts: the money is reserved until it is transferred.")
OTHER_YEAR = N_("Does not count: the money was transferred in another year.")
RETURNED_KEPT = N_("%(amount)s came back; it does not make room again.")
RETURNED_FREES = N_("%(amount)s came back and makes room again.")
NOT_SENT = N_("Does not count: it is not sent yet.")
NOT_AWARDED = N_("Does not count as long as nothing is awarded.")
NOTHING_PAID = N_("Does not count: nothing will be transferred.")


@dataclass(frozen=True)
class Line:
    """One organisation's year in one line."""

    organisation: Organisation
    year: int
    limit: int
    left: int


@dataclass(frozen=True)
class GrantRow:
    """One grant, or the organisation's share in it; `public_id` None for a case that the reader does not know."""

    title: str
    department: str
    state: str
    amount_grosze: int
    transferred_on: date | None
    counts: bool
    why: str
    public_id: str | None


@dataclass(frozen=True)
class Year:
    """The limits of one organisation in one year, and every grant that has to do with them."""

    organisation: Organisation
    year: int
    rows: tuple[Limit, ...]
    grants: tuple[GrantRow, ...]
    complete_until: date | None

    @property
    def own(self) -> Limit:
        """The limit of the organisation's year."""
        return next(row for row in self.rows if row.code is C.ORGANISATION_YEAR)


def lines(organisations: Collection[Organisation], now: datetime, year: int) -> list[Line]:
    """The year of each organisation of a person, in a fixed number of queries."""
    persons = list({row.id: row for row in (o.applicant for o in organisations)}.values())
    if not persons:
        return []
    entries, frees = grant_ledger.entries(year, persons), _frees(grant_ledger.cap_base(year))
    found = []
    for person in persons:
        row = _own_limit(
            Ask(now, {person.id: 0}, year, grants=_grants(entries), returned_money_frees_limit=frees)
        )
        if isinstance(row.limit, int) and row.left is not None:
            found.append(Line(person, year, row.limit, row.left))
    return found


def year_of(membership: Membership, year: int, now: datetime) -> Year:
    """The year of the legal person behind a membership, as its people may read it."""
    person = membership.organisation.applicant
    base = grant_ledger.cap_base(year)
    entries = grant_ledger.entries(year, [person])
    ask = Ask(
        filed_at=now, shares={person.id: 0}, transfer_year=year, grants=_grants(entries),
        cap_base_grosze=base.amount_grosze if base else None,
        cap_used_grosze=grant_ledger.counted(grant_ledger.entries(year), returned_frees=_frees(base)),
        returned_money_frees_limit=_frees(base),
    )  # fmt: skip
    rows = tuple(row for row in limits(ask).rows if row.code in SHOWN)
    known = _public_ids(membership.user_id, [row.small_grant_id for row in entries if row.small_grant_id])
    grants = [_counted(row, year, frees=_frees(base), known=known) for row in entries]
    grants += _uncounted(membership.user_id, person, year)
    return Year(person, year, rows, tuple(grants), grant_ledger.complete_until(year))


def years(now_year: int) -> tuple[int, ...]:
    """The years that can be chosen: the present one, the next one and the two before."""
    return tuple(range(now_year + 1, now_year - 3, -1))


def _frees(base: Any) -> bool:
    return bool(base and base.returned_money_frees_limit)


def _grants(entries: Sequence[Entry]) -> tuple[Any, ...]:
    return tuple(row.grant for row in entries)


def _own_limit(ask: Ask) -> Limit:
    return next(row for row in limits(ask).rows if row.code is C.ORGANISATION_YEAR)


def _counted(row: Entry, year: int, *, frees: bool, known: Mapping[int, str]) -> GrantRow:
    grant = row.grant
    in_year = grant.year in {year, None}
    moved = grant.transferred_at
    return GrantRow(
        title=row.title,
        department=row.department,
        state=_(STATES[grant.state]),
        amount_grosze=grant.amount_grosze,
        transferred_on=moved.date() if isinstance(moved, datetime) else moved,
        counts=row.counts and in_year,
        why=_why(row, in_year=in_year, frees=frees),
        public_id=known.get(row.small_grant_id or 0),
    )


def _why(row: Entry, *, in_year: bool, frees: bool) -> str:
    grant = row.grant
    if grant.state in USED and not in_year:
        return str(_(OTHER_YEAR))
    if grant.state not in USED | RESERVED:
        return str(_(NOT_AWARDED if grant.state is GrantState.SUBMITTED else NOTHING_PAID))
    words: str = _(COUNTS_USED) if grant.state in USED else _(COUNTS_RESERVED)
    if not grant.returned_grosze:
        return words
    returned = _(RETURNED_FREES if frees else RETURNED_KEPT, amount=money(grant.returned_grosze))
    return f"{words} {returned}"


def _public_ids(user_id: int, ids: Collection[int]) -> dict[int, str]:
    """Of these small grants those that the person may open."""
    rows = db.session.execute(
        sa.select(SmallGrant.id, SmallGrant.public_id).where(
            SmallGrant.id.in_(ids), SmallGrant.id.in_(mine(user_id))
        )
    )
    return {row.id: row.public_id for row in rows}


def _uncounted(user_id: int, person: Organisation, year: int) -> list[GrantRow]:
    """The person's own drafts and offers of the legal person that no award has made count."""
    standing = (
        sa.select(OfferParty.offer_id)
        .join(Organisation, Organisation.id == OfferParty.organisation_id)
        .where(
            sa.func.coalesce(Organisation.parent_id, Organisation.id) == person.id,
            OfferParty.resigned_at.is_(None),
        )
    )
    rows = db.session.execute(
        sa.select(
            SmallGrant.public_id, SmallGrant.title, SmallGrant.state, SmallGrant.requested_grosze, Unit.name
        )
        .join(Intake, Intake.id == SmallGrant.call_id)
        .join(Unit, Unit.id == Intake.unit_id)
        .where(
            Intake.year == year,
            SmallGrant.state.not_in(GRANTED),
            SmallGrant.id.in_(standing),
            SmallGrant.id.in_(mine(user_id)),
        )
        .order_by(SmallGrant.id.desc())
        .limit(MOST)
    )
    return [
        GrantRow(
            title=row.title or _("Offer without a title"),
            department=row.name,
            state=state_name(SMALL_GRANT_NAMES[row.state], "applicant"),
            amount_grosze=row.requested_grosze,
            transferred_on=None,
            counts=False,
            why=_(NOT_AWARDED) if row.state in ARRIVED else _(NOT_SENT),
            public_id=row.public_id,
        )
        for row in rows
    ]
