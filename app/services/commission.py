"""Effects of the call's steps about the commission: appointing, impartiality, assignment, ranking, protocol."""

import hashlib
import json
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Call, Commission, CommissionMember, Exclusion, Offer, Protocol, ScoringCard, Signature
from app.queries import scoring
from app.queries.facts.call import CallFacts
from app.services import exclusions, steps
from app.services.scoring import after_card
from app.services.steps import Effect
from workflows.call import CallState
from workflows.engine import Context
from workflows.offer import ARRIVED, OfferState


def appoint(call: Call, context: Context) -> dict[str, Any]:
    """The commission stands with its members; an earlier one without saved cards is replaced as a whole."""
    answers = context.answers or {}
    if call.commission is not None:
        _dissolve(call.commission)
        db.session.expire(call, ["commission"])
    commission = Commission(
        call_id=call.id,
        order_number=answers["order_number"],
        order_date=answers["order_date"],
        appointed_at=context.now,
    )
    commission.members = [
        CommissionMember(user_id=row["user_id"], chair=row["chair"], indicated_by=row["indicated_by"])
        for row in answers["members"]
    ]
    db.session.add(commission)
    db.session.flush()
    db.session.expire(call, ["commission"])
    return {
        "order_number": commission.order_number,
        "order_date": commission.order_date,
        "members": [
            {"user": member.user_id, "chair": member.chair, "indicated_by": member.indicated_by}
            for member in commission.members
        ],
    }


def _dissolve(commission: Commission) -> None:
    ids = [member.id for member in commission.members]
    db.session.execute(sa.delete(ScoringCard).where(ScoringCard.member_id.in_(ids)))
    for member in list(commission.members):
        db.session.delete(member)
    db.session.flush()
    db.session.delete(commission)
    db.session.flush()


def offerors_checksum(call: Call) -> str:
    """What the member had before the eyes: a hash over the offers that had arrived."""
    rows = db.session.execute(
        sa.select(Offer.id, Offer.organisation_id)
        .where(Offer.call_id == call.id, Offer.state.in_(ARRIVED))
        .order_by(Offer.id)
    )
    return hashlib.sha256(json.dumps([list(row) for row in rows]).encode()).hexdigest()


def state_impartiality(call: Call, context: Context) -> dict[str, Any]:
    """The member's statement is signed; from the offers named as excluded the member is out by law (art. 24 KPA)."""
    answers = context.answers or {}
    member = next(row for row in CallFacts(call).members if row.user_id == context.person_id)
    member.stated_at = context.now
    member.stated_list_sha256 = offerors_checksum(call)
    for offer_id, ground in answers["exclusions"].items():
        member.exclusions.append(Exclusion(offer_id=offer_id, ground=ground, declared_at=context.now))
        db.session.execute(
            sa.delete(ScoringCard).where(ScoringCard.member_id == member.id, ScoringCard.offer_id == offer_id)
        )
        exclusions.state(db.session.get_one(Offer, offer_id), member.user, ground, context)
    return {
        "subject_id": member.user_id,
        "member": member.user_id,
        "list": member.stated_list_sha256,
        "excluded_from": sorted(answers["exclusions"]),
        "exclusions": {str(offer_id): ground for offer_id, ground in answers["exclusions"].items()},
    }


def assign(call: Call, context: Context) -> dict[str, Any]:
    """Every offer has exactly the chosen evaluators; a card that stays keeps what is written on it.

    While the scoring runs, an offer that passed the formal review only now joins it, and one whose last open card
    was taken away is scored.
    """
    chosen: dict[int, list[int]] = (context.answers or {})["assignment"]
    for offer in CallFacts(call).offers_to_assign:
        wanted = set(chosen.get(offer.id, ()))
        for card in list(offer.cards):
            if card.member_id not in wanted:
                db.session.delete(card)
        for member_id in sorted(wanted - {card.member_id for card in offer.cards}):
            db.session.add(ScoringCard(offer_id=offer.id, member_id=member_id, assigned_at=context.now))
        db.session.flush()
        db.session.expire(offer, ["cards"])
        if call.state is CallState.SCORING:
            _catch_up(offer, context)
    return {"assignment": {str(offer_id): sorted(members) for offer_id, members in chosen.items()}}


def _catch_up(offer: Offer, context: Context) -> None:
    if offer.state is OfferState.FORMALLY_ACCEPTED:
        steps.follow(offer, "enter_scoring", context)
    else:
        after_card(offer, context)


def start_scoring(call: Call, context: Context) -> dict[str, Any]:
    """Every accepted offer goes to its evaluators."""
    offers = db.session.scalars(
        sa.select(Offer)
        .where(Offer.call_id == call.id, Offer.state == OfferState.FORMALLY_ACCEPTED)
        .order_by(Offer.id)
    ).all()
    for offer in offers:
        steps.follow(offer, "enter_scoring", context)
    return {"offers": len(offers)}


def rank(call: Call, context: Context) -> dict[str, Any]:
    """Every scored offer has its mean and its place, or stands below the threshold."""
    threshold = call.threshold if call.threshold is not None else Decimal(0)
    place = 0
    rows = [row for row in scoring.standings(call) if row.offer.state is OfferState.SCORED]
    for row in rows:
        row.offer.points = row.points
        if row.points < threshold:
            steps.follow(
                row.offer, "rank_below_threshold", context, points=str(row.points), threshold=str(threshold)
            )
        else:
            place += 1
            row.offer.rank = place
            steps.follow(row.offer, "rank", context, points=str(row.points), place=place)
    return {
        "ranked": place,
        "below_threshold": len(rows) - place,
        "order": [[row.offer.number, str(row.points)] for row in rows],
    }


def write_protocol(call: Call, context: Context) -> dict[str, Any]:
    """The protocol says what the members will sign; its checksum covers the text, those present and the ranking."""
    answers = context.answers or {}
    ranking = [[row.offer.number, str(row.points), row.offer.rank] for row in scoring.standings(call)]
    body = {
        "held_on": answers["held_on"].isoformat(),
        "present": sorted(answers["present"]),
        "course": answers["course"],
        "dissent": answers["dissent"],
        "ranking": ranking,
    }
    checksum = hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    protocol = call.protocol or Protocol(call_id=call.id)
    protocol.held_on = answers["held_on"]
    protocol.present_ids = body["present"]
    protocol.course = answers["course"]
    protocol.dissent = answers["dissent"]
    protocol.checksum = checksum
    protocol.written_at = context.now
    db.session.add(protocol)
    db.session.flush()
    db.session.expire(call, ["protocol"])
    return {"checksum": checksum, "present": body["present"]}


def sign_protocol(call: Call, context: Context) -> dict[str, Any]:
    """The member's signature stands under this text of the protocol."""
    member = next((row for row in CallFacts(call).members if row.user_id == context.person_id), None)
    checksum = call.protocol.checksum if call.protocol else ""
    db.session.add(
        Signature(
            case_kind="call", case_id=call.id, subject="protocol", checksum=checksum, user_id=context.person_id,
            capacity="chair" if member is not None and member.chair else "member", signed_at=context.now,
        )
    )  # fmt: skip
    return {"checksum": checksum}


EFFECTS: dict[str, Effect] = {
    "appoint_commission": appoint,
    "sign_impartiality": state_impartiality,
    "assign_evaluators": assign,
    "start_scoring": start_scoring,
    "rank": rank,
    "write_protocol": write_protocol,
    "sign_protocol": sign_protocol,
}
