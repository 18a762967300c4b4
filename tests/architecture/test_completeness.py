"""A table and what it promises have the same members: nothing is promised that nobody keeps, and nothing lies unused."""

import ast
import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.forms.base import StepForm
from app.forms.steps import FORMS
from app.models import CASES
from app.queries import now, visibility
from app.queries.facts.agreement import AgreementFacts
from app.queries.facts.call import CallFacts
from app.queries.facts.intake import IntakeFacts
from app.queries.facts.offer import OfferFacts
from app.queries.facts.request import RequestFacts
from app.queries.facts.settlement import SettlementFacts
from app.queries.facts.small_grant import SmallGrantFacts
from app.services import deadlines, steps
from app.services.documents import MAKERS
from config import LANGUAGES
from tests.architecture.source import ROOT, TEMPLATES, modules
from tests.workflows.worlds import STEP_NAMES, STEPS, Facts, acting, asked_by, found_by
from workflows.catalogue import WORKFLOWS
from workflows.engine import Step, Workflow
from workflows.kinds import DOCUMENT_NAMES, DocumentKind, NoticeKind

FACTS: dict[str, type[Any]] = {
    "call": CallFacts,
    "offer": OfferFacts,
    "intake": IntakeFacts,
    "small_grant": SmallGrantFacts,
    "agreement": AgreementFacts,
    "settlement": SettlementFacts,
    "request": RequestFacts,
}
each_workflow = pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
each_step = pytest.mark.parametrize(("workflow", "step"), STEPS, ids=STEP_NAMES)


def promised(of: Callable[[Step], Any]) -> set[Any]:
    return {item for _workflow, step in STEPS for item in of(step)}


def test_every_form_that_a_step_asks_for_exists_and_every_form_is_asked_for() -> None:
    assert set(FORMS) == promised(lambda step: [step.asks] if step.asks else [])
    assert all(issubclass(form, StepForm) for form in FORMS.values())


def test_every_kind_of_document_has_a_maker_a_name_and_a_step_that_promises_it() -> None:
    assert set(MAKERS) == set(DocumentKind)
    assert set(DOCUMENT_NAMES) == set(DocumentKind)
    # A run of letters promises its letters itself; every other document follows from a step.
    assert promised(lambda step: step.documents) == set(DocumentKind) - {DocumentKind.NOTIFICATION_LETTER}


def test_every_kind_of_notice_has_a_template_and_a_step_that_promises_it() -> None:
    letters = {path.stem for path in (TEMPLATES / "notices").glob("*.txt") if not path.stem.startswith("_")}
    assert {kind.value for kind in NoticeKind} <= letters
    assert promised(lambda step: step.notices) == set(NoticeKind)


def test_every_effect_belongs_to_a_step_of_its_own_table(application: Flask) -> None:
    assert set(steps.EFFECTS) == set(WORKFLOWS)
    for table in (steps.EFFECTS, steps.CONSEQUENCES):
        for name, effects in table.items():
            assert set(effects) <= {step.trigger for step in WORKFLOWS[name].steps}, name


def test_every_case_type_has_a_model_and_facts_of_its_own() -> None:
    assert set(CASES) == set(WORKFLOWS) == set(FACTS)
    for name, model in CASES.items():
        states = model.__table__.c.state.type.enums
        assert states == [state.value for state in WORKFLOWS[name].states]


@each_step
def test_the_facts_of_the_case_answer_everything_that_its_guards_ask(workflow: Workflow, step: Step) -> None:
    facts = FACTS[workflow.name]
    for name in asked_by(*step.guards):
        assert hasattr(facts, name), name


@each_step
def test_what_a_guard_asks_with_answers_can_be_asked_with_answers(workflow: Workflow, step: Step) -> None:
    """A method where the guard calls, and a value where it reads: told by a facts object that writes down the calls."""
    calls: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {}
    for guard in step.guards:
        found_by(guard, Listening(calls, FACTS[workflow.name]), acting())
    for name, (args, kwargs) in calls.items():
        inspect.signature(getattr(FACTS[workflow.name], name)).bind(None, *args, **kwargs)


