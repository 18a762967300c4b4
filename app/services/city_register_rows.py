"""The rows of a file of other departments' grants: their columns, what each cell means, and what is wrong with it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from flask_babel import force_locale

from app.i18n import LANGUAGES, _
from app.queries.city_register import FIRST_YEAR, LAST_YEAR, STATE_NAMES
from app.services import spreadsheets
from app.services.city_register import GrantRow, refusals, register_number
from app.services.spreadsheets import BadTable
from workflows.amounts import AmountFault, parse_grosze
from workflows.engine import Refusal
from workflows.identifiers import IdentifierFault, check_nip
from workflows.limits import GrantState
from workflows.words import N_

MOST_ROWS = 2000
LONGEST_TEXT = 300
COLUMN_NAMES: Mapping[str, str] = {
    "organisation_name": N_("Organisation"),
    "register_number": N_("Register number"),
    "nip": N_("NIP"),
    "department": N_("Department"),
    "title": N_("Title of the task"),
    "amount_grosze": N_("Amount"),
    "state": N_("State"),
    "filed_on": N_("Filed on"),
    "awarded_on": N_("Awarded on"),
    "transferred_on": N_("Transferred on"),
    "year": N_("Year"),
    "returned_grosze": N_("Returned"),
    "source": N_("Reference"),
}
NEEDED = ("organisation_name", "department", "amount_grosze", "state", "source")
LACKS_COLUMNS = N_("The file lacks these columns: %(columns)s. Take the example file as the pattern.")
NO_ROWS = N_("The file has no rows below its heading.")
TOO_MANY_ROWS = N_("The file has more than %(most)s rows. Split it.")
EMPTY = N_("Fill in this column.")
TOO_LONG = N_("At most %(most)s characters fit here.")
BAD_CHARACTER = N_("This text contains a character that cannot be saved.")
NO_DAY = N_("Write a date such as 15.12.2026.")
NO_YEAR = N_("Write the year of the transfer, such as %(year)s.")
NO_STATE = N_("Write one of these words: %(words)s.")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y")


class Unreadable(ValueError):
    """A cell says nothing that can be taken."""

    def __init__(self, code: str, text: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.params: Mapping[str, Any] = params or {}


@dataclass(frozen=True)
class ReadRow:
    """One row by its number in the file: what was written, what it means (None while faulty), and every fault."""

    number: int
    cells: Mapping[str, str]
    row: GrantRow | None
    faults: tuple[Refusal, ...]


def read_rows(data: bytes, name: str, today: date) -> Iterator[ReadRow]:
    """Every row of the file. Raises BadTable when it cannot be read as a table of these columns."""
    names, states = spoken(COLUMN_NAMES), spoken(STATE_NAMES)

    def is_heading(cells: Any) -> bool:
        return len({names.get(_plain(cell)) for cell in cells} & set(NEEDED)) > 1

    table = spreadsheets.read(data, name, is_heading, most=MOST_ROWS + 1)
    columns = {
        place: column for place, cell in enumerate(table.heading) if (column := names.get(_plain(cell)))
    }
    lacking = [COLUMN_NAMES[column] for column in NEEDED if column not in columns.values()]
    if lacking:
        raise BadTable(LACKS_COLUMNS, {"columns": ", ".join(str(_(column)) for column in lacking)})
    if not table.rows:
        raise BadTable(NO_ROWS)
    if len(table.rows) > MOST_ROWS:
        raise BadTable(TOO_MANY_ROWS, {"most": MOST_ROWS})
    for number, written in table.rows:
        cells = {column: written[place] for place, column in columns.items() if place < len(written)}
        yield _read_row(number, cells, states, today)


def headings() -> list[str]:
    """The columns in the reader's language, in the order of the example file."""
    return [str(_(name)) for name in COLUMN_NAMES.values()]


def spoken(names: Mapping[Any, str]) -> dict[str, Any]:
    """Each thing by its own word and by its name in every language."""
    found = {_plain(key): key for key in names}
    for language in LANGUAGES:
        with force_locale(language):
            found.update({_plain(_(name)): key for key, name in names.items()})
    return found


def _plain(cell: Any) -> str:
    return " ".join(str(cell).replace("_", " ").split()).casefold()


def _read_row(
    number: int, cells: Mapping[str, str], states: Mapping[str, GrantState], today: date
) -> ReadRow:
    values: dict[str, Any] = {}
    faults: list[Refusal] = []
    readers: dict[str, Callable[[str], Any]] = {**READERS, "state": partial(_state, states)}
    for column, read in readers.items():
        try:
            values[column] = read(cells.get(column, ""))
        except Unreadable as unreadable:
            faults.append(Refusal(unreadable.code, unreadable.text, unreadable.params, column))
    if not faults and values["year"] is None:
        transferred: date | None = values["transferred_on"]
        values["year"] = transferred.year if transferred else None
        if transferred is None:
            faults.append(Refusal("no_year", NO_YEAR, {"year": today.year}, "year"))
    if faults:
        return ReadRow(number, cells, None, tuple(faults))
    row = GrantRow(**values)
    found = tuple(refusals(row, today))
    return ReadRow(number, cells, None if found else row, found)


# ---- cells


def _text(text: str) -> str:
    plain = " ".join(text.split())
    if CONTROL.search(plain):
        raise Unreadable("bad_character", BAD_CHARACTER)
    if len(plain) > LONGEST_TEXT:
        raise Unreadable("too_long", TOO_LONG, {"most": LONGEST_TEXT})
    return plain


def _needed(text: str) -> str:
    if not text.strip():
        raise Unreadable("empty", EMPTY)
    return _text(text)


def _number(text: str) -> str:
    return register_number(_text(text))


def _nip(text: str) -> str:
    try:
        return check_nip(text) if text else ""
    except IdentifierFault as fault:
        raise Unreadable(fault.code, fault.msgid) from None


def _amount(text: str) -> int:
    try:
        return parse_grosze(_needed(text))
    except AmountFault as fault:
        raise Unreadable(fault.code, fault.msgid, fault.params) from None


def _returned(text: str) -> int:
    return _amount(text) if text else 0


def _day(text: str) -> date | None:
    if not text:
        return None
    for pattern in DAYS:
        try:
            day = datetime.strptime(text.split(maxsplit=1)[0], pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if FIRST_YEAR - 1 <= day.year <= LAST_YEAR:
            return day
    raise Unreadable("no_day", NO_DAY)


def _year(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:9]) <= LAST_YEAR):
        raise Unreadable("no_year", NO_YEAR, {"year": FIRST_YEAR})
    return int(text)


def _state(states: Mapping[str, GrantState], text: str) -> GrantState:
    state = states.get(_plain(text))
    if state is None:
        words = ", ".join(str(_(name)) for name in STATE_NAMES.values())
        raise Unreadable("no_state", NO_STATE, {"words": words})
    return state


READERS: Mapping[str, Callable[[str], Any]] = {
    "organisation_name": _needed,
    "register_number": _number,
    "nip": _nip,
    "department": _needed,
    "title": _text,
    "amount_grosze": _amount,
    "filed_on": _day,
    "awarded_on": _day,
    "transferred_on": _day,
    "year": _year,
    "returned_grosze": _returned,
    "source": _needed,
}
