"""The order to pay a tranche, as it was given."""

import re
from datetime import datetime

from app.i18n import _
from app.models import Agreement, Tranche
from app.services.documents import source
from app.services.documents.frame import acted, article_of, frame, offerors
from app.services.documents.parties import agreement_reference
from reports import payment_order as report
from workflows import citations
from workflows.calendar import local_day

# As it is entered: "851-85195-2360", "dział 851, rozdział 85195, § 2360".
CLASSIFICATION = re.compile(r"\D*(\d{3})\D+(\d{5})\D+(\d{4})\D*")


def gather(agreement: Agreement, _subject_id: int | None, at: datetime) -> report.PaymentOrder:
    """The order of the step at `at`. Raises LookupError when no tranche was ordered then."""
    step = source.happened(agreement, "order_payment", until=at, exactly=True)
    if step is None:
        raise LookupError("no payment was ordered at that moment")
    tranche = next(tranche for tranche in agreement.tranches if tranche.number == step.detail["tranche"])
    law = (article_of(agreement, step.trigger), citations.ACCOUNTANTS_CONTROL)
    return report.PaymentOrder(
        frame=frame(agreement, at, law, version=tranche.number),
        agreement=agreement_reference(agreement, at),
        tranche=tranche.number,
        tranches=len(agreement.tranches),
        year=tranche.year,
        amount_grosze=step.detail["amount_grosze"],
        payee=offerors(agreement.offer, at)[0].name,
        account_number=step.detail["account_number"],
        due=tranche.planned_on,
        budget=budget_line(agreement.budget_classification),
        ordered_on=local_day(at),
        ordered_by=acted(agreement, at, step.trigger),
        condition=_condition(tranche),
    )


def budget_line(entered: str) -> report.BudgetLine:
    """Division, chapter and paragraph where the text has these three; otherwise the text as it was entered."""
    found = CLASSIFICATION.fullmatch(entered)
    return report.BudgetLine(*found.groups()) if found else report.BudgetLine(as_entered=entered.strip())


def _condition(tranche: Tranche) -> str:
    if not tranche.after_partial_report:
        return ""
    return _("acceptance of the partial report for %(year)s") % {"year": tranche.year - 1}
