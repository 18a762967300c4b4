"""The order that made a later version of the announcement: changed terms, a later deadline, an outage."""

from datetime import datetime

from app.models import Call
from app.services.documents import announcement, source
from app.services.documents.call_order import order_in
from app.services.documents.frame import acted, call_number, frame
from reports import amending_order as report
from reports.order import OrderHead
from workflows import citations, statute

CHANGING = ("amend", "extend", "extend_after_outage")
KINDS: dict[str, report.ChangeKind] = {
    "amend": "amended",
    "extend": "extended",
    "extend_after_outage": "outage",
}


def gather(call: Call, _subject_id: int | None, at: datetime) -> report.AmendingOrder:
    """The change at `at` with both readings. Raises LookupError when nothing was changed then."""
    step = source.happened(call, *CHANGING, until=at)
    version = source.version_of_call(call, at)
    if step is None or version is None or version.order_date is None:
        raise LookupError("no order changed the call at that moment")
    number, day = order_in(source.happened(call, "approve", until=at))
    first = call.versions[0]
    return report.AmendingOrder(
        frame=frame(call, at, (citations.ORDER, citations.PUBLICATION), version=version.number),
        head=OrderHead(
            version.order_number, version.order_date, citations.ORDER_ON_CHANGE, acted(call, at, *CHANGING)
        ),
        call_number=call_number(call),
        call_title=version.content["title"],
        unit=call.unit.name,
        kind=KINDS[step.trigger],
        version=version.number,
        changes=tuple(report.Change(*row) for row in announcement.changes(version)),
        deadline=source.deadline_of(call, at),
        least_days=statute.number("opencall.min_offer_days", version.order_date),
        changed_number=number or first.order_number,
        changed_on=day or first.order_date,
        reason=version.reason,
        outage_from=_moment(step, "outage_from"),
        outage_to=_moment(step, "outage_to"),
    )


def _moment(step: source.Happened, name: str) -> datetime | None:
    text = step.detail.get(name)
    return datetime.fromisoformat(text) if text else None
