"""The published results of a call: who received what, the pool, and until when reasons may be asked for."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from app.extensions import db
from app.i18n import _
from app.models.award import Award, AwardRound, AwardYear, Outcome
from app.models.call import Call, Publication, PublicationSubject
from app.models.offer import Offer
from app.models.organisation import Organisation
from app.queries.budget import pool_by_year
from app.queries.visibility import decided_unpublished
from workflows import statute
from workflows.calendar import add_days
from workflows.call import RESULTS_KNOWN
from workflows.offer import ARRIVED, OfferState
from workflows.words import N_

GIVEN = (Outcome.FULL, Outcome.REDUCED)
NOT_AWARDED = ("ended", N_("not awarded"))
OUTCOMES = {
    Outcome.FULL: ("ok", N_("awarded in full")),
    Outcome.REDUCED: ("warn", N_("awarded, reduced")),
    Outcome.RESERVE: ("info", N_("on the reserve list")),
    Outcome.NONE: NOT_AWARDED,
}
# What happened to the offer itself says more than the award that it once received.
BY_STATE = {
    OfferState.NOT_RECOMMENDED: ("ended", N_("below the threshold")),
    OfferState.FORMALLY_REJECTED: ("bad", N_("formally rejected")),
    OfferState.WITHDRAWN: ("ended", N_("withdrawn")),
    OfferState.RESIGNED: ("ended", N_("resigned")),
    OfferState.NOT_AWARDED: NOT_AWARDED,
}


@dataclass(frozen=True)
class Line:
    """One offer in the table of results; amounts in grosze."""

    rank: int | None
    organisation: str
    title: str
    points: Decimal | None
    amount_grosze: int
    requested_grosze: int
    state: OfferState
    outcome: Outcome | None

    @property
    def status(self) -> tuple[str, str]:
        """The kind and the words of the badge: what was decided, not what the organisation has to do now."""
        kind, text = BY_STATE.get(self.state) or (OUTCOMES[self.outcome] if self.outcome else NOT_AWARDED)
        return kind, str(_(text))


@dataclass(frozen=True)
class Results:
    """What the results page shows."""

    lines: list[Line]
    rounds: list[Any]
    places: list[Publication]
    published_on: date | None
    reasons_until: date | None
    pool_grosze: int
    full_grosze: int
    reduced_grosze: int

    @property
    def awarded_grosze(self) -> int:
        return self.full_grosze + self.reduced_grosze

    @property
    def awarded(self) -> int:
        return sum(line.amount_grosze > 0 for line in self.lines)


def published_on(call: Call, round_number: int | None = None) -> date | None:
    """The day on which the results appeared in the last of the three places: of one round, or of the newest."""
    days = [
        row.published_on
        for row in call.publications
        if row.subject is PublicationSubject.RESULTS and round_number in {None, row.number}
    ]
    return max(days) if days else None


def published_rounds(call: Call) -> set[int]:
    """The numbers of the rounds whose results hang in the three places."""
    return {row.number for row in call.publications if row.subject is PublicationSubject.RESULTS}


def results_of(call: Call) -> Results | None:
    """The results once they are published, before that None."""
    if call.state not in RESULTS_KNOWN:
        return None
    lines = _lines(call)
    given = [line for line in lines if line.amount_grosze]
    appeared = published_on(call)
    return Results(
        lines=lines,
        rounds=[award_round for award_round in call.rounds if award_round.number in published_rounds(call)],
        places=[row for row in call.publications if row.subject is PublicationSubject.RESULTS],
        published_on=appeared,
        reasons_until=add_days(appeared, statute.number("result.justification_request_days", appeared))
        if appeared
        else None,
        pool_grosze=sum(pool_by_year(call).values()),
        full_grosze=sum(line.amount_grosze for line in given if line.outcome is Outcome.FULL),
        reduced_grosze=sum(line.amount_grosze for line in given if line.outcome is Outcome.REDUCED),
    )


def _lines(call: Call) -> list[Line]:
    newest = (
        sa.select(Award.id, Award.offer_id, Award.outcome)
        .join(AwardRound)
        .ext(distinct_on(Award.offer_id))
        .where(
            AwardRound.call_id == call.id,
            AwardRound.decided_at.is_not(None),
            AwardRound.number.in_(published_rounds(call)),
        )
        .order_by(Award.offer_id, AwardRound.number.desc())
        .subquery()
    )
    amount = (
        sa.select(sa.func.sum(AwardYear.amount_grosze))
        .where(AwardYear.award_id == newest.c.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            Offer.rank,
            Organisation.name,
            Offer.title,
            Offer.points,
            amount,
            Offer.requested_grosze,
            sa.case(
                (decided_unpublished(Offer.id, Offer.call_id), OfferState.RESERVE.value), else_=Offer.state
            ),
            newest.c.outcome,
        )
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .outerjoin(newest, newest.c.offer_id == Offer.id)
        .where(Offer.call_id == call.id, Offer.state.in_(ARRIVED))
        .order_by(Offer.rank.asc().nulls_last(), Offer.points.desc().nulls_last(), Offer.number)
    )
    return [
        Line(
            rank,
            name,
            title,
            points,
            int(given or 0) if outcome in GIVEN and state != OfferState.RESIGNED else 0,
            asked,
            OfferState(state),
            outcome,
        )
        for rank, name, title, points, given, asked, state, outcome in rows
    ]
