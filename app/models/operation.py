"""The installation itself: what was seen alive, and whether e-mail is held back."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model


class Heartbeat(Model):
    """When a part of the installation was last seen at work, by its name."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    at: Mapped[datetime]


class MailHold(Model):
    """While its one row stands, no e-mail leaves: a restored copy must not write to people."""

    __tablename__ = "mail_hold"

    id: Mapped[int] = mapped_column(
        sa.SmallInteger, primary_key=True, autoincrement=False, default=1, server_default="1"
    )
    since: Mapped[datetime]
    reason: Mapped[str]

    __table_args__ = (sa.CheckConstraint("id = 1", name="one"),)
