"""The marks of the city's file system (znak sprawy) on cases, each with its time, so that the past can be read too."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app.extensions import Model
from app.models.account import User
from app.models.agreement import Agreement
from app.models.application import Application
from app.models.case import Id
from app.models.procedure import Procedure
from app.models.settlement import Settlement

IN_FORCE = "ended_at IS NULL"


class CaseMark(Model):
    """The mark that one case has from `entered_at` on; a changed mark ends with the reason of the change.

    Of the marks in force each belongs to one case and each case has one at most. `symbol` is the class of the file in
    the uniform subject list of files (JRWA), "" where nobody knows it.
    """

    __tablename__ = "case_mark"

    id: Mapped[Id]
    case_kind: Mapped[str] = mapped_column(sa.String(32))
    case_id: Mapped[int] = mapped_column(sa.BigInteger)
    mark: Mapped[str] = mapped_column(sa.String(80))
    symbol: Mapped[str] = mapped_column(sa.String(20), default="")
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    entered_by: Mapped[User | None] = relationship()

    __table_args__ = (
        sa.Index("ix_case_mark_case", "case_kind", "case_id"),
        sa.Index("uq_case_mark_case", "case_kind", "case_id", unique=True, postgresql_where=sa.text(IN_FORCE)),
        sa.Index("uq_case_mark_mark", "mark", unique=True, postgresql_where=sa.text(IN_FORCE)),
        sa.CheckConstraint("mark <> ''", name="mark"),
    )  # fmt: skip


def _in_force(model: Any, *kinds: str) -> Any:
    """The mark of a case as one of its columns, so that lists read, search and print it in one query."""
    query = sa.select(CaseMark.mark).where(
        CaseMark.case_id == model.id, CaseMark.case_kind.in_(kinds), CaseMark.ended_at.is_(None)
    )
    return column_property(query.correlate_except(CaseMark).scalar_subquery())


Procedure.case_mark = _in_force(Procedure, "call", "intake")
Application.case_mark = _in_force(Application, "offer", "small_grant")
Agreement.case_mark = _in_force(Agreement, "agreement")
Settlement.case_mark = _in_force(Settlement, "settlement")
