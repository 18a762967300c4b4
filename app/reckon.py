"""The law as a calculator for machines: JSON objects in, one answer for each, by the functions that the workflows use.

Amounts are strings with two decimals, times ISO 8601 with an offset, unknowns null. A faulty object is answered with
a sentence and the next one goes on. Keys that are not asked for are left alone.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NoReturn

from app.i18n import say
from reports import figures
from workflows.amounts import MAX_DIGITS, AmountFault, parse_grosze
from workflows.calendar import WARSAW
from workflows.engine import Refusal
from workflows.limits import OF_AMOUNTS, Ask, Grant, GrantState, Limit, limits, transfer_year_of
from workflows.statute import NoRule
from workflows.terms import TermRule, UnclearTerm, term

YEARS = range(1990, 2101)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
)
_AMOUNT = re.compile(r"[0-9]{1,10}\.[0-9]{2}")
_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}

Given = Mapping[str, Any]
Answer = dict[str, Any]


class Faulty(ValueError):
    """The object cannot be answered; the text is the sentence that says why."""


def answers(lines: Iterable[bytes], question: str) -> Iterator[bytes]:
    """One line of JSON for each line that is not blank; `question` is one of QUESTIONS."""
    for line in lines:
        if line.strip():
            said = json.dumps(_answer(line, QUESTIONS[question]), ensure_ascii=False)
            yield said.translate(_LINE_ENDS).encode() + b"\n"


def _answer(line: bytes, answer: Callable[[Given], Answer]) -> Answer:
    try:
        return answer(_read(line))
    except (Faulty, NoRule, UnclearTerm) as fault:
        sentence = str(fault).strip()
        return {"error": f"{sentence[:1].upper()}{sentence[1:]}."}


# ---- the questions


def _limits(given: Given) -> Answer:
    filed_at = _required(given, "filed_at", _moment)
    start, end = _optional(given, "start", _day), _optional(given, "end", _day)
    if start and end and end < start:
        raise Faulty("the task ends before it begins")
    checked_at = _optional(given, "checked_at", _moment)
    transfer_year = _optional(given, "transfer_year", _year)
    found = limits(
        Ask(
            filed_at=filed_at,
            shares=_required(given, "shares", _shares),
            transfer_year=transfer_year or transfer_year_of(start, checked_at or filed_at),
            start=start,
            end=end,
            grants=[_grant(grant) for grant in _optional(given, "grants", _objects) or []],
            pool_left_grosze=_optional(given, "pool_left", _amount),
            cap_base_grosze=_optional(given, "cap_base", _amount),
            cap_used_grosze=_optional(given, "cap_used", _amount),
            returned_money_frees_limit=_optional(given, "returned_money_frees_limit", _truth) or False,
        )
    )
    return {
        "allowed": found.allowed,
        "would_fit": _as_amount(found.would_fit_grosze),
        "limits": [_limit(row) for row in found.rows],
    }


def _grant(given: Given) -> Grant:
    amount = _required(given, "amount", _amount)
    return Grant(
        organisation=_required(given, "organisation", _text),
        amount_grosze=amount,
        state=_required(given, "state", _state),
        filed_at=_optional(given, "filed_at", _moment),
        transferred_at=_optional(given, "transferred_at", _day_or_moment),
        transfer_year=_optional(given, "transfer_year", _year),
        returned_grosze=_returned(given, amount),
    )


def _returned(given: Given, amount: int) -> int:
    """What came back of a grant; true stands for the whole of it."""
    if isinstance(given.get("returned"), bool):
        return amount if given["returned"] else 0
    return _optional(given, "returned", _amount) or 0


def _limit(row: Limit) -> Answer:
    write = _as_amount if row.code in OF_AMOUNTS else _as_it_is
    return {
        "code": row.code,
        "organisation": row.organisation,
        "limit": write(row.limit),
        "used": write(row.used),
        "reserved": write(row.reserved),
        "left": write(row.left),
        "exceeded": row.exceeded,
        "basis": row.basis,
    }


def _term(given: Given) -> Answer:
    publications = _optional(given, "publications", _objects) or []
    found = term(
        _required(given, "rule", _rule),
        _optional(given, "from", _day_or_moment),
        [_required(publication, "at", _day_or_moment) for publication in publications],
        _optional(given, "days", _number),
    )
    return {
        "nominal_last_day": found.nominal_last_day.isoformat(),
        "last_day": found.last_day.isoformat(),
        "last_moment": found.last_moment.astimezone(WARSAW).isoformat(timespec="seconds"),
        "counted": [day.isoformat() for day in found.counted],
        "basis": found.basis,
    }


def _read_or_write_amount(given: Given) -> Answer:
    text, grosze = _optional(given, "text", _text), _optional(given, "grosze", _number)
    if (text is None) == (grosze is None):
        raise Faulty('give either "text" or "grosze"')
    if text is not None:
        try:
            return {"grosze": parse_grosze(text)}
        except AmountFault as fault:
            return {"refused": say(Refusal(fault.code, fault.msgid, fault.params))}
    if grosze is None or not 0 <= grosze < 10**MAX_DIGITS:
        raise Faulty(f'"grosze" must be from 0 to {10**MAX_DIGITS - 1}')
    return {"figures": figures.money(grosze), "words": figures.amount_in_words(grosze)}


QUESTIONS: Mapping[str, Callable[[Given], Answer]] = {
    "limits": _limits,
    "term": _term,
    "amount": _read_or_write_amount,
}


# ---- reading


def _read(line: bytes) -> Given:
    try:
        given = json.loads(line.decode(), object_pairs_hook=_object, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Faulty("the line is not UTF-8") from None
    except RecursionError:
        raise Faulty("the line is nested too deeply") from None
    except Faulty:
        raise
    except ValueError:
        raise Faulty("the line is not JSON") from None
    return _mapping(given, "the line")


def _object(pairs: list[tuple[str, Any]]) -> Given:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise Faulty("a key stands twice in one object")
    return read


def _no_number(name: str) -> NoReturn:
    raise Faulty(f"{name} is not a number of JSON")


def _required(given: Given, name: str, read: Callable[[Any, str], Any]) -> Any:
    if given.get(name) is None:
        raise Faulty(f'"{name}" is missing')
    return read(given[name], f'"{name}"')


def _optional(given: Given, name: str, read: Callable[[Any, str], Any]) -> Any:
    return None if given.get(name) is None else read(given[name], f'"{name}"')


def _mapping(value: Any, name: str) -> Given:
    if not isinstance(value, dict):
        raise Faulty(f"{name} must be a JSON object")
    return value


def _objects(value: Any, name: str) -> list[Given]:
    if not isinstance(value, list):
        raise Faulty(f"{name} must be a list")
    return [_mapping(item, f"each of {name}") for item in value]


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise Faulty(f"{name} must be a text")
    if any(0xD800 <= ord(character) < 0xE000 for character in value):
        raise Faulty(f"{name} holds half of a character")
    return value


def _truth(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise Faulty(f"{name} must be true or false")
    return value


def _number(value: Any, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Faulty(f"{name} must be a whole number")
    return value


def _year(value: Any, name: str) -> int:
    if _number(value, name) not in YEARS:
        raise Faulty(f"{name} must be a year from {YEARS[0]} to {YEARS[-1]}")
    return int(value)


def _amount(value: Any, name: str) -> int:
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise Faulty(f"{name} must be an amount with two decimals in a string, such as 12.50")
    return int(value.replace(".", ""))


def _shares(value: Any, name: str) -> dict[str, int]:
    shares = {_text(key, name): _amount(share, name) for key, share in _mapping(value, name).items()}
    if not shares:
        raise Faulty(f"{name} must name an organisation")
    return shares


def _state(value: Any, name: str) -> GrantState:
    try:
        return GrantState(_text(value, name))
    except ValueError:
        raise Faulty(f"{name} must be one of {', '.join(GrantState)}") from None


def _rule(value: Any, name: str) -> TermRule:
    try:
        return TermRule(_text(value, name))
    except ValueError:
        raise Faulty(f"{name} must be one of {', '.join(TermRule)}") from None


def _day(value: Any, name: str) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise Faulty(f"{name} must be a date such as 2026-10-15")
    return day


def _moment(value: Any, name: str) -> datetime:
    try:
        moment = (
            datetime.fromisoformat(value) if isinstance(value, str) and _MOMENT.fullmatch(value) else None
        )
    except ValueError:
        moment = None
    if moment is None or moment.year not in YEARS:
        raise Faulty(f"{name} must be a time with an offset, such as 2026-10-15T12:00:00+02:00")
    return moment


def _day_or_moment(value: Any, name: str) -> date:
    return _day(value, name) if isinstance(value, str) and _DAY.fullmatch(value) else _moment(value, name)


# ---- writing


def _as_amount(grosze: int | date | None) -> str | None:
    return f"{grosze // 100}.{grosze % 100:02d}" if isinstance(grosze, int) else None


def _as_it_is(value: int | date | None) -> int | str | None:
    return value.isoformat() if isinstance(value, date) else value
