"""What a register is made of: columns, filters, tables and charts, declared; nothing here asks the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from app.services.registers.filters import Choice, Of, Period, Text, Year
from reports.sheet_cells import Kind
from workflows.roles import OFFICE, Role

Filter = Choice | Of | Period | Text | Year
READERS = frozenset({*OFFICE, Role.AUDITOR, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Scope:
    """What one person may ask for and has asked for.

    `unit_id` is the department whose cases may be shown, None the whole City; `values` are the filters as typed; `at`
    is the moment on the cover, by which what is overdue is counted. `person_id` is who asks, None for a command: calls
    in which an own organisation of the person applies are left out.
    """

    unit_id: int | None
    values: Mapping[str, str]
    at: datetime
    person_id: int | None = None

    @property
    def year(self) -> int:
        """The year of the filter `year`. Raises LookupError where none was given."""
        text = self.values.get("year", "")
        if not (text.isascii() and text.isdigit()):
            raise LookupError("the register is that of a year")
        return int(text)


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    `key` never changes once a choice may have been saved. `sql` gives the value as `kind` needs it (grosze, basis
    points, aware moments); None means that the source has a column labelled with the key. `words` says the stored
    words of an enum (msgids). `total` adds the column up; `personal` marks personal data, which are left out unless
    chosen; `usual` is whether the column is there when nobody chose.
    """

    key: str
    title: str
    sql: Any = None
    kind: Kind = "text"
    width: float = 14
    words: Mapping[Any, str] | None = None
    total: bool = False
    personal: bool = False
    usual: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one sheet.

    `source` gives the FROM and the WHERE for a scope, as a select whose own columns are those that a Column without
    `sql` names. `unit` is the column of the department: the engine puts the walls there; a table without it keeps the
    walls in its source (`walled`). `order` is the usual order and ends every chosen one, so it must be unique. `synthetic` is
    true for a row of sample data.
    """

    title: str
    columns: tuple[Column, ...]
    source: Callable[[Scope], sa.Select[Any]]
    order: tuple[Any, ...]
    unit: Any = None
    synthetic: Any = None

    def column(self, key: str) -> Column | None:
        """The column of that key."""
        return next((column for column in self.columns if column.key == key), None)


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart over the rows of the first table: the sum `value` (SQL) for each `label` (SQL), the largest first.

    `words` says the labels; with `by_label` they stand in their own order, as months do.
    """

    title: str
    label_title: str
    value_title: str
    label: Any
    value: Any
    kind: Kind = "money"
    words: Mapping[Any, str] | None = None
    shape: Literal["bars", "columns", "line"] = "bars"
    by_label: bool = False
    most: int = 20


@dataclass(frozen=True, slots=True)
class Register:
    """A register: its first table is what people choose columns, filters and an order of, and what the CSV holds.

    `name` stands in addresses, saved choices and promises; `file_name` begins the names of its files.
    """

    name: str
    title: str
    file_name: str
    tables: tuple[Table, ...]
    filters: tuple[Filter, ...] = ()
    charts: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()
    roles: frozenset[Role] = READERS
    about: str = ""

    @property
    def main(self) -> Table:
        return self.tables[0]

    def may_ask(self, role_names: frozenset[str]) -> bool:
        """Whether somebody with these roles may have it, of the own department."""
        return bool(role_names & {role.value for role in self.roles})
