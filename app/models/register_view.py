"""Saved choices of registers."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.case import Id, new_public_id


class RegisterView(Model):
    """What a person chose of a register, under a name of the person's own: columns, filters and order."""

    __tablename__ = "register_view"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True, default=new_public_id)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id", ondelete="CASCADE"))
    register: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(100))
    choice: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("user_id", "register", "name"),)
