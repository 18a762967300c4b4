"""Reading a draft: each text becomes a typed value or a Problem, whatever was sent."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from workflows.amounts import AmountFault, parse_grosze, parse_integer, parse_quantity
from workflows.characters import steering, storable, unsavable
from workflows.form import (
    KEY_COLUMN,
    YES,
    Field,
    Form,
    Kind,
    Problem,
    Reading,
    Row,
    Table,
    Value,
    anchor,
)
from workflows.words import N_

ROW_KEY = re.compile(r"[A-Za-z0-9_]{1,40}")
_DOTTED_DATE = re.compile(r"([0-9]{1,2})[.]([0-9]{1,2})[.]([0-9]{4})")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_EMAIL = re.compile(r"[^@\s\"<>(),;:\\]{1,64}@(?:[^@\s.\"<>(),;:\\]{1,63}\.)+[^@\s.\"<>(),;:\\]{2,63}")
_TICKS = {YES: True, "on": True, "true": True, "1": True, "": False, "no": False, "false": False, "0": False}
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2100
_LARGEST_SENT = 10**20

UNREADABLE = N_("This could not be read. Fill it in again.")
UNSAVABLE = N_("This text contains a character that cannot be saved. Remove it or type the text again.")
INVISIBLE = N_("This text contains an invisible character that changes how it is read. Type it again.")
LINE_BREAK = N_("Write this in one line.")
TOO_LONG = N_("Shorten this text to %(limit)s characters. It has %(length)s now.")
NOT_A_DATE = N_("Enter a date, for example 15.12.2026.")
NOT_AN_EMAIL = N_("Enter an e-mail address, for example biuro@example.org.")
NOT_A_CHOICE = N_("Choose one of the answers.")
TOO_MANY_ROWS = N_("Keep at most %(limit)s rows in this table. It has %(count)s now.")
BAD_ROW_KEY = N_("A row of this table could not be read. Remove it and add it again.")


class _Fault(ValueError):
    def __init__(self, text: str, params: Mapping[str, object] | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.params = params or {}


@dataclass
class _Pages:
    """The faults found so far in one section."""

    section: str
    faults: list[Problem] = field(default_factory=list)

    def value(self, item: Field, raw: object, place: str) -> Value:
        try:
            return read_value(item, raw)
        except AmountFault as fault:
            self.faults.append(Problem(self.section, place, fault.msgid, fault.params))
        except _Fault as fault:
            self.faults.append(Problem(self.section, place, fault.text, fault.params))
        return None


def read(form: Form, content: object) -> Reading:
    """Everything that `content` says, typed; what cannot be read is told in `faults`. Never raises."""
    draft = content if isinstance(content, Mapping) else {}
    values: dict[str, Value] = {}
    rows: dict[str, tuple[Row, ...]] = {}
    faults: list[Problem] = []
    for section, item in form.parts():
        page = _Pages(section.key)
        raw = draft.get(item.name)
        if isinstance(item, Table):
            rows[item.name] = tuple(_rows(item, raw, page))
        else:
            values[item.name] = page.value(item, raw, item.name)
        faults += page.faults
    return Reading(form, values, rows, tuple(faults))


def tidy(form: Form, content: object) -> dict[str, object]:
    """The part of `content` that belongs to the form, as it is stored: texts in NFC with plain line breaks.

    Characters that no database keeps become U+FFFD, so that the draft saves and `read` points at them. Rows
    without a usable key, or with one used before, are given a key that no other row has.
    """
    draft = content if isinstance(content, Mapping) else {}
    tidied: dict[str, object] = {}
    for _, item in form.parts():
        raw = draft.get(item.name)
        if isinstance(item, Table):
            tidied[item.name] = _tidy_rows(item, raw)
        else:
            tidied[item.name] = storable(_as_text(raw))
    return tidied


def read_value(item: Field, raw: object) -> Value:
    """The typed value of one field; None if it is empty. Raises AmountFault or ValueError with a msgid."""
    if isinstance(raw, list | dict | tuple):
        raise _Fault(UNREADABLE)
    text = _clean(item, storable(_as_text(raw)).strip())
    if item.kind is Kind.TICK:
        return _tick(text)
    return _READERS[item.kind](item, text) if text else None


def _clean(item: Field, text: str) -> str:
    """The text, if every character of it may stand in this field."""
    if unsavable(text):
        raise _Fault(UNSAVABLE)
    if not item.long and "\n" in text:
        raise _Fault(LINE_BREAK)
    if not item.long and ("\t" in text or steering(text)):
        raise _Fault(INVISIBLE)
    if len(text) > item.max_length:
        raise _Fault(TOO_LONG, {"limit": item.max_length, "length": len(text)})
    return text


def _date(_: Field, text: str) -> date:
    if match := _ISO_DATE.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DOTTED_DATE.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    else:
        raise _Fault(NOT_A_DATE)
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        raise _Fault(NOT_A_DATE)
    try:
        return date(year, month, day)
    except ValueError:
        raise _Fault(NOT_A_DATE) from None


def _email(_: Field, text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise _Fault(NOT_AN_EMAIL)
    return text


def _choice(item: Field, text: str) -> str:
    if not item.choices_from and text not in {choice.code for choice in item.choices}:
        raise _Fault(NOT_A_CHOICE)
    return text


def _tick(text: str) -> bool:
    if text.lower() not in _TICKS:
        raise _Fault(NOT_A_CHOICE)
    return _TICKS[text.lower()]


_READERS: dict[Kind, Callable[[Field, str], Value]] = {
    Kind.TEXT: lambda _, text: text,
    Kind.LONG_TEXT: lambda _, text: text,
    Kind.EMAIL: _email,
    Kind.DATE: _date,
    Kind.AMOUNT: lambda _, text: parse_grosze(text),
    Kind.QUANTITY: lambda _, text: parse_quantity(text),
    Kind.INTEGER: lambda _, text: parse_integer(text),
    Kind.CHOICE: _choice,
}


def _rows(table: Table, raw: object, page: _Pages) -> Iterator[Row]:
    """The rows that can be told apart; the others are told as a problem of the table."""
    sent = raw if isinstance(raw, list) else []
    if len(sent) > table.max_rows:
        page.faults.append(
            Problem(page.section, table.name, TOO_MANY_ROWS, {"limit": table.max_rows, "count": len(sent)})
        )
    seen: set[str] = set()
    for row in sent[: table.max_rows]:
        key = row.get(KEY_COLUMN) if isinstance(row, Mapping) else None
        if not isinstance(key, str) or not ROW_KEY.fullmatch(key) or key in seen:
            page.faults.append(Problem(page.section, table.name, BAD_ROW_KEY))
            continue
        seen.add(key)
        yield Row(
            key,
            {
                column.name: page.value(column, row.get(column.name), anchor(table.name, key, column.name))
                for column in table.columns
            },
        )


def _tidy_rows(table: Table, raw: object) -> list[dict[str, str]]:
    sent = [row for row in raw if isinstance(row, Mapping)] if isinstance(raw, list) else []
    rows: list[dict[str, str]] = []
    seen: set[str] = set()
    taken = {key for row in sent if isinstance(key := row.get(KEY_COLUMN), str)}
    for row in sent:
        key = row.get(KEY_COLUMN)
        if not isinstance(key, str) or not ROW_KEY.fullmatch(key) or key in seen:
            key = next(
                free for n in range(1, len(sent) + len(seen) + 2) if (free := f"r{n}") not in seen | taken
            )
        seen.add(key)
        cells = {column.name: storable(_as_text(row.get(column.name))) for column in table.columns}
        rows.append({KEY_COLUMN: key, **cells})
    return rows


def _as_text(raw: object) -> str:
    """What was sent, as text: JSON numbers and booleans are taken as if they had been typed."""
    if raw is None or isinstance(raw, list | dict | tuple):
        return ""
    if isinstance(raw, bool):
        return YES if raw else ""
    if isinstance(raw, str):
        return raw
    return str(raw) if isinstance(raw, float) or (isinstance(raw, int) and abs(raw) < _LARGEST_SENT) else ""
