"""The order on the results of one round, as it was decided."""

from datetime import datetime

from app.models import Award, AwardRound, Call, Offer
from app.models.award import Outcome
from app.queries.budget import pool_by_year
from app.services.documents import source, standing
from app.services.documents.assessed import offeror_names
from app.services.documents.frame import acted, call_number, frame, offer_number
from app.services.documents.results_letter import below_the_threshold, request_assessed
from reports import results_order as report
from reports.order import OrderHead
from workflows import citations
from workflows.offer import OfferState

DECIDING = ("decide", "decide_further_round")
GIVEN = (Outcome.FULL, Outcome.REDUCED)


def gather(call: Call, number: int | None, at: datetime) -> report.ResultsOrder:
    """The round `number`, without it the newest decided until `at`. Raises LookupError for one that is not decided."""
    decided = round_of(call, number, at)
    if decided.order_date is None:
        raise LookupError("the round was decided without an order")
    awards = sorted(decided.awards, key=lambda award: (award.offer.rank or 0, award.offer.number or 0))
    first = decided.number == 1
    arrived = standing.arrived(call, at) if first else []
    refused = [_refused(award, at) for award in awards if award.outcome is Outcome.NONE]
    refused += [
        _other(row.offer, below_the_threshold(), at)
        for row in arrived
        if row.state is OfferState.NOT_RECOMMENDED
    ]
    return report.ResultsOrder(
        frame=frame(call, at, (citations.ORDER, citations.SELECTION, citations.RESULTS)),
        head=OrderHead(
            decided.order_number, decided.order_date, citations.ORDER_ON_RESULTS, acted(call, at, *DECIDING)
        ),
        call_number=call_number(call),
        call_title=source.said(call, at)["title"],
        unit=call.unit.name,
        round=decided.number,
        pool_grosze=sum(pool_by_year(call, at).values()),
        selected=tuple(_selected(award, at) for award in awards if award.outcome in GIVEN),
        reserve=tuple(
            _other(award.offer, award.reason, at, place)
            for place, award in enumerate(
                (award for award in awards if award.outcome is Outcome.RESERVE), start=1
            )
        ),
        refused=tuple(refused),
        rejected=tuple(
            _other(row.offer, row.offer.rejection_reason, at)
            for row in arrived
            if row.state is OfferState.FORMALLY_REJECTED
        ),
    )


def round_of(call: Call, number: int | None, at: datetime) -> AwardRound:
    """The round of this number, without one the newest, if it was decided until `at`. Raises LookupError."""
    decided = [row for row in call.rounds if row.decided_at is not None and row.decided_at <= at]
    chosen = [row for row in decided if number in (None, row.number)]
    if not chosen:
        raise LookupError("the call has no such decided round")
    return chosen[-1]


def _selected(award: Award, at: datetime) -> report.SelectedOffer:
    return report.SelectedOffer(
        offer_number=offer_number(award.offer),
        offeror=offeror_names(award.offer, at),
        task_title=source.title_of(award.offer, at),
        requested_grosze=request_assessed(award.offer),
        awarded_grosze=award.amount_grosze,
        by_year=tuple((year.year, year.amount_grosze) for year in award.years),
    )


def _refused(award: Award, at: datetime) -> report.OtherOffer:
    return _other(award.offer, award.reason, at)


def _other(offer: Offer, reason: str, at: datetime, place: int | None = None) -> report.OtherOffer:
    title = source.title_of(offer, at)
    return report.OtherOffer(offer_number(offer), offeror_names(offer, at), title, reason, place)
