"""The ranking list as the chair closed it: every offer that came in, with the running sum against the pool."""

from datetime import datetime

from app.i18n import _
from app.models import Call, Offer
from app.queries.budget import pool_by_year
from app.services.documents import standing
from app.services.documents.assessed import Assessed, assessed, offeror_names
from app.services.documents.frame import acted, call_number, frame, offer_number
from app.services.documents.source import title_of
from reports import ranking_list as report
from workflows import citations
from workflows.offer import OfferState


def gather(call: Call, _subject_id: int | None, at: datetime) -> report.RankingList:
    """The assessed offers by place, then those that were not assessed, by number."""
    rows = _rows(call, at)
    pool = sum(pool_by_year(call, at).values())
    return report.RankingList(
        frame=frame(call, at, (citations.REVIEW, citations.COMMISSION)),
        call_number=call_number(call),
        call_title=call.title,
        pool_grosze=pool,
        left_grosze=max(pool - sum(row.proposed_grosze for row in rows), 0),
        threshold_points=call.threshold or 0,
        max_points=sum(criterion.max_points for criterion in call.merit_criteria),
        rows=tuple(rows),
        tie_rule=_(
            "Offers with equal points are ordered by the points for quality (art. 15 ust. 1 pkt 3), then by the moment "
            "of arrival."
        ),
        signatory=acted(call, at, "rank"),
    )


def _rows(call: Call, at: datetime) -> list[report.RankingRow]:
    rows, running = [], 0
    ranked = assessed(call, at)
    for item in ranked:
        running += item.proposed_grosze
        rows.append(_assessed_row(item, running, at))
    known = {item.offer.id for item in ranked}
    others = [row for row in standing.arrived(call, at) if row.offer.id not in known]
    return [*rows, *(_other_row(row.offer, row.state, at) for row in others)]


def _assessed_row(item: Assessed, running: int, at: datetime) -> report.RankingRow:
    offer = item.offer
    return report.RankingRow(
        offer_number=offer_number(offer),
        offeror=offeror_names(offer, at),
        task_title=title_of(offer, at),
        total_cost_grosze=item.total_cost_grosze,
        requested_grosze=item.requested_grosze,
        status=_status(item),
        place=item.place,
        points=item.points,
        proposed_grosze=item.proposed_grosze,
        cumulative_grosze=running,
    )


def _status(item: Assessed) -> report.RankingStatus:
    if item.place is None:
        return "below_threshold"
    return "reserve" if not item.proposed_grosze and item.offer.call.reserve_list else "recommended"


def _other_row(offer: Offer, state: OfferState, at: datetime) -> report.RankingRow:
    return report.RankingRow(
        offer_number=offer_number(offer),
        offeror=offeror_names(offer, at),
        task_title=title_of(offer, at),
        total_cost_grosze=offer.total_cost_grosze,
        requested_grosze=offer.requested_grosze,
        status="withdrawn" if state is OfferState.WITHDRAWN else "formally_rejected",
    )
