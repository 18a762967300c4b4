"""Requests that already ran, so that a second click does nothing twice."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model


class IdempotencyKey(Model):
    """The answer to a request that ran; the same key with another body is refused."""

    __tablename__ = "idempotency_key"

    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    request_sha256: Mapped[str] = mapped_column(sa.String(64))
    location: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.clock_timestamp(), index=True)


class Arrival(Model):
    """When a form arrived whole, stored at once and by itself: a repetition after a breakdown still counts as the first.

    The row goes when the request is answered.
    """

    __tablename__ = "arrival"

    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    request_sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
