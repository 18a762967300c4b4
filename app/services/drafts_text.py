"""Small pure steps of writing a draft: marks of what a page knew, the merge of two hands, safe names of files."""

import base64
import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.characters import storable
from workflows.form import KEY_COLUMN, Field, Item, Table, anchor

LONGEST_MARK = 400_000
Posted = Mapping[str, str]


@dataclass(frozen=True)
class Conflict:
    """A place that two people changed: `theirs` is kept in the draft, `mine` is shown beside it."""

    anchor: str
    theirs: str
    mine: str


def cells(items: tuple[Item, ...], content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every field and cell of the items with its text; the anchors are the names of the controls."""
    for item in items:
        if isinstance(item, Table):
            for row in content.get(item.name) or []:
                for column in item.columns:
                    yield anchor(item.name, row[KEY_COLUMN], column.name), row.get(column.name, "")
        else:
            yield item.name, content.get(item.name) or ""


def mark_of(known: Mapping[str, str]) -> str:
    """What a page knows of the draft, as one hidden value: each place with a short hash of its text.

    Saving compares it with the draft of that moment, so that two people write at once and nobody's text is lost.
    """
    hashes = {place: _short(text) for place, text in known.items()}
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(hashes).encode())).decode()


def read_mark(mark: str) -> dict[str, str]:
    """What the page knew; an unreadable mark knows nothing, so every difference counts as a conflict."""
    try:
        packed = base64.urlsafe_b64decode(mark.encode("ascii"))
        plain = zlib.decompressobj().decompress(packed, LONGEST_MARK)
        known = json.loads(plain)
    except (ValueError, zlib.error, binascii.Error, UnicodeError):
        return {}
    return {str(k): str(v) for k, v in known.items()} if isinstance(known, dict) else {}


def _short(text: str) -> str:
    return hashlib.blake2s(storable(text).encode(), digest_size=5).hexdigest()


@dataclass
class Merge:
    """One save: what the page sent, what it knew, what the draft holds now."""

    known: Mapping[str, str]
    conflicts: list[Conflict]

    def text(self, place: str, mine: str, current: str) -> str:
        """What the place holds after the save. A text that only one side changed wins; otherwise both are kept."""
        mine, before = storable(mine), self.known.get(place)
        if mine == current or _short(mine) == before:
            return current
        if before == _short(current) or (before is None and not current):
            return mine
        self.conflicts.append(Conflict(place, current, mine))
        return current


def merged(
    items: tuple[Item, ...], content: Mapping[str, Any], posted: Posted, mark: str
) -> tuple[dict[str, Any], list[Conflict]]:
    """The content after a save of these items, and the places that two people changed. Loses nothing."""
    merge = Merge(read_mark(mark), [])
    result = dict(content)
    for item in items:
        if isinstance(item, Table):
            result[item.name] = _merged_rows(item, list(content.get(item.name) or []), posted, merge)
        else:
            result[item.name] = _merged_field(item, str(content.get(item.name) or ""), posted, merge)
    return result, merge.conflicts


def _merged_field(item: Field, current: str, posted: Posted, merge: Merge) -> str:
    if item.prefilled or item.name not in posted:
        return current
    return merge.text(item.name, posted[item.name], current)


def _merged_rows(
    table: Table, rows: list[dict[str, str]], posted: Posted, merge: Merge
) -> list[dict[str, str]]:
    sent = _sent_rows(table, posted)
    kept = []
    for row in rows:
        mine = sent.pop(row[KEY_COLUMN], {})
        changed = {
            name: merge.text(anchor(table.name, row[KEY_COLUMN], name), text, row.get(name, ""))
            for name, text in mine.items()
        }
        kept.append({**row, **changed})
    # Somebody removed these rows meanwhile; whoever wrote in one of them gets it back.
    for key, mine in sent.items():
        if any(_short(text) != merge.known.get(anchor(table.name, key, name)) for name, text in mine.items()):
            kept.append(
                {
                    KEY_COLUMN: key,
                    **{column.name: storable(mine.get(column.name, "")) for column in table.columns},
                }
            )
    return kept[: table.max_rows]


def _sent_rows(table: Table, posted: Posted) -> dict[str, dict[str, str]]:
    """The cells that came with the form, by row and column; a name that no cell can have is left out."""
    columns = {column.name for column in table.columns}
    rows: dict[str, dict[str, str]] = {}
    for name, text in posted.items():
        parts = name.split("-")
        if len(parts) == 3 and parts[0] == table.name and parts[2] in columns and ROW_KEY.fullmatch(parts[1]):
            rows.setdefault(parts[1], {})[parts[2]] = text
    return rows


ROW_KEY = re.compile(r"[A-Za-z0-9_]{1,40}")


def with_key(table: Table, key: str, preset: Mapping[str, str]) -> dict[str, str]:
    """An empty row of the table with what is known beforehand."""
    return {
        KEY_COLUMN: key,
        **{column.name: preset.get(column.name, "") for column in table.columns},
    }
