"""The settlement: the final report, what was established, and the money that comes back."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.agreement import Agreement
from app.models.case import CaseMixin, Grosze, Id, words
from workflows.settlement import SettlementState


class Settlement(CaseMixin, Model):
    """The settlement of one agreement. `content` is the report being written, versions hold what was submitted."""

    __tablename__ = "settlement"

    case_kind = "settlement"

    if TYPE_CHECKING:
        case_mark: Mapped[str | None]
        lead_id: Mapped[int | None]
        substitute_id: Mapped[int | None]

    state: Mapped[SettlementState] = mapped_column(
        words(SettlementState), default=SettlementState.REPORT_DUE, index=True
    )
    agreement_id: Mapped[int] = mapped_column(sa.ForeignKey("agreement.id"), unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    content_version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime | None]
    report_due: Mapped[datetime]
    called_report_due: Mapped[datetime | None]
    questions: Mapped[str] = mapped_column(default="")
    answers: Mapped[str] = mapped_column(default="")
    answers_due: Mapped[datetime | None]
    assessed_at: Mapped[datetime | None]
    assessed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    ineligible_grosze: Mapped[Grosze] = mapped_column(default=0)
    ineligible_reason: Mapped[str] = mapped_column(default="")
    ineligible_tranche: Mapped[int | None]
    excess_waived_grosze: Mapped[Grosze] = mapped_column(default=0)
    excess_waived_reason: Mapped[str] = mapped_column(default="")
    bank_interest_grosze: Mapped[Grosze] = mapped_column(default=0)
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    refund_due: Mapped[datetime | None]
    decision_number: Mapped[str] = mapped_column(default="")
    decision_date: Mapped[date | None]
    settled_on: Mapped[date | None]

    agreement: Mapped[Agreement] = relationship(back_populates="settlement")
    reports: Mapped[list["ReportVersion"]] = relationship(
        back_populates="settlement", order_by="ReportVersion.number"
    )
    refunds: Mapped[list["Refund"]] = relationship(back_populates="settlement", order_by="Refund.id")


class ReportVersion(Model):
    """A final report as it was submitted; append-only."""

    __tablename__ = "report_version"

    id: Mapped[Id]
    settlement_id: Mapped[int] = mapped_column(sa.ForeignKey("settlement.id"), index=True)
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    checksum: Mapped[str] = mapped_column(sa.String(64))
    submitted_at: Mapped[datetime]
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    settlement: Mapped[Settlement] = relationship(back_populates="reports")

    __table_args__ = (sa.UniqueConstraint("settlement_id", "number"),)


class Refund(Model):
    """Money that came back: split into principal and interest (Ordynacja podatkowa art. 55 § 2)."""

    __tablename__ = "refund"

    id: Mapped[Id]
    settlement_id: Mapped[int] = mapped_column(sa.ForeignKey("settlement.id"), index=True)
    paid_on: Mapped[date]
    amount_grosze: Mapped[Grosze]
    principal_grosze: Mapped[Grosze]
    interest_grosze: Mapped[Grosze]
    reference: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    settlement: Mapped[Settlement] = relationship(back_populates="refunds")

    __table_args__ = (sa.CheckConstraint("amount_grosze > 0", name="amount"),)
