"""What the guards of a small grant ask beyond what they ask of every application."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

from app.models import PublicComment, SmallGrant
from app.models.intake import FilingCounts, PublishPolicy
from app.queries import grant_limits, intake_pool, interest, offerors
from app.queries.facts.application import ApplicationFacts
from app.queries.family import names_of
from app.queries.similar_offers import Similar, similar_to
from app.queries.substitution import behind_act
from workflows.calendar import local_day
from workflows.engine import Refusal
from workflows.intake import IntakeState
from workflows.limits import LimitCode
from workflows.small_grant import QUEUED, GrantOutcome, SmallGrantState
from workflows.words import N_

NO_PLACE_DAY = N_("Say on which day the offer appeared in each of the three places.")
BEFORE_RECEIPT = N_("The offer was received on %(day)s, so it cannot have been published before.")
NO_COMMENT = N_("Write what you want to say about the offer.")
TOO_LONG = N_("A comment can have at most %(most)s characters; yours has %(count)s.")
NO_SUCH_COMMENT = N_("This comment is answered or noted already.")
NO_ANSWER = N_("Write the answer, or note the comment without one.")
NOT_PURPOSEFUL = N_("The offer was found not purposeful, so only a refusal can be proposed.")
NO_REASON = N_("Give the reason; it stands in the letter to the organisation.")
NOT_REDUCED = N_("A reduced grant lies between 0,01 zł and less than the %(requested_grosze)s asked for.")
BELOW_LEAST = N_("The rules of this intake give no grant below %(least_grosze)s.")
SIMILAR_UNJUDGED = N_(
    "Other offers of the same organisation look alike. Say what you found: no splitting, no double financing."
)
EARLIER_WAIT = N_(
    "Offers received earlier wait for %(before_grosze)s. Of the pool, %(left_grosze)s is left for this one."
)
SOMETHING_LEFT = N_("%(left_grosze)s is left for this place in the queue, so the pool is not exhausted.")
NOT_FIRST = N_("An offer received earlier is next in line: %(number)s.")
HAD_ITS_TURN = N_("This offer was called up and not confirmed until %(term)s.")
NO_MONEY_BACK = N_("Nothing has come back to the pool yet.")
POSTED_AFTER_RECEIPT = N_("The letter cannot have been posted after it was received.")
NO_POSTMARK = N_("In this intake the day of posting counts: enter the date of the postmark.")
ASKS_FOR_MORE = N_(
    "The offer was filed for %(requested_grosze)s and now asks for %(asked_grosze)s. A correction cannot raise the grant: "
    "others wait for the rest of the pool."
)
NOT_BY_POST = N_("Only a letter has a day of posting: leave it empty for an offer that came another way.")
INTAKE_FINISHED = N_("This intake is finished, so nothing can be added to it.")
LONGEST_COMMENT = 5_000
# The money of the pool is judged by the place in the queue, not by the bare sum.
POOL_APART = frozenset({LimitCode.POOL.value})


class SmallGrantFacts(ApplicationFacts):
    """One small grant as its guards see it. Reads, never writes."""

    offer: SmallGrant

    # filing

    @property
    def card_open(self) -> bool:
        return self.offer.state in {SmallGrantState.SUBMITTED, SmallGrantState.CORRECTED}

    @property
    def proposed_by_ids(self) -> frozenset[int]:
        """Who stands behind the proposed decision."""
        return behind_act(self.offer.proposed_by_id, names_of(self.offer))

    @property
    def intake_takes_offers(self) -> bool:
        return self.offer.intake.state is IntakeState.OPEN

    def refusals_of_filing_limits(self, now: datetime) -> tuple[Refusal, ...]:
        """The limits of the law and of the programme; an empty pool does not stop an offer from joining the queue."""
        state = grant_limits.state_of(self.offer, now, text=self.text, pool_counts=False)
        return grant_limits.refusals(state)

    def refusals_of_paper(self, answers: Mapping[str, Any], now: datetime) -> Iterator[Refusal]:
        """As for every offer on paper; where the day of posting counts it is asked for."""
        yield from super().refusals_of_paper(answers, now)
        posted: date | None = answers.get("posted_on")
        if posted is not None and posted > local_day(answers["received_at"]):
            yield Refusal("posted_after_receipt", POSTED_AFTER_RECEIPT, anchor="posted_on")
        by_post = answers.get("channel") == "post"
        if posted is not None and not by_post:
            yield Refusal("not_by_post", NOT_BY_POST, anchor="posted_on")
        if self.offer.intake.state is IntakeState.FINISHED:
            yield Refusal("intake_finished", INTAKE_FINISHED)
        if by_post and posted is None and self.offer.intake.filing_counts is FilingCounts.POSTED:
            yield Refusal("no_postmark", NO_POSTMARK, anchor="posted_on")

    @cached_property
    def refusals_of_content(self) -> tuple[Refusal, ...]:
        """As for every text; in a joint offer each row of the offerors is one of them, since shares count by it."""
        return (*super().refusals_of_content, *offerors.refusals_of_rows(self.text))

    @cached_property
    def refusals_of_correction(self) -> tuple[Refusal, ...]:
        """As for every correction; whoever waits behind this offer waits for no more than it asked for."""
        asked, version = self.text.totals.grant_grosze, self.text.version
        before = version.requested_grosze if version else asked
        if asked > before:
            told = {"asked_grosze": asked, "requested_grosze": before}
            return (*super().refusals_of_correction, Refusal("asks_for_more", ASKS_FOR_MORE, told, "costs"))
        return super().refusals_of_correction

    @property
    def corrections_foreseen(self) -> bool:
        return self.offer.intake.correction_days > 0

    @property
    def has_final_defect(self) -> bool:
        """Where nothing is completed after filing, every defect is final."""
        return super().has_final_defect or (not self.corrections_foreseen and bool(self.defects))

    @cached_property
    def refusals_of_update(self) -> tuple[Refusal, ...]:
        """As for every update; the sum awarded may be split anew, and each organisation's part keeps its limit."""
        return super().refusals_of_update or grant_limits.refusals_of_split(self.offer, self.text)

    # publication and comments

    @property
    def publication_due(self) -> datetime | None:
        """The end of the statutory term of publication; the desk may want it earlier, the term is never moved."""
        return self.offer.publication_due

    @property
    def purpose_judged_first(self) -> bool:
        return self.offer.intake.publish_policy is PublishPolicy.ONLY_PURPOSEFUL

    @property
    def purpose_judged_last(self) -> bool:
        return not self.purpose_judged_first

    @property
    def may_be_published(self) -> bool:
        return self.offer.purposeful is True or self.purpose_judged_last

    def refusals_of_publication(self, answers: Mapping[str, Any]) -> Iterator[Refusal]:
        """Each of the three places has its day, none before the receipt."""
        received = self.offer.publication_from
        for place, row in dict(answers["places"]).items():
            if row["on"] is None:
                yield Refusal("no_day", NO_PLACE_DAY, anchor=f"{place.value}_on")
            elif received is not None and row["on"] < local_day(received):
                told = {"day": local_day(received)}
                yield Refusal("before_receipt", BEFORE_RECEIPT, told, f"{place.value}_on")

    @property
    def comments_until(self) -> datetime | None:
        return self.offer.comments_until

    def refusals_of_comment(self, answers: Mapping[str, Any]) -> Iterator[Refusal]:
        text = str(answers.get("text") or "").strip()
        if not text:
            yield Refusal("no_comment", NO_COMMENT, anchor="text")
        if len(text) > LONGEST_COMMENT:
            told = {"most": LONGEST_COMMENT, "count": len(text)}
            yield Refusal("too_long", TOO_LONG, told, "text")

    def comment(self, public_id: str) -> PublicComment | None:
        """The comment of that name on this offer."""
        return next((row for row in self.offer.comments if row.public_id == public_id), None)

    def refusals_of_answer(self, answers: Mapping[str, Any]) -> Iterator[Refusal]:
        row = self.comment(str(answers.get("comment") or ""))
        if row is None or row.outcome is not None:
            yield Refusal("comment_settled", NO_SUCH_COMMENT, anchor="comment")
        if answers.get("outcome") == "answered" and not str(answers.get("answer") or "").strip():
            yield Refusal("no_answer", NO_ANSWER, anchor="answer")

    @property
    def every_comment_settled(self) -> bool:
        return all(row.outcome is not None for row in self.offer.comments)

    # the decision

    def refusal_of_interest(self, person_id: int | None) -> Refusal | None:
        """Who waits in the same queue with an offer of an own organisation judges no other one of it (art. 24 KPA)."""
        own = SmallGrant.state.in_(QUEUED | {SmallGrantState.NO_FUNDS})
        return interest.refusal(person_id, SmallGrant, SmallGrant.call_id == self.offer.call_id, own)

    @property
    def purpose_known(self) -> bool:
        return self.offer.purposeful is not None

    @cached_property
    def similar(self) -> tuple[Similar, ...]:
        """Possible splitting or double financing."""
        return similar_to(self.offer)

    def refusals_of_proposal(self, answers: Mapping[str, Any]) -> Iterator[Refusal]:
        """What is proposed fits the offer, its purposefulness, the limits and the queue."""
        outcome, amount = GrantOutcome(answers["outcome"]), answers.get("amount_grosze")
        if outcome is GrantOutcome.REFUSAL:
            if not str(answers.get("reason") or "").strip():
                yield Refusal("no_reason", NO_REASON, anchor="reason")
            return
        if self.offer.purposeful is False:
            yield Refusal("not_purposeful", NOT_PURPOSEFUL, anchor="outcome")
        if self.similar and not str(answers.get("similar_judged") or "").strip():
            yield Refusal("similar_unjudged", SIMILAR_UNJUDGED, anchor="similar_judged")
        if outcome is GrantOutcome.FULL:
            yield from self._refusals_of_amount(self.offer.requested_grosze)
            return
        requested, least = self.offer.requested_grosze, self.offer.intake.min_grant_grosze or 0
        if amount is None or not 0 < amount < requested:
            yield Refusal("not_reduced", NOT_REDUCED, {"requested_grosze": requested}, "amount")
        elif amount < least:
            yield Refusal("below_least", BELOW_LEAST, {"least_grosze": least}, "amount")
        else:
            yield from self._refusals_of_amount(amount)

    def _refusals_of_amount(self, amount: int) -> Iterator[Refusal]:
        yield from self._limits(amount)
        yield from self._queue(amount)

    @property
    def full_proposed(self) -> bool:
        return self.offer.proposed_outcome is GrantOutcome.FULL

    @property
    def reduced_proposed(self) -> bool:
        return self.offer.proposed_outcome is GrantOutcome.REDUCED

    @property
    def refusal_proposed(self) -> bool:
        return self.offer.proposed_outcome is GrantOutcome.REFUSAL

    @cached_property
    def refusals_of_award_limits(self) -> tuple[Refusal, ...]:
        """The limits at the moment of the decision, for the amount proposed, by the law of the day of filing."""
        return tuple(self._limits(self.offer.proposed_grosze or 0))

    @cached_property
    def refusals_of_queue(self) -> tuple[Refusal, ...]:
        return tuple(self._queue(self.offer.proposed_grosze or 0))

    def _limits(self, amount: int) -> Iterator[Refusal]:
        state = grant_limits.state_of(self.offer, amount_grosze=amount, text=self.text)
        for refusal in grant_limits.refusals(state, anchor="amount"):
            if refusal.code not in POOL_APART:
                yield refusal

    def _queue(self, amount: int) -> Iterator[Refusal]:
        """First come, first served: what earlier offers wait for is not given to a later one."""
        left = intake_pool.left_for(self.offer)
        if amount > left:
            told = {"before_grosze": intake_pool.asked_before(self.offer), "left_grosze": left}
            yield Refusal("queue", EARLIER_WAIT, told, "amount")

    # the queue

    @cached_property
    def refusals_of_leaving_without_funds(self) -> tuple[Refusal, ...]:
        """Only when nothing that could still be given is left for this place in the queue."""
        left = intake_pool.left_for(self.offer)
        if left and left >= (self.offer.intake.min_grant_grosze or 0):
            return (Refusal("something_left", SOMETHING_LEFT, {"left_grosze": left}),)
        return ()

    @property
    def queue_reopens(self) -> bool:
        return self.offer.intake.reopens_queue

    @cached_property
    def refusals_of_calling_up(self) -> tuple[Refusal, ...]:
        """Money has come back, and this is the first of those left without."""
        first, found = intake_pool.next_in_line(self.offer.intake), []
        if self.offer.intake.state is IntakeState.FINISHED:
            found.append(Refusal("intake_finished", INTAKE_FINISHED))
        if self.offer.confirmation_due is not None:
            found.append(Refusal("had_its_turn", HAD_ITS_TURN, {"term": self.offer.confirmation_due}))
        elif first is not None and first.id != self.offer.id:
            found.append(Refusal("not_first", NOT_FIRST, {"number": first.number}))
        left = intake_pool.left(self.offer.intake) - intake_pool.asked_before(self.offer)
        if left <= 0 or left < (self.offer.intake.min_grant_grosze or 0):
            found.append(Refusal("no_money_back", NO_MONEY_BACK))
        return tuple(found)

    @property
    def confirmation_due(self) -> datetime | None:
        return self.offer.confirmation_due

    @property
    def was_published(self) -> bool:
        return self.offer.published_on is not None

    @property
    def never_published(self) -> bool:
        return not self.was_published
