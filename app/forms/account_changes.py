"""What administrators type about accounts and departments."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from app.forms.accounts import AddressField
from app.forms.base import DayField, TextField
from app.i18n import lazy, say
from app.models import Unit, User
from app.services.account_changes import GIVEN
from workflows.engine import Refusal
from workflows.identifiers import IdentifierFault, check_account
from workflows.roles import ROLE_NAMES

WHOLE_CITY = "whole-city"  # no code of a department: nobody gets it by leaving a field as it was


class RefusableForm(FlaskForm):
    """A form whose refusals stand beside its fields."""

    def refuse(self, reasons: Iterable[Refusal]) -> None:
        """Say each reason beside the field that it is about, or above the form."""
        for reason in reasons:
            field = self._fields.get(reason.anchor or "")
            if field is None:
                self.form_errors.append(say(reason))
            else:
                field.errors = [*field.errors, say(reason)]


class ChangeForm(RefusableForm):
    """A change that needs nothing but a reason."""

    reason = TextField(
        lazy("Reason"), description=lazy("It stays in the record of changes, which auditors read.")
    )

    def fill(self, user: User, units: Sequence[Unit]) -> None:
        """Set up choices and put in what the account has."""


def _roles() -> SelectMultipleField:
    return SelectMultipleField(
        lazy("Roles"), choices=[SelectChoice(role.value, lazy(ROLE_NAMES[role])) for role in GIVEN]
    )


def _department() -> SelectField:
    return SelectField(
        lazy("Department"), validate_choice=True,
        description=lazy("Departments are walls: a person without one sees the cases of the whole city."),
    )  # fmt: skip


def _offer(field: Any, units: Sequence[Unit], whole_city: bool, *first: SelectChoice) -> None:
    """Offer the departments, and the whole city to those who act for it."""
    city = [SelectChoice(WHOLE_CITY, lazy("no department, the whole city"))] if whole_city else []
    field.choices = [
        *first,
        *city,
        *(SelectChoice(unit.code, f"{unit.code} – {unit.name}") for unit in units),
    ]


class RolesForm(ChangeForm):
    roles = _roles()

    def fill(self, user: User, units: Sequence[Unit]) -> None:
        if not self.is_submitted():
            self.roles.data = sorted(user.role_names)


class DepartmentForm(ChangeForm):
    unit = _department()

    def fill(self, user: User, units: Sequence[Unit]) -> None:
        _offer(self.unit, units, whole_city=True)
        if not self.is_submitted():
            self.unit.data = user.unit.code if user.unit is not None else WHOLE_CITY


class NewAccountForm(RefusableForm):
    """An account of the office; its owner sets the password."""

    name = TextField(lazy("First and last name"), most=120)
    email = AddressField(strict=True, complete="off")
    roles = _roles()
    unit = _department()

    def __init__(self, units: Sequence[Unit], whole_city: bool, **more: Any) -> None:
        super().__init__(**more)
        _offer(self.unit, units, whole_city, SelectChoice("", lazy("Choose a department")))

    def validate_unit(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(lazy("Choose a department."))


class ClosureForm(RefusableForm):
    """A day on which the department is closed."""

    day = DayField(lazy("Day"))
    reason = TextField(lazy("Why the office is closed"), most=200)

    @property
    def chosen(self) -> date:
        """The day of a form that is valid."""
        assert self.day.data is not None
        return self.day.data


class ReturnAccountForm(RefusableForm):
    """The account to which grants come back."""

    number = TextField(
        lazy("Account number"), most=60,
        description=lazy("A Polish account, 26 digits. Letters that ask a grant back print it from now on."),
    )  # fmt: skip
    why = TextField(lazy("Reason"))  # beside a field `reason` on the same page

    def validate_number(self, field: Any) -> None:
        try:
            check_account(field.data)
        except IdentifierFault as fault:
            raise ValidationError(lazy(fault.msgid)) from None
