"""What organisations are called to apply in: the columns that an open call and an intake for small grants share."""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.extensions import Model
from app.models.account import User
from app.models.case import CaseMixin, Grosze, Id, version_guard, words
from app.models.unit import Unit
from workflows.forms import OfferFormKit, offer_form


class ProcedureKind(StrEnum):
    """The mode in which grants are given: by competition (art. 11 and 13) or without one (art. 19a)."""

    OPEN_CALL = "open_call"
    SMALL_GRANTS = "small_grants"


def first_in_open_call(column: str, state: StrEnum) -> Callable[[Any], StrEnum | None]:
    """The default of a column that only rows of open calls have; `column` tells the kind of the row."""

    def default(context: Any) -> StrEnum | None:
        return state if context.get_current_parameters()[column] == ProcedureKind.OPEN_CALL else None

    return default


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


class Procedure(CaseMixin, Model):
    """What organisations are called to apply in; a draft may lack anything, what is missing is refused at the next step.

    Money in grosze, shares in basis points (100 bp = 1 %), moments in UTC. The table is that of open calls, which came
    first; what only one kind of procedure knows stands in its own class.
    """

    __tablename__ = "call"

    if TYPE_CHECKING:
        state: Any
        case_mark: Mapped[str | None]
        lead_id: Mapped[int | None]
        substitute_id: Mapped[int | None]

    kind: Mapped[ProcedureKind] = mapped_column(words(ProcedureKind), index=True)
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
    contact: Mapped[str] = mapped_column(default="")
    form_code: Mapped[str] = mapped_column(sa.String(40), default="offer_open_call")
    form_version: Mapped[str] = mapped_column(sa.String(40), default="2018")
    task_from: Mapped[date | None]
    task_to: Mapped[date | None]
    opens_at: Mapped[datetime | None]
    deadline: Mapped[datetime | None]
    max_grant_grosze: Mapped[int | None] = mapped_column(sa.BigInteger)
    min_grant_grosze: Mapped[int | None] = mapped_column(sa.BigInteger)
    min_own_share_bp: Mapped[int | None]
    own_share_kept: Mapped[bool] = mapped_column(default=True)
    own_counts: Mapped[list[str]] = mapped_column(default=list)
    max_admin_share_bp: Mapped[int | None]
    fees_allowed: Mapped[bool] = mapped_column(default=False)
    results_waived: Mapped[bool] = mapped_column(default=False)
    joint_allowed: Mapped[bool] = mapped_column(default=True)
    partner_rule: Mapped[PartnerRule] = mapped_column(words(PartnerRule), default=PartnerRule.FALLS)
    signature_mode: Mapped[SignatureMode] = mapped_column(
        words(SignatureMode), default=SignatureMode.ELECTRONIC
    )
    required_attachments: Mapped[list[str]] = mapped_column(default=list)
    correction_days: Mapped[int] = mapped_column(default=7)
    update_days: Mapped[int] = mapped_column(default=14)
    deemed_delivery_days: Mapped[int] = mapped_column(default=14)
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
    formal_criteria: Mapped[list["FormalCriterion"]] = relationship(
        back_populates="call", order_by="FormalCriterion.position", cascade="all, delete-orphan"
    )
    offers: Mapped[list[Any]] = relationship(
        "Application", back_populates="call", order_by="Application.number"
    )

    @property
    def form(self) -> OfferFormKit:
        """The official form on which offers are written here. Raises UnknownForm."""
        return offer_form(self.form_code, self.form_version)

    @property
    def years(self) -> tuple[int, ...]:
        """The budget years of the pool, in order; those of the task where no pool is known yet."""
        pool = {entry.year for entry in self.budget}
        first = self.task_from.year if self.task_from else 2000
        last = self.task_to.year if self.task_to else first
        return tuple(sorted(pool or range(first, max(first, last) + 1)))

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy calls it with the class
        return {**version_guard(cls), "polymorphic_on": "kind"}

    __table_args__: Any = (
        sa.CheckConstraint("task_from <= task_to", name="task_dates"),
        sa.CheckConstraint("opens_at < deadline", name="opens_before_deadline"),
        sa.CheckConstraint("(kind = 'open_call') = (state IS NOT NULL)", name="state_of_open_call"),
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
    call: Mapped[Procedure] = relationship(back_populates="budget")

    __table_args__ = (sa.CheckConstraint("amount_grosze >= 0", name="amount"),)


class FormalCriterion(Model):
    """A yes-or-no criterion of the formal review; `correctable` says whether a defect may be repaired."""

    __tablename__ = "formal_criterion"

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id"), index=True)
    position: Mapped[int]
    text: Mapped[str]
    correctable: Mapped[bool]
    call: Mapped[Procedure] = relationship(back_populates="formal_criteria")
