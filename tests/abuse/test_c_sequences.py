"""Case C21: random triggers by random roles, ten thousand for each workflow: never a state or an edge outside the table."""

import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.extensions import db as database
from app.services import invariants, steps
from tests.abuse.rows import Rows
from tests.conftest import Cleaner
from tests.offer_cases import NOW, Offering, world
from tests.workflows.worlds import NOW as MOMENT
from tests.workflows.worlds import PERSON, Case, Facts, asked_by, possible_answers
from workflows.catalogue import WORKFLOWS
from workflows.engine import Context, NotYours, Refused, UnknownTrigger, Workflow
from workflows.offer import OfferState
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


WHO = ("owner", "editor", "first", "clock", "clerk", "official", "system")
TAKEN = ("sign", "submit", "replace", "withdraw", "expire", "revive", "register", "accept_formally", "reject_formally",
         "call_to_correct", "enter_scoring", "rank", "award_in_full", "conclude", "close", "register_paper")  # fmt: skip


@pytest.fixture
def offering(db: Any) -> Offering:
    return world()


def test_random_steps_on_the_real_database_leave_every_invariant_whole(
    db: Any, offering: Offering, cleaner: Cleaner
) -> None:
    """The same through the one door, with locks, effects, history and promises."""
    offer = offering.written()
    steps.refresh_due(offer)
    database.session.commit()
    offer_id, rows = offer.id, Rows(cleaner)
    faulty = set(invariants.broken())

    @settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.tuples(st.sampled_from(TAKEN), st.sampled_from(WHO), st.integers(0, 40)),
            min_size=8,
            max_size=25,
        )
    )
    def run(course: list[tuple[str, str, int]]) -> None:
        database.session.rollback()
        rows.again()
        database.session.expire_all()
        now = NOW
        for trigger, who, days in course:
            now += timedelta(days=days)
            case = database.session.get_one(type(offer), offer_id)
            before = case.state
            answers = {"confirmed": True, "reason": "Powód"}
            try:
                offering.take(case, trigger, who, now, answers)
            except (Refused, NotYours, UnknownTrigger):
                database.session.rollback()
                assert database.session.get_one(type(offer), offer_id).state is before
            assert OfferState(case.state)
        assert set(invariants.broken()) == faulty

    try:
        run()
    finally:
        rows.close()
