"""What the steps of an intake ask beyond those of every procedure: its new closing."""

from typing import Any

from wtforms import ValidationError

from app.forms.base import MomentField, StepForm
from app.i18n import lazy
from app.models import Intake
from app.services import access
from workflows.calendar import passed


class NewClosingForm(StepForm):
    """The intake takes offers until a later moment."""

    deadline = MomentField(
        lazy("New closing of the intake"),
        description=lazy("Later than now and than the closing before, in the year of the pool."),
    )

    def fill(self, case: Intake) -> None:
        self.deadline.data = case.deadline

    def validate_deadline(self, field: Any) -> None:
        """Raises ValidationError for a moment that has passed."""
        if field.data is not None and passed(field.data, access.arrived_at()):
            raise ValidationError(lazy("This moment has passed already. Choose a later one."))


FORMS: dict[str, type[StepForm]] = {"new_closing": NewClosingForm}
