"""The open call (otwarty konkurs ofert): its competition, its publications and its versions."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.case import Id, words
from app.models.procedure import Place, Procedure, ProcedureKind, first_in_open_call
from workflows.call import CallState

if TYPE_CHECKING:
    from app.models.award import AwardRound
    from app.models.commission import Commission, Protocol
    from app.models.offer import Offer


class PublicationSubject(StrEnum):
    ANNOUNCEMENT = "announcement"
    RESULTS = "results"
    ENDING = "ending"


class Call(Procedure):
    """An open call: a competition with a commission, a deadline for everybody and an order on the results."""

    __tablename__ = None  # type: ignore[assignment]  # no table of its own
    __mapper_args__ = {"polymorphic_identity": ProcedureKind.OPEN_CALL, "polymorphic_load": "inline"}

    case_kind = "call"

    if TYPE_CHECKING:
        offers: Mapped[list[Offer]]

    # What no intake has is empty there, so the database gives these columns their values.
    state: Mapped[CallState] = mapped_column(
        words(CallState), default=first_in_open_call("kind", CallState.DRAFT), index=True, nullable=True
    )
    selection_mode: Mapped[str] = mapped_column(default="", server_default="")
    same_kind_tasks: Mapped[str] = mapped_column(default="", server_default="")
    calling_off_grounds: Mapped[str] = mapped_column(default="", server_default="")
    decision_by: Mapped[date | None]
    one_offer_per_offeror: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    threshold: Mapped[Decimal | None]
    evaluators_min: Mapped[int] = mapped_column(default=3, server_default="3")
    discrepancy_points: Mapped[Decimal | None]
    reserve_list: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    publications: Mapped[list["Publication"]] = relationship(back_populates="call", order_by="Publication.id")
    versions: Mapped[list["CallVersion"]] = relationship(back_populates="call", order_by="CallVersion.number")
    merit_criteria: Mapped[list["MeritCriterion"]] = relationship(
        back_populates="call", order_by="MeritCriterion.position", cascade="all, delete-orphan"
    )
    commission: Mapped["Commission | None"] = relationship(back_populates="call")
    protocol: Mapped["Protocol | None"] = relationship(back_populates="call")
    rounds: Mapped[list["AwardRound"]] = relationship(back_populates="call", order_by="AwardRound.number")


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
