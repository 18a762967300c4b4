"""Writing a report: it always saves, two people may write at once, and what the plan says cannot be overwritten."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from app.extensions import db
from app.models import PartialReport, Settlement
from app.queries.report_text import ReportText
from app.services.drafts_text import Conflict, Posted, cells, mark_of, merged, read_mark, with_key
from workflows.engine import Refusal, Refused
from workflows.form import KEY_COLUMN, Field, Item, Table
from workflows.form_reading import tidy
from workflows.words import N_

NOT_WRITABLE = N_("This report is closed for writing now. Nothing was changed.")
Report = Settlement | PartialReport


@dataclass(frozen=True)
class Saved:
    """What a save came to: when, the mark for the next save from the same page, and what two people changed."""

    at: datetime
    mark: str
    conflicts: tuple[Conflict, ...]


def save(report: Report, items: tuple[Item, ...], posted: Posted, mark: str, now: datetime) -> Saved:
    """Save what a page sent for these items. Required fields are never asked for.

    Raises Refused when the report is closed. A conflict keeps what the draft holds and gives both texts back.
    """
    text = _locked(report)
    content, conflicts = merged(items, text.content, posted, mark)
    stored = _store(report, _with_plan(items, content, text.content), now)
    shown = {place: posted[place] for place in read_mark(mark) if place in posted}
    shown |= {place: posted.get(place, value) for place, value in cells(items, stored)}
    clashing = {conflict.anchor: conflict.theirs for conflict in conflicts}
    return Saved(now, mark_of(shown | clashing), tuple(conflicts))


def add_row(report: Report, name: str, now: datetime) -> str:
    """Add an empty row to a table that takes rows and give the row's key."""
    text, key = _locked(report), f"r{secrets.token_hex(4)}"
    table, rows = text.form.table(name), list(text.content[name])
    if len(rows) < table.max_rows and not table.fixed_rows:
        rows.append(with_key(table, key, {}))
    _store(report, text.content | {name: rows}, now)
    return key


def remove_row(report: Report, name: str, key: str, now: datetime) -> None:
    """Remove one row of a table that takes rows; nothing happens when it is gone already."""
    text = _locked(report)
    if text.form.table(name).fixed_rows:
        return
    rows = [row for row in text.content[name] if row[KEY_COLUMN] != key]
    _store(report, text.content | {name: rows}, now)


def _locked(report: Report) -> ReportText:
    """The report, read again under its lock: saves of one report wait for each other, and for its submission.

    Whoever submits a partial report holds its agreement, so the agreement is locked first.
    """
    if isinstance(report, PartialReport):
        db.session.refresh(report.agreement, with_for_update={"key_share": True})
    db.session.refresh(report, with_for_update={"key_share": True})
    text = ReportText(report)
    if not text.writable:
        raise Refused(Refusal("not_writable", NOT_WRITABLE))
    return text


def _store(report: Report, content: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Written with the report's own columns; a text that differs counts as a new version of the case.

    So nobody signs or sends a report that changed after the page was opened.
    """
    tidied = tidy(ReportText(report).form, content)
    if tidied != report.content:
        case = report if isinstance(report, Settlement) else report.agreement
        flag_modified(case, "state_since")
    table = type(report).__table__
    db.session.execute(
        sa.update(table).where(table.c.id == report.id).values(content=tidied, saved_at=now)  # type: ignore[arg-type]  # a model's table is typed as any selectable
    )
    db.session.refresh(report, ["content", "saved_at"])
    return tidied


def _with_plan(items: tuple[Item, ...], content: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What the plan filled in stays, whatever was sent: prefilled fields, and the rows that belong to the plan."""
    result = dict(content)
    for item in items:
        if isinstance(item, Field):
            result[item.name] = before[item.name] if item.prefilled else result[item.name]
        elif item.fixed_rows:
            result[item.name] = _planned_rows(item, result[item.name], before[item.name])
    return result


def _planned_rows(
    table: Table, rows: list[dict[str, str]], before: list[dict[str, str]]
) -> list[dict[str, str]]:
    sent = {row[KEY_COLUMN]: row for row in rows}
    planned = [column.name for column in table.columns if column.prefilled]
    return [
        {**sent.get(row[KEY_COLUMN], row), **{name: row.get(name, "") for name in planned}} for row in before
    ]
