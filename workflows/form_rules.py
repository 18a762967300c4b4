"""Rules that every statutory form shares: what must be filled in, ticked and added."""

from collections.abc import Iterator

from workflows.form import Field, Form, Kind, Problem, Reading, Row, Table
from workflows.words import N_, Word

FILL_IN = N_("Fill in: %(field)s.")
CHOOSE = N_("Choose an answer: %(field)s.")
DECLARE = N_("Tick the declaration: %(field)s")
ADD_ROW = N_("Add at least one row: %(field)s.")
FILL_IN_CELL = N_("%(row)s: fill in “%(field)s”.")


def required_problems(reading: Reading) -> Iterator[Problem]:
    """Everything that the form requires and that is empty. What could not be read is not told twice."""
    unread = {fault.anchor for fault in reading.faults}
    for section, item in reading.form.parts():
        if isinstance(item, Table):
            if len(reading.table(item.name)) < item.min_rows and item.name not in unread:
                yield Problem(section.key, item.name, ADD_ROW, {"field": Word(item.label)})
            yield from _cell_problems(reading, item, unread)
        elif item.name not in unread and _empty(item, reading.values.get(item.name)):
            yield Problem(section.key, item.name, _sentence(item), {"field": Word(item.label)})


def row_name(form: Form, table: str, row: Row, place: int) -> str:
    """What a row is called in a sentence: its name, or its place in the table."""
    return row.text("name") or f"{form.table(table).number} ({place})".strip()


def _cell_problems(reading: Reading, table: Table, unread: set[str]) -> Iterator[Problem]:
    for place, row in enumerate(reading.table(table.name), start=1):
        name = row_name(reading.form, table.name, row, place)
        for column in table.columns:
            problem = reading.cell_problem(
                table.name, row, column.name, FILL_IN_CELL, {"row": name, "field": Word(column.label)}
            )
            if problem.anchor not in unread and _empty(column, row.values.get(column.name)):
                yield problem


def _empty(item: Field, value: object) -> bool:
    if item.kind is Kind.TICK:
        return item.must_be_yes and value is not True
    return item.required and not item.prefilled and value in (None, "")


def _sentence(item: Field) -> str:
    if item.must_be_yes:
        return DECLARE
    return CHOOSE if item.kind is Kind.CHOICE else FILL_IN
