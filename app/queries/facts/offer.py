"""What the guards of an offer ask, seen from the offeror's side; the review's side is in facts.review."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Delivery, Offer, OfferParty, Organisation
from app.models.delivery import Channel
from app.queries import offer_signing
from app.queries.facts.review import ReviewFacts
from app.queries.offer_text import OfferText
from workflows.calendar import end_of_day, local_day
from workflows.call import CallState
from workflows.engine import Refusal
from workflows.form import Problem
from workflows.offer import ARRIVED, OfferState
from workflows.words import N_

NOTHING_CORRECTED = N_("Nothing has changed in the places that the office opened. Correct them first.")
DELIVERED_BEFORE_SENT = N_("The letter was sent on %(sent)s, so it cannot have been delivered before.")
EVIDENCE_MISSING = N_("Say what proves the delivery, for example the number of the receipt.")
# Only letters sent through these ways count as delivered by the lapse of time without anybody recording it.
DEEMED_BY_TIME = frozenset({Channel.PORTAL, Channel.E_DELIVERY})


class OfferFacts(ReviewFacts):
    """The answers for one offer, read when they are first asked for."""

    def __init__(self, offer: Offer) -> None:
        super().__init__(offer)
        self.offer = offer

    @cached_property
    def text(self) -> OfferText:
        """The text that a signature or a submission now would stand under."""
        return OfferText(self.offer)

    @property
    def deadline(self) -> datetime | None:
        return self.offer.call.deadline

    @property
    def call_takes_offers(self) -> bool:
        return self.offer.call.state is CallState.OPEN

    @cached_property
    def refusals_of_content(self) -> tuple[Refusal, ...]:
        """Everything missing or wrong in the text and the attachments."""
        return tuple(as_refusal(problem) for problem in self.text.problems)

    @cached_property
    def only_offer_of_offeror(self) -> bool:
        """Whether no offeror has another offer in the call, where the call allows one only."""
        if not self.offer.call.one_offer_per_offeror:
            return True
        own = {party.organisation.applicant.id for party in self.text.parties}
        other = (
            sa.select(Offer.id)
            .join(OfferParty)
            .join(Organisation, Organisation.id == OfferParty.organisation_id)
            .where(
                Offer.call_id == self.offer.call_id,
                Offer.id != self.offer.id,
                Offer.state.in_(ARRIVED - {OfferState.WITHDRAWN}),
                sa.func.coalesce(Organisation.parent_id, Organisation.id).in_(own),
            )
        )
        return db.session.scalar(other.limit(1)) is None

    @cached_property
    def content_changed(self) -> bool:
        return self.text.version is None or self.text.checksum != self.text.version.checksum

    @cached_property
    def signed_by(self) -> frozenset[int]:
        """Who signed exactly the text as it stands now."""
        return offer_signing.signers("offer", self.offer.id, self.text.subject, self.text.checksum)

    @property
    def offerors(self) -> list[Organisation]:
        return [party.organisation for party in self.text.parties]

    def refusal_of_representation(self, person_id: int | None, now: datetime) -> Refusal | None:
        """Every offeror's rule must be met by those who signed this text and the one who acts now."""
        return offer_signing.refusal_of_representation(self.offerors, self.signed_by, person_id, now)

    def refusal_of_right(self, person_id: int | None, now: datetime) -> Refusal | None:
        """Only a person whose right to represent an offeror is recorded for today gives something up for it."""
        return offer_signing.refusal_of_right(self.offerors, person_id, now)

    def refusal_of_signing(self, person_id: int | None, now: datetime) -> Refusal | None:
        """A person with a right of today signs the same text once."""
        return offer_signing.refusal_of_signing(self.offerors, self.signed_by, person_id, now)

    @property
    def correction_due(self) -> datetime | None:
        return self.offer.correction_due

    @property
    def update_due(self) -> datetime | None:
        return self.offer.update_due

    @cached_property
    def refusals_of_correction(self) -> tuple[Refusal, ...]:
        """The opened places are in order and something in them changed; nothing else can change at all."""
        found = self.refusals_of_content
        if not found and not self.text.changed:
            return (Refusal("unchanged", NOTHING_CORRECTED),)
        return found

    @cached_property
    def refusals_of_update(self) -> tuple[Refusal, ...]:
        """The updated offer asks for the sum awarded and keeps the rules of the call."""
        return self.refusals_of_content

    @property
    def letter_not_delivered(self) -> bool:
        """Whether the term of the present letter has not begun yet."""
        return self._term_of_letter is None

    @property
    def _term_of_letter(self) -> datetime | None:
        updating = self.offer.state is OfferState.UPDATE_PENDING
        return self.offer.update_due if updating else self.offer.correction_due

    @cached_property
    def letter(self) -> Delivery | None:
        """The delivery record of the letter that the offeror has to answer now."""
        return db.session.scalar(
            sa.select(Delivery)
            .where(
                Delivery.case_kind == "offer",
                Delivery.case_id == self.offer.id,
                Delivery.delivered_at.is_(None),
            )
            .order_by(Delivery.id.desc())
            .limit(1)
        )

    @property
    def letter_sent_at(self) -> datetime | None:
        return self.letter.sent_at if self.letter else self.offer.state_since

    @property
    def deemed_delivery_at(self) -> datetime | None:
        """The end of the day on which a letter that nobody opened counts as delivered, or None."""
        sent = self.letter_sent_at
        if sent is None or not self.letter_not_delivered or not self.call_goes_on:
            return None
        if self.letter is not None and self.letter.channel not in DEEMED_BY_TIME:
            return None
        return end_of_day(local_day(sent) + timedelta(days=self.offer.call.deemed_delivery_days))

    def refusals_of_delivery(self, answers: Mapping[str, Any]) -> list[Refusal]:
        """A delivery lies after the sending and has its evidence."""
        found: list[Refusal] = []
        sent = self.letter_sent_at
        if sent is not None and answers["delivered_at"] < sent:
            found.append(
                Refusal("before_sending", DELIVERED_BEFORE_SENT, {"sent": sent}, anchor="delivered_at")
            )
        if not str(answers.get("evidence", "")).strip():
            found.append(Refusal("no_evidence", EVIDENCE_MISSING, anchor="evidence"))
        return found


def as_refusal(problem: Problem) -> Refusal:
    """A problem of the text as a reason against sending it."""
    return Refusal("content", problem.text, problem.params, anchor=problem.anchor)
