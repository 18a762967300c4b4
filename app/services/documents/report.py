"""The report itself, as it was submitted, on the form of its agreement: final or partial, full or simplified."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from app.i18n import _
from app.models import Agreement, Settlement
from app.services.documents import source
from app.services.documents.frame import article_of, case_number, frame, offerors
from app.services.documents.submitted_report import SubmittedReport, accepted_years, submitted_report
from reports import figures, report_parts
from reports import report_print as full_report
from reports import simplified_report_print as simplified_report
from reports.content import Content
from workflows.calendar import local_day
from workflows.form import Kind, Reading
from workflows.form_comparison import short_checksum
from workflows.offer_form import ADMINISTRATIVE
from workflows.offer_totals import CostLine
from workflows.report_form import REPORT_FORM
from workflows.report_totals import ReportLine
from workflows.simplified_report_form import SIMPLIFIED_REPORT_FORM

Print = full_report.ReportPrint | simplified_report.SimplifiedReportPrint
SUBMITTED_BY = ("submit_report", "submit_partial_report", "answer_questions")


def gather(case: Agreement | Settlement, _subject_id: int | None, at: datetime) -> Print:
    """Section by section as the official form. Raises LookupError when no report had been submitted."""
    told = submitted_report(case, at)
    step = source.happened(case, *SUBMITTED_BY, until=at)
    law = (article_of(case, step.trigger if step else SUBMITTED_BY[0]), told.kit.form.basis)
    common = {
        "frame": frame(case, at, law, version=told.version, checksum=told.checksum),
        "head": _head(case, told, at),
        "results_text": told.reading.text("results_text"),
        "results": tuple(_results(told.reading)),
        "additional": told.reading.text("additional"),
        "documents": tuple(_documents(told)),
        "declarations": tuple(_declarations(told.reading)),
        "signatories": source.signers(case.case_kind, case.id, told.checksum, at),
    }
    return PRINTS[told.kit.form.code](told, common, at)


def content(data: Print, translate: Callable[[str], str]) -> Content:
    """The report on the form on which it was gathered."""
    if isinstance(data, full_report.ReportPrint):
        return full_report.content(data, translate)
    return simplified_report.content(data, translate)


def _head(case: Agreement | Settlement, told: SubmittedReport, at: datetime) -> report_parts.ReportHead:
    agreement = told.agreement
    asked = source.happened(case, "ask_questions", until=at)
    answered = source.happened(case, "answer_questions", until=at)
    return report_parts.ReportHead(
        kind="final" if told.year is None else "partial",
        period_from=told.reading.day("period_from"),
        period_to=told.reading.day("period_to"),
        task_title=told.agreed.reading.text("title") or agreement.offer.title,
        contractors=tuple(
            (party.name, ", ".join(party.applicant.address.splitlines()))
            for party in offerors(agreement.offer, at)
        ),
        agreement_number=case_number(agreement),
        agreement_date=agreement.concluded_on or local_day(agreement.created_at),
        version=told.version,
        submitted_on=local_day(told.submitted_at),
        checksum=short_checksum(told.checksum),
        questions=str(asked.detail.get("questions") or "") if asked and answered else "",
        answers=str(answered.detail.get("answers") or "") if answered else "",
    )


def _results(reading: Reading) -> Iterator[report_parts.AchievedResult]:
    for row in reading.table("results"):
        achieved, target = row.quantity("achieved"), row.quantity("target")
        yield report_parts.AchievedResult(
            name=row.text("name"),
            target=f"{figures.quantity(target or 0)} {row.text('unit')}".strip(),
            achieved="–" if achieved is None else f"{figures.quantity(achieved)} {row.text('unit')}".strip(),
            source=row.text("source"),
            explanation=row.text("explanation"),
        )


def _documents(told: SubmittedReport) -> Iterator[report_parts.AccountingDocument]:
    costs = {cost.key: cost.number for cost in told.plan.costs}
    for row in told.reading.table("documents"):
        yield report_parts.AccountingDocument(
            number=row.text("number"),
            issued_on=row.day("issued_on"),
            issuer=row.text("contractor"),
            cost=costs.get(row.text("cost"), ""),
            amount_grosze=row.number("amount") or 0,
            grant_grosze=row.number("from_grant") or 0,
            paid_on=row.day("paid_on"),
        )


def _declarations(reading: Reading) -> Iterator[str]:
    for _section, item in reading.form.parts():
        if getattr(item, "kind", None) is Kind.TICK and reading.ticked(item.name):
            yield _(item.label)


def _full(told: SubmittedReport, common: dict[str, Any], at: datetime) -> Print:
    years = (told.year,) if told.year else told.agreed.years
    return full_report.ReportPrint(
        activities=tuple(
            (row.text("name"), row.text("description")) for row in told.reading.table("activities")
        ),
        expenses=tuple(_expenses(told)),
        agreed=_agreed(told),
        actual=_actual(told),
        years=_years(told, at),
        period_words=", ".join(map(str, years)),
        other_public_name=told.reading.text("other_public_name"),
        fees_information=told.reading.text("fees_information"),
        **common,
    )


def _simplified(told: SubmittedReport, common: dict[str, Any], _at: datetime) -> Print:
    remarks = _explanations(told)
    return simplified_report.SimplifiedReportPrint(
        activities_text=told.reading.text("activities_text"),
        expenses=tuple(
            simplified_report.FundedExpense(
                line.cost.number, line.cost.name, line.cost.planned_grosze, line.actual_grosze,
                line.grant_grosze or 0, _remark(line, remarks),
            )
            for line in told.totals.lines
        ),
        bank_interest_grosze=told.totals.bank_interest_grosze,
        other_revenue_grosze=told.totals.other_revenue_grosze,
        **common,
    )  # fmt: skip


PRINTS: dict[str, Callable[[SubmittedReport, dict[str, Any], datetime], Print]] = {
    REPORT_FORM.code: _full,
    SIMPLIFIED_REPORT_FORM.code: _simplified,
}


def _explanations(told: SubmittedReport) -> dict[str, str]:
    return {row.key: row.text("explanation") for row in told.reading.table("costs")}


def _remark(line: ReportLine, explanations: dict[str, str]) -> str:
    over = ""
    if line.over_grosze:
        over = _("%(amount)s above what the agreement allows.") % {"amount": figures.money(line.over_grosze)}
    return " ".join(part for part in (over, explanations.get(line.cost.key, "")) if part)


def _expenses(told: SubmittedReport) -> Iterator[full_report.ExpenseRow]:
    """II.1: the tree of part V.A of the offer, with a sum below each part."""
    lines = {line.cost.key: line for line in told.totals.lines}
    planned = [line for line in told.agreed.sums.lines if line.key in lines]
    remarks = _explanations(told)

    def rows(costs: Sequence[CostLine]) -> Iterator[full_report.ExpenseRow]:
        for cost in costs:
            line = lines[cost.key]
            yield full_report.ExpenseRow(
                cost.number, cost.name, "item", line.cost.planned_grosze, line.actual_grosze,
                _remark(line, remarks),
            )  # fmt: skip

    def total(name: str, costs: Sequence[CostLine]) -> full_report.ExpenseRow:
        found = [lines[cost.key] for cost in costs]
        agreed = sum(line.cost.planned_grosze for line in found)
        return full_report.ExpenseRow("", name, "sum", agreed, sum(line.actual_grosze for line in found))

    activities = [line for line in planned if line.group != ADMINISTRATIVE]
    administrative = [line for line in planned if line.group == ADMINISTRATIVE]
    yield full_report.ExpenseRow("I", _("Costs of carrying out the activities"), "group")
    known = set()
    for place, activity in enumerate(told.agreed.reading.table("plan"), start=1):
        known.add(activity.key)
        own = [line for line in activities if line.activity == activity.key]
        if own:
            yield full_report.ExpenseRow(f"I.{place}", activity.text("name"), "group")
            yield from rows(own)
    yield from rows([line for line in activities if line.activity not in known])
    yield total(_("Sum of the costs of the activities"), activities)
    yield full_report.ExpenseRow("II", _("Administrative costs"), "group")
    yield from rows(administrative)
    yield total(_("Sum of the administrative costs"), administrative)
    yield total(_("Sum of all costs of the task"), planned)


def _agreed(told: SubmittedReport) -> full_report.SourceFigures:
    """The agreement divides the sources for the whole task; for one year it knows the tranche and the costs."""
    sums = told.agreed.sums
    if told.year is not None:
        grant = sum(row.amount_grosze for row in told.agreement.tranches if row.year == told.year)
        return full_report.SourceFigures(grant=grant, total=told.totals.planned_grosze)
    return full_report.SourceFigures(
        grant=told.agreement.amount_grosze,
        own_financial=sums.own_financial_grosze,
        fees=sums.fees_grosze,
        personal=sums.own_personal_grosze,
        in_kind=sums.own_in_kind_grosze,
        total=sums.total_grosze,
    )


def _actual(told: SubmittedReport) -> full_report.SourceFigures:
    sums = told.totals
    return full_report.SourceFigures(
        grant=sums.grant_spent_grosze,
        bank_interest=sums.bank_interest_grosze,
        other_revenue=sums.other_revenue_grosze,
        own_financial=sums.own_financial_grosze,
        fees=sums.fees_grosze,
        other_public=sums.other_public_grosze,
        other_money=sums.other_money_grosze,
        personal=sums.own_personal_grosze,
        in_kind=sums.own_in_kind_grosze,
        total=sums.actual_grosze,
    )


def _years(told: SubmittedReport, at: datetime) -> tuple[full_report.YearOfExpenses, ...]:
    """The years of a final report: the earlier ones by their accepted partial reports, the last one is the rest."""
    years, accepted = told.agreed.years, accepted_years(told.agreement, at)
    if told.year is not None or len(years) < 2 or any(year not in accepted for year in years[:-1]):
        return ()
    rows = [
        full_report.YearOfExpenses(
            year,
            accepted[year].planned_grosze,
            accepted[year].actual_grosze,
            accepted[year].grant_spent_grosze,
        )
        for year in years[:-1]
    ]
    rest = full_report.YearOfExpenses(
        years[-1],
        told.totals.planned_grosze - sum(row.planned_grosze for row in rows),
        told.totals.actual_grosze - sum(row.actual_grosze for row in rows),
        told.totals.grant_spent_grosze - sum(row.grant_grosze for row in rows),
    )
    return (*rows, rest)
