"""The checksum of a draft, and what changed between two drafts."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflows.characters import storable
from workflows.form import KEY_COLUMN, Content, Field, Form, Table, anchor


@dataclass(frozen=True)
class Change:
    """One field or cell that differs; `before` and `after` are texts as typed, None where a row is missing.

    `row` is the row's text in the first column that has one, `key` its key; both None for a plain field.
    """

    section: str
    anchor: str
    item: str
    field: Field
    before: str | None
    after: str | None
    key: str | None = None
    row: str | None = None


def canonical(content: object) -> bytes:
    """The one byte form of `content`: JSON with sorted keys, no spaces, NFC, plain line breaks, UTF-8."""
    plain = _plain(content)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def checksum(content: object, attachment_hashes: Sequence[str] = ()) -> str:
    """SHA-256 in hex over the canonical content and the attachments' own hashes, whatever their order."""
    return hashlib.sha256(
        canonical({"attachments": sorted(attachment_hashes), "content": content})
    ).hexdigest()


def short_checksum(checksum: str) -> str:
    """The first twelve hex digits as printed on every page: `9F3A-77C1-04BE`."""
    head = checksum[:12].upper()
    return f"{head[:4]}-{head[4:8]}-{head[8:]}"


def difference(form: Form, before: Content, after: Content) -> list[Change]:
    """Every field and cell whose text differs, in the order of the form; rows are matched by their keys."""
    changes: list[Change] = []
    for section, item in form.parts():
        old, new = before.get(item.name), after.get(item.name)
        if isinstance(item, Table):
            changes += _row_changes(section.key, item, _by_key(old), _by_key(new))
        elif _text(old) != _text(new):
            changes.append(Change(section.key, item.name, item.name, item, _text(old), _text(new)))
    return changes


def changed_fields(form: Form, before: Content, after: Content) -> set[str]:
    """The names of the fields and tables that differ; a table also when only the order of its rows does."""
    changed = {change.item for change in difference(form, before, after)}
    for _, item in form.parts():
        if isinstance(item, Table) and list(_by_key(before.get(item.name))) != list(
            _by_key(after.get(item.name))
        ):
            changed.add(item.name)
    return changed


def _row_changes(
    section: str, table: Table, before: Mapping[str, Content], after: Mapping[str, Content]
) -> list[Change]:
    changes: list[Change] = []
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        title = next((text for c in table.columns if (text := _text((new or old or {}).get(c.name)))), key)
        for column in table.columns:
            was, is_now = _cell(old, column), _cell(new, column)
            if (was or "") != (is_now or ""):
                place = anchor(table.name, key, column.name)
                changes.append(Change(section, place, table.name, column, was, is_now, key, title))
    return changes


def _cell(row: Content | None, column: Field) -> str | None:
    return None if row is None else _text(row.get(column.name))


def _by_key(raw: object) -> dict[str, Content]:
    rows = raw if isinstance(raw, list) else []
    return {str(row.get(KEY_COLUMN)): row for row in rows if isinstance(row, Mapping)}


def _text(raw: object) -> str:
    return "" if raw is None else storable(str(raw)).strip()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {storable(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return storable(value) if isinstance(value, str) else value
