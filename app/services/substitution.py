"""For whom a step is taken: what a person who stands in does is said to be done for the other, and counts as both."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.queries.substitution import stands_for
from workflows.engine import Context
from workflows.roles import OFFICE, Role


def standing_in(case: Any, context: Context) -> tuple[Context, Mapping[int, frozenset[Role]]]:
    """The context with the people for whom its person stands in, and the roles in which an act would be theirs."""
    if not context.roles & OFFICE:
        return context, {}
    found = stands_for(case, context.person_id, context.now)
    return replace(context, stands_for=frozenset(found)), found
