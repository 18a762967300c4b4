"""The intake: the window in which small grants are asked for, with its pool and the rules of its programme (art. 19a)."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.call import Call
from app.models.case import columns_of_sibling, words
from app.models.procedure import Procedure, ProcedureKind
from workflows.intake import IntakeState

if TYPE_CHECKING:
    from app.models.small_grant import SmallGrant


class PublishPolicy(StrEnum):
    """Whether purposefulness is judged before an offer is published, or only after the comments."""

    ONLY_PURPOSEFUL = "only_purposeful"
    ALL = "all"


class FilingCounts(StrEnum):
    """What counts as the day of filing of an offer on paper, by which the law is chosen."""

    RECEIVED = "received"
    POSTED = "posted"


class Intake(Procedure):
    """A pool of one year, area and unit, given out first come, first served.

    `year` is the budget year: every grant of the intake is transferred in it. The programme rules here and in the
    shared columns may only be stricter than the statute. `correction_days` of 0 means that nothing is completed after
    filing. `confirmation_days` is the term in which an organisation called up from the queue confirms its offer.
    """

    __tablename__ = "intake"
    __mapper_args__ = {
        "polymorphic_identity": ProcedureKind.SMALL_GRANTS,
        "polymorphic_load": "inline",
        "exclude_properties": columns_of_sibling(Procedure, Call),
    }

    case_kind = "intake"

    if TYPE_CHECKING:
        offers: Mapped[list[SmallGrant]]

    id: Mapped[int] = mapped_column(sa.ForeignKey("call.id"), primary_key=True)
    state: Mapped[IntakeState] = mapped_column(words(IntakeState), default=IntakeState.DRAFT, index=True)
    year: Mapped[int] = mapped_column(index=True)
    publish_policy: Mapped[PublishPolicy] = mapped_column(
        words(PublishPolicy), default=PublishPolicy.ONLY_PURPOSEFUL
    )
    filing_counts: Mapped[FilingCounts] = mapped_column(words(FilingCounts), default=FilingCounts.RECEIVED)
    reopens_queue: Mapped[bool] = mapped_column(default=False)
    confirmation_days: Mapped[int] = mapped_column(default=7)
    max_days: Mapped[int | None]
    announced_on: Mapped[date | None]

    @property
    def years(self) -> tuple[int, ...]:
        """Every grant of the intake is transferred in its one year."""
        return (self.year,)

    __table_args__: Any = (
        sa.CheckConstraint("year BETWEEN 2010 AND 2100", name="year"),
        sa.CheckConstraint("confirmation_days BETWEEN 1 AND 60", name="confirmation_days"),
        sa.CheckConstraint("max_days > 0", name="max_days"),
    )
