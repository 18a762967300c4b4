"""What an import is: its columns, its check against the database, and how its rows are written. One value per import."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.models import ImportRun, User
from reports.sheet import CellValue, Kind
from workflows.calendar import local_day
from workflows.engine import Refusal
from workflows.roles import Role


class Fate(StrEnum):
    """What becomes of a row. Left out: the database says that such a row was withdrawn, so it is not brought back."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    LEFT_OUT = "left_out"
    REFUSED = "refused"


class Unreadable(ValueError):
    """A cell says nothing that can be taken."""

    def __init__(self, code: str, text: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.params: Mapping[str, Any] = params or {}


@dataclass(frozen=True, slots=True)
class Column:
    """A column under its stable name; `read` gives the value of a cell or raises Unreadable.

    Only needed columns must stand in the file. `words` names the values of a column of few words.
    """

    name: str
    label: str
    read: Callable[[str], Any]
    needed: bool = False
    kind: Kind = "text"
    words: Mapping[Any, str] | None = None


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row by its number in the file: what was written, what it means, and every fault of its cells."""

    number: int
    cells: Mapping[str, str]
    values: Mapping[str, Any]
    faults: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What one column of a row puts in place of what; both as people read them."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A row and its fate. `subject` is what the writer needs of the database; `note` a sentence to look at."""

    read: ReadRow
    fate: Fate
    faults: tuple[Refusal, ...] = ()
    changes: tuple[Change, ...] = ()
    subject: Any = None
    note: Refusal | None = None


def refused(row: ReadRow, *faults: Refusal) -> Planned:
    """The row cannot be taken."""
    return Planned(row, Fate.REFUSED, faults or row.faults)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who imports, when, and into what: `about` is the call of an import that belongs to one, else None."""

    user: User
    now: datetime
    about: Any = None

    @property
    def today(self) -> date:
        return local_day(self.now)

    def holds(self, *roles: Role) -> bool:
        """Whether the person has one of the roles."""
        return bool(self.user.role_names & {role.value for role in roles})


Rows = Sequence[ReadRow]
Plan = Sequence[Planned]


def _no_lock(_plan: Plan, _asked: Asked) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Import:
    """One kind of table that people upload.

    `plan` gives each read row its fate and writes nothing; `hold` waits for everybody whose work the rows touch, and
    then `plan` looks once more; `write` does what the plan says in the caller's unit of work. `pattern` gives the rows
    of the file to fill in. `about` says that the import belongs to a call.
    """

    name: str
    title: str
    lead: tuple[str, ...]
    columns: tuple[Column, ...]
    roles: frozenset[Role]
    plan: Callable[[Rows, Asked], list[Planned]]
    write: Callable[[Plan, Asked, ImportRun], None]
    pattern: Callable[[Asked], Iterable[Mapping[str, CellValue]]]
    shown: tuple[str, ...]
    hold: Callable[[Plan, Asked], None] = _no_lock
    most_rows: int = 2000
    about: bool = False
    file_name: str = ""
    labels: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", {column.name: column.label for column in self.columns})

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns without which a file is refused."""
        return tuple(column.name for column in self.columns if column.needed)
