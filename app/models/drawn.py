"""Documents that an official draws up: the typed answers, from which the worker makes the document."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.case import Id, words
from workflows.kinds import DocumentKind


class DrawnDocument(Model):
    """What was written in the form, with every name as it stood; append-only.

    One that is wrong is replaced by a new edition: `first_id` is then the first of the editions, and empty in it.
    """

    __tablename__ = "drawn_document"

    id: Mapped[Id]
    case_kind: Mapped[str] = mapped_column(sa.String(32))
    case_id: Mapped[int] = mapped_column(sa.BigInteger)
    kind: Mapped[DocumentKind] = mapped_column(words(DocumentKind))
    first_id: Mapped[int | None] = mapped_column(sa.ForeignKey("drawn_document.id"))
    edition: Mapped[int] = mapped_column(default=1)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    drawn_at: Mapped[datetime]
    drawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    __table_args__ = (
        sa.UniqueConstraint("first_id", "edition"),
        sa.CheckConstraint("(first_id IS NULL) = (edition = 1)", name="edition"),
        sa.Index("ix_drawn_document_case", "case_kind", "case_id"),
    )

    @property
    def subject_id(self) -> int:
        """What all editions share: the id of the first."""
        return self.first_id or self.id
