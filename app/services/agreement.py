"""The agreement: drafted from the accepted offer, checked, signed by both sides, changed and ended."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Agreement, Application, Tranche, Unit
from app.queries.agreement_plan import agreement_checksum, terms_of
from app.queries.granted import granted_by_year
from app.services import steps
from app.services.agreement_course import COURSE_EFFECTS, spending_ends
from app.services.settlement import open_settlement
from app.services.signing import add_signature, sign_for_contractors
from workflows import statute
from workflows.calendar import add_days, local_day
from workflows.engine import Context, Refusal, Refused
from workflows.words import N_

NO_AWARD = N_("This offer has no award from a decided round, so there is nothing to agree on.")
NO_TASK_DATES = N_("The offer does not say when the task begins and ends.")
DRAFT_TERMS = ("account_number", "budget_classification", "special_terms", "spend_from")


# ---- the draft


def draft(offer: Application, answers: Mapping[str, Any], context: Context) -> Agreement:
    """A new agreement in draft: the plan of the offer's current version, the award, one tranche per budget year.

    Raises Refused when the offer has no award or no days.
    """
    granted, version = granted_by_year(offer), offer.current_version
    if version is None or not any(granted.values()):
        raise Refused(Refusal("no_award", NO_AWARD))
    kit = offer.call.form
    reading = kit.read(version.content)
    first, last = reading.day("date_from"), reading.day("date_to")
    if first is None or last is None:
        raise Refused(Refusal("no_days", NO_TASK_DATES))
    sums = kit.totals(reading)
    agreement = Agreement(
        offer=offer, origin=context.origin, plan=dict(version.content), offer_version=version.number,
        amount_grosze=sum(granted.values()), own_grosze=sums.own_grosze, total_cost_grosze=sums.total_grosze,
        task_from=first, task_to=last, spend_from=first, spend_to=spending_ends(last),
        cost_tolerance_bp=offer.call.cost_tolerance_bp, proposed_by_id=context.person_id,
        tranches=[
            Tranche(number=number, year=year, amount_grosze=amount, after_partial_report=number > 1,
                    planned_on=planned_day(year, number, first))
            for number, (year, amount) in enumerate(granted.items(), start=1)
        ],
    )  # fmt: skip
    _set_terms(agreement, answers)
    db.session.add(agreement)
    db.session.flush()
    steps.begin(agreement, context, offer=offer.public_id, amount_grosze=agreement.amount_grosze)
    return agreement


def planned_day(year: int, number: int, signed_on: date) -> date:
    """The last day planned for a tranche.

    The first within the days of framework § 3 from signing, or in January of its own year; a later one when the
    partial report of the year before (30 days after its end) has had as long to be checked.
    """
    days = statute.number("contract.first_payment_days", signed_on)
    if number > 1:
        report_due = add_days(date(year - 1, 12, 31), statute.number("report.final_days", signed_on))
        return add_days(report_due, days)
    planned = add_days(signed_on, days)
    return date(year, 1, 31) if planned.year < year else min(planned, date(year, 12, 31))


def _set_terms(agreement: Agreement, answers: Mapping[str, Any]) -> None:
    for name in DRAFT_TERMS:
        if answers.get(name) not in (None, ""):
            setattr(agreement, name, answers[name])


def _follow_offer(agreement: Agreement) -> None:
    """An offer that was updated after the draft, because a partner left, is what the draft says from now on."""
    version = agreement.offer.current_version
    if version is None or version.number == agreement.offer_version:
        return
    kit = agreement.offer.call.form
    reading = kit.read(version.content)
    first, last = reading.day("date_from"), reading.day("date_to")
    if first is None or last is None:
        raise Refused(Refusal("no_days", NO_TASK_DATES))
    sums = kit.totals(reading)
    agreement.plan, agreement.offer_version = dict(version.content), version.number
    agreement.own_grosze, agreement.total_cost_grosze = sums.own_grosze, sums.total_grosze
    agreement.task_from, agreement.task_to = first, last
    agreement.spend_from, agreement.spend_to = first, spending_ends(last)


def draft_from_offer(offer: Application, context: Context) -> dict[str, Any]:
    agreement = draft(offer, context.answers or {}, context)
    return {"agreement": agreement.public_id, "amount_grosze": agreement.amount_grosze}


def revise_draft(agreement: Agreement, context: Context) -> dict[str, Any]:
    """The terms are those answered; whoever revises has proposed the draft, so somebody else confirms it."""
    answers = context.answers or {}
    _follow_offer(agreement)
    _set_terms(agreement, answers)
    agreement.special_terms = str(answers.get("special_terms") or "")
    agreement.proposed_by_id = context.person_id
    return {name: str(getattr(agreement, name)) for name in DRAFT_TERMS}


def check(agreement: Agreement, context: Context) -> dict[str, Any]:
    agreement.checked_by_id = context.person_id
    return {"checksum": agreement_checksum(agreement), "terms": _terms(agreement)}


def _terms(agreement: Agreement) -> dict[str, Any]:
    """What the document of this step says and a later step may change."""
    return terms_of(agreement) | {"planned_on": [tranche.planned_on for tranche in agreement.tranches]}


def return_draft(agreement: Agreement, context: Context) -> dict[str, Any]:
    """The draft is open again; what was confirmed and signed of the old text no longer counts."""
    agreement.checked_by_id = agreement.countersigned_by_id = None
    agreement.signed_by_contractor_on = None
    return {"reason": _reason(context)}


# ---- signatures


def add_contractor_signature(agreement: Agreement, context: Context) -> dict[str, Any]:
    text = agreement_checksum(agreement)
    signed = sign_for_contractors("agreement", agreement.id, "agreement", text, agreement.offer, context)
    return {"signed": signed, "checksum": text}


def sign_as_contractor(agreement: Agreement, context: Context) -> dict[str, Any]:
    told = add_contractor_signature(agreement, context)
    signed_on = _signing_day(context)
    agreement.signed_by_contractor_on = signed_on
    return told | {"signed_on": signed_on, "manner": (context.answers or {}).get("manner", "")}


def countersign(agreement: Agreement, context: Context) -> None:
    agreement.countersigned_by_id = context.person_id


def sign_for_city(agreement: Agreement, context: Context) -> dict[str, Any]:
    """The agreement is concluded on the day of the last signature and has its number; the offer is contracted."""
    signed_on = max(_signing_day(context), agreement.signed_by_contractor_on or date.min)
    agreement.signed_for_city_by_id = context.person_id
    agreement.concluded_on = signed_on
    agreement.number = next_number(agreement, signed_on.year)
    for tranche in agreement.tranches:
        tranche.planned_on = planned_day(tranche.year, tranche.number, signed_on)
    text = agreement_checksum(agreement)
    if context.person_id is not None:
        add_signature("agreement", agreement.id, "agreement", text, context.person_id, context.now, "")
    steps.follow(agreement.offer, "conclude", context, agreement=agreement.public_id, number=agreement.number)
    manner = (context.answers or {}).get("manner", "")
    return {
        "number": agreement.number, "concluded_on": signed_on, "manner": manner, "checksum": text, "terms": _terms(agreement),
    }  # fmt: skip


def next_number(agreement: Agreement, year: int) -> str:
    """The next number of the unit in the year, such as SP/12/2026. The unit's row is locked until the end of the work."""
    unit = db.session.scalars(
        sa.select(Unit).where(Unit.id == agreement.offer.call.unit_id).with_for_update()
    ).one()
    running = sa.cast(sa.func.substring(Agreement.number, "/([0-9]+)/[0-9]{4}$"), sa.Integer)
    taken = sa.and_(
        sa.func.starts_with(Agreement.number, f"{unit.code}/"),
        Agreement.number.endswith(f"/{year}", autoescape=True),
    )
    last = db.session.scalar(sa.select(sa.func.max(running)).where(taken)) or 0
    return f"{unit.code}/{last + 1}/{year}"


