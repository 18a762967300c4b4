"""What the guards of the call ask about awards: never beyond the pool, complete, and decided by somebody else."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import (
    Agreement,
    Award,
    AwardRound,
    AwardYear,
    Call,
    Offer,
    Publication,
)
from app.models.award import Outcome
from app.models.call import PublicationSubject
from app.queries import interest
from app.queries.budget import ENDED_EARLY, paid_before_the_end, pool_by_year
from app.queries.family import names_of
from app.queries.substitution import behind_act
from workflows.engine import Refusal
from workflows.offer import ARRIVED, GRANTED, OfferState
from workflows.words import N_

WAITING = {True: (OfferState.RANKED,), False: (OfferState.RESERVE,)}


def committed_by_year(call: Call) -> Counter[int]:
    """What decided awards bind of each year's pool: the newest award of every offer that still holds its grant.

    Of a grant whose agreement ended early, only what was paid.
    """
    rows = db.session.execute(bound_awards(AwardRound.call_id == call.id))
    bound = Counter({year: int(amount) for _call_id, year, amount in rows})
    bound.update(paid_before_the_end(call))
    return bound


def bound_awards(*conditions: sa.ColumnElement[bool]) -> sa.Select[int, int, int]:
    """The same of every call, without what was paid on agreements that ended early: `call_id`, `year`, `amount`.

    The conditions are on the rounds.
    """
    newest = (
        sa.select(sa.func.max(Award.id).label("id"))
        .join(AwardRound)
        .join(Offer, Offer.id == Award.offer_id)
        .outerjoin(Agreement, Agreement.offer_id == Offer.id)
        .where(
            *conditions,
            AwardRound.decided_at.is_not(None),
            Offer.state.in_(GRANTED),
            sa.or_(Agreement.id.is_(None), Agreement.state.not_in(ENDED_EARLY)),
        )
        .group_by(Award.offer_id)
        .subquery()
    )
    return (
        sa.select(AwardRound.call_id, AwardYear.year, sa.func.sum(AwardYear.amount_grosze).label("amount"))
        .select_from(AwardYear)
        .join(Award, Award.id == AwardYear.award_id)
        .join(AwardRound, AwardRound.id == Award.round_id)
        .where(Award.id.in_(sa.select(newest.c.id)))
        .group_by(AwardRound.call_id, AwardYear.year)
    )


class AwardFacts:
    """Mixed into CallFacts."""

    call: Call

    @cached_property
    def proposal(self) -> AwardRound | None:
        """The round that waits for a decision."""
        return next((item for item in self.call.rounds if item.decided_at is None), None)

    @property
    def awards_proposed(self) -> bool:
        return self.proposal is not None

    @property
    def awards_proposed_by_ids(self) -> frozenset[int]:
        """Who stands behind the proposal."""
        author_id = self.proposal.proposed_by_id if self.proposal else None
        return behind_act(author_id, names_of(self.call))

    def refusal_of_interest(self, person_id: int | None) -> Refusal | None:
        """A member of an organisation whose offer came in takes no part in giving the grants (art. 24 KPA)."""
        return interest.refusal(person_id, Offer, Offer.call_id == self.call.id, Offer.state.in_(ARRIVED))

    @property
    def refusals_of_proposal(self) -> Iterator[Refusal]:
        """Every offer of the proposal still waits for the decision; one that was withdrawn since asks for a new proposal."""
        waiting = {offer.id for offer in self.offers_to_award}
        for award in self.proposal.awards if self.proposal else ():
            if award.offer_id not in waiting:
                text = N_("Offer %(number)s no longer waits for a decision. Prepare the proposal anew.")
                yield Refusal("offer_left", text, {"number": award.offer.number})

    @property
    def awards_against_pool(self) -> list[tuple[int, int, int]]:
        """Per budget year: what would be bound after the proposal, and the pool. Grosze."""
        bound = committed_by_year(self.call)
        for award in self.proposal.awards if self.proposal else ():
            for year in award.years:
                bound[year.year] += year.amount_grosze
        pool = pool_by_year(self.call)
        return [(year, bound[year], pool.get(year, 0)) for year in sorted(bound)]

    @cached_property
    def unpublished_round(self) -> AwardRound | None:
        """The decided round whose results do not hang in the three places yet."""
        published = set(
            db.session.scalars(
                sa.select(Publication.number).where(
                    Publication.call_id == self.call.id, Publication.subject == PublicationSubject.RESULTS
                )
            )
        )
        rounds = (item for item in self.call.rounds if item.decided_at is not None)
        return next((item for item in rounds if item.number not in published), None)

    @property
    def round_unpublished(self) -> bool:
        return self.unpublished_round is not None

    def refusals_of_results_publication(self, answers: Mapping[str, Any]) -> Iterator[Refusal]:
        """The results hang in the three places on or after the day of the decision."""
        decided = self.unpublished_round.order_date if self.unpublished_round else None
        for place in answers["places"]:
            if decided is not None and place["published_on"] < decided:
                text = N_("The results cannot be published before the order of %(day)s.")
                yield Refusal("published_before_decision", text, {"day": decided})
                return

    @property
    def first_round(self) -> bool:
        return not any(item.decided_at for item in self.call.rounds)

    @cached_property
    def offers_to_award(self) -> list[Offer]:
        """The offers on which the next round decides, best first."""
        states = WAITING[self.first_round]
        query = sa.select(Offer).where(Offer.call_id == self.call.id, Offer.state.in_(states))
        return list(db.session.scalars(query.order_by(Offer.rank, Offer.number)))

    def refusals_of_awards(self, answers: Mapping[str, Any]) -> Iterator[Refusal]:
        """Every offer has an outcome that fits its amounts, and no year's pool is exceeded."""
        given = {row["offer_id"]: row for row in answers["awards"]}
        for offer in self.offers_to_award:
            row = given.get(offer.id)
            if row is None:
                yield Refusal("no_outcome", N_("Offer %(number)s has no outcome."), {"number": offer.number})
            else:
                yield from self._refusals_of_row(offer, row)
        if given.keys() - {offer.id for offer in self.offers_to_award}:
            yield Refusal(
                "foreign_offer", N_("The proposal names an offer on which this round does not decide.")
            )
        yield from self._refusals_of_pool(answers["awards"])

    def _refusals_of_row(self, offer: Offer, row: Mapping[str, Any]) -> Iterator[Refusal]:
        outcome, amount = row["outcome"], sum(row["years"].values())
        told = {"number": offer.number, "amount_grosze": amount, "requested_grosze": offer.requested_grosze}
        if outcome is Outcome.FULL and amount != offer.requested_grosze:
            text = N_(
                "Offer %(number)s: a full award is %(requested_grosze)s, the years give %(amount_grosze)s."
            )
            yield Refusal("full_differs", text, told)
        if outcome is Outcome.REDUCED and not 0 < amount < offer.requested_grosze:
            text = N_("Offer %(number)s: a reduced award lies between zero and %(requested_grosze)s.")
            yield Refusal("reduced_differs", text, told)
        if outcome in {Outcome.RESERVE, Outcome.NONE} and amount:
            yield Refusal(
                "amount_without_award", N_("Offer %(number)s: without an award there is no amount."), told
            )
        if outcome is Outcome.RESERVE and not self.call.reserve_list:
            yield Refusal("no_reserve", N_("The announcement did not provide for a reserve list."))
        if outcome in {Outcome.REDUCED, Outcome.NONE} and not row["reason"]:
            yield Refusal(
                "no_reason", N_("Offer %(number)s: give the reason for the reduction or the refusal."), told
            )

    def _refusals_of_pool(self, rows: list[Mapping[str, Any]]) -> Iterator[Refusal]:
        bound, pool = committed_by_year(self.call), pool_by_year(self.call)
        for row in rows:
            bound.update(row["years"])
        for year in sorted(bound):
            over = bound[year] - pool.get(year, 0)
            if over > 0:
                text = N_("In %(year)d the awards are %(over_grosze)s above the pool of %(pool_grosze)s.")
                yield Refusal(
                    "over_pool", text, {"year": year, "over_grosze": over, "pool_grosze": pool.get(year, 0)}
                )
