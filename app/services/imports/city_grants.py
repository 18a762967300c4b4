"""Grants of other departments for the city-wide register of art. 19a.

A grant is known by its department and its reference there, so the same file taken twice adds nothing. A row that
says something new about a known grant withdraws the old entry and enters the new one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from app.i18n import _
from app.models import ImportRun, OtherGrant
from app.queries.city_register import FIRST_YEAR, LAST_YEAR, STATE_NAMES
from app.services import city_register
from app.services.city_register import GrantRow, Known, entries_of, key_of, living, refusals
from app.services.imports import cells
from app.services.imports.declaration import (
    Asked,
    Change,
    Column,
    Fate,
    Import,
    Plan,
    Planned,
    ReadRow,
    Rows,
    refused,
)
from app.services.imports.reading import typed_cell
from workflows.engine import Refusal, Refused
from workflows.limits import GrantState
from workflows.roles import Role
from workflows.words import N_

TWICE = N_("Row %(row)s of the file has the same department and reference.")
OF_OTHERS = N_("Another department has entered this grant differently. Ask it to withdraw its entry.")
REPLACED = N_("Replaced by a newer row of the file %(name)s")

COLUMNS = (
    Column("organisation_name", N_("Organisation"), cells.needed(), needed=True),
    Column("register_number", N_("Register number"), cells.number_of_register),
    Column("nip", N_("NIP"), cells.nip),
    Column("department", N_("Department"), cells.needed(), needed=True),
    Column("title", N_("Title of the task"), cells.text),
    Column("amount_grosze", N_("Amount"), cells.needed(cells.amount), needed=True, kind="money"),
    Column("state", N_("State"), cells.word_of(STATE_NAMES), needed=True, words=STATE_NAMES),
    Column("filed_on", N_("Filed on"), cells.day, kind="day"),
    Column("awarded_on", N_("Awarded on"), cells.day, kind="day"),
    Column("transferred_on", N_("Transferred on"), cells.day, kind="day"),
    Column("year", N_("Year"), cells.year_between(FIRST_YEAR, LAST_YEAR), kind="whole"),
    Column("returned_grosze", N_("Returned"), cells.amount, kind="money"),
    Column("source", N_("Reference"), cells.needed(), needed=True),
)  # fmt: skip


def plan(rows: Rows, asked: Asked) -> list[Planned]:
    """New, known as it stands, in place of an entry, withdrawn before, or refused."""
    grants = {row.number: found for row in rows if (found := _grant(row)) is not None}
    known, entries = Known(grants.values()), entries_of(grants.values())
    first: dict[tuple[str, str], int] = {}
    planned = []
    for row in rows:
        grant = grants.get(row.number)
        if grant is None:
            planned.append(refused(row, *row.faults, *_no_year(row, asked.today)))
            continue
        impossible = tuple(refusals(grant, asked.today))
        earlier = first.setdefault(key_of(grant), row.number)
        if impossible:
            planned.append(refused(row, *impossible))
        elif earlier != row.number:
            planned.append(refused(row, Refusal("twice", TWICE, {"row": earlier}, "source")))
        else:
            planned.append(_fate(row, grant, entries.get(key_of(grant), []), known, asked))
    return planned


def _grant(row: ReadRow) -> GrantRow | None:
    """The grant of the row; None while a cell is faulty or no year is known."""
    transferred: date | None = row.values.get("transferred_on")
    year = row.values.get("year") or (transferred.year if transferred else None)
    return GrantRow(**{**row.values, "year": year}) if year and not row.faults else None


def _no_year(row: ReadRow, today: date) -> Iterator[Refusal]:
    if not row.faults:
        yield Refusal("no_year", cells.NO_YEAR, {"year": today.year}, "year")


def _fate(row: ReadRow, grant: GrantRow, entries: list[OtherGrant], known: Known, asked: Asked) -> Planned:
    try:
        organisation = known.of(grant)
    except Refused as refusal:
        return refused(row, *refusal.reasons)
    subject = (grant, organisation)
    present = living(entries)
    if present is None:
        again = any(not _changes(entry, grant) for entry in entries)
        return Planned(row, Fate.LEFT_OUT if again else Fate.NEW, subject=(*subject, None))
    changes = _changes(present, grant)
    if not changes:
        return Planned(row, Fate.SAME, subject=(*subject, None))
    if not city_register.may_withdraw(present, asked.user):
        return refused(row, Refusal("of_others", OF_OTHERS, anchor="source"))
    return Planned(row, Fate.CHANGED, changes=changes, subject=(*subject, present))


def _changes(entry: OtherGrant, grant: GrantRow) -> tuple[Change, ...]:
    """What the register holds otherwise; the department is the same in whatever letters."""
    return tuple(
        Change(column.name, typed_cell(column, getattr(entry, column.name)), typed_cell(column, getattr(grant, column.name)))
        for column in COLUMNS
        if column.name != "department" and getattr(entry, column.name) != getattr(grant, column.name)
    )  # fmt: skip


def hold(planned: Plan, _asked: Asked) -> None:
    """The locks by which awards wait: what was previewed may have changed meanwhile."""
    city_register.hold((row.subject[0].year, row.subject[1]) for row in planned if row.subject)


def write(planned: Plan, asked: Asked, run: ImportRun) -> None:
    """Enter what is new, and what has changed in place of the entry that is withdrawn for it."""
    for row in planned:
        grant, organisation, before = row.subject
        if before is not None:
            city_register.withdraw(before, str(_(REPLACED)) % {"name": run.file_name}, asked.user, asked.now)
        city_register.add(grant, organisation, asked.user, asked.now)


def examples(asked: Asked) -> list[Mapping[str, Any]]:
    """Two invented grants."""
    department, year = str(_("Department of Sport")), asked.today.year
    first = date(year, 1, 1)
    rows = (
        GrantRow(
            "Fundacja Przykładowa", "0000123456", "", department, str(_("A run for everybody")), 12_345_67,
            GrantState.TRANSFERRED, first, first, first, year, 0, f"{year}/1",
        ),
        GrantRow(
            "Stowarzyszenie Wzorcowe", "", "1234563218", department, "", 9_000_00, GrantState.AWARDED, None, None, None,
            year, 0, f"{year}/2",
        ),
    )  # fmt: skip
    return [asdict(row) for row in rows]


CITY_GRANTS = Import(
    name="city-grants",
    title=N_("Grants of other departments"),
    lead=(
        N_("The department and the reference together name a grant, so the same file taken twice adds nothing. "
            "Grants that are led in this system are counted already: leave them out."),
    ),
    columns=COLUMNS,
    roles=frozenset({Role.OFFICIAL, Role.DIRECTOR}),
    plan=plan, hold=hold, write=write, pattern=examples,
    shown=("organisation_name", "department", "amount_grosze", "source"),
    file_name=N_("example-of-grants"),
)  # fmt: skip
