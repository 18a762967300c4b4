"""An agreement from its draft to the end of the task, by the door that everybody uses."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.extensions import db as database
from app.models import Agreement, AuditEntry, Signature
from app.queries.agreement_plan import AgreementPlan
from app.services import steps
from app.transaction import writing
from tests.agreement_cases import ACCOUNT, contracting, report_content
from workflows.agreement import AgreementState
from workflows.calendar import end_of_day
from workflows.cost_shift import NewCost
from workflows.engine import Context, NotYours, Refused
from workflows.offer import OfferState
from workflows.roles import Role
from workflows.settlement import SettlementState

TWO_YEARS = {2024: 57_500_00, 2025: 57_500_00}
TASK_OF_TWO_YEARS = (date(2024, 2, 1), date(2025, 12, 20))


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def test_a_draft_carries_the_plan_the_award_and_one_tranche_for_each_budget_year(db: Any) -> None:
    case = contracting(years=TWO_YEARS, task=TASK_OF_TWO_YEARS, at=date(2024, 1, 10))
    agreement = case.draft()
    assert agreement.plan["title"] == "Centrum Wielokulturowe w Krakowie"
    assert (agreement.amount_grosze, agreement.own_grosze, agreement.total_cost_grosze) == (
        115_000_00,
        15_000_00,
        130_000_00,
    )
    assert [(t.year, t.amount_grosze, t.after_partial_report) for t in agreement.tranches] == [
        (2024, 57_500_00, False), (2025, 57_500_00, True),
    ]  # fmt: skip
    assert agreement.spend_to == date(2025, 12, 31)


def test_the_grant_of_a_task_that_ends_in_november_can_be_used_for_fourteen_days_more(db: Any) -> None:
    assert contracting().draft().spend_to == date(2026, 12, 14)


def test_a_second_agreement_is_not_drafted_for_the_same_offer(db: Any) -> None:
    case = contracting()
    case.draft()
    with pytest.raises(Refused) as refused:
        case.draft()
    assert codes(refused) == {"agreement_exists"}


def test_a_draft_without_account_and_classification_is_not_confirmed(db: Any) -> None:
    case = contracting()
    case.draft(account_number="", budget_classification="")
    with pytest.raises(Refused) as refused:
        case.take(case.agreement, "check", "treasurer")
    assert codes(refused) == {"no_account", "no_classification"}


def test_whoever_drafted_the_agreement_neither_confirms_nor_signs_it_for_the_city(db: Any) -> None:
    case = contracting()
    case.draft()
    both = frozenset({Role.TREASURER})
    with pytest.raises(Refused) as refused:
        steps.take(case.agreement, "check", case.context("official", also=both))
    assert codes(refused) == {"own_proposal"}


def test_one_of_two_joint_representatives_does_not_sign_alone(db: Any) -> None:
    case = contracting()
    case.draft()
    case.take(case.agreement, "check", "treasurer")
    with pytest.raises(Refused) as refused:
        case.take(case.agreement, "sign_as_contractor", "first", manner="paper")
    assert codes(refused) == {"more_signatures"}
    case.take(case.agreement, "add_signature", "first")
    case.take(case.agreement, "sign_as_contractor", "second", manner="paper")
    assert case.agreement.state is AgreementState.SIGNED_NGO
    signed = database.session.scalars(sa.select(Signature).where(Signature.case_kind == "agreement")).all()
    assert [(row.user_id, row.capacity) for row in signed] == [
        (case.people["first"].id, "członek zarządu"), (case.people["second"].id, "członek zarządu"),
    ]  # fmt: skip


def test_signatures_under_an_older_text_do_not_count(db: Any) -> None:
    case = contracting()
    case.draft()
    case.take(case.agreement, "check", "treasurer")
    case.take(case.agreement, "add_signature", "first")
    case.take(case.agreement, "return_draft", "official", reason="Inny rachunek")
    case.take(
        case.agreement,
        "revise_draft",
        "official",
        account_number=ACCOUNT,
        special_terms="Szkolenie w ciągu 30 dni.",
    )
    case.take(case.agreement, "check", "treasurer")
    with pytest.raises(Refused) as refused:
        case.take(case.agreement, "sign_as_contractor", "second", manner="paper")
    assert codes(refused) == {"more_signatures"}


def test_the_city_signs_after_the_countersignature_and_the_number_is_given_then(db: Any) -> None:
    case = contracting()
    case.draft()
    case.take(case.agreement, "check", "treasurer")
    case.take(case.agreement, "add_signature", "first")
    case.take(case.agreement, "sign_as_contractor", "second", signed_on=date(2026, 1, 20), manner="paper")
    with pytest.raises(Refused) as refused:
        case.take(case.agreement, "sign_for_city", "mayor", manner="paper")
    assert codes(refused) == {"not_countersigned"}
    case.take(case.agreement, "countersign", "treasurer")
    case.at = date(2026, 1, 22)
    case.take(case.agreement, "sign_for_city", "mayor", signed_on=date(2026, 1, 22), manner="paper")
    agreement = case.agreement
    assert (agreement.number, agreement.concluded_on) == ("SPa/1/2026", date(2026, 1, 22))
    assert agreement.tranches[0].planned_on == date(2026, 2, 23)
    assert agreement.offer.state is OfferState.CONTRACTED


def test_agreements_of_a_unit_are_numbered_through_the_year(db: Any) -> None:
    first, second, other_year = (
        contracting(name="b"),
        contracting(name="c"),
        contracting(name="d", at=date(2025, 12, 29)),
    )
    for case in (second, other_year):
        case.offer.call.unit = first.offer.call.unit
    database.session.commit()
    assert [case.sign().number for case in (first, second, other_year)] == [
        "SPb/1/2026",
        "SPb/2/2026",
        "SPb/1/2025",
    ]


def test_whoever_ordered_a_payment_does_not_transfer_it(db: Any) -> None:
    case = contracting()
    case.sign()
    case.take(case.agreement, "order_payment", "official")
    context = case.context("official", {"transferred_on": case.at}, also=frozenset({Role.TREASURER}))
    with pytest.raises(Refused) as refused:
        steps.take(case.agreement, "transfer", context)
    assert codes(refused) == {"own_payment"}
    with pytest.raises(NotYours):
        steps.take(case.agreement, "transfer", case.context("official", {"transferred_on": case.at}))


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 2, 5), "future"),
        (date(2025, 12, 30), "other_year"),
        (date(2026, 1, 2), "before_agreement"),
        (None, "no_day"),
    ],
)
def test_a_transfer_lies_in_its_budget_year_after_the_agreement_and_not_in_the_future(
    db: Any, day: date | None, code: str
) -> None:
    case = contracting()
    case.sign()
    case.take(case.agreement, "order_payment", "official")
    with pytest.raises(Refused) as refused:
        case.take(case.agreement, "transfer", "treasurer", transferred_on=day)
    assert code in codes(refused)


def test_nobody_withdraws_once_money_was_transferred(db: Any) -> None:
    case = contracting()
    case.sign()
    case.take(case.agreement, "order_payment", "official")
    assert case.agreement.state is AgreementState.SIGNED
    case.take(case.agreement, "withdraw_as_contractor", "first", reason="Brak lokalu")
    assert case.agreement.state is AgreementState.WITHDRAWN
    paid = contracting(name="e")
    paid.sign()
    paid.pay(date(2026, 1, 30))
    assert paid.agreement.state is AgreementState.IN_PROGRESS


def test_the_second_tranche_waits_for_the_accepted_partial_report(db: Any) -> None:
    case = contracting(years=TWO_YEARS, task=TASK_OF_TWO_YEARS, at=date(2024, 1, 10))
    case.sign()
    case.pay(date(2024, 2, 1))
    case.at = date(2025, 1, 2)
    with pytest.raises(Refused) as refused:
        case.take(case.agreement, "order_payment", "official")
    assert codes(refused) == {"report_first"}
    case.take(case.agreement, "open_partial_report", "clock")
    report = case.agreement.partial_reports[0]
    assert (report.year, report.due) == (2024, end_of_day(date(2025, 1, 30)))
    assert [row["planned"] for row in report.content["costs"]] == ["24000,00", "32000,00", "9000,00"]
    with pytest.raises(Refused):
        case.take(case.agreement, "submit_partial_report", "second")
    report.content = report_content(
        report.content, costs=("24000", "32000", "9000"), grant="57500", own="7500"
    )
    database.session.commit()
    case.take(case.agreement, "sign_partial_report", "first")
    case.take(case.agreement, "submit_partial_report", "second")
    case.take(case.agreement, "return_partial_report", "official", reason="Brakuje opisu zmian.")
    assert case.agreement.partial_reports[0].remarks == "Brakuje opisu zmian."
    case.take(case.agreement, "submit_partial_report", "second")
    case.take(case.agreement, "accept_partial_report", "official")
    case.pay(date(2025, 3, 3))
    assert [tranche.transferred_on for tranche in case.agreement.tranches] == [
        date(2024, 2, 1),
        date(2025, 3, 3),
    ]
    assert case.agreement.due_at == end_of_day(date(2025, 12, 20))


def test_the_clock_opens_the_partial_report_when_the_year_is_over(db: Any) -> None:
    case = contracting(years=TWO_YEARS, task=TASK_OF_TWO_YEARS, at=date(2024, 1, 10))
    case.sign()
    case.pay(date(2024, 2, 1))
    due = case.agreement.due_at
    assert due is not None
    assert due.isoformat() == "2024-12-31T23:00:00+00:00"


def test_an_annex_moves_the_end_of_the_task_and_of_the_spending(db: Any) -> None:
    case = contracting()
    case.sign()
    case.pay(date(2026, 2, 2))
    asked = {"subject": "Termin", "reason": "Choroba lektorki", "new_account_number": ""}
    with pytest.raises(Refused) as refused:
        case.take(case.agreement, "request_annex", "first", new_task_to=date(2027, 1, 31), **asked)
    assert codes(refused) == {"beyond_budget"}
    case.take(case.agreement, "request_annex", "first", new_task_to=date(2026, 12, 20), **asked)
    own = case.context(
        "first",
        {"concluded_on": case.at, "new_task_to": date(2026, 12, 20)},
        also=frozenset({Role.MAYOR_SIGNATORY}),
    )
    with pytest.raises(Refused) as refused:
        steps.take(case.agreement, "accept_annex", own)
    assert codes(refused) == {"own_annex"}
    case.take(case.agreement, "accept_annex", "mayor", concluded_on=case.at, new_task_to=date(2026, 12, 20))
    agreement = case.agreement
    assert (agreement.task_to, agreement.spend_to) == (date(2026, 12, 20), date(2026, 12, 31))
    assert agreement.due_at == end_of_day(date(2026, 12, 20))


def test_an_annex_moves_costs_and_the_report_is_held_against_the_new_plan(db: Any) -> None:
    case = contracting()
    case.sign()
    case.pay(date(2026, 2, 2))
    case.take(case.agreement, "request_annex", "first", subject="Koszty", reason="Drożsi lektorzy")
    costs = [
        NewCost("c1", 130_00, Decimal(400)),
        NewCost("c2", 150_00, Decimal(400)),
        NewCost("c3", 750_00, Decimal(24)),
    ]
    with pytest.raises(Refused) as refused:
        case.take(
            case.agreement, "accept_annex", "mayor", costs=[*costs[:2], NewCost("c3", 750_01, Decimal(24))]
        )
    assert codes(refused) == {"other_total"}
    with pytest.raises(Refused) as refused:
        case.take(case.agreement, "accept_annex", "mayor", costs=[NewCost("zz", 1, Decimal(1))])
    assert codes(refused) == {"other_rows"}
    case.take(case.agreement, "accept_annex", "mayor", costs=costs)
    assert [line.value_grosze for line in AgreementPlan(case.agreement).sums.lines] == [
        52_000_00,
        60_000_00,
        18_000_00,
    ]
    assert [row["planned"] for row in case.end().content["costs"]] == ["52000,00", "60000,00", "18000,00"]


def test_an_annex_that_was_refused_changes_nothing(db: Any) -> None:
    case = contracting()
    case.sign()
    case.pay(date(2026, 2, 2))
    case.take(
        case.agreement, "request_annex", "first", subject="Termin", reason="x", new_task_to=date(2026, 12, 20)
    )
    case.take(case.agreement, "refuse_annex", "official", reason="Brak uzasadnienia")
    assert (case.agreement.task_to, case.agreement.annexes[0].accepted) == (date(2026, 11, 30), False)


def test_the_end_of_the_task_opens_the_settlement_with_thirty_days_for_the_report(db: Any) -> None:
    case = contracting()
    case.sign()
    case.pay(date(2026, 2, 2))
    settlement = case.end()
    assert settlement.state is SettlementState.REPORT_DUE
    assert settlement.report_due == end_of_day(date(2026, 12, 30))
    assert [row["planned"] for row in settlement.content["costs"]] == ["48000,00", "64000,00", "18000,00"]
    entry = database.session.scalars(sa.select(AuditEntry).where(AuditEntry.case_kind == "settlement")).one()
    assert (entry.trigger, entry.to_state) == ("begin", "report_due")


@pytest.mark.parametrize("trigger", ["terminate", "dissolve"])
def test_an_agreement_that_ends_early_is_settled_if_money_was_paid(db: Any, trigger: str) -> None:
    unpaid, paid = contracting(name="f"), contracting(name="g")
    unpaid.sign()
    unpaid.take(unpaid.agreement, trigger, "mayor", reason="Brak realizacji")
    assert unpaid.agreement.settlement is None
    paid.sign()
    paid.pay(date(2026, 2, 2))
    paid.at = date(2026, 6, 1)
    paid.take(paid.agreement, trigger, "mayor", reason="Brak realizacji")
    assert paid.settlement.report_due == end_of_day(date(2026, 7, 1))
    assert paid.agreement.spend_to == date(2026, 6, 1)


def test_two_agreements_signed_at_once_get_different_numbers(db: Any, app: Flask) -> None:
    cases = [contracting(name="o"), contracting(name="p")]
    cases[1].offer.call.unit = cases[0].offer.call.unit
    database.session.commit()
    for case in cases:
        case.draft()
        case.take(case.agreement, "check", "treasurer")
        case.take(case.agreement, "add_signature", "first")
        case.take(case.agreement, "sign_as_contractor", "second", manner="paper")
        case.take(case.agreement, "countersign", "treasurer")
    signing = [(case.agreement.id, case.context("mayor", {"manner": "paper"})) for case in cases]
    ready = Barrier(2)

    def sign(agreement_id: int, context: Context) -> str | None:
        with app.app_context(), writing():
            agreement = database.session.get(Agreement, agreement_id)
            assert agreement is not None
            ready.wait()
            steps.take(agreement, "sign_for_city", context)
            return agreement.number

    with ThreadPoolExecutor(2) as pool:
        numbers = [pool.submit(sign, *each) for each in signing]
        assert sorted(number.result() or "" for number in numbers) == ["SPo/1/2026", "SPo/2/2026"]
