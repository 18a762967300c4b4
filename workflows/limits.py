"""The limits of art. 19a: what a small grant may be, and how much of it would still fit.

Every rule is chosen by the day in Kraków on which the offer was filed, never by the day of the check; the numbers
stand in `statute.py`, so changing a limit is adding a row there. The limit of an organisation's year is the one that
is valid for the new offer, and against it count all grants of the year of transfer, whatever law they were filed
under: transferred money is used, awarded and agreed money reserved. What the city does not know for sure counts.

The guards, the meter beside the form, the calculator and `flask reckon` all ask `limits()`. Amounts are int grosze.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from workflows import statute
from workflows.amounts import largest_part
from workflows.calendar import day_of, local_day

POOL_BASIS = "regulamin naboru"
CALENDAR_YEAR_BASIS = "art. 221 u.f.p. i praktyka Krakowa"


class GrantState(StrEnum):
    """How far a grant has come, as far as the limits care."""

    SUBMITTED = "submitted"
    AWARDED = "awarded"
    AGREED = "agreed"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


USED = frozenset({GrantState.TRANSFERRED})
RESERVED = frozenset({GrantState.AWARDED, GrantState.AGREED})


class LimitCode(StrEnum):
    """The limits in the order in which they are listed."""

    TASK = "task"
    ORGANISATION_YEAR = "organisation_year"
    CAP = "cap"
    POOL = "pool"
    DURATION = "duration"
    CALENDAR_YEAR = "calendar_year"
    START_DATE = "start_date"
    PROGRAMME_TASK = "programme_task"
    PROGRAMME_DURATION = "programme_duration"


OF_AMOUNTS = frozenset(
    {
        LimitCode.TASK,
        LimitCode.ORGANISATION_YEAR,
        LimitCode.CAP,
        LimitCode.POOL,
        LimitCode.PROGRAMME_TASK,
    }
)
WARNINGS = frozenset({LimitCode.START_DATE})


@dataclass(frozen=True)
class Grant:
    """A small grant, or one organisation's share in it, as the city's register knows it.

    `transfer_year` is the year in which the money is to be transferred; None where nobody knows, and then it counts.
    """

    organisation: Hashable
    amount_grosze: int
    state: GrantState
    filed_at: datetime | None = None
    transferred_at: datetime | date | None = None
    transfer_year: int | None = None
    returned_grosze: int = 0

    @property
    def year(self) -> int | None:
        """The year against whose limit the grant counts: that of the transfer, once it has happened."""
        if self.state in USED and self.transferred_at is not None:
            return day_of(self.transferred_at).year
        return self.transfer_year


@dataclass(frozen=True)
class Ask:
    """What is asked for, and what the city knows at that moment; None is unknown.

    `shares` holds what each organisation asks for, in the order of the offer; `grants` may hold grants of any
    organisation and year. `cap_used_grosze` is all that counts against the cap already, `grants` included.
    Raises ValueError without shares, for a share below zero and for a moment of filing without a zone.
    """

    filed_at: datetime
    shares: Mapping[Any, int]
    transfer_year: int
    start: date | None = None
    end: date | None = None
    grants: Sequence[Grant] = ()
    pool_left_grosze: int | None = None
    cap_base_grosze: int | None = None
    cap_used_grosze: int | None = None
    returned_money_frees_limit: bool = False
    filed_on: date = field(init=False)

    def __post_init__(self) -> None:
        if not self.shares or min(self.shares.values()) < 0:
            raise ValueError("shares that are not below zero are needed")
        object.__setattr__(self, "filed_on", local_day(self.filed_at))

    @property
    def total_grosze(self) -> int:
        """What all organisations ask for together."""
        return sum(self.shares.values())

    @property
    def days(self) -> int | None:
        """How long the task lasts, both ends counted; None while its dates are unknown or the wrong way round."""
        if self.start is None or self.end is None or self.end < self.start:
            return None
        return (self.end - self.start).days + 1


@dataclass(frozen=True)
class Programme:
    """What the intake's own rules allow. They add to the statute and never widen it; None is no rule."""

    max_grant_grosze: int | None = None
    max_days: int | None = None
    basis: str = POOL_BASIS


@dataclass(frozen=True)
class Limit:
    """One limit and what is taken of it before this offer; `limit` None: it does not apply or is unknown.

    Amounts are grosze; for the duration everything is days and `used` is what this offer asks for; for the calendar
    year the limit is the last day of the task, for the start date the first. `asked` is what is measured here.
    """

    code: LimitCode
    organisation: Hashable | None
    limit: int | date | None
    used: int | None
    reserved: int | None
    left: int | None
    exceeded: bool
    basis: str
    asked: int | None = None

    @property
    def forbids(self) -> bool:
        """Whether the offer cannot be granted because of this limit; a warning never forbids."""
        return self.exceeded and self.code not in WARNINGS


@dataclass(frozen=True)
class Limits:
    """Every limit of an offer, whether it may be granted as it is, and the largest total that the amounts leave.

    `would_fit_grosze` keeps the proportions of the shares and is rounded down to the grosz; None where no limit of
    an amount is known. It says nothing of the dates.
    """

    allowed: bool
    would_fit_grosze: int | None
    rows: tuple[Limit, ...]


