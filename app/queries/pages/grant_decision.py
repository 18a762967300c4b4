"""What the page of a small grant shows of its comments, its purposefulness, the proposal and the decision.

What only prepares the decision stays in the office; the e-mail address of somebody who commented is for officials only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for

from app.extensions import db
from app.i18n import _, money
from app.models import AuditDetail, AuditEntry, PublicComment, SmallGrant, User
from app.models.small_grant import CommentAnswer
from app.queries.facts.small_grant import SmallGrantFacts
from app.queries.similar_offers import Similar
from workflows.engine import Context
from workflows.roles import Role
from workflows.small_grant import QUEUED, GrantOutcome
from workflows.small_grant import SmallGrantState as S
from workflows.words import N_

JUDGING = ("find_purposeful", "find_not_purposeful", "judge_purpose")
OUTCOMES = {
    GrantOutcome.FULL: ("ok", N_("award in full")),
    GrantOutcome.REDUCED: ("warn", N_("reduced award")),
    GrantOutcome.REFUSAL: ("bad", N_("refusal")),
}
ANSWERS = {CommentAnswer.ANSWERED: ("ok", N_("answered")), CommentAnswer.NOTED: ("ended", N_("noted"))}
ANSWERABLE = frozenset({S.PUBLISHED, S.COMMENTS_CLOSED, S.DECISION_PENDING})
ENDINGS = {S.REFUSED: N_("The grant was refused"), S.NOT_PURPOSEFUL: N_("The offer was found not purposeful")}
AFTER_AWARD = {
    GrantOutcome.FULL: N_("Next comes the agreement. The office prepares it and writes to you when it can be signed."),
    GrantOutcome.REDUCED: N_(
        "The office asks you to adjust the costs and results to this sum. Do so in the term of its letter, or resign."
    ),
}  # fmt: skip


@dataclass(frozen=True)
class CommentLine:
    """One comment as the office reads it; `answer_url` leads an official to the answer that is still due."""

    number: int
    text: str
    author: str
    email: str
    received_at: datetime
    answered: tuple[str, str] | None
    answer: str
    answered_by: str
    answer_url: str


@dataclass(frozen=True)
class Judgement:
    """The opinion on purposefulness with its criteria: (text, met or None, sentence)."""

    purposeful: bool
    reason: str
    criteria: tuple[tuple[str, bool | None, str], ...]
    who: str
    at: datetime | None


@dataclass(frozen=True)
class SimilarLine:
    """An offer that looks alike; without an address where it belongs to another department."""

    title: str
    organisation: str
    kind: str
    similar: Similar
    url: str


def gather(facts: SmallGrantFacts, context: Context, audience: str) -> dict[str, Any]:
    """The values for the template; for the organisation nothing but the decision."""
    grant = facts.offer
    if audience == "applicant":
        return {"decision": _decision(grant)}
    return {
        "comments": [_comment(row, grant, Role.OFFICIAL in context.roles) for row in grant.comments],
        "decision": _decision(grant),
        "judgement": _judgement(grant) if grant.purposeful is not None else None,
        "proposal": _proposal(grant) if grant.state is S.DECISION_PENDING else None,
        "similar": [similar_line(row, grant) for row in facts.similar] if grant.state in QUEUED else [],
    }


def _comment(row: PublicComment, grant: SmallGrant, official: bool) -> CommentLine:
    due = official and row.outcome is None and grant.state in ANSWERABLE
    answered = ANSWERS[row.outcome] if row.outcome else None
    return CommentLine(
        number=row.number,
        text=row.text,
        author=row.author,
        email=row.email if official else "",
        received_at=row.received_at,
        answered=(answered[0], _(answered[1])) if answered else None,
        answer=row.answer,
        answered_by=row.answered_by.name if row.answered_by else "",
        answer_url=_answer_url(row, grant) if due else "",
    )


def _answer_url(row: PublicComment, grant: SmallGrant) -> str:
    return url_for("steps.ask", plural="small-grants", public_id=grant.public_id, trigger="answer_comment", comment=row.public_id)  # fmt: skip


def _judgement(grant: SmallGrant) -> Judgement:
    """The criteria stand in the history, where the note takes them from."""
    detail = db.session.scalar(
        sa.select(AuditDetail.detail)
        .join(
            AuditEntry,
            sa.and_(
                AuditEntry.case_kind == AuditDetail.case_kind,
                AuditEntry.case_id == AuditDetail.case_id,
                AuditEntry.seq == AuditDetail.seq,
            ),
        )
        .where(
            AuditEntry.case_kind == grant.case_kind,
            AuditEntry.case_id == grant.id,
            AuditEntry.trigger.in_(JUDGING),
        )
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    )
    rows = (detail or {}).get("criteria") or []
    return Judgement(
        purposeful=bool(grant.purposeful),
        reason=grant.purpose_reason,
        criteria=tuple((row["text"], row.get("met"), row.get("sentence", "")) for row in rows),
        who=_name(grant.purpose_judged_by_id),
        at=grant.purpose_judged_at,
    )


def _proposal(grant: SmallGrant) -> dict[str, Any] | None:
    """What waits for the person who decides."""
    if grant.proposed_outcome is None:
        return None
    tone, words = OUTCOMES[grant.proposed_outcome]
    return {
        "outcome": (tone, _(words)),
        "amount": money(grant.proposed_grosze) if grant.proposed_grosze else "",
        "reason": grant.proposed_reason,
        "similar_judged": grant.similar_judged,
        "who": _name(grant.proposed_by_id),
        "at": grant.proposed_at,
    }


def _decision(grant: SmallGrant) -> dict[str, Any] | None:
    """The decision as the letter says it: nothing before it is made."""
    if grant.awarded_grosze and grant.proposed_outcome in AFTER_AWARD:
        tone, words = OUTCOMES[grant.proposed_outcome]
        shares = [(row.organisation.name, money(row.amount_grosze)) for row in grant.shares]
        return {
            "outcome": (tone, _(words)), "amount": money(grant.awarded_grosze), "reason": grant.decision_reason, "at": grant.decided_at,
            "shares": shares if len(shares) > 1 else [],
            "next": _(AFTER_AWARD[grant.proposed_outcome]) if grant.state in {S.AWARDED_FULL, S.AWARDED_REDUCED} else "",
        }  # fmt: skip
    if grant.state in ENDINGS:
        return {
            "outcome": ("bad", _(ENDINGS[grant.state])), "amount": "", "reason": grant.decision_reason, "at": grant.decided_at,
            "shares": [], "next": "",
        }  # fmt: skip
    return None


def similar_line(row: Similar, grant: SmallGrant) -> SimilarLine:
    """The line of the table; departments are walls, so the address is left out across one."""
    other = row.other
    same_unit = other.call.unit_id == grant.intake.unit_id
    return SimilarLine(
        title=row.title or _("Offer without a title"),
        organisation=other.organisation.name,
        kind=_(other.workflow.title),
        similar=row,
        url=url_for("cases.show", plural=other.workflow.plural, public_id=other.public_id)
        if same_unit
        else "",
    )


def _name(user_id: int | None) -> str:
    person = db.session.get(User, user_id) if user_id is not None else None
    return (person.name or person.email) if person else ""
