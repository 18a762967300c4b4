"""Case C21: random triggers by random roles, ten thousand for each workflow: never a state or an edge outside the table."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.worlds import NOW as MOMENT
from tests.workflows.worlds import PERSON, Case, Facts, asked_by, possible_answers
from workflows.catalogue import WORKFLOWS
from workflows.engine import Context, NotYours, Refused, UnknownTrigger, Workflow
from workflows.roles import Role

TRIGGERS, EXAMPLES = 10_000, 50
ODD = ("__class__", "to_closed", "trigger", "", "state")


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=lambda workflow: workflow.name)
@settings(max_examples=EXAMPLES)
@given(st.integers(0, 2**32))
def test_c21_ten_thousand_random_triggers_never_leave_the_table(workflow: Workflow, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a course that can be run again
    edges = {
        (step.trigger, source, step.leads_to(source)): step
        for step in workflow.steps
        for source in step.source
    }
    asked = sorted(asked_by_all(workflow))
    triggers = [*sorted({step.trigger for step in workflow.steps}), *ODD]
    case = Case(workflow.initial)
    for _ in range(TRIGGERS // EXAMPLES):
        before, trigger = case.state, chance.choice(triggers)
        roles = frozenset(chance.sample(list(Role), chance.randint(0, 3)))
        facts = Facts({name: chance.choice(possible_answers(name)) for name in asked})
        context = Context(MOMENT, roles, PERSON, {})
        try:
            step = workflow.take(case, trigger, facts, context)
        except (Refused, NotYours, UnknownTrigger):
            assert case.state is before
            continue
        assert edges[trigger, before, case.state] is step
        assert step.by & roles
        assert workflow.refusals(step, facts, context) == ()
        if workflow.is_final(case.state) and chance.random() < 0.5:
            case = Case(chance.choice(list(workflow.states)))


ASKED: dict[str, frozenset[str]] = {}


def asked_by_all(workflow: Workflow) -> frozenset[str]:
    """Every question that some guard of the workflow asks."""
    if workflow.name not in ASKED:
        ASKED[workflow.name] = frozenset().union(
            *(asked_by(guard) for s in workflow.steps for guard in s.guards)
        )
    return ASKED[workflow.name]
