"""The annex as it was concluded: what it changed, before and after."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.i18n import _
from app.models import Agreement, Annex
from app.queries.agreement_plan import AgreementPlan
from app.services.agreement_course import spending_ends
from app.services.documents import source
from app.services.documents.frame import NO_NUMBER_YET, acted, article_of, frame, offerors
from app.services.documents.parties import agreement_reference, city, contractor
from reports import annex as report
from reports import figures
from reports.blocks import Person
from workflows import citations
from workflows.calendar import local_day
from workflows.roles import ROLE_NAMES, Role


def gather(agreement: Agreement, _subject_id: int | None, at: datetime) -> report.Annex:
    """The annex of the step at `at`. Raises LookupError when none was concluded then."""
    step = source.happened(agreement, "accept_annex", until=at, exactly=True)
    if step is None:
        raise LookupError("no annex was concluded at that moment")
    annex = annex_of(agreement, step)
    mayor = Person(NO_NUMBER_YET, _(ROLE_NAMES[Role.MAYOR_SIGNATORY]))
    law = (article_of(agreement, step.trigger), citations.AGREEMENT)
    return report.Annex(
        frame=frame(agreement, at, law, version=annex.number),
        agreement=agreement_reference(agreement, at),
        number=annex.number,
        concluded_on=date.fromisoformat(step.detail["concluded_on"]),
        commissioner=city(agreement, acted(agreement, at, step.trigger) or mayor),
        contractors=tuple(contractor(party, at) for party in offerors(agreement.offer, at)),
        asked_on=local_day(annex.asked_at),
        subject=annex.subject,
        reason=annex.reason,
        grant_grosze=agreement.amount_grosze,
        total_cost_grosze=agreement.total_cost_grosze,
        changes=tuple(_changes(step.detail["before"], step.detail["after"])),
        costs=_costs(agreement, step),
        answer=annex.answer,
    )


def annex_of(agreement: Agreement, step: source.Happened) -> Annex:
    """The annex that the step answered. Raises LookupError when it is not there."""
    for annex in agreement.annexes:
        if annex.number == step.detail.get("annex"):
            return annex
    raise LookupError("the annex of the step is not there")


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[report.Change]:
    """The end of the task with its days for spending, and the account, where they differ."""
    changes = []
    old, new = (date.fromisoformat(told["task_to"]) for told in (before, after))
    if old != new:
        changes.append(report.Change(_("End of the task"), figures.day(old), figures.day(new)))
        spent = [figures.day(spending_ends(day)) for day in (old, new)]
        changes.append(report.Change(_("Last day for using the grant"), *spent))
    accounts = [figures.account(told["account_number"]) for told in (before, after)]
    if accounts[0] != accounts[1]:
        changes.append(report.Change(_("Account of the contractor"), *accounts))
    return changes


def _costs(agreement: Agreement, step: source.Happened) -> tuple[report.CostChange, ...]:
    names = {line.number: line.name for line in AgreementPlan(agreement).sums.lines}
    return tuple(
        report.CostChange(row["cost"], names.get(row["cost"], ""), row["before_grosze"], row["after_grosze"])
        for row in step.detail.get("costs") or ()
    )
