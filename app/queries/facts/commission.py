"""What the guards of the call ask about the commission, the scoring and the protocol."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import (
    Call,
    CommissionMember,
    Membership,
    Offer,
    OfferParty,
    Organisation,
    ScoringCard,
    Signature,
    User,
)
from app.queries.exclusions import excluded_among
from workflows.engine import Refusal
from workflows.offer import ARRIVED, FORMALLY_DONE, IN_THE_RUNNING, OfferState
from workflows.words import N_

NOT_FINAL = ARRIVED - FORMALLY_DONE
BEING_SCORED = (OfferState.IN_SCORING, OfferState.DISCREPANCY, OfferState.FORMALLY_ACCEPTED)


class CommissionFacts:
    """Mixed into CallFacts."""

    call: Call

    @cached_property
    def offers_by_state(self) -> dict[OfferState, int]:
        """How many offers of the call stand in each state."""
        rows = db.session.execute(
            sa.select(Offer.state, sa.func.count()).where(Offer.call_id == self.call.id).group_by(Offer.state)
        )
        return {row[0]: row[1] for row in rows}

    def _any(self, states: Any) -> bool:
        return any(self.offers_by_state.get(state) for state in states)

    @property
    def formal_review_done(self) -> bool:
        return not self._any(NOT_FINAL)

    @property
    def has_valid_offer(self) -> bool:
        return self._any(IN_THE_RUNNING)

    @property
    def has_no_valid_offer(self) -> bool:
        return not self.has_valid_offer

    @property
    def every_offer_scored(self) -> bool:
        return not self._any(BEING_SCORED)

    @property
    def members(self) -> list[CommissionMember]:
        return self.call.commission.members if self.call.commission else []

    @property
    def commission_appointed(self) -> bool:
        return bool(self.members)

    @property
    def statements_signed(self) -> bool:
        return bool(self.members) and not self.statement_expected_ids

    @property
    def statement_expected_ids(self) -> set[int]:
        """Who has yet to sign the statement; whoever is excluded from the whole call signs none."""
        waiting = {member.user_id for member in self.members if member.stated_at is None}
        return waiting - excluded_among(self.call, waiting) if waiting else waiting

    @cached_property
    def every_offer_assigned(self) -> bool:
        """Every offer that goes to the scoring has at least as many evaluators as the call requires."""
        cards = (
            sa.select(sa.func.count(ScoringCard.id)).where(ScoringCard.offer_id == Offer.id).scalar_subquery()
        )
        short = sa.select(Offer.id).where(
            Offer.call_id == self.call.id,
            Offer.state.in_([OfferState.FORMALLY_ACCEPTED, OfferState.IN_SCORING]),
            cards < self.call.evaluators_min,
        )
        return db.session.scalar(short.limit(1)) is None

    @property
    def protocol_written(self) -> bool:
        return self.call.protocol is not None

    @cached_property
    def protocol_signed_ids(self) -> set[int]:
        if self.call.protocol is None:
            return set()
        rows = db.session.scalars(
            sa.select(Signature.user_id).where(
                Signature.case_kind == "call",
                Signature.case_id == self.call.id,
                Signature.subject == "protocol",
                Signature.checksum == self.call.protocol.checksum,
            )
        )
        return set(rows)

    @property
    def protocol_expected_ids(self) -> set[int]:
        """Who took part and has yet to sign; whoever was excluded from the whole call since signs no more."""
        present = set(self.call.protocol.present_ids) if self.call.protocol else set()
        waiting = present - self.protocol_signed_ids
        return waiting - excluded_among(self.call, waiting) if waiting else waiting

    @property
    def protocol_unsigned_by(self) -> list[str]:
        """The names of those who took part and have not signed."""
        ids = self.protocol_expected_ids
        return sorted(db.session.scalars(sa.select(User.name).where(User.id.in_(ids)))) if ids else []

    @property
    def nobody_signed_protocol(self) -> bool:
        return not self.protocol_signed_ids

    def refusals_of_commission(self, answers: Mapping[str, Any]) -> Iterator[Refusal]:
        """Enough members, one chair among them, nobody from an organisation that takes part (art. 15 ust. 2d)."""
        members = answers["members"]
        if len(members) < self.call.evaluators_min:
            text = N_(
                "The call requires at least %(count)d evaluators; the commission has %(given)d members."
            )
            yield Refusal("too_few_members", text, {"count": self.call.evaluators_min, "given": len(members)})
        if sum(1 for member in members if member["chair"]) != 1:
            yield Refusal("one_chair", N_("Choose one chair from among the members."))
        for name in self._members_of_offerors([member["user_id"] for member in members]):
            text = N_("%(name)s belongs to an organisation that submitted an offer in this call.")
            yield Refusal("member_of_offeror", text, {"name": name})
        if self._scoring_begun:
            yield Refusal(
                "scoring_begun",
                N_("Scoring cards exist already; the commission cannot be replaced as a whole."),
            )

    @property
    def _scoring_begun(self) -> bool:
        query = (
            sa.select(ScoringCard.id)
            .join(Offer)
            .where(Offer.call_id == self.call.id, ScoringCard.saved_at.is_not(None))
        )
        return db.session.scalar(query.limit(1)) is not None

    def _members_of_offerors(self, user_ids: list[int]) -> list[str]:
        query = (
            sa.select(User.name)
            .join(Membership, Membership.user_id == User.id)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .join(OfferParty, OfferParty.organisation_id == Organisation.id)
            .join(Offer, Offer.id == OfferParty.offer_id)
            .where(Offer.call_id == self.call.id, Offer.state.in_(ARRIVED), User.id.in_(user_ids))
            .distinct()
        )
        return sorted(db.session.scalars(query))

    def refusals_of_assignment(self, answers: Mapping[str, Any]) -> Iterator[Refusal]:
        """No excluded member, no member without a statement, enough evaluators, no closed card taken away."""
        members = {member.id: member for member in self.members}
        for offer in self.offers_to_assign:
            chosen: set[int] = set(answers["assignment"].get(offer.id, ()))
            if len(chosen) < self.call.evaluators_min:
                text = N_("Offer %(number)s needs at least %(count)d evaluators.")
                yield Refusal(
                    "too_few_evaluators", text, {"number": offer.number, "count": self.call.evaluators_min}
                )
            for member_id in chosen:
                yield from self._against(members.get(member_id), offer)
            for card in offer.cards:
                if card.closed_at and card.member_id not in chosen:
                    text = N_("A closed card of offer %(number)s cannot be taken away.")
                    yield Refusal("closed_card", text, {"number": offer.number})

    def _against(self, member: CommissionMember | None, offer: Offer) -> Iterator[Refusal]:
        if member is None:
            yield Refusal("not_a_member", N_("Only members of the commission can be assigned."))
        elif member.stated_at is None:
            text = N_("%(name)s has not signed the statement of impartiality.")
            yield Refusal("no_statement", text, {"name": member.user.name})
        elif any(exclusion.offer_id == offer.id for exclusion in member.exclusions):
            text = N_("%(name)s is excluded from offer %(number)s.")
            yield Refusal("excluded", text, {"name": member.user.name, "number": offer.number})

    @cached_property
    def offers_to_assign(self) -> list[Offer]:
        """The offers that go to the scoring, by number."""
        query = sa.select(Offer).where(
            Offer.call_id == self.call.id,
            Offer.state.in_([OfferState.FORMALLY_ACCEPTED, OfferState.IN_SCORING]),
        )
        return list(db.session.scalars(query.order_by(Offer.number)))
