"""The laws that hold for the table of every case type, whatever it says. No database: a world of facts is enough."""

from typing import Any

import pytest

from tests.workflows.worlds import (
    STEP_NAMES,
    STEPS,
    Case,
    Facts,
    acting,
    found_by,
    hard_world,
    kind_world,
    worlds,
)
from workflows import history, offer
from workflows.agreement import AgreementState
from workflows.call import CallState
from workflows.catalogue import BY_PLURAL, WORKFLOWS, as_rows
from workflows.engine import NotYours, Refused, Step, UnknownTrigger, Workflow, WrongState
from workflows.intake import IntakeState
from workflows.offer import OfferState
from workflows.request import WAITING, RequestState
from workflows.roles import MACHINES, ROLE_NAMES, Role
from workflows.settlement import SettlementState
from workflows.small_grant import SmallGrantState

EVERYBODY = frozenset(Role)
PLACES = [(workflow, state) for workflow in WORKFLOWS.values() for state in workflow.states]
ENDS: dict[str, set[Any]] = {
    "call": {CallState.ARCHIVED, CallState.CALLED_OFF, CallState.CANCELLED, CallState.IMPORTED},
    "offer": {
        OfferState.WITHDRAWN,
        OfferState.FORMALLY_REJECTED,
        OfferState.NOT_RECOMMENDED,
        OfferState.NOT_AWARDED,
        OfferState.RESIGNED,
        OfferState.CONTRACTED,
    },
    "intake": {IntakeState.FINISHED},
    "small_grant": {
        SmallGrantState.WITHDRAWN,
        SmallGrantState.FORMALLY_REJECTED,
        SmallGrantState.NOT_PURPOSEFUL,
        SmallGrantState.REFUSED,
        SmallGrantState.RESIGNED,
        SmallGrantState.CONTRACTED,
    },
    "agreement": {
        AgreementState.REPORT_DUE,
        AgreementState.WITHDRAWN,
        AgreementState.TERMINATED,
        AgreementState.DISSOLVED,
    },
    "settlement": {SettlementState.ARCHIVED},
    "request": set(RequestState) - set(WAITING),
}

each_workflow = pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
each_step = pytest.mark.parametrize(("workflow", "step"), STEPS, ids=STEP_NAMES)
each_place = pytest.mark.parametrize(
    ("workflow", "state"), PLACES, ids=[f"{workflow.name}.{state.value}" for workflow, state in PLACES]
)
each_guarded_step = pytest.mark.parametrize(
    ("workflow", "step"),
    [pair for pair in STEPS if pair[1].guards],
    ids=[name for name, pair in zip(STEP_NAMES, STEPS, strict=True) if pair[1].guards],
)
each_guard = pytest.mark.parametrize(
    "guard",
    list(
        {
            guard.__name__ + str(id(guard)): guard for _workflow, step in STEPS for guard in step.guards
        }.values()
    ),
    ids=lambda guard: guard.__name__,
)


@each_step
def test_every_step_moves_its_case_where_the_table_says(workflow: Workflow, step: Step) -> None:
    facts = kind_world(step)
    for source in step.source:
        case = Case(source)
        assert workflow.take(case, step.trigger, facts, acting(*step.by)) is step
        assert case.state is (source if step.dest is None else step.dest)


@each_place
def test_every_trigger_that_the_table_does_not_give_to_a_state_is_refused_there(
    workflow: Workflow, state: Any
) -> None:
    foreign = {step.trigger for step in workflow.steps} - {
        step.trigger for step in workflow.steps_from(state)
    }
    for trigger in foreign:
        case = Case(state)
        with pytest.raises(WrongState) as refusal:
            workflow.take(case, trigger, Facts({}), acting(*EVERYBODY))
        (reason,) = refusal.value.reasons
        assert (reason.code, reason.params["state"]) == ("wrong_state", workflow.names[state].internal)
        assert case.state is state


