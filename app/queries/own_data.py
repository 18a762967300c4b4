"""Everything that the system holds about one person with an account (art. 15 and 20 GDPR), as plain data.

It gives what the person wrote and did, and nothing of others: texts of an organisation belong to the organisation, and
names of evaluators stay hidden.
"""

from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import (
    AuditEntry,
    ExternalIdentity,
    LoginSession,
    Membership,
    Message,
    Organisation,
    PublicComment,
    RepresentationRight,
    Signature,
    User,
)


def of(user: User) -> dict[str, Any]:
    """One entry per kind of data; times in UTC, ISO 8601."""
    return {
        "account": _account(user),
        "second_factors": {
            "codes": user.tf_totp_secret is not None,
            "passkeys": [{"name": row.name, "last_used": row.lastuse_datetime} for row in user.webauthn],
        },
        "identities_with_providers": _rows(
            sa.select(ExternalIdentity.issuer, ExternalIdentity.subject).where(
                ExternalIdentity.user_id == user.id
            )
        ),
        "sessions": _rows(
            sa.select(LoginSession.created_at, LoginSession.seen_at, LoginSession.agent)
            .where(LoginSession.user_id == user.id)
            .order_by(LoginSession.created_at)
        ),
        "organisations": _rows(
            sa.select(Organisation.name, Membership.owner, Membership.editor, Membership.signatory)
            .join(Membership, Membership.organisation_id == Organisation.id)
            .where(Membership.user_id == user.id)
            .order_by(Organisation.name)
        ),
        "rights_to_represent": _rows(
            sa.select(Organisation.name, RepresentationRight.person_name, RepresentationRight.function)
            .join(RepresentationRight, RepresentationRight.organisation_id == Organisation.id)
            .where(RepresentationRight.user_id == user.id)
            .order_by(Organisation.name)
        ),
        "signatures": _rows(
            sa.select(Signature.subject, Signature.capacity, Signature.signed_at)
            .where(Signature.user_id == user.id)
            .order_by(Signature.signed_at)
        ),
        "letters": _rows(
            sa.select(Message.created_at, Message.subject, Message.body)
            .where(Message.user_id == user.id)
            .order_by(Message.created_at)
        ),
        "comments_with_this_address": _rows(
            sa.select(PublicComment.received_at, PublicComment.author, PublicComment.text)
            .where(sa.func.lower(PublicComment.email) == user.email)
            .order_by(PublicComment.received_at)
        ),
        "steps_taken": _rows(
            sa.select(AuditEntry.at, AuditEntry.case_kind, AuditEntry.trigger, AuditEntry.actor_role)
            .where(AuditEntry.actor_id == user.id)
            .order_by(AuditEntry.at)
        ),
    }


def _account(user: User) -> dict[str, Any]:
    return {
        "name": user.name, "email": user.email, "language": user.language, "made": user.create_datetime,
        "confirmed": user.confirmed_at, "roles": sorted(user.role_names), "department": user.unit.name if user.unit else None,
    }  # fmt: skip


def _rows(query: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in db.session.execute(query)]
