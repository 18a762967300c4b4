"""Who leads a case, who is away, and who takes over from somebody who leaves."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, Form, SelectField, ValidationError

from app.forms.base import CarriedField, DayField
from app.forms.dynamic import choices
from app.i18n import lazy, say
from workflows.engine import Refusal


def chosen(_form: Form, field: Field) -> None:
    """A validator: 0 stands for nobody and is no choice."""
    if not field.data:
        raise ValidationError(lazy("Choose a person."))


class RefusableForm(FlaskForm):
    """A form that says each reason of a refusal beside the field that it is about, or above the form."""

    def refuse(self, reasons: Iterable[Refusal]) -> None:
        """Take the reasons over as errors."""
        for reason in reasons:
            field = self._fields.get(reason.anchor or "")
            if field is None:
                self.form_errors.append(say(reason))
            else:
                field.errors = [*field.errors, say(reason)]


class CaseLeadForm(RefusableForm):
    """The lead and the substitute of one case; 0 is nobody. `seen` is who led it when the page was opened."""

    seen = CarriedField()
    lead_id = SelectField(lazy("Lead official"), coerce=int)
    substitute_id = SelectField(
        lazy("Substitute"), coerce=int,
        description=lazy("Acts for the lead. In a step of two people both count as one."),
    )  # fmt: skip

    def offer(self, people: Iterable[Any], case: Any) -> None:
        """Put in who may lead the case and, unless something was typed, who does."""
        rows = choices([(0, lazy("nobody")), *((row.id, row.name) for row in people)])
        self.lead_id.choices = self.substitute_id.choices = rows
        if not self.is_submitted():
            self.seen.data = seen_leads(case)
            self.lead_id.data, self.substitute_id.data = case.lead_id or 0, case.substitute_id or 0


def seen_leads(case: Any) -> str:
    """Who leads the case and stands in, as the form remembers it."""
    return f"{case.lead_id or 0}-{case.substitute_id or 0}"


class AbsenceForm(RefusableForm):
    """From when to when somebody is away, and who stands in. Why, the office does not ask here."""

    user_id = SelectField(lazy("Who is away"), coerce=int, validators=[chosen])
    first_day = DayField(lazy("First day"))
    last_day = DayField(lazy("Last day"))
    stand_in_id = SelectField(
        lazy("Who stands in"), coerce=int, validators=[chosen],
        description=lazy("Somebody of the same department who holds the same roles. Standing in lends no role."),
    )  # fmt: skip

    def offer(self, away: Iterable[Any], people: Iterable[Any], own_id: int) -> None:
        """Put in the people from whom to choose."""
        self.user_id.choices = choices((row.id, row.name) for row in away)
        self.stand_in_id.choices = choices([(0, lazy("choose")), *((row.id, row.name) for row in people)])
        if not self.is_submitted():
            self.user_id.data = own_id

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day of a form that was found valid."""
        if self.first_day.data is None or self.last_day.data is None:
            raise ValueError("the form was not validated")
        return self.first_day.data, self.last_day.data


class SuccessorForm(RefusableForm):
    """Who takes everything over."""

    successor_id = SelectField(lazy("Who takes over"), coerce=int, validators=[chosen])

    def offer(self, people: Iterable[Any], chosen: int | None) -> None:
        """Put in the other officials of the department."""
        self.successor_id.choices = choices([(0, lazy("choose")), *((row.id, row.name) for row in people)])
        if not self.is_submitted() and chosen is not None:
            self.successor_id.data = chosen
