"""What the page of an agreement shows beside what all case pages have."""

from typing import Any

from flask import url_for

from app.i18n import _, day, deadline, money, percent
from app.models import Agreement, Annex, PartialReport, Signature, Tranche
from app.queries.agreement_plan import AgreementPlan
from app.queries.report_text import ReportText
from app.queries.signatures import contractors, signatures
from workflows.engine import Context
from workflows.identifiers import grouped_account


def gather(case: Agreement, _context: Context, audience: str) -> dict[str, Any]:
    """The agreement's own parts of the page."""
    plan = AgreementPlan(case)
    return {
        "title": plan.reading.text("title") or case.offer.title,
        "contractor_names": ", ".join(party.name for party in contractors(case.offer)),
        "money_parts": money_parts(case),
        "money_total": {"grosze": case.amount_grosze, "text": money(case.amount_grosze)},
        "terms": _terms(case),
        "cost_rows": [
            {"number": line.number, "name": line.name, "value": money(line.value_grosze)}
            for line in plan.sums.lines
        ],
        "cost_total": money(plan.sums.total_grosze),
        "tranche_rows": [_tranche(tranche) for tranche in case.tranches],
        "annex_rows": [_annex(annex) for annex in case.annexes],
        "report_rows": [_report(report, audience) for report in case.partial_reports],
        "signature_rows": signature_rows(signatures("agreement", case.id, "agreement")),
        "settlement_url": _settlement_url(case),
        "offer_url": url_for("cases.show", plural=case.offer.workflow.plural, public_id=case.offer.public_id),
        "call_url": url_for(
            "cases.show",
            plural=case.offer.call.workflow.plural,
            public_id=case.offer.call.slug or case.offer.call.public_id,
        ),
    }


def money_parts(case: Agreement) -> list[dict[str, Any]]:
    """What of the grant is paid, ordered and still to pay, as pool_bar() takes it."""
    paid = sum(tranche.amount_grosze for tranche in case.tranches if tranche.transferred_on)
    ordered = sum(
        tranche.amount_grosze
        for tranche in case.tranches
        if tranche.ordered_at and not tranche.transferred_on
    )
    left = case.amount_grosze - paid - ordered
    parts = [
        {"label": _("paid"), "grosze": paid, "text": money(paid), "kind": "full"},
        {"label": _("ordered"), "grosze": ordered, "text": money(ordered), "kind": "reserve"},
        {"label": _("to be paid"), "grosze": left, "text": money(left), "kind": "left"},
    ]
    return [part for part in parts if part["grosze"] or part["kind"] != "reserve"]


def _terms(case: Agreement) -> list[tuple[str, str | None]]:
    return [
        (_("Grant"), money(case.amount_grosze)),
        (_("Own contribution"), money(case.own_grosze)),
        (_("Whole cost of the task"), money(case.total_cost_grosze)),
        (_("Task"), _("from %(first)s to %(last)s", first=day(case.task_from), last=day(case.task_to))),
        (
            _("Spending the grant"),
            _("from %(first)s to %(last)s", first=day(case.spend_from), last=day(case.spend_to)),
        ),
        (_("A cost may rise without an annex by"), percent(case.cost_tolerance_bp)),
        (_("Bank account"), grouped_account(case.account_number) if case.account_number else None),
        (_("Budget classification"), case.budget_classification or None),
        (_("Concluded on"), day(case.concluded_on) if case.concluded_on else _("not concluded yet")),
        (_("Special terms"), case.special_terms or _("none")),
    ]


def _tranche(tranche: Tranche) -> dict[str, Any]:
    if tranche.transferred_on:
        kind, words = "ok", _("paid on %(day)s", day=day(tranche.transferred_on))
    elif tranche.ordered_at:
        kind, words = "act", _("ordered, waits for the transfer")
    elif tranche.after_partial_report:
        kind, words = "draft", _("after the partial report of the year before")
    else:
        kind, words = "draft", _("planned")
    return {
        "number": tranche.number, "year": tranche.year, "amount": money(tranche.amount_grosze),
        "planned": day(tranche.planned_on), "kind": kind, "words": words, "reference": tranche.reference,
    }  # fmt: skip


def _annex(annex: Annex) -> dict[str, Any]:
    if annex.accepted is None:
        kind, words = "act", _("waits for an answer")
    elif annex.accepted:
        kind, words = "ok", _("concluded on %(day)s", day=day(annex.concluded_on))
    else:
        kind, words = "ended", _("refused")
    changes = [annex.subject]
    if annex.new_task_to:
        changes.append(_("last day of the task: %(day)s", day=day(annex.new_task_to)))
    if annex.new_account_number:
        changes.append(_("new account: %(account)s", account=grouped_account(annex.new_account_number)))
    return {
        "number": annex.number, "asked": day(annex.asked_at.date()), "changes": changes, "reason": annex.reason,
        "kind": kind, "words": words, "answer": annex.answer,
    }  # fmt: skip


def _report(report: PartialReport, audience: str) -> dict[str, Any]:
    if report.accepted_at:
        kind, words = "ok", _("accepted on %(day)s", day=day(report.accepted_at))
    elif report.submitted_at:
        kind, words = "info", _("submitted on %(day)s", day=day(report.submitted_at))
    else:
        kind, words = "act", _("to be submitted")
    text = ReportText(report)
    shown = audience == "applicant" or report.submitted_at is not None
    return {
        "year": report.year, "due": deadline(report.due), "kind": kind, "words": words, "remarks": report.remarks,
        "spent": money(text.totals.grant_spent_grosze) if shown else None, "paid": money(text.paid_grosze),
        "url": text.url("results") if audience == "applicant" else None, "writable": text.writable,
    }  # fmt: skip


def signature_rows(rows: Any) -> list[dict[str, Any]]:
    """Who signed, in which capacity, for whom and when. The newest text comes last."""
    return [_signature(row) for row in rows]


def _signature(row: Signature) -> dict[str, Any]:
    side = _("for the contractor") if row.organisation_id else _("for the city")
    return {"name": row.user.name, "capacity": row.capacity or side, "side": side, "at": row.signed_at}


def _settlement_url(case: Agreement) -> str | None:
    if case.settlement is None:
        return None
    return url_for("cases.show", plural="settlements", public_id=case.settlement.public_id)
