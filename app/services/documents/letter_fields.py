"""The fields of a letter: what each is, and how it is computed of an offer or a small grant at a moment.

A new field is one row. Values are Polish text, as documents are.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.models import Application, Award, AwardRound, LetterTemplateVersion, Offer, SmallGrant
from app.models.award import Outcome
from app.models.procedure import ProcedureKind
from app.queries.visibility import decided_unpublished
from app.services.documents import source
from app.services.documents.frame import addressee, call_number, contact, offer_number, offerors
from reports import figures
from reports.letter_text import LetterText, read
from workflows.calendar import local_day
from workflows.words import N_

EVERYWHERE = frozenset(ProcedureKind)
IN_CALLS = frozenset({ProcedureKind.OPEN_CALL})
GIVEN = (Outcome.FULL, Outcome.REDUCED)
EMPTY = "–"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: what the person who writes a letter reads of it, and its text for one application at a moment.

    `known` is, as SQL, whether an application has a value; None when each that came in has one. A field `of_result`
    tells the result, so in an open call it may be used only when the results are published.
    """

    what: str
    value: Callable[[Application, datetime], str]
    known: Callable[[], sa.ColumnElement[bool]] | None = None
    of_result: bool = False
    kinds: frozenset[ProcedureKind] = EVERYWHERE


def _requested(offer: Application, at: datetime) -> str:
    return figures.money(source.version_of_offer(offer, at).requested_grosze)


def _awarded(offer: Application, at: datetime) -> str:
    if isinstance(offer, SmallGrant):
        grosze = offer.awarded_grosze
    else:
        award = source.award_of(offer, at)
        grosze = award.amount_grosze if award is not None and award.outcome in GIVEN else None
    return EMPTY if grosze is None else figures.money(grosze)


def _awarded_known() -> sa.ColumnElement[bool]:
    given = sa.select(Award.id).join(AwardRound).where(
        Award.offer_id == Application.id, Award.outcome.in_(GIVEN), AwardRound.decided_at.is_not(None)
    )  # fmt: skip
    published = sa.and_(given.exists(), ~decided_unpublished(Application.id, Application.call_id))
    granted = sa.select(SmallGrant.id).where(
        SmallGrant.id == Application.id, SmallGrant.awarded_grosze.is_not(None)
    )
    return sa.or_(published, granted.exists())


def _points(offer: Application, _at: datetime) -> str:
    return figures.points(offer.points) if isinstance(offer, Offer) and offer.points is not None else EMPTY


def _points_known() -> sa.ColumnElement[bool]:
    return Offer.points.is_not(None)


def _term(offer: Application, _at: datetime) -> str:
    call = offer.call
    if call.task_from is None or call.task_to is None:
        return EMPTY
    return f"{figures.day(call.task_from)} – {figures.day(call.task_to)}"


def _contact(offer: Application, _at: datetime) -> str:
    known = contact(offer.call)
    return ", ".join(part for part in (known.name, known.phone, known.email) if part)


FIELDS: dict[str, Field] = {
    "offeror": Field(N_("name of the offeror to whom the letter goes"), lambda offer, at: addressee(offer, at).name),
    "offerors": Field(
        N_("names of all offerors of a joint offer"),
        lambda offer, at: ", ".join(organisation.name for organisation in offerors(offer, at)),
    ),
    "offeror_address": Field(
        N_("address of the offeror"), lambda offer, at: ", ".join(addressee(offer, at).address)
    ),
    "task_title": Field(N_("title of the task in the offer"), source.title_of),
    "offer_number": Field(N_("number of the offer in the call"), lambda offer, _at: offer_number(offer)),
    "received_on": Field(
        N_("day on which the offer came in"),
        lambda offer, _at: figures.day(local_day(offer.received_at)) if offer.received_at else EMPTY,
        known=lambda: Application.received_at.is_not(None),
    ),
    "requested_grant": Field(N_("grant that the offer asks for"), _requested),
    "awarded_grant": Field(N_("grant that was awarded"), _awarded, known=_awarded_known, of_result=True),
    "points": Field(
        N_("points of the offer (mean of the cards)"), _points, known=_points_known, of_result=True, kinds=IN_CALLS
    ),
    "call_title": Field(N_("title of the call or intake"), lambda offer, _at: offer.call.title),
    "call_number": Field(N_("number of the call or intake"), lambda offer, _at: call_number(offer.call)),
    "deadline": Field(
        N_("last moment for offers"), lambda offer, at: figures.deadline(source.deadline_of(offer.call, at))
    ),
    "task_term": Field(N_("days from and to which tasks of the call last"), _term),
    "correction_days": Field(N_("days for corrections"), lambda offer, _at: str(offer.call.correction_days)),
    "update_days": Field(N_("days for the update of the offer"), lambda offer, _at: str(offer.call.update_days)),
    "letter_date": Field(N_("day of the letter"), lambda _offer, at: figures.local_day(at)),
    "department": Field(N_("name of the department"), lambda offer, _at: offer.call.unit.name),
    "department_address": Field(
        N_("address of the department"), lambda offer, _at: ", ".join(offer.call.unit.address.splitlines())
    ),
    "contact": Field(N_("department with telephone and e-mail"), _contact),
}  # fmt: skip


def text_of(version: LetterTemplateVersion) -> tuple[LetterText, LetterText]:
    """The title and the body of a template. Raises BadLetter when it asks for a field that is no longer there."""
    return read(version.title, FIELDS), read(version.body, FIELDS)


def values(names: Iterable[str], offer: Application, at: datetime) -> dict[str, str]:
    """The text of each of these fields for the application, as of `at`."""
    return {name: FIELDS[name].value(offer, at) for name in sorted(names)}
