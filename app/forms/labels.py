"""What the fields of all forms are called, for a page that knows only their names."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms import Form
from wtforms.fields.core import UnboundField


def label_of(name: str) -> Any:
    """The label of a field by its name; None where no form names it, or two forms name it differently."""
    return _labels().get(re.split(r"-\d+-|-", name)[-1])


@cache
def _labels() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for form in every_form():
        for name, field in vars(form).items():
            label = _label(field)
            if label:
                found[name] = label if str(found.get(name, label)) == str(label) else None
    return found


def every_form(base: type[Any] = Form) -> Iterator[type[Any]]:
    """Every form of ours; the library brings forms of its own, which no page shows."""
    for child in base.__subclasses__():
        if child.__module__.startswith("app."):
            yield child
        yield from every_form(child)


def _label(field: Any) -> Any:
    if not isinstance(field, UnboundField):
        return None
    label = field.kwargs.get("label") or next(iter(field.args), None)
    return label if isinstance(label, str | LazyString) else None  # a list or a part has a field there
