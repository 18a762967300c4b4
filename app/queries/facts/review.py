"""What the guards of an offer ask, seen from the office: the formal card, arrival on paper, awards, partners."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Award, AwardRound, FormalCriterion, FormalMark, OfferParty, Publication
from app.models.call import PartnerRule, PublicationSubject
from app.models.offer import Mark
from app.queries.facts.scoring import ScoringFacts
from workflows.call import COLLECTING, CallState
from workflows.engine import Refusal
from workflows.words import N_

ENDED_CALLS = frozenset({CallState.CANCELLED, CallState.CALLED_OFF})
NOT_MARKED = N_("Criteria without a mark: %(numbers)s.")
NOT_CORRECTABLE = N_("This defect cannot be corrected: %(criterion)s. Reject the offer formally.")
TICK_FIELDS = N_("Tick at least one field that the applicant may correct for: %(criterion)s.")
CAME_LATE = N_("The offer came after the deadline. This cannot be corrected: reject the offer formally.")
IN_THE_FUTURE = N_("The offer cannot have come at %(received)s: that moment has not come yet.")
BEFORE_OPENING = N_("The call takes offers from %(opens)s, so none can have come before.")
NO_PROOF = N_(
    "Say what proves the receipt, for example the number of the stamp, of the parcel or of the proof in e-Doręczenia."
)


class ReviewFacts(ScoringFacts):
    """The part of OfferFacts about the review; it reads, never writes."""

    @property
    def call_goes_on(self) -> bool:
        return self.offer.call.state not in ENDED_CALLS

    @property
    def formal_review_begun(self) -> bool:
        return self.offer.call.state not in COLLECTING

    @property
    def scoring_can_follow(self) -> bool:
        """An offer accepted after the ranking could never be scored."""
        return self.offer.call.state in {CallState.FORMAL_REVIEW, CallState.SCORING}

    # the formal card

    @cached_property
    def marks(self) -> dict[int, FormalMark]:
        """The marks given so far, by criterion."""
        return {mark.criterion_id: mark for mark in self.offer.marks}

    @cached_property
    def defects(self) -> list[tuple[FormalCriterion, FormalMark]]:
        """The criteria marked "no", in the order of the card."""
        rows = ((criterion, self.marks.get(criterion.id)) for criterion in self.offer.call.formal_criteria)
        return [(criterion, mark) for criterion, mark in rows if mark is not None and mark.mark is Mark.NO]

    @property
    def refusals_of_card(self) -> Iterator[Refusal]:
        """Every criterion is marked. An offer that came late needs no other mark: it is rejected for that alone."""
        if self.offer.late:
            return
        unmarked = [row for row in self.offer.call.formal_criteria if row.id not in self.marks]
        if unmarked:
            numbers = ", ".join(str(row.position) for row in unmarked)
            yield Refusal("not_marked", NOT_MARKED, {"numbers": numbers}, f"mark-{unmarked[0].id}")

    @property
    def no_defect(self) -> bool:
        return not self.defects and not self.offer.late

    @property
    def has_defect(self) -> bool:
        return bool(self.defects) or self.offer.late

    @property
    def refusals_of_correction_call(self) -> Iterator[Refusal]:
        """Every defect may be corrected by the call's card and names what the applicant may change."""
        if self.offer.late:
            yield Refusal("late", CAME_LATE)
        for criterion, mark in self.defects:
            told = {"criterion": criterion.text}
            if not criterion.correctable:
                yield Refusal("not_correctable", NOT_CORRECTABLE, told, f"mark-{criterion.id}")
            elif not mark.fields:
                yield Refusal("no_fields", TICK_FIELDS, told, f"fields-{criterion.id}")

    @property
    def not_called_before(self) -> bool:
        return self.offer.correction_called_at is None

    @property
    def has_final_defect(self) -> bool:
        """Whether something stands against the offer that no correction can still repair."""
        if self.offer.late:
            return True
        return any(
            not criterion.correctable or not self.not_called_before for criterion, _mark in self.defects
        )

    # arrival outside the system

    def refusals_of_paper(self, answers: Mapping[str, Any], now: datetime) -> Iterator[Refusal]:
        """The receipt has happened, not before the call opened, and something proves it. A late one is registered too."""
        received, opens = answers["received_at"], self.offer.call.opens_at
        if received > now:
            yield Refusal("in_the_future", IN_THE_FUTURE, {"received": received}, "received_at")
        if opens is not None and received < opens:
            yield Refusal("before_opening", BEFORE_OPENING, {"opens": opens}, "received_at")
        if not str(answers.get("evidence") or "").strip():
            yield Refusal("no_proof", NO_PROOF, anchor="evidence")

    # after the decision

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
    def standing_parties(self) -> list[OfferParty]:
        """The offerors that have not resigned."""
        return [party for party in self.offer.parties if party.resigned_at is None]

    @property
    def is_joint(self) -> bool:
        return len(self.standing_parties) > 1

    @property
    def partner_rule_falls(self) -> bool:
        return self.offer.call.partner_rule is PartnerRule.FALLS

    @property
    def partner_rule_takes_over(self) -> bool:
        return self.offer.call.partner_rule is PartnerRule.OTHERS_TAKE_OVER

    @property
    def no_agreement_yet(self) -> bool:
        return self.offer.agreement is None
