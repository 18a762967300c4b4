"""The words of a call's values, and its versions as a page or a letter prints them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.i18n import _, day, deadline, money, percent
from app.models.procedure import Commissioning, PartnerRule, SignatureMode
from app.queries.announced import LABELS
from workflows.offer_terms import FINANCIAL, IN_KIND, PERSONAL
from workflows.words import N_

WORDS: dict[str, dict[str, str]] = {
    "commissioning": {
        Commissioning.ENTRUSTING: N_("entrusting (powierzenie)"),
        Commissioning.SUPPORT: N_("support (wsparcie)"),
    },
    "partner_rule": {
        PartnerRule.FALLS: N_("the offer falls"),
        PartnerRule.OTHERS_TAKE_OVER: N_("the others may take over by an updated offer"),
    },
    "signature_mode": {
        SignatureMode.ELECTRONIC: N_("submission in the system suffices"),
        SignatureMode.PAPER_COPY: N_("a signed print with the same checksum must follow"),
    },
    "own_counts": {
        FINANCIAL: N_("money"),
        PERSONAL: N_("work of volunteers and members"),
        IN_KIND: N_("things and premises"),
    },
}
VERSION_KINDS = {
    "announced": N_("Announced"),
    "amended": N_("Terms changed"),
    "extended": N_("Deadline extended"),
    "outage": N_("Deadline extended after an outage"),
    "called_off": N_("Called off"),
    "cancelled": N_("Cancelled"),
}


@dataclass(frozen=True)
class Version:
    """One version of the announcement: what changed, why, by which order."""

    number: int
    kind: str
    made_on: str
    reason: str
    order: str
    changes: list[tuple[str, str, str]]


def word(column: str, value: str) -> str:
    """The name of a value of one of the call's choices."""
    name = WORDS[column].get(value, value)
    return str(_(name))


def _label(change: dict[str, Any]) -> str:
    name = LABELS[change["field"]]
    return str(_(name))


def _kind(version: Any) -> str:
    name = VERSION_KINDS.get(version.kind, version.kind)
    return str(_(name))


def printed_version(version: Any) -> Version:
    return Version(
        number=version.number,
        kind=_kind(version),
        made_on=day(version.made_at),
        reason=version.reason,
        order=order_in_words(version.order_number, version.order_date),
        changes=[
            (
                _label(change),
                shown(change["field"], change["before"]),
                shown(change["field"], change["after"]),
            )
            for change in version.changes
            if change["field"] in LABELS
        ],
    )


def order_in_words(number: str, on: date | None) -> str:
    """The order behind an act of the call, or an empty text."""
    return str(_("Order No. %(number)s of %(day)s", number=number, day=day(on))) if number else ""


def shown(field: str, value: Any) -> str:
    """A value of a version as print."""
    if value in (None, "", [], {}):
        return str(_("Not given"))
    if field in WORDS:
        return ", ".join(word(field, item) for item in _listed(value))
    write = WRITERS.get(field) or WRITERS.get(field.rpartition("_")[2])
    if write is not None:
        return write(value)
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    return "; ".join(str(item) for item in _listed(value))


def _moment(value: str) -> str:
    return deadline(datetime.fromisoformat(value))


def _day(value: str) -> str:
    return day(date.fromisoformat(value))


def _pool(value: dict[str, int]) -> str:
    return "; ".join(f"{year}: {money(amount)}" for year, amount in value.items())


# By the name of the field, or by its last part.
WRITERS: dict[str, Callable[[Any], str]] = {
    "grosze": money,
    "bp": percent,
    "opens_at": _moment,
    "deadline": _moment,
    "task_from": _day,
    "task_to": _day,
    "decision_by": _day,
    "pool": _pool,
}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
