"""What an agreement says: the plan it carries, its figures, the text that is signed, and the plan of a report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from app.models import Agreement
from workflows.form import Reading
from workflows.form_comparison import checksum
from workflows.forms import OfferFormKit
from workflows.offer_totals import OfferTotals
from workflows.report_form import FINAL, PARTIAL, ReportPlan

TERMS = (
    "offer_version", "own_grosze", "total_cost_grosze", "task_from", "task_to", "spend_from", "spend_to", "account_number",
    "budget_classification", "special_terms",
)  # fmt: skip


@dataclass(frozen=True)
class AgreementPlan:
    """The plan of one agreement, read once: `agreement.plan`, the content of the offer that it annexes, or `past`."""

    agreement: Agreement
    past: Mapping[str, Any] | None = None

    @cached_property
    def kit(self) -> OfferFormKit:
        """The form of the offer, with that of the reports on it."""
        return self.agreement.offer.call.form

    @cached_property
    def reading(self) -> Reading:
        return self.kit.read(self.agreement.plan if self.past is None else self.past)

    @cached_property
    def sums(self) -> OfferTotals:
        return self.kit.totals(self.reading)

    @property
    def years(self) -> tuple[int, ...]:
        """The budget years of the agreement, in order."""
        return tuple(sorted({tranche.year for tranche in self.agreement.tranches}))

    def year_index(self, year: int) -> int | None:
        """Which year column of the plan stands for `year`; None where the whole plan belongs to one year."""
        of_call = self.agreement.offer.call.years
        return of_call.index(year) if len(self.years) > 1 and year in of_call else None

    def report_plan(self, year: int | None = None) -> ReportPlan:
        """What a report is held against: the whole agreement, or the costs of one budget year."""
        index = None if year is None else self.year_index(year)
        agreement = self.agreement
        plan = agreement.plan if self.past is None else self.past
        return self.kit.plan(plan, index, agreement.spend_from, agreement.spend_to)

    def blank_report(self, first: date, last: date, year: int | None = None) -> dict[str, object]:
        """A draft report in which plan and period stand; only what happened is left to write."""
        kind = FINAL if year is None else PARTIAL
        period = {"report_kind": kind, "period_from": first.isoformat(), "period_to": last.isoformat()}
        return self.kit.report.blank(self.report_plan(year), period)


def agreement_checksum(agreement: Agreement) -> str:
    """The checksum of everything that both sides sign; any change of it asks for new signatures."""
    return checksum_of_terms(agreement, agreement.plan, terms_of(agreement))


def terms_of(agreement: Agreement) -> dict[str, Any]:
    """The present terms: what a new draft, the signing or an annex may change beside the plan."""
    return {name: getattr(agreement, name) for name in TERMS}


def checksum_of_terms(agreement: Agreement, plan: Mapping[str, Any], terms: Mapping[str, Any]) -> str:
    """The same with the plan and the terms of another moment."""
    days = (terms[name] for name in ("task_from", "task_to", "spend_from", "spend_to"))
    text = {
        "plan": plan,
        "offer_version": terms["offer_version"],
        "amount_grosze": agreement.amount_grosze,
        "own_grosze": terms["own_grosze"],
        "total_cost_grosze": terms["total_cost_grosze"],
        "days": [str(day) for day in days],
        "account_number": terms["account_number"],
        "cost_tolerance_bp": agreement.cost_tolerance_bp,
        "budget_classification": terms["budget_classification"],
        "special_terms": terms["special_terms"],
        "tranches": [[tranche.number, tranche.year, tranche.amount_grosze] for tranche in agreement.tranches],
    }
    return checksum(text)