def _signing_day(context: Context) -> date:
    day = (context.answers or {}).get("signed_on")
    return day if isinstance(day, date) else local_day(context.now)


# ---- the end


def withdraw(agreement: Agreement, context: Context) -> dict[str, Any]:
    agreement.ending_reason = _reason(context)
    return {"reason": agreement.ending_reason}


def end_early(agreement: Agreement, context: Context) -> dict[str, Any]:
    """The task and the use of the grant end today; if money was paid, its settlement opens."""
    agreement.ending_reason = _reason(context)
    last_day = min(max(local_day(context.now), agreement.task_from), agreement.task_to)
    agreement.spend_to = max(last_day, agreement.spend_from)
    opened = _settle_if_paid(agreement, last_day, context)
    account = agreement.offer.call.unit.return_account
    return {"reason": agreement.ending_reason, "return_account": account} | opened


def end_task(agreement: Agreement, context: Context) -> dict[str, Any]:
    """The settlement opens: the final report is due 30 days after the task (art. 18 ust. 1 UDPPiW)."""
    return _settle_if_paid(agreement, agreement.task_to, context)


def _settle_if_paid(agreement: Agreement, last_day: date, context: Context) -> dict[str, Any]:
    if all(tranche.transferred_on is None for tranche in agreement.tranches):
        return {}
    settlement = open_settlement(agreement, last_day, context)
    return {"settlement": settlement.public_id, "report_due": settlement.report_due}


def _reason(context: Context) -> str:
    return str((context.answers or {}).get("reason") or "")


OFFER_EFFECTS: dict[str, steps.Effect] = {"draft_agreement": draft_from_offer}
EFFECTS: dict[str, steps.Effect] = {
    "check": check,
    "return_draft": return_draft,
    "revise_draft": revise_draft,
    "add_signature": add_contractor_signature,
    "sign_as_contractor": sign_as_contractor,
    "countersign": countersign,
    "sign_for_city": sign_for_city,
    "withdraw_as_contractor": withdraw,
    "withdraw_for_city": withdraw,
    "end_task": end_task,
    "terminate": end_early,
    "dissolve": end_early,
    **COURSE_EFFECTS,
}
