"""How long personal data are kept: the city's own terms, and cases that must be kept longer."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.account import User
from app.models.case import Id, words


class Retained(StrEnum):
    """What a term is about, and from which event it runs."""

    ACCOUNT = "account"  # a closed account: from the day on which it was closed
    LETTER = "letter"  # an e-mail: from the day on which it was sent
    COMMENT = "comment"  # who commented on a small grant: from the receipt of the comment
    REQUEST = "request"  # who asked or complained: from the end of the case


class RetentionRule(Model):
    """The term of one kind of data in days. Without a row nothing of that kind is ever removed."""

    __tablename__ = "retention_rule"

    kind: Mapped[Retained] = mapped_column(words(Retained), primary_key=True)
    days: Mapped[int]
    basis: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    changed_by: Mapped[User] = relationship()

    __table_args__ = (sa.CheckConstraint("days BETWEEN 1 AND 18263", name="days"),)  # fifty years


class LegalHold(Model):
    """A request that must be kept whatever the term says, such as one before a court, until it is lifted."""

    __tablename__ = "legal_hold"

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("request.id"), index=True)
    reason: Mapped[str]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    __table_args__ = (
        sa.Index("uq_legal_hold_standing", "request_id", unique=True, postgresql_where=sa.text("lifted_at IS NULL")),
    )  # fmt: skip
