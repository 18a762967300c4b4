"""What the pages show of the review of an offer and of the commission's work, to each reader what that reader may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.i18n import _
from app.models import (
    Application,
    Award,
    AwardRound,
    Call,
    Delivery,
    FormalMark,
    Offer,
    OfferVersion,
    Score,
    ScoringCard,
)
from app.models.application import Mark, VersionKind
from app.queries import ranking
from app.queries.commission import matrix, members_of
from app.queries.facts.application import ApplicationFacts
from app.queries.facts.call import CallFacts
from app.queries.facts.offer import OfferFacts
from app.queries.offer_text import ATTACHMENTS
from app.queries.visibility import results_known
from workflows.form import Field, Form, Table
from workflows.form_comparison import difference
from workflows.offer import OfferState
from workflows.words import N_

INSIDE = frozenset({"office", "commission", "auditor"})
MARKS: dict[Mark, tuple[str, str]] = {
    Mark.YES: (N_("yes"), "ok"),
    Mark.NO: (N_("no"), "bad"),
    Mark.NOT_APPLICABLE: (N_("not applicable"), "ended"),
}
# Letters of the review, by the subject of their delivery record.
LETTERS = {
    "correction_call": N_("Corrections asked for"),
    "update_call": N_("Call for an updated offer"),
    "update_asked": N_("Call for an updated offer"),
    "update_return": N_("The update was returned"),
}


@dataclass(frozen=True)
class Place:
    """A field, table or the attachments, that a call for corrections can open."""

    name: str
    number: str
    label: str


@dataclass(frozen=True)
class CardLine:
    """One formal criterion with its mark."""

    criterion: Any
    mark: FormalMark | None
    places: tuple[Place, ...]

    @property
    def word(self) -> str:
        return str(_(MARKS[self.mark.mark][0])) if self.mark else ""

    @property
    def tone(self) -> str:
        return MARKS[self.mark.mark][1] if self.mark else "draft"


def correction_places(form: Form, names: Iterable[str]) -> list[Place]:
    """The places by their names, in the order of the form."""
    wanted = set(names)
    return [place for group in all_places(form) for place in group[1] if place.name in wanted]


def all_places(form: Form) -> list[tuple[str, list[Place]]]:
    """Everything that can be opened for correction, by section of the form."""
    groups = []
    for section in form.sections:
        items = [item for item in section.items if isinstance(item, Table) or not item.prefilled]
        places = [Place(item.name, item.number, str(_(item.label))) for item in items]
        groups.append((f"{section.number} {_(section.title)}", places))
    groups.append((str(_("Attachments")), [Place(ATTACHMENTS, "", str(_("Attachments")))]))
    return groups


def card_lines(offer: Application) -> list[CardLine]:
    """The formal card in the order of the call's criteria."""
    marks, form = ApplicationFacts(offer).marks, offer.call.form.form
    lines = []
    for criterion in offer.call.formal_criteria:
        row = marks.get(criterion.id)
        lines.append(CardLine(criterion, row, tuple(correction_places(form, row.fields)) if row else ()))
    return lines


@dataclass(frozen=True)
class Change:
    """One place before and after, as text."""

    place: str
    before: str
    after: str


def corrections(offer: Application, kinds: Iterable[VersionKind] = (VersionKind.CORRECTED,)) -> list[Change]:
    """What the last correction (or update) changed, field by field; empty where there was none."""
    versions = list(
        db.session.scalars(
            sa.select(OfferVersion).where(OfferVersion.offer_id == offer.id).order_by(OfferVersion.number)
        )
    )
    after = next((row for row in reversed(versions) if row.kind in set(kinds)), None)
    if after is None:
        return []
    before = [row for row in versions if row.number < after.number]
    if not before:
        return []
    changes = [
        Change(_place(change.field, change.row), change.before or "", change.after or "")
        for change in difference(offer.call.form.form, before[-1].content, after.content)
    ]
    return changes + _file_changes(before[-1], after)


def _place(field: Field, row: str | None) -> str:
    name = f"{field.number} {_(field.label)}"
    return f"{name} ({row})" if row else name


def _file_changes(before: OfferVersion, after: OfferVersion) -> list[Change]:
    old = {file["sha256"]: file["name"] for file in before.attachments}
    new = {file["sha256"]: file["name"] for file in after.attachments}
    if old.keys() == new.keys():
        return []
    gone, come = [old[k] for k in old.keys() - new.keys()], [new[k] for k in new.keys() - old.keys()]
    return [Change(str(_("Attachments")), ", ".join(sorted(gone)), ", ".join(sorted(come)))]


@dataclass(frozen=True)
class CardView:
    """One scoring card as a reader may see it; `who` hides the name from everybody outside."""

    who: str
    own: bool
    total: Decimal
    closed_at: datetime | None
    scores: list[Score]
    comment: str
    proposed_grosze: int | None


def every_card_closed(cards: Iterable[ScoringCard]) -> bool:
    """Whether all assigned cards of one offer are closed: only then others' points may be shown."""
    rows = list(cards)
    return bool(rows) and all(card.closed_at is not None for card in rows)


