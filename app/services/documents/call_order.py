"""The order on the call as it was approved, with the text of the announcement that it approved."""

from datetime import date, datetime
from typing import Any

from app.models import Call
from app.models.procedure import Commissioning
from app.queries.announced import snapshot
from app.services.documents import announcement, source
from app.services.documents.frame import acted, frame
from reports import call_order as report
from reports.order import OrderHead
from workflows import citations, statute

BASIS = {
    Commissioning.SUPPORT.value: citations.ORDER_ON_SUPPORT,
    Commissioning.ENTRUSTING.value: citations.ORDER_ON_ENTRUSTING,
}


def gather(call: Call, _subject_id: int | None, at: datetime) -> report.CallOrder:
    """The order of the approval at `at`. Raises ValueError for a call that no order approved."""
    step = source.happened(call, "approve", until=at)
    number, day = order_in(step)
    if day is None:
        raise ValueError("no order approved the call")
    says = _approved(call, step)
    return report.CallOrder(
        frame=frame(call, at, (citations.ORDER, citations.ANNOUNCEMENT, citations.PROGRAMME)),
        head=OrderHead(number, day, BASIS[says["commissioning"]], acted(call, at, "approve")),
        announcement=announcement.told(call, says, None, at),
        least_days=statute.number("opencall.min_offer_days", day),
    )


def order_in(step: source.Happened | None) -> tuple[str, date | None]:
    """Number and day of the order by which a step was taken, as its entry keeps them; "" and None without one."""
    detail = step.detail if step else {}
    day = detail.get("order_date")
    return detail.get("order_number") or "", date.fromisoformat(day) if day else None


def _approved(call: Call, step: source.Happened | None) -> dict[str, Any]:
    """What the order approved: the entry keeps it; of an older entry the first version tells."""
    kept = step.detail.get("said") if step else None
    if kept:
        return dict(kept)
    return dict(call.versions[0].content) if call.versions else snapshot(call)
