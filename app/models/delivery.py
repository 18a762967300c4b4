"""Letters that start a term: how they were sent, and when they count as delivered."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.case import Id, words


class Channel(StrEnum):
    PORTAL = "portal"
    E_DELIVERY = "e_delivery"
    POST = "post"
    IN_PERSON = "in_person"
    EMAIL = "email"


class DeliveryEvent(StrEnum):
    SENT = "sent"
    DELIVERED = "delivered"
    REFUSED = "refused"
    RETURNED = "returned"
    DEEMED = "deemed"


class Delivery(Model):
    """One letter to one case. The term runs from `delivered_at`, never from the click that sent it."""

    __tablename__ = "delivery"

    id: Mapped[Id]
    case_kind: Mapped[str] = mapped_column(sa.String(32))
    case_id: Mapped[int] = mapped_column(sa.BigInteger)
    subject: Mapped[str] = mapped_column(sa.String(40))
    channel: Mapped[Channel] = mapped_column(words(Channel))
    event: Mapped[DeliveryEvent] = mapped_column(words(DeliveryEvent), default=DeliveryEvent.SENT)
    sent_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    evidence: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    __table_args__ = (sa.Index("ix_delivery_case", "case_kind", "case_id"),)