@each_step
def test_the_facts_of_the_case_know_every_term_that_the_clock_waits_for(
    workflow: Workflow, step: Step
) -> None:
    if step.due is not None:
        asked = Facts({})
        step.due(asked)
        assert asked.asked
        assert all(hasattr(FACTS[workflow.name], name) for name in asked.asked)


def test_the_clock_walks_every_case_type_that_has_a_step_of_the_clock() -> None:
    assert {workflow.name for workflow, step in STEPS if step.due is not None} <= set(deadlines.CASES)
    assert all(hasattr(model, "due_at") for model in CASES.values())


@each_workflow
def test_every_state_says_in_the_now_box_who_acts(workflow: Workflow) -> None:
    rows = now.TABLE[workflow.name]
    assert list(rows) == [state.value for state in workflow.states]
    for state in workflow.states:
        row = rows[state.value]
        assert row.side in {*now.SIDES, now.NOBODY}
        assert set(row.forward) <= {step.trigger for step in workflow.steps_from(state)}, state.value
        assert row.until in {None, "decision_term"} or hasattr(FACTS[workflow.name], row.until), state.value


@each_workflow
def test_an_ended_case_waits_for_nobody_and_a_running_one_for_somebody(workflow: Workflow) -> None:
    for state in workflow.states:
        waits_for_people = any(
            step.by_hand and step.leads_to(state) != state for step in workflow.steps_from(state)
        )
        forward = now.TABLE[workflow.name][state.value].forward
        assert waits_for_people or not forward, state.value


def test_every_state_has_a_colour_and_a_shape_for_both_readers(application: Flask) -> None:
    tones = application.jinja_env.get_template("macros/state.html").module.TONES
    assert list(tones) == [
        f"{workflow.name}.{state.value}" for workflow in WORKFLOWS.values() for state in workflow.states
    ]
    shapes = {"draft", "info", "act", "ok", "warn", "bad", "ended"}
    assert all(set(pair) <= shapes and len(pair) == 2 for pair in tones.values())


def test_before_the_results_no_colour_tells_them(application: Flask) -> None:
    """The badge of a sealed offer is drawn for another state, so only what stays visible must say nothing."""
    tones = application.jinja_env.get_template("macros/state.html").module.TONES
    waiting = {
        "registered",
        "corrected",
        "formally_accepted",
        "in_scoring",
        "discrepancy",
        "scored",
        "ranked",
    }
    assert {tones[f"offer.{state}"][0] for state in waiting} == {"info"}


def test_the_steps_that_are_sealed_exist() -> None:
    triggers = {step.trigger for step in WORKFLOWS["offer"].steps}
    assert triggers >= visibility.SEALED_STEPS
    assert visibility.COMMISSIONS_STEPS_ONLY <= visibility.SEALED_STEPS


def test_every_case_type_has_a_page() -> None:
    for workflow in WORKFLOWS.values():
        assert (TEMPLATES / workflow.name / "page.html").is_file()
        assert (ROOT / "app" / "queries" / "pages" / f"{workflow.name}.py").is_file()


def test_every_language_has_a_catalogue() -> None:
    folder = ROOT / "app" / "translations"
    assert {path.parents[1].name for path in folder.glob("*/LC_MESSAGES/messages.po")} == set(LANGUAGES)


def test_every_scheduled_task_exists_and_is_scheduled_once() -> None:
    scheduled = re.findall(r'every\("([\w.]+)", \d+\)', (ROOT / "worker.py").read_text(encoding="utf-8"))
    named = {
        ast.unparse(keyword.value).strip("'")
        for name, tree in modules().items()
        if name.startswith("app/tasks/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "shared_task"
        for keyword in node.keywords
    }
    assert len(scheduled) == len(set(scheduled))
    assert set(scheduled) <= named


class Listening:
    """Facts that write down how their methods are called."""

    def __init__(self, calls: dict[str, tuple[tuple[Any, ...], dict[str, Any]]], facts: type[Any]) -> None:
        self.calls = calls
        self.facts = facts

    def __getattr__(self, name: str) -> Any:
        kind = inspect.getattr_static(self.facts, name)
        if not inspect.isfunction(kind):
            return Facts({}).__getattr__(name)

        def listen(*args: Any, **kwargs: Any) -> Any:
            self.calls[name] = (args, kwargs)
            return ()

        return listen
