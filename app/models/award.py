"""Rounds of awards: proposed by the office, decided by order, never beyond the pool."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.call import Call
from app.models.case import Grosze, Id, words
from app.models.offer import Offer


class Outcome(StrEnum):
    FULL = "full"
    REDUCED = "reduced"
    RESERVE = "reserve"
    NONE = "none"


class AwardRound(Model):
    """One decision on grants. Until `decided_at` it is a proposal that can be rewritten."""

    __tablename__ = "award_round"

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id"), index=True)
    number: Mapped[int]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    order_number: Mapped[str] = mapped_column(default="")
    order_date: Mapped[date | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    call: Mapped[Call] = relationship(back_populates="rounds")
    awards: Mapped[list["Award"]] = relationship(
        back_populates="round", order_by="Award.id", cascade="all, delete-orphan"
    )

    __table_args__ = (sa.UniqueConstraint("call_id", "number"),)


class Award(Model):
    """What one round gives to one offer, per budget year."""

    __tablename__ = "award"

    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("award_round.id", ondelete="CASCADE"), index=True)
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), index=True)
    outcome: Mapped[Outcome] = mapped_column(words(Outcome))
    reason: Mapped[str] = mapped_column(default="")
    round: Mapped[AwardRound] = relationship(back_populates="awards")
    offer: Mapped[Offer] = relationship(back_populates="awards")
    years: Mapped[list["AwardYear"]] = relationship(
        back_populates="award", order_by="AwardYear.year", cascade="all, delete-orphan"
    )

    __table_args__ = (sa.UniqueConstraint("round_id", "offer_id"),)

    @property
    def amount_grosze(self) -> int:
        return sum(year.amount_grosze for year in self.years)


class AwardYear(Model):
    """The part of an award in one budget year."""

    __tablename__ = "award_year"

    award_id: Mapped[int] = mapped_column(sa.ForeignKey("award.id", ondelete="CASCADE"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amount_grosze: Mapped[Grosze]
    award: Mapped[Award] = relationship(back_populates="years")

    __table_args__ = (sa.CheckConstraint("amount_grosze > 0", name="amount"),)
