"""The announcement of the results of one round, as it was published in the three places."""

from datetime import date, datetime

from app.models import Award, Call, Offer
from app.models.award import Outcome
from app.models.call import PublicationSubject
from app.queries.budget import pool_by_year
from app.services.documents import announcement, source, standing
from app.services.documents.assessed import offeror_names
from app.services.documents.frame import call_number, contact, frame, offer_number
from app.services.documents.results_order import GIVEN, round_of
from reports import result_announcement as report
from reports.ranking_list import RankingStatus
from workflows import citations, statute
from workflows.calendar import add_days, local_day
from workflows.offer import OfferState

OUTCOMES: dict[Outcome, RankingStatus] = {
    Outcome.FULL: "awarded",
    Outcome.REDUCED: "awarded_reduced",
    Outcome.RESERVE: "reserve",
    Outcome.NONE: "not_awarded",
}
WITHOUT_AWARD: dict[OfferState, RankingStatus] = {
    OfferState.NOT_RECOMMENDED: "below_threshold",
    OfferState.FORMALLY_REJECTED: "formally_rejected",
    OfferState.WITHDRAWN: "withdrawn",
}
REASONS = "result.justification_request_days"


def gather(call: Call, number: int | None, at: datetime) -> report.ResultAnnouncement:
    """The round `number`, without it the newest decided until `at`. Raises LookupError for one that is not decided."""
    decided = round_of(call, number, at)
    places = announcement.published(call, PublicationSubject.RESULTS, decided.number)
    appeared = max((place.published_on for place in places if place.published_on), default=None)
    return report.ResultAnnouncement(
        frame=frame(call, at, (citations.RESULTS_ANNOUNCED, citations.SELECTION)),
        call_number=call_number(call),
        call_title=source.said(call, at)["title"],
        round=decided.number,
        order_number=decided.order_number,
        order_date=decided.order_date,
        pool_grosze=sum(pool_by_year(call, at).values()),
        rows=(*_awarded(decided.awards, at), *(_without_award(call, at) if decided.number == 1 else ())),
        publications=places,
        justification_days=statute.number(REASONS, appeared or local_day(at)),
        justification_until=_until(appeared),
        threshold_points=call.threshold or 0,
        max_points=sum(criterion.max_points for criterion in call.merit_criteria),
        contact=contact(call),
    )


def _until(appeared: date | None) -> date | None:
    return None if appeared is None else add_days(appeared, statute.number(REASONS, appeared))


def _awarded(awards: list[Award], at: datetime) -> tuple[report.ResultRow, ...]:
    ordered = sorted(awards, key=lambda award: (award.offer.rank or 0, award.offer.number or 0))
    return tuple(
        _row(
            award.offer,
            OUTCOMES[award.outcome],
            at,
            awarded=award.amount_grosze if award.outcome in GIVEN else 0,
        )
        for award in ordered
    )


def _without_award(call: Call, at: datetime) -> tuple[report.ResultRow, ...]:
    """Those below the threshold by points, then those that were never assessed, by number."""
    rows = [row for row in standing.arrived(call, at) if row.state in WITHOUT_AWARD]
    ordered = sorted(rows, key=lambda row: (-(row.offer.points or 0), row.offer.number or 0))
    return tuple(_row(row.offer, WITHOUT_AWARD[row.state], at) for row in ordered)


def _row(offer: Offer, status: RankingStatus, at: datetime, awarded: int = 0) -> report.ResultRow:
    return report.ResultRow(
        offer_number=offer_number(offer),
        offeror=offeror_names(offer, at),
        task_title=source.title_of(offer, at),
        status=status,
        awarded_grosze=awarded,
        place=offer.rank,
        points=offer.points,
    )
