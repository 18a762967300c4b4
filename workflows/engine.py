"""One engine for every case type: a table of steps, the machine that it builds, and the only way to move a case.

The engine does not know which case it moves. A case type is a `Workflow`: its states, their names and its table.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from transitions import Machine

from workflows.kinds import DocumentKind, NoticeKind
from workflows.roles import MACHINES, Role
from workflows.words import N_, Word


class Case(Protocol):
    """What the engine needs of a case: its present state."""

    state: Any


class Origin(StrEnum):
    """Where the moment of a step comes from; anything but LIVE is said in the history."""

    LIVE = "live"
    IMPORTED = "imported"
    SYNTHETIC = "synthetic"


@dataclass(frozen=True)
class Context:
    """Who acts, when, and with which answers.

    `now` is aware, UTC. `answers` is None while a page only asks what could be done: guards that judge answers
    then stay silent. `stands_for` are the people for whom the person stands in on this case.
    """

    now: datetime
    roles: frozenset[Role]
    person_id: int | None = None
    answers: Mapping[str, Any] | None = None
    origin: Origin = Origin.LIVE
    stands_for: frozenset[int] = frozenset()

    @property
    def principals(self) -> frozenset[int]:
        """Everybody whose act a step would be: the person and those for whom the person stands in."""
        return self.stands_for if self.person_id is None else self.stands_for | {self.person_id}


@dataclass(frozen=True)
class Refusal:
    """One reason why a step cannot be taken now; `text` is a msgid, `anchor` names the place to repair."""

    code: str
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    anchor: str | None = None


class Refused(Exception):
    """A step was refused; `reasons` holds all of them at once, so that everything can be repaired together."""

    def __init__(self, *reasons: Refusal) -> None:
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons


class WrongState(Refused):
    """The step exists, but not in the state in which the case is now."""


class NotYours(Exception):
    """The step exists in this state, but none of the person's roles may take it."""


class UnknownTrigger(Exception):
    """The case type has no such step at all."""


Answer = Refusal | Iterable[Refusal] | None
Guard = Callable[[Any, Context], Answer]


@dataclass(frozen=True)
class Step:
    """One row of a table: everything that is known of a step before it is taken. Without `dest` the case stays."""

    trigger: str
    source: tuple[StrEnum, ...]
    dest: StrEnum | None
    label: str
    by: frozenset[Role]
    basis: str
    guards: tuple[Guard, ...] = ()
    asks: str | None = None
    documents: tuple[DocumentKind, ...] = ()
    notices: tuple[NoticeKind, ...] = ()
    due: Callable[[Any], datetime | None] | None = None
    grave: bool = False

    def leads_to(self, source: StrEnum) -> StrEnum:
        """The state after the step when it is taken in `source`."""
        return source if self.dest is None else self.dest

    @property
    def by_hand(self) -> bool:
        """Whether a person takes the step; the others follow from the clock or from another step."""
        return not self.by <= MACHINES


@dataclass(frozen=True)
class StateName:
    """The name for the office, and the one for the applicant and the public where that must differ."""

    internal: str
    public: str


@dataclass(frozen=True)
class Offered:
    """A step that a person's roles may take in this state, with what still stands against it."""

    step: Step
    refusals: tuple[Refusal, ...]

    @property
    def allowed(self) -> bool:
        return not self.refusals


class Workflow:
    """A case type: its name, its states with both names, and its table of steps."""

    def __init__(
        self,
        *,
        name: str,
        plural: str,
        title: str,
        initial: StrEnum,
        names: Mapping[Any, StateName],
        steps: tuple[Step, ...],
    ) -> None:
        self.name = name
        self.plural = plural
        self.title = title
        self.initial = initial
        self.states: type[StrEnum] = type(initial)
        self.names = names
        self.steps = steps
        self._by_place = {(step.trigger, source): step for step in steps for source in step.source}
        self._triggers = {step.trigger for step in steps}
        self.machine = self._machine()

    def _machine(self) -> Machine:
        """The machine of `transitions`, shared by all cases: a machine per row would cost a thousand times more."""
        machine = Machine(
            model=None, states=self.states, initial=self.initial, auto_transitions=False, send_event=False
        )
        for step in self.steps:
            machine.add_transition(step.trigger, list(step.source), step.dest or "=")
        return machine

    def steps_from(self, state: StrEnum) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if state in step.source)

    def is_final(self, state: StrEnum) -> bool:
        """Whether the case can leave `state` no more."""
        return all(step.leads_to(state) == state for step in self.steps_from(state))

    def step(self, case: Case, trigger: str) -> Step:
        """The row for `trigger` in the present state. Raises UnknownTrigger or WrongState."""
        if trigger not in self._triggers:
            raise UnknownTrigger(trigger)
        try:
            return self._by_place[trigger, case.state]
        except KeyError:
            raise WrongState(wrong_state(self.names[case.state].internal)) from None

    def refusals(self, step: Step, facts: Any, context: Context) -> tuple[Refusal, ...]:
        """Every reason against the step, in the order of its guards; `facts` answers the guards' questions."""
        found: list[Refusal] = []
        for guard in step.guards:
            answer = guard(facts, context)
            if isinstance(answer, Refusal):
                found.append(answer)
            elif answer is not None:
                found.extend(answer)
        return tuple(found)

    def offered(self, case: Case, facts: Any, context: Context) -> tuple[Offered, ...]:
        """The steps that the roles of `context` may take from here, each with its refusals."""
        return tuple(
            Offered(step, self.refusals(step, facts, context))
            for step in self.steps_from(case.state)
            if step.by & context.roles and step.by_hand
        )

    def take(self, case: Case, trigger: str, facts: Any, context: Context) -> Step:
        """Move the case and give the row back. Raises UnknownTrigger, WrongState, NotYours or Refused; then nothing moved."""
        step = self.step(case, trigger)
        if not step.by & context.roles:
            raise NotYours(trigger)
        reasons = self.refusals(step, facts, context)
        if reasons:
            raise Refused(*reasons)
        self.machine.events[trigger].trigger(case)
        return step

    def due(self, case: Case, facts: Any) -> tuple[datetime, Step] | None:
        """The next step that the clock will take from here and its moment (UTC), or None."""
        moments = [
            (moment, step)
            for step in self.steps_from(case.state)
            if step.due is not None and (moment := step.due(facts)) is not None
        ]
        return min(moments, key=lambda pair: pair[0]) if moments else None


def wrong_state(state_name: str) -> Refusal:
    """The refusal of a step that does not exist in the present state."""
    return Refusal(
        "wrong_state",
        N_("This case is now in the state “%(state)s”, so this step cannot be taken."),
        {"state": Word(state_name)},
    )
