"""Grants of other departments out of a spreadsheet: shown with every fault, and taken only when no row is faulty.

A grant is known by its department and its reference there, so the same file taken twice adds nothing. A row that
says something new about a known grant withdraws the old entry and enters the new one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from io import BytesIO

from flask import current_app
from flask_babel import gettext
from itsdangerous import BadData, URLSafeTimedSerializer

from app.i18n import _
from app.models import OtherGrant, User
from app.queries.city_register import STATE_NAMES
from app.services import blobs, city_register, spreadsheets
from app.services.city_register import FIELDS, GrantRow, Known, entries_of, key_of, living
from app.services.city_register_rows import ReadRow, headings, read_rows
from reports.sheet import Cover, DataSheet, Kind, SheetColumn, workbook
from workflows.amounts import typed_grosze
from workflows.engine import Refusal, Refused
from workflows.limits import GrantState
from workflows.words import N_

PREVIEW_HOLDS = 60 * 60  # seconds
TWICE = N_("Row %(row)s of the file has the same department and reference.")
OF_OTHERS = N_("Another department has entered this grant differently. Ask it to withdraw its entry.")
REPLACED = N_("Replaced by a newer row of the file %(name)s")


class Fate(StrEnum):
    """What becomes of a row: entered, known as it stands, in place of an entry, withdrawn before, not taken at all."""

    NEW = "new"
    KNOWN = "known"
    REPLACES = "replaces"
    WITHDRAWN = "withdrawn"
    FAULTY = "faulty"


@dataclass(frozen=True)
class Planned:
    """A row of the file and what becomes of it; `before` is the entry that it replaces."""

    read: ReadRow
    fate: Fate
    faults: tuple[Refusal, ...] = ()
    before: OtherGrant | None = None


class Faulty(Exception):
    """Some rows are faulty, so nothing was taken."""

    def __init__(self, planned: Sequence[Planned]) -> None:
        super().__init__("faulty rows")
        self.planned = planned


def preview(data: bytes, name: str, user: User, today: date) -> list[Planned]:
    """What taking the file would do, row by row. Raises BadTable when it is no such table."""
    read = list(read_rows(data, name, today))
    return _planned(read, Known(found.row for found in read if found.row), user)


def take(data: bytes, name: str, user: User, today: date, now: datetime) -> list[Planned]:
    """Enter what is new and replace what has changed. Raises Faulty while one row is faulty; then nothing happens.

    The register is read again under the locks by which awards wait: what was previewed may have changed meanwhile.
    """
    read = list(read_rows(data, name, today))
    rows = [found.row for found in read if found.row]
    known = Known(rows)
    _sound(_planned(read, known, user))
    city_register.hold((row.year, known.of(row)) for row in rows)
    planned = _sound(_planned(read, known, user))
    for found in planned:
        _enter(found, name, known, user, now)
    return planned


def _sound(planned: list[Planned]) -> list[Planned]:
    if any(found.fate is Fate.FAULTY for found in planned):
        raise Faulty(planned)
    return planned


def _enter(found: Planned, name: str, known: Known, user: User, now: datetime) -> None:
    row = found.read.row
    assert row is not None  # only a faulty row has none
    if found.before is not None:
        city_register.withdraw(found.before, str(_(REPLACED)) % {"name": name}, user, now)
    if found.fate in {Fate.NEW, Fate.REPLACES}:
        city_register.add(row, known.of(row), user, now)


def _planned(read: Sequence[ReadRow], known: Known, user: User) -> list[Planned]:
    entries = entries_of(found.row for found in read if found.row)
    first: dict[tuple[str, str], int] = {}
    planned = []
    for found in read:
        if found.row is None:
            planned.append(Planned(found, Fate.FAULTY, found.faults))
            continue
        earlier = first.setdefault(key_of(found.row), found.number)
        if earlier != found.number:
            twice = Refusal("twice", TWICE, {"row": earlier}, "source")
            planned.append(Planned(found, Fate.FAULTY, (twice,)))
            continue
        planned.append(_fate(found, found.row, entries, known, user))
    return planned


def _fate(
    read: ReadRow,
    row: GrantRow,
    entries: Mapping[tuple[str, str], list[OtherGrant]],
    known: Known,
    user: User,
) -> Planned:
    try:
        known.of(row)
    except Refused as refused:
        return Planned(read, Fate.FAULTY, refused.reasons)
    of_this_grant = entries.get(key_of(row), [])
    present = living(of_this_grant)
    if present is None:
        again = any(_says(entry, row) for entry in of_this_grant)
        return Planned(read, Fate.WITHDRAWN if again else Fate.NEW)
    if _says(present, row):
        return Planned(read, Fate.KNOWN)
    if not city_register.may_withdraw(present, user):
        return Planned(read, Fate.FAULTY, (Refusal("of_others", OF_OTHERS, anchor="source"),))
    return Planned(read, Fate.REPLACES, before=present)


def _says(entry: OtherGrant, row: GrantRow) -> bool:
    """Whether the register holds exactly what the row says."""
    return all(getattr(entry, name) == getattr(row, name) for name in FIELDS if name != "department")


# ---- between the preview and the button


def keep(data: bytes, name: str, user: User) -> str:
    """Keep the previewed file and give the token that stands for it on this person's page for an hour."""
    stored = blobs.put(BytesIO(data), spreadsheets.LARGEST)
    return _tokens().dumps([user.id, stored.sha256, name])


