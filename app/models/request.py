"""Requests for public information, complaints and motions, with the files that came or went with them."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.account import User
from app.models.application import Application
from app.models.case import CaseMixin, Id, new_public_id, words
from app.models.procedure import Procedure
from app.models.unit import Unit
from workflows.request import RequestKind, RequestState


class RequestChannel(StrEnum):
    """How it came in."""

    POST = "post"
    EMAIL = "email"
    E_DELIVERY = "e_delivery"
    IN_PERSON = "in_person"


class RequestFilePurpose(StrEnum):
    """What a file is to its case."""

    RECEIVED = "received"
    ANSWER = "answer"
    OTHER = "other"


class Request(CaseMixin, Model):
    """One case of a department. `title` is what is asked in a few words, `text` the whole of it; `answer_due` is the
    last moment of the legal term (UTC). Without a name the sender is unknown, as the law allows for information.
    """

    __tablename__ = "request"

    case_kind = "request"

    state: Mapped[RequestState] = mapped_column(
        words(RequestState), default=RequestState.RECEIVED, index=True
    )
    kind: Mapped[RequestKind] = mapped_column(words(RequestKind), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    case_mark: Mapped[str | None] = mapped_column(sa.String(60))
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    channel: Mapped[RequestChannel] = mapped_column(words(RequestChannel))
    received_on: Mapped[date]
    sender_name: Mapped[str] = mapped_column(default="")
    sender_address: Mapped[str] = mapped_column(default="")
    procedure_id: Mapped[int | None] = mapped_column(sa.ForeignKey("call.id"), index=True)
    application_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offer.id"), index=True)
    registered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    lead_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    substitute_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    answer_due: Mapped[datetime] = mapped_column(index=True)
    extended_on: Mapped[date | None]
    extension_reason: Mapped[str] = mapped_column(default="")
    answered_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(default="")
    justified: Mapped[bool | None]
    decision_number: Mapped[str] = mapped_column(default="")
    forwarded_to: Mapped[str] = mapped_column(default="")
    ending_reason: Mapped[str] = mapped_column(default="")
    purged_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
    procedure: Mapped[Procedure | None] = relationship()
    application: Mapped[Application | None] = relationship()
    lead: Mapped[User | None] = relationship(foreign_keys=[lead_id])
    registered_by: Mapped[User | None] = relationship(foreign_keys=[registered_by_id])
    files: Mapped[list["RequestFile"]] = relationship(back_populates="request", order_by="RequestFile.id")

    __table_args__ = (
        sa.CheckConstraint("answered_on >= received_on", name="answered_after_receipt"),
        sa.CheckConstraint("title <> ''", name="title"),
        sa.CheckConstraint("substitute_id <> lead_id", name="two_people"),
    )


class RequestFile(Model):
    """A file of the case: what came in, the answer as it was sent, or something else."""

    __tablename__ = "request_file"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True, default=new_public_id)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("request.id"), index=True)
    purpose: Mapped[RequestFilePurpose] = mapped_column(words(RequestFilePurpose))
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    media_type: Mapped[str]
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    removed_at: Mapped[datetime | None]

    request: Mapped[Request] = relationship(back_populates="files")
