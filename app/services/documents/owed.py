"""What was to be returned of a grant at a moment of the past, as documents print it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from app.i18n import _
from app.models import Refund, Settlement
from app.queries.settlement_account import Owed, OwedLine, SettlementAccount, line_from_json, owed_of
from app.services.documents import source
from reports import returns
from workflows.calendar import local_day
from workflows.reckoning import GROUND_NAME, Ground, InterestRule, ReturnLine

DEMANDS = ("demand_return", "demand_overdue_refund")
DELIVERIES = ("confirm_delivery", "record_delivery", "deem_delivered")
GROUNDS: Mapping[Ground, returns.Ground] = {
    Ground.UNUSED: "unused",
    Ground.MISUSED: "misused",
    Ground.UNDUE: "undue",
    Ground.OVER_TOLERANCE: "excess",
    Ground.OWN_SHARE: "excess",
    Ground.BANK_INTEREST: "interest_on_account",
}
TWO_KINDS_OF_EXCESS = frozenset({Ground.OVER_TOLERANCE, Ground.OWN_SHARE})


def owed_at(settlement: Settlement, at: datetime) -> Owed:
    """What was still to be returned at that moment, with the interest until its day."""
    return owed_of(lines_at(settlement, at), refunds_at(settlement, at), local_day(at))


def lines_at(settlement: Settlement, at: datetime) -> tuple[ReturnLine, ...]:
    """The sums as established; those of art. 252 u.f.p. have their term once the demand was delivered."""
    assessed = source.happened(settlement, "assess", until=at)
    if assessed is None or "lines" not in assessed.detail:
        return SettlementAccount(settlement).established
    lines = tuple(line_from_json(line) for line in assessed.detail["lines"])
    delivered = demand_delivered(settlement, at)
    return lines if delivered is None else tuple(_with_term(line, delivered[1]) for line in lines)


def _with_term(line: ReturnLine, due: date) -> ReturnLine:
    if line.due_on is not None:
        return line
    runs_later = line.interest_rule is InterestRule.AFTER_DUE
    return replace(
        line, due_on=due, interest_from=due + timedelta(days=1) if runs_later else line.interest_from
    )


def demand_delivered(settlement: Settlement, at: datetime) -> tuple[date, date] | None:
    """The day on which the demand was delivered and the last day of its term; None while it was not."""
    demanded = source.happened(settlement, *DEMANDS, until=at)
    delivered = source.happened(settlement, *DELIVERIES, until=at)
    if demanded is None or delivered is None or delivered.at < demanded.at or "due" not in delivered.detail:
        return None
    return _day(delivered.detail["delivered_at"]), _day(delivered.detail["due"])


def _day(moment: str) -> date:
    return local_day(datetime.fromisoformat(moment))


def refunds_at(settlement: Settlement, at: datetime) -> list[Refund]:
    """The money that had been recorded as come back."""
    return settlement.refunds[: len(source.all_happened(settlement, "record_refund", until=at))]


def repayments(settlement: Settlement, at: datetime) -> tuple[returns.Repayment, ...]:
    """The same as documents print it."""
    return tuple(
        returns.Repayment(refund.paid_on, refund.principal_grosze, refund.interest_grosze)
        for refund in refunds_at(settlement, at)
    )


def return_item(line: OwedLine, settlement: Settlement, days: int | None = None) -> returns.ReturnItem:
    """A sum to return as documents print it; `days` run from the delivery where there is no last day yet."""
    explanation = _(GROUND_NAME[line.ground]) if line.ground in TWO_KINDS_OF_EXCESS else ""
    if line.ground is Ground.MISUSED:
        explanation = settlement.ineligible_reason
    return returns.ReturnItem(
        ground=GROUNDS[line.ground],
        amount_grosze=line.amount_grosze,
        due=line.due_on,
        interest_from=line.interest_from,
        interest_grosze=line.interest_grosze,
        explanation=explanation,
        days_from_delivery=None if line.due_on else days,
        left_grosze=line.left_grosze,
    )
