"""Organisations: who they are, who may represent them and how, and where their money goes."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.account import User
from app.models.case import Id, new_public_id, words
from workflows.engine import Origin


class LegalForm(StrEnum):
    """The legal form decides the register and its check."""

    FOUNDATION = "foundation"
    ASSOCIATION = "association"
    ORDINARY_ASSOCIATION = "ordinary_association"
    SPORTS_CLUB = "sports_club"
    CHURCH_ENTITY = "church_entity"
    RURAL_WOMENS_CIRCLE = "rural_womens_circle"
    SOCIAL_COOPERATIVE = "social_cooperative"
    NON_PROFIT_COMPANY = "non_profit_company"
    ASSOCIATION_OF_COMMUNES = "association_of_communes"
    BRANCH = "branch"
    OTHER = "other"


class Register(StrEnum):
    KRS = "krs"
    COUNTY = "county"
    CHURCH = "church"
    KRKGW = "krkgw"
    NONE = "none"


class Organisation(Model):
    """An organisation. A branch without legal personality has a parent and applies as that parent."""

    __tablename__ = "organisation"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True, default=new_public_id)
    name: Mapped[str]
    legal_form: Mapped[LegalForm] = mapped_column(words(LegalForm))
    register: Mapped[Register] = mapped_column(words(Register))
    register_number: Mapped[str] = mapped_column(default="")
    nip: Mapped[str | None] = mapped_column(sa.String(10), unique=True)
    regon: Mapped[str | None] = mapped_column(sa.String(14), unique=True)
    address: Mapped[str] = mapped_column(default="")
    mail_address: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    statute_goals: Mapped[str] = mapped_column(default="")
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    representation_text: Mapped[str] = mapped_column(default="")
    representation_count: Mapped[int] = mapped_column(default=1)
    origin: Mapped[Origin] = mapped_column(words(Origin), default=Origin.LIVE)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.clock_timestamp())

    parent: Mapped["Organisation | None"] = relationship(remote_side="Organisation.id")
    members: Mapped[list["Membership"]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan"
    )
    rights: Mapped[list["RepresentationRight"]] = relationship(
        back_populates="organisation", order_by="RepresentationRight.id", cascade="all, delete-orphan"
    )
    accounts: Mapped[list["BankAccount"]] = relationship(
        back_populates="organisation", order_by="BankAccount.id"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.CheckConstraint("representation_count BETWEEN 1 AND 9", name="representation_count"),
        sa.Index("uq_organisation_register_number", "register", "register_number", unique=True,
                 postgresql_where=sa.text("register_number <> '' AND parent_id IS NULL")),
    )  # fmt: skip

    @property
    def applicant(self) -> "Organisation":
        """The legal person behind the organisation: itself, or the parent of a branch."""
        return self.parent or self


class Membership(Model):
    """What a person may do for an organisation: own its account, edit, sign; several at once."""

    __tablename__ = "membership"

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    owner: Mapped[bool] = mapped_column(default=False)
    editor: Mapped[bool] = mapped_column(default=False)
    signatory: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship(back_populates="members")
    user: Mapped[User] = relationship()

    __table_args__ = (sa.UniqueConstraint("organisation_id", "user_id"),)


class Invitation(Model):
    """Somebody is asked to join: the letter carries a signed token of this row, which is used once or withdrawn."""

    __tablename__ = "invitation"

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(sa.String(320))
    owner: Mapped[bool] = mapped_column(default=False)
    editor: Mapped[bool] = mapped_column(default=False)
    signatory: Mapped[bool] = mapped_column(default=False)
    invited_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    invited_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    invited_by: Mapped[User] = relationship()

    __table_args__ = (
        sa.Index("uq_invitation_open", "organisation_id", "email", unique=True,
                 postgresql_where=sa.text("accepted_at IS NULL AND withdrawn_at IS NULL")),
    )  # fmt: skip


class RepresentationRight(Model):
    """A person's right to represent the organisation, from–to (both days included), with its source."""

    __tablename__ = "representation_right"

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    person_name: Mapped[str]
    function: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str]
    alone: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship(back_populates="rights")
    user: Mapped[User | None] = relationship()

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class BankAccount(Model):
    """An account of the organisation, 26 digits with a right checksum."""

    __tablename__ = "bank_account"

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    number: Mapped[str] = mapped_column(sa.String(26))
    added_at: Mapped[datetime] = mapped_column(server_default=sa.func.clock_timestamp())
    organisation: Mapped[Organisation] = relationship(back_populates="accounts")

    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "number"),
        sa.CheckConstraint("number ~ '^[0-9]{26}$'", name="number"),
    )
