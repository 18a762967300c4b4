"""Past calls from a table of public sources: what the source says is taken, what it lacks stays unknown."""

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import sqlalchemy as sa

from app.extensions import db
from app.models import BudgetEntry, Call, Unit
from app.models.procedure import Commissioning
from app.services import clock, steps
from workflows.calendar import local_moment
from workflows.engine import Context, Origin
from workflows.roles import Role

COLUMNS = ("year", "unit", "task_title_pl", "area_pl", "form", "budget_pln", "budget_by_year", "intake_from",
           "offers_deadline", "task_from", "task_to", "notes", "source")  # fmt: skip
FORMS = {"wsparcie": Commissioning.SUPPORT, "powierzenie": Commissioning.ENTRUSTING}
NAMES = {
    "form": "form of commissioning", "budget_pln": "budget", "intake_from": "first day of the intake",
    "offers_deadline": "deadline", "task_from": "first day of the task", "task_to": "last day of the task",
}  # fmt: skip


class BadTable(Exception):
    """The file is no table of calls; the message says what to do."""


@dataclass
class Taken:
    """One row of the file: what became of it, and what it could not give."""

    row: int
    title: str
    fate: str
    lacking: list[str] = field(default_factory=list)


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with their line numbers. Raises BadTable when the file cannot be read or has other columns."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
            if missing:
                raise BadTable(f"{path.name} lacks the columns {', '.join(missing)}.")
            for number, row in enumerate(reader, 2):
                yield number, {name: (row[name] or "").strip() for name in COLUMNS}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadTable(f"{path.name} cannot be read as a table in UTF-8: {error}") from error


def key_of(row: dict[str, str]) -> str:
    """What makes a row the same when the file is imported again."""
    return hashlib.sha256(json.dumps(row, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def take(row: dict[str, str], number: int, file_name: str, unit: Unit) -> Taken:
    """Take one row. A row that was taken before changes nothing; one without a title or a year is left out."""
    taken = Taken(number, row["task_title_pl"], "imported")
    if not row["task_title_pl"] or not re.fullmatch(r"(19|20)\d\d", row["year"]):
        taken.fate = "left out: no title or no year"
        return taken
    key = key_of(row)
    if db.session.scalar(sa.select(Call.id).where(Call.source_key == key)) is not None:
        taken.fate = "known already"
        return taken
    call = _call(row, unit, taken)
    call.source = {"file": file_name, "row": number, **row}
    call.source_key = key
    db.session.add(call)
    moment = clock.now()
    context = Context(
        now=_latest_day(row, moment), roles=frozenset({Role.IMPORTER}), origin=Origin.IMPORTED,
        answers={"file": file_name, "row": number, "source": row["source"]},
    )  # fmt: skip
    steps.begin(call, context, file=file_name, row=number)
    steps.take(call, "import_record", context)
    return taken


def _latest_day(row: dict[str, str], now: datetime) -> datetime:
    """When the call is known to have been past: the end of its task, or the present moment where no day is known."""
    day = _day(row["task_to"])
    if day is None:
        return now
    return min(now, local_moment(day, datetime.min.time().replace(hour=12)))


def _call(row: dict[str, str], unit: Unit, taken: Taken) -> Call:
    call = Call(unit=unit, title=row["task_title_pl"], area=row["area_pl"], origin=Origin.IMPORTED)
    call.commissioning = FORMS.get(row["form"])
    if call.commissioning is None:
        taken.lacking.append(_lack("form", row))
    call.task_from, call.task_to = _task(row, taken)
    call.opens_at = _moment(row, "intake_from", taken)
    call.deadline = _moment(row, "offers_deadline", taken)
    if call.opens_at and call.deadline and call.opens_at >= call.deadline:
        taken.lacking.append("the intake would end before it begins")
        call.opens_at = call.deadline = None
    call.budget = _budget(row, taken)
    return call


def _lack(column: str, row: dict[str, str]) -> str:
    given = row[column]
    return f"{NAMES[column]} “{given}” cannot be read" if given else f"{NAMES[column]} unknown"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _task(row: dict[str, str], taken: Taken) -> tuple[date | None, date | None]:
    days = [_day(row["task_from"]), _day(row["task_to"])]
    taken.lacking += [
        _lack(name, row) for name, day in zip(("task_from", "task_to"), days, strict=True) if day is None
    ]
    if days[0] and days[1] and days[0] > days[1]:
        taken.lacking.append("the task would end before it begins")
        return None, None
    return days[0], days[1]


def _moment(row: dict[str, str], column: str, taken: Taken) -> datetime | None:
    """An exact moment, only where the source gives the hour; a day alone stays in the source."""
    text = row[column]
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        taken.lacking.append(_lack(column, row))
        return None
    if "T" not in text:
        taken.lacking.append(f"{NAMES[column]} {text} without an hour")
        return None
    return local_moment(local.date(), local.time())


def _grosze(text: str) -> int | None:
    try:
        amount = Decimal(text) * 100
    except InvalidOperation:
        return None
    return int(amount) if amount == int(amount) and amount >= 0 else None


def _budget(row: dict[str, str], taken: Taken) -> list[BudgetEntry]:
    """The pool by year where the source splits it; else the whole in the year of the call."""
    moment, act = clock.now(), row["source"]
    parts = [part.partition(":") for part in row["budget_by_year"].split(";") if part]
    years = {int(year): _grosze(amount) for year, _, amount in parts if year.isdigit()}
    total = _grosze(row["budget_pln"])
    if total is None:
        taken.lacking.append(_lack("budget_pln", row))
        return []
    if years and (None in years.values() or sum(value or 0 for value in years.values()) != total):
        taken.lacking.append("the years do not sum to the budget; only the whole is taken")
        years = {}
    return [
        BudgetEntry(year=year, amount_grosze=amount, act=act, entered_at=moment)
        for year, amount in (years or {int(row["year"]): total}).items()
        if amount is not None
    ]
