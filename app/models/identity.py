"""Who somebody is at a provider of OpenID Connect."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.account import User
from app.models.case import Id


class ExternalIdentity(Model):
    """The subject of an issuer that opens an account. An account has one subject at an issuer, a subject one account."""

    __tablename__ = "external_identity"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id", ondelete="CASCADE"))
    issuer: Mapped[str]
    subject: Mapped[str] = mapped_column(sa.String(255))
    linked_at: Mapped[datetime]
    user: Mapped[User] = relationship()

    __table_args__ = (sa.UniqueConstraint("issuer", "subject"), sa.UniqueConstraint("user_id", "issuer"))
