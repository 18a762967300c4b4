"""What the page of a settlement shows beside what all case pages have."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import url_for

from app.extensions import db
from app.i18n import _, day, deadline, exact, moment, money, number, percent
from app.models import Delivery, Refund, Settlement
from app.models.delivery import DeliveryEvent
from app.queries.pages.agreement import signature_rows
from app.queries.report_editor import signed
from app.queries.report_text import ReportText
from app.queries.settlement_account import Owed, OwedLine, SettlementAccount
from app.queries.signatures import contractors, signatures
from workflows.amounts import FULL_SHARE_BP, largest_part
from workflows.calendar import local_day
from workflows.engine import Context
from workflows.form_comparison import short_checksum
from workflows.reckoning import GROUND_NAME
from workflows.report_totals import ReportLine
from workflows.settlement import OWED, SettlementState
from workflows.words import N_

# Until the office has decided about the report, its figures are its own working paper.
DECIDED = frozenset({SettlementState.ACCEPTED, *OWED, SettlementState.SETTLED, SettlementState.ARCHIVED})
LETTER_NAMES = {"report_call": N_("Call for the overdue report"), "return_demand": N_("Demand for return")}
EVENT_NAMES = {
    DeliveryEvent.SENT: N_("sent"), DeliveryEvent.DELIVERED: N_("delivered"), DeliveryEvent.REFUSED: N_("refused by the addressee"),
    DeliveryEvent.RETURNED: N_("came back undelivered"), DeliveryEvent.DEEMED: N_("deemed delivered"),
}  # fmt: skip


def gather(case: Settlement, context: Context, audience: str) -> dict[str, Any]:
    """The settlement's own parts of the page. The office reads what was submitted, the contractor what is being written."""
    account, text = SettlementAccount(case), ReportText(case)
    today = local_day(context.now)
    writing = audience == "applicant" and text.writable
    content: Mapping[str, Any] | None = (
        case.content if writing else (case.reports[-1].content if case.reports else None)
    )
    known = audience != "applicant" or case.state in DECIDED
    owed = account.owed(today) if known else Owed(())
    agreement = case.agreement
    return {
        "title": account.plan.reading.text("title") or agreement.offer.title,
        "contractor_names": ", ".join(party.name for party in contractors(agreement.offer)),
        "figures": _figures(account, owed, known),
        "money_parts": _money_parts(account, owed, known),
        "money_total": {"grosze": agreement.amount_grosze, "text": money(agreement.amount_grosze)},
        "report_url": text.url("missing") if audience == "applicant" and text.writable else None,
        "draft_shown": writing,
        "tolerance": percent(agreement.cost_tolerance_bp),
        "cost_rows": _cost_rows(account, content),
        "cost_sums": _cost_sums(account, content),
        "result_rows": _result_rows(account, content),
        "assessed": known and case.assessed_at is not None,
        "return_rows": [_return_row(line, today) for line in owed.lines],
        "return_sums": _return_sums(owed),
        "refund_rows": [_refund_row(refund) for refund in case.refunds],
        "remarks": _remarks(case, known),
        "letter_rows": _letters(case),
        "version_rows": [
            {"number": v.number, "at": exact(v.submitted_at), "checksum": short_checksum(v.checksum)} for v in case.reports
        ],
        "signature_rows": signature_rows(signatures("settlement", case.id, "report")),
        "terms": _terms(case),
        "agreement_url": url_for("cases.show", plural="agreements", public_id=agreement.public_id),
    }  # fmt: skip


def _figures(account: SettlementAccount, owed: Owed, known: bool) -> list[tuple[str, str]]:
    stored = (account.settlement.figures or {}) if known else {}
    figures = [
        (_("Granted"), money(account.agreement.amount_grosze)),
        (_("Paid"), money(account.paid_grosze)),
    ]
    if stored:
        figures.append((_("Settled"), money(stored["accepted_grosze"])))
        figures.append((_("To return"), money(stored["to_return_grosze"])))
        figures.append((_("Left to return today"), money(owed.total_grosze)))
    return figures


def _money_parts(account: SettlementAccount, owed: Owed, known: bool) -> list[dict[str, Any]]:
    """What of the grant is settled, came back, is to return, and was never paid."""
    stored = account.settlement.figures if known else None
    paid, unpaid = account.paid_grosze, account.agreement.amount_grosze - account.paid_grosze
    if not stored:
        parts = [(_("paid"), paid, "full"), (_("not paid"), unpaid, "left")]
    else:
        to_return = owed.principal_grosze
        back = paid - stored["accepted_grosze"] - to_return
        parts = [
            (_("settled"), stored["accepted_grosze"], "done"), (_("returned"), max(back, 0), "reserve"),
            (_("to return"), to_return, "over"), (_("not paid"), unpaid, "left"),
        ]  # fmt: skip
    return [
        {"label": label, "grosze": grosze, "text": money(grosze), "kind": kind}
        for label, grosze, kind in parts
        if grosze or kind == "full"
    ]


