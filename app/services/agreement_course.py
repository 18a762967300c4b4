"""While an agreement runs: its payments, annexes and partial reports."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.extensions import db
from app.models import Agreement, Annex, PartialReport
from app.queries.agreement_plan import AgreementPlan
from app.queries.facts.agreement import AgreementFacts
from app.services.signing import sign_for_contractors
from workflows import statute
from workflows.calendar import add_days, end_of_day, local_day
from workflows.cost_shift import NewCost, changed
from workflows.engine import Context
from workflows.form_comparison import checksum

if TYPE_CHECKING:
    from app.services.steps import Effect


def spending_ends(task_to: date) -> date:
    """The last day for using the grant: some days after the task, never after the budget year (framework § 10)."""
    days = statute.number("contract.spend_days", task_to)
    return min(task_to + timedelta(days=days), date(task_to.year, 12, 31))


# ---- payments


def order_payment(agreement: Agreement, context: Context) -> dict[str, Any]:
    """The next tranche is ordered; it waits for somebody else's transfer."""
    tranche = AgreementFacts(agreement).next_tranche
    assert tranche is not None  # the guard has seen it
    tranche.ordered_at, tranche.ordered_by_id = context.now, context.person_id
    return {
        "tranche": tranche.number,
        "amount_grosze": tranche.amount_grosze,
        "account_number": agreement.account_number,
    }


def transfer(agreement: Agreement, context: Context) -> dict[str, Any]:
    """The ordered tranche is paid on the day answered."""
    tranche = AgreementFacts(agreement).ordered_tranche
    assert tranche is not None  # the guard has seen it
    answers = context.answers or {}
    tranche.transferred_on, tranche.transferred_by_id = answers["transferred_on"], context.person_id
    tranche.reference = str(answers.get("reference") or "")
    return {
        "tranche": tranche.number, "amount_grosze": tranche.amount_grosze,
        "transferred_on": tranche.transferred_on, "reference": tranche.reference,
    }  # fmt: skip


# ---- annexes


def request_annex(agreement: Agreement, context: Context) -> dict[str, Any]:
    answers = context.answers or {}
    annex = Annex(
        agreement=agreement, number=max((other.number for other in agreement.annexes), default=0) + 1,
        asked_at=context.now, asked_by_id=context.person_id, subject=str(answers.get("subject") or ""),
        reason=str(answers.get("reason") or ""), new_task_to=answers.get("new_task_to"),
        new_account_number=str(answers.get("new_account_number") or ""),
    )  # fmt: skip
    db.session.add(annex)
    return {
        "annex": annex.number,
        "subject": annex.subject,
        "new_task_to": annex.new_task_to,
        "reason": annex.reason,
    }


def accept_annex(agreement: Agreement, context: Context) -> dict[str, Any]:
    """The annex is concluded: the new end, its days for spending and the new account hold from now on."""
    annex, answers = AgreementFacts(agreement).open_annex, context.answers or {}
    assert annex is not None  # the state says so
    concluded = answers.get("concluded_on") or local_day(context.now)
    annex.new_task_to = answers.get("new_task_to") or annex.new_task_to
    _answer(annex, True, str(answers.get("answer") or ""), context)
    annex.concluded_on = concluded
    before: dict[str, Any] = {"task_to": agreement.task_to, "account_number": agreement.account_number}
    if annex.new_task_to:
        agreement.task_to = annex.new_task_to
        agreement.spend_to = spending_ends(annex.new_task_to)
    agreement.account_number = annex.new_account_number or agreement.account_number
    after = {"task_to": agreement.task_to, "account_number": agreement.account_number}
    moved = _move_costs(agreement, answers.get("costs") or ())
    return {
        "annex": annex.number,
        "concluded_on": concluded,
        "before": before,
        "after": after,
        "costs": moved,
    }


def _move_costs(agreement: Agreement, costs: Sequence[NewCost]) -> list[dict[str, Any]]:
    """The plan has the costs of the annex; gives what changed. Reports are held against the new plan from now on."""
    if not costs:
        return []
    plan = AgreementPlan(agreement)
    pairs = changed(costs, plan.sums)
    agreement.plan = plan.kit.shifted(agreement.plan, costs, plan.sums)
    return [
        {
            "cost": line.number,
            "before_grosze": line.value_grosze,
            "after_grosze": cost.value_grosze,
            "key": cost.key,
            "unit_cost_grosze": cost.unit_cost_grosze,
            "quantity": str(cost.quantity),
        }
        for line, cost in pairs
    ]


