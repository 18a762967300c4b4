"""The pages of the editor: the official form, the draft and its reading turned into what the paper macros take."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.i18n import _, day, say
from app.queries.offer_figures import figure
from app.queries.offer_text import OfferText
from workflows.form import KEY_COLUMN, Field, Form, Item, Kind, Row, Table, anchor
from workflows.form_rules import ADD_ROW, CHOOSE, DECLARE, FILL_IN, FILL_IN_CELL
from workflows.offer_form import ADMINISTRATIVE, OFFER_FORM, YEAR_COLUMNS
from workflows.words import N_

KINDS = {
    Kind.TEXT: "text", Kind.LONG_TEXT: "longtext", Kind.EMAIL: "text", Kind.DATE: "date", Kind.AMOUNT: "money",
    Kind.QUANTITY: "quantity", Kind.INTEGER: "integer", Kind.CHOICE: "choice", Kind.TICK: "declaration",
}  # fmt: skip
# What is merely empty is counted beside the section; anything else is said on its page while writing.
EMPTINESS = frozenset({FILL_IN, CHOOSE, DECLARE, ADD_ROW, FILL_IN_CELL})
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Part:
    """A part of a table that stands by itself: its button, its caption, which rows, which columns, in which order."""

    button: str
    caption: str
    add: str
    belongs: Callable[[Row], bool]
    columns: tuple[str, ...]


# The cost tables that a form cuts into parts, by the code of the form; any other form has one table.
COST_PARTS = {
    OFFER_FORM.code: (
        Part("costs.activity", N_("I. Costs of activities"), N_("Add a cost of an activity"),
             lambda row: row.text("group") != ADMINISTRATIVE, ("name", "activity", "unit", "unit_cost", "quantity")),
        Part("costs.administrative", N_("II. Administrative costs"), N_("Add an administrative cost"),
             lambda row: row.text("group") == ADMINISTRATIVE, ("name", "unit", "unit_cost", "quantity")),
    ),
}  # fmt: skip
ADD_LABELS = {
    "offerors": N_("Add an offeror"),
    "plan": N_("Add an activity"),
    "results": N_("Add a result"),
    "costs": N_("Add a cost"),
    "split": N_("Add a share"),
}


def first_part(form: Form, table: str) -> str:
    """How the page names the table, or the first of the parts into which it is cut."""
    return COST_PARTS[form.code][0].button if table == "costs" and form.code in COST_PARTS else table


@dataclass
class Editor:
    """One reader's editor of one offer. `checked` shows everything missing beside its field, not only what is unreadable.

    `typed` holds what the reader typed where it differs from the draft, so that nothing vanishes from the page.
    """

    text: OfferText
    writable: bool
    checked: bool = False
    typed: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shown = self.text.problems if self.checked else self.text.reading.faults
        self.errors: dict[str, str] = {}
        for problem in shown:
            self.errors.setdefault(problem.anchor, say(problem))
        self.errors |= self.remarks

    def parts(self, items: Iterable[Item]) -> list[dict[str, Any]]:
        """The items as the template prints them, in the order of the form: fields and tables."""
        parts: list[dict[str, Any]] = []
        for item in items:
            if isinstance(item, Field):
                parts.append({"field": self.field(item)})
            elif item.name == "costs" and self.cost_parts:
                parts += [{"table": self.part_of_costs(item, part)} for part in self.cost_parts]
            elif item.name != "split" or self.text.terms.joint or self.text.reading.table("split"):
                parts.append({"table": self.table(item)})
        return parts

    def sections(self) -> list[dict[str, Any]]:
        """The whole form, section by section, as the template prints it."""
        return [
            {"key": s.key, "number": s.number, "title": _(s.title), "parts": self.parts(s.items)}
            for s in self.text.form.sections
        ]

    @property
    def cost_parts(self) -> tuple[Part, ...]:
        return COST_PARTS.get(self.text.form.code, ())

    def open(self, name: str) -> bool:
        return self.writable and name in self.text.opened

    def field(self, item: Field) -> dict[str, Any]:
        """One field as paper_field() takes it."""
        raw = str(self.text.content.get(item.name) or "")
        return self._item(item, item.name, raw, self.text.reading.values.get(item.name), self.open(item.name))

    def _item(self, item: Field, place: str, raw: str, read: Any, open_: bool) -> dict[str, Any]:
        value: Any = self.typed.get(place, raw)
        readonly = not open_ or item.prefilled
        if item.kind is Kind.TICK:
            value = value == "yes"
        elif item.kind is Kind.DATE and readonly and read is not None:
            value = day(read)
        elif item.kind is Kind.AMOUNT and readonly and isinstance(read, int):
            value = figure(read)
        return {
            "name": place, "id": place, "label": _(item.label), "number": item.number, "kind": KINDS[item.kind],
            "value": value, "hint": _(item.hint) if item.hint else None, "error": self.errors.get(place),
            "choices": self.choices(item), "required": item.required and not item.prefilled,
            "max_length": item.max_length, "readonly": readonly,
        }  # fmt: skip

    def choices(self, item: Field) -> Choices:
        """The answers to choose from: of the form, of the call, or rows of the same draft."""
        if item.choices_from == "task_kinds":
            return [(kind, kind) for kind in self.text.offer.call.task_kinds]
        if item.choices_from:
            label = _(self.text.form.table(item.choices_from).row_label)
            rows = self.text.reading.table(item.choices_from)
            return [(row.key, f"{n}. {row.text('name') or label}") for n, row in enumerate(rows, start=1)]
        return [(choice.code, _(choice.label)) for choice in item.choices]

    def columns(self, table: Table) -> list[Field]:
        """The columns that this call needs: years only when the task has several."""
        years = self.text.terms.years
        hidden = set(YEAR_COLUMNS[len(years) :] if len(years) > 1 else YEAR_COLUMNS)
        if len(years) < 2:
            hidden.add("year")
        return [column for column in table.columns if column.name not in hidden]

    def column_label(self, column: Field) -> str:
        if column.name in YEAR_COLUMNS:
            return str(self.text.terms.years[YEAR_COLUMNS.index(column.name)])
        return str(_(column.label))

    def table(self, table: Table) -> dict[str, Any]:
        """A table as paper_table() takes it."""
        columns = self.columns(table)
        rows = [self._row(table, columns, row, None) for row in self.text.reading.table(table.name)]
        return {
            "name": table.name, "label": f"{table.number} {_(table.label)}".strip(), "row_label": _(table.row_label),
            "hint": _(table.hint) if table.hint else None, "error": self.errors.get(table.name),
            "columns": [{"label": self.column_label(c), "kind": KINDS[c.kind], "name": c.name} for c in columns],
            "rows": rows, "records": len(columns) > 7, "readonly": not self.open(table.name),
            "totals": None if self.open(table.name) else self._printed_sums(table, columns),
            "add_label": _(ADD_LABELS.get(table.name, N_("Add a row"))),
        }  # fmt: skip

    def _printed_sums(self, table: Table, columns: Sequence[Field]) -> tuple[str, list[str | None]] | None:
        """The sum of each column of amounts; while a table is written, its sums stand below and follow every save."""
        rows = self.text.reading.table(table.name)
        if not rows or all(column.kind is not Kind.AMOUNT for column in columns):
            return None
        sums = [
            figure(sum(row.number(column.name) or 0 for row in rows)) if column.kind is Kind.AMOUNT else None
            for column in columns
        ]
        return _("Sum"), sums

    def part_of_costs(self, table: Table, part: Part) -> dict[str, Any]:
        """One group of the costs: the value of each row and the sum of the group are computed."""
        by_name = {column.name: column for column in self.columns(table)}
        columns = [by_name[name] for name in (*part.columns, *YEAR_COLUMNS) if name in by_name]
        lines = {line.key: line for line in self.text.totals.lines}
        rows = []
        for row in sorted(
            filter(part.belongs, self.text.reading.table("costs")), key=lambda row: list(lines).index(row.key)
        ):
            line = lines[row.key]
            rows.append(
                {**self._row(table, columns, row, [figure(line.value_grosze)]), "number": line.number}
            )
        total = sum(
            line.value_grosze for line in self.text.totals.lines if line.key in {row["key"] for row in rows}
        )
        heads = [
            {
                "label": self.column_label(c),
                "kind": KINDS[c.kind],
                "name": c.name,
                "factor": c.name in {"unit_cost", "quantity"},
            }
            for c in columns
        ]
        heads.append({"label": _("Value [zł]"), "kind": "money", "name": "computed_value", "sum": True})
        return {
            "name": part.button, "label": _(part.caption), "row_label": _("Cost"), "hint": None,
            "error": self.errors.get("costs") if part is self.cost_parts[0] else None, "columns": heads, "rows": rows,
            "readonly": not self.open("costs"), "add_label": _(part.add),
            "totals": (_("Sum"), [None] * len(columns) + [figure(total)]) if rows else None,
        }  # fmt: skip

    def _row(
        self, table: Table, columns: Sequence[Field], row: Row, computed: list[str] | None
    ) -> dict[str, Any]:
        raw: dict[str, str] = next((r for r in self.text.content[table.name] if r[KEY_COLUMN] == row.key), {})
        cells = []
        for column in columns:
            place = anchor(table.name, row.key, column.name)
            cell = self._item(
                column, place, raw.get(column.name, ""), row.values.get(column.name), self.open(table.name)
            )
            # Years are asked for only where the task has several, and then they are not optional.
            required = cell["required"] or column.name in {"year", *YEAR_COLUMNS}
            cells.append({**cell, "label": self.column_label(column), "number": None, "required": required})
        return {"key": row.key, "cells": cells, "computed": computed, "number": None}

    def warnings(self, section: str) -> list[str]:
        """Limits and sums of the section that do not hold: the draft saves, but could not be submitted."""
        if self.checked:
            return []
        unreadable = {fault.anchor for fault in self.text.reading.faults}
        return [
            say(problem)
            for problem in self.text.problems
            if problem.section == section
            and problem.text not in EMPTINESS
            and problem.anchor not in unreadable
        ]
