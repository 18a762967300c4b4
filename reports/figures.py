"""How figures are written in documents: amounts, percentages, points, days and moments, the Polish way.

Amounts come in as ``int`` grosze, moments as aware datetimes; spaces inside a figure never break.
"""

from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from num2words import num2words

from reports import Translate

NBSP = "\u00a0"
MINUS = "\u2212"
WARSAW = ZoneInfo("Europe/Warsaw")
MONTHS = (
    "stycznia",
    "lutego",
    "marca",
    "kwietnia",
    "maja",
    "czerwca",
    "lipca",
    "sierpnia",
    "września",
    "października",
    "listopada",
    "grudnia",
)


def amount(grosze: int) -> str:
    """``123456`` -> ``1 234,56`` with non-breaking spaces; a negative amount has a minus sign."""
    zloty, rest = divmod(abs(grosze), 100)
    sign = MINUS if grosze < 0 else ""
    return f"{sign}{zloty:,}".replace(",", NBSP) + f",{rest:02d}"


def money(grosze: int) -> str:
    """``123456`` -> ``1 234,56 zł``."""
    return f"{amount(grosze)}{NBSP}zł"


def amount_in_words(grosze: int) -> str:
    """``10203`` -> ``sto dwa złote, trzy grosze``. Raises ValueError for a negative amount."""
    if grosze < 0:
        raise ValueError("an amount in words cannot be negative")
    # num2words takes an int for grosze and a Decimal for złoty: it gets a Decimal, always.
    return str(num2words(Decimal(grosze).scaleb(-2), lang="pl", to="currency", currency="PLN"))


def money_in_full(grosze: int, _: Translate) -> str:
    """The amount in figures and in words, as documents about money need it."""
    return _("%(amount)s (in words: %(words)s)") % {"amount": money(grosze), "words": amount_in_words(grosze)}


def percent(part: int, whole: int) -> str:
    """``part / whole`` in percent, two decimals, half up; a dash when there is no whole."""
    if whole == 0:
        return "–"
    return basis_points(int((Decimal(part) * 10000 / Decimal(whole)).to_integral_value(ROUND_HALF_UP)))


def basis_points(value: int) -> str:
    """Hundredths of a percent: ``1050`` -> ``10,50%``."""
    return amount(value).replace(NBSP, "") + "%"


def points(value: Decimal | int) -> str:
    """``Decimal("54.670")`` -> ``54,67``; whole points without decimals, at most two decimals, half up."""
    rounded = Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    text = format(rounded, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def quantity(value: Decimal | int) -> str:
    """A number of units: ``Decimal("12.50")`` -> ``12,5``."""
    text = format(Decimal(value), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def day(value: date) -> str:
    """``15 grudnia 2026 r.``"""
    return NBSP.join((str(value.day), MONTHS[value.month - 1], str(value.year), "r."))


def day_short(value: date) -> str:
    """``15.12.2026``, for dense tables."""
    return f"{value.day:02d}.{value.month:02d}.{value.year}"


def local(value: datetime) -> datetime:
    """The same moment in Kraków. Raises ValueError when the moment has no time zone."""
    if value.tzinfo is None:
        raise ValueError("a moment in a document needs a time zone")
    return value.astimezone(WARSAW)


def local_day(value: datetime) -> str:
    """The day of a moment in Kraków: ``15 grudnia 2026 r.``"""
    return day(local(value).date())


def moment(value: datetime) -> str:
    """An exact moment in Kraków: ``15 grudnia 2026 r., godz. 14:58:03``."""
    here = local(value)
    return f"{day(here.date())}, godz.{NBSP}{here:%H:%M:%S}"


def moment_short(value: datetime) -> str:
    """``15.12.2026 14:58:03`` in Kraków, for dense tables."""
    here = local(value)
    return f"{day_short(here.date())}{NBSP}{here:%H:%M:%S}"


def deadline(value: datetime) -> str:
    """``do 15 grudnia 2026 r., godz. 15:30``; midnight is the end of the day before, never 24:00."""
    here = local(value)
    if here.time() == time(0):
        here -= timedelta(seconds=1)
    if here.time() >= time(23, 59):
        return f"do końca dnia {day(here.date())} (23:59:59)"
    return f"do{NBSP}{day(here.date())}, godz.{NBSP}{here:%H:%M}"


def appointment(value: datetime) -> str:
    """When something begins: ``15 grudnia 2026 r., godz. 14:00``, in Kraków."""
    here = local(value)
    return f"{day(here.date())}, godz.{NBSP}{here:%H:%M}"


def period(first: date, last: date) -> str:
    """``od 1 stycznia 2024 r. do 31 grudnia 2025 r.``"""
    return f"od{NBSP}{day(first)} do{NBSP}{day(last)}"


def file_size(size: int) -> str:
    """Bytes as ``812 B``, ``14 kB`` or ``1,4 MB``."""
    if size < 1000:
        return f"{size}{NBSP}B"
    if size < 1_000_000:
        return f"{(size + 500) // 1000}{NBSP}kB"
    return f"{size / 1_000_000:.1f}".replace(".", ",") + f"{NBSP}MB"


def account(number: str) -> str:
    """A bank account number in groups of four after the first two digits; other text stays as it is."""
    digits = number.replace(" ", "").removeprefix("PL")
    if len(digits) != 26 or not digits.isascii() or not digits.isdigit():
        return number
    return NBSP.join([digits[:2], *(digits[start : start + 4] for start in range(2, 26, 4))])
