"""What the steps of a settlement ask for."""

from datetime import timedelta
from typing import Any

from wtforms import SelectField, ValidationError

from app.forms.base import DayField, LongTextField, MoneyField, StepForm, TextField, TickField
from app.i18n import lazy, money
from app.queries.settlement_account import SettlementAccount
from app.services.access import arrived_at
from workflows.calendar import local_day, moved_to_business_day

DAYS_FOR_ANSWERS = 14


class ReportSubmissionForm(StepForm):
    """The statement under a report: it becomes an immutable version."""

    confirmed = TickField(
        lazy("The report is complete and says what happened."),
        must=lazy("Confirm that the report is complete."),
    )


class QuestionsForm(StepForm):
    """What is unclear in the report, and until when the contractor answers."""

    questions = LongTextField(
        lazy("Questions"), description=lazy("One question per line; name the part of the report.")
    )
    answers_due = DayField(lazy("Answers until the end of"))

    def fill(self, case: Any) -> None:
        self.answers_due.data = moved_to_business_day(
            local_day(arrived_at()) + timedelta(days=DAYS_FOR_ANSWERS)
        )

    def validate_answers_due(self, field: Any) -> None:
        if field.data is not None and field.data <= local_day(arrived_at()):
            raise ValidationError(lazy("Choose a day after today."))


class AnswersForm(StepForm):
    """The answers; the report itself can be corrected in its editor before."""

    reply = LongTextField(
        lazy("Answers"), description=lazy("Correct the report itself first, if a figure in it was wrong.")
    )


class AssessmentForm(StepForm):
    """What the official establishes. Unused and excess sums are reckoned from the report and need no typing."""

    ineligible_grosze = MoneyField(
        lazy("Ineligible part of the grant"), required=False,
        description=lazy("Spent against its purpose (art. 252): interest runs from the day of the transfer."),
    )  # fmt: skip
    ineligible_tranche = SelectField(
        lazy("From which tranche"), coerce=lambda typed: int(typed) if typed else None
    )
    ineligible_reason = LongTextField(lazy("Why it is ineligible"), required=False, most=2000)
    excess_waived_grosze = MoneyField(lazy("Excess accepted with a reason"), required=False)
    excess_waived_reason = LongTextField(lazy("Why the excess is accepted"), required=False, most=2000)
    bank_interest_grosze = MoneyField(
        lazy("Bank interest not spent on the task"),
        required=False,
        description=lazy("It goes back with the unused part."),
    )

    def fill(self, case: Any) -> None:
        account = SettlementAccount(case)
        paid = [tranche for tranche in case.agreement.tranches if tranche.transferred_on]
        self.ineligible_tranche.choices = [
            ("", lazy("from the tranches in their order")),
            *(
                (
                    str(t.number),
                    lazy("tranche %(number)s: %(amount)s", number=t.number, amount=money(t.amount_grosze)),
                )
                for t in paid
            ),
        ]
        self.ineligible_tranche.data = case.ineligible_tranche
        self.ineligible_grosze.data = case.ineligible_grosze if account.report else account.paid_grosze
        self.ineligible_reason.data = case.ineligible_reason
        self.excess_waived_grosze.data = case.excess_waived_grosze
        self.excess_waived_reason.data = case.excess_waived_reason
        self.bank_interest_grosze.data = case.bank_interest_grosze
        if account.excess_grosze:
            self.excess_waived_grosze.description = lazy(
                "The report gives an excess of %(excess)s.", excess=money(account.excess_grosze)
            )


class RefundForm(StepForm):
    """Money that came back."""

    paid_on = DayField(
        lazy("Day of the payment"), description=lazy("The day on which the bank was told to pay.")
    )
    amount_grosze = MoneyField(lazy("Amount"))
    reference = TextField(lazy("Number of the payment"), most=80)

    def fill(self, case: Any) -> None:
        today = local_day(arrived_at())
        self.paid_on.data = today
        self.amount_grosze.data = SettlementAccount(case).owed(today).total_grosze


FORMS: dict[str, type[StepForm]] = {
    "report_submission": ReportSubmissionForm,
    "questions": QuestionsForm,
    "answers": AnswersForm,
    "assessment": AssessmentForm,
    "refund": RefundForm,
}
