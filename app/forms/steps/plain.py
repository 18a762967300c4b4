"""What several steps ask alike: a reason, an order, a registration."""

from typing import Any

from app.forms.base import DayField, LongTextField, StepForm, TextField
from app.i18n import lazy


class ReasonForm(StepForm):
    """A reason in words."""

    reason = LongTextField(lazy("Reason"), most=2000)


class OrderForm(StepForm):
    """Number and date of the Mayor's order."""

    order_number = TextField(lazy("Number of the order"), most=60)
    order_date = DayField(lazy("Date of the order"))


class NothingForm(StepForm):
    """A step that asks for nothing but to be taken."""

    def answers(self, case: Any) -> dict[str, Any]:
        return {}


FORMS: dict[str, type[StepForm]] = {"reason": ReasonForm, "order": OrderForm}
