"""A settlement from its report to the archive: what is owed, on which ground, with which interest."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.extensions import db as database
from app.queries.settlement_account import SettlementAccount
from tests.agreement_cases import Contracting, contracting, report_content
from workflows.calendar import end_of_day
from workflows.engine import Refused
from workflows.reckoning import Ground
from workflows.settlement import SettlementState

NOTHING = {"ineligible_grosze": 0, "excess_waived_grosze": 0, "bank_interest_grosze": 0}


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def running(**more: Any) -> Contracting:
    """The task has ended on 30 November 2026; the grant of 115 000 zł was transferred on 2 February."""
    case = contracting(**more)
    case.sign()
    case.pay(date(2026, 2, 2))
    case.end()
    return case


def grounds(case: Contracting) -> dict[Ground, int]:
    return {line.ground: line.amount_grosze for line in SettlementAccount(case.settlement).established}


def demanded(case: Contracting, delivered: date) -> None:
    """The return is demanded, and the letter is delivered on a day."""
    case.take(case.settlement, "demand_return", "official")
    case.at = delivered
    case.take(case.settlement, "confirm_delivery", "editor")


def test_a_grant_used_in_full_is_accepted_settled_and_archived(db: Any) -> None:
    case = running()
    case.report()
    with pytest.raises(Refused) as refused:
        case.take(case.settlement, "accept_report", "official")
    assert codes(refused) == {"not_assessed"}
    case.take(case.settlement, "assess", "official", **NOTHING)
    case.take(case.settlement, "accept_report", "official")
    with pytest.raises(Refused) as refused:
        case.take(case.settlement, "expect_refund", "official")
    assert codes(refused) == {"no_refund"}
    case.take(case.settlement, "settle", "official")
    case.take(case.settlement, "archive", "official")
    settlement = case.settlement
    assert (settlement.state, settlement.settled_on) == (SettlementState.ARCHIVED, date(2026, 12, 1))
    assert settlement.figures is not None
    assert settlement.figures["accepted_grosze"] == 115_000_00


def test_a_report_with_gaps_is_refused_with_every_gap(db: Any) -> None:
    case = running()
    with pytest.raises(Refused) as refused:
        case.take(case.settlement, "submit_report", "second")
    anchors = {reason.anchor for reason in refused.value.reasons}
    assert {"results_text", "grant_spent", "costs-c1-actual", "declares_truth"} <= anchors


def test_two_representatives_sign_the_same_report_and_an_edit_asks_for_both_again(db: Any) -> None:
    case = running()
    settlement = case.settlement
    settlement.content = report_content(settlement.content)
    database.session.commit()
    with pytest.raises(Refused) as refused:
        case.take(case.settlement, "submit_report", "second")
    assert codes(refused) == {"more_signatures"}
    case.take(case.settlement, "sign_report", "first")
    case.settlement.content = case.settlement.content | {"additional": "Dopisek"}
    database.session.commit()
    with pytest.raises(Refused) as refused:
        case.take(case.settlement, "submit_report", "second")
    assert codes(refused) == {"more_signatures"}
    case.take(case.settlement, "sign_report", "first")
    case.take(case.settlement, "submit_report", "second")
    assert [version.number for version in case.settlement.reports] == [1]


def test_the_unused_part_goes_back_fifteen_days_after_the_end_of_use_and_late_with_interest(db: Any) -> None:
    case = running()
    case.report(grant="111400", own="18600")
    case.take(case.settlement, "assess", "official", **NOTHING)
    assert grounds(case) == {Ground.UNUSED: 3_600_00}
    case.take(case.settlement, "accept_report", "official")
    with pytest.raises(Refused) as refused:
        case.take(case.settlement, "settle", "official")
    assert codes(refused) == {"owed"}
    case.take(case.settlement, "expect_refund", "official")
    assert case.settlement.refund_due == end_of_day(date(2026, 12, 29))
    case.at = date(2027, 2, 1)
    # 3 600,00 × 34 days × 11 % ÷ 365 = 36,89
    assert SettlementAccount(case.settlement).owed(case.at).interest_grosze == 37_00
    with pytest.raises(Refused) as refused:
        case.take(case.settlement, "record_refund", "treasurer", paid_on=case.at, amount_grosze=3_637_01)
    assert codes(refused) == {"too_much"}
    case.take(case.settlement, "record_refund", "treasurer", paid_on=case.at, amount_grosze=3_637_00)
    case.take(case.settlement, "settle", "official")
    refund = case.settlement.refunds[0]
    assert (refund.principal_grosze, refund.interest_grosze) == (3_600_00, 37_00)


def test_unused_money_that_comes_back_in_time_bears_no_interest(db: Any) -> None:
    case = running()
    case.report(grant="111400", own="18600")
    case.take(case.settlement, "assess", "official", **NOTHING)
    case.take(case.settlement, "accept_report", "official")
    case.take(case.settlement, "expect_refund", "official")
    case.at = date(2026, 12, 29)
    case.take(case.settlement, "record_refund", "treasurer", paid_on=case.at, amount_grosze=3_600_00)
    case.take(case.settlement, "settle", "official")
    assert case.settlement.state is SettlementState.SETTLED


def test_an_overdue_refund_is_demanded_by_letter_and_its_interest_runs_on(db: Any) -> None:
    case = running()
    case.report(grant="111400", own="18600")
    case.take(case.settlement, "assess", "official", **NOTHING)
    case.take(case.settlement, "accept_report", "official")
    case.take(case.settlement, "expect_refund", "official")
    with pytest.raises(Refused) as refused:
        case.take(case.settlement, "demand_overdue_refund", "official")
    assert codes(refused) == {"too_early"}
    case.at = date(2027, 1, 4)
    case.take(case.settlement, "demand_overdue_refund", "official")
    assert case.settlement.refund_due is None
    case.take(case.settlement, "confirm_delivery", "editor")
    assert case.settlement.refund_due == end_of_day(date(2027, 1, 19))
    assert SettlementAccount(case.settlement).owed(date(2027, 2, 1)).interest_grosze == 37_00


def test_an_expense_above_the_tolerance_is_excess_and_its_interest_runs_after_the_term(db: Any) -> None:
    case = running()
    case.report(costs=("53900", "58100", "18000"))
    case.take(case.settlement, "assess", "official", **NOTHING)
    assert grounds(case) == {Ground.OVER_TOLERANCE: 1_100_00}
    with pytest.raises(Refused) as refused:
        case.take(case.settlement, "accept_report", "official")
    assert codes(refused) == {"irregular"}
    demanded(case, date(2027, 1, 11))
    line = SettlementAccount(case.settlement).established[0]
    assert (line.due_on, line.interest_from) == (date(2027, 1, 26), date(2027, 1, 27))
    case.take(case.settlement, "record_refund", "treasurer", paid_on=case.at, amount_grosze=1_100_00)
    case.take(case.settlement, "settle", "official")
    assert case.settlement.figures is not None
    assert case.settlement.figures["accepted_grosze"] == 113_900_00


def test_an_excess_that_is_accepted_needs_a_reason_and_no_more_than_it_can_be_accepted(db: Any) -> None:
    case = running()
    case.report(costs=("53900", "58100", "18000"))
    with pytest.raises(Refused) as refused:
        case.take(case.settlement, "assess", "official", **NOTHING | {"excess_waived_grosze": 1_100_01})
    assert codes(refused) == {"say_waived", "waived_too_much"}
    waived = {"excess_waived_grosze": 1_100_00, "excess_waived_reason": "Podwyżka stawek od lipca."}
    case.take(case.settlement, "assess", "official", **NOTHING | waived)
    case.take(case.settlement, "accept_report", "official")
    assert grounds(case) == {}


def test_an_own_share_that_fell_makes_the_grant_excessive(db: Any) -> None:
    case = running()
    case.report(costs=("48000", "64000", "13000"), grant="115000", own="10000")
    case.take(case.settlement, "assess", "official", **NOTHING)
    # 125 000 × 115/130 = 110 576,92
    assert grounds(case) == {Ground.OWN_SHARE: 4_423_08}


def test_misused_money_bears_interest_from_the_transfer_and_a_short_payment_is_apportioned(db: Any) -> None:
    case = running()
    case.report()
    with pytest.raises(Refused) as refused:
        case.take(case.settlement, "assess", "official", **NOTHING | {"ineligible_grosze": 10_000_00})
    assert codes(refused) == {"say_ineligible"}
    misused = {"ineligible_grosze": 10_000_00, "ineligible_reason": "Sprzęt spoza kosztorysu."}
    case.take(case.settlement, "assess", "official", **NOTHING | misused)
    assert grounds(case) == {Ground.MISUSED: 10_000_00}
    demanded(case, date(2027, 2, 10))
    assert case.settlement.refund_due == end_of_day(date(2027, 2, 25))
    case.at = date(2027, 2, 20)
    # 10 000,00 × 384 days × 11 % ÷ 365 = 1 157,26
    assert SettlementAccount(case.settlement).owed(case.at).total_grosze == 11_157_00
    case.take(case.settlement, "record_refund", "treasurer", paid_on=case.at, amount_grosze=5_000_00)
    refund = case.settlement.refunds[0]
    assert (refund.principal_grosze, refund.interest_grosze) == (4_481_49, 518_51)
    with pytest.raises(Refused):
        case.take(case.settlement, "settle", "official")
    case.at = date(2027, 3, 1)
    # 5 518,51 × 393 days × 11 % ÷ 365 = 653,60
    assert SettlementAccount(case.settlement).owed(case.at).total_grosze == 5_518_51 + 654_00
    case.take(case.settlement, "issue_return_decision", "mayor", order_number="D/1/2027", order_date=case.at)
    case.take(case.settlement, "record_refund", "treasurer", paid_on=case.at, amount_grosze=6_172_51)
    case.take(case.settlement, "settle", "official")
    assert case.settlement.state is SettlementState.SETTLED


def test_a_payment_cannot_have_come_before_the_grant_or_in_the_future(db: Any) -> None:
    case = running()
    case.report(grant="111400", own="18600")
    case.take(case.settlement, "assess", "official", **NOTHING)
    case.take(case.settlement, "accept_report", "official")
    case.take(case.settlement, "expect_refund", "official")
    for day, code in ((date(2026, 12, 2), "future"), (date(2026, 2, 1), "before_transfer")):
        with pytest.raises(Refused) as refused:
            case.take(case.settlement, "record_refund", "treasurer", paid_on=day, amount_grosze=100)
        assert code in codes(refused)
    with pytest.raises(Refused) as refused:
        case.take(case.settlement, "record_refund", "treasurer", paid_on=case.at, amount_grosze=0)
    assert codes(refused) == {"no_amount"}


def test_no_report_after_a_call_is_a_breach_and_the_whole_grant_goes_back(db: Any) -> None:
    case = running()
    with pytest.raises(Refused) as refused:
        case.take(case.settlement, "call_for_report", "official")
    assert codes(refused) == {"too_early"}
    case.at = date(2026, 12, 31)
    case.take(case.settlement, "call_for_report", "official")
    assert case.settlement.called_report_due is None
    assert case.settlement.due_at == end_of_day(date(2027, 1, 14))
    case.at = date(2027, 1, 4)
    case.take(case.settlement, "confirm_delivery", "editor")
    assert case.settlement.called_report_due == end_of_day(date(2027, 1, 11))
    case.at = date(2027, 1, 12)
    case.take(case.settlement, "find_breach", "clock")
    with pytest.raises(Refused) as refused:
        case.take(case.settlement, "assess", "official", **NOTHING)
    assert codes(refused) == {"whole_grant"}
    whole = {"ineligible_grosze": 115_000_00, "ineligible_reason": "Brak sprawozdania mimo wezwania."}
    case.take(case.settlement, "assess", "official", **NOTHING | whole)
    case.take(case.settlement, "demand_return", "official")
    assert grounds(case) == {Ground.MISUSED: 115_000_00}
    assert case.settlement.state is SettlementState.RETURN_DEMANDED


def test_a_letter_that_nobody_opened_counts_as_delivered_at_the_end_of_its_days(db: Any) -> None:
    case = running()
    case.at = date(2026, 12, 31)
    case.take(case.settlement, "call_for_report", "official")
    case.at = date(2027, 1, 20)
    case.take(case.settlement, "deem_delivered", "clock")
    assert case.settlement.called_report_due == end_of_day(date(2027, 1, 21))
    with pytest.raises(Refused) as refused:
        case.take(case.settlement, "confirm_delivery", "editor")
    assert codes(refused) == {"delivered"}


def test_a_posted_letter_starts_its_term_with_the_recorded_event(db: Any) -> None:
    case = running()
    case.at = date(2026, 12, 31)
    case.take(case.settlement, "call_for_report", "official")
    case.at = date(2027, 1, 8)
    delivery = {"channel": "post", "event": "refused", "evidence": "Zwrotka 12"}
    too_early = datetime(2026, 12, 30, 9, tzinfo=UTC)
    with pytest.raises(Refused) as refused:
        case.take(case.settlement, "record_delivery", "official", **delivery, delivered_at=too_early)
    assert codes(refused) == {"before_sending"}
    case.take(
        case.settlement,
        "record_delivery",
        "official",
        **delivery,
        delivered_at=datetime(2027, 1, 5, 9, tzinfo=UTC),
    )
    assert case.settlement.called_report_due == end_of_day(date(2027, 1, 12))


def test_a_late_report_after_a_breach_is_checked_as_any_other(db: Any) -> None:
    case = running()
    case.at = date(2026, 12, 31)
    case.take(case.settlement, "call_for_report", "official")
    case.at = date(2027, 1, 4)
    case.take(case.settlement, "confirm_delivery", "editor")
    case.at = date(2027, 1, 12)
    case.take(case.settlement, "find_breach", "clock")
    whole = {"ineligible_grosze": 115_000_00, "ineligible_reason": "Brak sprawozdania mimo wezwania."}
    case.take(case.settlement, "assess", "official", **NOTHING | whole)
    case.report()
    assert (case.settlement.state, case.settlement.assessed_at) == (SettlementState.REPORT_SUBMITTED, None)
    case.take(case.settlement, "assess", "official", **NOTHING)
    case.take(case.settlement, "accept_report", "official")
    assert grounds(case) == {}


def test_questions_open_the_report_and_a_changed_answer_is_a_new_version(db: Any) -> None:
    case = running()
    case.report()
    case.take(case.settlement, "assess", "official", **NOTHING)
    case.take(
        case.settlement,
        "ask_questions",
        "official",
        questions="Skąd 80 osób?",
        answers_due=date(2026, 12, 15),
    )
    assert case.settlement.answers_due == end_of_day(date(2026, 12, 15))
    with pytest.raises(Refused) as refused:
        case.take(case.settlement, "close_questions", "official")
    assert codes(refused) == {"too_early"}
    case.settlement.content = report_content(case.settlement.content, grant="111400", own="18600")
    database.session.commit()
    case.take(case.settlement, "sign_report", "first")
    case.take(case.settlement, "answer_questions", "second", reply="Z list obecności.")
    settlement = case.settlement
    assert [version.number for version in settlement.reports] == [1, 2]
    assert (settlement.answers, settlement.assessed_at) == ("Z list obecności.", None)
    case.take(case.settlement, "assess", "official", **NOTHING)
    assert grounds(case) == {Ground.UNUSED: 3_600_00}


def test_money_left_over_from_an_earlier_budget_year_was_due_by_the_end_of_january(db: Any) -> None:
    years = {2024: 57_500_00, 2025: 57_500_00}
    case = contracting(years=years, task=(date(2024, 2, 1), date(2025, 12, 20)), at=date(2024, 1, 10))
    case.sign()
    case.pay(date(2024, 2, 1))
    case.at = date(2025, 1, 2)
    case.take(case.agreement, "open_partial_report", "clock")
    report = case.agreement.partial_reports[0]
    report.content = report_content(
        report.content, costs=("24000", "32000", "9000"), grant="55500", own="9500"
    )
    database.session.commit()
    case.take(case.agreement, "sign_partial_report", "first")
    case.take(case.agreement, "submit_partial_report", "second")
    case.take(case.agreement, "accept_partial_report", "official")
    case.pay(date(2025, 3, 3))
    case.end()
    case.report(grant="112000", own="18000")
    case.take(case.settlement, "assess", "official", **NOTHING)
    lines = SettlementAccount(case.settlement).established
    assert [(line.ground, line.amount_grosze, line.due_on) for line in lines] == [
        (Ground.UNUSED, 2_000_00, date(2025, 1, 31)), (Ground.UNUSED, 1_000_00, date(2026, 2, 2)),
    ]  # fmt: skip
