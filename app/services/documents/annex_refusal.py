"""The refusal of an annex, with what was asked for."""

from datetime import datetime

from app.models import Agreement
from app.services.documents import source
from app.services.documents.annex import annex_of
from app.services.documents.frame import acted, addressee, article_of, contact, frame
from app.services.documents.parties import agreement_reference
from reports import annex_refusal as report
from workflows.calendar import local_day


def gather(agreement: Agreement, _subject_id: int | None, at: datetime) -> report.AnnexRefusal:
    """The refusal of the step at `at`. Raises LookupError when none was refused then."""
    step = source.happened(agreement, "refuse_annex", until=at, exactly=True)
    if step is None:
        raise LookupError("no annex was refused at that moment")
    annex = annex_of(agreement, step)
    return report.AnnexRefusal(
        frame=frame(agreement, at, (article_of(agreement, step.trigger),), version=annex.number),
        addressee=addressee(agreement.offer, at),
        agreement=agreement_reference(agreement, at),
        annex_number=annex.number,
        asked_on=local_day(annex.asked_at),
        subject=annex.subject,
        request_reason=annex.reason,
        reason=str(step.detail.get("reason") or annex.answer),
        asked_new_end=annex.new_task_to,
        asked_account=annex.new_account_number,
        contact=contact(agreement.offer.call),
        signatory=acted(agreement, at, step.trigger),
    )
