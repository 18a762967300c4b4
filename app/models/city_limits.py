"""What the limits of art. 19a need to know of the whole city, across the walls between departments."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.account import User
from app.models.case import Grosze, Id, new_public_id, words
from app.models.organisation import Organisation
from workflows.limits import GrantState


class OtherGrant(Model):
    """A small grant of another department, entered or imported. An organisation without an account has its number only.

    `year` is the calendar year in which the money is or will be transferred. A row is never changed: it is withdrawn
    with a reason, and a new one is entered.
    """

    __tablename__ = "other_grant"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True, default=new_public_id)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    organisation_name: Mapped[str]
    register_number: Mapped[str] = mapped_column(default="", index=True)
    nip: Mapped[str] = mapped_column(sa.String(10), default="", index=True)
    department: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    amount_grosze: Mapped[Grosze]
    state: Mapped[GrantState] = mapped_column(words(GrantState))
    filed_on: Mapped[date | None]
    awarded_on: Mapped[date | None]
    transferred_on: Mapped[date | None]
    year: Mapped[int] = mapped_column(index=True)
    returned_grosze: Mapped[Grosze] = mapped_column(default=0)
    source: Mapped[str] = mapped_column(default="")
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    withdrawal_reason: Mapped[str] = mapped_column(default="")
    organisation: Mapped[Organisation | None] = relationship()
    entered_by: Mapped[User | None] = relationship(foreign_keys=[entered_by_id])

    __table_args__ = (
        sa.CheckConstraint("amount_grosze > 0", name="amount"),
        sa.CheckConstraint("returned_grosze BETWEEN 0 AND amount_grosze", name="returned"),
        sa.CheckConstraint("year BETWEEN 2010 AND 2100", name="year"),
    )


class CapBase(Model):
    """The grants planned for organisations in the city's budget of one year, by a budget act; the newest is in force.

    `returned_money_frees_limit` is the city's rule for the year; the cautious one is that it does not.
    """

    __tablename__ = "cap_base"

    id: Mapped[Id]
    year: Mapped[int] = mapped_column(index=True)
    amount_grosze: Mapped[Grosze]
    act: Mapped[str]
    act_date: Mapped[date | None]
    returned_money_frees_limit: Mapped[bool] = mapped_column(default=False)
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    entered_by: Mapped[User | None] = relationship()

    __table_args__ = (sa.CheckConstraint("amount_grosze >= 0", name="amount"),)


class RegisterStatement(Model):
    """An official's statement that the register of other departments' grants is complete until a day; the newest holds."""

    __tablename__ = "register_statement"

    id: Mapped[Id]
    year: Mapped[int] = mapped_column(index=True)
    complete_until: Mapped[date]
    stated_at: Mapped[datetime]
    stated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    stated_by: Mapped[User | None] = relationship()
