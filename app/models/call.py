"""The open call: what is announced, the pool by budget act, the criteria, the publications and the versions."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.account import User
from app.models.case import CaseMixin, Grosze, Id, words
from app.models.unit import Unit
from workflows.call import CallState

if TYPE_CHECKING:
    from app.models.award import AwardRound
    from app.models.commission import Commission, Protocol
    from app.models.offer import Offer


class Commissioning(StrEnum):
    """powierzenie finances the whole cost, wsparcie a part of it (art. 11 ust. 1)."""

    ENTRUSTING = "entrusting"
    SUPPORT = "support"


class PartnerRule(StrEnum):
    """What happens to a joint offer when a partner resigns."""

    FALLS = "falls"
    OTHERS_TAKE_OVER = "others_take_over"


class SignatureMode(StrEnum):
    """Whether the electronic submission suffices, or a signed print with the same checksum must follow."""

    ELECTRONIC = "electronic"
    PAPER_COPY = "paper_copy"


class Place(StrEnum):
    """The three places of art. 13 ust. 3."""

    BIP = "bip"
    NOTICE_BOARD = "notice_board"
    WEBSITE = "website"


class PublicationSubject(StrEnum):
    ANNOUNCEMENT = "announcement"
    RESULTS = "results"
    ENDING = "ending"


class Call(CaseMixin, Model):
    """An open call. A draft may lack anything; what is missing is refused when it goes to approval.

    Money in grosze, shares in basis points (100 bp = 1 %), moments in UTC.
    """

    __tablename__ = "call"

    state: Mapped[CallState] = mapped_column(words(CallState), default=CallState.DRAFT, index=True)
    slug: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    title: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(default="")
    task_kinds: Mapped[list[str]] = mapped_column(default=list)
    commissioning: Mapped[Commissioning | None] = mapped_column(words(Commissioning))
    place: Mapped[str] = mapped_column(default="")
    who_may_apply: Mapped[str] = mapped_column(default="")
    granting_rules: Mapped[str] = mapped_column(default="")
    terms: Mapped[str] = mapped_column(default="")
    selection_mode: Mapped[str] = mapped_column(default="")
    same_kind_tasks: Mapped[str] = mapped_column(default="")
    calling_off_grounds: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    form_code: Mapped[str] = mapped_column(sa.String(40), default="offer_open_call")
    form_version: Mapped[str] = mapped_column(sa.String(40), default="2018")
    task_from: Mapped[date | None]
    task_to: Mapped[date | None]
    opens_at: Mapped[datetime | None]
    deadline: Mapped[datetime | None]
    decision_by: Mapped[date | None]
    max_grant_grosze: Mapped[int | None] = mapped_column(sa.BigInteger)
    min_grant_grosze: Mapped[int | None] = mapped_column(sa.BigInteger)
    min_own_share_bp: Mapped[int | None]
    own_share_kept: Mapped[bool] = mapped_column(default=True)
    own_counts: Mapped[list[str]] = mapped_column(default=list)
    max_admin_share_bp: Mapped[int | None]
    fees_allowed: Mapped[bool] = mapped_column(default=False)
    results_waived: Mapped[bool] = mapped_column(default=False)
    one_offer_per_offeror: Mapped[bool] = mapped_column(default=False)
    joint_allowed: Mapped[bool] = mapped_column(default=True)
    partner_rule: Mapped[PartnerRule] = mapped_column(words(PartnerRule), default=PartnerRule.FALLS)
    signature_mode: Mapped[SignatureMode] = mapped_column(
        words(SignatureMode), default=SignatureMode.ELECTRONIC
    )
    required_attachments: Mapped[list[str]] = mapped_column(default=list)
    correction_days: Mapped[int] = mapped_column(default=7)
    update_days: Mapped[int] = mapped_column(default=14)
    deemed_delivery_days: Mapped[int] = mapped_column(default=14)
    threshold: Mapped[Decimal | None]
    evaluators_min: Mapped[int] = mapped_column(default=3)
    discrepancy_points: Mapped[Decimal | None]
    reserve_list: Mapped[bool] = mapped_column(default=False)
    cost_tolerance_bp: Mapped[int] = mapped_column(default=1000)
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    endorsed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    order_number: Mapped[str] = mapped_column(default="")
    order_date: Mapped[date | None]
    offers_counted: Mapped[int] = mapped_column(default=0)
    last_offer_number: Mapped[int] = mapped_column(default=0)
    ending_reason: Mapped[str] = mapped_column(default="")
    source: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    source_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)

    unit: Mapped[Unit] = relationship()
    proposed_by: Mapped[User | None] = relationship(foreign_keys=[proposed_by_id])
    endorsed_by: Mapped[User | None] = relationship(foreign_keys=[endorsed_by_id])
    budget: Mapped[list["BudgetEntry"]] = relationship(back_populates="call", order_by="BudgetEntry.id")
    publications: Mapped[list["Publication"]] = relationship(back_populates="call", order_by="Publication.id")
    versions: Mapped[list["CallVersion"]] = relationship(back_populates="call", order_by="CallVersion.number")
    formal_criteria: Mapped[list["FormalCriterion"]] = relationship(
        back_populates="call", order_by="FormalCriterion.position", cascade="all, delete-orphan"
    )
    merit_criteria: Mapped[list["MeritCriterion"]] = relationship(
        back_populates="call", order_by="MeritCriterion.position", cascade="all, delete-orphan"
    )
    offers: Mapped[list["Offer"]] = relationship(back_populates="call", order_by="Offer.number")
    commission: Mapped["Commission | None"] = relationship(back_populates="call")
    protocol: Mapped["Protocol | None"] = relationship(back_populates="call")
    rounds: Mapped[list["AwardRound"]] = relationship(back_populates="call", order_by="AwardRound.number")

    __table_args__ = (
        sa.CheckConstraint("task_from <= task_to", name="task_dates"),
        sa.CheckConstraint("opens_at < deadline", name="opens_before_deadline"),
        sa.CheckConstraint("evaluators_min BETWEEN 1 AND 9", name="evaluators_min"),
    )


class BudgetEntry(Model):
    """The pool of one budget year as a budget act sets it; the newest entry of a year is in force."""

    __tablename__ = "budget_entry"

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id"), index=True)
    year: Mapped[int]
    amount_grosze: Mapped[Grosze]
    act: Mapped[str]
    act_date: Mapped[date | None]
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    call: Mapped[Call] = relationship(back_populates="budget")

    __table_args__ = (sa.CheckConstraint("amount_grosze >= 0", name="amount"),)


class Publication(Model):
    """That something hung in one of the three places from a day on, with where to find it."""

    __tablename__ = "publication"

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id"), index=True)
    subject: Mapped[PublicationSubject] = mapped_column(words(PublicationSubject))
    number: Mapped[int] = mapped_column(default=1)
    place: Mapped[Place] = mapped_column(words(Place))
    published_on: Mapped[date]
    reference: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    call: Mapped[Call] = relationship(back_populates="publications")

    __table_args__ = (sa.UniqueConstraint("call_id", "subject", "number", "place"),)


class CallVersion(Model):
    """What the call said at one time; append-only. `changes` lists field, before and after."""

    __tablename__ = "call_version"

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(20))
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    changes: Mapped[list[Any]] = mapped_column(default=list)
    reason: Mapped[str] = mapped_column(default="")
    order_number: Mapped[str] = mapped_column(default="")
    order_date: Mapped[date | None]
    made_at: Mapped[datetime]
    call: Mapped[Call] = relationship(back_populates="versions")

    __table_args__ = (sa.UniqueConstraint("call_id", "number"),)


class FormalCriterion(Model):
    """A yes-or-no criterion of the formal review; `correctable` says whether a defect may be repaired."""

    __tablename__ = "formal_criterion"

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id"), index=True)
    position: Mapped[int]
    text: Mapped[str]
    correctable: Mapped[bool]
    call: Mapped[Call] = relationship(back_populates="formal_criteria")


class MeritCriterion(Model):
    """A criterion of the merit review, mapped to one of art. 15 ust. 1 pkt 1–6."""

    __tablename__ = "merit_criterion"

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id"), index=True)
    position: Mapped[int]
    text: Mapped[str]
    max_points: Mapped[Decimal]
    ground: Mapped[int]
    call: Mapped[Call] = relationship(back_populates="merit_criteria")

    __table_args__ = (
        sa.CheckConstraint("ground BETWEEN 1 AND 6", name="ground"),
        sa.CheckConstraint("max_points > 0", name="max_points"),
    )
