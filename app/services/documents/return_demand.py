"""The demand for return: the unused part after acceptance, what was found irregular, or a refund that is overdue."""

from collections.abc import Mapping
from datetime import datetime

from app.models import Settlement
from app.queries.settlement_account import SettlementAccount
from app.services.documents import source
from app.services.documents.frame import acted, addressee, article_of, contact, frame
from app.services.documents.owed import owed_at, repayments, return_item
from app.services.documents.parties import agreement_reference
from reports import return_demand as report
from workflows import statute
from workflows.calendar import local_day

DEMANDS: Mapping[str, report.Demand] = {
    "expect_refund": "refund",
    "demand_return": "irregular",
    "demand_overdue_refund": "overdue",
}


def gather(settlement: Settlement, _subject_id: int | None, at: datetime) -> report.ReturnDemand:
    """The sums established and owed on the day of the letter. Raises LookupError when none was demanded at `at`."""
    step = source.happened(settlement, *DEMANDS, until=at, exactly=True)
    if step is None:
        raise LookupError("no return was demanded at that moment")
    offer, account, today = settlement.agreement.offer, SettlementAccount(settlement), local_day(at)
    owed, days = owed_at(settlement, at), statute.number("refund.misused_days", today)
    submitted = [version for version in settlement.reports if version.submitted_at <= at]
    law = (article_of(settlement, step.trigger), *(line.basis for line in owed.lines))
    return report.ReturnDemand(
        frame=frame(settlement, at, law),
        addressee=addressee(offer, at),
        agreement=agreement_reference(settlement, at),
        kind=DEMANDS[step.trigger],
        paid_grosze=account.paid_grosze,
        spent_grosze=account.spent_grosze,
        returns=tuple(return_item(line, settlement, days) for line in owed.lines),
        report_submitted_on=local_day(submitted[-1].submitted_at) if submitted else None,
        repayments=repayments(settlement, at),
        account_number=step.detail.get("return_account") or "",
        contact=contact(offer.call),
        signatory=acted(settlement, at, step.trigger),
    )
