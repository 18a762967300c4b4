"""The order that appointed the commission, as the history keeps it: a later commission has its own."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Call, User
from app.services.documents import source
from app.services.documents.call_order import order_in
from app.services.documents.frame import acted, call_number, frame
from reports import commission_order as report
from reports.order import OrderHead
from workflows import citations

APPOINTED = "appoint_commission"


def gather(call: Call, _subject_id: int | None, at: datetime) -> report.CommissionOrder:
    """The members named at `at`. Raises LookupError when no commission was appointed until then."""
    step = source.happened(call, APPOINTED, until=at)
    number, day = order_in(step)
    if step is None or day is None:
        raise LookupError("no order appointed a commission")
    replaced_number, replaced_on = order_in(
        source.happened(call, APPOINTED, until=step.at - timedelta(microseconds=1))
    )
    return report.CommissionOrder(
        frame=frame(call, at, (citations.ORDER, citations.COMMISSION)),
        head=OrderHead(number, day, citations.ORDER_ON_COMMISSION, acted(call, at, APPOINTED)),
        call_number=call_number(call),
        call_title=source.said(call, at)["title"],
        unit=call.unit.name,
        members=_members(step.detail["members"]),
        replaced_number=replaced_number,
        replaced_on=replaced_on if replaced_number != number else None,
    )


def _members(rows: list[dict[str, Any]]) -> tuple[report.AppointedMember, ...]:
    """The chair first, then in the order of the appointment."""
    query = sa.select(User.id, User.name).where(User.id.in_([row["user"] for row in rows]))
    names = {row.id: row.name for row in db.session.execute(query)}
    ordered = sorted(rows, key=lambda row: not row["chair"])
    return tuple(
        report.AppointedMember(names.get(row["user"], ""), row["chair"], row["indicated_by"])
        for row in ordered
    )
