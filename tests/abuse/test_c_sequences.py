"""Case C21: random triggers by random roles, ten thousand for each workflow: never a state or an edge outside the table."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FieldList, FormField, SelectFieldBase
from wtforms.fields.core import Field

from app.extensions import db as database
from app.forms import base
from app.forms.steps import form_for
from app.models import CASES, User
from app.queries.facts import facts_of
from app.services import invariants, steps
from app.transaction import writing
from tests import rights_world
from tests.offer_cases import NOW
from tests.workflows.worlds import NOW as MOMENT
from tests.workflows.worlds import PERSON, Case, Facts, asked_by, possible_answers
from workflows.catalogue import WORKFLOWS
from workflows.engine import Context, NotYours, Refused, Step, UnknownTrigger, Workflow
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


def test_random_steps_through_the_door_leave_every_invariant_whole(app: Flask) -> None:
    """The same on real cases of every kind, with locks, forms, effects, history and promises."""
    rights_world.build(app)
    chance, taken, refused = random.Random(21), set(), 0  # noqa: S311 - a course that can be run again
    with app.test_request_context():
        faulty = set(invariants.broken())
        people = [None, *database.session.scalars(sa.select(User.id).order_by(User.id))]
        for _ in range(STEPS):
            kind = chance.choice(list(CASES))
            trigger = a_step(kind, people, chance)
            if trigger:
                taken.add((kind, trigger))
            else:
                refused += 1
        assert set(invariants.broken()) <= faulty, (
            "the world is made beside the door here and there, the steps are not"
        )
    assert refused > STEPS / 10
    assert len(taken) > 20
    assert {kind for kind, _trigger in taken} == set(CASES)


STEPS = 400
MACHINES_OWN = {Role.SYSTEM, Role.CLOCK}  # nobody comes through the door as one of them


def a_step(kind: str, people: list[Any], chance: random.Random) -> str:
    """Try one step on some case of the kind; gives its trigger, or nothing where it was refused."""
    model = CASES[kind]
    ids = database.session.scalars(sa.select(model.id).order_by(model.id)).all()
    case = database.session.get_one(model, chance.choice(ids))
    before, case_id = case.state, case.id
    step, context = chosen(case, WORKFLOWS[kind], people, chance)
    try:
        with writing():
            answers = answered(case, step, context.now, chance) if before in step.source else {}
            steps.take(case, step.trigger, replace(context, answers=answers))
    except (Refused, NotYours, UnknownTrigger, Unanswered):
        assert database.session.get_one(model, case_id).state is before
        return ""
    return str(step.trigger)


def chosen(case: Any, workflow: Workflow, people: list[Any], chance: random.Random) -> tuple[Step, Context]:
    """A step and who takes it: four times out of five one that somebody could take; of the clock's only what is due."""
    now = (case.stepped_at or NOW) + timedelta(days=chance.choice((0, 0, 1, 10, 40, 400)), minutes=1)
    due = workflow.due(case, facts_of(case))
    if due is not None and chance.random() < 0.3:
        return workflow.step(case, due[1].trigger), Context(
            max(now, due[0]), frozenset({Role.CLOCK}), None, {}
        )
    by_hand = [step for step in workflow.steps if step.by - MACHINES_OWN]
    here = [step for step in by_hand if case.state in step.source] or by_hand
    step = chance.choice(here if chance.random() < 0.8 else workflow.steps)
    roles = {chance.choice(HANDS), chance.choice(sorted(step.by - MACHINES_OWN) or HANDS)}
    return step, Context(now, frozenset(roles), chance.choice(people), {})


HANDS = [role for role in Role if role not in MACHINES_OWN]


class Unanswered(Exception):
    """The form refused what was typed."""


def answered(case: Any, step: Any, now: Any, chance: random.Random) -> dict[str, Any]:
    """What the form of the step gives when it is filled in at random."""
    make = form_for(step.asks)
    form = make(formdata=None, meta={"csrf": False})
    form.fill(case)
    form.process(MultiDict((field.name, typed(field, now, chance)) for field in leaves(form)))
    if not form.validate():
        raise Unanswered
    return form.answers(case)


def leaves(form: Any) -> Iterator[Field]:
    for field in form:
        if isinstance(field, FieldList | FormField):
            yield from leaves(field)
        else:
            yield field


def typed(field: Field, now: Any, chance: random.Random) -> str:
    """Something that fits the kind of the field."""
    if isinstance(field, BooleanField):
        return "y"
    if isinstance(field, SelectFieldBase):
        return str(chance.choice([choice.value for choice in field.iter_choices()] or [""]))
    if isinstance(field, base.DayField):
        return (now + timedelta(days=chance.choice((-10, 0, 0, 10)))).date().isoformat()
    if isinstance(field, base.MomentField):
        return (now + timedelta(days=chance.choice((-1, 0, 30)))).isoformat()[:16]
    if isinstance(field, base.MoneyField):
        return chance.choice(("0,01", "100,00", "50 000,00"))
    if isinstance(field, base.CountField | base.PointsField):
        return "1"
    return chance.choice(("Powód", "KS.524.1.2027"))
