"""The engine with a case type of its own: it must not know which case it moves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest

from workflows.engine import (
    Context,
    NotYours,
    Refusal,
    Refused,
    StateName,
    Step,
    UnknownTrigger,
    Workflow,
    WrongState,
)
from workflows.roles import Role
from workflows.words import Word

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class DoorState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    WALLED_UP = "walled_up"


@dataclass
class Door:
    state: DoorState = DoorState.CLOSED


@dataclass
class DoorFacts:
    rusty: bool = False
    faults: tuple[Refusal, ...] = ()
    closes_at: datetime | None = None
    condemned_at: datetime | None = None


def not_rusty(door: DoorFacts, _context: Context) -> Refusal | None:
    return Refusal("rusty", "The door is rusty.") if door.rusty else None


def faults_mended(door: DoorFacts, _context: Context) -> Iterator[Refusal]:
    yield from door.faults


OFFICIAL = frozenset({Role.OFFICIAL})
CLOCK = frozenset({Role.CLOCK})
OPEN = Step(
    "open",
    (DoorState.CLOSED,),
    DoorState.OPEN,
    "Open",
    frozenset({Role.OFFICIAL, Role.CLERK}),
    "house rules",
    guards=(faults_mended, not_rusty),
)
PAINT = Step("paint", (DoorState.CLOSED, DoorState.OPEN), None, "Paint", OFFICIAL, "house rules")
SHUT = Step(
    "shut", (DoorState.OPEN,), DoorState.CLOSED, "Shut", CLOCK, "house rules", due=lambda door: door.closes_at
)
WALL_UP = Step(
    "wall_up",
    (DoorState.OPEN,),
    DoorState.WALLED_UP,
    "Wall up",
    CLOCK,
    "house rules",
    due=lambda door: door.condemned_at,
)
INSPECT = Step("inspect", (DoorState.WALLED_UP,), None, "Inspect", OFFICIAL, "house rules")
DOOR = Workflow(
    name="door",
    plural="doors",
    title="Door",
    initial=DoorState.CLOSED,
    names={
        DoorState.CLOSED: StateName("shut tight", "closed"),
        DoorState.OPEN: StateName("open", "open"),
        DoorState.WALLED_UP: StateName("walled up", "closed"),
    },
    steps=(OPEN, PAINT, SHUT, WALL_UP, INSPECT),
)
TWO_FAULTS = (Refusal("hinge", "A hinge is missing."), Refusal("lock", "The lock is stuck."))


def by(*roles: Role) -> Context:
    return Context(now=NOW, roles=frozenset(roles))


def test_a_step_moves_the_case_and_gives_its_row_back() -> None:
    door = Door()
    assert DOOR.take(door, "open", DoorFacts(), by(Role.CLERK)) is OPEN
    assert door.state is DoorState.OPEN


def test_a_step_without_a_goal_leaves_the_case_where_it_is() -> None:
    door = Door(DoorState.OPEN)
    assert DOOR.take(door, "paint", DoorFacts(), by(Role.OFFICIAL)) is PAINT
    assert door.state is DoorState.OPEN


def test_two_cases_share_one_machine_and_keep_their_own_states() -> None:
    one, other = Door(), Door()
    DOOR.take(one, "open", DoorFacts(), by(Role.OFFICIAL))
    assert (one.state, other.state) == (DoorState.OPEN, DoorState.CLOSED)
    assert DOOR.machine.models == []


def test_every_reason_is_said_at_once_in_the_order_of_the_guards() -> None:
    door = Door()
    with pytest.raises(Refused) as refusal:
        DOOR.take(door, "open", DoorFacts(rusty=True, faults=TWO_FAULTS), by(Role.OFFICIAL))
    assert [reason.code for reason in refusal.value.reasons] == ["hinge", "lock", "rusty"]
    assert str(refusal.value) == "hinge, lock, rusty"
    assert door.state is DoorState.CLOSED


def test_a_step_of_another_state_is_refused_with_the_name_of_the_present_one() -> None:
    door = Door(DoorState.OPEN)
    with pytest.raises(WrongState) as refusal:
        DOOR.take(door, "open", DoorFacts(), by(Role.OFFICIAL))
    (reason,) = refusal.value.reasons
    assert reason.params == {"state": "open"}
    assert isinstance(reason.params["state"], Word)
    assert isinstance(refusal.value, Refused)


def test_the_wrong_role_learns_nothing_of_what_else_stands_against_the_step() -> None:
    with pytest.raises(NotYours) as refusal:
        DOOR.take(Door(), "open", DoorFacts(rusty=True), by(Role.EVALUATOR))
    assert not isinstance(refusal.value, Refused)


def test_nobody_may_do_nothing() -> None:
    with pytest.raises(NotYours):
        DOOR.take(Door(), "open", DoorFacts(), by())


def test_an_unknown_trigger_is_unknown_before_anything_else_is_asked() -> None:
    with pytest.raises(UnknownTrigger, match="slam"):
        DOOR.take(Door(DoorState.WALLED_UP), "slam", DoorFacts(), by())


def test_a_name_of_the_machine_itself_is_no_trigger() -> None:
    for name in ("to_open", "state", "trigger", "__class__"):
        with pytest.raises(UnknownTrigger):
            DOOR.take(Door(), name, DoorFacts(), by(Role.OFFICIAL))


def test_one_of_several_roles_is_enough() -> None:
    assert DOOR.take(Door(), "open", DoorFacts(), by(Role.AUDITOR, Role.OFFICIAL)) is OPEN


def test_what_is_offered_are_the_steps_of_this_state_for_these_roles() -> None:
    closed, opened = Door(), Door(DoorState.OPEN)
    assert triggers(closed, by(Role.OFFICIAL)) == ["open", "paint"]
    assert triggers(closed, by(Role.CLERK)) == ["open"]
    assert triggers(closed, by(Role.AUDITOR)) == []
    assert triggers(opened, by(Role.OFFICIAL)) == ["paint"]


def test_a_step_of_the_clock_is_offered_to_nobody() -> None:
    assert triggers(Door(DoorState.OPEN), by(*Role)) == ["paint"]


def test_an_offered_step_says_what_still_stands_against_it() -> None:
    opening, painting = DOOR.offered(Door(), DoorFacts(faults=TWO_FAULTS), by(Role.OFFICIAL))
    assert (opening.allowed, opening.refusals) == (False, TWO_FAULTS)
    assert (painting.allowed, painting.refusals) == (True, ())


def test_the_next_step_of_the_clock_is_the_earliest() -> None:
    soon, later = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    door = Door(DoorState.OPEN)
    assert DOOR.due(door, DoorFacts(closes_at=later, condemned_at=soon)) == (soon, WALL_UP)
    assert DOOR.due(door, DoorFacts(closes_at=soon, condemned_at=later)) == (soon, SHUT)
    assert DOOR.due(door, DoorFacts(closes_at=later)) == (later, SHUT)


def test_where_no_term_runs_the_clock_has_nothing_to_do() -> None:
    assert DOOR.due(Door(DoorState.OPEN), DoorFacts()) is None
    assert DOOR.due(Door(), DoorFacts(closes_at=NOW)) is None


def test_a_state_is_final_when_its_steps_lead_nowhere_else() -> None:
    assert [DOOR.is_final(state) for state in DoorState] == [False, False, True]


def test_two_rows_for_one_trigger_may_lead_to_two_places() -> None:
    away = Step("leave", (DoorState.OPEN,), DoorState.CLOSED, "Leave", OFFICIAL, "house rules")
    for_good = Step("leave", (DoorState.CLOSED,), DoorState.WALLED_UP, "Leave", OFFICIAL, "house rules")
    ways = Workflow(
        name="way",
        plural="ways",
        title="Way",
        initial=DoorState.OPEN,
        names=DOOR.names,
        steps=(away, for_good),
    )
    door = Door(DoorState.OPEN)
    assert ways.take(door, "leave", DoorFacts(), by(Role.OFFICIAL)) is away
    assert ways.take(door, "leave", DoorFacts(), by(Role.OFFICIAL)) is for_good
    assert door.state is DoorState.WALLED_UP


def triggers(door: Door, context: Context) -> list[Any]:
    return [offered.step.trigger for offered in DOOR.offered(door, DoorFacts(), context)]