def _cost_rows(account: SettlementAccount, content: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    if content is None:
        return []
    rows = account.plan.kit.report.read(content).table("costs")
    explanations = {row.key: row.text("explanation") for row in rows}
    return [
        _cost_row(line, account, explanations.get(line.cost.key, ""))
        for line in account.totals_of(content).lines
    ]


def _cost_row(line: ReportLine, account: SettlementAccount, explanation: str) -> dict[str, Any]:
    planned = line.cost.planned_grosze
    allowed = largest_part(planned, FULL_SHARE_BP + account.agreement.cost_tolerance_bp)
    rise = f"+{percent(line.rise_bp)}" if line.rise_bp else ""
    kind, words = ("ok", rise or _("within the plan"))
    if line.over_grosze:
        kind, words = "bad", rise
    remark = (
        _("accepted up to %(allowed)s, excess %(over)s", allowed=money(allowed), over=money(line.over_grosze))
        if line.over_grosze
        else None
    )
    return {
        "number": line.cost.number, "name": line.cost.name, "planned": money(planned), "actual": money(line.actual_grosze),
        "difference": signed(line.actual_grosze - planned), "kind": kind, "words": words, "remark": remark,
        "explanation": explanation,
    }  # fmt: skip


def _cost_sums(account: SettlementAccount, content: Mapping[str, Any] | None) -> list[str | None]:
    if content is None:
        return []
    sums = account.totals_of(content)
    difference = signed(sums.actual_grosze - sums.planned_grosze)
    return [money(sums.planned_grosze), money(sums.actual_grosze), difference, None]


def _result_rows(account: SettlementAccount, content: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    rows = account.plan.kit.report.read(content).table("results") if content is not None else ()
    found = []
    for row in rows:
        target, achieved = row.quantity("target"), row.quantity("achieved")
        share = percent(int(achieved * FULL_SHARE_BP / target)) if target and achieved is not None else None
        reached = target is not None and achieved is not None and achieved >= target
        found.append({
            "name": row.text("name"), "unit": row.text("unit"), "target": _quantity(target), "achieved": _quantity(achieved),
            "share": share, "kind": "ok" if reached else "warn", "explanation": row.text("explanation"),
        })  # fmt: skip
    return found


def _quantity(value: Any) -> str | None:
    if value is None:
        return None
    return number(value, max(0, -value.normalize().as_tuple().exponent))


def _return_row(line: OwedLine, today: date) -> dict[str, Any]:
    running = line.interest_from is not None and line.left_grosze > 0 and line.interest_from <= today
    days = (today - line.interest_from).days + 1 if running and line.interest_from else 0
    return {
        "ground": _(GROUND_NAME[line.ground]), "basis": line.basis, "amount": money(line.amount_grosze),
        "due": day(line.due_on) if line.due_on else _("15 days from the delivery of the demand"),
        "interest_from": day(line.interest_from) if line.interest_from else _("after the term"),
        "days": days, "interest": money(line.interest_grosze), "left": money(line.left_grosze + line.interest_grosze),
    }  # fmt: skip


def _return_sums(owed: Owed) -> list[str | None]:
    established = sum(line.amount_grosze for line in owed.lines)
    return [money(established), None, None, None, money(owed.interest_grosze), money(owed.total_grosze)]


def _refund_row(refund: Refund) -> dict[str, Any]:
    return {
        "day": day(refund.paid_on), "amount": money(refund.amount_grosze), "principal": money(refund.principal_grosze),
        "interest": money(refund.interest_grosze), "reference": refund.reference,
    }  # fmt: skip


def _remarks(case: Settlement, known: bool) -> list[tuple[str, str]]:
    """What was asked, answered and established in words."""
    pairs = [(_("Questions of the office"), case.questions), (_("Answers"), case.answers)]
    if known:
        pairs.append((_("Why a part is ineligible"), case.ineligible_reason))
        pairs.append((_("Why an excess is accepted"), case.excess_waived_reason))
    return [(label, text) for label, text in pairs if text]


def _letters(case: Settlement) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        sa.select(Delivery)
        .where(Delivery.case_kind == "settlement", Delivery.case_id == case.id)
        .order_by(Delivery.id)
    )
    return [
        {
            "name": _(LETTER_NAMES.get(row.subject, row.subject)), "sent": moment(row.sent_at),
            "event": _(EVENT_NAMES[row.event]), "delivered": moment(row.delivered_at) if row.delivered_at else None,
        }
        for row in rows
    ]  # fmt: skip


def _terms(case: Settlement) -> list[tuple[str, str | None]]:
    agreement = case.agreement
    pairs = [
        (_("Agreement"), agreement.number),
        (_("Report due"), deadline(case.report_due)),
        (_("Grant could be used until"), day(agreement.spend_to)),
        (_("Cost tolerance"), percent(agreement.cost_tolerance_bp)),
    ]
    if case.refund_due:
        pairs.append((_("Return by"), deadline(case.refund_due)))
    if case.decision_number:
        pairs.append((_("Decision on the return"), f"{case.decision_number}, {day(case.decision_date)}"))
    if case.settled_on:
        pairs.append((_("Settled on"), day(case.settled_on)))
    return pairs
