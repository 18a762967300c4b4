"""What is known of the content of files that people sent: one row per content, whoever sent it and how often."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.case import words


class FileState(StrEnum):
    PENDING = "pending"
    CLEAN = "clean"
    QUARANTINED = "quarantined"


class UploadedFile(Model):
    """A content under its SHA-256. `scanned_at` is None where no scanner has looked; `found` is what it recognised."""

    __tablename__ = "uploaded_file"

    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    state: Mapped[FileState] = mapped_column(words(FileState))
    first_seen_at: Mapped[datetime]
    scanned_at: Mapped[datetime | None]
    found: Mapped[str] = mapped_column(sa.String(200), default="")

    __table_args__ = (
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        sa.CheckConstraint("(state = 'quarantined') = (found <> '')", name="found"),
        sa.Index("ix_uploaded_file_waiting", "first_seen_at", postgresql_where=sa.text("state = 'pending'")),
    )
