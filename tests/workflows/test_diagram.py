"""A workflow as a picture: nothing is left out, the present state is marked, and strange names do no harm."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from workflows import diagram
from workflows.catalogue import WORKFLOWS
from workflows.engine import Workflow

each_workflow = pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)


def names_of(workflow: Workflow) -> dict[Any, str]:
    return {state: name.internal for state, name in workflow.names.items()}


def drawn(
    workflow: Workflow, present: Any, names: dict[Any, str] | None = None, label: str = "Diagram"
) -> ET.Element:
    """The SVG, read back by a program that refuses broken XML."""
    text = diagram.svg(workflow, names or names_of(workflow), present, label)
    return ET.fromstring(text)  # noqa: S314  # our own drawing


def boxes(picture: ET.Element) -> list[ET.Element]:
    return [group for group in picture.iter("g") if "h-flow-state" in group.get("class", "").split()]


def words(box: ET.Element) -> str:
    return " ".join(text.text or "" for text in box.iter("text"))


@each_workflow
def test_the_mermaid_text_holds_an_arrow_for_every_way_of_the_table(workflow: Workflow) -> None:
    found = set(re.findall(r"^ {4}(\w+) --> (\w+): (\w+) \(.+\)$", diagram.mermaid(workflow), re.MULTILINE))
    assert found == {
        (source.value, step.leads_to(source).value, step.trigger)
        for step in workflow.steps
        for source in step.source
    }


@each_workflow
def test_the_mermaid_text_begins_at_the_first_state_and_ends_at_the_last_ones(workflow: Workflow) -> None:
    lines = diagram.mermaid(workflow).splitlines()
    assert lines[:2] == ["stateDiagram-v2", f"    [*] --> {workflow.initial.value}"]
    ends = {line.split()[0] for line in lines if line.endswith("--> [*]")}
    assert ends == {state.value for state in workflow.states if workflow.is_final(state)}


@each_workflow
def test_the_page_of_the_documentation_has_a_row_for_every_step(workflow: Workflow) -> None:
    table = [line for line in diagram.page(workflow).splitlines() if line.startswith("| ")][1:]
    assert [line.split(" | ")[0].removeprefix("| ") for line in table] == [
        step.trigger for step in workflow.steps
    ]
    assert {line.count(" | ") for line in table} == {7}


@each_workflow
def test_the_picture_holds_every_state_in_the_readers_words(workflow: Workflow) -> None:
    picture = drawn(workflow, workflow.initial)
    assert sorted(map(words, boxes(picture))) == sorted(names_of(workflow).values())


@each_workflow
def test_exactly_the_present_state_is_marked(workflow: Workflow) -> None:
    for state in workflow.states:
        marked = [
            box for box in boxes(drawn(workflow, state)) if "h-flow-now" in box.get("class", "").split()
        ]
        assert [words(box) for box in marked] == [names_of(workflow)[state]]


@each_workflow
def test_every_way_between_two_states_is_drawn_once(workflow: Workflow) -> None:
    ways = {
        (source, step.leads_to(source))
        for step in workflow.steps
        for source in step.source
        if step.leads_to(source) != source
    }
    edges = [
        path for path in drawn(workflow, workflow.initial).iter("path") if path.get("class") == "h-flow-edge"
    ]
    assert len(edges) == len(ways)


@each_workflow
def test_no_box_lies_on_another_and_all_lie_inside_the_picture(workflow: Workflow) -> None:
    picture = drawn(workflow, workflow.initial)
    corners = [(int(box.get("x", "")), int(box.get("y", ""))) for box in picture.iter("rect")]
    assert len(set(corners)) == len(workflow.states)
    for x, y in corners:
        near = [
            (a, b) for a, b in corners if abs(a - x) < diagram.BOX_WIDTH and abs(b - y) < diagram.BOX_HEIGHT
        ]
        assert near == [(x, y)]
        assert 0 <= x <= int(picture.get("width", "")) - diagram.BOX_WIDTH
        assert 0 <= y <= int(picture.get("height", "")) - diagram.BOX_HEIGHT


def test_a_strange_name_and_title_are_shown_and_do_nothing() -> None:
    workflow = WORKFLOWS["agreement"]
    strange = dict.fromkeys(names_of(workflow), "<b onclick='x'>&")
    picture = drawn(workflow, workflow.initial, strange, label="</title><script>alert(1)</script>")
    assert {words(box) for box in boxes(picture)} == {"<b onclick='x'>&"}
    assert [title.text for title in picture.iter("title")] == ["</title><script>alert(1)</script>"]
    assert list(picture.iter("script")) == []


def test_the_picture_carries_no_style_of_its_own() -> None:
    for workflow in WORKFLOWS.values():
        text = diagram.svg(workflow, names_of(workflow), workflow.initial, workflow.title)
        assert "style=" not in text
        assert "<style" not in text


def test_the_picture_has_a_name_for_those_who_cannot_see_it() -> None:
    picture = drawn(WORKFLOWS["offer"], WORKFLOWS["offer"].initial, label="How an offer goes")
    assert picture.get("role") == "img"
    assert picture.findtext("title") == "How an offer goes"
