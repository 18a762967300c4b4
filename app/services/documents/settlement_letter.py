"""The letter of a settlement: the unused part to send back, the demand of a return, or that the grant is settled."""

from collections.abc import Mapping
from datetime import date, datetime

from app.i18n import _
from app.models import Settlement
from app.queries.settlement_account import OwedLine, SettlementAccount
from app.services.documents import source
from app.services.documents.frame import acted, addressee, case_number, contact, frame
from reports import settlement_letter as report
from workflows import citations, statute
from workflows.calendar import local_day
from workflows.reckoning import GROUND_NAME, Ground
from workflows.settlement import SettlementState

WRITTEN_BY = ("expect_refund", "demand_return", "demand_overdue_refund", "settle")
ENDED = frozenset({SettlementState.SETTLED, SettlementState.ARCHIVED})
GROUNDS: Mapping[Ground, report.Ground] = {
    Ground.UNUSED: "unused",
    Ground.MISUSED: "misused",
    Ground.UNDUE: "undue",
    Ground.OVER_TOLERANCE: "excess",
    Ground.OWN_SHARE: "excess",
    Ground.BANK_INTEREST: "interest_on_account",
}
TWO_KINDS_OF_EXCESS = frozenset({Ground.OVER_TOLERANCE, Ground.OWN_SHARE})


def gather(settlement: Settlement, _subject_id: int | None, at: datetime) -> report.SettlementLetter:
    """The established figures, the money that came back, and what is owed on the day of the letter."""
    agreement, offer = settlement.agreement, settlement.agreement.offer
    account, today = SettlementAccount(settlement), local_day(at)
    step = source.happened(settlement, *WRITTEN_BY, until=at, exactly=True)
    closed = step.trigger == "settle" if step else settlement.state in ENDED
    accepted = source.happened(settlement, "accept_report", until=at)
    owed = account.owed(today)
    totals, stored = account.report, settlement.figures or {}
    return report.SettlementLetter(
        frame=frame(settlement, at, (citations.FINAL_REPORT, *(line.basis for line in owed.lines))),
        addressee=addressee(offer, at),
        agreement_number=case_number(settlement),
        agreement_date=agreement.concluded_on or local_day(agreement.created_at),
        task_title=account.plan.reading.text("title") or offer.title,
        report_submitted_on=local_day(settlement.reports[-1].submitted_at) if settlement.reports else None,
        report_accepted_on=_accepted_on(accepted, closed=closed, settlement=settlement),
        granted_grosze=agreement.amount_grosze,
        paid_grosze=account.paid_grosze,
        total_cost_planned_grosze=agreement.total_cost_grosze,
        total_cost_actual_grosze=totals.actual_grosze if totals else 0,
        own_planned_grosze=agreement.own_grosze,
        own_actual_grosze=totals.own_grosze if totals else 0,
        grant_accepted_grosze=stored.get("accepted_grosze", account.paid_grosze),
        closed=closed,
        returns=tuple(_return(line, settlement, today) for line in owed.lines if line.amount_grosze),
        repayments=_repayments(settlement, today),
        records_until=_records_until(agreement.task_to) if closed else None,
        contact=contact(offer.call),
        signatory=acted(settlement, at, *WRITTEN_BY),
    )


def _accepted_on(accepted: source.Happened | None, *, closed: bool, settlement: Settlement) -> date | None:
    """The day of the acceptance; a grant settled after a demand was checked to the end on the day of settling."""
    if accepted is not None:
        return local_day(accepted.at)
    return settlement.settled_on if closed and settlement.reports else None


def _return(line: OwedLine, settlement: Settlement, today: date) -> report.ReturnItem:
    explanation = _(GROUND_NAME[line.ground]) if line.ground in TWO_KINDS_OF_EXCESS else ""
    if line.ground is Ground.MISUSED:
        explanation = settlement.ineligible_reason
    return report.ReturnItem(
        ground=GROUNDS[line.ground],
        amount_grosze=line.amount_grosze,
        due=line.due_on,
        interest_from=line.interest_from,
        interest_grosze=line.interest_grosze,
        explanation=explanation,
        days_from_delivery=statute.number("refund.misused_days", today),
    )


def _repayments(settlement: Settlement, today: date) -> tuple[report.Repayment, ...]:
    return tuple(
        report.Repayment(refund.paid_on, refund.principal_grosze, refund.interest_grosze)
        for refund in settlement.refunds
        if refund.paid_on <= today
    )


def _records_until(task_to: date) -> date:
    """Five years from the beginning of the year after the task (framework § 6)."""
    years = statute.number("records.retention_years", task_to)
    return date(task_to.year + years, 12, 31)
