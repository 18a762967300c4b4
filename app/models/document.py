"""Documents that the worker made: content-addressed, never overwritten."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.case import Id, new_public_id, words
from workflows.kinds import DocumentKind


class Document(Model):
    """A finished document. The bytes lie in the blob store under their SHA-256.

    `number` counts the documents of this kind of the case; `code`, `case_number` and `version` are what it prints;
    `content_sha256` names the stored content from which the PDF and its HTML twin are printed.
    """

    __tablename__ = "document"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True, default=new_public_id)
    kind: Mapped[DocumentKind] = mapped_column(words(DocumentKind))
    case_kind: Mapped[str] = mapped_column(sa.String(32))
    case_id: Mapped[int] = mapped_column(sa.BigInteger)
    call_id: Mapped[int | None] = mapped_column(sa.ForeignKey("call.id"), index=True)
    subject_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    number: Mapped[int]
    code: Mapped[str] = mapped_column(sa.String(19), unique=True)
    case_number: Mapped[str]
    version: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    content_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    size: Mapped[int]
    file_name: Mapped[str]
    made_at: Mapped[datetime]
    promise_id: Mapped[int] = mapped_column(sa.ForeignKey("promise.id"), unique=True)

    __table_args__ = (sa.Index("ix_document_case", "case_kind", "case_id"),)
