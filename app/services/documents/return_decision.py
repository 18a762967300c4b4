"""The decision on return: who is obliged, how much, why, and how to appeal."""

from dataclasses import replace
from datetime import date, datetime

from app.models import Settlement
from app.queries.settlement_account import SettlementAccount
from app.services.documents import source
from app.services.documents.frame import acted, addressee, article_of, frame, offerors
from app.services.documents.owed import DEMANDS, demand_delivered, owed_at, repayments, return_item
from app.services.documents.parties import agreement_reference, transfers
from reports import return_decision as report
from workflows import citations, statute
from workflows.calendar import local_day


def gather(settlement: Settlement, _subject_id: int | None, at: datetime) -> report.ReturnDecision:
    """The decision of the step at `at`. Raises LookupError when there was none."""
    step = source.happened(settlement, "issue_return_decision", until=at, exactly=True)
    if step is None:
        raise LookupError("no decision was issued at that moment")
    agreement, account = settlement.agreement, SettlementAccount(settlement)
    demanded, delivered = source.happened(settlement, *DEMANDS, until=at), demand_delivered(settlement, at)
    submitted = [version for version in settlement.reports if version.submitted_at <= at]
    owed = owed_at(settlement, at)
    law = (
        citations.DECISION_FORM,
        article_of(settlement, step.trigger),
        *(line.basis for line in owed.lines),
    )
    items = (return_item(line, settlement) for line in owed.lines if line.left_grosze)
    return report.ReturnDecision(
        frame=frame(settlement, at, (*law, citations.APPEAL)),
        addressee=addressee(agreement.offer, at),
        authority=agreement.offer.call.unit.authority,
        decision_number=str(step.detail["decision_number"]),
        decided_on=date.fromisoformat(step.detail["decision_date"]),
        agreement=agreement_reference(settlement, at),
        parties=tuple(
            report.DecisionParty(party.name, ", ".join(party.applicant.address.splitlines()))
            for party in offerors(agreement.offer, at)
        ),
        paid_grosze=account.paid_grosze,
        spent_grosze=account.spent_grosze,
        tranches=transfers(agreement, at),
        returns=tuple(replace(item, explanation="") for item in items),
        repayments=repayments(settlement, at),
        account_number=step.detail.get("return_account") or "",
        report_submitted_on=local_day(submitted[-1].submitted_at) if submitted else None,
        demanded_on=local_day(demanded.at) if demanded else None,
        demand_delivered_on=delivered[0] if delivered else None,
        term_ended_on=delivered[1] if delivered else None,
        finding=settlement.ineligible_reason,
        appeal_days=statute.number("refund.appeal_days", local_day(at)),
        signatory=acted(settlement, at, step.trigger),
    )
