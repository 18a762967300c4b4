"""What the registers of review and programme need beside a whole call: an exclusion, requests in time and late."""

from datetime import UTC, date, datetime

from app.extensions import db
from app.models import Call, Exclusion, Request, Unit
from app.models.request import RequestChannel
from workflows.request import RequestKind, RequestState

GROUND = "=stopień pokrewieństwa"
SENDER = "Żaneta Nadawczyni"


def exclusion(call: Call) -> None:
    """The first member excludes the own person from the first offer; committed."""
    assert call.commission is not None
    declared = datetime(2027, 4, 21, 8, tzinfo=UTC)
    member = call.commission.members[0]
    member.exclusions.append(Exclusion(offer_id=call.offers[0].id, ground=GROUND, declared_at=declared))
    db.session.commit()


def requests(unit: Unit) -> None:
    """One that waits in its term on 1 June 2027, one that waits after it, one answered in time, one answered late; committed."""
    for title, due, answered in (
        ("=1+1 w terminie", datetime(2027, 6, 10, 21, 59, tzinfo=UTC), None),
        ("zaległy", datetime(2027, 5, 20, 21, 59, tzinfo=UTC), None),
        ("odpowiedziany", datetime(2027, 5, 20, 21, 59, tzinfo=UTC), date(2027, 5, 20)),
        ("spóźniony", datetime(2027, 5, 20, 21, 59, tzinfo=UTC), date(2027, 5, 21)),
    ):
        db.session.add(Request(
            kind=RequestKind.PUBLIC_INFORMATION, unit_id=unit.id, title=title, channel=RequestChannel.EMAIL,
            received_on=date(2027, 5, 6), sender_name=SENDER, answer_due=due, answered_on=answered,
            state=RequestState.ANSWERED if answered else RequestState.RECEIVED,
        ))  # fmt: skip
    db.session.commit()
