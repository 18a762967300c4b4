"""Effects of the call's steps about grants: the proposal, the decision by order, the publication of results."""

from typing import Any

from app.extensions import db
from app.models import Award, AwardRound, AwardYear, Call, Publication
from app.models.award import Outcome
from app.models.call import PublicationSubject
from app.queries.facts.call import CallFacts
from app.services import steps
from app.services.steps import Effect
from workflows.engine import Context
from workflows.offer import OfferState

STEP_OF: dict[Outcome, str] = {
    Outcome.FULL: "award_in_full",
    Outcome.REDUCED: "award_reduced",
    Outcome.RESERVE: "put_on_reserve",
    Outcome.NONE: "decline",
}
WITH_RESULT = (
    OfferState.AWARDED_FULL,
    OfferState.AWARDED_REDUCED,
    OfferState.RESERVE,
    OfferState.NOT_AWARDED,
)


def propose(call: Call, context: Context) -> dict[str, Any]:
    """The proposal stands as a round without a decision; an earlier undecided one is replaced."""
    rows = (context.answers or {})["awards"]
    standing = CallFacts(call).proposal
    if standing is not None:
        db.session.delete(standing)
        db.session.flush()
    decided = [item.number for item in call.rounds if item.decided_at is not None]
    proposal = AwardRound(
        call_id=call.id,
        number=max(decided, default=0) + 1,
        proposed_at=context.now,
        proposed_by_id=context.person_id,
    )
    for row in rows:
        years = [
            AwardYear(year=year, amount_grosze=amount) for year, amount in row["years"].items() if amount
        ]
        proposal.awards.append(
            Award(offer_id=row["offer_id"], outcome=row["outcome"], reason=row["reason"], years=years)
        )
    db.session.add(proposal)
    db.session.flush()
    db.session.expire(call, ["rounds"])
    return {"round": proposal.number, "awards": [_plain(award) for award in proposal.awards]}


def _plain(award: Award) -> dict[str, Any]:
    return {
        "offer": award.offer_id,
        "outcome": award.outcome.value,
        "years": {str(year.year): year.amount_grosze for year in award.years},
        "reason": award.reason,
    }


def decide(call: Call, context: Context) -> dict[str, Any]:
    """The round is decided by order, and every offer in it has its outcome."""
    answers = context.answers or {}
    decided = CallFacts(call).proposal
    if decided is None:
        raise RuntimeError("the guards let a decision pass without a proposal")
    decided.order_number = answers["order_number"]
    decided.order_date = answers["order_date"]
    decided.decided_at = context.now
    decided.decided_by_id = context.person_id
    db.session.flush()
    for award in decided.awards:
        if award.offer.state is OfferState.RESERVE and award.outcome is Outcome.RESERVE:
            continue  # stays where it is
        steps.follow(award.offer, STEP_OF[award.outcome], context, **_plain(award))
    return {
        "subject_id": decided.number,
        "round": decided.number,
        "order_number": decided.order_number,
        "order_date": decided.order_date,
    }


def publish_results(call: Call, context: Context) -> dict[str, Any]:
    """The results hang in the three places, and every offeror of the round is written to."""
    places = (context.answers or {})["places"]
    round_ = CallFacts(call).unpublished_round
    if round_ is None:
        raise RuntimeError("the guards let a publication pass without a decided round")
    for place in places:
        db.session.add(
            Publication(
                call_id=call.id, subject=PublicationSubject.RESULTS, number=round_.number, place=place["place"],
                published_on=place["published_on"], reference=place["reference"], recorded_by_id=context.person_id,
            )
        )  # fmt: skip
    db.session.flush()
    told = [award.offer for award in round_.awards if award.offer.state in WITH_RESULT]
    if round_.number == 1:
        told += [offer for offer in call.offers if offer.state is OfferState.NOT_RECOMMENDED]
    for offer in told:
        steps.follow(offer, "announce_result", context)
    return {
        "subject_id": round_.number,
        "round": round_.number,
        "places": [place["place"].value for place in places],
    }


EFFECTS: dict[str, Effect] = {
    "propose_awards": propose,
    "propose_further_awards": propose,
    "decide": decide,
    "decide_further_round": decide,
    "publish_results": publish_results,
    "publish_further_results": publish_results,
}
