"""Units of the office, and the days on which they are closed."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.case import Id


class Unit(Model):
    """A department: its name, address and contact as they stand on letters.

    `return_account` is the city's account (26 digits) to which grants come back, None where nobody entered it. A step
    that asks money back keeps the account of its moment in the history, and its letter prints that one.
    """

    __tablename__ = "unit"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    name: Mapped[str]
    city: Mapped[str]
    authority: Mapped[str]
    address: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]
    hours: Mapped[str] = mapped_column(default="")
    return_account: Mapped[str | None] = mapped_column(sa.String(26))
    closures: Mapped[list["OfficeClosure"]] = relationship(
        back_populates="unit", order_by="OfficeClosure.day"
    )

    __table_args__ = (sa.CheckConstraint("return_account ~ '^[0-9]{26}$'", name="return_account"),)


class OfficeClosure(Model):
    """A day on which the unit is closed: it moves no statutory term, but no paper deadline is set on it."""

    __tablename__ = "office_closure"

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    day: Mapped[date]
    reason: Mapped[str]
    unit: Mapped[Unit] = relationship(back_populates="closures")

    __table_args__ = (sa.UniqueConstraint("unit_id", "day"),)
