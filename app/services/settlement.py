"""The settlement: the final report, what the office establishes, the letters and the money that comes back."""

from datetime import date, datetime
from typing import Any

from app.extensions import db
from app.models import Agreement, Delivery, Refund, ReportVersion, Settlement
from app.models.delivery import Channel, DeliveryEvent
from app.queries.agreement_plan import AgreementPlan
from app.queries.facts.settlement import LETTERS, SettlementFacts, assessment_of
from app.queries.settlement_account import Assessment, SettlementAccount, line_to_json
from app.services import steps
from app.services.signing import sign_for_contractors
from workflows import statute
from workflows.calendar import add_days, end_of_day, local_day, passed
from workflows.engine import Context
from workflows.form_comparison import checksum
from workflows.reckoning import apportion
from workflows.settlement import SettlementState

Detail = dict[str, Any]


def open_settlement(agreement: Agreement, last_day: date, context: Context) -> Settlement:
    """A settlement whose report is due 30 days after the last day of the task (art. 18 ust. 1 UDPPiW).

    The report is prefilled from the agreement's plan.
    """
    days = statute.number("report.final_days", last_day)
    settlement = Settlement(
        agreement=agreement, origin=context.origin, report_due=end_of_day(add_days(last_day, days)),
        content=AgreementPlan(agreement).blank_report(agreement.task_from, last_day),
    )  # fmt: skip
    db.session.add(settlement)
    db.session.flush()
    steps.begin(settlement, context, agreement=agreement.public_id, report_due=settlement.report_due)
    return settlement


# ---- the report


def sign_report(settlement: Settlement, context: Context) -> Detail:
    text = checksum(settlement.content)
    offer = settlement.agreement.offer
    return {
        "signed": sign_for_contractors("settlement", settlement.id, "report", text, offer, context),
        "checksum": text,
    }


def submit_report(settlement: Settlement, context: Context) -> Detail:
    """The report is stored as an immutable version; figures established before no longer hold."""
    told = sign_report(settlement, context)
    version = _add_version(settlement, context)
    return told | {"version": version.number, "late": passed(settlement.report_due, context.now)}


def _add_version(settlement: Settlement, context: Context) -> ReportVersion:
    version = ReportVersion(
        settlement=settlement, number=len(settlement.reports) + 1, content=dict(settlement.content),
        checksum=checksum(settlement.content), submitted_at=context.now, submitted_by_id=context.person_id,
    )  # fmt: skip
    db.session.add(version)
    settlement.assessed_at = settlement.assessed_by_id = settlement.figures = None
    return version


def ask_questions(settlement: Settlement, context: Context) -> Detail:
    answers = context.answers or {}
    settlement.questions, settlement.answers = str(answers["questions"]), ""
    settlement.answers_due = end_of_day(answers["answers_due"])
    return {"questions": settlement.questions, "answers_due": settlement.answers_due}


def answer_questions(settlement: Settlement, context: Context) -> Detail:
    """The answers stand beside the questions; a report that was changed with them is a new version."""
    settlement.answers, settlement.answers_due = str((context.answers or {}).get("reply") or ""), None
    told = sign_report(settlement, context) | {"answers": settlement.answers}
    last = settlement.reports[-1] if settlement.reports else None
    if last is None or last.checksum != checksum(settlement.content):
        told["version"] = _add_version(settlement, context).number
    return told


def close_questions(settlement: Settlement, _context: Context) -> None:
    """No answer came: the report counts as it was submitted last."""
    settlement.answers_due = None
    if settlement.reports:
        settlement.content = dict(settlement.reports[-1].content)


# ---- letters


def call_for_report(settlement: Settlement, context: Context) -> Detail:
    return _send_letter(settlement, context)


def _send_letter(settlement: Settlement, context: Context) -> Detail:
    """A letter that starts a term goes out; the term is unknown until the letter is delivered."""
    letter = Delivery(
        case_kind="settlement", case_id=settlement.id, subject=LETTERS[settlement.state], channel=Channel.PORTAL,
        sent_at=context.now,
    )  # fmt: skip
    db.session.add(letter)
    db.session.flush()
    return {"letter": letter.subject}


def confirm_delivery(settlement: Settlement, context: Context) -> Detail:
    """The contractor opened the letter in the system: the term runs from this moment."""
    return _delivered(settlement, DeliveryEvent.DELIVERED, context.now, context)


def record_delivery(settlement: Settlement, context: Context) -> Detail:
    """The office records when the letter was delivered, refused or came back; the term runs from that event."""
    answers, letter = context.answers or {}, SettlementFacts(settlement).letter
    assert letter is not None  # the guard has seen it
    letter.channel, letter.evidence = Channel(answers["channel"]), str(answers["evidence"])
    return _delivered(settlement, DeliveryEvent(answers["event"]), answers["delivered_at"], context)


def deem_delivered(settlement: Settlement, context: Context) -> Detail:
    """Nobody opened the letter: it counts as delivered at the end of its days, whenever the clock noticed."""
    lapsed = SettlementFacts(settlement).deemed_delivery_at
    return _delivered(settlement, DeliveryEvent.DEEMED, min(lapsed or context.now, context.now), context)


def _delivered(settlement: Settlement, event: DeliveryEvent, at: datetime, context: Context) -> Detail:
    letter = SettlementFacts(settlement).letter
    assert letter is not None  # the guard has seen it
    letter.event, letter.delivered_at, letter.recorded_by_id = event, at, context.person_id
    db.session.flush()
    day = local_day(at)
    if settlement.state is SettlementState.REPORT_CALLED:
        due = end_of_day(add_days(day, statute.number("report.overdue_call_days", day)))
        settlement.called_report_due = due
    else:
        due = end_of_day(add_days(day, statute.number("refund.misused_days", day)))
        settlement.refund_due = due
        _reckon(settlement, found_on=day)
    return {"event": event.value, "channel": letter.channel.value, "delivered_at": at, "due": due}


