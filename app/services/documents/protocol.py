"""The commission's protocol: who was there, what became of every offer, and who has signed so far."""

from datetime import datetime

import sqlalchemy as sa

from app.extensions import db
from app.i18n import _
from app.models import Call, Commission, Signature
from app.models import Protocol as Written
from app.models.application import VersionKind
from app.queries.budget import pool_by_year
from app.services.documents import standing
from app.services.documents.assessed import Assessed, assessed, offeror_names
from app.services.documents.frame import call_number, frame, offer_number
from app.services.documents.source import title_of
from reports import protocol as report
from workflows import citations
from workflows.offer import OfferState


def gather(call: Call, _subject_id: int | None, at: datetime) -> report.Protocol:
    """The written protocol with the signatures given until `at`. Raises LookupError while nothing is written."""
    written, commission = call.protocol, call.commission
    if written is None or commission is None:
        raise LookupError("the commission has written no protocol")
    rows = assessed(call, at)
    return report.Protocol(
        frame=frame(call, at, (citations.COMMISSION, citations.REVIEW), checksum=written.checksum),
        call_number=call_number(call),
        call_title=call.title,
        appointment_order=commission.order_number,
        appointed_on=commission.order_date,
        members=_members(call, commission, written, at),
        meetings=(report.Meeting(written.held_on),),
        quorum=_("%(present)s of %(members)s members took part.")
        % {"present": len(written.present_ids), "members": len(commission.members)},
        counts=_counts(call, len(rows), at),
        assessed=tuple(_assessed(row, at) for row in rows),
        rejected=_rejected(call, at),
        exclusions=_exclusions(commission),
        pool_grosze=sum(pool_by_year(call, at).values()),
        threshold_points=call.threshold or 0,
        max_points=sum(criterion.max_points for criterion in call.merit_criteria),
        course=written.course,
        dissents=(report.Dissent(_("Separate opinion"), written.dissent),) if written.dissent.strip() else (),
    )


def _members(call: Call, commission: Commission, written: Written, at: datetime) -> tuple[report.Member, ...]:
    query = sa.select(Signature.user_id, Signature.signed_at).where(
        Signature.case_kind == "call",
        Signature.case_id == call.id,
        Signature.subject == "protocol",
        Signature.checksum == written.checksum,
        Signature.signed_at <= at,
    )
    signed: dict[int, datetime] = {row.user_id: row.signed_at for row in db.session.execute(query)}
    return tuple(
        report.Member(
            name=member.user.name,
            function=_("chair of the commission") if member.chair else _("member of the commission"),
            indicated_by=member.indicated_by,
            present=member.user_id in written.present_ids,
            signed_at=signed.get(member.user_id),
        )
        for member in commission.members
    )


def _exclusions(commission: Commission) -> tuple[report.Exclusion, ...]:
    numbers = {offer.id: offer_number(offer) for offer in commission.call.offers}
    return tuple(
        report.Exclusion(member.user.name, numbers.get(exclusion.offer_id, ""), exclusion.ground)
        for member in commission.members
        for exclusion in sorted(member.exclusions, key=lambda exclusion: exclusion.id)
    )


def _counts(call: Call, count: int, at: datetime) -> report.OfferCounts:
    arrived = standing.arrived(call, at)
    return report.OfferCounts(
        submitted=len(arrived),
        late=sum(row.offer.late for row in arrived),
        withdrawn=sum(row.state is OfferState.WITHDRAWN for row in arrived),
        corrected=sum(
            any(version.kind is VersionKind.CORRECTED for version in row.offer.versions) for row in arrived
        ),
        formally_rejected=sum(row.state is OfferState.FORMALLY_REJECTED for row in arrived),
        assessed=count,
    )


def _assessed(row: Assessed, at: datetime) -> report.AssessedOffer:
    return report.AssessedOffer(
        offer_number=offer_number(row.offer),
        offeror=offeror_names(row.offer, at),
        task_title=title_of(row.offer, at),
        points=row.points,
        requested_grosze=row.requested_grosze,
        proposed_grosze=row.proposed_grosze,
        opinion=_opinion(row),
        place=row.place,
    )


def _opinion(row: Assessed) -> str:
    if row.place is None:
        return _("below the threshold, not recommended")
    if row.proposed_grosze:
        return _("recommended for a grant")
    if row.offer.call.reserve_list:
        return _("recommended for the reserve list")
    return _("above the threshold, no grant proposed")


def _rejected(call: Call, at: datetime) -> tuple[report.RejectedOffer, ...]:
    return tuple(
        report.RejectedOffer(offer_number(offer), offeror_names(offer, at), offer.rejection_reason)
        for offer in call.offers
        if offer.state is OfferState.FORMALLY_REJECTED
    )
