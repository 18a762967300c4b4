"""Other applications of the same organisations that look alike: possible splitting or double financing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

import sqlalchemy as sa

from app.extensions import db
from app.models import Application, OfferParty, Organisation, Procedure, SmallGrant
from app.queries.offer_text import OfferText
from workflows.words import N_

SAME_TITLE = N_("similar title")
SAME_DATES = N_("dates overlap")
SAME_PLACE = N_("the same place")
SAME_COSTS = N_("the same cost lines")
ALIKE = 0.75
COSTS_ALIKE = 0.9
NOT_COMPARED = frozenset({"draft", "expired_draft", "withdrawn", "resigned", "formally_rejected", "refused",
                          "not_purposeful", "not_awarded", "not_recommended"})  # fmt: skip
ADDRESS = re.compile(r"\b(?:ul\.|al\.|pl\.|os\.)\s*[\w.-]+(?:\s+[A-ZĄĆĘŁŃÓŚŹŻ][\w.-]+)*\s+\d+\w?", re.UNICODE)


@dataclass(frozen=True)
class Similar:
    """Another application with what it has in common (msgids), the strongest sign first."""

    other: Application
    signs: tuple[str, ...]
    title: str
    first: date | None
    last: date | None
    grant_grosze: int
    costs: tuple[str, ...]


def similar_to(small_grant: SmallGrant) -> tuple[Similar, ...]:
    """Applications of the same legal persons to the same department that share a title, a place or a cost line.

    Overlapping dates alone are no sign: an organisation may do two things at once.
    """
    text = OfferText(small_grant)
    found = [row for other in _others(small_grant) if (row := _compared(text, OfferText(other))) is not None]
    return tuple(sorted(found, key=lambda row: -len(row.signs)))


def _others(small_grant: SmallGrant) -> Iterator[Application]:
    own = {party.organisation.applicant.id for party in small_grant.parties}
    query = (
        sa.select(Application)
        .join(Procedure, Procedure.id == Application.call_id)
        .join(OfferParty, OfferParty.offer_id == Application.id)
        .join(Organisation, Organisation.id == OfferParty.organisation_id)
        .where(
            Application.id != small_grant.id,
            Application.number.is_not(None),
            Procedure.unit_id == small_grant.intake.unit_id,
            sa.func.coalesce(Organisation.parent_id, Organisation.id).in_(own),
        )
        .distinct()
        .order_by(Application.id.desc())
    )
    for other in db.session.scalars(query):
        if other.state.value not in NOT_COMPARED:
            yield other


def _compared(text: OfferText, other: OfferText) -> Similar | None:
    costs = tuple(_same_costs(text, other))
    signs = [
        sign
        for sign, alike in (
            (SAME_TITLE, _alike(_title(text), _title(other), ALIKE)),
            (SAME_COSTS, bool(costs)),
            (SAME_PLACE, bool(_places(text) & _places(other))),
            (SAME_DATES, _overlap(text, other)),
        )
        if alike
    ]
    if not signs or signs == [SAME_DATES]:
        return None
    return Similar(
        other=other.offer, signs=tuple(signs), title=_title(other), first=other.reading.day("date_from"),
        last=other.reading.day("date_to"), grant_grosze=other.totals.grant_grosze, costs=costs,
    )  # fmt: skip


def _title(text: OfferText) -> str:
    return text.reading.text("title")


def _alike(one: str, another: str, least: float) -> bool:
    left, right = " ".join(one.casefold().split()), " ".join(another.casefold().split())
    return bool(left and right) and SequenceMatcher(None, left, right).ratio() >= least


def _same_costs(text: OfferText, other: OfferText) -> Iterator[str]:
    """Lines with nearly the same name and exactly the same value."""
    for line in text.totals.lines:
        for candidate in other.totals.lines:
            same_value = line.value_grosze == candidate.value_grosze and line.value_grosze > 0
            if same_value and _alike(line.name, candidate.name, COSTS_ALIKE):
                yield line.name
                break


def _places(text: OfferText) -> set[str]:
    """The street addresses that the description names."""
    return {" ".join(match.casefold().split()) for match in ADDRESS.findall(text.reading.text("summary"))}


def _overlap(text: OfferText, other: OfferText) -> bool:
    first, last = text.reading.day("date_from"), text.reading.day("date_to")
    begin, end = other.reading.day("date_from"), other.reading.day("date_to")
    return bool(first and last and begin and end) and first <= end and begin <= last  # type: ignore[operator]  # all are there
