"""The terms of the procedure by name: from which day, how many days, whether the end is moved, and by which article.

The counting itself is that of `calendar.py`; the numbers stand in `statute.py` and are chosen by the day of the event.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from workflows import statute
from workflows.calendar import (
    Count,
    count_business_days,
    count_days,
    count_months,
    count_offer_period,
    day_of,
    end_of_day,
)
from workflows.reckoning import return_code

DAYS_BASIS = "art. 57 § 1 i 4 KPA, art. 111 § 2 i art. 115 k.c."
BUSINESS_DAYS_BASIS = "art. 57 § 1 KPA, art. 111 § 2 k.c."
MOST_DAYS = 3_660


class TermRule(StrEnum):
    """The terms that can be asked for."""

    OFFER_PERIOD = "offer_period"
    SMALL_GRANT_PUBLICATION = "small_grant_publication"
    SMALL_GRANT_COMMENTS = "small_grant_comments"
    FINAL_REPORT = "final_report"
    RETURN_UNUSED = "return_unused"
    RETURN_DEMANDED = "return_demanded"
    JUSTIFICATION = "justification"
    PUBLIC_INFORMATION = "public_information"
    PUBLIC_INFORMATION_EXTENDED = "public_information_extended"
    COMPLAINT = "complaint"
    MOTION = "motion"
    DAYS = "days"
    BUSINESS_DAYS = "business_days"


FROM_PUBLICATION = frozenset({TermRule.OFFER_PERIOD, TermRule.SMALL_GRANT_COMMENTS})
"""Terms that begin with the last of the publications; without one, with the day that is given."""

OF_SO_MANY_DAYS = frozenset({TermRule.DAYS, TermRule.BUSINESS_DAYS})
"""Terms whose length is given with the question."""


class UnclearTerm(ValueError):
    """The question lacks the day of the event or the number of days, or the number cannot be counted."""


@dataclass(frozen=True)
class Term:
    """A counted term: the last day before and after it was moved, its last moment (UTC), how it was counted, and why."""

    rule: TermRule
    event: date
    nominal_last_day: date
    last_day: date
    last_moment: datetime
    count: Count
    basis: str

    @property
    def counted(self) -> tuple[date, ...]:
        """The days that carry a number."""
        return tuple(day.day for day in self.count.days if day.number is not None)


def term(
    rule: TermRule,
    from_: date | datetime | None,
    publications: Sequence[date | datetime] = (),
    days: int | None = None,
) -> Term:
    """The term `rule` that begins with `from_`, or with the last publication where the law says so.

    The first day of the offer period is the first that may be a deadline. Raises UnclearTerm when the question
    lacks something, NoRule when the law knew no such term on that day, ValueError for a moment without a zone.
    """
    event = _event(rule, from_, publications)
    if rule in OF_SO_MANY_DAYS and (days is None or not 1 <= days <= MOST_DAYS):
        raise UnclearTerm(f"the number of days must be from 1 to {MOST_DAYS}")
    count, basis = _COUNTED[rule](event, days or 0)
    numbered = [day.day for day in count.days if day.number is not None]
    nominal = count.last if rule is TermRule.OFFER_PERIOD else numbered[-1]
    return Term(rule, event, nominal, count.last, end_of_day(count.last), count, basis)


def _event(rule: TermRule, from_: date | datetime | None, publications: Sequence[date | datetime]) -> date:
    if rule in FROM_PUBLICATION and publications:
        return max(day_of(publication) for publication in publications)
    if from_ is None:
        raise UnclearTerm("the day of the event is missing")
    return day_of(from_)


Counted = tuple[Count, str]


def _moved(code: str) -> Callable[[date, int], Counted]:
    """A term of the law in calendar days, moved off Saturdays, Sundays and holidays."""
    return lambda event, _: (
        count_days(event, statute.number(code, event)),
        statute.rule(code, event).citation,
    )


def _months(code: str) -> Callable[[date, int], Counted]:
    """A term of the law in months, moved as one in days."""
    return lambda event, _: (
        count_months(event, statute.number(code, event)),
        statute.rule(code, event).citation,
    )


def _business(code: str) -> Callable[[date, int], Counted]:
    return lambda event, _: (
        count_business_days(event, statute.number(code, event)),
        statute.rule(code, event).citation,
    )


def _offer_period(event: date, _: int) -> Counted:
    return count_offer_period(event, event), statute.rule("opencall.min_offer_days", event).citation


_COUNTED: Mapping[TermRule, Callable[[date, int], Counted]] = {
    TermRule.OFFER_PERIOD: _offer_period,
    TermRule.SMALL_GRANT_PUBLICATION: _business("art19a.publication_within_business_days"),
    TermRule.SMALL_GRANT_COMMENTS: _moved("art19a.comment_days"),
    TermRule.FINAL_REPORT: _moved("report.final_days"),
    TermRule.RETURN_UNUSED: lambda event, _: _moved(return_code(event))(event, 0),
    TermRule.RETURN_DEMANDED: _moved("refund.misused_days"),
    TermRule.JUSTIFICATION: _moved("result.justification_request_days"),
    TermRule.PUBLIC_INFORMATION: _moved("request.information_days"),
    TermRule.PUBLIC_INFORMATION_EXTENDED: _months("request.information_extended_months"),
    TermRule.COMPLAINT: _months("request.complaint_months"),
    TermRule.MOTION: _months("request.motion_months"),
    TermRule.DAYS: lambda event, days: (count_days(event, days), DAYS_BASIS),
    TermRule.BUSINESS_DAYS: lambda event, days: (count_business_days(event, days), BUSINESS_DAYS_BASIS),
}
