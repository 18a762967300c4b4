"""What the fields of all forms are called, for a page that knows only their names."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from wtforms import Form
from wtforms.fields.core import UnboundField


def label_of(name: str) -> Any:
    """The label of a field by its name; None where no form names it, or two forms name it differently."""
    return _labels().get(re.split(r"-\d+-|-", name)[-1])


@cache
def _labels() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for form in _every(Form):
        for name, field in vars(form).items():
            label = _label(field)
            if label:
                found[name] = label if str(found.get(name, label)) == str(label) else None
    return found


def _every(form: type[Any]) -> Iterator[type[Any]]:
    for child in form.__subclasses__():
        yield child
        yield from _every(child)


def _label(field: Any) -> Any:
    if not isinstance(field, UnboundField):
        return None
    return field.kwargs.get("label") or next(iter(field.args), None)


