"""Words and figures as a reader of the present language expects them; times in Europe/Warsaw."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any, Protocol

from flask import g, has_request_context, request
from flask_babel import get_locale, gettext, lazy_gettext
from flask_babel import ngettext as plural
from flask_login import current_user
from jinja2 import pass_context
from markupsafe import Markup

from reports.text import markup
from workflows import characters
from workflows.calendar import WARSAW
from workflows.engine import StateName
from workflows.words import Word

lazy = lazy_gettext
LANGUAGES = ("pl", "en")
NBSP = "\N{NO-BREAK SPACE}"
MONTHS_PL = ("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września",
             "października", "listopada", "grudnia")  # fmt: skip
MONTHS_EN = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
             "November", "December")  # fmt: skip
COOKIE = "hejnal_language"

__all__ = [
    "LANGUAGES",
    "WARSAW",
    "_",
    "clock_time",
    "day",
    "deadline",
    "exact",
    "lazy",
    "moment",
    "money",
    "ngettext",
    "number",
    "percent",
    "say",
    "select_locale",
    "state_name",
]  # fmt: skip


def one_full_stop(text: str) -> str:
    """A Polish date ends with its own full stop, so a sentence that ends with a date has no other."""
    return text.replace(f"{NBSP}r..", f"{NBSP}r.")


def _(string: str, **params: Any) -> str:
    """The text in the reader's language, filled with `params`."""
    return one_full_stop(gettext(string, **params))


def ngettext(one: str, more: str, num: int, **params: Any) -> str:
    """The same for a text that depends on a number."""
    return one_full_stop(plural(one, more, num, **params))


def in_templates(function: Callable[..., str]) -> Callable[..., str]:
    """What the templates call for a text, ending as every other text does."""

    @pass_context
    @wraps(function)
    def text(*arguments: Any, **params: Any) -> str:
        return one_full_stop(function(*arguments, **params))

    return text


class Sentence(Protocol):
    """A refusal or a problem: a msgid and what fills it."""

    @property
    def text(self) -> str: ...
    @property
    def params(self) -> Mapping[str, Any]: ...


def select_locale() -> str:
    """The language of this answer: asked for, chosen before, of the account, of the browser, or Polish."""
    if not has_request_context():
        return "pl"
    chosen = g.get("language") or request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    account = getattr(current_user, "language", None)
    if account in LANGUAGES:
        return str(account)
    return request.accept_languages.best_match(LANGUAGES, "pl") or "pl"


def _english() -> bool:
    locale = get_locale()
    return locale is not None and locale.language == "en"


def _grouped(whole: int) -> str:
    return f"{whole:,}".replace(",", "," if _english() else NBSP)


def printed(value: str) -> Markup:
    """A text of a document as HTML: escaped, strong pieces bold, newlines kept."""
    return Markup(markup(value))  # noqa: S704 (markup escapes everything and adds only <b> and <br/>)


def typed_prose(value: str | None) -> Markup:
    """A long text as somebody typed it: its direction stays inside, and characters that nobody sees are written out."""
    return Markup("<bdi>{}</bdi>").format(characters.revealed(value or ""))


def number(value: Any, places: int = 2) -> str:
    """A decimal number with a fixed count of places."""
    text = f"{value:,.{places}f}"
    return text if _english() else text.replace(",", NBSP).replace(".", ",")


def money(grosze: int | None) -> str:
    """An amount in full, such as `1 234,56 zł`; a dash where there is none."""
    if grosze is None:
        return "–"
    sign, amount = ("\N{MINUS SIGN}" if grosze < 0 else ""), abs(grosze)
    whole, rest = divmod(amount, 100)
    if _english():
        return f"{sign}PLN{NBSP}{_grouped(whole)}.{rest:02d}"
    return f"{sign}{_grouped(whole)},{rest:02d}{NBSP}zł"


def percent(basis_points: int | None) -> str:
    """A share given in basis points, such as `17,8%`; at most two decimals."""
    if basis_points is None:
        return "–"
    text = f"{basis_points / 100:.2f}".rstrip("0").rstrip(".")
    return f"{text if _english() else text.replace('.', ',')}%"


def day(value: date | None) -> str:
    """A date in words: `15 grudnia 2026 r.`"""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = value.astimezone(WARSAW).date()
    if _english():
        return f"{value.day}{NBSP}{MONTHS_EN[value.month - 1]} {value.year}"
    return f"{value.day}{NBSP}{MONTHS_PL[value.month - 1]} {value.year}{NBSP}r."


def _at(value: datetime, pattern: str) -> str:
    local = value.astimezone(WARSAW)
    if _english():
        return f"{day(local.date())}, {local:{pattern}} (Kraków time)"
    return f"{day(local.date())}, godz.{NBSP}{local:{pattern}}"


def moment(value: datetime | None) -> str:
    """A date with the hour, in Kraków time."""
    return "–" if value is None else _at(value, "%H:%M")


def exact(value: datetime | None) -> str:
    """A date with the hour to the second, in Kraków time."""
    return "–" if value is None else _at(value, "%H:%M:%S")


def clock_time(value: datetime) -> str:
    """Only the hour to the second, in Kraków time."""
    return f"{value.astimezone(WARSAW):%H:%M:%S}"


def deadline(value: datetime | None) -> str:
    """A term: with its hour, or "to the end of the day" where it ends with the day."""
    if value is None:
        return "–"
    local = value.astimezone(WARSAW)
    if (local.hour, local.minute, local.second) == (23, 59, 59):
        return str(_("the end of %(day)s", day=day(local.date())))
    return moment(value)


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, Word):
        return gettext(str(value))
    if name.endswith("_grosze"):
        return money(value)
    if name.endswith("_bp"):
        return percent(value)
    if isinstance(value, datetime):
        return exact(value) if value.tzinfo else exact(value.replace(tzinfo=UTC))
    if isinstance(value, date):
        return day(value)
    return value


def say(sentence: Sentence) -> str:
    """A refusal or a problem in the reader's language; amounts, shares, moments and days are formatted by name and type."""
    params = {name: _shown(name, value) for name, value in sentence.params.items()}
    # gettext() without parameters would leave "%%" as it is
    return one_full_stop(gettext(sentence.text) % params) if params else str(gettext(sentence.text))


def state_name(name: StateName, audience: str) -> str:
    """The internal name for those who decide, the public one for everybody else."""
    internal = audience in {"office", "commission", "auditor", "internal"}
    return str(gettext(name.internal if internal else name.public))