def refuse_annex(agreement: Agreement, context: Context) -> dict[str, Any]:
    annex, reason = AgreementFacts(agreement).open_annex, str((context.answers or {}).get("reason") or "")
    assert annex is not None  # the state says so
    _answer(annex, False, reason, context)
    return {"annex": annex.number, "reason": reason}


def _answer(annex: Annex, accepted: bool, text: str, context: Context) -> None:
    annex.accepted, annex.answer = accepted, text
    annex.answered_at, annex.answered_by_id = context.now, context.person_id


# ---- partial reports


def open_at_year_end(agreement: Agreement, context: Context) -> dict[str, Any]:
    """The report on the budget year that ended, due 30 days after its end (framework § 9)."""
    year = AgreementFacts(agreement).partial_year
    assert year is not None  # the guard has seen it
    days = statute.number("report.final_days", date(year, 12, 31))
    return _open_report(agreement, year, end_of_day(add_days(date(year, 12, 31), days)), context)


def call_for_partial_report(agreement: Agreement, context: Context) -> dict[str, Any]:
    """The report is due 30 days after the latest day on which the call can be deemed delivered (art. 18 ust. 3)."""
    year = AgreementFacts(agreement).partial_year
    assert year is not None  # the guard has seen it
    today = local_day(context.now)
    delivered = today + timedelta(days=agreement.offer.call.deemed_delivery_days)
    days = statute.number("report.partial_min_notice_days", today)
    return _open_report(agreement, year, end_of_day(add_days(delivered, days)), context)


def _open_report(agreement: Agreement, year: int, due: datetime, context: Context) -> dict[str, Any]:
    first, last = max(agreement.task_from, date(year, 1, 1)), min(agreement.task_to, date(year, 12, 31))
    content = AgreementPlan(agreement).blank_report(first, last, year)
    report = PartialReport(agreement=agreement, year=year, opened_at=context.now, due=due, content=content)
    db.session.add(report)
    return {"year": year, "report_due": due}


def sign_partial_report(agreement: Agreement, context: Context) -> dict[str, Any]:
    report = AgreementFacts(agreement).open_report
    assert report is not None  # the guard has seen it
    text = checksum(report.content)
    signed = sign_for_contractors(
        "agreement", agreement.id, f"partial_{report.year}", text, agreement.offer, context
    )
    return {"year": report.year, "signed": signed, "checksum": text}


def submit_partial_report(agreement: Agreement, context: Context) -> dict[str, Any]:
    told = sign_partial_report(agreement, context)
    report = AgreementFacts(agreement).open_report
    assert report is not None  # the guard has seen it
    report.submitted_at = context.now
    return {"subject_id": report.year, **told}


def return_partial_report(agreement: Agreement, context: Context) -> dict[str, Any]:
    report = AgreementFacts(agreement).open_report
    assert report is not None  # the state says so
    report.remarks, report.submitted_at = str((context.answers or {}).get("reason") or ""), None
    return {"year": report.year, "reason": report.remarks}


def accept_partial_report(agreement: Agreement, context: Context) -> dict[str, Any]:
    """The report counts; the tranche of the next year is unlocked."""
    report = AgreementFacts(agreement).open_report
    assert report is not None  # the state says so
    report.accepted_at = context.now
    return {"year": report.year}


COURSE_EFFECTS: dict[str, "Effect"] = {
    "order_payment": order_payment,
    "transfer": transfer,
    "request_annex": request_annex,
    "accept_annex": accept_annex,
    "refuse_annex": refuse_annex,
    "open_partial_report": open_at_year_end,
    "call_for_partial_report": call_for_partial_report,
    "sign_partial_report": sign_partial_report,
    "submit_partial_report": submit_partial_report,
    "return_partial_report": return_partial_report,
    "accept_partial_report": accept_partial_report,
}
