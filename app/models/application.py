"""What arrives: the text of an application, its immutable versions, its arrival, signatures, formal marks and files."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.extensions import Model
from app.models.account import User
from app.models.case import CaseMixin, Grosze, Id, new_public_id, version_guard, words
from app.models.organisation import Organisation
from app.models.procedure import FormalCriterion, Procedure, ProcedureKind

if TYPE_CHECKING:
    from app.models.agreement import Agreement


class OfferChannel(StrEnum):
    """How an offer came in."""

    ELECTRONIC = "electronic"
    PAPER = "paper"
    POST = "post"
    E_DELIVERY = "e_delivery"


class VersionKind(StrEnum):
    SUBMITTED = "submitted"
    REPLACED = "replaced"
    REGISTERED = "registered"
    CORRECTED = "corrected"
    UPDATED = "updated"


class Mark(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


class Application(CaseMixin, Model):
    """What organisations ask the city for: an offer in an open call or a small grant.

    What was submitted stands in its versions; the columns here are for lists and search. The table is that of offers
    in open calls, which came first.
    """

    __tablename__ = "offer"

    if TYPE_CHECKING:
        state: Any
        case_mark: Mapped[str | None]
        lead_id: Mapped[int | None]
        substitute_id: Mapped[int | None]

    procedure: Mapped[ProcedureKind] = mapped_column(words(ProcedureKind))
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    number: Mapped[int | None]
    channel: Mapped[OfferChannel] = mapped_column(words(OfferChannel), default=OfferChannel.ELECTRONIC)
    title: Mapped[str] = mapped_column(default="")
    requested_grosze: Mapped[Grosze] = mapped_column(default=0)
    total_cost_grosze: Mapped[Grosze] = mapped_column(default=0)
    submitted_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(default=False)
    rejection_reason: Mapped[str] = mapped_column(default="")
    correction_fields: Mapped[list[str]] = mapped_column(default=list)
    correction_text: Mapped[str] = mapped_column(default="")
    correction_called_at: Mapped[datetime | None]
    correction_due: Mapped[datetime | None]
    update_due: Mapped[datetime | None]
    paper_copy_at: Mapped[datetime | None]
    call: Mapped[Procedure] = relationship(back_populates="offers")
    organisation: Mapped[Organisation] = relationship()
    draft: Mapped["OfferDraft"] = relationship(back_populates="offer", cascade="all, delete-orphan")
    parties: Mapped[list["OfferParty"]] = relationship(
        back_populates="offer", order_by="OfferParty.id", cascade="all, delete-orphan"
    )
    versions: Mapped[list["OfferVersion"]] = relationship(
        back_populates="offer", order_by="OfferVersion.number"
    )
    attachments: Mapped[list["Attachment"]] = relationship(back_populates="offer", order_by="Attachment.id")
    marks: Mapped[list["FormalMark"]] = relationship(back_populates="offer", order_by="FormalMark.id")
    receipts: Mapped[list["Receipt"]] = relationship(back_populates="offer", order_by="Receipt.id")
    agreement: Mapped["Agreement | None"] = relationship(back_populates="offer")

    @property
    def current_version(self) -> "OfferVersion | None":
        return self.versions[-1] if self.versions else None

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy calls it with the class
        return {**version_guard(cls), "polymorphic_on": "procedure"}

    __table_args__: Any = (
        sa.UniqueConstraint("call_id", "number"),
        sa.CheckConstraint("(procedure = 'open_call') = (state IS NOT NULL)", name="state_of_offer"),
    )


class OfferDraft(Model):
    """What is being written; it always saves. `content` is read by workflows.form, `version` guards against overwriting."""

    __tablename__ = "offer_draft"

    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    offer: Mapped[Application] = relationship(back_populates="draft")
    saved_by: Mapped[User | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class OfferParty(Model):
    """An offeror: the lead, and in a joint offer the others (art. 14 ust. 2)."""

    __tablename__ = "offer_party"

    id: Mapped[Id]
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    lead: Mapped[bool] = mapped_column(default=False)
    resigned_at: Mapped[datetime | None]
    offer: Mapped[Application] = relationship(back_populates="parties")
    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (sa.UniqueConstraint("offer_id", "organisation_id"),)


class OfferVersion(Model):
    """An offer as it was submitted, corrected or updated; append-only."""

    __tablename__ = "offer_version"

    id: Mapped[Id]
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), index=True)
    number: Mapped[int]
    kind: Mapped[VersionKind] = mapped_column(words(VersionKind))
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    attachments: Mapped[list[Any]] = mapped_column(default=list)
    checksum: Mapped[str] = mapped_column(sa.String(64))
    total_cost_grosze: Mapped[Grosze]
    requested_grosze: Mapped[Grosze]
    own_grosze: Mapped[Grosze] = mapped_column(default=0)
    fees_grosze: Mapped[Grosze] = mapped_column(default=0)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    offer: Mapped[Application] = relationship(back_populates="versions")
    made_by: Mapped[User | None] = relationship()

    __table_args__ = (sa.UniqueConstraint("offer_id", "number"),)


class Signature(Model):
    """That a person signed one text for an organisation; append-only. `subject` is e.g. "offer", "agreement"."""

    __tablename__ = "signature"

    id: Mapped[Id]
    case_kind: Mapped[str] = mapped_column(sa.String(32))
    case_id: Mapped[int] = mapped_column(sa.BigInteger)
    subject: Mapped[str] = mapped_column(sa.String(20))
    checksum: Mapped[str] = mapped_column(sa.String(64))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    capacity: Mapped[str] = mapped_column(default="")
    signed_at: Mapped[datetime]
    user: Mapped[User] = relationship()

    __table_args__ = (
        sa.Index("ix_signature_case", "case_kind", "case_id", "subject"),
        sa.UniqueConstraint("case_kind", "case_id", "subject", "checksum", "user_id", "organisation_id"),
    )


class Receipt(Model):
    """The proof of when and how something arrived (wpływ); append-only."""

    __tablename__ = "receipt"

    id: Mapped[Id]
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), index=True)
    version_number: Mapped[int]
    channel: Mapped[OfferChannel] = mapped_column(words(OfferChannel))
    received_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    evidence: Mapped[str] = mapped_column(default="")
    late: Mapped[bool] = mapped_column(default=False)
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    offer: Mapped[Application] = relationship(back_populates="receipts")


class Attachment(Model):
    """A file of an offer; the bytes lie in the blob store. A removed file stays for the versions that hold it."""

    __tablename__ = "attachment"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True, default=new_public_id)
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), index=True)
    requirement: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(sa.String(100))
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    removed_at: Mapped[datetime | None]
    offer: Mapped[Application] = relationship(back_populates="attachments")


class FormalMark(Model):
    """The mark of one formal criterion on an offer; `fields` are those that a call for corrections opens."""

    __tablename__ = "formal_mark"

    id: Mapped[Id]
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), index=True)
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("formal_criterion.id"))
    mark: Mapped[Mark] = mapped_column(words(Mark))
    note: Mapped[str] = mapped_column(default="")
    fields: Mapped[list[str]] = mapped_column(default=list)
    marked_at: Mapped[datetime]
    marked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    offer: Mapped[Application] = relationship(back_populates="marks")
    criterion: Mapped[FormalCriterion] = relationship()

    __table_args__ = (sa.UniqueConstraint("offer_id", "criterion_id"),)
