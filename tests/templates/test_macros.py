"""The macros: what each of them promises to the pages and to the people who hear instead of see."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from lxml import html
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired

from workflows.catalogue import WORKFLOWS

TEMPLATES = Path(__file__).parents[2] / "templates"
Page = Callable[..., html.HtmlElement]
STATES = [(workflow.name, state) for workflow in WORKFLOWS.values() for state in workflow.states]
KINDS = {"draft", "info", "act", "ok", "warn", "bad", "ended"}
# From registration to the results the applicant must not read an outcome out of a colour.
CLOSED_TO_THE_APPLICANT = (
    "registered",
    "formally_accepted",
    "in_scoring",
    "discrepancy",
    "scored",
    "not_recommended",
    "ranked",
)


@pytest.mark.parametrize(("workflow", "state"), STATES)
@pytest.mark.parametrize("audience", ["public", "internal"])
def test_every_state_of_every_case_type_has_a_tone_a_shape_and_a_name(
    page: Page, workflow: str, state: object, audience: str
) -> None:
    source = "{% from 'macros/state.html' import state %}{{ state(workflow, value, audience) }}"
    badge = page(source, workflow=workflow, value=state, audience=audience).find_class("h-state")[0]
    tone = badge.get("class").removeprefix("h-state h-t-")
    assert tone in KINDS
    assert badge.find("svg").get("aria-hidden") == "true"
    assert badge.text_content().endswith(audience)


def test_no_tone_is_kept_for_a_state_that_does_not_exist(page: Page) -> None:
    known = page("{% import 'macros/state.html' as m %}{% for key in m.TONES %}<b>{{ key }}</b>{% endfor %}")
    assert {b.text for b in known.findall("b")} == {f"{workflow}.{state.value}" for workflow, state in STATES}


def test_the_applicant_sees_one_tone_from_registration_to_the_results(page: Page) -> None:
    source = "{% from 'macros/state.html' import tone %}{% for s in states %}<b>{{ tone('offer', s) }}</b>{% endfor %}"
    assert {b.text for b in page(source, states=CLOSED_TO_THE_APPLICANT).findall("b")} == {"info"}


def test_a_now_box_says_who_until_when_and_what_is_left(page: Page) -> None:
    box = SimpleNamespace(
        tone="act", heading="Correct 2 places", text=None, who="Your organisation", until="30 December", left="4 days",
        primary=("Correct the offer", "/x"), links=[("Ask", "/y")],
    )  # fmt: skip
    tree = page("{% from 'macros/case.html' import now %}{{ now(box) }}", box=box)
    assert [dd.text for dd in tree.iter("dd")] == ["Your organisation", "30 December", "4 days"]
    assert [a.text for a in tree.find_class("btn-primary")] == ["Correct the offer"]
    assert tree.find(".//section").get("aria-labelledby") == tree.find(".//h2").get("id")


def _step(trigger: str, **more: object) -> dict[str, object]:
    plain = {"label": trigger, "allowed": True, "reasons": [], "url": None, "asks": None, "grave": False}
    return {"step": {"trigger": trigger}, **plain, **more}


def test_a_one_click_step_is_a_form_with_the_three_hidden_fields_and_any_other_is_a_link(page: Page) -> None:
    offered = [_step("accept"), _step("reject", asks="RejectForm"), _step("archive", grave=True)]
    tree = page(
        "{% from 'macros/case.html' import steps %}{{ steps(offered, '/offers/1', version=7) }}",
        offered=offered,
    )
    (form,) = tree.iter("form")
    assert (form.get("method"), form.get("action")) == ("post", "/offers/1/steps/accept")
    fields = {field.get("name"): field.get("value") for field in form.iter("input")}
    assert fields.pop("csrf_token")
    assert fields == {"version": "7", "idempotency_key": "a-new-key"}
    assert [a.get("href") for a in tree.iter("a")] == ["/offers/1/steps/reject", "/offers/1/steps/archive"]


def test_a_step_that_is_not_available_says_why_and_has_no_button(page: Page) -> None:
    offered = [
        _step("close", allowed=False, reasons=["2 criteria are not marked.", "The chair has not signed."])
    ]
    tree = page(
        "{% from 'macros/case.html' import steps %}{{ steps(offered, '/offers/1') }}", offered=offered
    )
    assert not tree.findall(".//button")
    assert not tree.findall(".//a")
    assert [li.text for li in tree.findall(".//li/ul/li")] == [
        "2 criteria are not marked.",
        "The chair has not signed.",
    ]


class Sample(FlaskForm):
    title = StringField("Title", [InputRequired("Enter a title")], description="One sentence.")
    payer = RadioField("VAT payer?", [InputRequired("Choose one")], choices={"y": "Yes", "n": "No"})


def test_an_error_is_linked_from_the_summary_and_tied_to_its_control(page: Page, bare: Flask) -> None:
    form = Sample(meta={"csrf": False})
    form.validate()
    source = (
        "{% from 'macros/forms.html' import errors, field %}"
        "{{ errors(form) }}{{ field(form.title) }}{{ field(form.payer) }}"
    )
    tree = page(source, form=form)
    links = [(a.get("href"), a.text) for a in tree.get_element_by_id("error-summary").iter("a")]
    assert links == [("#title", "Enter a title"), ("#payer", "Choose one")]
    title = tree.get_element_by_id("title")
    assert title.get("aria-invalid") == "true"
    described = [
        tree.get_element_by_id(name).text_content().strip() for name in title.get("aria-describedby").split()
    ]
    assert described == ["One sentence.", "Enter a title"]
    assert tree.get_element_by_id("payer").get("type") == "radio"


PAPER = {
    "hint": None,
    "error": None,
    "choices": None,
    "required": True,
    "max_length": None,
    "readonly": False,
    "number": None,
}


@pytest.mark.parametrize(
    "kind", ["text", "longtext", "date", "money", "quantity", "integer", "choice", "declaration", "yes_no"]
)
@pytest.mark.parametrize("value", ["", '"><b>&'])
def test_every_kind_of_statutory_field_has_a_label_and_keeps_what_was_typed(
    page: Page, kind: str, value: str
) -> None:
    item = {**PAPER, "name": "a", "id": "a", "label": "Label", "kind": kind, "value": value, "error": "Wrong"}
    item["choices"] = [(value, "One")] if kind == "choice" else None
    tree = page("{% from 'macros/forms.html' import paper_field %}{{ paper_field(item) }}", item=item)
    assert "Label" in tree.text_content()
    assert "Wrong" in tree.text_content()
    assert tree.get_element_by_id("a").get("name") == "a"
    if kind == "longtext":
        assert tree.get_element_by_id("a").text.lstrip("\n") == value if value else True
    elif kind not in {"choice", "declaration", "yes_no"}:
        assert tree.get_element_by_id("a").get("value") == value


def test_a_table_of_the_form_names_its_buttons_and_every_cell_for_people_who_only_hear(page: Page) -> None:
    cell = {
        **PAPER,
        "name": "r1-unit",
        "id": "r1-unit",
        "label": "Unit cost",
        "kind": "money",
        "value": "12,50",
    }
    table = {
        "name": "costs", "label": "Costs", "columns": [{"label": "Unit cost", "kind": "money"}, {"label": "Value"}],
        "rows": [{"key": "r1", "number": "I.1", "cells": [cell], "computed": ["25,00"]}],
        "totals": ("Together", [None, None, "25,00"][1:]), "row_label": "Item",
    }  # fmt: skip
    tree = page("{% from 'macros/forms.html' import paper_table %}{{ paper_table(table) }}", table=table)
    assert [b.get("name") for b in tree.iter("button")] == ["remove:costs:r1", "add:costs"]
    assert tree.get_element_by_id("r1-unit").get("aria-label") == "Unit cost, Item I.1"
    assert [out.text for out in tree.iter("output")] == ["25,00", "25,00"]
    assert tree.find(".//tfoot//th").text == "Together"


def test_the_pool_bar_gives_the_same_figures_as_a_table(page: Page) -> None:
    parts = [
        {"label": "awarded", "grosze": 7500, "text": "75,00", "kind": "full"},
        {"label": "left", "grosze": 2500, "text": "25,00", "kind": "left"},
    ]
    tree = page(
        "{% from 'macros/charts.html' import pool_bar %}{{ pool_bar(parts, total) }}",
        parts=parts, total={"grosze": 10000, "text": "100,00"},
    )  # fmt: skip
    assert [td.text for td in tree.iter("td")] == ["75,00", "75.0%", "25,00", "25.0%", "100,00", "100%"]
    assert tree.find_class("h-part-full")[0].get("width") == "75.000%"


def test_an_empty_pool_and_a_chart_without_points_are_no_fault(page: Page) -> None:
    source = """{% from 'macros/charts.html' import pool_bar, points_chart, progress %}
      {{ pool_bar([], {'grosze': 0, 'text': '0'}) }}
      {{ points_chart([], 60) }}{{ progress(0, 0, 'Nothing') }}"""
    assert page(source).find_class("h-bar")


def test_the_chart_of_points_names_the_widest_spread(page: Page) -> None:
    rows = [
        {"label": "no. 12", "points": [90, 91], "mean": 90.5},
        {"label": "no. 2", "points": [45, 75.5], "mean": 60.25},
    ]
    tree = page("{% from 'macros/charts.html' import points_chart %}{{ points_chart(rows, 60) }}", rows=rows)
    assert tree.find(".//svg").get("aria-label") == "no. 2: widest spread, 30.5 points"
    assert [td.text for td in tree.iter("td")] == ["90 · 91", "90.50", "45 · 75.5", "60.25"]


def test_no_template_carries_a_style_or_a_script_of_its_own() -> None:
    forbidden = (" style=", "<style", "onclick=", "javascript:", "<script>")
    found = [
        (path.name, bad) for path in TEMPLATES.rglob("*.html") for bad in forbidden if bad in path.read_text()
    ]
    assert found == []


@pytest.mark.parametrize("layout", ["public", "ngo", "office"])
def test_every_layout_has_one_main_a_skip_link_a_language_and_its_live_regions(
    page: Page, layout: str
) -> None:
    source = (
        "{% extends layout %}{% block heading %}<h1>H</h1>{% endblock %}"
        "{% block side %}<p id='beside'>S</p>{% endblock %}"
    )
    tree = page(source, layout=f"layouts/{layout}.html", lang="en", navigation=[("/calls", "Calls", True)])
    (main,) = tree.iter("main")
    assert tree.find_class("h-skip")[0].get("href") == "#main"
    assert main.get("id") == "main"
    assert [h.text for h in tree.iter("h1")] == ["H"]
    assert main.get_element_by_id("beside") is not None
    assert tree.get_element_by_id("say").get("role") == "status"
    assert tree.get_element_by_id("alarm").get("role") == "alert"
    assert [a.get("href") for a in tree.find_class("h-account")[0].iter("a")] == ["?lang=pl", "/sign-in"]
