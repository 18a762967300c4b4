"""What a person chose of a register: columns, filters and order; read from a form, from an address or as saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.services.registers.declaration import Column, Register
from app.services.registers.filters import Unfit
from workflows.words import N_

NO_COLUMN = N_("Choose at least one column.")
ORDERS = 2
LONGEST = 200


class Fields(Protocol):
    """The fields of a form or of an address: a name may stand there several times."""

    def get(self, key: str, default: str, /) -> str: ...
    def getlist(self, key: str, /) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """Keys of columns, values of filters by the names of their fields, and keys to order by ("-" before descending).

    No columns means the usual ones.
    """

    columns: tuple[str, ...] = ()
    filters: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: Mapping[str, Any] | None) -> "Choice":
        """As it was saved with `to_json`."""
        data = data or {}
        return cls(
            tuple(data.get("columns", ())), dict(data.get("filters", {})), tuple(data.get("order", ()))
        )

    def to_json(self) -> dict[str, Any]:
        """As it is saved and promised."""
        return {"columns": list(self.columns), "filters": dict(self.filters), "order": list(self.order)}

    def query(self) -> dict[str, Any]:
        """The parameters of the address that shows this choice."""
        found: dict[str, Any] = {name: value for name, value in self.filters.items() if value}
        if self.columns:
            found["column"] = list(self.columns)
        for number, key in enumerate(self.order, start=1):
            found[f"order{number}"] = key.removeprefix("-")
            if key.startswith("-"):
                found[f"down{number}"] = "1"
        return found

    def taken(self, register: Register) -> tuple[Column, ...]:
        """The chosen columns in the order of the register; keys that it no longer has are left out."""
        main = register.main
        chosen = tuple(column for column in main.columns if column.key in self.columns)
        return chosen or tuple(c for c in main.columns if c.usual and not c.personal)

    def left_out(self, register: Register) -> tuple[Column, ...]:
        """Every other column."""
        taken = self.taken(register)
        return tuple(column for column in register.main.columns if column not in taken)


def read(register: Register, fields: Fields, usual: Mapping[str, str] | None = None) -> Choice:
    """What the fields say; what no field of the register can hold is not taken."""
    names = [name for found in register.filters for name in found.fields]
    values = {name: fields.get(name, "").replace("\x00", "").strip()[:LONGEST] for name in names}
    filters = {**(usual or {}), **{name: value for name, value in values.items() if value}}
    known = {column.key for column in register.main.columns}
    order = []
    for number in range(1, ORDERS + 1):
        key = fields.get(f"order{number}", "")
        if key in known:
            order.append(f"-{key}" if fields.get(f"down{number}", "") else key)
    columns = tuple(key for key in fields.getlist("column") if key in known)
    return Choice(columns, filters, tuple(dict.fromkeys(order)))


def problems(register: Register, choice: Choice, unit_id: int | None) -> dict[str, str]:
    """What cannot be read, as the name of the field and the sentence (a msgid)."""
    found: dict[str, str] = {}
    for one in register.filters:
        try:
            one.conditions(choice.filters, unit_id)
        except Unfit as unfit:
            found[unfit.name] = unfit.text
    return found
