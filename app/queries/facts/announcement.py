"""What the guards of a call's table ask about its announcement, its intake and its end."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.agreement import Agreement
from app.models.call import Call
from app.models.offer import Offer
from app.models.procedure import Place
from app.models.settlement import Settlement
from app.queries.announced import Changed
from app.queries.budget import ENDED_EARLY, contracted_by_year, entries_in_force
from app.queries.checklist import refusals
from app.queries.substitution import behind_draft
from workflows import statute
from workflows.calendar import earliest_offer_deadline, offer_period_kept
from workflows.engine import Refusal
from workflows.offer import ARRIVED, OfferState
from workflows.settlement import SettlementState
from workflows.words import N_, Word

Answers = Mapping[str, Any]
PLACE_NAMES: dict[Place, str] = {
    Place.BIP: N_("Public Information Bulletin (BIP)"),
    Place.NOTICE_BOARD: N_("notice board in the office"),
    Place.WEBSITE: N_("the city's website"),
}
STILL_AWARDED = (OfferState.AWARDED_FULL, OfferState.AWARDED_REDUCED, OfferState.UPDATE_PENDING, OfferState.UPDATED,
                 OfferState.CONTRACT_PREP)  # fmt: skip
CAME_IN = ARRIVED - {OfferState.WITHDRAWN}


class AnnouncementFacts:
    """Facts of a call from draft to closed, and of its end. Reads, never writes."""

    def __init__(self, call: Call) -> None:
        self.call = call

    @property
    def opens_at(self) -> datetime | None:
        """The opening counts from the day of the last publication: without a date of its own the call opens at once."""
        return self.call.opens_at

    @property
    def deadline(self) -> datetime | None:
        return self.call.deadline

    @property
    def proposed_by_ids(self) -> frozenset[int]:
        return behind_draft(self.call.proposed_by_id, self.call)

    @property
    def endorsed(self) -> bool:
        return self.call.endorsed_by_id is not None

    @property
    def not_endorsed_yet(self) -> bool:
        return not self.endorsed

    @property
    def ground_reserved(self) -> bool:
        return bool(self.call.calling_off_grounds.strip())

    @property
    def reserve_list(self) -> bool:
        return self.call.reserve_list

    @cached_property
    def refusals_of_announcement(self) -> list[Refusal]:
        return refusals(self.call)

    @cached_property
    def offers_by_state(self) -> dict[OfferState, int]:
        """How many offers stand in each state."""
        rows = db.session.execute(
            sa.select(Offer.state, sa.func.count()).where(Offer.call_id == self.call.id).group_by(Offer.state)
        )
        return {row[0]: row[1] for row in rows}

    @property
    def has_offers(self) -> bool:
        return any(self.offers_by_state.get(state) for state in CAME_IN)

    @property
    def has_no_offer(self) -> bool:
        return not self.has_offers

    @property
    def all_registered(self) -> bool:
        return not self.offers_by_state.get(OfferState.SUBMITTED)

    @property
    def awards_closed(self) -> bool:
        return not any(self.offers_by_state.get(state) for state in STILL_AWARDED)

    @cached_property
    def everything_settled(self) -> bool:
        """Whether each agreement is settled, or ended before any settlement began."""
        open_agreement = (
            sa.select(Agreement.id)
            .join(Offer, Offer.id == Agreement.offer_id)
            .outerjoin(Settlement, Settlement.agreement_id == Agreement.id)
            .where(
                Offer.call_id == self.call.id,
                Offer.state != OfferState.RESIGNED,
                sa.or_(
                    sa.and_(Settlement.id.is_(None), Agreement.state.not_in(ENDED_EARLY)),
                    Settlement.state.not_in((SettlementState.SETTLED, SettlementState.ARCHIVED)),
                ),
            )
        )
        return not db.session.execute(sa.select(open_agreement.exists())).scalar_one()

    def refusals_of_publication(self, answers: Answers) -> list[Refusal]:
        """The three places are dated, and the statutory days follow the last of them (art. 13 ust. 1 i 3)."""
        found = list(_places(answers, self.call.order_date))
        return found or list(_period(answers, self.call.deadline, "deadline"))

    def refusals_of_ending(self, answers: Answers) -> list[Refusal]:
        """A cancellation or calling off is ordered, and announced in the three places as the call was (art. 18a UDPPiW)."""
        return [*_order(answers), *_places(answers, answers.get("order_date"))]

    def refusals_of_amendment(self, answers: Answers, *, restart: bool) -> list[Refusal]:
        """A change of terms restarts the term; a pure extension only moves the deadline later."""
        found = [*_order(answers), *_places(answers, answers.get("order_date"))]
        return found + (self._new_terms(answers) if restart else self._later_deadline(answers))

    def _new_terms(self, answers: Answers) -> list[Refusal]:
        terms: dict[str, Any] = dict(answers.get("terms") or {})
        if all(getattr(self.call, name) == value for name, value in terms.items() if name != "deadline"):
            return [
                Refusal(
                    "unchanged",
                    N_("Nothing but the deadline differs. To move only the deadline, extend it."),
                    {},
                    "terms",
                )
            ]
        changed = Changed(self.call, terms)
        return [*refusals(changed), *_period(answers, changed.deadline, "deadline")]

    def _later_deadline(self, answers: Answers) -> list[Refusal]:
        new, old = answers.get("deadline"), self.call.deadline
        if new is None or old is None or new <= old:
            return [
                Refusal(
                    "not_later",
                    N_("The new deadline must be later than the present one, %(deadline)s."),
                    {"deadline": old},
                    "deadline",
                )
            ]
        changed = Changed(
            self.call, {"deadline": new, "decision_by": answers.get("decision_by") or self.call.decision_by}
        )
        return [*refusals(changed), *_outage(answers, old)]

    def refusals_of_pool(self, answers: Answers) -> list[Refusal]:
        """A cut cannot go below what agreements of that year promise; money is entered only for years of the task."""
        year, amount = answers["year"], answers["amount_grosze"]
        known = entries_in_force(self.call)
        if year not in known:
            return [
                Refusal(
                    "no_such_year",
                    N_("The call has no money of %(year)s, so there is nothing to change."),
                    {"year": year},
                    "year",
                )
            ]
        bound = contracted_by_year(self.call).get(year, 0)
        if amount < bound:
            text = N_(
                "Agreements of %(year)s come to %(bound_grosze)s, so the pool cannot be lower than that."
            )
            return [Refusal("below_contracts", text, {"year": year, "bound_grosze": bound}, "amount_grosze")]
        if amount == known[year].amount_grosze:
            return [
                Refusal(
                    "same_pool",
                    N_("The pool of %(year)s is this amount already."),
                    {"year": year},
                    "amount_grosze",
                )
            ]
        return []


def last_publication(answers: Answers) -> date | None:
    """The day on which the last of the three places was published, or None while one is missing."""
    days = [answers["places"].get(place, {}).get("on") for place in Place]
    return None if None in days else max(days)


def _places(answers: Answers, order_date: date | None) -> Iterator[Refusal]:
    for place in Place:
        given = answers["places"].get(place, {})
        name = Word(PLACE_NAMES[place])
        if given.get("on") is None:
            yield Refusal(
                "no_publication",
                N_("Give the day of publication: %(place)s."),
                {"place": name},
                f"{place}_on",
            )
        elif order_date is not None and given["on"] < order_date:
            text = N_("Published before the order of %(order)s: %(place)s.")
            yield Refusal("before_order", text, {"place": name, "order": order_date}, f"{place}_on")
        if not (given.get("reference") or "").strip():
            yield Refusal(
                "no_reference",
                N_("Say where it can be found: %(place)s."),
                {"place": name},
                f"{place}_reference",
            )


def _order(answers: Answers) -> Iterator[Refusal]:
    if not (answers.get("order_number") or "").strip():
        yield Refusal("no_order", N_("Give the number of the order."), {}, "order_number")
    if answers.get("order_date") is None:
        yield Refusal("no_order_date", N_("Give the date of the order."), {}, "order_date")


def _period(answers: Answers, deadline: datetime | None, anchor: str) -> Iterator[Refusal]:
    last = last_publication(answers)
    if last is None or deadline is None or offer_period_kept(deadline, last, last):
        return
    text = N_(
        "The last publication is of %(published)s, so %(days)s days end with %(last)s. With an hour, the deadline can be "
        "%(earliest)s at the earliest; now it is %(deadline)s."
    )
    earliest = earliest_offer_deadline(last, last)
    end = date.fromordinal(earliest.toordinal() - 1)
    days = statute.number("opencall.min_offer_days", last)
    params = {"published": last, "days": days, "last": end, "earliest": earliest, "deadline": deadline}
    yield Refusal("too_short", text, params, anchor)


def _outage(answers: Answers, deadline: datetime) -> Iterator[Refusal]:
    start, end = answers.get("outage_from"), answers.get("outage_to")
    if start is None or end is None:
        return
    if start >= end:
        yield Refusal("outage_order", N_("The outage ends before it begins."), {}, "outage_to")
    if start > deadline:
        yield Refusal(
            "outage_after",
            N_("The outage began after the deadline, so it kept nobody from submitting."),
            {},
            "outage_from",
        )
    if answers["deadline"] <= end:
        yield Refusal(
            "outage_goes_on", N_("The new deadline must be after the end of the outage."), {}, "deadline"
        )
