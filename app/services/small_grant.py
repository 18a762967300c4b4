"""What the steps of a small grant write beyond those of every application. Every function flushes at most."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any

from app.extensions import db
from app.models import GrantPublication, GrantShare, PublicComment, SmallGrant
from app.models.case import new_public_id
from app.models.intake import FilingCounts
from app.models.small_grant import CommentAnswer
from app.queries import grant_limits, intake_pool
from app.queries.facts.small_grant import SmallGrantFacts
from app.queries.offer_text import OfferText
from app.services import application, limit_snapshot, paper, review
from app.services.steps import Effect
from workflows.calendar import local_moment
from workflows.engine import Context
from workflows.redaction import redacted, redacted_text
from workflows.small_grant import GrantOutcome
from workflows.terms import TermRule, term

Detail = dict[str, Any]
MIDDAY = time(12)


# ---- arrival


def submit(small_grant: SmallGrant, context: Context) -> Detail:
    """The exact moment of receipt gives the place in the queue, chooses the law, and begins the term of publication."""
    detail = application.submit(small_grant, context)
    return detail | _received(small_grant, context.now)


def register_paper(small_grant: SmallGrant, context: Context) -> Detail:
    """The real moment of receipt counts, or the day of posting where the intake says so, and the rules of that moment.

    Nothing is filed before the intake opens, whenever it was posted.
    """
    detail = paper.register_paper(small_grant, context)
    posted = (context.answers or {}).get("posted_on")
    small_grant.posted_on = posted
    assert small_grant.received_at is not None  # just recorded
    filed = small_grant.received_at
    if posted is not None and small_grant.intake.filing_counts is FilingCounts.POSTED:
        filed = max(local_moment(posted, MIDDAY), small_grant.intake.opens_at or filed)
    return detail | _received(small_grant, filed) | {"posted_on": str(posted) if posted else None}


def _received(small_grant: SmallGrant, filed_at: datetime) -> Detail:
    small_grant.filed_at = filed_at
    small_grant.publication_from = small_grant.received_at
    small_grant.publication_due = _publication_due(small_grant)
    db.session.flush()
    return {
        "filed_at": filed_at.isoformat(),
        "publication_due": small_grant.publication_due.isoformat(),
        "queue": intake_pool.place_in_queue(small_grant),
    }


def _publication_due(small_grant: SmallGrant) -> datetime:
    """The end of the seventh business day after the receipt (art. 19a ust. 3)."""
    return term(TermRule.SMALL_GRANT_PUBLICATION, small_grant.publication_from).last_moment


# ---- purposefulness


def find_purposeful(small_grant: SmallGrant, context: Context) -> Detail:
    return _judged(small_grant, True, context)


def find_not_purposeful(small_grant: SmallGrant, context: Context) -> Detail:
    small_grant.decision_reason = str((context.answers or {})["reason"])
    small_grant.decided_at = context.now
    return _judged(small_grant, False, context) | {"note": small_grant.decision_reason}


def judge_purpose(small_grant: SmallGrant, context: Context) -> Detail:
    """Judged after the comments; a proposal made before is void."""
    _take_back_proposal(small_grant)
    return _judged(small_grant, bool((context.answers or {})["purposeful"]), context)


def _judged(small_grant: SmallGrant, purposeful: bool, context: Context) -> Detail:
    """The opinion stands on the case; criteria and limits stand in the history, from where the note takes them."""
    answers = context.answers or {}
    small_grant.purposeful, small_grant.purpose_reason = purposeful, str(answers["reason"])
    small_grant.purpose_judged_at, small_grant.purpose_judged_by_id = context.now, context.person_id
    return {
        "purposeful": purposeful, "reason": answers["reason"], "criteria": answers.get("criteria", []),
        "limits": limit_snapshot.taken(small_grant, context.now), "queue": intake_pool.place_in_queue(small_grant),
        "publication_due": small_grant.publication_due.isoformat() if small_grant.publication_due else None,
    }  # fmt: skip


# ---- publication and comments


def publish(small_grant: SmallGrant, context: Context) -> Detail:
    """The text without personal data hangs in three places; the days for comments run from the last of them."""
    answers = context.answers or {}
    places = dict(answers["places"])
    for place, row in places.items():
        db.session.add(
            GrantPublication(
                small_grant=small_grant, place=place, published_on=row["on"], reference=row["reference"],
                recorded_by_id=context.person_id,
            )
        )  # fmt: skip
    days = [row["on"] for row in places.values()]
    small_grant.published_on = max(days)
    small_grant.comments_until = term(TermRule.SMALL_GRANT_COMMENTS, None, days).last_moment
    small_grant.public_text = public_text(small_grant, list(answers.get("redactions") or []))
    return {
        "places": {
            place.value: {"on": str(row["on"]), "reference": row["reference"]}
            for place, row in places.items()
        },
        "published_on": str(small_grant.published_on),
        "comments_until": small_grant.comments_until.isoformat(),
        "removed": len(small_grant.public_text["removed"]),
    }


def public_text(small_grant: SmallGrant, extra: list[str]) -> dict[str, Any]:
    """The offer without personal data: the form's personal fields, people of the case, and what the official names."""
    text = OfferText(small_grant)
    names = list(people_of(text))
    found = redacted(text.kit.form, text.content, names, extra)
    return {
        "form": list(text.kit.key),
        "title": redacted_text(text.reading.text("title"), names, extra),
        "content": found.content,
        "removed": [[removal.anchor, removal.what.value] for removal in found.removed],
    }