@each_step
def test_every_role_that_the_table_does_not_name_is_refused(workflow: Workflow, step: Step) -> None:
    facts = kind_world(step)
    for role in EVERYBODY - step.by:
        case = Case(step.source[0])
        with pytest.raises(NotYours):
            workflow.take(case, step.trigger, facts, acting(role))
        assert case.state is step.source[0]


@each_step
def test_each_role_that_the_table_names_suffices_alone(workflow: Workflow, step: Step) -> None:
    facts = kind_world(step)
    for role in step.by:
        assert workflow.take(Case(step.source[0]), step.trigger, facts, acting(role)) is step


@each_place
def test_a_trigger_that_no_table_knows_is_unknown_everywhere(workflow: Workflow, state: Any) -> None:
    with pytest.raises(UnknownTrigger):
        workflow.take(Case(state), "fly_to_the_moon", Facts({}), acting(*EVERYBODY))


@each_workflow
def test_every_state_can_be_reached_from_the_first(workflow: Workflow) -> None:
    assert reachable(workflow, workflow.initial) == set(workflow.states)


@each_workflow
def test_the_states_without_a_way_out_are_the_ends_that_the_procedure_knows(workflow: Workflow) -> None:
    assert {state for state in workflow.states if workflow.is_final(state)} == ENDS[workflow.name]


@each_workflow
def test_an_end_stays_an_end_whatever_is_done_there(workflow: Workflow) -> None:
    for state in ENDS[workflow.name]:
        assert reachable(workflow, state) == {state}


@each_place
def test_every_state_has_a_way_to_an_end(workflow: Workflow, state: Any) -> None:
    assert reachable(workflow, state) & ENDS[workflow.name]


@each_workflow
def test_a_trigger_means_one_thing_in_one_state(workflow: Workflow) -> None:
    pairs = [(step.trigger, source) for step in workflow.steps for source in step.source]
    assert len(pairs) == len(set(pairs))


@each_workflow
def test_the_machine_and_the_table_say_the_same(workflow: Workflow) -> None:
    table = {
        (step.trigger, source.name, step.leads_to(source).name)
        for step in workflow.steps
        for source in step.source
    }
    machine = {
        (trigger, source, transition.dest or source)
        for trigger, event in workflow.machine.events.items()
        for source, transitions in event.transitions.items()
        for transition in transitions
    }
    assert machine == table
    assert set(workflow.machine.states) == {state.name for state in workflow.states}


@each_workflow
def test_the_machine_has_no_way_past_the_table(workflow: Workflow) -> None:
    shortcuts = {f"to_{state.value}" for state in workflow.states} | {
        f"to_{state.name}" for state in workflow.states
    }
    assert not shortcuts & workflow.machine.events.keys()
    assert workflow.machine.models == []


@each_step
def test_the_clock_takes_exactly_the_steps_that_fall_due(workflow: Workflow, step: Step) -> None:
    assert (step.due is not None) == (Role.CLOCK in step.by)


@each_step
def test_what_a_machine_may_do_no_person_does(workflow: Workflow, step: Step) -> None:
    assert step.by
    assert step.by <= MACHINES or not step.by & MACHINES


@each_step
def test_every_step_has_a_name_a_basis_and_asks_only_people(workflow: Workflow, step: Step) -> None:
    assert step.label[0].isupper()
    assert step.basis
    assert step.asks is None or step.by_hand


@each_guard
def test_every_guard_refuses_in_some_world_and_passes_in_another(guard: Any) -> None:
    answers = {bool(found_by(guard, facts, acting())) for facts in worlds(guard)}
    assert answers == {True, False}


@each_guard
def test_every_guard_is_named_after_what_must_hold(guard: Any) -> None:
    name = guard.__name__
    assert name.isidentifier()
    assert name == name.lower().strip("_")
    assert name not in {"must_hold", "in_time", "term_over", "everything_in_order", "judge"}


