"""Who is excluded from a case (art. 24 KPA), and the doubts about impartiality that somebody has to decide."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.account import User
from app.models.case import Id, new_public_id, words
from workflows.exclusion import LEAST_REASON, Asker, Found, Ground


class CaseExclusion(Model):
    """A person is excluded from a case and from all that comes of it. Such a row is never changed or removed."""

    __tablename__ = "case_exclusion"

    id: Mapped[Id]
    case_kind: Mapped[str] = mapped_column(sa.String(32))
    case_id: Mapped[int] = mapped_column(sa.BigInteger)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    ground: Mapped[Ground] = mapped_column(words(Ground))
    found: Mapped[Found] = mapped_column(words(Found))
    note: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    recorded_by: Mapped[User | None] = relationship(foreign_keys=[recorded_by_id])

    __table_args__ = (sa.UniqueConstraint("case_kind", "case_id", "user_id"),)


class ExclusionDoubt(Model):
    """A doubt about somebody's impartiality (art. 24 § 3 KPA); decided once, with a reason, by somebody else."""

    __tablename__ = "exclusion_doubt"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True, default=new_public_id)
    case_kind: Mapped[str] = mapped_column(sa.String(32))
    case_id: Mapped[int] = mapped_column(sa.BigInteger)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    asker: Mapped[Asker] = mapped_column(words(Asker))
    circumstances: Mapped[str]
    raised_at: Mapped[datetime]
    raised_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    excluded: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(default="")

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    raised_by: Mapped[User | None] = relationship(foreign_keys=[raised_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])

    __table_args__ = (
        sa.Index("ix_exclusion_doubt_case", "case_kind", "case_id"),
        sa.Index(
            "uq_exclusion_doubt_open", "case_kind", "case_id", "user_id", unique=True,
            postgresql_where=sa.text("decided_at IS NULL"),
        ),
        sa.CheckConstraint("decided_by_id <> user_id", name="another_decides"),
        sa.CheckConstraint(
            f"decided_at IS NULL OR (excluded IS NOT NULL AND decided_by_id IS NOT NULL AND length(reason) >= {LEAST_REASON})",
            name="decided_with_reason",
        ),
    )  # fmt: skip
