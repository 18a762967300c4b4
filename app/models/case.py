"""What every case has: a public name, a version that guards against stale forms, its next term and its origin."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from workflows.engine import Origin

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


class CaseMixin:
    """Columns of every case. `due_at` is the moment (UTC) at which the clock will take its next step; every
    step writes `stepped_at`, so that the version of the row counts steps that change nothing else."""

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
        return {
            "version_id_col": cls.__table__.c.version,  # type: ignore[attr-defined]  # there once the class is mapped
            "version_id_generator": lambda version: (version or 0) + 1,
        }

    @property
    def synthetic(self) -> bool:
        """Whether the case is an example and not a real one; pages and documents say so."""
        return self.origin is Origin.SYNTHETIC
