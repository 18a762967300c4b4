"""The limits of art. 19a for one small grant, as the meter shows them and the guards refuse by them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from app.models import Intake, Organisation, SmallGrant
from app.queries import grant_ledger, intake_pool, offerors
from app.queries.grant_ledger import Entry
from app.queries.offer_text import OfferText
from workflows import limit_words
from workflows.amounts import split
from workflows.engine import Refusal
from workflows.limits import Ask, LimitCode, Limits, Programme, limits

PLACES = {
    LimitCode.DURATION: "date_to",
    LimitCode.PROGRAMME_DURATION: "date_to",
    LimitCode.CALENDAR_YEAR: "date_to",
}


@dataclass(frozen=True)
class State:
    """Every limit at one moment, with the names of the organisations and how far the city's register reaches."""

    result: Limits
    ask: Ask
    names: Mapping[Any, str]
    complete_until: Any


def state_of(
    small_grant: SmallGrant, moment: datetime | None = None, *, amount_grosze: int | None = None, text: OfferText | None = None,
    pool_counts: bool = True, decided_at: datetime | None = None,
) -> State:  # fmt: skip
    """The limits for what the offer asks, or for `amount_grosze` in the same proportions.

    The law is that of the day of filing; a draft is judged as if it were filed at `moment`, and raises ValueError
    without one. The grant itself is left out of what is taken, and with `decided_at` awards made later: they gave way
    to this one when they were made.
    """
    filed_at = small_grant.filed_at or moment
    if filed_at is None:
        raise ValueError("a draft is judged at a moment")
    intake, text = small_grant.intake, text or OfferText(small_grant)
    organisations = [party.organisation.applicant for party in text.parties]
    rows = _entries(small_grant, None, decided_at)
    base = grant_ledger.cap_base(intake.year)
    frees = bool(base and base.returned_money_frees_limit)
    own = _entries(small_grant, organisations, decided_at)
    ask = Ask(
        filed_at=filed_at,
        shares=shares_of(text, amount_grosze),
        transfer_year=intake.year,
        start=text.reading.day("date_from"),
        end=text.reading.day("date_to"),
        grants=tuple(row.grant for row in own),
        pool_left_grosze=intake_pool.left(intake, small_grant.id) if pool_counts else None,
        cap_base_grosze=base.amount_grosze if base else None,
        cap_used_grosze=grant_ledger.counted(rows, returned_frees=frees),
        returned_money_frees_limit=frees,
    )
    names = {organisation.id: organisation.name for organisation in organisations}
    return State(limits(ask, programme_of(intake)), ask, names, grant_ledger.complete_until(intake.year))


def refusals_of_agreed(small_grant: SmallGrant, amount_grosze: int) -> tuple[Refusal, ...]:
    """Whether what was awarded may still be agreed on and paid: the limits by the law of the day of filing.

    What was awarded before or transferred since counts; what was awarded later does not.
    """
    state = state_of(small_grant, amount_grosze=amount_grosze, decided_at=small_grant.decided_at)
    return tuple(replace(refusal, anchor=None) for refusal in refusals(state))


def refusals_of_split(small_grant: SmallGrant, text: OfferText) -> tuple[Refusal, ...]:
    """Whether an updated offer keeps the limits: its days, and parts that differ from those awarded."""
    if shares_of(text) != {row.organisation_id: row.amount_grosze for row in small_grant.shares}:
        return refusals(state_of(small_grant, text=text), anchor="split")
    first, last = text.reading.day("date_from"), text.reading.day("date_to")
    if first is None or last is None:
        return ()
    return refusals_of_term(small_grant, first, last, anchor="date_to")


def refusals_of_term(small_grant: SmallGrant, first: date, last: date, *, anchor: str) -> tuple[Refusal, ...]:
    """Whether the task may last from `first` to `last`: how long it may take, and in one calendar year."""
    state = state_of(small_grant, decided_at=small_grant.decided_at)
    ask = replace(state.ask, start=first, end=last)
    found = limits(ask, programme_of(small_grant.intake))
    rows = tuple(row for row in found.rows if row.code in PLACES)
    told = refusals(replace(state, ask=ask, result=replace(found, rows=rows)))
    return tuple(replace(refusal, anchor=anchor) for refusal in told)


def _entries(
    small_grant: SmallGrant, organisations: list[Organisation] | None, decided_at: datetime | None
) -> list[Entry]:
    rows = grant_ledger.entries(small_grant.intake.year, organisations, without=small_grant.id)
    return rows if decided_at is None else [row for row in rows if row.precedes(decided_at)]


def programme_of(intake: Intake) -> Programme:
    """What the intake's own rules allow; they may only be stricter than the statute."""
    return Programme(max_grant_grosze=intake.max_grant_grosze, max_days=intake.max_days)


def shares_of(text: OfferText, amount_grosze: int | None = None) -> dict[int, int]:
    """What of the grant falls to each legal person; a joint offer says it in its own table, or it is divided evenly."""
    persons = [party.organisation.applicant.id for party in text.parties]
    total = text.totals.grant_grosze if amount_grosze is None else amount_grosze
    told = _typed_shares(text)
    known = sum(told.get(person, 0) for person in set(persons)) == text.totals.grant_grosze
    weights = {person: told.get(person, 0) if known else persons.count(person) for person in persons}
    return dict(zip(weights, split(total, list(weights.values())), strict=True))


def _typed_shares(text: OfferText) -> dict[int | None, int]:
    """By the legal person of the row; None for a row of nobody who stands behind the offer."""
    persons = offerors.persons_of_rows(text)
    found: dict[int | None, int] = {}
    for line in text.totals.split:
        person = persons.get(line.offeror)
        found[person] = found.get(person, 0) + line.value_grosze
    return found


def refusals(state: State, *, anchor: str | None = "costs") -> tuple[Refusal, ...]:
    """One reason for each limit that forbids what is asked, beside the place where it can be repaired."""
    rows = [row for row in state.result.rows if row.forbids]
    found = limit_words.refusals(state.result, state.ask, state.names)
    return tuple(
        replace(refusal, anchor=PLACES.get(row.code, anchor))
        for row, refusal in zip(rows, found, strict=True)
    )
