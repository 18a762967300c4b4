"""Every document as its samples have it, and as badly as it can come: an endless title, nothing but what must be there,
two hundred lines of costs, twelve joint offerors.
"""

import importlib
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from reports import offer_print
from reports.content import Content
from tests.reports import samples

Translate = Callable[[str], str]
Document = tuple[Callable[..., Content], Any]

LONG_TITLE = (
    "Międzykulturowe warsztaty, poradnictwo prawne i nauka języka polskiego dla cudzoziemek i cudzoziemców w Krakowie: "
    "świetlica sąsiedzka, klub rozmów, żywa biblioteka, gęsta sieć tłumaczeń ustnych oraz wsparcie szkół i przedszkoli, "
    "w których uczą się dzieci z doświadczeniem migracji, w latach 2027–2029"
)
# Fields with a default that are no optional text: without them the samples would speak of another document.
KEPT = frozenset({"frame", "kind", "synthetic", "standing", "title", "awarded_grosze"})


def _samples() -> dict[str, Document]:
    """The documents of every module of samples, so that a new module is looked at too."""
    found: dict[str, Document] = {}
    for path in sorted(Path(__file__).parent.glob("samples*.py")):
        found.update(importlib.import_module(f"tests.reports.{path.stem}").DOCUMENTS)
    return found


def with_long_titles(value: Any) -> Any:
    """The same data with 300 letters for each title of a task, a call or an intake."""
    return _changed(value, lambda name, old: LONG_TITLE if name.endswith("title") and old else old)


def bare(value: Any) -> Any:
    """The same data without anything that may be missing: every field that has a default has it."""
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changes: dict[str, Any] = {}
    for field in fields(value):
        old = getattr(value, field.name)
        if field.name not in KEPT and field.default is not MISSING:
            changes[field.name] = field.default
        elif field.name not in KEPT and field.default_factory is not MISSING:
            changes[field.name] = field.default_factory()
        elif isinstance(old, tuple):
            changes[field.name] = tuple(bare(item) for item in old)
        else:
            changes[field.name] = bare(old)
    return replace(value, **changes)


def _changed(value: Any, change: Callable[[str, str], str]) -> Any:
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changes: dict[str, Any] = {}
    for field in fields(value):
        old = getattr(value, field.name)
        if isinstance(old, str):
            changes[field.name] = change(field.name, old)
        elif isinstance(old, tuple):
            changes[field.name] = tuple(_changed(item, change) for item in old)
        else:
            changes[field.name] = _changed(old, change)
    return replace(value, **changes)


def _offer(**changes: Any) -> Document:
    return offer_print.content, replace(samples.OFFER_PRINT, **changes)


SAMPLES = _samples()
OFFER_ALONE: dict[str, Any] = {
    "offerors": samples.OFFER_PRINT.offerors[:1], "contacts": (), "date_from": None, "date_to": None, "summary": "", "plan": (),
    "results_text": "", "results": (), "experience": "", "resources": "", "paid": None, "split": (), "joint_text": "",
    "costs": replace(samples.OFFER_PRINT.costs, years=(), rows=()), "declarations": (), "signatories": (), "submitted_at": None,
    "sources": replace(samples.SOURCES, total_grosze=0, grant_grosze=0),
    "frame": samples.frame(standing="draft", synthetic=False, legal_basis=(), case_mark=None),
}  # fmt: skip
WORST: dict[str, Document] = {
    **{f"{name}, long titles": (make, with_long_titles(data)) for name, (make, data) in SAMPLES.items()},
    **{f"{name}, bare": (make, bare(data)) for name, (make, data) in SAMPLES.items()},
    "offer, 200 cost lines": _offer(costs=samples.costs(100)),
    "offer, 12 offerors": _offer(offerors=samples.OFFER_PRINT.offerors * 6),
    "offer, nothing filled in": _offer(**OFFER_ALONE),
}  # fmt: skip
EVERY: dict[str, Document] = {**SAMPLES, **WORST}


@cache
def composed(name: str, translate: Translate) -> Content:
    """What one of the documents says."""
    make, data = EVERY[name]
    return make(data, translate)
