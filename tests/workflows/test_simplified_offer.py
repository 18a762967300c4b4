"""A simplified offer gives the figures of a full one; everything wrong in it is told at once, at its place."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.small_offers import joint_offer, simple_cost, simple_offer, simple_terms
from workflows import form_rules, offer_money_rules, offer_plan_rules, offer_rules, simplified_offer_rules
from workflows.amounts import multiply, parse_grosze, typed_grosze
from workflows.form import Field, Table
from workflows.form_reading import read, tidy
from workflows.offer_form import OFFER_FORM
from workflows.offer_terms import CallTerms
from workflows.simplified_offer_form import SIMPLIFIED_OFFER_FORM as FORM
from workflows.simplified_offer_rules import problems, update_problems
from workflows.simplified_offer_totals import grant_shares, moved_costs, simplified_totals

Draft = dict[str, Any]
OFFICIAL = json.loads((Path(__file__).parents[1] / "data" / "forms.json").read_text(encoding="utf-8"))
PLAN, MONEY, RULES = offer_plan_rules, offer_money_rules, simplified_offer_rules


@pytest.fixture
def draft() -> Draft:
    return simple_offer()


@pytest.fixture
def terms() -> CallTerms:
    return simple_terms()


def told(draft: Draft, terms: CallTerms) -> list[tuple[str, str]]:
    return [(problem.anchor, problem.text) for problem in problems(read(FORM, draft), terms)]


def params(draft: Draft, terms: CallTerms, text: str) -> dict[str, object]:
    (found,) = [p for p in problems(read(FORM, draft), terms) if p.text == text]
    return dict(found.params)


def test_every_field_of_the_official_form_is_in_ours_and_only_the_split_is_added() -> None:
    (official,) = [form for form in OFFICIAL["forms"] if form["form"] == "offer_19a_simplified"]
    numbers = {field["id"] for section in official["sections"] for field in section["fields"]}
    assert numbers ^ {item.number for _, item in FORM.parts() if item.number} == {"V.sign"}
    assert [item.name for _, item in FORM.parts() if not item.number] == ["split"]


def test_fields_that_ask_the_same_as_the_full_offer_have_its_names() -> None:
    names = {item.name for _, item in FORM.parts()}
    own = {"mode", "fees_planned"}
    assert names - own <= {item.name for _, item in OFFER_FORM.parts()}
    for table in ("offerors", "results"):
        assert [c.name for c in FORM.table(table).columns] == [
            c.name for c in OFFER_FORM.table(table).columns
        ]


def test_no_two_items_share_a_name_and_none_holds_a_dash() -> None:
    names = [item.name for _, item in FORM.parts()]
    assert len(set(names)) == len(names)
    assert not any("-" in name for name in names)


def test_a_complete_offer_has_no_problem(draft: Draft, terms: CallTerms) -> None:
    assert told(draft, terms) == []
    assert told(tidy(FORM, draft), terms) == []


def test_an_empty_draft_misses_everything_that_the_form_requires(terms: CallTerms) -> None:
    required = {
        item.name
        for _, item in FORM.parts()
        if (isinstance(item, Table) and item.min_rows)
        or (isinstance(item, Field) and (item.must_be_yes or (item.required and not item.prefilled)))
    }
    assert {anchor for anchor, _ in told({}, terms)} == required | {"results"}


@pytest.mark.parametrize("name", [item.name for _, item in FORM.parts() if isinstance(item, Field)])
def test_each_required_field_is_missed_alone(draft: Draft, terms: CallTerms, name: str) -> None:
    item = FORM.field(name)
    texts = {form_rules.FILL_IN, form_rules.CHOOSE, form_rules.DECLARE}
    missing = [anchor for anchor, text in told(draft | {name: ""}, terms) if text in texts]
    assert (name in missing) == ((item.required or item.must_be_yes) and not item.prefilled)


def broken(change: Callable[[Draft], object], anchor: str, text: str) -> Any:
    return pytest.param(change, anchor, text, id=f"{anchor}: {text[:40]}")


@pytest.mark.parametrize(
    ("change", "anchor", "text"),
    [
        broken(lambda d: d.update(task_kind="sport"), "task_kind", PLAN.KIND_OUTSIDE_CALL),
        broken(lambda d: d.update(date_from="2025-12-31"), "date_from", PLAN.TOO_EARLY),
        broken(lambda d: d.update(date_to="2027-01-01"), "date_to", PLAN.TOO_LATE),
        broken(lambda d: d.update(date_to="2026-09-30"), "date_to", PLAN.END_BEFORE_START),
        broken(lambda d: d["offerors"].append(d["offerors"][0] | {"key": "o2"}), "offerors", PLAN.ONE_OFFEROR),
        broken(lambda d: d["results"].clear(), "results", form_rules.ADD_ROW),
        broken(lambda d: d["results"][0].update(target="0"), "results-r1-target", PLAN.TARGET_IS_ZERO),
        broken(lambda d: d["costs"].clear(), "costs", form_rules.ADD_ROW),
        broken(lambda d: d["costs"][0].update(name=""), "costs-c1-name", form_rules.FILL_IN_CELL),
        broken(lambda d: d["costs"][0].update(value=""), "costs-c1-value", form_rules.FILL_IN_CELL),
        broken(lambda d: d["costs"][0].update(value="0"), "costs-c1-value", RULES.VALUE_IS_ZERO),
        broken(lambda d: d["costs"][1].update(from_other=""), "costs-c2-from_grant", RULES.SOURCES_BELOW_VALUE),
        broken(lambda d: d["costs"][1].update(from_other="500,01"), "costs-c2-from_grant", RULES.SOURCES_ABOVE_VALUE),
        broken(lambda d: d["costs"][0].update(value="9 000,01", from_grant="9 000,01"), "costs", MONEY.GRANT_TOO_LARGE),
        broken(lambda d: d.update(costs=[simple_cost("c1", "Wynajem", "5", "", "5")]), "costs", RULES.NOTHING_FROM_GRANT),
        broken(lambda d: d.update(declares_truth=""), "declares_truth", form_rules.DECLARE),
        broken(lambda d: d["offerors"][0].update(register_number="123"), "offerors-o1-register_number",
               "Enter the KRS number: ten digits, with the zeros at the beginning."),
    ],
)  # fmt: skip
def test_each_rule_is_told_at_its_place(
    draft: Draft, terms: CallTerms, change: Callable[[Draft], object], anchor: str, text: str
) -> None:
    change(draft)
    assert (anchor, text) in told(draft, terms)


@pytest.mark.parametrize(
    ("rule", "change", "anchor", "text"),
    [
        ({"max_grant_grosze": 11_999_99}, {}, "costs", MONEY.GRANT_TOO_LARGE),
        ({"min_grant_grosze": 12_000_01}, {}, "costs", MONEY.GRANT_TOO_SMALL),
        ({"min_own_share_bp": 1_112}, {}, "costs", RULES.OTHER_SOURCES_TOO_SMALL),
        ({"min_own_share_bp": 1_112, "own_contribution": frozenset({"personal"})}, {}, "costs", RULES.OTHER_SOURCES_TOO_SMALL),
        ({"commissioning": "entrusting"}, {}, "costs-c2-from_other", MONEY.ENTRUSTED_IN_FULL),
        ({"commissioning": "entrusting"}, {"fees_planned": "yes"}, "fees_planned", RULES.FEES_NOT_ALLOWED_HERE),
        ({"fees_allowed": False}, {"fees_planned": "yes"}, "fees_planned", RULES.FEES_NOT_ALLOWED_HERE),
        ({"joint": True}, {}, "offerors", PLAN.TWO_OFFERORS),
        ({"joint": True}, {}, "split", form_rules.ADD_ROW),
    ],
)  # fmt: skip
def test_each_rule_of_the_programme_is_told_at_its_place(
    draft: Draft, terms: CallTerms, rule: dict[str, Any], change: Draft, anchor: str, text: str
) -> None:
    assert (anchor, text) in told(draft | change, replace(terms, **rule))


@pytest.mark.parametrize(
    "rule",
    [
        {"max_grant_grosze": 12_000_00, "min_grant_grosze": 12_000_00},
        {"min_own_share_bp": 1_111},
        {"pool_by_year_grosze": {2026: 1}},
        {"results_waived": True},
    ],
)
def test_an_offer_at_the_limit_is_within_it_and_the_pool_is_judged_elsewhere(
    draft: Draft, terms: CallTerms, rule: dict[str, Any]
) -> None:
    assert told(draft, replace(terms, **rule)) == []


def test_fees_may_be_foreseen_where_the_programme_allows_them(draft: Draft, terms: CallTerms) -> None:
    assert told(draft | {"fees_planned": "yes"}, terms) == []


def test_an_entrusted_task_is_paid_in_full(draft: Draft, terms: CallTerms) -> None:
    draft["costs"] = [simple_cost("c1", "Warsztaty", "12 000", "12 000", "0")]
    assert told(draft, replace(terms, commissioning="entrusting", min_own_share_bp=1_000)) == []


def test_sentences_say_what_is_missing(draft: Draft, terms: CallTerms) -> None:
    draft["costs"][1]["from_other"] = "300"
    assert params(draft, terms, RULES.SOURCES_BELOW_VALUE) == {
        "row": "Materiały", "sources_grosze": 2_800_00, "value_grosze": 3_000_00, "missing_grosze": 200_00,
    }  # fmt: skip
    assert params(simple_offer(), replace(terms, min_own_share_bp=2_000), RULES.OTHER_SOURCES_TOO_SMALL) == {
        "share_bp": 1_111, "limit_bp": 2_000, "missing_grosze": 1_200_00,
    }  # fmt: skip


def test_an_amount_that_cannot_be_read_is_told_once_and_not_as_missing_money(
    draft: Draft, terms: CallTerms
) -> None:
    draft["costs"][1]["from_other"] = "1.234"
    assert [anchor for anchor, _ in told(draft, terms)] == ["costs-c2-from_other"]


# The split of a joint offer.


@pytest.mark.parametrize(
    ("change", "anchor", "text"),
    [
        broken(lambda d: d["split"].pop(), "split", RULES.GRANT_SPLIT_MISSING),
        broken(lambda d: d["split"][1].update(offeror="o1"), "split", RULES.GRANT_SPLIT_TWICE),
        broken(lambda d: d["split"][1].update(offeror="o9"), "split-s2-offeror", MONEY.SPLIT_UNKNOWN),
        broken(lambda d: d["split"][1].update(value=""), "split-s2-value", form_rules.FILL_IN_CELL),
        broken(lambda d: d["split"][1].update(value="3 999,99"), "split", RULES.GRANT_SPLIT_TOO_SMALL),
        broken(lambda d: d["split"][1].update(value="4 000,01"), "split", RULES.GRANT_SPLIT_TOO_LARGE),
    ],
)
def test_the_split_of_a_joint_offer_gives_the_grant_to_each_offeror_once(
    terms: CallTerms, change: Callable[[Draft], object], anchor: str, text: str
) -> None:
    joint, draft = replace(terms, joint=True), joint_offer()
    assert told(draft, joint) == []
    change(draft)
    assert (anchor, text) in told(draft, joint)


def test_each_offeror_has_its_share_of_the_grant_and_a_single_one_all_of_it() -> None:
    assert grant_shares(read(FORM, simple_offer())) == {"o1": 12_000_00}
    assert grant_shares(read(FORM, joint_offer())) == {"o1": 8_000_00, "o2": 4_000_00}
    assert grant_shares(read(FORM, {})) == {}


# Figures.


def test_the_figures_are_those_of_a_full_offer(draft: Draft) -> None:
    sums = simplified_totals(read(FORM, draft))
    assert (sums.total_grosze, sums.grant_grosze, sums.own_grosze) == (13_500_00, 12_000_00, 1_500_00)
    assert (sums.difference_grosze, sums.fees_grosze, sums.administrative_grosze) == (0, 0, 0)
    assert sums.by_year_grosze == (13_500_00, 0, 0, 0, 0)
    assert [(line.key, line.number, line.name, line.grant_grosze) for line in sums.lines] == [
        ("c1", "1", "Prowadzenie warsztatów", 9_000_00), ("c2", "2", "Materiały", 2_500_00),
        ("c3", "3", "Wynajem sali", 500_00),
    ]  # fmt: skip


def test_each_line_is_one_piece_at_its_value(draft: Draft) -> None:
    for line in simplified_totals(read(FORM, draft)).lines:
        assert multiply(line.unit_cost_grosze, line.quantity) == line.value_grosze == line.by_year_grosze[0]


def test_a_half_written_draft_has_figures_too() -> None:
    half = {"costs": [{"key": "c1", "value": "5"}, {"key": "c2", "from_grant": "no number"}]}
    sums = simplified_totals(read(FORM, half))
    assert (sums.total_grosze, sums.grant_grosze, sums.difference_grosze) == (5_00, 0, -5_00)


# The update after a reduced award.


def updated(draft: Draft, terms: CallTerms, awarded: int) -> list[tuple[str, str]]:
    first = simplified_totals(read(FORM, simple_offer()))
    return [(p.anchor, p.text) for p in update_problems(read(FORM, draft), terms, awarded, first)]


def test_an_updated_offer_asks_for_exactly_the_sum_awarded(draft: Draft, terms: CallTerms) -> None:
    draft["costs"][0] |= {"value": "6 000", "from_grant": "6 000"}
    assert updated(draft, terms, 9_000_00) == []
    assert updated(draft, terms, 9_000_01) == [("costs", offer_rules.GRANT_IS_AWARD)]


def test_an_award_outside_the_programmes_own_sums_is_no_problem_of_the_update(
    draft: Draft, terms: CallTerms
) -> None:
    narrow = replace(terms, max_grant_grosze=100_00, min_grant_grosze=50_00)
    assert updated(draft, narrow, 12_000_00) == []


def test_the_own_share_is_kept_where_the_programme_says_so(draft: Draft, terms: CallTerms) -> None:
    draft["costs"][1] |= {"value": "2 500", "from_other": ""}
    kept = replace(terms, keep_own_share=True)
    assert updated(draft, terms, 12_000_00) == []
    assert updated(draft, kept, 12_000_00) == [("costs", offer_rules.OWN_SHARE_FELL)]


# Moving costs by an annex.


@given(st.data())
def test_an_annex_moves_costs_and_leaves_the_grant_and_every_row_in_balance(data: st.DataObject) -> None:
    rows = [
        (data.draw(st.integers(0, 10**6)), data.draw(st.integers(0, 10**6)))
        for _ in range(data.draw(st.integers(1, 5)))
    ]
    costs = [
        simple_cost(f"c{n}", f"Koszt {n}", *(typed_grosze(sum_) for sum_ in (grant + other, grant, other)))
        for n, (grant, other) in enumerate(rows)
    ]
    content = simple_offer() | {"costs": costs}
    sums = simplified_totals(read(FORM, content))
    weights = [data.draw(st.integers(0, 10)) for _ in rows]
    values = dict(zip((c["key"] for c in costs), _divided(sums.total_grosze, weights), strict=True))

    moved = simplified_totals(read(FORM, moved_costs(content, sums, values)))

    assert {line.key: line.value_grosze for line in moved.lines} == values
    assert (moved.grant_grosze, moved.difference_grosze) == (sums.grant_grosze, 0)


def test_a_moved_cost_keeps_its_other_sources_and_an_untouched_row_keeps_its_text(draft: Draft) -> None:
    sums = simplified_totals(read(FORM, draft))
    moved = moved_costs(draft, sums, {"c1": 8_500_00, "c2": 3_500_00})
    assert [(r["value"], r["from_grant"], r["from_other"]) for r in moved["costs"]] == [
        ("8500,00", "8500,00", "0,00"), ("3500,00", "3000,00", "500,00"), ("1 500,00", "500,00", "1 000,00"),
    ]  # fmt: skip
    assert parse_grosze(moved["costs"][0]["value"]) == 8_500_00


def _divided(total: int, weights: list[int]) -> list[int]:
    parts = [total * weight // (sum(weights) or 1) for weight in weights]
    return [total - sum(parts[1:]), *parts[1:]]
