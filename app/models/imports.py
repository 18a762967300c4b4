"""What came out of spreadsheets: each file that was taken, and the agreements that were concluded before this system."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.account import User
from app.models.case import Grosze, Id, new_public_id, words
from app.models.organisation import Organisation
from app.models.unit import Unit
from workflows.engine import Origin


class ImportRun(Model):
    """A file that was taken as a whole: by whom, when, and what became of its rows. Its bytes lie in the blob store."""

    __tablename__ = "import_run"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(sa.String(40))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    taken_at: Mapped[datetime]
    taken_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    entered: Mapped[int]
    changed: Mapped[int]
    untouched: Mapped[int]
    taken_by: Mapped[User] = relationship()


class PastAgreement(Model):
    """An agreement that ran outside this system, as a spreadsheet tells of it; it takes nothing of any pool or limit.

    `paid_grosze` is what the city transferred of `amount_grosze`, `returned_grosze` what came back of it.
    """

    __tablename__ = "past_agreement"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True, default=new_public_id)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    number: Mapped[str] = mapped_column(sa.String(60))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    organisation_name: Mapped[str]
    register_number: Mapped[str] = mapped_column(default="")
    nip: Mapped[str] = mapped_column(sa.String(10), default="")
    title: Mapped[str] = mapped_column(default="")
    concluded_on: Mapped[date]
    task_from: Mapped[date | None]
    task_to: Mapped[date | None]
    amount_grosze: Mapped[Grosze]
    paid_grosze: Mapped[Grosze]
    returned_grosze: Mapped[Grosze] = mapped_column(default=0)
    settled_on: Mapped[date | None]
    origin: Mapped[Origin] = mapped_column(words(Origin), default=Origin.IMPORTED)
    import_run_id: Mapped[int] = mapped_column(sa.ForeignKey("import_run.id"), index=True)
    unit: Mapped[Unit] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    run: Mapped[ImportRun] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("unit_id", "number"),
        sa.CheckConstraint("amount_grosze > 0", name="amount"),
        sa.CheckConstraint("paid_grosze BETWEEN 0 AND amount_grosze", name="paid"),
        sa.CheckConstraint("returned_grosze BETWEEN 0 AND paid_grosze", name="returned"),
        sa.CheckConstraint("task_from <= task_to", name="task_dates"),
    )