def limits(ask: Ask, programme: Programme | None = None) -> Limits:
    """Every limit for what is asked, those of the intake's programme after those of the law.

    Raises NoRule for a day of filing on which the law knew no small grants.
    """
    rows = (
        _task(ask),
        *(_organisation_year(ask, organisation) for organisation in ask.shares),
        _cap(ask),
        _pool(ask),
        _duration(ask),
        _calendar_year(ask),
        _start_date(ask),
        *(programme_limits(ask, programme) if programme else ()),
    )
    return Limits(not any(row.forbids for row in rows), _would_fit(ask, rows), rows)


def programme_limits(ask: Ask, programme: Programme) -> tuple[Limit, ...]:
    """The rows of the intake's own rules; they are listed apart from those of the law."""
    return (
        _amount(LimitCode.PROGRAMME_TASK, programme.max_grant_grosze, ask.total_grosze, programme.basis),
        _days(LimitCode.PROGRAMME_DURATION, programme.max_days, ask, programme.basis),
    )


def transfer_year_of(start: date | None, moment: datetime) -> int:
    """The year in which a grant would be transferred: that of the task, else the year in Kraków at `moment`."""
    return (start or local_day(moment)).year


def _task(ask: Ask) -> Limit:
    rule = statute.rule("art19a.max_grant_per_task", ask.filed_on)
    return _amount(LimitCode.TASK, rule.value, ask.total_grosze, rule.citation)


def _organisation_year(ask: Ask, organisation: Hashable) -> Limit:
    rule = statute.rule("art19a.max_per_org_per_year", ask.filed_on)
    counted = [
        grant
        for grant in ask.grants
        if grant.organisation == organisation and grant.year in {ask.transfer_year, None}
    ]
    used = sum(_used(grant, ask) for grant in counted if grant.state in USED)
    reserved = sum(grant.amount_grosze for grant in counted if grant.state in RESERVED)
    return _amount(
        LimitCode.ORGANISATION_YEAR,
        rule.value,
        ask.shares[organisation],
        rule.citation,
        used=used,
        reserved=reserved,
        organisation=organisation,
    )


def _used(grant: Grant, ask: Ask) -> int:
    """Returned money does not free the limit of the year unless the city has said so."""
    returned = grant.returned_grosze if ask.returned_money_frees_limit else 0
    return max(grant.amount_grosze - returned, 0)


def _cap(ask: Ask) -> Limit:
    rule = statute.rule("art19a.max_share_of_planned_grants", ask.filed_on)
    known = ask.cap_base_grosze is not None and rule.value is not None
    limit = largest_part(ask.cap_base_grosze or 0, rule.value or 0) if known else None
    return _amount(LimitCode.CAP, limit, ask.total_grosze, rule.citation, used=ask.cap_used_grosze)


def _pool(ask: Ask) -> Limit:
    return _amount(LimitCode.POOL, ask.pool_left_grosze, ask.total_grosze, POOL_BASIS)


def _duration(ask: Ask) -> Limit:
    rule = statute.rule("art19a.max_duration_days", ask.filed_on)
    return _days(LimitCode.DURATION, rule.value, ask, rule.citation)


def _calendar_year(ask: Ask) -> Limit:
    known = ask.start is not None and ask.end is not None
    last = date(ask.start.year, 12, 31) if ask.start is not None and known else None
    exceeded = last is not None and ask.end is not None and ask.end.year != last.year
    return Limit(LimitCode.CALENDAR_YEAR, None, last, None, None, None, exceeded, CALENDAR_YEAR_BASIS)


def _start_date(ask: Ask) -> Limit:
    rule = statute.rule("art19a.start_notice_days", ask.filed_on)
    first = None if rule.value is None else ask.filed_on + timedelta(days=rule.value)
    early = first is not None and ask.start is not None and ask.start < first
    return Limit(LimitCode.START_DATE, None, first, None, None, None, early, rule.citation)


def _amount(
    code: LimitCode,
    limit: int | None,
    asked: int,
    basis: str,
    *,
    used: int | None = 0,
    reserved: int = 0,
    organisation: Hashable | None = None,
) -> Limit:
    """A limit of an amount; what is taken of it may be unknown, and then nothing is known to be exceeded."""
    left = None if limit is None or used is None else max(limit - used - reserved, 0)
    exceeded = left is not None and asked > left
    return Limit(code, organisation, limit, used, reserved, left, exceeded, basis, asked)


def _days(code: LimitCode, limit: int | None, ask: Ask, basis: str) -> Limit:
    days = ask.days
    left = None if limit is None or days is None else max(limit - days, 0)
    exceeded = limit is not None and days is not None and days > limit
    return Limit(code, None, limit, days, 0, left, exceeded, basis, days)


def _would_fit(ask: Ask, rows: Sequence[Limit]) -> int | None:
    """The largest x so that each organisation's part of x, and x itself, stays within what is left."""
    shares = ask.shares if ask.total_grosze else dict.fromkeys(ask.shares, 1)
    total = sum(shares.values())
    bounds = []
    for row in rows:
        weight = total if row.organisation is None else shares[row.organisation]
        if row.code in OF_AMOUNTS and row.left is not None and weight:
            bounds.append(row.left * total // weight)
    return min(bounds, default=None)
