"""The SQL of a register: one select with the chosen columns, the same rows summed, and the figures of a chart."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from app.models import Procedure
from app.queries import interest
from app.services.registers.choice import Choice
from app.services.registers.declaration import Column, Picture, Register, Scope, Table

WHOLE_NUMBERS = frozenset({"money", "whole", "percent"})


def rows(
    register: Register, table: Table, scope: Scope, choice: Choice, columns: Sequence[Column]
) -> sa.Select[Any]:  # fmt: skip
    """The rows of a table with these columns only, in the chosen order."""
    source = _source(register, table, scope)
    selected = source.with_only_columns(
        *(_value(source, column) for column in columns), maintain_column_froms=True
    )
    return selected.order_by(None).order_by(
        *_order(source, table, choice if table is register.main else None)
    )


def sums(register: Register, table: Table, scope: Scope, columns: Sequence[Column]) -> sa.Select[Any]:
    """How many rows these are, whether any is sample data, and the sum of each column with a total, by its key."""
    source = _source(register, table, scope)
    totalled = [column for column in columns if column.total]
    sample = sa.false() if table.synthetic is None else table.synthetic
    inner = source.with_only_columns(
        sample.label("sample_row"), *(_value(source, c) for c in totalled), maintain_column_froms=True
    )
    found = inner.order_by(None).subquery()
    return sa.select(
        sa.func.count().label("row_count"),
        sa.func.coalesce(sa.func.bool_or(found.c.sample_row), False).label("synthetic"),
        *(_sum(found.c[column.key], column) for column in totalled),
    )


def figures(register: Register, picture: Picture, scope: Scope) -> sa.Select[Any]:
    """The label and the value of each bar of a chart."""
    source = _source(register, register.main, scope)
    label = sa.type_coerce(picture.label, sa.String) if picture.words else picture.label
    value = sa.cast(picture.value, sa.BigInteger) if picture.kind in WHOLE_NUMBERS else picture.value
    inner = source.with_only_columns(
        label.label("label"), value.label("value"), maintain_column_froms=True
    ).order_by(None)
    order = sa.text("label") if picture.by_label else sa.text("value DESC NULLS LAST, label")
    return inner.group_by(picture.label).order_by(order).limit(picture.most)


def _source(register: Register, table: Table, scope: Scope) -> sa.Select[Any]:
    """FROM and WHERE: the wall between departments, and the filters of the first table."""
    source = table.source(scope)
    if table.unit is not None:
        source = source.where(*walls(table.unit, scope))
    if table is register.main:
        source = source.where(*_conditions(register, scope))
    return source


def walls(unit: Any, scope: Scope) -> Iterator[sa.ColumnElement[bool]]:
    """Only the cases of the department, and of its calls none in which something excludes the person."""
    if scope.unit_id is not None:
        yield unit == scope.unit_id
    if scope.person_id is not None and issubclass(unit.class_, Procedure):
        yield interest.open_to(scope.person_id, unit.class_.id)


def _conditions(register: Register, scope: Scope) -> Iterator[Any]:
    for found in register.filters:
        yield from found.conditions(scope.values, scope.unit_id)


def _expression(source: sa.Select[Any], column: Column) -> Any:
    return source.selected_columns[column.key] if column.sql is None else column.sql


def _value(source: sa.Select[Any], column: Column) -> Any:
    expression = _expression(source, column)
    if column.words is not None:
        expression = sa.type_coerce(expression, sa.String)  # the plain word: no enum is made for each row
    return expression.label(column.key)


def _order(source: sa.Select[Any], table: Table, choice: Choice | None) -> Iterator[Any]:
    for key in choice.order if choice else ():
        column = table.column(key.removeprefix("-"))
        if column is not None:
            expression = _expression(source, column)
            yield (expression.desc() if key.startswith("-") else expression.asc()).nulls_last()
    for part in table.order:
        yield source.selected_columns[part] if isinstance(part, str) else part


def _sum(value: Any, column: Column) -> Any:
    total = sa.func.coalesce(sa.func.sum(value), 0)
    return (sa.cast(total, sa.BigInteger) if column.kind in WHOLE_NUMBERS else total).label(column.key)
