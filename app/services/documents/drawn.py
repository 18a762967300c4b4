"""What an official wrote in the form of a document, read back as typed values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.i18n import _
from app.models import DrawnDocument
from app.services.access import Case
from reports.blocks import Person
from workflows.calendar import local_day
from workflows.drawn import CONTROL_SCOPE
from workflows.kinds import DocumentKind


@dataclass(frozen=True)
class Written:
    """The answers as they are stored, which edition they are, and the day of the edition that they replace."""

    content: Mapping[str, Any]
    edition: int = 1
    replaces: date | None = None

    def text(self, name: str) -> str:
        return str(self.content.get(name) or "")

    def lines(self, name: str) -> tuple[str, ...]:
        """A text of several lines, one item each; empty lines count for nothing."""
        return tuple(line.strip() for line in self.text(name).splitlines() if line.strip())

    def people(self, name: str) -> tuple[Person, ...]:
        """One person a line: the name, and behind the first comma the function."""
        parts = [line.partition(",") for line in self.lines(name)]
        return tuple(Person(person.strip(), function.strip()) for person, _comma, function in parts)

    def day(self, name: str) -> date:
        """Raises ValueError where no day was written."""
        return date.fromisoformat(self.text(name))

    def day_or_none(self, name: str) -> date | None:
        return self.day(name) if self.content.get(name) else None

    def moment(self, name: str) -> datetime:
        """Raises ValueError where no moment was written."""
        return datetime.fromisoformat(self.text(name))

    def number(self, name: str) -> int:
        return int(self.content.get(name) or 0)

    def decimal(self, name: str) -> Decimal | None:
        return Decimal(str(self.content[name])) if self.content.get(name) not in {None, ""} else None

    def rows(self, name: str) -> tuple["Written", ...]:
        """The rows of a list of answers."""
        rows: Sequence[Mapping[str, Any]] = self.content.get(name) or ()
        return tuple(Written(row) for row in rows)

    def scope(self) -> tuple[str, ...]:
        """The chosen items of art. 17 in their order."""
        chosen = {int(number) for number in self.content.get("scope") or ()}
        return tuple(_(text) for number, text in CONTROL_SCOPE.items() if number in chosen)


def written(case: Case, kind: DocumentKind, subject_id: int | None, at: datetime) -> Written:
    """The edition that stood at that moment. Raises LookupError for a document of another case or kind."""
    rows = db.session.scalars(
        sa.select(DrawnDocument)
        .where(
            sa.or_(DrawnDocument.id == subject_id, DrawnDocument.first_id == subject_id),
            DrawnDocument.case_kind == case.case_kind,
            DrawnDocument.case_id == case.id,
            DrawnDocument.kind == kind,
            DrawnDocument.drawn_at <= at,
        )
        .order_by(DrawnDocument.edition.desc())
        .limit(2)
    ).all()
    if not rows:
        raise LookupError("the case has no such document")
    before = local_day(rows[1].drawn_at) if len(rows) > 1 else None
    return Written(rows[0].content, rows[0].edition, before)
