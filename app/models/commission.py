"""The commission: its order, its members, their impartiality, their cards and the protocol."""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.account import User
from app.models.call import Call, MeritCriterion
from app.models.case import Id
from app.models.offer import Offer


class Commission(Model):
    """The commission of one call, appointed by order (art. 15 ust. 2a)."""

    __tablename__ = "commission"

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id"), unique=True)
    order_number: Mapped[str]
    order_date: Mapped[date]
    appointed_at: Mapped[datetime]
    call: Mapped[Call] = relationship(back_populates="commission")
    members: Mapped[list["CommissionMember"]] = relationship(
        back_populates="commission", order_by="CommissionMember.id"
    )


class CommissionMember(Model):
    """A member: who indicated the person, and whether the statement of impartiality is signed."""

    __tablename__ = "commission_member"

    id: Mapped[Id]
    commission_id: Mapped[int] = mapped_column(sa.ForeignKey("commission.id"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    chair: Mapped[bool] = mapped_column(default=False)
    indicated_by: Mapped[str]
    stated_at: Mapped[datetime | None]
    stated_list_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    commission: Mapped[Commission] = relationship(back_populates="members")
    user: Mapped[User] = relationship()
    exclusions: Mapped[list["Exclusion"]] = relationship(
        back_populates="member", cascade="all, delete-orphan"
    )

    __table_args__ = (sa.UniqueConstraint("commission_id", "user_id"),)


class Exclusion(Model):
    """A member excluded from one offer, with the ground (art. 24 KPA); nobody overrides it."""

    __tablename__ = "exclusion"

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("commission_member.id"), index=True)
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), index=True)
    ground: Mapped[str]
    declared_at: Mapped[datetime]
    member: Mapped[CommissionMember] = relationship(back_populates="exclusions")

    __table_args__ = (sa.UniqueConstraint("member_id", "offer_id"),)


class ScoringCard(Model):
    """The card of one evaluator for one offer; once closed it does not change."""

    __tablename__ = "scoring_card"

    id: Mapped[Id]
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), index=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("commission_member.id"), index=True)
    assigned_at: Mapped[datetime]
    saved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(default="")
    proposed_grosze: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(default=1)
    offer: Mapped[Offer] = relationship(back_populates="cards")
    member: Mapped[CommissionMember] = relationship()
    scores: Mapped[list["Score"]] = relationship(
        back_populates="card", order_by="Score.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (sa.UniqueConstraint("offer_id", "member_id"),)

    @property
    def total(self) -> Decimal:
        """The sum of the points given so far."""
        return sum((score.points for score in self.scores if score.points is not None), Decimal(0))


class Score(Model):
    """The points of one criterion on one card, with the reason."""

    __tablename__ = "score"

    id: Mapped[Id]
    card_id: Mapped[int] = mapped_column(sa.ForeignKey("scoring_card.id", ondelete="CASCADE"), index=True)
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("merit_criterion.id"))
    points: Mapped[Decimal | None]
    reason: Mapped[str] = mapped_column(default="")
    card: Mapped[ScoringCard] = relationship(back_populates="scores")
    criterion: Mapped[MeritCriterion] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("card_id", "criterion_id"),
        sa.CheckConstraint("points >= 0", name="points"),
    )


class Protocol(Model):
    """The commission's protocol; its checksum is what the members sign."""

    __tablename__ = "protocol"

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id"), unique=True)
    held_on: Mapped[date]
    present_ids: Mapped[list[int]] = mapped_column(default=list)
    course: Mapped[str]
    dissent: Mapped[str] = mapped_column(default="")
    checksum: Mapped[str] = mapped_column(sa.String(64))
    written_at: Mapped[datetime]
    call: Mapped[Call] = relationship(back_populates="protocol")
