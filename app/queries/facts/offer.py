"""What the guards of an offer in an open call ask beyond what they ask of every application."""

from functools import cached_property

import sqlalchemy as sa

from app.extensions import db
from app.models import Award, AwardRound, Offer, OfferParty, Organisation, Publication
from app.models.call import PublicationSubject
from app.queries.facts.scoring import ScoringFacts
from app.queries.visibility import in_unpublished_round
from workflows.call import COLLECTING, RESULTS_KNOWN, CallState
from workflows.offer import ARRIVED, OfferState

ENDED_CALLS = frozenset({CallState.CANCELLED, CallState.CALLED_OFF})


class OfferFacts(ScoringFacts):
    """The answers for one offer, read when they are first asked for."""

    offer: Offer

    @property
    def call_takes_offers(self) -> bool:
        return self.offer.call.state is CallState.OPEN

    @property
    def call_goes_on(self) -> bool:
        return self.offer.call.state not in ENDED_CALLS

    @property
    def answers_still_wanted(self) -> bool:
        return self.call_goes_on

    @property
    def card_open(self) -> bool:
        return self.offer.state in {OfferState.REGISTERED, OfferState.CORRECTED}

    @property
    def formal_review_begun(self) -> bool:
        return self.offer.call.state not in COLLECTING

    @property
    def scoring_can_follow(self) -> bool:
        """An offer accepted after the ranking could never be scored."""
        return self.offer.call.state in {CallState.FORMAL_REVIEW, CallState.SCORING}

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
    def award_published(self) -> bool:
        """Whether the results of a decided round that holds this offer hang in the three places."""
        newest = (
            sa.select(AwardRound.call_id, AwardRound.number)
            .join(Award)
            .where(Award.offer_id == self.offer.id, AwardRound.decided_at.is_not(None))
            .order_by(AwardRound.number.desc())
            .limit(1)
            .subquery()
        )
        published = sa.select(Publication.id).join(
            newest, sa.and_(Publication.call_id == newest.c.call_id, Publication.number == newest.c.number)
        )
        query = published.where(Publication.subject == PublicationSubject.RESULTS)
        return db.session.scalar(query.limit(1)) is not None

    @property
    def results_announced(self) -> bool:
        """Whether the results of the call hang in the three places, also those of the round that decided on this offer."""
        return self.offer.call.state in RESULTS_KNOWN and not in_unpublished_round(self.offer)