# ---- the figures


def assess(settlement: Settlement, context: Context) -> Detail:
    """The figures are established: every sum to return with its ground. They are stored as they were reckoned."""
    answers = context.answers or {}
    settlement.ineligible_grosze = answers.get("ineligible_grosze") or 0
    settlement.ineligible_reason = str(answers.get("ineligible_reason") or "")
    settlement.ineligible_tranche = answers.get("ineligible_tranche")
    settlement.excess_waived_grosze = answers.get("excess_waived_grosze") or 0
    settlement.excess_waived_reason = str(answers.get("excess_waived_reason") or "")
    settlement.bank_interest_grosze = answers.get("bank_interest_grosze") or 0
    settlement.assessed_at, settlement.assessed_by_id = context.now, context.person_id
    figures = _reckon(settlement, found_on=None)
    return {"to_return_grosze": figures["to_return_grosze"], "lines": figures["lines"]}


def _reckon(settlement: Settlement, found_on: date | None) -> Detail:
    account = SettlementAccount(settlement)
    lines = account.lines(assessment_as_stored(settlement), found_on)
    to_return = sum(line.amount_grosze for line in lines)
    bank_interest = settlement.bank_interest_grosze
    settlement.figures = {
        "lines": [line_to_json(line) for line in lines],
        "paid_grosze": account.paid_grosze,
        "spent_grosze": account.spent_grosze,
        "to_return_grosze": to_return,
        "accepted_grosze": account.paid_grosze - (to_return - bank_interest),
        "excess_waived_grosze": settlement.excess_waived_grosze,
        "found_on": found_on.isoformat() if found_on else None,
    }
    return settlement.figures


def assessment_as_stored(settlement: Settlement) -> Assessment:
    """What was established, as the account reckons with it."""
    names = ("ineligible_grosze", "ineligible_tranche", "excess_waived_grosze", "bank_interest_grosze")
    return assessment_of({name: getattr(settlement, name) for name in names})


# ---- the money that comes back


def _to_account(settlement: Settlement) -> Detail:
    """Where the letter of this step asks the money to: later the city may have another account."""
    return {"return_account": settlement.agreement.offer.call.unit.return_account}


def expect_refund(settlement: Settlement, _context: Context) -> Detail:
    """The unused part goes back by its statutory term, also when that has passed before the report was accepted."""
    lines = SettlementAccount(settlement).established
    due = max((line.due_on for line in lines if line.due_on), default=None)
    settlement.refund_due = end_of_day(due) if due else None
    told = {"to_return_grosze": sum(line.amount_grosze for line in lines), "due": settlement.refund_due}
    return told | _to_account(settlement)


def demand_return(settlement: Settlement, context: Context) -> Detail:
    """The term of 15 days runs from the delivery of the demand (art. 252 ust. 1 u.f.p.)."""
    settlement.refund_due = None
    left = SettlementAccount(settlement).principal_left_grosze
    return _send_letter(settlement, context) | {"to_return_grosze": left} | _to_account(settlement)


def record_refund(settlement: Settlement, context: Context) -> Detail:
    """Money that came back, divided into principal and interest (Ordynacja podatkowa art. 55 § 2)."""
    answers = context.answers or {}
    owed = SettlementAccount(settlement).owed(answers["paid_on"])
    parts = apportion(answers["amount_grosze"], owed.principal_grosze, owed.interest_grosze)
    refund = Refund(
        settlement=settlement, paid_on=answers["paid_on"], amount_grosze=answers["amount_grosze"],
        principal_grosze=parts.principal_grosze, interest_grosze=parts.interest_grosze,
        reference=str(answers.get("reference") or ""), recorded_by_id=context.person_id,
    )  # fmt: skip
    db.session.add(refund)
    return {
        "paid_on": refund.paid_on, "amount_grosze": refund.amount_grosze, "principal_grosze": refund.principal_grosze,
        "interest_grosze": refund.interest_grosze, "reference": refund.reference,
    }  # fmt: skip


def issue_return_decision(settlement: Settlement, context: Context) -> Detail:
    answers = context.answers or {}
    settlement.decision_number, settlement.decision_date = str(answers["order_number"]), answers["order_date"]
    told = {"decision_number": settlement.decision_number, "decision_date": settlement.decision_date}
    return told | _to_account(settlement)


def settle(settlement: Settlement, context: Context) -> Detail:
    """The grant is settled; the contractor keeps its papers for five years from the beginning of the next year."""
    settlement.settled_on = local_day(context.now)
    figures = settlement.figures or {}
    return {"settled_on": settlement.settled_on, "accepted_grosze": figures.get("accepted_grosze")}


EFFECTS: dict[str, steps.Effect] = {
    "sign_report": sign_report,
    "submit_report": submit_report,
    "call_for_report": call_for_report,
    "confirm_delivery": confirm_delivery,
    "record_delivery": record_delivery,
    "deem_delivered": deem_delivered,
    "ask_questions": ask_questions,
    "answer_questions": answer_questions,
    "close_questions": close_questions,
    "assess": assess,
    "expect_refund": expect_refund,
    "demand_return": demand_return,
    "demand_overdue_refund": demand_return,
    "record_refund": record_refund,
    "issue_return_decision": issue_return_decision,
    "settle": settle,
}
