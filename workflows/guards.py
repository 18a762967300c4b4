"""Guards that several case types share. A guard reads the facts of the case and the context, and nothing else.

The facts are an object that answers for the case: its columns, counts, sums, and lists of refusals. Whoever moves a
case gives them to the engine; a test gives a dataclass of three lines.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from workflows.calendar import passed
from workflows.engine import Context, Guard, Refusal
from workflows.words import N_

# Refusals that lie in who acts and not in how the case stands: four eyes, and an own interest.
OF_THE_PERSON = frozenset({"own_proposal", "own_payment", "own_annex", "own_offer"})


class Proposed(Protocol):
    proposed_by_ids: frozenset[int]


def four_eyes(attribute: str, name: str, code: str, text: str) -> Guard:
    """A guard of two different persons: whoever stands behind the first half does not take the second.

    `attribute` gives the people behind the first half: its author, and those for whom the author stood in. So one who
    stands in and one who is away count as one, whichever of them acts first.
    """

    def other_eyes(case: Any, context: Context) -> Refusal | None:
        return Refusal(code, text) if context.principals & getattr(case, attribute) else None

    other_eyes.__name__ = name
    FOUR_EYES.append(other_eyes)
    return other_eyes


# Every guard of this kind, for the test that tries them all.
FOUR_EYES: list[Guard] = []
not_own_proposal = four_eyes(
    "proposed_by_ids",
    "not_own_proposal",
    "own_proposal",
    N_("You prepared this yourself, or one of you stood in for the other, so somebody else must approve it."),
)


def no_own_offer(case: Any, context: Context) -> Refusal | None:
    """Whoever belongs to an offeror is excluded from giving the grants by law; nobody overrides it (art. 24 KPA)."""
    refusal: Refusal | None = case.refusal_of_interest(context.person_id)
    return refusal


def before(attribute: str, text: str) -> Callable[[Any, Context], Refusal | None]:
    """A guard that refuses once the moment in `attribute` has passed; the exact moment is still in time."""

    def in_time(case: Any, context: Context) -> Refusal | None:
        term: datetime | None = getattr(case, attribute)
        if term is not None and passed(term, context.now):
            return Refusal("too_late", text, {"term": term, "attempt": context.now})
        return None

    in_time.__name__ = f"before_{attribute}"
    return in_time


def after(attribute: str, text: str) -> Callable[[Any, Context], Refusal | None]:
    """A guard that refuses until the moment in `attribute` has passed, or while it is unknown."""

    def term_over(case: Any, context: Context) -> Refusal | None:
        term: datetime | None = getattr(case, attribute)
        if term is None or not passed(term, context.now):
            return Refusal("too_early", text, {"term": term})
        return None

    term_over.__name__ = f"after_{attribute}"
    return term_over


def fact(attribute: str, code: str, text: str) -> Callable[[Any, Context], Refusal | None]:
    """A guard that refuses unless the case's boolean `attribute` holds."""

    def must_hold(case: Any, _context: Context) -> Refusal | None:
        return None if getattr(case, attribute) else Refusal(code, text)

    must_hold.__name__ = code
    return must_hold


def listed(attribute: str) -> Callable[[Any, Context], tuple[Refusal, ...]]:
    """A guard that passes on the refusals which the case itself lists under `attribute`."""

    def everything_in_order(case: Any, _context: Context) -> tuple[Refusal, ...]:
        return tuple(getattr(case, attribute))

    everything_in_order.__name__ = attribute
    return everything_in_order


def judged(method: str, name: str, **fixed: Any) -> Guard:
    """A guard that lets the case judge the answers of the step; before there are answers it stays silent."""

    def judge(case: Any, context: Context) -> list[Refusal]:
        return [] if context.answers is None else list(getattr(case, method)(context.answers, **fixed))

    judge.__name__ = name
    return judge
