"""People: accounts, their roles in the office, their second factors and their sessions."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_security import RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.case import Id
from app.models.unit import Unit

user_role = sa.Table(
    "user_role",
    Model.metadata,
    sa.Column("user_id", sa.ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("role_id", sa.ForeignKey("role.id"), primary_key=True),
)


class Role(Model, RoleMixin):
    """A role in the office; the roles on a case of an organisation come from memberships."""

    __tablename__ = "role"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(sa.String(40), unique=True)
    description: Mapped[str] = mapped_column(default="")
    permissions: Mapped[list[str] | None]


class User(Model, UserMixin):
    """A person's account. The columns without a word of ours are those that Flask-Security asks for."""

    __tablename__ = "user_account"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(sa.String(320), unique=True)
    name: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(sa.String(2), default="pl")
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # type: ignore[assignment]  # the mixin promises less
    confirmed_at: Mapped[datetime | None]
    create_datetime: Mapped[datetime] = mapped_column(server_default=sa.func.clock_timestamp())
    update_datetime: Mapped[datetime | None] = mapped_column(onupdate=sa.func.clock_timestamp())  # type: ignore[assignment]  # the mixin promises less
    tf_primary_method: Mapped[str | None] = mapped_column(sa.String(64))
    tf_totp_secret: Mapped[str | None]
    tf_last_counter: Mapped[int | None] = mapped_column(
        sa.BigInteger
    )  # the last code used: a code works once
    mf_recovery_codes: Mapped[list[str] | None]
    us_totp_secrets: Mapped[str | None]
    us_phone_number: Mapped[str | None] = mapped_column(sa.String(128))
    username: Mapped[str | None] = mapped_column(sa.String(255), unique=True)
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    closed_at: Mapped[datetime | None]  # since when it is closed; the term for its data runs from then
    purged_at: Mapped[datetime | None]

    unit: Mapped[Unit | None] = relationship()
    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]  # the mixin promises less
        secondary=user_role, lazy="selectin"
    )
    webauthn: Mapped[list["WebAuthn"]] = relationship(  # type: ignore[assignment]  # the mixin promises less
        back_populates="user", cascade="all, delete-orphan"
    )

    @property
    def role_names(self) -> frozenset[str]:
        return frozenset(role.name for role in self.roles)


class WebAuthn(Model, WebAuthnMixin):
    """A passkey of an account."""

    __tablename__ = "webauthn"

    id: Mapped[Id]
    credential_id: Mapped[bytes] = mapped_column(sa.LargeBinary(1024), unique=True, index=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None]
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(sa.String(64))
    extensions: Mapped[str | None] = mapped_column(sa.String(255))
    create_datetime: Mapped[datetime] = mapped_column(server_default=sa.func.clock_timestamp())
    lastuse_datetime: Mapped[datetime]
    name: Mapped[str] = mapped_column(sa.String(64))
    usage: Mapped[str] = mapped_column(sa.String(64))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    user: Mapped[User] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, Any]:
        """How Flask-Security finds the owner of this passkey."""
        return {"id": self.user_id}


class LoginSession(Model):
    """A browser session: the cookie holds random bits, the row their SHA-256; deleting the row ends the session."""

    __tablename__ = "login_session"

    token_sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    proved_at: Mapped[datetime | None]  # when the person last gave the password, a code or a passkey
    resumed_at: Mapped[datetime | None]  # the first request after a pause, when nothing was proved since
    agent: Mapped[str] = mapped_column(sa.String(200), default="")