def people_of(text: OfferText) -> Iterator[str]:
    """Everybody whose name the case knows: contacts, members of the accounts, representatives."""
    yield text.reading.text("contact_name")
    for party in text.parties:
        for organisation in {party.organisation, party.organisation.applicant}:
            yield from (member.user.name for member in organisation.members)
            yield from (right.person_name for right in organisation.rights)


def comment(small_grant: SmallGrant, context: Context) -> Detail:
    """The comment is registered with its number and the moment of receipt; who wrote it stays out of the history."""
    answers = context.answers or {}
    number = max((row.number for row in small_grant.comments), default=0) + 1
    row = PublicComment(
        public_id=str(answers.get("key") or new_public_id()), small_grant_id=small_grant.id, number=number, author=str(answers.get("author") or ""),
        email=str(answers.get("email") or ""), text=str(answers["text"]).strip(), received_at=context.now,
        sender=str(answers.get("sender") or ""),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    db.session.expire(small_grant, ["comments"])
    return {"number": number, "comment": row.public_id}


def answer_comment(small_grant: SmallGrant, context: Context) -> Detail:
    """The comment is answered or noted."""
    answers = context.answers or {}
    row = SmallGrantFacts(small_grant).comment(str(answers["comment"]))
    assert row is not None  # the guard has seen it
    row.outcome, row.answer = CommentAnswer(answers["outcome"]), str(answers.get("answer") or "")
    row.answered_at, row.answered_by_id = context.now, context.person_id
    return {"number": row.number, "outcome": row.outcome.value}


# ---- the decision


def propose_decision(small_grant: SmallGrant, context: Context) -> Detail:
    """The proposal waits for another person; the last one stands."""
    answers = context.answers or {}
    outcome = GrantOutcome(answers["outcome"])
    amounts = {
        GrantOutcome.FULL: small_grant.requested_grosze,
        GrantOutcome.REDUCED: answers.get("amount_grosze"),
        GrantOutcome.REFUSAL: None,
    }
    small_grant.proposed_outcome, small_grant.proposed_grosze = outcome, amounts[outcome]
    small_grant.proposed_reason = str(answers.get("reason") or "")
    small_grant.similar_judged = str(answers.get("similar_judged") or "")
    small_grant.proposed_at, small_grant.proposed_by_id = context.now, context.person_id
    return {
        "outcome": outcome.value, "amount_grosze": small_grant.proposed_grosze, "reason": small_grant.proposed_reason,
        "similar_judged": small_grant.similar_judged,
    }  # fmt: skip


def award(small_grant: SmallGrant, context: Context) -> Detail:
    """What was proposed is granted, and each organisation's share counts towards its year from now on."""
    amount = small_grant.proposed_grosze
    assert amount is not None  # the guard has seen the proposal
    shares = grant_limits.shares_of(OfferText(small_grant), amount)
    small_grant.awarded_grosze = amount
    _share(small_grant, shares)
    _decided(small_grant, context)
    return {
        "amount_grosze": amount, "reason": small_grant.decision_reason,
        "shares": {str(organisation_id): part for organisation_id, part in shares.items()},
    }  # fmt: skip


def submit_update(small_grant: SmallGrant, context: Context) -> Detail:
    """The sum awarded falls to the organisations as the updated offer splits it."""
    detail = application.submit_update(small_grant, context)
    shares = grant_limits.shares_of(OfferText(small_grant))
    _share(small_grant, shares)
    return detail | {"shares": {str(organisation_id): part for organisation_id, part in shares.items()}}


def _share(small_grant: SmallGrant, shares: Mapping[int, int]) -> None:
    """These parts count towards the organisations' year, and no others."""
    rows = {row.organisation_id: row for row in small_grant.shares}
    for organisation_id, part in shares.items():
        if organisation_id in rows:
            rows[organisation_id].amount_grosze = part
        else:
            small_grant.shares.append(GrantShare(organisation_id=organisation_id, amount_grosze=part))
    for organisation_id in rows.keys() - shares.keys():
        small_grant.shares.remove(rows[organisation_id])


def refuse(small_grant: SmallGrant, context: Context) -> Detail:
    _decided(small_grant, context)
    return {"reason": small_grant.decision_reason, "note": small_grant.decision_reason}


def _decided(small_grant: SmallGrant, context: Context) -> None:
    small_grant.decided_at, small_grant.decided_by_id = context.now, context.person_id
    small_grant.decision_reason = small_grant.proposed_reason


def _take_back_proposal(small_grant: SmallGrant) -> None:
    small_grant.proposed_outcome = small_grant.proposed_grosze = small_grant.proposed_by_id = None
    small_grant.proposed_reason, small_grant.proposed_at = "", None


# ---- the queue


def leave_without_funds(small_grant: SmallGrant, _context: Context) -> Detail:
    """The offer keeps its receipt, and so its place should money come back."""
    _take_back_proposal(small_grant)
    return {
        "pool_grosze": intake_pool.pool(small_grant.intake),
        "left_grosze": intake_pool.left(small_grant.intake),
        "queue": intake_pool.place_without_funds(small_grant),
    }


def call_up(small_grant: SmallGrant, context: Context) -> Detail:
    """A letter asks whether dates and costs still hold; the term begins with its delivery."""
    small_grant.confirmation_due = None
    letter = review.send(small_grant, "calling_up", context)
    return {
        "channel": letter.channel.value, "days": small_grant.intake.confirmation_days,
        "left_grosze": intake_pool.left(small_grant.intake), "published": small_grant.published_on is not None,
        "possible_grosze": min(small_grant.requested_grosze, intake_pool.left_for(small_grant)),
    }  # fmt: skip


def confirm_unpublished(small_grant: SmallGrant, context: Context) -> Detail:
    """The days of publication run anew, from this confirmation."""
    small_grant.publication_from, small_grant.confirmation_due = context.now, None
    small_grant.publication_due = _publication_due(small_grant)
    return {"publication_due": small_grant.publication_due.isoformat()}


def confirm_published(small_grant: SmallGrant, _context: Context) -> Detail:
    """It goes on where it stood; it was published and commented on already."""
    small_grant.confirmation_due = None
    return {"published_on": str(small_grant.published_on)}


def lapse_confirmation(small_grant: SmallGrant, _context: Context) -> Detail:
    """The next in line can be called up; the term that passed says that this offer had its turn."""
    return {"due": small_grant.confirmation_due.isoformat() if small_grant.confirmation_due else None}


EFFECTS: dict[str, Effect] = {
    **application.EFFECTS,
    **review.SHARED_EFFECTS,
    "submit": submit,
    "register_paper": register_paper,
    "find_purposeful": find_purposeful,
    "find_not_purposeful": find_not_purposeful,
    "judge_purpose": judge_purpose,
    "publish": publish,
    "comment": comment,
    "answer_comment": answer_comment,
    "propose_decision": propose_decision,
    "submit_update": submit_update,
    "award_in_full": award,
    "award_reduced": award,
    "refuse": refuse,
    "leave_without_funds": leave_without_funds,
    "call_up": call_up,
    "confirm_unpublished": confirm_unpublished,
    "confirm_published": confirm_published,
    "lapse_confirmation": lapse_confirmation,
}
