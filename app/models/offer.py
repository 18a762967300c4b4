"""The offer in an open call: what the competition adds to an application."""

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.application import Application
from app.models.case import words
from app.models.procedure import ProcedureKind, first_in_open_call
from workflows.offer import OfferState

if TYPE_CHECKING:
    from app.models.award import Award
    from app.models.call import Call
    from app.models.commission import ScoringCard


class Offer(Application):
    """An offer in one open call: its cards, its place on the list and its awards."""

    __tablename__ = None  # type: ignore[assignment]  # no table of its own
    __mapper_args__ = {"polymorphic_identity": ProcedureKind.OPEN_CALL}

    case_kind = "offer"

    if TYPE_CHECKING:
        call: Mapped[Call]

    # What no small grant has is empty there, so the database gives these columns their values.
    state: Mapped[OfferState] = mapped_column(
        words(OfferState),
        default=first_in_open_call("procedure", OfferState.DRAFT),
        index=True,
        nullable=True,
    )
    scoring_note: Mapped[str] = mapped_column(default="", server_default="")
    points: Mapped[Any | None] = mapped_column(sa.Numeric(7, 2))
    rank: Mapped[int | None]
    cards: Mapped[list["ScoringCard"]] = relationship(back_populates="offer", order_by="ScoringCard.id")
    awards: Mapped[list["Award"]] = relationship(back_populates="offer", order_by="Award.id")


sa.Index("ix_offer_list", Offer.call_id, Offer.state, Offer.number)
