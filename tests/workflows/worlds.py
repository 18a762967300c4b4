"""Worlds in which a step is taken: every answer that the facts of a case can give to the guards, tried in turn.

A guard asks its facts by attribute, and the name says what kind of answer comes back. So a test needs no database
and no list of guards: it asks the guard what it reads, and then gives it every answer there is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from workflows.catalogue import WORKFLOWS
from workflows.engine import Context, Guard, Refusal, Step, Workflow
from workflows.roles import Role

NOW = datetime(2026, 11, 22, 13, 30, tzinfo=UTC)
PAST, FUTURE = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)
PERSON, OTHER = 7, 8


class Reasons(tuple[Refusal, ...]):
    """A list of refusals that a case keeps as an attribute or gives when it is asked with answers."""

    __slots__ = ()

    def __call__(self, *_args: Any, **_kwargs: Any) -> "Reasons":
        return self


NO_REASON = Reasons()
TWO_REASONS = Reasons((Refusal("one", "One thing."), Refusal("two", "Another thing.")))
MOMENTS = ("deadline", "report_due", "task_ends_at", "opens_at", "called_report_due")
SPECIAL: dict[str, tuple[Any, ...]] = {
    "awards_against_pool": (((2026, 100, 100), (2027, 0, 5)), ((2026, 101, 100), (2027, 5, 5))),
    "protocol_unsigned_by": ((), ("Anna Nowak",)),
}


def possible_answers(name: str) -> tuple[Any, ...]:
    """Every kind of answer to the question `name`."""
    if name in SPECIAL:
        return SPECIAL[name]
    if name.startswith("refusals_of_"):
        return NO_REASON, TWO_REASONS
    if name.startswith("refusal_of_"):
        return (lambda *_args: None), (lambda *_args: Refusal("may_not", "You may not."))
    if name.endswith("_ids"):
        return frozenset({PERSON, OTHER}), frozenset({OTHER}), frozenset()
    if name.endswith("_by_id"):
        return OTHER, PERSON, None
    if name in MOMENTS or name.endswith(("_due", "_at", "_until")):
        return FUTURE, NOW, PAST, None
    return True, False


class Facts:
    """The facts of one world; it remembers what it was asked."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self.asked.add(name)
        return self.answers[name] if name in self.answers else possible_answers(name)[0]


@dataclass
class Case:
    """A case that is nothing but its state."""

    state: Any


def acting(*roles: Role, answers: dict[str, Any] | None = None, person_id: int | None = PERSON) -> Context:
    """The context of a person with these roles who has answered what the step asks."""
    return Context(
        now=NOW, roles=frozenset(roles), person_id=person_id, answers={} if answers is None else answers
    )


def found_by(guard: Guard, facts: Facts, context: Context) -> tuple[Refusal, ...]:
    """What one guard has against the step in this world."""
    answer = guard(facts, context)
    if answer is None:
        return ()
    return (answer,) if isinstance(answer, Refusal) else tuple(answer)


def _with(names: Iterable[str]) -> Iterator[Facts]:
    ordered = sorted(names)
    for answers in product(*(possible_answers(name) for name in ordered)):
        yield Facts(dict(zip(ordered, answers, strict=True)))


def asked_by(*guards: Guard) -> frozenset[str]:
    """The names of all facts that the guards ask for, whichever way they go."""
    known: set[str] = set()
    while True:
        asked: set[str] = set()
        for facts in _with(known):
            for guard in guards:
                found_by(guard, facts, acting())
            asked |= facts.asked
        if asked <= known:
            return frozenset(known)
        known |= asked


def worlds(*guards: Guard) -> Iterator[Facts]:
    """Every world that the guards can tell apart."""
    return _with(asked_by(*guards))


def kind_world(step: Step) -> Facts:
    """A world in which nothing stands against the step. Raises LookupError if its guards contradict each other."""
    for facts in worlds(*step.guards):
        if not any(found_by(guard, facts, acting()) for guard in step.guards):
            return facts
    raise LookupError(f"no world lets {step.trigger} pass")


def hard_world(step: Step) -> Facts:
    """A world in which every guard of the step refuses. Raises LookupError if there is none."""
    for facts in worlds(*step.guards):
        if all(found_by(guard, facts, acting()) for guard in step.guards):
            return facts
    raise LookupError(f"no world has every guard of {step.trigger} refuse")


STEPS: list[tuple[Workflow, Step]] = [
    (workflow, step) for workflow in WORKFLOWS.values() for step in workflow.steps
]
STEP_NAMES = [f"{workflow.name}.{step.trigger}" for workflow, step in STEPS]
