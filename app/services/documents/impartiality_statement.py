"""The statement of impartiality of one member over the list of offerors as it stood then."""

from datetime import datetime
from typing import Any

from app.extensions import db
from app.i18n import _
from app.models import Call, User
from app.services.documents import source, standing
from app.services.documents.assessed import offeror_names
from app.services.documents.call_order import order_in
from app.services.documents.frame import call_number, frame, offer_number
from reports import impartiality_statement as report
from reports.blocks import Person
from workflows import citations
from workflows.offer import OfferState

SIGNED, APPOINTED = "sign_impartiality", "appoint_commission"


def gather(call: Call, person_id: int | None, at: datetime) -> report.ImpartialityStatement:
    """The newest statement until `at` of the member who is the person `person_id`. Raises LookupError without one."""
    person = db.session.get(User, person_id) if person_id is not None else None
    step = source.happened(call, SIGNED, until=at, by=person_id) if person else None
    if person is None or step is None:
        raise LookupError("this person signed no statement in this call")
    appointed = source.happened(call, APPOINTED, until=step.at)
    number, day = order_in(appointed)
    return report.ImpartialityStatement(
        frame=frame(call, at, (citations.EXCLUSION,), checksum=step.detail.get("list")),
        call_number=call_number(call),
        call_title=source.said(call, at)["title"],
        person=Person(person.name, _function(person, appointed)),
        offers=_offers(call, step.detail.get("exclusions") or {}, step.at),
        stated_at=step.at,
        appointed_by=number,
        appointed_on=day,
    )


def _function(person: User, appointed: source.Happened | None) -> str:
    rows: list[dict[str, Any]] = appointed.detail.get("members", []) if appointed else []
    chair = any(row["chair"] for row in rows if row["user"] == person.id)
    return str(_("chair of the commission") if chair else _("member of the commission"))


def _offers(call: Call, grounds: dict[str, str], at: datetime) -> tuple[report.ListedOffer, ...]:
    """Those that the member had before the eyes: every offer that came and was not withdrawn."""
    return tuple(
        report.ListedOffer(
            offer_number(row.offer),
            offeror_names(row.offer, at),
            source.title_of(row.offer, at),
            grounds.get(str(row.offer.id), ""),
        )
        for row in standing.arrived(call, at)
        if row.state is not OfferState.WITHDRAWN
    )
