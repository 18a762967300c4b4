"""The filters of registers: each reads what was typed, makes a condition of it and says it on the cover."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

import sqlalchemy as sa

from app.extensions import db
from app.i18n import WARSAW, _, day
from app.models import Procedure, Unit
from app.models.procedure import ProcedureKind
from workflows.words import N_

NO_DAY = N_("Enter a day such as 2026-03-31.")
NO_YEAR = N_("Enter a year with four digits.")
NO_CHOICE = N_("Choose from the list.")
LAST_BEFORE_FIRST = N_("The last day is before the first one.")
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_CALLS = 500


class Unfit(ValueError):
    """What was typed into the field `name` is no value of the filter; `text` is the sentence (a msgid)."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name
        self.text = text


@dataclass(frozen=True, slots=True)
class _Single:
    """What every filter is; `key` names its field, `sql` is what it compares."""

    key: str
    title: str
    sql: Any = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of its fields on the page."""
        return (self.key,)

    def conditions(self, values: Mapping[str, str], unit_id: int | None) -> list[Any]:
        """The conditions that the typed values ask for; none when nothing was typed. Raises Unfit."""
        raise NotImplementedError

    def told(self, values: Mapping[str, str]) -> str:
        """The filter in words, or "" when nothing was typed."""
        return values.get(self.key, "")

    def options(self, unit_id: int | None) -> list[tuple[str, str]]:
        """What can be chosen, as value and words; empty where the value is typed."""
        return []

    def suffix(self, values: Mapping[str, str]) -> str:
        """What the names of the files end with when the filter is used, or ""."""
        return ""


@dataclass(frozen=True, slots=True)
class Text(_Single):
    """Words that a text must contain; `sql` may be several columns joined."""

    shape: ClassVar[str] = "text"

    def conditions(self, values: Mapping[str, str], unit_id: int | None) -> list[Any]:
        words = values.get(self.key, "").split()[:8]
        return [self.sql.icontains(word, autoescape=True) for word in words]


@dataclass(frozen=True, slots=True)
class Choice(_Single):
    """One of the stored words of an enum; `words` says them (msgids)."""

    words: Mapping[Any, str] | None = None
    shape: ClassVar[str] = "choice"

    def conditions(self, values: Mapping[str, str], unit_id: int | None) -> list[Any]:
        value = values.get(self.key, "")
        if not value:
            return []
        if value not in {str(word) for word in self.words or ()}:
            raise Unfit(self.key, NO_CHOICE)
        return [sa.type_coerce(self.sql, sa.String) == value]

    def told(self, values: Mapping[str, str]) -> str:
        value = values.get(self.key, "")
        found = {str(word): name for word, name in (self.words or {}).items()}.get(value)
        return _(found) if found else ""

    def options(self, unit_id: int | None) -> list[tuple[str, str]]:
        return [(str(value), _(name)) for value, name in (self.words or {}).items()]


@dataclass(frozen=True, slots=True)
class Year(_Single):
    """A calendar year. Without `sql` only the source reads it (`scope.year`); `required` ones must be there."""

    required: bool = False
    shape: ClassVar[str] = "year"

    def conditions(self, values: Mapping[str, str], unit_id: int | None) -> list[Any]:
        text = values.get(self.key, "")
        if not text and not self.required:
            return []
        if not (
            len(text) == 4 and text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= LAST_YEAR
        ):
            raise Unfit(self.key, NO_YEAR)
        return [] if self.sql is None else [self.sql == int(text)]

    def suffix(self, values: Mapping[str, str]) -> str:
        return values.get(self.key, "")


@dataclass(frozen=True, slots=True)
class Of(_Single):
    """One call or intake, by its public id: `sql` is its column of the id."""

    kind: ProcedureKind = ProcedureKind.OPEN_CALL
    shape: ClassVar[str] = "choice"

    def conditions(self, values: Mapping[str, str], unit_id: int | None) -> list[Any]:
        if not values.get(self.key):
            return []
        found = self._found(values)
        if found is None or (unit_id is not None and found.unit_id != unit_id):
            raise Unfit(self.key, NO_CHOICE)
        return [self.sql == found.id]

    def told(self, values: Mapping[str, str]) -> str:
        found = self._found(values)
        return found.title if found else ""

    def options(self, unit_id: int | None) -> list[tuple[str, str]]:
        query = sa.select(Procedure.public_id, Procedure.title).where(Procedure.kind == self.kind)
        if unit_id is not None:
            query = query.where(Procedure.unit_id == unit_id)
        found = db.session.execute(query.order_by(Procedure.id.desc()).limit(MOST_CALLS))
        return [(public_id, title or public_id) for public_id, title in found]

    def suffix(self, values: Mapping[str, str]) -> str:
        found = self._found(values)
        return f"{found.code.lower()}-{found.id}" if found else ""

    def _found(self, values: Mapping[str, str]) -> Any:
        public_id = values.get(self.key, "").replace("\x00", "")
        if not public_id:
            return None
        return db.session.execute(
            sa.select(Procedure.id, Procedure.title, Procedure.unit_id, Unit.code)
            .join(Unit, Unit.id == Procedure.unit_id)
            .where(Procedure.public_id == public_id, Procedure.kind == self.kind)
        ).one_or_none()


@dataclass(frozen=True, slots=True)
class Period(_Single):
    """From a first to a last day, both included; `moments` is true where `sql` is an aware moment."""

    moments: bool = False
    shape: ClassVar[str] = "period"

    @property
    def fields(self) -> tuple[str, ...]:
        return (f"{self.key}_from", f"{self.key}_to")

    def conditions(self, values: Mapping[str, str], unit_id: int | None) -> list[Any]:
        first, last = (self._day(name, values.get(name, "")) for name in self.fields)
        if first and last and last < first:
            raise Unfit(self.fields[1], LAST_BEFORE_FIRST)
        found = []
        if first:
            found.append(self.sql >= (_midnight(first) if self.moments else first))
        if last:
            after = last + timedelta(days=1)
            found.append(self.sql < (_midnight(after) if self.moments else after))
        return found

    def told(self, values: Mapping[str, str]) -> str:
        first, last = (values.get(name, "") for name in self.fields)
        if first and last:
            return _("from %(first)s to %(last)s", first=_in_words(first), last=_in_words(last))
        if first:
            return _("since %(day)s", day=_in_words(first))
        return _("until %(day)s", day=_in_words(last)) if last else ""

    def _day(self, name: str, text: str) -> date | None:
        if not text:
            return None
        try:
            found = date.fromisoformat(text)
        except ValueError as error:
            raise Unfit(name, NO_DAY) from error
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise Unfit(name, NO_DAY)
        return found


def _midnight(value: date) -> datetime:
    return datetime.combine(value, time(), WARSAW)


def _in_words(text: str) -> str:
    return day(date.fromisoformat(text))