def cards_for(offer: Offer, audience: str, user_id: int | None) -> list[CardView]:
    """The cards that this reader may see: the own one always, the others once every card of the offer is closed.

    Outside the office and the commission nothing is shown before the results, and then without names.
    """
    if audience not in INSIDE and not results_known(offer):
        return []
    cards = _cards(offer)
    all_closed = every_card_closed(cards)
    found = []
    for number, card in enumerate(cards, start=1):
        own = card.member.user_id == user_id
        if not (all_closed or (own and audience in INSIDE)):
            continue
        named = audience in INSIDE
        who = (
            (card.member.user.name or card.member.user.email)
            if named
            else str(_("Person %(number)s", number=number))
        )
        found.append(
            CardView(
                who,
                own and named,
                card.total,
                card.closed_at,
                _in_order(offer, card),
                card.comment,
                card.proposed_grosze,
            )
        )
    return found


def _cards(offer: Offer) -> list[ScoringCard]:
    query = (
        sa.select(ScoringCard)
        .where(ScoringCard.offer_id == offer.id)
        .options(selectinload(ScoringCard.scores).joinedload(Score.criterion), joinedload(ScoringCard.member))
        .order_by(ScoringCard.id)
    )
    return list(db.session.scalars(query))


def _in_order(offer: Offer, card: ScoringCard) -> list[Score]:
    by_criterion = {score.criterion_id: score for score in card.scores}
    return [by_criterion[c.id] for c in offer.call.merit_criteria if c.id in by_criterion]


def award_of(offer: Offer, audience: str) -> Award | None:
    """The newest award of the offer: for the office also a proposal, for the applicant what is published."""
    query = (
        sa.select(Award)
        .join(AwardRound)
        .where(Award.offer_id == offer.id)
        .order_by(AwardRound.number.desc())
        .limit(1)
    )
    if audience not in {"office", "auditor"}:
        query = query.where(AwardRound.decided_at.is_not(None))
        if not OfferFacts(offer).award_published:
            return None
    return db.session.scalar(query)


def letters_of(offer: Application) -> list[Delivery]:
    """The letters that started terms, newest first."""
    query = sa.select(Delivery).where(Delivery.case_kind == offer.case_kind, Delivery.case_id == offer.id)
    return list(db.session.scalars(query.order_by(Delivery.id.desc())))


def offer_review(offer: Offer, audience: str, user_id: int | None = None) -> dict[str, Any]:
    """The values of templates/offer/_review.html for this reader; keys whose part is not for the reader are empty."""
    inside, known = audience in INSIDE, results_known(offer)
    mine = audience == "applicant"
    card_public = mine and (known or offer.state == OfferState.FORMALLY_REJECTED)
    cards = cards_for(offer, audience, user_id)
    points_known = (inside and offer.points is not None) or (mine and known)
    return {
        "formal": card_lines(offer) if inside or card_public else [],
        "formal_marked": bool(offer.marks),
        "editable": audience == "office" and offer.state in {OfferState.REGISTERED, OfferState.CORRECTED},
        "late": offer.late,
        "rejection_reason": offer.rejection_reason if inside or mine else "",
        "called_at": offer.correction_called_at if inside or mine else None,
        "correction_text": offer.correction_text if inside or mine else "",
        "correction_places": correction_places(offer.call.form.form, offer.correction_fields)
        if inside or mine
        else [],
        "correction_due": offer.correction_due,
        "corrections": corrections(offer) if inside or mine else [],
        "letters": [(str(_(LETTERS.get(row.subject, row.subject))), row) for row in letters_of(offer)]
        if inside or mine
        else [],
        "cards": cards,
        "cards_open": _open_cards(offer) if inside else 0,
        "points": offer.points if points_known else None,
        "rank": offer.rank if points_known else None,
        "threshold": offer.call.threshold,
        "scoring_note": offer.scoring_note if inside else "",
        "award": award_of(offer, audience) if inside or mine else None,
        "names_shown": inside,
    }


def _open_cards(offer: Offer) -> int:
    query = sa.select(sa.func.count()).where(
        ScoringCard.offer_id == offer.id, ScoringCard.closed_at.is_(None)
    )
    return db.session.scalar(query) or 0


def call_commission(call: Call, audience: str) -> dict[str, Any] | None:
    """The values of templates/call/_commission.html: members, statements, progress without points, protocol, rounds."""
    if audience not in INSIDE:
        return None
    facts = CallFacts(call)
    names = {member.user_id: member.user.name or member.user.email for member in members_of(call)}
    protocol = call.protocol
    return {
        "commission": call.commission,
        "members": members_of(call),
        "progress": matrix(call),
        "protocol": protocol,
        "protocol_present": [
            (names.get(i, str(i)), i in facts.protocol_signed_ids) for i in protocol.present_ids
        ]
        if protocol
        else [],
        "rounds": ranking.awards_rounds(call) if audience in {"office", "auditor"} else [],
        "ranked": call.state in ranking.RANKED_STATES,
    }


__all__ = ["LETTERS", "MARKS", "all_places", "call_commission", "card_lines", "cards_for", "correction_places", "corrections",
           "every_card_closed", "offer_review"]  # fmt: skip
