"""The letter of a settled grant: what was accepted, what was to be returned and what came back."""

from datetime import date, datetime

from app.models import Settlement
from app.queries.settlement_account import SettlementAccount
from app.services.documents import source
from app.services.documents.frame import acted, addressee, case_number, contact, frame
from app.services.documents.owed import repayments, return_item
from app.services.documents.parties import records_until
from reports import settlement_letter as report
from workflows import citations
from workflows.calendar import local_day


def gather(settlement: Settlement, _subject_id: int | None, at: datetime) -> report.SettlementLetter:
    """The established figures and the money that came back."""
    agreement, offer = settlement.agreement, settlement.agreement.offer
    account, today = SettlementAccount(settlement), local_day(at)
    owed = account.owed(today)
    totals, stored = account.report, settlement.figures or {}
    return report.SettlementLetter(
        frame=frame(settlement, at, (citations.FINAL_REPORT, *(line.basis for line in owed.lines))),
        addressee=addressee(offer, at),
        agreement_number=case_number(settlement),
        agreement_date=agreement.concluded_on or local_day(agreement.created_at),
        task_title=account.plan.reading.text("title") or offer.title,
        report_submitted_on=local_day(settlement.reports[-1].submitted_at) if settlement.reports else None,
        report_accepted_on=_accepted_on(settlement, at),
        granted_grosze=agreement.amount_grosze,
        paid_grosze=account.paid_grosze,
        total_cost_planned_grosze=agreement.total_cost_grosze,
        total_cost_actual_grosze=totals.actual_grosze if totals else 0,
        own_planned_grosze=agreement.own_grosze,
        own_actual_grosze=totals.own_grosze if totals else 0,
        grant_accepted_grosze=stored.get("accepted_grosze", account.paid_grosze),
        returns=tuple(return_item(line, settlement) for line in owed.lines if line.amount_grosze),
        repayments=repayments(settlement, at),
        records_until=records_until(agreement.task_to),
        contact=contact(offer.call),
        signatory=acted(settlement, at, "settle"),
    )


def _accepted_on(settlement: Settlement, at: datetime) -> date | None:
    """The day of the acceptance; a grant settled after a demand was checked to the end on the day of settling."""
    accepted = source.happened(settlement, "accept_report", until=at)
    if accepted is not None:
        return local_day(accepted.at)
    return settlement.settled_on if settlement.reports else None
