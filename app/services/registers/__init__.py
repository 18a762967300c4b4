"""Registers: spreadsheets of many rows, made by the worker or by a command; one table finds the maker."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import force_locale

from app.extensions import db
from app.i18n import LANGUAGES
from app.models import User
from app.services.registers import limits, offers

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Made:
    """A finished register: its bytes, the name under which it is saved, and how many rows it holds."""

    data: bytes
    file_name: str
    rows: int


Maker = Callable[[Mapping[str, Any], str, datetime, Progress], tuple[bytes, str, int]]
MAKERS: dict[str, Maker] = {"register_of_offers": offers.make, "register_of_limits": limits.make}
OF_A_CALL = frozenset({"register_of_offers"})


def make(
    name: str, arguments: Mapping[str, Any], asked_by_id: int | None, at: datetime, progress: Progress
) -> Made:
    """The register `name` as it is now; `at` stands on its cover, and `progress(done, total)` is called now and then.

    Raises KeyError for an unknown name and LookupError when what it is about does not exist.
    """
    language = arguments.get("language")
    person = db.session.get(User, asked_by_id) if asked_by_id else None
    with force_locale(language if language in LANGUAGES else LANGUAGES[0]):
        data, file_name, rows = MAKERS[name](arguments, person.name if person else "", at, progress)
    return Made(data, file_name, rows)
