"""The call for a report: the overdue final one, or the partial one of a budget year."""

from datetime import datetime

from app.models import Agreement, Settlement
from app.services.documents import source
from app.services.documents.frame import acted, addressee, article_of, contact, frame
from app.services.documents.parties import agreement_of, agreement_reference, transfers
from reports import report_call as report
from workflows import statute
from workflows.calendar import local_day
from workflows.forms import SIMPLIFIED_REPORT


def gather(case: Agreement | Settlement, _subject_id: int | None, at: datetime) -> report.ReportCall:
    """The call of the step at `at`. Raises LookupError when there was none."""
    step = source.happened(case, "call_for_report", "call_for_partial_report", until=at, exactly=True)
    if step is None:
        raise LookupError("no report was called for at that moment")
    agreement, today = agreement_of(case), local_day(at)
    final = isinstance(case, Settlement)
    code = "report.overdue_call_days" if final else "report.partial_min_notice_days"
    return report.ReportCall(
        frame=frame(case, at, (article_of(case, step.trigger),)),
        addressee=addressee(agreement.offer, at),
        agreement=agreement_reference(case, at),
        days=statute.number(code, today),
        paid_grosze=sum(amount for _day, amount in transfers(agreement, at)),
        simplified=agreement.offer.call.form.report is SIMPLIFIED_REPORT,
        partial_year=None if final else step.detail["year"],
        was_due=local_day(case.report_due) if isinstance(case, Settlement) else None,
        due=None if final else datetime.fromisoformat(step.detail["report_due"]),
        contact=contact(agreement.offer.call),
        signatory=acted(case, at, step.trigger),
    )
