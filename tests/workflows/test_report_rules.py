"""A report is held against the plan; what happened is told, and what differs is explained."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from workflows import form_rules, report_rules
from workflows.form_reading import read, tidy
from workflows.forms import FULL_OFFER
from workflows.report_form import REPORT_FORM, PlannedCost, ReportPlan
from workflows.report_rules import problems, remarks
from workflows.report_totals import ReportLine, grant_share_excess, totals

Draft = dict[str, Any]
TOLERANCE_BP, PAID = 1_000, 115_000_00


@pytest.fixture
def plan(draft: Draft) -> ReportPlan:
    return FULL_OFFER.plan(draft, spend_from=date(2024, 1, 15), spend_to=date(2025, 12, 31))


def blank(draft: Draft, year_index: int | None = None) -> Draft:
    return FULL_OFFER.report.blank(FULL_OFFER.plan(draft, year_index))


@pytest.fixture
def report(draft: Draft) -> Draft:
    """A report on everything done exactly as planned."""
    filled = blank(draft)
    filled |= {
        "report_kind": "final",
        "period_from": "2024-01-15",
        "period_to": "2025-12-20",
        "results_text": "Osoby z zagranicy załatwiają sprawy same.",
        "grant_spent": "115 000",
        "own_financial": "10 000",
        "own_personal": "5 000",
        "declares_status": "yes",
        "declares_truth": "yes",
        "declares_privacy": "yes",
    }
    filled["results"][0] |= {"achieved": "80", "source": "Listy obecności"}
    for row in filled["activities"]:
        row["description"] = "Zgodnie z planem."
    for row in filled["costs"]:
        row["actual"] = row["planned"]
    filled["documents"] = [
        {
            "key": "d1",
            "number": "FV/1/2024",
            "issued_on": "2024-03-01",
            "contractor": "Szkoła Przykład",
            "cost": "c1",
            "amount": "48 000",
            "from_grant": "40 000",
            "paid_on": "2024-03-10",
        }
    ]
    return filled


def told(report: Draft, plan: ReportPlan, paid: int = PAID) -> list[tuple[str, str]]:
    found = problems(read(REPORT_FORM, report), plan, TOLERANCE_BP, paid)
    return [(problem.anchor, problem.text) for problem in found]


def test_the_plan_stands_in_a_blank_report(draft: Draft) -> None:
    report = blank(draft)
    assert [(row["key"], row["number"], row["planned"]) for row in report["costs"]] == [
        ("c1", "I.1.1", "48000,00"),
        ("c2", "I.2.1", "64000,00"),
        ("c3", "II.1", "18000,00"),
    ]
    assert [(row["target"], row["unit"]) for row in report["results"]] == [("80", "osób")]
    assert [row["key"] for row in report["activities"]] == ["p1", "p2"]
    assert read(REPORT_FORM, report).faults == ()


def test_a_report_on_one_year_holds_the_costs_of_that_year(draft: Draft) -> None:
    report = blank(draft, year_index=0)
    assert [(row["key"], row["planned"]) for row in report["costs"]] == [
        ("c1", "48000,00"),
        ("c3", "9000,00"),
    ]


def test_a_report_that_follows_the_plan_has_no_problem_and_no_remark(report: Draft, plan: ReportPlan) -> None:
    assert told(report, plan) == []
    assert told(tidy(REPORT_FORM, report), plan) == []
    assert remarks(read(REPORT_FORM, report), plan, TOLERANCE_BP, PAID) == []


def test_a_blank_report_asks_only_for_what_happened(draft: Draft, plan: ReportPlan) -> None:
    anchors = {anchor for anchor, _ in told(blank(draft), plan)}
    assert anchors == {
        "results_text", "results-r1-achieved", "results-r1-source", "activities-p1-description",
        "activities-p2-description", "costs-c1-actual", "costs-c2-actual", "costs-c3-actual", "grant_spent",
        "declares_status", "declares_truth", "declares_privacy",
    }  # fmt: skip


def broken(change: Callable[[Draft], object], anchor: str, text: str) -> Any:
    return pytest.param(change, anchor, text, id=f"{anchor}: {text[:40]}")


RULES = report_rules


@pytest.mark.parametrize(
    ("change", "anchor", "text"),
    [
        broken(lambda r: r["costs"].pop(), "costs", RULES.PLAN_ROWS_DIFFER),
        broken(lambda r: r["results"].clear(), "results", RULES.PLAN_ROWS_DIFFER),
        broken(lambda r: r["activities"][0].update(key="p9"), "activities", RULES.PLAN_ROWS_DIFFER),
        broken(
            lambda r: r["costs"][0].update(actual="52 800,01"), "costs-c1-explanation", RULES.EXPLAIN_COST
        ),
        broken(
            lambda r: r["results"][0].update(achieved="79,999"),
            "results-r1-explanation",
            RULES.EXPLAIN_RESULT,
        ),
        broken(lambda r: r["costs"][0].update(actual="47 999"), "grant_spent", RULES.SOURCES_TOO_LARGE),
        broken(lambda r: r.update(own_personal="4 999"), "grant_spent", RULES.SOURCES_TOO_SMALL),
        broken(lambda r: r.update(grant_spent="115 000,01"), "grant_spent", RULES.GRANT_ABOVE_PAID),
        broken(lambda r: r.update(other_public="1"), "other_public_name", RULES.NAME_AUTHORITY),
        broken(lambda r: r.update(fees="1"), "fees_information", RULES.DESCRIBE_FEES),
        broken(lambda r: r["documents"][0].update(cost="c9"), "documents-d1-cost", RULES.UNKNOWN_COST),
        broken(
            lambda r: r["documents"][0].update(amount="1"),
            "documents-d1-from_grant",
            RULES.GRANT_ABOVE_AMOUNT,
        ),
        broken(
            lambda r: r["documents"][0].update(paid_on="2026-01-01"),
            "documents-d1-paid_on",
            RULES.PAID_OUTSIDE,
        ),
        broken(
            lambda r: r["documents"].append(r["documents"][0] | {"key": "d2"}),
            "documents-d2-number",
            RULES.DOCUMENT_TWICE,
        ),
        broken(
            lambda r: r["documents"][0].update(amount="200 000", from_grant="200 000"),
            "documents",
            RULES.DOCUMENTS_ABOVE_GRANT,
        ),
        broken(lambda r: r.update(declares_status=""), "declares_status", form_rules.DECLARE),
    ],
)
def test_each_rule_is_told_at_its_place(
    report: Draft, plan: ReportPlan, change: Callable[[Draft], object], anchor: str, text: str
) -> None:
    change(report)
    assert (anchor, text) in told(report, plan)


def test_a_rise_at_the_tolerance_needs_no_word_and_an_explained_one_does_not_block(
    report: Draft, plan: ReportPlan
) -> None:
    report["costs"][0]["actual"] = "52 800"
    report["own_financial"] = "14 800"
    assert told(report, plan) == []
    report["costs"][0] |= {"actual": "53 000", "explanation": "Stawki wzrosły."}
    report["own_financial"] = "15 000"
    assert told(report, plan) == []
    (remark,) = remarks(read(REPORT_FORM, report), plan, TOLERANCE_BP, PAID)
    assert remark.params == {"row": "I.1.1", "over_grosze": 200_00}


def test_the_rise_of_a_cost_is_told_as_a_share_of_its_plan(report: Draft, plan: ReportPlan) -> None:
    report["costs"][0]["actual"] = "55 104"
    (problem,) = [
        problem
        for problem in problems(read(REPORT_FORM, report), plan, TOLERANCE_BP, PAID)
        if problem.text == RULES.EXPLAIN_COST
    ]
    assert problem.params == {"row": "I.1.1", "rise_bp": 1_480, "tolerance_bp": 1_000}
    unplanned = PlannedCost("x", "I.1.2", "Nowy koszt", 0)
    assert [ReportLine(unplanned, actual, actual).rise_bp for actual in (0, 1)] == [0, 10_000]


def test_a_row_that_is_missing_from_the_draft_counts_as_nothing(report: Draft, plan: ReportPlan) -> None:
    report["costs"].pop(0)
    assert totals(read(REPORT_FORM, report), plan, TOLERANCE_BP).lines[0].actual_grosze == 0


def test_planned_figures_are_the_plans_whatever_the_draft_says(report: Draft, plan: ReportPlan) -> None:
    report["costs"][0]["planned"] = "1 000 000"
    assert totals(read(REPORT_FORM, report), plan, TOLERANCE_BP).planned_grosze == 130_000_00


def test_the_shares_of_the_report_are_counted_from_the_grant(report: Draft, plan: ReportPlan) -> None:
    sums = totals(read(REPORT_FORM, report), plan, TOLERANCE_BP)
    assert (sums.grant_bp, sums.other_money_to_grant_bp, sums.contribution_to_grant_bp) == (8846, 870, 435)
    assert (sums.actual_grosze, sums.sources_grosze, sums.own_grosze) == (130_000_00, 130_000_00, 15_000_00)


def test_a_grant_that_covers_more_than_agreed_is_in_excess(report: Draft, plan: ReportPlan) -> None:
    report["costs"][1]["actual"] = "60 100"  # 3 900 zł less than planned, all of it own money
    report["own_financial"] = "6 100"
    reading = read(REPORT_FORM, report)
    excess = grant_share_excess(totals(reading, plan, TOLERANCE_BP), plan)
    assert excess == 115_000_00 - 126_100_00 * 115 // 130
    assert [remark.text for remark in remarks(reading, plan, TOLERANCE_BP, PAID + 1)] == [
        RULES.GRANT_SHARE_ROSE,
        RULES.GRANT_UNUSED,
    ]
