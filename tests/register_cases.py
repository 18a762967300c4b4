"""Registers in memory, for tests that open them."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from app.services import registers
from app.services.registers import REGISTERS

AT = datetime(2027, 6, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class InMemory:
    """Both files of a register, read into memory."""

    xlsx: BytesIO
    csv: BytesIO
    name: str
    rows: int


def usual(name: str) -> dict[str, str]:
    """What must stand in the filters of the register."""
    return {found.key: "2026" for found in REGISTERS[name].filters if getattr(found, "required", False)}


def made(
    name: str, *, unit_id: int | None = None, asked_by_id: int | None = None, language: str = "pl",
    progress: Callable[[int, int], None] = lambda _done, _total: None, filters: dict[str, str] | None = None, **choice: Any,
) -> InMemory:  # fmt: skip
    """The register as the worker makes it, with the usual filters and these."""
    arguments = {
        "choice": {**choice, "filters": usual(name) if filters is None else filters},
        "unit_id": unit_id,
        "language": language,
    }
    with closing(registers.make(name, arguments, asked_by_id, AT, progress)) as found:
        return InMemory(BytesIO(found.xlsx.read()), BytesIO(found.csv.read()), found.name, found.rows)
