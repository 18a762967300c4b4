"""What the guards and terms of the settlement's table ask."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Application, Delivery, Settlement
from app.models.delivery import Channel
from app.queries.offer_signing import refusal_of_signing, signers
from app.queries.settlement_account import IRREGULAR, Assessment, SettlementAccount
from app.queries.signatures import contractors, refusal_of_representation
from workflows.calendar import end_of_day, local_day
from workflows.engine import Refusal
from workflows.form_comparison import checksum
from workflows.reckoning import SettlementFault
from workflows.settlement import SettlementState
from workflows.words import N_

LETTERS = {SettlementState.REPORT_CALLED: "report_call", SettlementState.RETURN_DEMANDED: "return_demand"}
# Only letters sent through these ways count as delivered by the lapse of time without anybody recording it.
DEEMED_BY_TIME = frozenset({Channel.PORTAL, Channel.E_DELIVERY})

BEFORE_SENDING = N_("The letter was sent on %(sent)s, so it cannot have been delivered before.")
NO_EVIDENCE = N_("Say what proves the delivery, for example the number of the receipt.")
SAY_INELIGIBLE = N_("Give the reason why this part of the grant is ineligible.")
SAY_WAIVED = N_("Give the reason why the excess is accepted.")
WAIVED_TOO_MUCH = N_("The excess is %(excess_grosze)s, so no more than that can be accepted.")
TRANCHE_TOO_SMALL = N_("Tranche %(number)s was %(amount_grosze)s, so no more of it can be ineligible.")
WHOLE_GRANT = N_("No report came, so by the agreement the whole grant counts as misused: %(paid_grosze)s.")
FUTURE = N_("This day has not come yet.")
BEFORE_TRANSFER = N_("The grant was transferred on %(day)s, so nothing can have come back before.")
BEFORE_LAST = N_("A payment of %(day)s is recorded already. Record payments in the order in which they came.")
TOO_MUCH = N_(
    "On that day %(owed_grosze)s was owed, interest included. Record at most this sum and send the rest back."
)
NO_AMOUNT = N_("Enter an amount above zero.")


class SettlementFacts:
    """One settlement as its guards see it. Reads, never writes."""

    def __init__(self, settlement: Settlement) -> None:
        self.settlement = settlement

    @property
    def offer(self) -> Application:
        return self.settlement.agreement.offer

    @cached_property
    def account(self) -> SettlementAccount:
        return SettlementAccount(self.settlement)

    # the report

    @cached_property
    def refusals_of_report(self) -> tuple[Refusal, ...]:
        """Everything that is missing or wrong in the report as it is written now."""
        kit = self.account.plan.kit.report
        reading = kit.read(self.settlement.content)
        plan, agreement = self.account.plan.report_plan(), self.settlement.agreement
        found = kit.problems(reading, plan, agreement.cost_tolerance_bp, self.account.paid_grosze)
        return tuple(Refusal("report", problem.text, problem.params, problem.anchor) for problem in found)

    @cached_property
    def signed_by(self) -> frozenset[int]:
        """Who signed the report exactly as it is written now."""
        return signers("settlement", self.settlement.id, "report", checksum(self.settlement.content))

    def refusal_of_signing(self, person_id: int | None, now: datetime) -> Refusal | None:
        """A person with a right of today signs the same text once."""
        return refusal_of_signing(contractors(self.offer), self.signed_by, person_id, now)

    def refusal_of_representation(self, person_id: int | None, now: datetime) -> Refusal | None:
        """Every contractor's rule must be met by those who signed this text and the one who acts now."""
        return refusal_of_representation(contractors(self.offer), self.signed_by, person_id, now)

    @property
    def report_due(self) -> datetime:
        return self.settlement.report_due

    @property
    def called_report_due(self) -> datetime | None:
        return self.settlement.called_report_due

    @property
    def answers_due(self) -> datetime | None:
        return self.settlement.answers_due

    # letters

    @cached_property
    def letter(self) -> Delivery | None:
        """The letter whose delivery the present state waits for, delivered or not."""
        subject = LETTERS.get(self.settlement.state)
        if subject is None:
            return None
        return db.session.scalar(
            sa.select(Delivery)
            .where(
                Delivery.case_kind == "settlement",
                Delivery.case_id == self.settlement.id,
                Delivery.subject == subject,
            )
            .order_by(Delivery.id.desc())
            .limit(1)
        )

    @property
    def letter_not_delivered(self) -> bool:
        return self.letter is not None and self.letter.delivered_at is None

    @property
    def deemed_delivery_at(self) -> datetime | None:
        """The end of the day on which a letter that nobody opened counts as delivered."""
        if self.letter is None or not self.letter_not_delivered or self.letter.channel not in DEEMED_BY_TIME:
            return None
        return end_of_day(
            local_day(self.letter.sent_at) + timedelta(days=self.offer.call.deemed_delivery_days)
        )

    def refusals_of_delivery(self, answers: Mapping[str, Any]) -> Iterator[Refusal]:
        """A delivery lies after the sending and has its evidence."""
        if self.letter is not None and answers["delivered_at"] < self.letter.sent_at:
            yield Refusal("before_sending", BEFORE_SENDING, {"sent": self.letter.sent_at}, "delivered_at")
        if not str(answers.get("evidence") or "").strip():
            yield Refusal("no_evidence", NO_EVIDENCE, anchor="evidence")

    # the figures

    @property
    def assessed(self) -> bool:
        return self.settlement.assessed_at is not None

    @property
    def irregular_grosze(self) -> int:
        """What was established as misused, undue or in excess."""
        return sum(line.amount_grosze for line in self.account.established if line.ground in IRREGULAR)

    @property
    def nothing_irregular(self) -> bool:
        return self.irregular_grosze == 0

    @property
    def something_irregular(self) -> bool:
        return self.irregular_grosze > 0

    def refusals_of_assessment(self, answers: Mapping[str, Any]) -> Iterator[Refusal]:
        """Reasons stand beside what is ineligible or accepted, and the sums fit what was paid and spent."""
        ineligible, waived = answers.get("ineligible_grosze") or 0, answers.get("excess_waived_grosze") or 0
        if ineligible and not answers.get("ineligible_reason"):
            yield Refusal("say_ineligible", SAY_INELIGIBLE, anchor="ineligible_reason")
        if waived and not answers.get("excess_waived_reason"):
            yield Refusal("say_waived", SAY_WAIVED, anchor="excess_waived_reason")
        if waived > self.account.excess_grosze:
            told = {"excess_grosze": self.account.excess_grosze}
            yield Refusal("waived_too_much", WAIVED_TOO_MUCH, told, "excess_waived_grosze")
        if self.account.report is None and ineligible != self.account.paid_grosze:
            yield Refusal(
                "whole_grant", WHOLE_GRANT, {"paid_grosze": self.account.paid_grosze}, "ineligible_grosze"
            )
        tranche = self._tranche(answers.get("ineligible_tranche"))
        if tranche is not None and ineligible > tranche.amount_grosze:
            told = {"number": tranche.number, "amount_grosze": tranche.amount_grosze}
            yield Refusal("tranche_too_small", TRANCHE_TOO_SMALL, told, "ineligible_grosze")
        try:
            self.account.lines(assessment_of(answers))
        except SettlementFault as fault:
            yield Refusal(fault.code, fault.msgid, fault.params, "ineligible_grosze")

    def _tranche(self, number: int | None) -> Any:
        return next((t for t in self.settlement.agreement.tranches if t.number == number), None)

    # the money that comes back

    @property
    def refund_due(self) -> datetime | None:
        return self.settlement.refund_due

    @property
    def refund_owed(self) -> bool:
        return self.account.principal_left_grosze > 0

    @property
    def nothing_owed(self) -> bool:
        """A payment that does not cover both pays principal and interest in proportion, so no principal, no interest."""
        return self.assessed and not self.refund_owed

    def refusals_of_refund(self, answers: Mapping[str, Any], now: datetime) -> Iterator[Refusal]:
        """Why a payment cannot have come as answered."""
        day, amount = answers.get("paid_on"), answers.get("amount_grosze") or 0
        if amount <= 0:
            yield Refusal("no_amount", NO_AMOUNT, anchor="amount_grosze")
        if not isinstance(day, date):
            return
        if day > local_day(now):
            yield Refusal("future", FUTURE, anchor="paid_on")
        transferred = min(
            (t.transferred_on for t in self.settlement.agreement.tranches if t.transferred_on), default=day
        )
        if day < transferred:
            yield Refusal("before_transfer", BEFORE_TRANSFER, {"day": transferred}, "paid_on")
            return
        last = max((refund.paid_on for refund in self.settlement.refunds), default=day)
        if day < last:
            yield Refusal("before_last", BEFORE_LAST, {"day": last}, "paid_on")
        owed = self.account.owed(day).total_grosze
        if amount > owed:
            yield Refusal("too_much", TOO_MUCH, {"owed_grosze": owed}, "amount_grosze")


def assessment_of(answers: Mapping[str, Any]) -> Assessment:
    """What the official answered, as the account reckons with it."""
    return Assessment(
        ineligible_grosze=answers.get("ineligible_grosze") or 0,
        tranche=answers.get("ineligible_tranche"),
        excess_waived_grosze=answers.get("excess_waived_grosze") or 0,
        bank_interest_grosze=answers.get("bank_interest_grosze") or 0,
    )
