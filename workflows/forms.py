"""Every statutory form that an offer can be written on, with its totals, its rules and the report that follows it.

A procedure names its form by code and version; everything else finds it here. A new version is one more entry:
an older draft keeps reading with the version on which it was written.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflows import offer_rules, report_rules, simplified_offer_rules, simplified_report_rules
from workflows.cost_shift import NewCost, shifted, simplified_shifted
from workflows.form import Content, Form, Problem, Reading
from workflows.form_reading import read, tidy
from workflows.offer_form import OFFER_FORM
from workflows.offer_terms import CallTerms
from workflows.offer_totals import OfferTotals, totals
from workflows.report_form import REPORT_FORM, ReportPlan, blank_report, plan_of
from workflows.report_totals import ReportTotals
from workflows.report_totals import totals as report_totals
from workflows.simplified_offer_form import MODE, SIMPLIFIED_OFFER_FORM
from workflows.simplified_offer_totals import simplified_totals
from workflows.simplified_report_form import SIMPLIFIED_REPORT_FORM
from workflows.simplified_report_rules import simplified_report_totals

FormKey = tuple[str, str]
"""Code and version."""


@dataclass(frozen=True)
class ReportFormKit:
    """A report form with its totals and rules. The tolerance is in basis points, what was paid in grosze."""

    form: Form
    totals: Callable[[Reading, ReportPlan, int], ReportTotals]
    problems: Callable[[Reading, ReportPlan, int, int], list[Problem]]
    remarks: Callable[[Reading, ReportPlan, int, int], list[Problem]]

    def read(self, content: object) -> Reading:
        """The draft as read with this form."""
        return read(self.form, content)

    def blank(self, plan: ReportPlan, given: Content | None = None) -> dict[str, object]:
        """A draft in which the plan and what is `given` stand; only what happened is left to type."""
        return tidy(self.form, {**(given or {}), **blank_report(plan)})


@dataclass(frozen=True)
class OfferFormKit:
    """An offer form with its totals, its rules and its report. `constants` stand in every draft, whatever was typed.

    `update_problems` also takes the sum awarded in grosze and the figures first submitted. `shifted` gives the text
    after an annex moved its costs.
    """

    form: Form
    totals: Callable[[Reading], OfferTotals]
    problems: Callable[[Reading, CallTerms], list[Problem]]
    update_problems: Callable[[Reading, CallTerms, int, OfferTotals], list[Problem]]
    shifted: Callable[[Mapping[str, Any], Sequence[NewCost], OfferTotals], dict[str, Any]]
    report: ReportFormKit
    constants: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> FormKey:
        """Under which the registry holds it."""
        return self.form.code, self.form.version

    @property
    def counts_units(self) -> bool:
        """Whether a cost is typed as a unit cost and a number of units, and not as one value."""
        return "quantity" in {column.name for column in self.form.table("costs").columns}

    def read(self, content: object) -> Reading:
        """The draft as read with this form."""
        return read(self.form, content)

    def tidy(self, content: object) -> dict[str, object]:
        """The draft as it is stored, with the form's constants."""
        return tidy(self.form, {**(content if isinstance(content, Mapping) else {}), **self.constants})

    def plan(
        self,
        content: object,
        year_index: int | None = None,
        spend_from: date | None = None,
        spend_to: date | None = None,
    ) -> ReportPlan:
        """What a report on this offer is held against; see `report_form.plan_of`."""
        reading = self.read(content)
        return plan_of(reading, self.totals(reading), year_index, spend_from, spend_to)


class UnknownForm(LookupError):
    """No offer form of that code and version is known."""

    def __init__(self, code: str, version: str) -> None:
        known = ", ".join(f"{code} {version}" for code, version in OFFER_FORMS)
        super().__init__(f"There is no offer form {code} {version}. Known: {known}.")


FULL_REPORT = ReportFormKit(REPORT_FORM, report_totals, report_rules.problems, report_rules.remarks)
SIMPLIFIED_REPORT = ReportFormKit(
    SIMPLIFIED_REPORT_FORM,
    simplified_report_totals,
    simplified_report_rules.problems,
    simplified_report_rules.remarks,
)

FULL_OFFER = OfferFormKit(
    OFFER_FORM, totals, offer_rules.problems, offer_rules.update_problems, shifted, FULL_REPORT
)
SIMPLIFIED_OFFER = OfferFormKit(
    SIMPLIFIED_OFFER_FORM,
    simplified_totals,
    simplified_offer_rules.problems,
    simplified_offer_rules.update_problems,
    simplified_shifted,
    SIMPLIFIED_REPORT,
    constants={"mode": MODE},
)

OFFER_FORMS: dict[FormKey, OfferFormKit] = {kit.key: kit for kit in (FULL_OFFER, SIMPLIFIED_OFFER)}


def offer_form(code: str, version: str) -> OfferFormKit:
    """The form of that code and version. Raises UnknownForm."""
    if (code, version) not in OFFER_FORMS:
        raise UnknownForm(code, version)
    return OFFER_FORMS[code, version]


def offer_form_versions(code: str) -> tuple[OfferFormKit, ...]:
    """Every version of a form, the newest first: what a new procedure may choose from."""
    found = [kit for kit in OFFER_FORMS.values() if kit.form.code == code]
    return tuple(sorted(found, key=lambda kit: kit.form.version, reverse=True))
