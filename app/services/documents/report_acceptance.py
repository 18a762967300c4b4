"""The letter accepting a report, final or partial."""

from datetime import datetime
from typing import Any

from app.models import Agreement, Settlement
from app.services.documents import source
from app.services.documents.frame import acted, addressee, article_of, contact, frame
from app.services.documents.owed import lines_at
from app.services.documents.parties import agreement_of, agreement_reference, records_until, transfers
from app.services.documents.submitted_report import SubmittedReport, submitted_report
from reports import report_acceptance as report
from workflows.calendar import local_day
from workflows.reckoning import Ground


def gather(case: Agreement | Settlement, _subject_id: int | None, at: datetime) -> report.ReportAcceptance:
    """The acceptance of the step at `at`. Raises LookupError when no report was accepted then."""
    step = source.happened(case, "accept_report", "accept_partial_report", until=at, exactly=True)
    if step is None:
        raise LookupError("no report was accepted at that moment")
    agreement, told = agreement_of(case), submitted_report(case, at)
    follows = _final(case, at) if isinstance(case, Settlement) else _partial(case, told, at)
    return report.ReportAcceptance(
        frame=frame(
            case, at, (article_of(case, step.trigger),), version=told.version, checksum=told.checksum
        ),
        addressee=addressee(agreement.offer, at),
        agreement=agreement_reference(case, at),
        submitted_on=local_day(told.submitted_at),
        planned_grosze=told.totals.planned_grosze,
        actual_grosze=told.totals.actual_grosze,
        grant_spent_grosze=told.totals.grant_spent_grosze,
        partial_year=told.year,
        report_version=told.version,
        contact=contact(agreement.offer.call),
        signatory=acted(case, at, step.trigger),
        **follows,
    )


def _final(settlement: Settlement, at: datetime) -> dict[str, Any]:
    """What was accepted of the whole grant; bank interest to return was never part of it."""
    paid = sum(amount for _day, amount in transfers(settlement.agreement, at))
    lines = lines_at(settlement, at)
    of_grant = sum(line.amount_grosze for line in lines if line.ground is not Ground.BANK_INTEREST)
    return {
        "paid_grosze": paid,
        "grant_accepted_grosze": paid - of_grant,
        "to_return_grosze": sum(line.amount_grosze for line in lines),
        "records_until": records_until(settlement.agreement.task_to),
    }


def _partial(agreement: Agreement, told: SubmittedReport, at: datetime) -> dict[str, Any]:
    """What was accepted of the year, and the tranche that waits for it."""
    assert told.year is not None  # an agreement has partial reports only
    paid = sum(amount for day, amount in transfers(agreement, at) if day.year == told.year)
    opened = [row for row in agreement.tranches if row.year == told.year + 1 and row.after_partial_report]
    return {
        "paid_grosze": paid,
        "grant_accepted_grosze": told.totals.grant_spent_grosze,
        "next_tranche": (opened[0].number, opened[0].amount_grosze) if opened else None,
    }
