"""What documents have in common that an official draws up: which earlier one they replace, and people in lists."""

from collections.abc import Sequence
from datetime import date

from reports import Translate, figures
from reports.blocks import Person, Story
from reports.tables import note


def replacing(day: date | None, _: Translate) -> Story:
    """A note that the document stands in place of the one of that day; nothing for a first one."""
    if day is None:
        return []
    text = _("This document replaces the one of %(day)s, which was issued with an error.")
    return [note([text % {"day": figures.day(day)}])]


def person_lines(people: Sequence[Person]) -> list[str]:
    """One line each: the name, with the function behind it."""
    return [", ".join(part for part in (person.name, person.function) if part) for person in people]
