"""Amounts, quantities and shares: read from what people type, counted exactly.

Money is `int` grosze, shares are `int` basis points (1 % = 100), quantities are `Decimal` with at most
three places. Nothing here is ever a float and nothing is rounded silently.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from workflows.words import N_

Params = Mapping[str, object]
"""What fills a message: names ending in `_grosze` hold amounts, in `_bp` shares, the edge writes them."""

MAX_DIGITS = 12
"""An amount has at most ten digits of złoty and two of grosze: the column is numeric(12, 2)."""

FULL_SHARE_BP = 10_000

_MAX_TYPED = 60
_SPACES = re.compile(r"[^\S\r\n]", re.UNICODE)
_CURRENCY = re.compile(r" ?(zł|zl|pln)\.?$", re.IGNORECASE)
_MINUS = re.compile(r"^[-\u2010-\u2015\u2212\ufe63\uff0d]")
_GROUPED = r"(?:[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)"
_DOTTED = r"[0-9]{1,3}(?:\.[0-9]{3})+"
_PLAIN = re.compile(rf"({_GROUPED})(?:[.,]([0-9]+))?$")
_WITH_DOTS = re.compile(rf"({_DOTTED}),([0-9]+)$")
_UNCLEAR = re.compile(r"(?!0)[0-9]{1,3}(?:[.,][0-9]{3})+$|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+$")

NOT_AN_AMOUNT = N_("Enter an amount in złoty, for example 18 900,00")
UNCLEAR_AMOUNT = N_("Enter the amount with a comma before the grosze, for example 1 234,00")
NEGATIVE = N_("Enter an amount that is not below zero")
TOO_MANY_PLACES = N_("Enter at most two digits after the comma")
TOO_LARGE = N_("Enter an amount of at most %(limit_grosze)s")
NOT_A_QUANTITY = N_("Enter a number, for example 12 or 12,5")
QUANTITY_NEGATIVE = N_("Enter a number that is not below zero")
QUANTITY_PLACES = N_("Enter at most three digits after the comma")
QUANTITY_TOO_LARGE = N_("Enter a number of at most nine digits")
NOT_AN_INTEGER = N_("Enter a whole number, for example 12")


class AmountFault(ValueError):
    """What was typed cannot be read as a number; `msgid` and `params` say what to type instead."""

    def __init__(self, code: str, msgid: str, params: Params | None = None) -> None:
        super().__init__(msgid)
        self.code = code
        self.msgid = msgid
        self.params: Params = params or {}


def parse_grosze(text: str) -> int:
    """The amount that `text` means, in grosze.

    Reads `12,50`, `12.50`, `1 234,50` with any kind of space, `1.234,50`, each with or without `zł`.
    Raises AmountFault for everything else: more than two places, a sign, other digits than 0-9, and
    `1.234` or `1,234.50`, which two people read as two amounts.
    """
    typed = _CURRENCY.sub("", _tidy(text, NOT_AN_AMOUNT, NEGATIVE))
    if _UNCLEAR.match(typed):
        raise AmountFault("unclear", UNCLEAR_AMOUNT)
    whole, places = _parts(typed, NOT_AN_AMOUNT)
    if len(places) > 2:
        raise AmountFault("places", TOO_MANY_PLACES)
    grosze = int(whole + places.ljust(2, "0")) if len(whole) <= _MAX_TYPED else 10**MAX_DIGITS
    if grosze >= 10**MAX_DIGITS:
        raise AmountFault("too_large", TOO_LARGE, {"limit_grosze": 10**MAX_DIGITS - 1})
    return grosze


def parse_quantity(text: str) -> Decimal:
    """The number that `text` means, with at most three places; comma and dot both begin the places.

    Raises AmountFault when it cannot be read.
    """
    whole, places = _parts(_tidy(text, NOT_A_QUANTITY, QUANTITY_NEGATIVE), NOT_A_QUANTITY)
    if len(places) > 3:
        raise AmountFault("places", QUANTITY_PLACES)
    if len(whole.lstrip("0")) > 9:
        raise AmountFault("too_large", QUANTITY_TOO_LARGE)
    return Decimal(f"{whole}.{places}" if places else whole)


def parse_integer(text: str) -> int:
    """The whole number that `text` means, not negative, at most nine digits. Raises AmountFault."""
    whole, places = _parts(_tidy(text, NOT_AN_INTEGER, QUANTITY_NEGATIVE), NOT_AN_INTEGER)
    if places:
        raise AmountFault("places", NOT_AN_INTEGER)
    if len(whole.lstrip("0")) > 9:
        raise AmountFault("too_large", QUANTITY_TOO_LARGE)
    return int(whole)


def typed_grosze(grosze: int) -> str:
    """The amount as a person types it into a form (`1234,50`); `parse_grosze` reads it back."""
    return f"{grosze // 100},{grosze % 100:02d}"


def typed_quantity(quantity: Decimal) -> str:
    """The quantity as a person types it (`12,5`); `parse_quantity` reads it back."""
    text = format(quantity, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator rounded to a whole number, halves up. Both are not below zero."""
    return (2 * numerator + denominator) // (2 * denominator)


def multiply(unit_grosze: int, quantity: Decimal) -> int:
    """unit cost × quantity in grosze, halves up (official form, part V.A)."""
    numerator, denominator = quantity.as_integer_ratio()
    return half_up(unit_grosze * numerator, denominator)


def share(part: int, whole: int) -> int:
    """The share of `part` in `whole` in basis points, halves up; 0 of nothing is 0."""
    return half_up(part * FULL_SHARE_BP, whole) if whole else 0


def reaches(part: int, whole: int, share_bp: int) -> bool:
    """Whether `part` is at least `share_bp` of `whole`, compared exactly and not by rounded shares."""
    return part * FULL_SHARE_BP >= whole * share_bp


def least_part(whole: int, share_bp: int) -> int:
    """The smallest part that reaches `share_bp` of `whole`."""
    return -(-whole * share_bp // FULL_SHARE_BP)


def largest_part(whole: int, share_bp: int) -> int:
    """The largest part that does not exceed `share_bp` of `whole`."""
    return whole * share_bp // FULL_SHARE_BP


def split(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """`total` divided in proportion to `weights` by the largest remainders; the parts add up to it.

    Equal remainders go to the earlier part; weights that are all zero divide evenly.
    Raises ValueError without weights or with anything below zero.
    """
    if total < 0 or not weights or min(weights) < 0:
        raise ValueError("a total and weights that are not below zero are needed")
    shares = list(weights) if any(weights) else [1] * len(weights)
    whole = sum(shares)
    parts = [total * weight // whole for weight in shares]
    remainders = [total * weight % whole for weight in shares]
    by_remainder = sorted(range(len(shares)), key=lambda index: -remainders[index])
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return tuple(parts)


def _tidy(text: str, unreadable: str, negative: str) -> str:
    """The typed text with every kind of space written as one plain space, none at the ends."""
    if len(text) > 10 * _MAX_TYPED:
        raise AmountFault("unreadable", unreadable)
    typed = _SPACES.sub(" ", text.strip())
    if _MINUS.match(typed):
        raise AmountFault("negative", negative)
    return typed


def _parts(typed: str, unreadable: str) -> tuple[str, str]:
    """The digits before and after the decimal separator."""
    match = _PLAIN.fullmatch(typed) or _WITH_DOTS.fullmatch(typed)
    if match is None:
        raise AmountFault("unreadable", unreadable)
    return match[1].replace(" ", "").replace(".", ""), match[2] or ""
