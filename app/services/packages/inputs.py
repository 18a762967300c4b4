"""From what the decision was taken: rules, pool, cards and allocation of a call; the queue and decisions of an intake.

Plain values only, in one order: amounts in grosze, points as texts, moments in UTC. Whoever wants to check a decision
can reckon it again from here without our program.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.models import (
    Application,
    Award,
    AwardRound,
    Call,
    CommissionMember,
    Exclusion,
    Intake,
    Offer,
    OfferParty,
    Procedure,
    Score,
    ScoringCard,
    SmallGrant,
    User,
)

ARRIVED = Application.number.is_not(None)
AT_ONCE = 100  # rows in memory; all offers of a call with their texts might not fit


def rules(procedure: Procedure) -> dict[str, Any]:
    """What the announcement fixed and the decision had to keep."""
    common = {
        "title": procedure.title,
        "opens_at": procedure.opens_at,
        "deadline": procedure.deadline,
        "least_grant_grosze": procedure.min_grant_grosze,
        "most_grant_grosze": procedure.max_grant_grosze,
        "least_own_share_bp": procedure.min_own_share_bp,
        "most_administrative_share_bp": procedure.max_admin_share_bp,
        "pool": [
            {
                "year": row.year,
                "amount_grosze": row.amount_grosze,
                "act": row.act,
                "entered_at": row.entered_at,
            }
            for row in procedure.budget
        ],
        "formal_criteria": [
            {"position": row.position, "text": row.text, "correctable": row.correctable}
            for row in procedure.formal_criteria
        ],
    }
    if isinstance(procedure, Intake):
        return {
            **common,
            "year": procedure.year,
            "publishes": procedure.publish_policy,
            "filing_counts": procedure.filing_counts,
            "reopens_queue": procedure.reopens_queue,
        }
    assert isinstance(procedure, Call)
    return {
        **common,
        "threshold": procedure.threshold,
        "evaluators_at_least": procedure.evaluators_min,
        "discrepancy_points": procedure.discrepancy_points,
        "reserve_list": procedure.reserve_list,
        "merit_criteria": [
            {"position": row.position, "text": row.text, "most_points": row.max_points, "ground": row.ground}
            for row in procedure.merit_criteria
        ],
    }


def open_cards() -> sa.Select[Any]:
    """The offers of which a card is still open: nobody reads the others of them."""
    return sa.select(ScoringCard.offer_id).where(ScoringCard.closed_at.is_(None))


def cards(call: Call) -> Iterator[dict[str, Any]]:
    """Every closed card of the offers that have no open one, streamed: who gave how many points for what, and why."""
    rows = db.session.scalars(
        sa.select(ScoringCard)
        .join(Application, Application.id == ScoringCard.offer_id)
        .where(Application.call_id == call.id, ScoringCard.offer_id.not_in(open_cards()))
        .options(
            joinedload(ScoringCard.offer),
            joinedload(ScoringCard.member).joinedload(CommissionMember.user),
            selectinload(ScoringCard.scores).joinedload(Score.criterion),
        )
        .order_by(Application.number, ScoringCard.id)
        .execution_options(yield_per=AT_ONCE)
    )
    for row in rows:
        yield {
            "offer": row.offer.number,
            "evaluator": row.member.user.name,
            "chair": row.member.chair,
            "closed_at": row.closed_at,
            "proposed_grosze": row.proposed_grosze,
            "comment": row.comment,
            "total": row.total,
            "scores": [
                {"criterion": score.criterion.position, "points": score.points, "reason": score.reason}
                for score in sorted(row.scores, key=lambda score: score.criterion.position)
            ],
        }


def exclusions(call: Call) -> list[dict[str, Any]]:
    """Who did not judge which offer, and on which ground."""
    rows = db.session.execute(
        sa.select(Application.number, User.name, Exclusion.ground, Exclusion.declared_at)
        .join(Exclusion, Exclusion.offer_id == Application.id)
        .join(CommissionMember, CommissionMember.id == Exclusion.member_id)
        .join(User, User.id == CommissionMember.user_id)
        .where(Application.call_id == call.id)
        .order_by(Application.number, Exclusion.id)
    )
    return [
        {"offer": number, "evaluator": name, "ground": ground, "declared_at": at}
        for number, name, ground, at in rows
    ]


def allocation(call: Call) -> list[dict[str, Any]]:
    """What each round of awards gave to whom, in each year; a round that nobody decided yet has no moment."""
    rounds = db.session.scalars(
        sa.select(AwardRound)
        .where(AwardRound.call_id == call.id)
        .options(selectinload(AwardRound.awards).options(joinedload(Award.offer), selectinload(Award.years)))
        .order_by(AwardRound.number)
    )
    return [
        {
            "round": row.number,
            "proposed_at": row.proposed_at,
            "decided_at": row.decided_at,
            "order_number": row.order_number,
            "order_date": row.order_date,
            "awards": [
                {
                    "offer": award.offer.number,
                    "outcome": award.outcome,
                    "reason": award.reason,
                    "years": [
                        {"year": year.year, "amount_grosze": year.amount_grosze} for year in award.years
                    ],
                }
                for award in sorted(row.awards, key=lambda award: award.offer.number or 0)
            ],
        }
        for row in rounds
    ]


def applications(procedure: Procedure) -> Iterator[dict[str, Any]]:
    """One row for each application that arrived, by number, streamed: what it asked for and what became of it."""
    model: Any = SmallGrant if isinstance(procedure, Intake) else Offer
    rows = db.session.scalars(
        sa.select(model)
        .where(model.call_id == procedure.id, ARRIVED)
        .options(
            joinedload(model.organisation),
            selectinload(model.parties).joinedload(OfferParty.organisation),
            selectinload(model.versions),
        )
        .order_by(model.number)
        .execution_options(yield_per=AT_ONCE)
    )
    yield from map(_application, rows)


def _application(row: Any) -> dict[str, Any]:
    newest = row.current_version
    parties = sorted(row.parties, key=lambda party: (not party.lead, party.id))
    told = {
        "number": row.number,
        "case_mark": row.case_mark,
        "offerors": [party.organisation.name for party in parties] or [row.organisation.name],
        "register_numbers": [party.organisation.register_number for party in parties]
        or [row.organisation.register_number],
        "title": row.title,
        "channel": row.channel,
        "received_at": row.received_at,
        "late": row.late,
        "state": row.state,
        "version": newest.number if newest else None,
        "checksum": newest.checksum if newest else None,
        "requested_grosze": row.requested_grosze,
        "total_cost_grosze": row.total_cost_grosze,
        "own_grosze": newest.own_grosze if newest else None,
        "rejection_reason": row.rejection_reason,
    }
    return told | (_decided(row) if isinstance(row, SmallGrant) else {"points": row.points, "rank": row.rank})


def _decided(row: SmallGrant) -> dict[str, Any]:
    return {
        "filed_at": row.filed_at,
        "purposeful": row.purposeful,
        "purpose_reason": row.purpose_reason,
        "published_on": row.published_on,
        "comments_until": row.comments_until,
        "proposed_outcome": row.proposed_outcome,
        "proposed_grosze": row.proposed_grosze,
        "awarded_grosze": row.awarded_grosze,
        "decided_at": row.decided_at,
        "decision_reason": row.decision_reason,
    }
