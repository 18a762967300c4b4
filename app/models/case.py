"""What every case has: a public name, a version that guards against stale forms, its next term and its origin."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from workflows.catalogue import WORKFLOWS
from workflows.engine import Origin, Workflow

Id = Annotated[int, mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)]
Grosze = Annotated[int, mapped_column(sa.BigInteger)]


def words(enum: type[StrEnum]) -> sa.Enum:
    """An enum stored as its plain words, checked by the database."""
    return sa.Enum(
        enum,
        native_enum=False,
        values_callable=lambda members: [member.value for member in members],
        length=32,
        create_constraint=True,
        name=enum.__name__.lower(),
    )


def new_public_id() -> str:
    """A random name for a case: it tells nothing about order or number."""
    return uuid.uuid4().hex


def version_guard(model: Any) -> dict[str, Any]:
    """Mapper arguments by which an update of a row that changed meanwhile is refused."""
    return {
        "version_id_col": model.__table__.c.version,
        "version_id_generator": lambda version: (version or 0) + 1,
    }


def columns_of_sibling(base: Any, sibling: Any) -> set[Any]:
    """The columns of the table of `base` that only `sibling` maps: another class with a table of its own leaves them out."""
    return {column for column in sibling.__table__.c if column not in base.__mapper__.columns.values()}


class CaseMixin:
    """Columns of every case. `due_at` is the moment (UTC) at which the clock will take its next step; every
    step writes `stepped_at`, so that the version of the row counts steps that change nothing else. `case_kind` is the
    name of the case type, as in the history, the deliveries and the signatures."""

    case_kind: ClassVar[str]
    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True, default=new_public_id)
    version: Mapped[int] = mapped_column(default=1)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    state_since: Mapped[datetime | None]
    stepped_at: Mapped[datetime | None]
    origin: Mapped[Origin] = mapped_column(words(Origin), default=Origin.LIVE)
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.clock_timestamp())

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy calls it with the class
        return version_guard(cls)

    @property
    def workflow(self) -> Workflow:
        """The table by which the case goes; its plural stands in addresses."""
        return WORKFLOWS[self.case_kind]

    @property
    def synthetic(self) -> bool:
        """Whether the case is an example and not a real one; pages and documents say so."""
        return self.origin is Origin.SYNTHETIC
