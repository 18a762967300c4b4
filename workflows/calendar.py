"""Days, terms and moments: Polish holidays, the counting of terms, and whether a term has passed.

Terms are counted by KPA art. 57 and by art. 111-115 of the Civil Code, which say the same: the day of the
event is not counted, and a term that would end on a free day or a Saturday ends on the next day that is
neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from workflows import statute
from workflows.words import N_

WARSAW = ZoneInfo("Europe/Warsaw")

LAST_INSTANT = time(23, 59, 59, 999_999)

SATURDAY = N_("Saturday")
SUNDAY = N_("Sunday")
DAY_OF_EVENT = N_("the day of the event is not counted")
MOVED = N_("the end of the term is moved to this day")
FIRST_DEADLINE = N_("the first day on which offers may be due")
HOLIDAY_NAMES = (
    N_("New Year's Day"),
    N_("Epiphany"),
    N_("Easter Sunday"),
    N_("Easter Monday"),
    N_("National Day"),
    N_("National Day of the Third of May"),
    N_("Pentecost"),
    N_("Corpus Christi"),
    N_("Assumption Day"),
    N_("All Saints' Day"),
    N_("National Independence Day"),
    N_("Christmas Eve"),
    N_("Christmas Day"),
    N_("Second Day of Christmas"),
)


class MomentFault(ValueError):
    """A local time that does not exist or happens twice; `code` is "missing" or "repeated"."""

    def __init__(self, code: str, msgid: str) -> None:
        super().__init__(msgid)
        self.code = code
        self.msgid = msgid


@dataclass(frozen=True)
class CountedDay:
    """One day of a count: its number in the term, or the reason (a msgid) why it has none."""

    day: date
    number: int | None
    reason: str | None = None


@dataclass(frozen=True)
class Count:
    """How a term was counted: every day from the event to the end, and the last day of the term."""

    event: date
    days: tuple[CountedDay, ...]
    last: date

    @property
    def moved(self) -> bool:
        """Whether the end was moved because it fell on a free day or a Saturday."""
        return self.days[-1].reason == MOVED


@lru_cache(maxsize=64)
def holidays(year: int) -> Mapping[date, str]:
    """The statutory free days of `year` besides the Sundays that are only Sundays; names are msgids."""
    return dict(sorted(country_holidays("PL", years=year, language="en_US").items()))


def free_day(day: date) -> str | None:
    """Why `day` is free from work by law (a msgid), or None. A Saturday is not free by law."""
    if name := holidays(day.year).get(day):
        return name
    return SUNDAY if day.weekday() == 6 else None


def not_business_day(day: date) -> str | None:
    """Why `day` is not a business day (a msgid), or None."""
    return free_day(day) or (SATURDAY if day.weekday() == 5 else None)


def is_business_day(day: date) -> bool:
    """Monday to Friday without statutory holidays."""
    return not_business_day(day) is None


def moved_to_business_day(day: date) -> date:
    """`day`, or the next day that is neither free nor a Saturday (KPA art. 57 § 4, kc art. 115)."""
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def count_days(event: date, days: int) -> Count:
    """A term of `days` days that starts with `event`, counted day by day and moved off a free end."""
    numbered = [CountedDay(event + timedelta(days=number), number) for number in range(1, days + 1)]
    return _moved(event, numbered)


def count_months(event: date, months: int) -> Count:
    """A term of `months` months: it ends on the same or else the last day of the month (KPA art. 57 § 3)."""
    end = same_day(event, months)
    numbered = [CountedDay(event + timedelta(days=n), n) for n in range(1, (end - event).days + 1)]
    return _moved(event, numbered)


def count_business_days(event: date, days: int) -> Count:
    """A term of `days` business days; the first one is the first business day after `event`."""
    counted = [CountedDay(event, None, DAY_OF_EVENT)]
    number, day = 0, event
    while number < days:
        day += timedelta(days=1)
        reason = not_business_day(day)
        number += reason is None
        counted.append(CountedDay(day, None if reason else number, reason))
    return Count(event, tuple(counted), day)


def add_days(event: date, days: int) -> date:
    """The last day of a term of `days` days from `event`, moved off a free day or Saturday."""
    return moved_to_business_day(event + timedelta(days=days))


def add_months(event: date, months: int) -> date:
    """The last day of a term of `months` months from `event`, moved off a free day or Saturday."""
    return moved_to_business_day(same_day(event, months))


def add_business_days(event: date, days: int) -> date:
    """The `days`-th business day after `event`."""
    return count_business_days(event, days).last


def same_day(event: date, months: int) -> date:
    """The day `months` months after `event` with the same number, or the last day of that month."""
    year, month = divmod(event.year * 12 + event.month - 1 + months, 12)
    for day in (event.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day, event.day))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")  # pragma: no cover


def end_of_day(day: date) -> datetime:
    """The last instant of `day` in Kraków, aware, in UTC."""
    return datetime.combine(day, LAST_INSTANT, WARSAW).astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """The first instant of `day` in Kraków, aware, in UTC."""
    return datetime.combine(day, time.min, WARSAW).astimezone(UTC)


def local_day(moment: datetime) -> date:
    """The day it is in Kraków at `moment`. Raises ValueError for a moment without a zone."""
    return _aware(moment).astimezone(WARSAW).date()


def day_of(event: date | datetime) -> date:
    """The day of an event: a date as it is, of a moment the day it is in Kraków. Raises ValueError without a zone."""
    return local_day(event) if isinstance(event, datetime) else event


def local_moment(day: date, at: time) -> datetime:
    """The instant when a clock in Kraków shows `at` on `day`, aware, in UTC.

    Raises MomentFault in the hour that is left out in March or comes twice in October: nobody could say
    which instant is meant.
    """
    local = datetime.combine(day, at.replace(tzinfo=None, fold=0), WARSAW)
    if local.astimezone(UTC).astimezone(WARSAW).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise MomentFault("missing", N_("The clocks skip this hour on that day. Choose another hour."))
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise MomentFault("repeated", N_("This hour comes twice on that day. Choose another hour."))
    return local.astimezone(UTC)


def passed(term: datetime, now: datetime) -> bool:
    """Whether `term` has passed at `now`: the exact instant of the term is still in time.

    This is the one place that decides it. Raises ValueError for moments without a zone.
    """
    return _aware(now) > _aware(term)


def count_offer_period(last_publication: date, on: date) -> Count:
    """The statutory term for offers, and after it the first day on which they may be due at any hour.

    The term of art. 13 ust. 1 must be over in full, so the day after its last day is the first safe one. It is the
    shortest time that organisations must be given, not a term that somebody keeps: it is not moved off a free day.
    `on` chooses the law.
    """
    days = statute.number("opencall.min_offer_days", on)
    numbered = [
        CountedDay(last_publication + timedelta(days=number), number) for number in range(1, days + 1)
    ]
    first = last_publication + timedelta(days=days + 1)
    event = CountedDay(last_publication, None, DAY_OF_EVENT)
    return Count(last_publication, (event, *numbered, CountedDay(first, None, FIRST_DEADLINE)), first)


def earliest_offer_deadline(last_publication: date, on: date) -> date:
    """The first day on which offers may be due at any hour, when the last of the three publications is known."""
    return count_offer_period(last_publication, on).last


def offer_period_kept(deadline: datetime, last_publication: date, on: date) -> bool:
    """Whether offers may be due at `deadline`: not before the end of the statutory term (art. 13 ust. 1)."""
    last_day = last_publication + timedelta(days=statute.number("opencall.min_offer_days", on))
    return _aware(deadline) >= end_of_day(last_day)


def _moved(event: date, numbered: list[CountedDay]) -> Count:
    counted = [CountedDay(event, None, DAY_OF_EVENT), *numbered]
    last = counted[-1].day
    while not is_business_day(last):
        last += timedelta(days=1)
        counted.append(CountedDay(last, None, not_business_day(last) or MOVED))
    return Count(event, tuple(counted), last)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return moment
