"""Letters of a department: templates with their versions, and runs that make one letter for each of many offers."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.account import User
from app.models.case import Id, new_public_id
from app.models.procedure import Procedure
from app.models.unit import Unit


class LetterTemplate(Model):
    """A letter that the department writes again and again; what it says stands in its versions."""

    __tablename__ = "letter_template"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True, default=new_public_id)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    unit: Mapped[Unit] = relationship()
    versions: Mapped[list["LetterTemplateVersion"]] = relationship(
        back_populates="template", order_by="LetterTemplateVersion.number"
    )

    @property
    def current(self) -> "LetterTemplateVersion":
        """What the template says now."""
        return self.versions[-1]


class LetterTemplateVersion(Model):
    """A template as it was saved, and by whom; append-only. `name` is for the office, `title` heads the letter."""

    __tablename__ = "letter_template_version"

    id: Mapped[Id]
    template_id: Mapped[int] = mapped_column(sa.ForeignKey("letter_template.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(100))
    title: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    template: Mapped[LetterTemplate] = relationship(back_populates="versions")
    saved_by: Mapped[User | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("template_id", "number"),
        sa.CheckConstraint("name <> '' AND title <> '' AND body <> ''", name="written"),
    )


class LetterRun(Model):
    """One letter for each of `letters` offers of a call or intake: a promise each, all written with this row.

    `recipients` is the group that was chosen, as `app.queries.letter_recipients` names it.
    """

    __tablename__ = "letter_run"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True, default=new_public_id)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("letter_template_version.id"))
    recipients: Mapped[str] = mapped_column(sa.String(32))
    letters: Mapped[int]
    at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    call: Mapped[Procedure] = relationship()
    version: Mapped[LetterTemplateVersion] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    cancelled_by: Mapped[User | None] = relationship(foreign_keys=[cancelled_by_id])
