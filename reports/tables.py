"""Tables: grids that break across pages, labelled facts, and the note."""

from collections.abc import Iterable, Sequence

from reports.content import Align, Column, Facts, Grid, Node, Note, Row, RowKind

MM = 72 / 25.4
PORTRAIT = 166 * MM
WIDE = 253 * MM

__all__ = ["MM", "PORTRAIT", "WIDE", "Align", "Column", "Row", "RowKind", "facts", "grid", "note"]


def grid(columns: Sequence[Column], rows: Iterable[Row], width: float = PORTRAIT) -> Grid:
    """A table that breaks across pages, its head repeated on each; a row longer than a page breaks too."""
    return Grid(tuple(columns), tuple(rows), width)


def facts(rows: Iterable[tuple[str, str]], width: float = PORTRAIT, label: float = 0.32) -> list[Node]:
    """Labels with their values; a row without a value is left out."""
    found = tuple((name, value) for name, value in rows if value)
    return [Facts(found, width, label)] if found else []


def note(lines: Iterable[str], width: float = PORTRAIT) -> Note:
    """What the reader must not miss, on a tint with a bar at its side. Its lines must be short."""
    return Note(tuple(line for line in lines if line), width)
