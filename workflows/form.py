"""The engine of statutory forms: a form is data, a draft is plain JSON, and reading a draft never fails.

A draft is `{"title": "text as typed", "costs": [{"key": "a1", "unit_cost": "12,50"}, ...]}`. It always saves:
what cannot be read stays as it was typed and is told as a Problem. A problem's anchor is the id of the
element to repair: `title` for a field, `costs` for a table, `costs-a1-unit_cost` for a cell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Self

Content = Mapping[str, object]
Value = str | date | int | Decimal | bool | None

KEY_COLUMN = "key"
YES = "yes"


class Kind(StrEnum):
    """How a field is typed, and what reading it gives."""

    TEXT = "text"  # str, one line
    LONG_TEXT = "long_text"  # str, with line breaks
    EMAIL = "email"  # str
    DATE = "date"  # date
    AMOUNT = "amount"  # int grosze
    QUANTITY = "quantity"  # Decimal, at most three places
    INTEGER = "integer"  # int
    CHOICE = "choice"  # str, a code
    TICK = "tick"  # bool; typed as "yes" or ""


@dataclass(frozen=True)
class Choice:
    """One answer to choose: what is stored, and the msgid that is shown."""

    code: str
    label: str


@dataclass(frozen=True)
class Field:
    """One field of a form or one column of a table.

    `number` is that of the official form, `label` and `hint` are msgids. `choices_from` names where the
    choices come from when the form cannot know them: a table of the same draft or the call ("task_kinds").
    `must_be_yes` marks a declaration that only a tick satisfies. `prefilled` is filled by the office's data.
    `personal` holds the data of a person: it is left out where the text is published.
    """

    name: str
    number: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = True
    max_length: int = 300
    choices: tuple[Choice, ...] = ()
    choices_from: str = ""
    hint: str = ""
    must_be_yes: bool = False
    prefilled: bool = False
    personal: bool = False

    def numbered(self, number: str) -> Self:
        """The same field at another place of another form."""
        return replace(self, number=number)

    @property
    def long(self) -> bool:
        """Whether the text may hold line breaks."""
        return self.kind is Kind.LONG_TEXT


@dataclass(frozen=True)
class Table:
    """A repeated group of a form: each row is a mapping with a key that stays when rows move.

    `fixed_rows` marks a table whose rows come from elsewhere: none is added, none removed.
    """

    name: str
    number: str
    label: str
    columns: tuple[Field, ...]
    row_label: str
    min_rows: int = 0
    max_rows: int = 200
    hint: str = ""
    fixed_rows: bool = False

    def numbered(self, number: str) -> Self:
        """The same table at another place of another form, its columns with it."""
        return replace(self, number=number, columns=tuple(column.numbered(number) for column in self.columns))

    def column(self, name: str) -> Field:
        """The column of that name. Raises KeyError."""
        return {column.name: column for column in self.columns}[name]


Item = Field | Table


@dataclass(frozen=True)
class Section:
    """One page of the editor: its key in addresses, its number and title, its fields and tables in order."""

    key: str
    number: str
    title: str
    items: tuple[Item, ...]
    hint: str = ""


@dataclass(frozen=True)
class Form:
    """A statutory form in one version, with the act that sets it."""

    code: str
    version: str
    title: str
    basis: str
    sections: tuple[Section, ...]

    def parts(self) -> Iterator[tuple[Section, Item]]:
        """Every field and table with its section, in the order of the form."""
        for section in self.sections:
            for item in section.items:
                yield section, item

    def item(self, name: str) -> Item:
        """The field or table of that name. Raises KeyError."""
        return {item.name: item for _, item in self.parts()}[name]

    def field(self, name: str) -> Field:
        """The field of that name. Raises KeyError if there is none or if it is a table."""
        return {item.name: item for _, item in self.parts() if isinstance(item, Field)}[name]

    def table(self, name: str) -> Table:
        """The table of that name. Raises KeyError if there is none or if it is a field."""
        return {item.name: item for _, item in self.parts() if isinstance(item, Table)}[name]

    def section(self, key: str) -> Section:
        """The section of that key. Raises KeyError."""
        return {section.key: section for section in self.sections}[key]

    def section_of(self, name: str) -> Section:
        """The section that holds the field or table. Raises KeyError."""
        return {item.name: section for section, item in self.parts()}[name]


@dataclass(frozen=True)
class Problem:
    """One thing to repair: the section's key, the element's id, a msgid and what fills it."""

    section: str
    anchor: str
    text: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One row of a table as read: its key and the typed values of its columns."""

    key: str
    values: Mapping[str, Value]

    def text(self, column: str) -> str:
        """The text of a column, empty if there is none."""
        value = self.values.get(column)
        return value if isinstance(value, str) else ""

    def number(self, column: str) -> int | None:
        """The amount in grosze or the whole number of a column."""
        return _number(self.values.get(column))

    def quantity(self, column: str) -> Decimal | None:
        """The quantity of a column."""
        value = self.values.get(column)
        return value if isinstance(value, Decimal) else None

    def day(self, column: str) -> date | None:
        """The date of a column."""
        value = self.values.get(column)
        return value if isinstance(value, date) else None


@dataclass(frozen=True)
class Reading:
    """A draft as read: typed values, typed rows, and what could not be read."""

    form: Form
    values: Mapping[str, Value]
    rows: Mapping[str, tuple[Row, ...]]
    faults: tuple[Problem, ...]

    def text(self, name: str) -> str:
        """The text of a field, empty if there is none."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        """The amount in grosze or the whole number of a field; None if it is empty or could not be read."""
        return _number(self.values.get(name))

    def day(self, name: str) -> date | None:
        """The date of a field; None if it is empty or could not be read."""
        value = self.values.get(name)
        return value if isinstance(value, date) else None

    def ticked(self, name: str) -> bool:
        """Whether a tick is set."""
        return self.values.get(name) is True

    def table(self, name: str) -> tuple[Row, ...]:
        """The rows of a table, in the order typed."""
        return self.rows.get(name, ())

    def problem(self, name: str, text: str, params: Mapping[str, object] | None = None) -> Problem:
        """A problem at a field or at a whole table."""
        return Problem(self.form.section_of(name).key, name, text, params or {})

    def cell_problem(
        self, table: str, row: Row, column: str, text: str, params: Mapping[str, object] | None = None
    ) -> Problem:
        """A problem at one cell of a table."""
        section = self.form.section_of(table).key
        return Problem(section, anchor(table, row.key, column), text, params or {})

    def in_order(self, problems: Sequence[Problem]) -> list[Problem]:
        """The problems in the order of the form, each once, one sentence per element and text."""
        places = {item.name: place for place, (_, item) in enumerate(self.form.parts())}
        unique = {(problem.anchor, problem.text): problem for problem in problems}
        return sorted(unique.values(), key=lambda problem: places[problem.anchor.split("-")[0]])


def anchor(table: str, key: str, column: str) -> str:
    """The element id of a cell."""
    return f"{table}-{key}-{column}"


def _number(value: Value) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
