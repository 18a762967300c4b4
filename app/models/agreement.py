"""The agreement: the accepted plan, the tranches, the annexes and the partial reports."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.account import User
from app.models.application import Application
from app.models.case import CaseMixin, Grosze, Id, words
from workflows.agreement import AgreementState

if TYPE_CHECKING:
    from app.models.settlement import Settlement


class Agreement(CaseMixin, Model):
    """An agreement drafted from an accepted offer. `plan` is the content of the offer that it annexes."""

    __tablename__ = "agreement"

    case_kind = "agreement"

    if TYPE_CHECKING:
        case_mark: Mapped[str | None]
        lead_id: Mapped[int | None]
        substitute_id: Mapped[int | None]

    state: Mapped[AgreementState] = mapped_column(
        words(AgreementState), default=AgreementState.DRAFT, index=True
    )
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), unique=True)
    number: Mapped[str | None] = mapped_column(sa.String(60), unique=True)
    plan: Mapped[dict[str, Any]] = mapped_column(JSONB)
    offer_version: Mapped[int]
    amount_grosze: Mapped[Grosze]
    own_grosze: Mapped[Grosze] = mapped_column(default=0)
    total_cost_grosze: Mapped[Grosze]
    task_from: Mapped[date]
    task_to: Mapped[date]
    spend_from: Mapped[date]
    spend_to: Mapped[date]
    account_number: Mapped[str] = mapped_column(sa.String(26), default="")
    cost_tolerance_bp: Mapped[int]
    budget_classification: Mapped[str] = mapped_column(default="")
    special_terms: Mapped[str] = mapped_column(default="")
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    countersigned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    signed_for_city_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    signed_by_contractor_on: Mapped[date | None]
    concluded_on: Mapped[date | None]
    ending_reason: Mapped[str] = mapped_column(default="")

    offer: Mapped[Application] = relationship(back_populates="agreement")
    proposed_by: Mapped[User | None] = relationship(foreign_keys=[proposed_by_id])
    tranches: Mapped[list["Tranche"]] = relationship(
        back_populates="agreement", order_by="Tranche.number", cascade="all, delete-orphan"
    )
    annexes: Mapped[list["Annex"]] = relationship(back_populates="agreement", order_by="Annex.number")
    partial_reports: Mapped[list["PartialReport"]] = relationship(
        back_populates="agreement", order_by="PartialReport.id"
    )
    settlement: Mapped["Settlement | None"] = relationship(back_populates="agreement")

    __table_args__ = (
        sa.CheckConstraint("amount_grosze > 0", name="amount"),
        sa.CheckConstraint("task_from <= task_to", name="task_dates"),
        sa.CheckConstraint("account_number ~ '^([0-9]{26})?$'", name="account_number"),
    )


class Tranche(Model):
    """A part of the grant in one budget year; ordered by one person, transferred by another (art. 221 u.f.p.)."""

    __tablename__ = "tranche"

    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(sa.ForeignKey("agreement.id"), index=True)
    number: Mapped[int]
    year: Mapped[int]
    amount_grosze: Mapped[Grosze]
    planned_on: Mapped[date]
    after_partial_report: Mapped[bool] = mapped_column(default=False)
    ordered_at: Mapped[datetime | None]
    ordered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    transferred_on: Mapped[date | None]
    transferred_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    reference: Mapped[str] = mapped_column(default="")
    agreement: Mapped[Agreement] = relationship(back_populates="tranches")

    __table_args__ = (
        sa.UniqueConstraint("agreement_id", "number"),
        sa.CheckConstraint("amount_grosze > 0", name="amount"),
        sa.CheckConstraint(
            "transferred_by_id IS NULL OR transferred_by_id <> ordered_by_id", name="four_eyes"
        ),
    )


class Annex(Model):
    """A change of the agreement: asked for, then concluded or refused. What it leaves empty stays as it was."""

    __tablename__ = "annex"

    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(sa.ForeignKey("agreement.id"), index=True)
    number: Mapped[int]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    subject: Mapped[str]
    reason: Mapped[str]
    new_task_to: Mapped[date | None]
    new_account_number: Mapped[str] = mapped_column(sa.String(26), default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    accepted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(default="")
    concluded_on: Mapped[date | None]
    agreement: Mapped[Agreement] = relationship(back_populates="annexes")

    __table_args__ = (sa.UniqueConstraint("agreement_id", "number"),)


class PartialReport(Model):
    """A partial report for one budget year (art. 18 ust. 3)."""

    __tablename__ = "partial_report"

    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(sa.ForeignKey("agreement.id"), index=True)
    year: Mapped[int]
    opened_at: Mapped[datetime]
    due: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    remarks: Mapped[str] = mapped_column(default="")
    agreement: Mapped[Agreement] = relationship(back_populates="partial_reports")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (sa.UniqueConstraint("agreement_id", "year"),)
