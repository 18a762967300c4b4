"""An offer may be submitted when nothing is missing; otherwise everything is told at once, with what fits."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import form_rules, offer_money_rules, offer_plan_rules, offer_rules
from workflows.form import Field, Table
from workflows.form_reading import read, tidy
from workflows.offer_form import OFFER_FORM, year_columns
from workflows.offer_rules import problems, update_problems
from workflows.offer_terms import CallTerms
from workflows.offer_totals import totals

Draft = dict[str, Any]
Terms = CallTerms
OFFICIAL = json.loads((Path(__file__).parents[1] / "data" / "forms.json").read_text(encoding="utf-8"))


def told(draft: Draft, terms: CallTerms) -> list[tuple[str, str]]:
    return [(problem.anchor, problem.text) for problem in problems(read(OFFER_FORM, draft), terms)]


def params(draft: Draft, terms: CallTerms, text: str) -> dict[str, object]:
    (found,) = [p for p in problems(read(OFFER_FORM, draft), terms) if p.text == text]
    return dict(found.params)


def test_every_field_of_the_official_form_is_in_ours() -> None:
    (official,) = [form for form in OFFICIAL["forms"] if form["form"] == "offer_open_call"]
    numbers = {field["id"] for section in official["sections"] for field in section["fields"]}
    ours = {item.number for _, item in OFFER_FORM.parts()}
    parents = {number.rsplit(".", 1)[0] for number in ours}
    assert numbers - ours - parents == {"VII.sign"}


def test_the_pages_are_those_of_the_editor() -> None:
    assert [section.key for section in OFFER_FORM.sections] == [
        "offerors", "task", "plan", "results", "experience", "costs", "sources", "declarations",
    ]  # fmt: skip


def test_no_two_items_share_a_name_and_none_holds_a_dash() -> None:
    names = [item.name for _, item in OFFER_FORM.parts()]
    assert len(set(names)) == len(names)
    assert not any("-" in name for name in names)


def test_a_complete_offer_has_no_problem(draft: Draft, terms: Terms) -> None:
    assert told(draft, terms) == []
    assert told(tidy(OFFER_FORM, draft), terms) == []


def test_an_empty_draft_misses_everything_that_the_form_requires(terms: Terms) -> None:
    found = problems(read(OFFER_FORM, {}), terms)
    required = {
        item.name
        for _, item in OFFER_FORM.parts()
        if (isinstance(item, Table) and item.min_rows)
        or (isinstance(item, Field) and (item.must_be_yes or (item.required and not item.prefilled)))
    }
    assert {problem.anchor for problem in found} == required | {"results"}
    order = [section.key for section in OFFER_FORM.sections]
    assert [p.section for p in found] == sorted((p.section for p in found), key=order.index)


@pytest.mark.parametrize("name", [item.name for _, item in OFFER_FORM.parts() if isinstance(item, Field)])
def test_each_required_field_is_missed_alone(draft: Draft, terms: Terms, name: str) -> None:
    item = OFFER_FORM.field(name)
    texts = {form_rules.FILL_IN, form_rules.CHOOSE, form_rules.DECLARE}
    missing = [anchor for anchor, text in told(draft | {name: ""}, terms) if text in texts]
    assert (name in missing) == ((item.required or item.must_be_yes) and not item.prefilled)


def test_what_cannot_be_read_is_told_once_and_not_as_missing_too(draft: Draft, terms: Terms) -> None:
    draft["date_from"] = "soon"
    draft["costs"][0]["unit_cost"] = "1.234"
    assert {anchor for anchor, _ in told(draft, terms)} >= {"date_from", "costs-c1-unit_cost"}
    assert [anchor for anchor, _ in told(draft, terms)].count("date_from") == 1


def broken(change: Callable[[Draft], object], anchor: str, text: str) -> Any:
    return pytest.param(change, anchor, text, id=f"{anchor}: {text[:40]}")


PLAN, MONEY = offer_plan_rules, offer_money_rules


@pytest.mark.parametrize(
    ("change", "anchor", "text"),
    [
        broken(lambda d: d.update(task_kind="sport"), "task_kind", PLAN.KIND_OUTSIDE_CALL),
        broken(lambda d: d.update(date_from="2023-12-31"), "date_from", PLAN.TOO_EARLY),
        broken(lambda d: d.update(date_to="2026-01-01"), "date_to", PLAN.TOO_LATE),
        broken(lambda d: d.update(date_to="2024-01-01"), "date_to", PLAN.END_BEFORE_START),
        broken(lambda d: d["offerors"].append(d["offerors"][0] | {"key": "o2"}), "offerors", PLAN.ONE_OFFEROR),
        broken(lambda d: d["plan"][0].update(term_to="2024-01-01"), "plan-p1-term_to", PLAN.ROW_END_BEFORE_START),
        broken(lambda d: d["plan"][0].update(term_from="2024-01-14"), "plan-p1-term_from", PLAN.ROW_OUTSIDE_TASK),
        broken(lambda d: d["plan"][1].update(term_to="2025-12-21"), "plan-p2-term_to", PLAN.ROW_OUTSIDE_TASK),
        broken(lambda d: d["plan"][0].update(year=""), "plan-p1-year", PLAN.ROW_YEAR_MISSING),
        broken(lambda d: d["plan"][0].update(year="2025"), "plan-p1-year", PLAN.ROW_YEAR_OUTSIDE),
        broken(lambda d: d["plan"].pop(), "plan", PLAN.YEAR_WITHOUT_PLAN),
        broken(lambda d: d["results"].clear(), "results", form_rules.ADD_ROW),
        broken(lambda d: d["results"][0].update(target="0"), "results-r1-target", PLAN.TARGET_IS_ZERO),
        broken(lambda d: d["costs"].clear(), "costs", form_rules.ADD_ROW),
        broken(lambda d: d["costs"][0].update(activity=""), "costs-c1-activity", MONEY.COST_WITHOUT_ACTIVITY),
        broken(lambda d: d["costs"][0].update(activity="p9"), "costs-c1-activity", MONEY.COST_WITHOUT_ACTIVITY),
        broken(lambda d: d["costs"][0].update(quantity="0"), "costs-c1-quantity", MONEY.COST_IS_ZERO),
        broken(lambda d: d["costs"][0].update(unit_cost="0"), "costs-c1-unit_cost", MONEY.COST_IS_ZERO),
        broken(lambda d: d["costs"][0].update(name=""), "costs-c1-name", form_rules.FILL_IN_CELL),
        broken(lambda d: d["costs"][0].update(year_1=""), "costs-c1-year_1", MONEY.YEARS_MISSING),
        broken(lambda d: d["costs"][0].update(year_1="47 999,99"), "costs-c1-year_1", MONEY.YEARS_TOO_SMALL),
        broken(lambda d: d["costs"][0].update(year_2="0,01"), "costs-c1-year_1", MONEY.YEARS_TOO_LARGE),
        broken(lambda d: d["costs"][0].update(year_3="1"), "costs-c1-year_3", MONEY.YEAR_OUTSIDE),
        broken(lambda d: d["costs"][2].update(unit_cost="825"), "costs", MONEY.ADMIN_TOO_LARGE),
        broken(lambda d: d.update(grant="114 999,99"), "grant", MONEY.SOURCES_TOO_SMALL),
        broken(lambda d: d.update(grant="115 000,01"), "grant", MONEY.SOURCES_TOO_LARGE),
        broken(lambda d: d.update(grant="0"), "grant", MONEY.GRANT_IS_ZERO),
        broken(lambda d: d.update(grant="600 000,01"), "grant", MONEY.GRANT_TOO_LARGE),
        broken(lambda d: d.update(own_financial="7 999,99"), "own_financial", MONEY.OWN_TOO_SMALL),
        broken(lambda d: d.update(fees="1"), "paid_or_free", MONEY.FEES_BUT_FREE),
        broken(lambda d: d.update(paid_or_free="paid"), "fee_terms", MONEY.FEE_TERMS),
        broken(lambda d: d.update(declares_truth=""), "declares_truth", form_rules.DECLARE),
        broken(lambda d: d["offerors"][0].update(register_number="123"), "offerors-o1-register_number",
               "Enter the KRS number: ten digits, with the zeros at the beginning."),
    ],
)  # fmt: skip
def test_each_rule_is_told_at_its_place(
    draft: Draft, terms: Terms, change: Callable[[Draft], object], anchor: str, text: str
) -> None:
    change(draft)
    assert (anchor, text) in told(draft, terms)


@pytest.mark.parametrize(
    ("rule", "change", "anchor", "text"),
    [
        ({"max_grant_grosze": 114_999_99}, {}, "grant", MONEY.GRANT_TOO_LARGE),
        ({"min_grant_grosze": 115_000_01}, {}, "grant", MONEY.GRANT_TOO_SMALL),
        ({"own_contribution": frozenset({"personal"})}, {}, "own_personal", MONEY.OWN_TOO_SMALL),
        ({"min_own_share_bp": None}, {"own_financial": "", "own_personal": ""}, "own_financial", MONEY.OWN_NEEDED),
        ({"fees_allowed": False}, {"fees": "5"}, "fees", MONEY.FEES_NOT_ALLOWED),
        ({"fees_allowed": False}, {"paid_or_free": "paid"}, "paid_or_free", MONEY.PAID_NOT_ALLOWED),
        ({"commissioning": "entrusting"}, {}, "own_financial", MONEY.ENTRUSTED_IN_FULL),
        ({"commissioning": "entrusting"}, {}, "grant", MONEY.ENTRUSTED_IN_FULL),
        ({"commissioning": "entrusting"}, {"fees": "5"}, "fees", MONEY.ENTRUSTED_WITHOUT_FEES),
        ({"joint": True}, {}, "offerors", PLAN.TWO_OFFERORS),
        ({"joint": True}, {}, "joint_description", PLAN.JOINT_DESCRIPTION),
        ({"joint": True}, {}, "split", form_rules.ADD_ROW),
    ],
)  # fmt: skip
def test_each_rule_of_the_call_is_told_at_its_place(
    draft: Draft, terms: Terms, rule: dict[str, Any], change: Draft, anchor: str, text: str
) -> None:
    assert (anchor, text) in told(draft | change, replace(terms, **rule))


def test_a_number_outside_the_court_register_is_not_checked_as_one(draft: Draft, terms: Terms) -> None:
    draft["offerors"][0] |= {"register": "local", "register_number": "SZ-7/2015"}
    assert told(draft, terms) == []


def test_a_waived_results_table_may_be_empty(draft: Draft, terms: Terms) -> None:
    assert told(draft | {"results": []}, replace(terms, results_waived=True)) == []


def test_an_entrusted_task_is_paid_in_full(draft: Draft, terms: Terms) -> None:
    whole = draft | {"grant": "130 000", "own_financial": "0", "own_personal": ""}
    assert told(whole, replace(terms, commissioning="entrusting", min_own_share_bp=None)) == []


def test_a_task_of_one_year_needs_no_year_typed(draft: Draft, terms: Terms) -> None:
    one_year = replace(
        terms, years=(2024,), task_to=date(2024, 12, 31), pool_by_year_grosze={2024: 300_000_00}
    )
    draft["date_to"] = "2024-12-20"
    draft["plan"] = [draft["plan"][0] | {"year": ""}]
    draft["costs"] = [draft["costs"][0] | {"year_1": ""}]
    draft |= {"grant": "43 000", "own_financial": "5 000", "own_personal": ""}
    assert told(draft, one_year) == []
    assert totals(read(OFFER_FORM, draft)).by_year_grosze == (48_000_00, 0, 0, 0, 0)


def test_sentences_say_what_is_missing_and_what_fits(draft: Draft, terms: Terms) -> None:
    assert params(draft | {"grant": "113 800"}, terms, MONEY.SOURCES_TOO_SMALL) == {
        "sources_grosze": 128_800_00, "costs_grosze": 130_000_00, "missing_grosze": 1_200_00,
    }  # fmt: skip
    small = draft | {"own_financial": "4 000"}
    assert params(small, terms, MONEY.OWN_TOO_SMALL) == {
        "share_bp": 692, "limit_bp": 1_000, "missing_grosze": 4_000_00,
    }  # fmt: skip


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(1, 9_999))
def test_the_administrative_costs_that_fit_do_fit_and_no_grosz_more(
    activities: int, administrative: int, limit: int
) -> None:
    def offer(admin: int) -> Draft:
        cost = {"unit": "x", "quantity": "1", "name": "x"}
        return {
            "plan": [{"key": "p1", "name": "x"}],
            "costs": [
                cost | {"key": "a", "group": "activity", "activity": "p1", "unit_cost": _typed(activities)},
                cost | {"key": "b", "group": "administrative", "unit_cost": _typed(admin)},
            ],
        }

    rules = CallTerms(
        ("k",), "support", date(2024, 1, 1), date(2024, 12, 31), (2024,), max_admin_share_bp=limit
    )
    found = [
        p for p in problems(read(OFFER_FORM, offer(administrative)), rules) if p.text == MONEY.ADMIN_TOO_LARGE
    ]
    if found:
        fits = found[0].params["fits_grosze"]
        assert isinstance(fits, int)
        texts = [[text for _, text in told(offer(admin), rules)] for admin in (fits, fits + 1)]
        assert [MONEY.ADMIN_TOO_LARGE in one for one in texts] == [False, True]


def _typed(grosze: int) -> str:
    return f"{grosze // 100},{grosze % 100:02d}"


def test_the_costs_are_a_tree_in_the_order_of_the_plan(draft: Draft) -> None:
    draft["costs"].reverse()
    sums = totals(read(OFFER_FORM, draft))
    assert [(line.number, line.key, line.value_grosze) for line in sums.lines] == [
        ("I.1.1", "c1", 48_000_00),
        ("I.2.1", "c2", 64_000_00),
        ("II.1", "c3", 18_000_00),
    ]
    assert sums.activity_sums_grosze == {"p1": 48_000_00, "p2": 64_000_00}
    assert (sums.activities_grosze, sums.administrative_grosze) == (112_000_00, 18_000_00)
    assert sums.total_grosze == 130_000_00
    assert sums.by_year_grosze[:2] == (57_000_00, 73_000_00)
    assert (sums.own_grosze, sums.own_non_financial_grosze) == (15_000_00, 5_000_00)
    assert (sums.grant_bp, sums.own_bp, sums.fees_bp, sums.administrative_bp) == (8846, 1154, 0, 1385)
    assert sums.difference_grosze == 0


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**6)), max_size=12))
def test_groups_and_activities_add_up_to_the_total(costs: list[tuple[int, int]]) -> None:
    rows = [
        {
            "key": f"c{n}",
            "group": ("activity", "administrative")[n % 2],
            "activity": f"p{n % 3}",
            "unit_cost": _typed(unit),
            "quantity": f"{quantity / 1000:.3f}",
        }
        for n, (unit, quantity) in enumerate(costs)
    ]
    sums = totals(read(OFFER_FORM, {"costs": rows, "plan": [{"key": f"p{n}"} for n in range(3)]}))
    assert sums.activities_grosze + sums.administrative_grosze == sums.total_grosze
    assert sum(sums.activity_sums_grosze.values()) == sums.activities_grosze
    assert sum(sums.by_year_grosze) == sums.total_grosze == sum(line.value_grosze for line in sums.lines)


@pytest.fixture
def joint(draft: Draft) -> Draft:
    draft["offerors"].append(draft["offerors"][0] | {"key": "o2", "name": "Stowarzyszenie Przykład"})
    draft["joint_description"] = "Fundacja prowadzi kursy, stowarzyszenie porady."
    draft["split"] = [
        {"key": "s1", "offeror": "o1", "value": "66 000", "year_1": "57 000", "year_2": "9 000"},
        {"key": "s2", "offeror": "o2", "value": "64 000", "year_2": "64 000"},
    ]
    return draft


def test_a_complete_joint_offer_has_no_problem(joint: Draft, terms: Terms) -> None:
    assert told(joint, replace(terms, joint=True)) == []


@pytest.mark.parametrize(
    ("change", "anchor", "text"),
    [
        broken(lambda d: d["split"].pop(), "split", MONEY.SPLIT_MISSING),
        broken(lambda d: d["split"].pop(), "split", MONEY.SPLIT_TOO_SMALL),
        broken(lambda d: d["split"][1].update(offeror="o1"), "split", MONEY.SPLIT_TWICE),
        broken(lambda d: d["split"][1].update(offeror="o9"), "split-s2-offeror", MONEY.SPLIT_UNKNOWN),
        broken(lambda d: d["split"][1].update(value="65 000"), "split", MONEY.SPLIT_TOO_LARGE),
        broken(lambda d: d["split"][1].update(year_2=""), "split-s2-year_1", MONEY.YEARS_MISSING),
        broken(
            lambda d: d["split"][1].update(year_1="1 000", year_2="63 000"), "split", MONEY.SPLIT_YEAR_DIFFERS
        ),
    ],
)
def test_the_split_covers_every_offeror_every_year_and_all_costs(
    joint: Draft, terms: Terms, change: Callable[[Draft], object], anchor: str, text: str
) -> None:
    change(joint)
    assert (anchor, text) in told(joint, replace(terms, joint=True))


def test_an_updated_offer_asks_for_exactly_the_award(draft: Draft, terms: Terms) -> None:
    original = totals(read(OFFER_FORM, draft))
    reduced = replace(terms, min_grant_grosze=100_000_00, keep_own_share=True)
    draft["costs"] = [draft["costs"][0], draft["costs"][1] | {"quantity": "25", "year_2": "4 000"}]
    draft |= {"grant": "46 000", "own_financial": "1 000", "own_personal": "5 000"}
    updated = read(OFFER_FORM, draft)
    assert update_problems(updated, reduced, 46_000_00, original) == []
    (other,) = update_problems(updated, reduced, 45_000_00, original)
    assert (other.text, other.params) == (
        offer_rules.GRANT_IS_AWARD,
        {"awarded_grosze": 45_000_00, "grant_grosze": 46_000_00},
    )


def test_an_updated_offer_keeps_the_own_share_where_the_call_says_so(draft: Draft, terms: Terms) -> None:
    original = totals(read(OFFER_FORM, draft))
    draft["costs"] = [draft["costs"][0], draft["costs"][1] | {"quantity": "25", "year_2": "4 000"}]
    draft |= {"grant": "46 500", "own_financial": "500", "own_personal": "5 000"}
    updated = read(OFFER_FORM, draft)
    assert update_problems(updated, terms, 46_500_00, original) == []
    (fell,) = update_problems(updated, replace(terms, keep_own_share=True), 46_500_00, original)
    assert fell.anchor == "own_financial"
    assert fell.params == {"share_bp": 1058, "first_bp": 1154, "missing_grosze": 500_00}


def test_year_columns_stand_for_the_budget_years_in_order() -> None:
    assert year_columns((2024, 2025)) == {"year_1": 2024, "year_2": 2025}
