"""An offer as it may be published: without the data of persons (art. 19a ust. 3 UDPPiW, art. 5 ust. 2 UDIP, RODO).

Fields marked as personal are emptied; in every other text what `personal_data` finds is replaced by a mark.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from workflows.form import KEY_COLUMN, Field, Form, Kind, Table, anchor
from workflows.form_reading import read_value, tidy
from workflows.personal_data import Finder, Personal, finders, fold

MARK = "[usunięto dane osobowe]"
SHORT_MARK = "[…]"
"""Stands where the mark would make a text longer than its field can hold; nothing removed is shorter."""

PUBLIC_COLUMNS = frozenset({"name", "register_number"})
"""What identifies an organisation in II.1 stands in a public register."""

WITHOUT_NAMES = frozenset({"seat_address"})
"""Streets are named after persons, and the seat is public; only numbers and addresses of persons are looked for."""

_MARKS = re.compile(f"({re.escape(MARK)}|{re.escape(SHORT_MARK)})")
_TEXTS = frozenset({Kind.TEXT, Kind.LONG_TEXT})


@dataclass(frozen=True)
class Removal:
    """What was removed, and from which place of the form; not the text itself."""

    anchor: str
    what: Personal


@dataclass(frozen=True)
class Redacted:
    """The content without personal data, and what is gone, in the order of the form."""

    content: dict[str, object]
    removed: tuple[Removal, ...]


def redacted(form: Form, content: object, names: Iterable[str] = (), extra: Iterable[str] = ()) -> Redacted:
    """The draft without personal data. `names` are the persons who act in the case, `extra` what an official typed.

    Doing it twice removes no more than doing it once.
    """
    removal = _Redaction(finders(names, extra), finders((), extra))
    clean: dict[str, object] = {}
    stored: dict[str, Any] = tidy(form, content)
    for _, item in form.parts():
        if isinstance(item, Table):
            clean[item.name] = [removal.row(item, row) for row in stored[item.name]]
        else:
            clean[item.name] = removal.value(item, item.name, stored[item.name])
    return Redacted(clean, tuple(removal.removed))


def redacted_text(text: str, names: Iterable[str] = (), extra: Iterable[str] = ()) -> str:
    """One text without personal data, such as a comment or a title."""
    return _Redaction(finders(names, extra)).text(text, "", None)


def hidden(text: str, looked_for: tuple[Finder, ...]) -> tuple[str, tuple[Personal, ...]]:
    """The text with a mark in place of everything that is found, and what that was, in order."""
    removal = _Redaction(looked_for)
    clean = removal.text(text, "", None)
    return clean, tuple(found.what for found in removal.removed)


class _Redaction:
    """One pass over a form with what to look for; `removed` grows as it goes."""

    def __init__(self, looked_for: tuple[Finder, ...], nameless: tuple[Finder, ...] = ()) -> None:
        self.finders = looked_for
        self.nameless = nameless
        self.removed: list[Removal] = []

    def row(self, table: Table, row: dict[str, str]) -> dict[str, str]:
        clean = {KEY_COLUMN: row[KEY_COLUMN]}
        for column in table.columns:
            raw, place = row[column.name], anchor(table.name, row[KEY_COLUMN], column.name)
            public = table.name == "offerors" and column.name in PUBLIC_COLUMNS
            looked_for = self.nameless if column.name in WITHOUT_NAMES else self.finders
            clean[column.name] = raw if public else self.value(column, place, raw, looked_for)
        return clean

    def value(self, item: Field, place: str, raw: str, looked_for: tuple[Finder, ...] | None = None) -> str:
        if item.kind in _TEXTS and not item.personal:
            return self.text(raw, place, item.max_length, looked_for)
        if raw and (item.personal or item.kind is Kind.EMAIL or not _readable(item, raw)):
            self.removed.append(Removal(place, Personal.FIELD))
            return ""
        return raw

    def text(
        self, raw: str, place: str, max_length: int | None, looked_for: tuple[Finder, ...] | None = None
    ) -> str:
        """The text with marks. Again until nothing is found: what was removed may have hidden what stood beside it."""
        before, clean = None, raw
        while clean != before:
            before = clean
            for what, pattern in self.finders if looked_for is None else looked_for:
                clean = "".join(self._marked(clean, what, pattern, place))
        if max_length is not None and len(clean) > max_length:
            clean = clean.replace(MARK, SHORT_MARK)
        return clean

    def _marked(self, text: str, what: Personal, pattern: re.Pattern[str], place: str) -> Iterator[str]:
        for piece in _MARKS.split(text):
            if _MARKS.fullmatch(piece):
                yield piece
                continue
            at = 0
            for match in pattern.finditer(fold(piece)):
                self.removed.append(Removal(place, what))
                yield piece[at : match.start()]
                yield MARK
                at = match.end()
            yield piece[at:]


def _readable(item: Field, raw: str) -> bool:
    """Whether a date, an amount or a choice is one, and not something else typed there."""
    try:
        read_value(item, raw)
    except ValueError:
        return False
    return True
