"""Who leads a case, who stands in, and who is away."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app.extensions import Model
from app.models.account import User
from app.models.agreement import Agreement
from app.models.application import Application
from app.models.case import Id, new_public_id
from app.models.procedure import Procedure
from app.models.settlement import Settlement


class CaseLead(Model):
    """The lead official of one case and the substitute, since the moment of the latest change.

    It stands beside the case, so that naming somebody makes no form stale that an organisation has open. A request
    keeps both on itself.
    """

    __tablename__ = "case_lead"

    case_kind: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    lead_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    substitute_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    since: Mapped[datetime]

    __table_args__ = (sa.CheckConstraint("substitute_id <> lead_id", name="two_people"),)


class Absence(Model):
    """Days (Kraków) on which a person is away, and who stands in; ended before its time at `ended_at`. It names no reason."""

    __tablename__ = "absence"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True, default=new_public_id)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    stand_in_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    stand_in: Mapped[User] = relationship(foreign_keys=[stand_in_id])
    entered_by: Mapped[User | None] = relationship(foreign_keys=[entered_by_id])

    __table_args__ = (
        sa.CheckConstraint("stand_in_id <> user_id", name="two_people"),
        sa.CheckConstraint("first_day <= last_day", name="days"),
    )


def _named(model: Any, column: Any, *kinds: str) -> Any:
    """The lead or the substitute of a case as one of its columns, so that lists filter by it; a case reads it when asked."""
    query = sa.select(column).where(CaseLead.case_id == model.id, CaseLead.case_kind.in_(kinds))
    return column_property(query.correlate_except(CaseLead).scalar_subquery(), deferred=True)


def _lead(model: Any, *kinds: str) -> None:
    model.lead_id = _named(model, CaseLead.lead_id, *kinds)
    model.substitute_id = _named(model, CaseLead.substitute_id, *kinds)


_lead(Procedure, "call", "intake")
_lead(Application, "offer", "small_grant")
_lead(Agreement, "agreement")
_lead(Settlement, "settlement")
