"""The text of a report as it stands now, final or partial: what may be written, what it says, what is missing."""

from functools import cached_property
from typing import Any

from flask import url_for

from app.models import Agreement, PartialReport, Settlement
from app.queries.agreement_plan import AgreementPlan
from workflows.agreement import AgreementState
from workflows.form import Form, Problem, Reading
from workflows.form_reading import tidy
from workflows.forms import ReportFormKit
from workflows.report_form import ReportPlan
from workflows.report_totals import ReportTotals
from workflows.settlement import SettlementState

WRITABLE = frozenset(
    {
        SettlementState.REPORT_DUE,
        SettlementState.REPORT_CALLED,
        SettlementState.BREACH,
        SettlementState.CLARIFICATION,
    }
)


class ReportText:
    """One report: the final one of a settlement, or the partial one of an agreement and a budget year."""

    def __init__(self, owner: Settlement | PartialReport) -> None:
        self.owner = owner
        self.agreement: Agreement = owner.agreement
        self.year = owner.year if isinstance(owner, PartialReport) else None
        self.kit: ReportFormKit = self.agreement.offer.call.form.report

    @property
    def form(self) -> Form:
        return self.kit.form

    @property
    def writable(self) -> bool:
        """Whether the contractor may write now. Being late closes nothing: a late report is better than none."""
        if isinstance(self.owner, Settlement):
            return self.owner.state in WRITABLE
        return self.agreement.state is AgreementState.PARTIAL_DUE and self.owner.accepted_at is None

    @property
    def opened(self) -> frozenset[str]:
        """The fields and tables that may be written."""
        return frozenset(item.name for _, item in self.form.parts()) if self.writable else frozenset()

    @cached_property
    def content(self) -> dict[str, Any]:
        return tidy(self.form, self.owner.content)

    @cached_property
    def reading(self) -> Reading:
        return self.kit.read(self.content)

    @cached_property
    def plan(self) -> ReportPlan:
        return AgreementPlan(self.agreement).report_plan(self.year)

    @cached_property
    def paid_grosze(self) -> int:
        """What was transferred: in all, or in the reported year."""
        return sum(
            tranche.amount_grosze
            for tranche in self.agreement.tranches
            if tranche.transferred_on and self.year in (None, tranche.year)
        )

    @cached_property
    def totals(self) -> ReportTotals:
        return self.kit.totals(self.reading, self.plan, self.agreement.cost_tolerance_bp)

    @cached_property
    def problems(self) -> list[Problem]:
        """Everything that keeps the report from being submitted."""
        return self.kit.problems(self.reading, self.plan, self.agreement.cost_tolerance_bp, self.paid_grosze)

    @cached_property
    def remarks(self) -> list[Problem]:
        """What does not block the report but will matter in the settlement."""
        return self.kit.remarks(self.reading, self.plan, self.agreement.cost_tolerance_bp, self.paid_grosze)

    def url(self, section: str, **query: Any) -> str:
        """The address of a page of the editor; "missing" and "preview" are pages too."""
        if isinstance(self.owner, Settlement):
            return url_for("report_editor.final", public_id=self.owner.public_id, section=section, **query)
        return url_for("report_editor.partial", public_id=self.agreement.public_id, section=section, **query)

    @property
    def case_url(self) -> str:
        """The address of the case to which the report belongs."""
        if isinstance(self.owner, Settlement):
            return url_for("cases.show", plural="settlements", public_id=self.owner.public_id)
        return url_for("cases.show", plural="agreements", public_id=self.agreement.public_id)
