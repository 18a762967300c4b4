"""The report that had been submitted at a moment of the past, final or partial, with its figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from app.models import Agreement, Settlement
from app.queries.agreement_plan import AgreementPlan
from app.services.documents import source
from app.services.documents.agreed_terms import terms_at
from workflows.form import Reading
from workflows.form_comparison import checksum
from workflows.forms import ReportFormKit
from workflows.report_form import ReportPlan
from workflows.report_totals import ReportTotals


@dataclass(frozen=True)
class SubmittedReport:
    """One submitted text. `year` is the budget year of a partial report, None for the final one."""

    agreement: Agreement
    content: Mapping[str, Any]
    version: int
    checksum: str
    submitted_at: datetime
    year: int | None = None

    @cached_property
    def agreed(self) -> AgreementPlan:
        """The plan of the agreement when the report came; an annex afterwards changes nothing of it."""
        return _plan_at(self.agreement, self.submitted_at)

    @property
    def kit(self) -> ReportFormKit:
        """The form of the report."""
        return self.agreed.kit.report

    @cached_property
    def reading(self) -> Reading:
        """The text as read."""
        return self.kit.read(self.content)

    @cached_property
    def plan(self) -> ReportPlan:
        """What it is held against."""
        return self.agreed.report_plan(self.year)

    @cached_property
    def totals(self) -> ReportTotals:
        """Its figures."""
        return self.kit.totals(self.reading, self.plan, self.agreement.cost_tolerance_bp)


def submitted_report(case: Agreement | Settlement, at: datetime) -> SubmittedReport:
    """The newest report of the case submitted until `at`. Raises LookupError when there was none."""
    return final_report(case, at) if isinstance(case, Settlement) else _partial(case, at)


def final_report(settlement: Settlement, at: datetime) -> SubmittedReport:
    """The newest version of the final report. Raises LookupError when there was none."""
    made = [version for version in settlement.reports if version.submitted_at <= at]
    if not made:
        raise LookupError("no report had been submitted at that moment")
    last = made[-1]
    return SubmittedReport(settlement.agreement, last.content, last.number, last.checksum, last.submitted_at)


def _partial(agreement: Agreement, at: datetime) -> SubmittedReport:
    """The partial report as it was submitted last; only its present text is stored, so another one is not printed for it."""
    sent = source.all_happened(agreement, "submit_partial_report", until=at)
    if not sent:
        raise LookupError("no partial report had been submitted at that moment")
    last = sent[-1]
    year = last.detail["year"]
    report = next(report for report in agreement.partial_reports if report.year == year)
    if checksum(report.content) != last.detail["checksum"]:
        raise LookupError("the partial report was written anew after it was submitted")
    version = sum(step.detail.get("year") == year for step in sent)
    return SubmittedReport(agreement, report.content, version, last.detail["checksum"], last.at, year)


def accepted_years(agreement: Agreement, at: datetime) -> dict[int, ReportTotals]:
    """The figures of the partial reports that had been accepted, by budget year."""
    plan = _plan_at(agreement, at)
    return {
        report.year: plan.kit.report.totals(
            plan.kit.report.read(report.content), plan.report_plan(report.year), agreement.cost_tolerance_bp
        )
        for report in agreement.partial_reports
        if report.accepted_at is not None and report.accepted_at <= at
    }


def _plan_at(agreement: Agreement, at: datetime) -> AgreementPlan:
    return AgreementPlan(agreement, terms_at(agreement, at).plan)
