"""The notice of cancellation (art. 18a) or of calling off, as it was announced in the three places."""

from datetime import datetime

from app.models import Call
from app.models.call import PublicationSubject
from app.services.documents import announcement, source
from app.services.documents.call_order import order_in
from app.services.documents.frame import acted, article_of, call_number, contact, frame
from reports import ending_notice as report
from workflows import citations

GROUNDS: dict[str, report.Ground] = {
    "cancel_without_offers": "no_offer",
    "cancel_without_valid_offers": "no_valid_offer",
    "call_off": "called_off",
}


def gather(call: Call, _subject_id: int | None, at: datetime) -> report.EndingNotice:
    """The end of the call at `at`. Raises LookupError for a call that did not end so."""
    step = source.happened(call, *GROUNDS, until=at)
    if step is None:
        raise LookupError("the call was neither cancelled nor called off")
    number, day = order_in(step)
    announced_by, announced_on = order_in(source.happened(call, "approve", until=at))
    says = source.said(call, at)
    return report.EndingNotice(
        frame=frame(call, at, (article_of(call, step.trigger), _publication(step.trigger), citations.ORDER)),
        call_number=call_number(call),
        call_title=says["title"],
        ground=GROUNDS[step.trigger],
        order_number=number,
        order_date=day,
        reason=step.detail.get("reason") or call.ending_reason,
        publications=announcement.published(call, PublicationSubject.ENDING, 1),
        contact=contact(call),
        reserved=says["calling_off_grounds"],
        announced_by=announced_by or call.order_number,
        announced_on=announced_on or call.order_date,
        signatory=acted(call, at, *GROUNDS),
    )


def _publication(trigger: str) -> str:
    """A cancellation is made public as art. 18a says; calling off as the announcement was."""
    return citations.PUBLICATION if trigger == "call_off" else citations.CANCELLATION_PUBLICATION
