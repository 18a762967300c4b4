"""What administrators did with accounts and departments: rows that are added and never changed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.extensions import Model
from app.models.account import User
from app.models.case import Id, words
from app.models.unit import Unit


class AccountChange(StrEnum):
    CREATED = "created"
    INVITED = "invited"
    ROLES = "roles"
    DEPARTMENT = "department"
    DISABLED = "disabled"
    ENABLED = "enabled"
    SESSIONS_ENDED = "sessions_ended"
    SECOND_FACTOR_RESET = "second_factor_reset"
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"


class UnitChange(StrEnum):
    RETURN_ACCOUNT = "return_account"
    CLOSURE_ADDED = "closure_added"
    CLOSURE_REMOVED = "closure_removed"


class EventMixin:
    """Who did it (nobody where a command or the person's own sign-in did), when, why, and the values before and after."""

    id: Mapped[Id]
    at: Mapped[datetime]
    reason: Mapped[str]
    detail: Mapped[dict[str, Any]]
    request_id: Mapped[str] = mapped_column(sa.String(64))

    @declared_attr
    def actor_id(cls) -> Mapped[int | None]:  # noqa: N805 - SQLAlchemy calls it with the class
        return mapped_column(sa.ForeignKey("user_account.id"), index=True)


class AccountEvent(EventMixin, Model):
    """A change of somebody's account."""

    __tablename__ = "account_event"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    what: Mapped[AccountChange] = mapped_column(words(AccountChange))
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    actor: Mapped[User | None] = relationship(foreign_keys="AccountEvent.actor_id")


class UnitEvent(EventMixin, Model):
    """A change of a department's office days or of its account for returns."""

    __tablename__ = "unit_event"

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    what: Mapped[UnitChange] = mapped_column(words(UnitChange))
    unit: Mapped[Unit] = relationship()
    actor: Mapped[User | None] = relationship(foreign_keys="UnitEvent.actor_id")
