"""A simplified report is held against the plan as a full one is, and gives the settlement the same figures."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.small_offers import simple_offer
from workflows import form_rules, report_rules, simplified_offer_rules, simplified_report_rules
from workflows.forms import SIMPLIFIED_OFFER as OFFER
from workflows.report_form import ReportPlan
from workflows.report_totals import grant_share_excess

KIT = OFFER.report
Draft = dict[str, Any]
TOLERANCE_BP, PAID = 1_000, 12_000_00
OFFICIAL = json.loads((Path(__file__).parents[1] / "data" / "forms.json").read_text(encoding="utf-8"))
GIVEN = {"report_kind": "final", "period_from": "2026-10-01", "period_to": "2026-12-15"}


@pytest.fixture
def plan() -> ReportPlan:
    return OFFER.plan(simple_offer(), spend_from=date(2026, 10, 1), spend_to=date(2026, 12, 29))


@pytest.fixture
def report(plan: ReportPlan) -> Draft:
    """A report on everything done exactly as planned."""
    filled: Draft = KIT.blank(plan, GIVEN)
    filled |= {
        "results_text": "Sąsiedzi grają razem.",
        "activities_text": "Dwanaście warsztatów, zgodnie z planem.",
        "declares_status": "yes",
        "declares_truth": "yes",
        "declares_privacy": "yes",
    }
    filled["results"][0] |= {"achieved": "40", "source": "Listy obecności"}
    for row, offered in zip(filled["costs"], simple_offer()["costs"], strict=True):
        row |= {
            "actual": row["planned"],
            "from_grant": offered["from_grant"],
            "from_other": offered["from_other"],
        }
    filled["documents"] = [
        {
            "key": "d1",
            "number": "FV/1/2026",
            "issued_on": "2026-10-05",
            "contractor": "Szkoła Przykład",
            "cost": "c1",
            "amount": "9 000",
            "from_grant": "9 000",
            "paid_on": "2026-10-10",
        }
    ]
    return filled


def told(report: Draft, plan: ReportPlan, paid: int = PAID) -> list[tuple[str, str]]:
    return [(p.anchor, p.text) for p in KIT.problems(KIT.read(report), plan, TOLERANCE_BP, paid)]


def remarked(report: Draft, plan: ReportPlan, paid: int = PAID) -> list[tuple[str, str]]:
    return [(p.anchor, p.text) for p in KIT.remarks(KIT.read(report), plan, TOLERANCE_BP, paid)]


def test_every_part_of_the_official_form_is_in_ours() -> None:
    (official,) = [form for form in OFFICIAL["forms"] if form["form"] == "report"]
    parts = {line.split(" ")[0] for line in official["simplified_report_19a"]["fields"]}
    assert parts == {item.number for _, item in KIT.form.parts() if item.number}


def test_the_plan_stands_in_a_blank_report(plan: ReportPlan) -> None:
    report: Draft = KIT.blank(plan, GIVEN)
    assert [(row["key"], row["number"], row["planned"]) for row in report["costs"]] == [
        ("c1", "1", "9000,00"), ("c2", "2", "3000,00"), ("c3", "3", "1500,00"),
    ]  # fmt: skip
    assert [(row["name"], row["target"], row["unit"]) for row in report["results"]] == [
        ("Osoby na warsztatach", "40", "osób")
    ]
    assert report["activities_text"] == ""
    assert (report["report_kind"], report["period_to"]) == ("final", "2026-12-15")
    assert KIT.read(report).faults == ()


def test_there_is_no_partial_report(plan: ReportPlan) -> None:
    faults = KIT.read(KIT.blank(plan, GIVEN | {"report_kind": "partial"})).faults
    assert [fault.anchor for fault in faults] == ["report_kind"]


def test_a_report_that_follows_the_plan_has_no_problem_and_no_remark(report: Draft, plan: ReportPlan) -> None:
    assert told(report, plan) == []
    assert remarked(report, plan) == []


def test_a_blank_report_asks_only_for_what_happened(plan: ReportPlan) -> None:
    assert {anchor for anchor, _ in told(KIT.blank(plan, GIVEN), plan)} == {
        "results_text", "results-r1-achieved", "results-r1-source", "activities_text", "costs-c1-actual",
        "costs-c2-actual", "costs-c3-actual", "declares_status", "declares_truth", "declares_privacy",
    }  # fmt: skip
    assert remarked(KIT.blank(plan, GIVEN), plan) == []


def test_the_figures_are_those_of_a_full_report(report: Draft, plan: ReportPlan) -> None:
    sums = KIT.totals(KIT.read(report), plan, TOLERANCE_BP)
    assert (sums.planned_grosze, sums.actual_grosze, sums.sources_grosze) == (13_500_00,) * 3
    assert (sums.grant_spent_grosze, sums.own_grosze) == (12_000_00, 1_500_00)
    assert [line.grant_grosze for line in sums.lines] == [9_000_00, 2_500_00, 500_00]
    assert grant_share_excess(sums, plan) == 0


def test_interest_and_revenue_are_part_of_other_sources_and_no_own_money(
    report: Draft, plan: ReportPlan
) -> None:
    report |= {"bank_interest": "1,20", "other_revenue": "98,80"}
    sums = KIT.totals(KIT.read(report), plan, TOLERANCE_BP)
    assert (sums.bank_interest_grosze, sums.other_revenue_grosze, sums.own_grosze) == (1_20, 98_80, 1_400_00)
    assert sums.sources_grosze == sums.actual_grosze
    assert told(report, plan) == []


def broken(change: Callable[[Draft], object], anchor: str, text: str) -> Any:
    return pytest.param(change, anchor, text, id=f"{anchor}: {text[:40]}")


@pytest.mark.parametrize(
    ("change", "anchor", "text"),
    [
        broken(lambda r: r["costs"].pop(), "costs", report_rules.PLAN_ROWS_DIFFER),
        broken(lambda r: r["results"].clear(), "results", report_rules.PLAN_ROWS_DIFFER),
        broken(lambda r: r["costs"][0].update(actual="9 900,01"), "costs-c1-explanation", report_rules.EXPLAIN_COST),
        broken(lambda r: r["costs"][0].update(actual="9 000,01"), "costs-c1-from_grant",
               simplified_offer_rules.SOURCES_BELOW_VALUE),
        broken(lambda r: r["costs"][0].update(actual="8 999,99"), "costs-c1-from_grant",
               simplified_offer_rules.SOURCES_ABOVE_VALUE),
        broken(lambda r: r["costs"][1].update(from_grant="2 500,01", from_other="499,99"), "costs",
               report_rules.GRANT_ABOVE_PAID),
        broken(lambda r: r["results"][0].update(achieved="39"), "results-r1-explanation", report_rules.EXPLAIN_RESULT),
        broken(lambda r: r.update(bank_interest="1 500,01"), "bank_interest", simplified_report_rules.REVENUE_ABOVE_OTHER),
        broken(lambda r: r.update(other_revenue="1 500,01"), "other_revenue", simplified_report_rules.REVENUE_ABOVE_OTHER),
        broken(lambda r: r["documents"][0].update(cost="c9"), "documents-d1-cost", report_rules.UNKNOWN_COST),
        broken(lambda r: r["documents"][0].update(paid_on="2026-12-30"), "documents-d1-paid_on", report_rules.PAID_OUTSIDE),
        broken(lambda r: r["documents"][0].update(amount="13 000", from_grant="13 000"), "documents",
               report_rules.DOCUMENTS_ABOVE_GRANT),
        broken(lambda r: r.update(activities_text=""), "activities_text", form_rules.FILL_IN),
        broken(lambda r: r.update(declares_status=""), "declares_status", form_rules.DECLARE),
    ],
)  # fmt: skip
def test_each_rule_is_told_at_its_place(
    report: Draft, plan: ReportPlan, change: Callable[[Draft], object], anchor: str, text: str
) -> None:
    change(report)
    assert (anchor, text) in told(report, plan)


def test_what_the_settlement_will_look_at_is_remarked_at_the_costs(report: Draft, plan: ReportPlan) -> None:
    report["costs"][0] |= {"actual": "10 000", "from_other": "1 000", "explanation": "Stawki wzrosły."}
    assert told(report, plan) == []
    assert remarked(report, plan) == [("costs", report_rules.COST_OVER_TOLERANCE)]
    report["costs"][0] |= {"actual": "8 000", "from_grant": "8 000", "from_other": ""}
    assert remarked(report, plan) == [("costs", report_rules.GRANT_UNUSED)]
    report["costs"][2] |= {"actual": "500", "from_other": ""}
    assert report_rules.GRANT_SHARE_ROSE in {text for _, text in remarked(report, plan)}


def test_a_row_that_is_not_of_the_plan_counts_for_nothing(report: Draft, plan: ReportPlan) -> None:
    before = KIT.totals(KIT.read(report), plan, TOLERANCE_BP)
    extra = {"key": "x", "actual": "5", "from_grant": "3", "from_other": "2"}
    report["costs"].append(extra)
    assert KIT.totals(KIT.read(report), plan, TOLERANCE_BP) == before
