"""What a cell of an uploaded table means: text, numbers of registers, money, days, points, words."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from flask_babel import force_locale

from app.i18n import LANGUAGES, _
from app.services.city_register import register_number
from app.services.imports.declaration import Unreadable
from workflows.amounts import AmountFault, parse_grosze
from workflows.identifiers import IdentifierFault, check_nip, check_regon
from workflows.words import N_

LONGEST_TEXT, LONGEST_LINES = 300, 4000
FIRST_YEAR, LAST_YEAR = 1990, 2100
EMPTY = N_("Fill in this column.")
TOO_LONG = N_("At most %(most)s characters fit here.")
BAD_CHARACTER = N_("This text contains a character that cannot be saved.")
NO_DAY = N_("Write a date such as 15.12.2026.")
NO_YEAR = N_("Write the year of the transfer, such as %(year)s.")
NO_WORD = N_("Write one of these words: %(words)s.")
NO_POINTS = N_("Enter the points as a number, for example 7 or 7,5.")
ONE_DECIMAL = N_("Points have at most one decimal place.")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
NUMBER = re.compile(r"\d{1,6}([.,]\d{1,20})?", re.ASCII)
DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y")
Reader = Callable[[str], Any]


def plain(cell: Any) -> str:
    """What two spellings of one word have in common."""
    return " ".join(str(cell).replace("_", " ").split()).casefold()


def spoken(names: Mapping[Any, str]) -> dict[str, Any]:
    """Each thing by its own word and by its name in every language."""
    found = {plain(key): key for key in names}
    for language in LANGUAGES:
        with force_locale(language):
            found.update({plain(_(name)): key for key, name in names.items()})
    return found


def text(cell: str, most: int = LONGEST_TEXT) -> str:
    """One line of text, "" for an empty cell. Raises Unreadable."""
    words = " ".join(cell.split())
    if CONTROL.search(words):
        raise Unreadable("bad_character", BAD_CHARACTER)
    if len(words) > most:
        raise Unreadable("too_long", TOO_LONG, {"most": most})
    return words


def lines(cell: str) -> str:
    """Text of several lines, as a reason has it. Raises Unreadable."""
    if len(cell) > LONGEST_LINES:
        raise Unreadable("too_long", TOO_LONG, {"most": LONGEST_LINES})
    return "\n".join(text(line, LONGEST_LINES) for line in cell.splitlines()).strip()


def up_to(most: int) -> Reader:
    """Text of another length."""
    return partial(text, most=most)


def needed(read: Reader = text) -> Reader:
    """The same, but never empty."""

    def filled(cell: str) -> Any:
        if not cell.strip():
            raise Unreadable("empty", EMPTY)
        return read(cell)

    return filled


def number_of_register(cell: str) -> str:
    """A number of KRS or of another register, with the zeros that a spreadsheet takes off."""
    return register_number(text(cell))


def _identifier(check: Callable[[str], str], cell: str) -> str:
    try:
        return check(cell) if cell else ""
    except IdentifierFault as fault:
        raise Unreadable(fault.code, fault.msgid) from None


nip: Reader = partial(_identifier, check_nip)
regon: Reader = partial(_identifier, check_regon)


def amount(cell: str) -> int:
    """Grosze; an empty cell is none at all."""
    try:
        return parse_grosze(text(cell)) if cell else 0
    except AmountFault as fault:
        raise Unreadable(fault.code, fault.msgid, fault.params) from None


def day(cell: str) -> date | None:
    """A day in one of the usual spellings."""
    if not cell:
        return None
    for pattern in DAYS:
        try:
            found = datetime.strptime(cell.split(maxsplit=1)[0], pattern).date()  # noqa: DTZ007 - a day has no zone
        except (ValueError, IndexError):
            continue
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            return found
    raise Unreadable("no_day", NO_DAY)


def year_between(first: int, last: int) -> Reader:
    """A calendar year."""

    def read(cell: str) -> int | None:
        if not cell:
            return None
        if not (cell.isascii() and cell.isdigit() and first <= int(cell[:9]) <= last):
            raise Unreadable("no_year", NO_YEAR, {"year": first})
        return int(cell)

    return read


def points(cell: str) -> Decimal | None:
    """Points with at most one decimal; None for an empty cell."""
    if not cell:
        return None
    if not NUMBER.fullmatch(cell):
        raise Unreadable("no_points", NO_POINTS)
    value = Decimal(cell.replace(",", "."))
    if value != round(value, 1):
        raise Unreadable("one_decimal", ONE_DECIMAL)
    return value


def word_of(names: Mapping[Any, str]) -> Reader:
    """One of these words, in any language of the interface."""
    # Filled at the first cell: translations need the application, and never change.
    known: dict[str, Any] = {}

    def read(cell: str) -> Any:
        if not known:
            known.update(spoken(names))
        found = known.get(plain(cell))
        if found is None:
            raise Unreadable(
                "no_word", NO_WORD, {"words": ", ".join(str(_(name)) for name in names.values())}
            )
        return found

    return read
