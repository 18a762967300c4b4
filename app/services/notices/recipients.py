"""Who is written to: one row per kind of notice."""

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import (
    APPLICATIONS,
    Application,
    Commission,
    CommissionMember,
    Membership,
    OfferParty,
    Role,
    ScoringCard,
    Signature,
    User,
)
from app.services.notices.subject import Subject
from workflows.kinds import NoticeKind
from workflows.offer import OfferState
from workflows.roles import Role as Named

Group = Callable[[Subject], Iterable[User]]


def members(subject: Subject) -> Iterable[User]:
    """Everybody who works for an offeror of the offer; of a partner who resigned nobody any more."""
    return _members_of(_parties().where(OfferParty.offer_id == _offer(subject).id))


def signatories_left(subject: Subject) -> Iterable[User]:
    """The signatories of the offerors who have not signed the text of this step yet."""
    offer = _offer(subject)
    signed = sa.select(Signature.user_id).where(
        Signature.case_kind == offer.case_kind,
        Signature.case_id == offer.id,
        Signature.checksum == subject.detail.get("checksum", ""),
    )
    parties = _parties().where(OfferParty.offer_id == offer.id)
    return _members_of(parties, Membership.signatory.is_(True), User.id.not_in(signed))


def writers(subject: Subject) -> Iterable[User]:
    """Everybody with a draft or an offer in the call or intake."""
    applied = APPLICATIONS[subject.call.case_kind]
    offers = sa.select(applied.id).where(
        applied.call_id == subject.call.id, applied.state != OfferState.WITHDRAWN
    )
    return _members_of(_parties().where(OfferParty.offer_id.in_(offers)))


def evaluators(subject: Subject) -> Iterable[User]:
    """The members of the commission to whom cards are assigned."""
    return db.session.scalars(
        sa.select(User)
        .join(CommissionMember, CommissionMember.user_id == User.id)
        .join(Commission)
        .join(ScoringCard, ScoringCard.member_id == CommissionMember.id)
        .where(Commission.call_id == subject.call.id, User.active)
        .distinct()
        .order_by(User.id)
    )


def office(*roles: Named) -> Group:
    """The people of the call's unit with one of these roles, without the one who took the step."""

    def people(subject: Subject) -> Iterable[User]:
        return db.session.scalars(
            sa.select(User)
            .where(
                User.active,
                sa.or_(User.unit_id == subject.call.unit_id, User.unit_id.is_(None)),
                User.roles.any(Role.name.in_([role.value for role in roles])),
                User.id.is_distinct_from(subject.actor_id),
            )
            .order_by(User.id)
        )

    return people


def together(*groups: Group) -> Group:
    """Several groups after each other."""
    return lambda subject: [user for group in groups for user in group(subject)]


officials = office(Named.OFFICIAL)
M = NoticeKind
RECIPIENTS: dict[NoticeKind, Group] = {
    M.CALL_APPROVAL_ASKED: office(Named.DIRECTOR, Named.MAYOR_SIGNATORY),
    M.CALL_RETURNED: officials,
    M.CALL_CHANGED: writers,
    M.CALL_CANCELLED: writers,
    M.OFFER_SIGNATURE_ASKED: signatories_left,
    M.OFFER_SUBMITTED: members,
    M.OFFER_WITHDRAWN: together(members, officials),
    M.OFFER_REGISTERED: members,
    M.CORRECTION_CALLED: members,
    M.CORRECTION_RECEIVED: together(members, officials),
    M.FORMALLY_REJECTED: members,
    M.SCORING_STARTED: evaluators,
    M.RESULT_KNOWN: members,
    M.UPDATE_ASKED: members,
    M.UPDATE_RETURNED: members,
    M.AWARD_LOST: members,
    M.AGREEMENT_READY: members,
    M.AGREEMENT_SIGNED: together(members, office(Named.OFFICIAL, Named.TREASURER)),
    M.MONEY_SENT: members,
    M.ANNEX_ANSWERED: members,
    M.AGREEMENT_ENDED: members,
    M.REPORT_OPENED: members,
    M.REPORT_CALLED: members,
    M.REPORT_RECEIVED: together(members, officials),
    M.QUESTIONS_ASKED: members,
    M.REPORT_ACCEPTED: members,
    M.RETURN_DEMANDED: members,
    M.CASE_SETTLED: members,
    M.GRANT_PUBLISHED: members,
    M.GRANT_DECIDED: members,
    M.GRANT_CALLED_UP: members,
    M.COMMENT_RECEIVED: officials,
}


def _offer(subject: Subject) -> Application:
    if subject.offer is None:
        raise LookupError("this notice is about an offer")
    return subject.offer


def _parties() -> sa.Select[Any]:
    return sa.select(OfferParty.organisation_id).where(OfferParty.resigned_at.is_(None))


def _members_of(organisations: sa.Select[Any], *conditions: sa.ColumnElement[bool]) -> Iterable[User]:
    return db.session.scalars(
        sa.select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id.in_(organisations), User.active, *conditions)
        .distinct()
        .order_by(User.id)
    )