def kept(token: str, user: User) -> tuple[bytes, str] | None:
    """The file that this person previewed; None for a token of somebody else, or one older than an hour."""
    try:
        user_id, sha256, name = _tokens().loads(token, max_age=PREVIEW_HOLDS)
        return (blobs.read(sha256), name) if user_id == user.id else None
    except (BadData, ValueError, TypeError, blobs.Damaged):
        return None


def _tokens() -> URLSafeTimedSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt="city register")


# ---- the example


def example(kind: str, now: datetime, today: date) -> bytes:
    """A file with two invented grants, as CSV or XLSX in the reader's language; taking it gives no fault."""
    rows = _examples(today)
    if kind == "csv":
        return spreadsheets.to_csv([headings(), *(_as_typed(row) for row in rows)])
    columns = [
        SheetColumn(heading, KINDS.get(name, "text"), 20)
        for name, heading in zip(FIELDS, headings(), strict=True)
    ]
    cells = [
        [_(STATE_NAMES[row.state]) if name == "state" else getattr(row, name) for name in FIELDS]
        for row in rows
    ]
    title = str(_("Grants of other departments"))
    cover = Cover(title, str(_("An example: replace its rows by your own.")), now, synthetic=True)
    return workbook(cover, [DataSheet(title, columns, cells)], gettext)


KINDS: Mapping[str, Kind] = {
    "amount_grosze": "money", "returned_grosze": "money", "year": "whole", "filed_on": "day", "awarded_on": "day",
    "transferred_on": "day",
}  # fmt: skip


def _examples(today: date) -> list[GrantRow]:
    department, year = str(_("Department of Sport")), today.year
    first = date(year, 1, 1)
    return [
        GrantRow(
            "Fundacja Przykładowa", "0000123456", "", department, str(_("A run for everybody")), 12_345_67,
            GrantState.TRANSFERRED, first, first, first, year, 0, f"{year}/1",
        ),
        GrantRow(
            "Stowarzyszenie Wzorcowe", "", "1234563218", department, "", 9_000_00, GrantState.AWARDED, None, None, None,
            year, 0, f"{year}/2",
        ),
    ]  # fmt: skip


def _as_typed(row: GrantRow) -> list[str]:
    cells = []
    for name in FIELDS:
        value = getattr(row, name)
        if name.endswith("_grosze"):
            cells.append(typed_grosze(value))
        elif name == "state":
            cells.append(str(_(STATE_NAMES[value])))
        else:
            cells.append("" if value is None else str(value))
    return cells
