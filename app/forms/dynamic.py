"""Fields that only the case can name: one per criterion, member or offer."""

from collections.abc import Iterable
from typing import Any

from wtforms import Form
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.fields.core import UnboundField


def put(form: Form, name: str, field: Any, value: Any = None) -> Any:
    """Add the field to the form with what is known already; a later `process` reads what was posted into it.

    `field` is written as in a class body. It may be called again for a field that stands already, as a view does that fills the same form twice.
    """
    unbound = UnboundField(field.field_class, *field.args, **{**field.kwargs, "default": value})
    bound = form.meta.bind_field(form, unbound, {"name": name, "prefix": ""})
    bound.process(None)
    # WTForms takes fields of instances only this way; `form[name] = …` is for forms without a class.
    form._fields[name] = bound
    return bound


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[Any]:
    """The answers of a field from pairs of value and words."""
    return [SelectChoice(value, words) for value, words in pairs]
