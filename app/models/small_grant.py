"""The small grant (art. 19a): an offer without a competition, its publication, its comments and its decision."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.account import User
from app.models.application import Application
from app.models.case import Grosze, Id, columns_of_sibling, new_public_id, words
from app.models.offer import Offer
from app.models.organisation import Organisation
from app.models.procedure import Place, ProcedureKind
from workflows.small_grant import GrantOutcome, SmallGrantState

if TYPE_CHECKING:
    from app.models.intake import Intake


class CommentAnswer(StrEnum):
    """What became of a comment: answered in writing, or noted without an answer."""

    ANSWERED = "answered"
    NOTED = "noted"


class SmallGrant(Application):
    """An offer outside a competition. `received_at` gives its place in the queue, `filed_at` chooses the law.

    `publication_from` is the moment from which the seven business days run: the receipt, or the confirmation of an
    offer called up from the queue that was never published. `public_text` is the text without personal data as it
    hangs in the three places; it is written once.
    """

    __tablename__ = "small_grant"
    __mapper_args__ = {
        "polymorphic_identity": ProcedureKind.SMALL_GRANTS,
        "polymorphic_load": "inline",
        "exclude_properties": columns_of_sibling(Application, Offer),
    }

    case_kind = "small_grant"

    if TYPE_CHECKING:
        call: Mapped[Intake]

    id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), primary_key=True)
    state: Mapped[SmallGrantState] = mapped_column(
        words(SmallGrantState), default=SmallGrantState.DRAFT, index=True
    )
    filed_at: Mapped[datetime | None]
    posted_on: Mapped[date | None]
    publication_from: Mapped[datetime | None]
    publication_due: Mapped[datetime | None] = mapped_column(index=True)
    published_on: Mapped[date | None]
    comments_until: Mapped[datetime | None] = mapped_column(index=True)
    public_text: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    purposeful: Mapped[bool | None]
    purpose_reason: Mapped[str] = mapped_column(default="")
    purpose_judged_at: Mapped[datetime | None]
    purpose_judged_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    proposed_outcome: Mapped[GrantOutcome | None] = mapped_column(words(GrantOutcome))
    proposed_grosze: Mapped[int | None] = mapped_column(sa.BigInteger)
    proposed_reason: Mapped[str] = mapped_column(default="")
    proposed_at: Mapped[datetime | None]
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    similar_judged: Mapped[str] = mapped_column(default="")
    awarded_grosze: Mapped[int | None] = mapped_column(sa.BigInteger)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decision_reason: Mapped[str] = mapped_column(default="")
    confirmation_due: Mapped[datetime | None]

    publications: Mapped[list["GrantPublication"]] = relationship(
        back_populates="small_grant", order_by="GrantPublication.id"
    )
    comments: Mapped[list["PublicComment"]] = relationship(
        back_populates="small_grant", order_by="PublicComment.number"
    )
    shares: Mapped[list["GrantShare"]] = relationship(
        back_populates="small_grant", order_by="GrantShare.id", cascade="all, delete-orphan"
    )

    @property
    def intake(self) -> "Intake":
        return self.call

    __table_args__: Any = (
        sa.CheckConstraint("awarded_grosze > 0", name="awarded"),
        sa.CheckConstraint("proposed_grosze > 0", name="proposed"),
        sa.CheckConstraint("decided_by_id <> proposed_by_id", name="four_eyes"),
    )


class GrantPublication(Model):
    """That the offer hung in one of the three places from a day on, with where to find it (art. 19a ust. 3)."""

    __tablename__ = "grant_publication"

    id: Mapped[Id]
    small_grant_id: Mapped[int] = mapped_column(sa.ForeignKey("small_grant.id"), index=True)
    place: Mapped[Place] = mapped_column(words(Place))
    published_on: Mapped[date]
    reference: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    small_grant: Mapped[SmallGrant] = relationship(back_populates="publications")

    __table_args__ = (sa.UniqueConstraint("small_grant_id", "place"),)


class PublicComment(Model):
    """What anybody wrote about a published offer (art. 19a ust. 4), and what the Department did with it.

    `email` is for an answer only and is never shown. `sender` is a keyed hash of where the comment came from, kept for
    a day to hold back a flood.
    """

    __tablename__ = "public_comment"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True, default=new_public_id)
    small_grant_id: Mapped[int] = mapped_column(sa.ForeignKey("small_grant.id"), index=True)
    number: Mapped[int]
    author: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    received_at: Mapped[datetime]
    sender: Mapped[str] = mapped_column(sa.String(64), default="", index=True)
    outcome: Mapped[CommentAnswer | None] = mapped_column(words(CommentAnswer))
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    purged_at: Mapped[datetime | None]
    small_grant: Mapped[SmallGrant] = relationship(back_populates="comments")
    answered_by: Mapped[User | None] = relationship()

    __table_args__ = (sa.UniqueConstraint("small_grant_id", "number"),)


class GrantShare(Model):
    """What of an awarded small grant falls to one organisation: it counts towards that organisation's year."""

    __tablename__ = "grant_share"

    id: Mapped[Id]
    small_grant_id: Mapped[int] = mapped_column(sa.ForeignKey("small_grant.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    amount_grosze: Mapped[Grosze]
    small_grant: Mapped[SmallGrant] = relationship(back_populates="shares")
    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("small_grant_id", "organisation_id"),
        sa.CheckConstraint("amount_grosze >= 0", name="amount"),
    )