@each_guarded_step
def test_each_guard_alone_stops_its_step_and_the_case_stays(workflow: Workflow, step: Step) -> None:
    for guard in step.guards:
        others = [other for other in step.guards if other is not guard]
        facts = next(
            world
            for world in worlds(*step.guards)
            if found_by(guard, world, acting())
            and not any(found_by(other, world, acting()) for other in others)
        )
        case = Case(step.source[0])
        with pytest.raises(Refused) as refusal:
            workflow.take(case, step.trigger, facts, acting(*step.by))
        assert refusal.value.reasons == found_by(guard, facts, acting())
        assert case.state is step.source[0]


@each_guarded_step
def test_all_refusals_come_at_once_in_the_order_of_the_guards(workflow: Workflow, step: Step) -> None:
    facts = hard_world(step)
    with pytest.raises(Refused) as refusal:
        workflow.take(Case(step.source[0]), step.trigger, facts, acting(*step.by))
    expected = [reason for guard in step.guards for reason in found_by(guard, facts, acting())]
    assert list(refusal.value.reasons) == expected
    assert len(expected) >= len(step.guards)


@each_guarded_step
def test_every_refusal_carries_what_its_sentence_names(workflow: Workflow, step: Step) -> None:
    for facts in worlds(*step.guards):
        for reason in workflow.refusals(step, facts, acting(*step.by)):
            assert reason.code
            assert reason.text % reason.params


@each_workflow
def test_every_state_has_a_name_for_the_office_and_one_for_the_public(workflow: Workflow) -> None:
    assert list(workflow.names) == list(workflow.states)
    assert all(name.internal and name.public for name in workflow.names.values())


@each_workflow
def test_no_two_states_share_their_internal_name(workflow: Workflow) -> None:
    internal = [name.internal for name in workflow.names.values()]
    assert len(internal) == len(set(internal))


@each_workflow
def test_the_history_has_a_sentence_for_every_step_once_it_is_taken(workflow: Workflow) -> None:
    assert set(history.TAKEN[workflow.name]) == {step.trigger for step in workflow.steps}
    assert history.taken(workflow.name, "begin") == history.BEGUN


def test_while_an_offer_is_being_assessed_its_state_has_one_public_name() -> None:
    undecided = offer.IN_THE_RUNNING - {OfferState.FORMALLY_ACCEPTED}
    assert undecided <= offer.SEALED
    assert {offer.OFFER_NAMES[state].public for state in undecided} == {"under review"}


def test_the_states_that_tell_the_result_are_sealed_until_it_is_published() -> None:
    results = {
        step.dest
        for step in offer.OFFER_STEPS
        if step.dest is not None and set(step.source) & {OfferState.SCORED, OfferState.RANKED}
    }
    assert results - {OfferState.WITHDRAWN} <= offer.SEALED


def test_roles_have_names_and_plurals_lead_back_to_their_workflow() -> None:
    assert set(ROLE_NAMES) == set(Role)
    assert {workflow.name: BY_PLURAL[workflow.plural].name for workflow in WORKFLOWS.values()} == {
        name: name for name in WORKFLOWS
    }


def test_the_rows_that_clients_read_are_the_rows_of_the_tables() -> None:
    rows = as_rows()
    assert [(row["workflow"], row["trigger"]) for row in rows] == [
        (workflow.name, step.trigger) for workflow, step in STEPS
    ]
    for row, (_workflow, step) in zip(rows, STEPS, strict=True):
        assert row["source"] == [state.value for state in step.source]
        assert row["dest"] == {state.value: step.leads_to(state).value for state in step.source}
        assert set(row["by"]) == {role.value for role in step.by}
        assert row["taken_by_clock"] == (step.due is not None)


def reachable(workflow: Workflow, start: Any) -> set[Any]:
    """Every state to which the steps lead from `start`, itself included."""
    seen, queue = {start}, [start]
    while queue:
        state = queue.pop()
        goals = {step.leads_to(state) for step in workflow.steps_from(state)} - seen
        seen |= goals
        queue.extend(goals)
    return seen
