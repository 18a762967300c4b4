"""The city-wide register of art. 19a: grants of other departments, the base of the cap, how far the register reaches.

Whoever writes here holds the locks by which awards wait for each other, so no award counts half of an entry. A row is
never changed: it is withdrawn with a reason, and a new one is entered. Amounts in grosze.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app.errors import Hidden
from app.extensions import db
from app.models import CapBase, Organisation, OtherGrant, RegisterStatement, User
from app.services import limit_locks
from workflows.engine import Refusal, Refused
from workflows.limits import USED, GrantState
from workflows.words import N_

KRS_DIGITS, KRS_WITHOUT_ZEROS = 10, 6
NO_NUMBER = N_("Give the number in the register or the NIP: the organisation is known by it.")
TWO_ORGANISATIONS = N_("The number in the register and the NIP belong to two different organisations.")
NO_AMOUNT = N_("A grant is more than 0,00 zł.")
RETURNED_TOO_MUCH = N_("At most the grant of %(amount_grosze)s can have come back.")
NOTHING_TO_RETURN = N_("Only transferred money can come back.")
NO_TRANSFER_DAY = N_("Give the day of the transfer.")
NOT_TRANSFERRED = N_("A day of the transfer belongs only to a transferred grant.")
OTHER_YEAR = N_(
    "The money was transferred in %(transferred)s, so the grant counts for that year and not for %(year)s."
)
IN_THE_FUTURE = N_("This day has not come yet. Give the state as it is today.")
AWARDED_BEFORE_FILING = N_("The offer was filed on %(filed)s, so it cannot have been awarded before.")
TRANSFERRED_BEFORE_AWARD = N_(
    "The grant was awarded on %(awarded)s, so it cannot have been transferred before."
)
KNOWN_ALREADY = N_(
    "The register holds a grant of %(department)s with the reference %(source)s already. Withdraw that row first."
)
WITHDRAWN_ALREADY = N_("This row is withdrawn already.")
STATEMENT_TOO_LATE = N_("The register can be complete until %(latest)s at the latest.")
STATEMENT_TOO_EARLY = N_("The register of %(year)s begins on %(first)s.")


@dataclass(frozen=True)
class GrantRow:
    """A grant of another department as it was typed or read. `source` is its reference there, one for each grant."""

    organisation_name: str
    register_number: str
    nip: str
    department: str
    title: str
    amount_grosze: int
    state: GrantState
    filed_on: date | None
    awarded_on: date | None
    transferred_on: date | None
    year: int
    returned_grosze: int
    source: str


FIELDS = tuple(GrantRow.__dataclass_fields__)


def refusals(row: GrantRow, today: date) -> Iterator[Refusal]:
    """Everything that cannot be true of a grant, each beside its field; what the register holds is not asked."""
    if not row.register_number and not row.nip:
        yield Refusal("no_number", NO_NUMBER, anchor="register_number")
    if row.amount_grosze <= 0:
        yield Refusal("no_amount", NO_AMOUNT, anchor="amount_grosze")
    if row.returned_grosze > row.amount_grosze:
        yield Refusal(
            "returned_too_much", RETURNED_TOO_MUCH, {"amount_grosze": row.amount_grosze}, "returned_grosze"
        )
    if row.returned_grosze and row.state not in USED:
        yield Refusal("nothing_to_return", NOTHING_TO_RETURN, anchor="returned_grosze")
    yield from _refusals_of_days(row, today)


def _refusals_of_days(row: GrantRow, today: date) -> Iterator[Refusal]:
    if row.state in USED and row.transferred_on is None:
        yield Refusal("no_transfer_day", NO_TRANSFER_DAY, anchor="transferred_on")
    if row.transferred_on is not None and row.state not in USED:
        yield Refusal("not_transferred", NOT_TRANSFERRED, anchor="transferred_on")
    if row.transferred_on is not None and row.transferred_on.year != row.year:
        told = {"transferred": row.transferred_on.year, "year": row.year}
        yield Refusal("other_year", OTHER_YEAR, told, "year")
    for name in ("filed_on", "awarded_on", "transferred_on"):
        day: date | None = getattr(row, name)
        if day is not None and day > today:
            yield Refusal("in_the_future", IN_THE_FUTURE, anchor=name)
    if row.filed_on and row.awarded_on and row.awarded_on < row.filed_on:
        yield Refusal("awarded_before_filing", AWARDED_BEFORE_FILING, {"filed": row.filed_on}, "awarded_on")
    if row.awarded_on and row.transferred_on and row.transferred_on < row.awarded_on:
        since = {"awarded": row.awarded_on}
        yield Refusal("transferred_before_award", TRANSFERRED_BEFORE_AWARD, since, "transferred_on")


class Known:
    """The organisations with an account here whose numbers stand in some rows, read at once."""

    def __init__(self, rows: Iterable[GrantRow]) -> None:
        nips, numbers = set(), set()
        for row in rows:
            nips.update({row.nip} - {""})
            numbers.update({row.register_number} - {""})
        query = sa.select(Organisation).where(
            sa.or_(Organisation.nip.in_(nips), Organisation.register_number.in_(numbers))
        )
        self._found = list(db.session.scalars(query)) if nips or numbers else []

    def of(self, row: GrantRow) -> Organisation | None:
        """The legal person with the NIP or the number in the register of the row; None when none has an account.

        Raises Refused when the two numbers are those of two organisations.
        """
        found = {
            organisation.applicant.id: organisation.applicant
            for organisation in self._found
            if (row.nip and organisation.nip == row.nip)
            or (row.register_number and organisation.register_number == row.register_number)
        }
        if len(found) > 1:
            raise Refused(Refusal("two_organisations", TWO_ORGANISATIONS, anchor="nip"))
        return next(iter(found.values()), None)


def register_number(text: str) -> str:
    """The number without spaces, with the zeros that a spreadsheet takes off the front of a KRS number."""
    number = "".join(text.split())
    lost_zeros = number.isascii() and number.isdigit() and len(number) >= KRS_WITHOUT_ZEROS
    return number.zfill(KRS_DIGITS) if lost_zeros else " ".join(text.split())


def entries_of(rows: Iterable[GrantRow]) -> dict[tuple[str, str], list[OtherGrant]]:
    """What the register holds of these grants, withdrawn rows included, by department and reference."""
    sources = {row.source for row in rows}
    query = sa.select(OtherGrant).where(OtherGrant.source.in_(sources)).order_by(OtherGrant.id)
    found: dict[tuple[str, str], list[OtherGrant]] = {}
    # After waiting for a lock the rows must be read anew, whatever this session remembers of them.
    for entry in db.session.scalars(query.execution_options(populate_existing=True)):
        found.setdefault(key_of(entry), []).append(entry)
    return found


def key_of(row: GrantRow | OtherGrant) -> tuple[str, str]:
    """What makes two rows the same grant: the department, in whatever letters, and its reference there."""
    return row.department.casefold(), row.source


def living(entries: Iterable[OtherGrant]) -> OtherGrant | None:
    """The row that nobody has withdrawn; there is one at most."""
    return next((entry for entry in entries if entry.withdrawn_at is None), None)


def enter(row: GrantRow, user: User, now: datetime) -> OtherGrant:
    """The grant counts from now on, for its organisation and for the cap of its year.

    Raises Refused when its numbers contradict each other or the register holds it already.
    """
    organisation = Known([row]).of(row)
    hold([(row.year, organisation)])
    if living(entries_of([row]).get(key_of(row), ())) is not None:
        told = {"department": row.department, "source": row.source}
        raise Refused(Refusal("known_already", KNOWN_ALREADY, told, "source"))
    return add(row, organisation, user, now)


def add(row: GrantRow, organisation: Organisation | None, user: User, now: datetime) -> OtherGrant:
    """Write the row; the caller holds the locks and has looked for the same grant."""
    values = {name: getattr(row, name) for name in FIELDS}
    entered = OtherGrant(**values, organisation=organisation, entered_at=now, entered_by_id=user.id)
    db.session.add(entered)
    db.session.flush()
    return entered


def hold(money: Iterable[tuple[int, Organisation | None]]) -> None:
    """Wait for everybody who counts or binds money of these years for the city or for these organisations."""
    by_year: dict[int, set[int]] = {}
    for year, organisation in money:
        held = by_year.setdefault(year, set())
        if organisation is not None:
            held.add(organisation.id)
    for year, organisations in sorted(by_year.items()):
        limit_locks.take_for(year, organisations)


def may_withdraw(row: OtherGrant, user: User) -> bool:
    """A row belongs to the department whose person entered it; a person of the whole city may withdraw every row."""
    entered_for = row.entered_by.unit_id if row.entered_by else None
    return row.withdrawn_at is None and user.unit_id in {None, entered_for}


def find(public_id: str, user: User) -> OtherGrant:
    """A row that this person may withdraw, withdrawn or not. Raises Hidden for any other."""
    row = db.session.scalar(sa.select(OtherGrant).where(OtherGrant.public_id == public_id))
    entered_for = row.entered_by.unit_id if row is not None and row.entered_by else None
    if row is None or user.unit_id not in {None, entered_for}:
        raise Hidden
    return row


def withdraw(row: OtherGrant, reason: str, user: User, now: datetime) -> None:
    """The row counts no more and stays readable with the reason. Raises Refused when it was withdrawn before."""
    hold([(row.year, row.organisation)])
    db.session.refresh(row, with_for_update=True)
    if row.withdrawn_at is not None:
        raise Refused(Refusal("withdrawn_already", WITHDRAWN_ALREADY))
    row.withdrawn_at, row.withdrawn_by_id, row.withdrawal_reason = now, user.id, reason
    db.session.flush()


def set_cap_base(
    year: int, amount_grosze: int, act: str, act_date: date, *, returned_money_frees_limit: bool, user: User, now: datetime
) -> CapBase:  # fmt: skip
    """The newest figure of the year is in force; the earlier ones stay."""
    limit_locks.take_for(year)
    row = CapBase(
        year=year, amount_grosze=amount_grosze, act=act, act_date=act_date, entered_at=now, entered_by_id=user.id,
        returned_money_frees_limit=returned_money_frees_limit,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def state_complete(year: int, until: date, user: User, today: date, now: datetime) -> RegisterStatement:
    """The register of other departments' grants of the year is complete until that day; the newest statement holds.

    Raises Refused for a day that has not come and for one outside the year.
    """
    first, latest = date(year, 1, 1), min(today, date(year, 12, 31))
    if until > latest:
        raise Refused(Refusal("statement_too_late", STATEMENT_TOO_LATE, {"latest": latest}, "complete_until"))
    if until < first:
        told = {"year": year, "first": first}
        raise Refused(Refusal("statement_too_early", STATEMENT_TOO_EARLY, told, "complete_until"))
    row = RegisterStatement(year=year, complete_until=until, stated_at=now, stated_by_id=user.id)
    db.session.add(row)
    db.session.flush()
    return row
