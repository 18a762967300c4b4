"""What the guards of the offer ask about its scoring cards."""

from collections.abc import Iterator
from functools import cached_property

from app.models import Offer, ScoringCard
from app.queries.facts.application import ApplicationFacts
from workflows.engine import Refusal
from workflows.words import N_


class ScoringFacts(ApplicationFacts):
    """The part of OfferFacts about cards."""

    offer: Offer

    @cached_property
    def cards(self) -> list[ScoringCard]:
        return list(self.offer.cards)

    @property
    def every_card_closed(self) -> bool:
        return bool(self.cards) and all(card.closed_at for card in self.cards)

    def card_of(self, person_id: int | None) -> ScoringCard | None:
        """The person's own card of this offer."""
        return next((card for card in self.cards if card.member.user_id == person_id), None)

    def refusals_of_closing_card(self, person_id: int | None) -> Iterator[Refusal]:
        """An own, open card with points and a reason for every criterion; the points within their limits."""
        card = self.card_of(person_id)
        if card is None:
            yield Refusal("no_card", N_("No card of this offer is assigned to you."))
            return
        if card.closed_at is not None:
            yield Refusal("card_closed", N_("Your card is closed already."))
            return
        scores = {score.criterion_id: score for score in card.scores}
        for criterion in self.offer.call.merit_criteria:
            score = scores.get(criterion.id)
            told = {"criterion": criterion.text, "most": str(criterion.max_points)}
            if score is None or score.points is None:
                yield Refusal(
                    "no_points", N_("Give points for: %(criterion)s."), told, f"criterion-{criterion.id}"
                )
            elif score.points > criterion.max_points:
                text = N_("At most %(most)s points for: %(criterion)s.")
                yield Refusal("too_many_points", text, told, f"criterion-{criterion.id}")
            if score is None or not score.reason.strip():
                yield Refusal(
                    "no_reason", N_("Give a reason for: %(criterion)s."), told, f"reason-{criterion.id}"
                )
