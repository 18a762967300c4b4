"""A published offer as anybody may read it: the text without personal data, section by section, ready to print.

Everything here comes from `small_grant.public_text`, never from the draft, a version or the columns of the case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from app.i18n import _, day, money
from workflows.form import Field, Item, Kind, Reading, Row, Table
from workflows.forms import OfferFormKit, offer_form
from workflows.offer_totals import OfferTotals

FIGURES = frozenset({Kind.AMOUNT, Kind.QUANTITY, Kind.INTEGER})


@dataclass(frozen=True)
class PublicTable:
    """A table of the form: the columns as table() takes them, and the texts of each row."""

    label: str
    columns: tuple[dict[str, Any], ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class PublicSection:
    """A section of the form: (label, paragraphs) for each field, then its tables. What is empty is left out."""

    number: str
    title: str
    facts: tuple[tuple[str, list[str]], ...]
    tables: tuple[PublicTable, ...]


@dataclass(frozen=True)
class PublicOffer:
    """One look at the public text of a small grant. Fields with the data of persons are not printed at all."""

    text: Mapping[str, Any]

    @cached_property
    def kit(self) -> OfferFormKit:
        return offer_form(*self.text["form"])

    @cached_property
    def reading(self) -> Reading:
        return self.kit.read(self.text["content"])

    @cached_property
    def totals(self) -> OfferTotals:
        return self.kit.totals(self.reading)

    @property
    def title(self) -> str:
        return str(self.text["title"])

    @property
    def offerors(self) -> tuple[str, ...]:
        """The names as they stand in the registers."""
        return offerors_of(self.text["content"].get("offerors"))

    @property
    def task_days(self) -> tuple[date | None, date | None]:
        """The first and the last day of the task."""
        return self.reading.day("date_from"), self.reading.day("date_to")

    @property
    def anything_removed(self) -> bool:
        return bool(self.text.get("removed"))

    def sections(self) -> tuple[PublicSection, ...]:
        """What the form says, in its own order."""
        found = (
            PublicSection(
                number=section.number,
                title=str(_(section.title)),
                facts=tuple(self._facts(section.items)),
                tables=tuple(self._tables(section.items)),
            )
            for section in self.kit.form.sections
        )
        return tuple(section for section in found if section.facts or section.tables)

    def _facts(self, items: tuple[Item, ...]) -> list[tuple[str, list[str]]]:
        fields = [item for item in items if isinstance(item, Field) and not item.personal]
        printed = [
            (str(_(item.label)), self._value(item, self.reading.values.get(item.name))) for item in fields
        ]
        return [(label, value.splitlines()) for label, value in printed if value]

    def _tables(self, items: tuple[Item, ...]) -> list[PublicTable]:
        return [
            self._table(item) for item in items if isinstance(item, Table) and self.reading.table(item.name)
        ]

    def _table(self, table: Table) -> PublicTable:
        """Without the columns in which nothing stands."""
        rows = self.reading.table(table.name)
        columns = [
            column
            for column in table.columns
            if not column.personal and any(self._value(column, row.values.get(column.name)) for row in rows)
        ]
        return PublicTable(
            label=str(_(table.label)),
            columns=tuple(
                {"label": str(_(column.label)), "num": column.kind in FIGURES} for column in columns
            ),
            rows=tuple(self._cells(columns, row) for row in rows),
        )

    def _cells(self, columns: list[Field], row: Row) -> tuple[str, ...]:
        return tuple(self._value(column, row.values.get(column.name)) for column in columns)

    def _value(self, item: Field, value: Any) -> str:
        """One value in words; an empty text where there is none."""
        if value is None or value == "" or value is False:
            return ""
        if value is True:
            return str(_("Declared"))
        if item.kind is Kind.AMOUNT:
            return money(value)
        if isinstance(value, date):
            return day(value)
        if isinstance(value, Decimal):
            return f"{value.normalize():f}".replace(".", ",")
        return self._choice(item, str(value)) if item.kind is Kind.CHOICE else str(value)

    def _choice(self, item: Field, code: str) -> str:
        """An answer of the form, or the row of another table that was chosen."""
        if item.choices_from and item.choices_from != "task_kinds":
            rows = {row.key: row.text("name") for row in self.reading.table(item.choices_from)}
            return rows.get(code, "")
        return next((str(_(choice.label)) for choice in item.choices if choice.code == code), code)


def offerors_of(rows: Any) -> tuple[str, ...]:
    """The names in the rows of part II.1."""
    return tuple(str(row.get("name") or "") for row in rows or [] if row.get("name"))
