"""What the guards and terms of the agreement's table ask."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

from app.models import Agreement, Annex, Application, PartialReport, SmallGrant, Tranche
from app.queries import grant_limits
from app.queries.agreement_plan import AgreementPlan, agreement_checksum
from app.queries.budget import contracted_beyond_pool
from app.queries.facts.control import ControlFacts
from app.queries.family import names_of
from app.queries.offer_signing import refusal_of_right, refusal_of_signing, signers
from app.queries.signatures import contractors, refusal_of_representation
from app.queries.substitution import behind_act
from workflows import statute
from workflows.agreement import AgreementState
from workflows.calendar import end_of_day, local_day, passed, same_day, start_of_day
from workflows.cost_shift import refusals_of_shift
from workflows.engine import Refusal
from workflows.form_comparison import checksum
from workflows.offer import OfferState
from workflows.words import N_

NO_ACCOUNT = N_("Choose the contractor's bank account.")
NO_CLASSIFICATION = N_("Enter the budget classification from which the grant is paid.")
OFFER_LEFT = N_("The offer does not wait for an agreement any more.")
OTHER_GRANT = N_(
    "The offer asks for %(offer_grosze)s, the award is %(award_grosze)s. Ask for an updated offer first."
)
BEYOND_POOL = N_("In %(year)s the agreements of this call exceed the pool by %(over_grosze)s.")
SIGNED_BEFORE_DRAFT = N_("The text was confirmed on %(day)s, so nobody can have signed it before.")
OLDER_OFFER = N_(
    "The draft is made of version %(drafted)s of the offer, and version %(current)s holds now. Take the draft back and revise it."
)
ORDERED_ALREADY = N_("Tranche %(number)s has been ordered and waits for its transfer.")
NOTHING_LEFT = N_("Every tranche has been paid.")
REPORT_FIRST = N_("Tranche %(number)s waits until the partial report for %(year)s is accepted.")
OTHER_YEAR = N_("Tranche %(number)s belongs to the budget of %(year)s, so it is transferred in that year.")
BEFORE_AGREEMENT = N_("The agreement was concluded on %(day)s; nothing can be transferred before.")
FUTURE = N_("This day has not come yet.")
NO_TRANSFER_DAY = N_("Enter the day of the transfer.")
TASK_ENDED = N_("The task ended on %(day)s. An annex must be asked for before.")
BEYOND_BUDGET = N_(
    "The grant is for the budget of %(year)s, so the task can last until 31 December %(year)s at most."
)
BEFORE_START = N_("The task cannot end before it begins on %(day)s.")
TOO_MANY_YEARS = N_("An agreement may be made for at most %(years)s years.")


class AgreementFacts(ControlFacts):
    """One agreement as its guards see it. Reads, never writes."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement

    @property
    def offer(self) -> Application:
        return self.agreement.offer

    @property
    def proposed_by_ids(self) -> frozenset[int]:
        """Who stands behind the draft: it is begun on the page of the application and revised here."""
        return self._behind(self.agreement.proposed_by_id)

    def _behind(self, author_id: int | None) -> frozenset[int]:
        return behind_act(author_id, names_of(self.agreement))

    @cached_property
    def plan(self) -> AgreementPlan:
        return AgreementPlan(self.agreement)

    # the draft

    @cached_property
    def refusals_of_draft(self) -> tuple[Refusal, ...]:
        """Everything that keeps the draft from being confirmed by law and finance."""
        return tuple(self._draft_faults())

    def _draft_faults(self) -> Iterator[Refusal]:
        if self.offer.state != OfferState.CONTRACT_PREP:
            yield Refusal("offer_left", OFFER_LEFT)
        if not self.agreement.account_number:
            yield Refusal("no_account", NO_ACCOUNT, anchor="account_number")
        if not self.agreement.budget_classification:
            yield Refusal("no_classification", NO_CLASSIFICATION, anchor="budget_classification")
        asked = self.plan.sums.grant_grosze
        if asked != self.agreement.amount_grosze:
            told = {"offer_grosze": asked, "award_grosze": self.agreement.amount_grosze}
            yield Refusal("other_grant", OTHER_GRANT, told)
        yield from self.refusals_of_conclusion

    @cached_property
    def refusals_of_conclusion(self) -> tuple[Refusal, ...]:
        """What may have come up since the draft was made: a cut of the pool, a later version of the offer."""
        found = [
            Refusal("beyond_pool", BEYOND_POOL, {"year": year, "over_grosze": over})
            for year, over in contracted_beyond_pool(self.offer.call).items()
        ]
        version = self.offer.current_version
        if version is not None and version.number != self.agreement.offer_version:
            told = {"drafted": self.agreement.offer_version, "current": version.number}
            found.append(Refusal("older_offer", OLDER_OFFER, told))
        return (*found, *self.refusals_of_limits)

    @cached_property
    def refusals_of_limits(self) -> tuple[Refusal, ...]:
        """The limits of art. 19a, once more before a small grant is agreed on and before each payment."""
        if not isinstance(self.offer, SmallGrant):
            return ()
        return grant_limits.refusals_of_agreed(self.offer, self.agreement.amount_grosze)

    # signatures

    @property
    def signed_subject(self) -> tuple[str, str]:
        """What is being signed now, and its checksum: the agreement, or the open partial report."""
        report = self.open_report
        if report is not None and self.agreement.state is AgreementState.PARTIAL_DUE:
            return f"partial_{report.year}", checksum(report.content)
        return "agreement", agreement_checksum(self.agreement)

    @cached_property
    def signed_by(self) -> frozenset[int]:
        """Who signed exactly the present text."""
        return signers("agreement", self.agreement.id, *self.signed_subject)

    def refusal_of_right(self, person_id: int | None, now: datetime) -> Refusal | None:
        """Only a person whose right to represent a contractor is recorded for today speaks for it."""
        return refusal_of_right(contractors(self.offer), person_id, now)

    def refusal_of_signing(self, person_id: int | None, now: datetime) -> Refusal | None:
        """A person with a right of today signs the same text once."""
        return refusal_of_signing(contractors(self.offer), self.signed_by, person_id, now)

    def refusal_of_representation(self, person_id: int | None, now: datetime) -> Refusal | None:
        """Every contractor's rule must be met by those who signed this text and the one who acts now."""
        return refusal_of_representation(contractors(self.offer), self.signed_by, person_id, now)

    def refusals_of_signing_day(self, answers: Mapping[str, Any]) -> Iterator[Refusal]:
        """Nobody has signed a text before it was confirmed; the agreement is concluded on the last of these days."""
        day, confirmed = answers.get("signed_on"), self.agreement.state_since
        if isinstance(day, date) and confirmed is not None and day < local_day(confirmed):
            yield Refusal("before_draft", SIGNED_BEFORE_DRAFT, {"day": local_day(confirmed)}, "signed_on")

    @property
    def countersigned(self) -> bool:
        return self.agreement.countersigned_by_id is not None

    @property
    def not_countersigned_yet(self) -> bool:
        return not self.countersigned

    # money

    @property
    def ordered_tranche(self) -> Tranche | None:
        """The tranche that has been ordered and not yet transferred."""
        return next((t for t in self.agreement.tranches if t.ordered_at and not t.transferred_on), None)

    @property
    def payment_ordered(self) -> bool:
        return self.ordered_tranche is not None

    @property
    def payment_ordered_by_ids(self) -> frozenset[int]:
        return self._behind(self.ordered_tranche.ordered_by_id if self.ordered_tranche else None)

    @property
    def next_tranche(self) -> Tranche | None:
        """The first tranche that has not been ordered."""
        return next((t for t in self.agreement.tranches if t.ordered_at is None), None)

    @property
    def payment_term(self) -> datetime | None:
        """The end of the day until which the next tranche is to be transferred."""
        waiting = next(
            (tranche for tranche in self.agreement.tranches if tranche.transferred_on is None), None
        )
        return end_of_day(waiting.planned_on) if waiting else None

    @property
    def nothing_paid(self) -> bool:
        return all(tranche.transferred_on is None for tranche in self.agreement.tranches)

    @cached_property
    def refusals_of_payment_order(self) -> tuple[Refusal, ...]:
        """Why the next tranche cannot be ordered."""
        waiting, tranche = self.ordered_tranche, self.next_tranche
        if waiting is not None:
            return (Refusal("ordered", ORDERED_ALREADY, {"number": waiting.number}),)
        if tranche is None:
            return (Refusal("nothing_left", NOTHING_LEFT),)
        if tranche.after_partial_report and (year := self._year_without_accepted_report(tranche)):
            return (Refusal("report_first", REPORT_FIRST, {"number": tranche.number, "year": year}),)
        return self.refusals_of_limits

    def _year_without_accepted_report(self, tranche: Tranche) -> int | None:
        accepted = {report.year for report in self.agreement.partial_reports if report.accepted_at}
        earlier = {other.year for other in self.agreement.tranches if other.year < tranche.year}
        return min(earlier - accepted, default=None)

    def refusals_of_transfer(self, answers: Mapping[str, Any], now: datetime) -> Iterator[Refusal]:
        tranche, day = self.ordered_tranche, answers.get("transferred_on")
        if tranche is None:
            return
        if not isinstance(day, date):
            yield Refusal("no_day", NO_TRANSFER_DAY, anchor="transferred_on")
            return
        if day > local_day(now):
            yield Refusal("future", FUTURE, anchor="transferred_on")
        if day.year != tranche.year:
            yield Refusal(
                "other_year", OTHER_YEAR, {"number": tranche.number, "year": tranche.year}, "transferred_on"
            )
        concluded = self.agreement.concluded_on
        if concluded is not None and day < concluded:
            yield Refusal("before_agreement", BEFORE_AGREEMENT, {"day": concluded}, "transferred_on")
        yield from self.refusals_of_limits

    # annexes

    @property
    def open_annex(self) -> Annex | None:
        """The annex that was asked for and waits for an answer."""
        return next((annex for annex in self.agreement.annexes if annex.accepted is None), None)

    @property
    def annex_asked_by_ids(self) -> frozenset[int]:
        return self._behind(self.open_annex.asked_by_id if self.open_annex else None)

    def refusals_of_annex(self, answers: Mapping[str, Any] | None, now: datetime) -> Iterator[Refusal]:
        """Why an annex cannot be asked for: the task is over, nothing changes, or the new end is not possible."""
        if passed(self.task_ends_at, now):
            yield Refusal("task_ended", TASK_ENDED, {"day": self.agreement.task_to})
        if answers is not None:
            yield from self._refusals_of_end(answers.get("new_task_to"))

    def refusals_of_annex_decision(self, answers: Mapping[str, Any]) -> Iterator[Refusal]:
        """Why the annex cannot be concluded as answered."""
        yield from self._refusals_of_end(answers.get("new_task_to"))
        if answers.get("costs"):
            yield from refusals_of_shift(answers["costs"], self.plan.sums)

    def _refusals_of_end(self, day: date | None) -> Iterator[Refusal]:
        if day is None:
            return
        first, last_year = self.agreement.task_from, max(self.plan.years)
        if day < first:
            yield Refusal("before_start", BEFORE_START, {"day": first}, "new_task_to")
        if day.year > last_year:
            yield Refusal("beyond_budget", BEYOND_BUDGET, {"year": last_year}, "new_task_to")
        years = statute.number("contract.max_years", first)
        if day >= same_day(first, 12 * years):
            yield Refusal("too_many_years", TOO_MANY_YEARS, {"years": years}, "new_task_to")
        if isinstance(self.offer, SmallGrant):
            yield from grant_limits.refusals_of_term(self.offer, first, day, anchor="new_task_to")

    # partial reports and the end

    @property
    def open_report(self) -> PartialReport | None:
        """The partial report that is being written or checked."""
        return next((report for report in self.agreement.partial_reports if report.accepted_at is None), None)

    @property
    def partial_report_due(self) -> datetime | None:
        return self.open_report.due if self.open_report else None

    @property
    def partial_year(self) -> int | None:
        """The first budget year with money paid and no report."""
        reported = {report.year for report in self.agreement.partial_reports}
        paid = {tranche.year for tranche in self.agreement.tranches if tranche.transferred_on}
        return min(paid - reported, default=None)

    @property
    def partial_report_possible(self) -> bool:
        return self.partial_year is not None

    @property
    def partial_report_opens_at(self) -> datetime | None:
        """The end of the first budget year without a report, if the agreement goes on in the next year."""
        year = self.partial_year
        if year is None or year >= self.agreement.task_to.year:
            return None
        return start_of_day(date(year + 1, 1, 1))

    @cached_property
    def refusals_of_partial_report(self) -> tuple[Refusal, ...]:
        """Everything that is missing or wrong in the partial report."""
        report = self.open_report
        if report is None:
            return ()
        paid = sum(
            t.amount_grosze for t in self.agreement.tranches if t.transferred_on and t.year == report.year
        )
        kit = self.plan.kit.report
        reading, plan = kit.read(report.content), self.plan.report_plan(report.year)
        found = kit.problems(reading, plan, self.agreement.cost_tolerance_bp, paid)
        return tuple(Refusal("report", p.text, p.params, p.anchor) for p in found)

    @property
    def task_ends_at(self) -> datetime:
        """The last instant of the task."""
        return end_of_day(self.agreement.task_to)
