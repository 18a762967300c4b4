"""Reading organisations: whose they are, who belongs to them, who is asked to join."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import BankAccount, Invitation, Membership, Organisation, RepresentationRight, User


def memberships_of(user_id: int) -> Sequence[Membership]:
    """What the person is in which organisation, by the organisation's name."""
    return db.session.scalars(
        sa.select(Membership)
        .join(Organisation)
        .options(joinedload(Membership.organisation))
        .where(Membership.user_id == user_id)
        .order_by(Organisation.name, Organisation.id)
    ).all()


def membership(public_id: str, user_id: int) -> Membership | None:
    """What the person is in the organisation; None for a stranger and for an organisation that does not exist."""
    return db.session.scalar(
        sa.select(Membership)
        .join(Organisation)
        .options(joinedload(Membership.organisation))
        .where(Organisation.public_id == public_id, Membership.user_id == user_id)
    )


def members(organisation: Organisation) -> Sequence[Membership]:
    """The people of the organisation, owners first."""
    return db.session.scalars(
        sa.select(Membership)
        .join(User)
        .options(joinedload(Membership.user))
        .where(Membership.organisation_id == organisation.id)
        .order_by(Membership.owner.desc(), User.name, User.id)
    ).all()


def open_invitations(organisation: Organisation) -> Sequence[Invitation]:
    """Who was asked to join and has not answered, the latest first."""
    return db.session.scalars(
        sa.select(Invitation)
        .where(
            Invitation.organisation_id == organisation.id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Invitation.invited_at.desc())
    ).all()


def possible_parents(user_id: int) -> list[Organisation]:
    """The organisations for which the person may add a branch: those that the person owns and that are no branches."""
    rows = memberships_of(user_id)
    return [row.organisation for row in rows if row.owner and row.organisation.parent_id is None]


def taken(column: str, value: str, but: Organisation | None = None) -> bool:
    """Whether another organisation has this NIP or REGON."""
    query = sa.select(Organisation.id).where(getattr(Organisation, column) == value)
    if but is not None:
        query = query.where(Organisation.id != but.id)
    return db.session.scalar(query) is not None


def registered(register: str, number: str, but: Organisation | None = None) -> bool:
    """Whether another organisation that is no branch stands under this number of the register."""
    query = sa.select(Organisation.id).where(
        Organisation.register == register,
        Organisation.register_number == number,
        Organisation.parent_id.is_(None),
    )
    if but is not None:
        query = query.where(Organisation.id != but.id)
    return db.session.scalar(query) is not None


def right_of(organisation: Organisation, right_id: int) -> RepresentationRight | None:
    """A right of this organisation."""
    right = db.session.get(RepresentationRight, right_id)
    return right if right is not None and right.organisation_id == organisation.id else None


def account_of(organisation: Organisation, account_id: int) -> BankAccount | None:
    """A bank account of this organisation."""
    account = db.session.get(BankAccount, account_id)
    return account if account is not None and account.organisation_id == organisation.id else None
