"""The cells of a register: by the kind of a column, a value becomes a cell of an XLSX row and a field of a CSV line.

A column chooses its converter once; a row is then only calls. Text that begins with = + - @ stays text, and control
characters cannot break a file.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from reports import Translate
from reports.figures import WARSAW

CellValue = str | int | Decimal | date | datetime | bool | None
Kind = Literal["text", "money", "whole", "points", "percent", "day", "moment", "yes_no"]
Writer = Callable[[Any], str]

FORMATS: dict[Kind, str] = {
    "text": "@",
    "money": '#,##0.00\\ "zł"',
    "whole": "0",
    "points": "0.00",
    "percent": "0.00%",
    "day": "dd.mm.yyyy",
    "moment": "dd.mm.yyyy hh:mm:ss",
    "yes_no": "@",
}
LONGEST_TEXT = 32_767
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_EPOCH = date(1899, 12, 30).toordinal()
_DAY = 86_400
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def safe_text(value: str) -> str:
    """Text a workbook can hold: newlines kept, other control characters and surrogates become U+FFFD."""
    if "\r" in value:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    return _ILLEGAL.sub("\ufffd", value)[:LONGEST_TEXT]


def guarded(text: str) -> str:
    """The text as CSV carries it: what a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text without the apostrophe that `guarded` put before it."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def number_of(kind: Kind, value: Any) -> str:
    """The figure as a file of a spreadsheet holds it. Raises ValueError for NaN and infinity."""
    if kind == "money":
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}"
    if kind == "percent":
        return f"{Decimal(value).scaleb(-4):f}"
    if kind == "day":
        return str(value.toordinal() - _EPOCH)
    if kind == "moment":
        local = value.astimezone(WARSAW)
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        return f"{local.toordinal() - _EPOCH + seconds / _DAY:.10f}"
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("a register cannot hold NaN or infinity")
        return f"{value:f}"
    return str(value)


def xlsx_writer(kind: Kind, style: int, words: Mapping[Any, str] | None, _: Translate) -> Writer:
    """What makes of a value everything of its cell behind the address: style, type and content.

    None gives "", which is no cell. `words` says the value in words, already translated.
    """
    say = _saying(kind, words, _)
    if say is None:
        opening = f'" s="{style}"><v>'
        return lambda value: "" if value is None else f"{opening}{number_of(kind, value)}</v></c>"
    opening = f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
    ending = "</t></is></c>"

    def text(value: Any) -> str:
        if value is None or value == "":
            return ""
        plain = safe_text(say(value)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return f"{opening}{plain}{ending}"

    return text


def csv_writer(kind: Kind, words: Mapping[Any, str] | None, _: Translate) -> Writer:
    """What makes of a value its field: figures with a decimal comma and without a unit, text guarded, None empty."""
    say = _saying(kind, words, _)
    if say is not None:
        return lambda value: "" if value is None else guarded(safe_text(say(value)))
    if kind == "day":
        return lambda value: "" if value is None else value.isoformat()
    if kind == "moment":
        return lambda value: "" if value is None else f"{value.astimezone(WARSAW):%Y-%m-%d %H:%M:%S}"
    if kind == "percent":
        return lambda value: "" if value is None else f"{Decimal(value).scaleb(-2):f}%".replace(".", ",")
    return lambda value: "" if value is None else number_of(kind, value).replace(".", ",")


def _saying(kind: Kind, words: Mapping[Any, str] | None, _: Translate) -> Callable[[Any], str] | None:
    """How a value becomes text, or None for a figure."""
    if words is not None:
        return lambda value: words.get(value, str(value))
    if kind == "yes_no":
        yes, no = _("yes"), _("no")
        return lambda value: yes if value else no
    return str if kind == "text" else None
