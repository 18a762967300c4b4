"""The notice that ends an agreement at once, or the record of its dissolution by consent."""

from datetime import datetime

from app.models import Agreement
from app.services.documents import source
from app.services.documents.frame import acted, addressee, article_of, contact, frame
from app.services.documents.parties import agreement_reference, representatives, transfers
from reports import termination_notice as report
from workflows import citations
from workflows.calendar import local_day
from workflows.reckoning import return_term


def gather(agreement: Agreement, _subject_id: int | None, at: datetime) -> report.TerminationNotice:
    """The end of the agreement by the step at `at`. Raises LookupError when it did not end then."""
    step = source.happened(agreement, "terminate", "dissolve", until=at, exactly=True)
    if step is None:
        raise LookupError("the agreement did not end at that moment")
    paid = transfers(agreement, at)
    law = (
        article_of(agreement, step.trigger),
        *((citations.UNUSED_GRANT, citations.IRREGULAR_GRANT) if paid else ()),
    )
    report_due = step.detail.get("report_due")
    return report.TerminationNotice(
        frame=frame(agreement, at, law),
        addressee=addressee(agreement.offer, at),
        agreement=agreement_reference(agreement, at),
        manner="terminated" if step.trigger == "terminate" else "dissolved",
        ended_on=local_day(at),
        reason=str(step.detail.get("reason") or ""),
        granted_grosze=agreement.amount_grosze,
        paid=paid,
        used_until=agreement.spend_to if paid else None,
        return_by=return_term(agreement.spend_to) if paid else None,
        account_number=step.detail.get("return_account") or "",
        report_due=local_day(datetime.fromisoformat(report_due)) if report_due else None,
        contractor_people=representatives(agreement, at),
        contact=contact(agreement.offer.call),
        signatory=acted(agreement, at, step.trigger),
    )
