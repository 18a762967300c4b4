"""What is typed into the city-wide register of small grants."""

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from app.forms.base import CountField, DayField, LongTextField, MoneyField, TextField
from app.i18n import _, lazy, say
from app.queries.city_register import FIRST_YEAR, LAST_YEAR, STATE_NAMES
from app.services import access, city_register
from app.services.city_register import FIELDS, GrantRow, register_number
from workflows.calendar import local_day
from workflows.engine import Refusal
from workflows.identifiers import IdentifierFault, check_nip
from workflows.limits import GrantState

LONG_TITLE = 300


class RegisterForm(FlaskForm):
    """A form whose refusals stand beside its fields."""

    def refuse(self, reasons: Iterable[Refusal]) -> None:
        """Say each reason beside the field that it is about, or above the form."""
        for reason in reasons:
            field = self._fields.get(reason.anchor or "")
            if field is None:
                self.form_errors.append(say(reason))
            else:
                field.errors = [*field.errors, say(reason)]


class GrantForm(RegisterForm):
    """A grant of another department."""

    organisation_name = TextField(lazy("Name of the organisation"))
    register_number = TextField(
        lazy("Number in the register"),
        required=False,
        most=60,
        description=lazy("KRS or another register. The organisation is known by this number or by its NIP."),
    )
    nip = TextField(lazy("NIP"), required=False, most=20)
    department = TextField(lazy("Department that gives the grant"))
    source = TextField(
        lazy("Reference of the grant in that department"),
        description=lazy("The number of its case or agreement. It keeps a grant from being entered twice."),
    )
    title = TextField(lazy("Title of the task"), required=False, most=LONG_TITLE)
    amount_grosze = MoneyField(lazy("Amount of the grant"))
    state = SelectField(
        lazy("State"), choices=[SelectChoice(state.value, lazy(name)) for state, name in STATE_NAMES.items()]
    )
    year = CountField(
        lazy("Year of the transfer"), least=FIRST_YEAR, most=LAST_YEAR,
        description=lazy("The calendar year in which the money is or will be transferred."),
    )  # fmt: skip
    filed_on = DayField(lazy("Filed on"), required=False)
    awarded_on = DayField(lazy("Awarded on"), required=False)
    transferred_on = DayField(lazy("Transferred on"), required=False)
    returned_grosze = MoneyField(lazy("Returned of it"), required=False)

    def validate_nip(self, field: Any) -> None:
        """A NIP has ten digits and a check digit. Raises ValidationError."""
        try:
            field.data = check_nip(field.data) if field.data else ""
        except IdentifierFault as fault:
            raise ValidationError(_(fault.msgid)) from None

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the fields can be read and can be true together."""
        if not super().validate(extra_validators):
            return False
        self.refuse(city_register.refusals(self.row(), local_day(access.arrived_at())))
        return not self.errors and not self.form_errors

    def row(self) -> GrantRow:
        """The grant as it was typed."""
        values = {name: self[name].data for name in FIELDS}
        values["register_number"] = register_number(self.register_number.data or "")
        values["state"] = GrantState(self.state.data)
        values["returned_grosze"] = self.returned_grosze.data or 0
        return GrantRow(**values)


class WithdrawalForm(RegisterForm):
    reason = LongTextField(lazy("Why the entry is withdrawn"), most=500)


class CapBaseForm(RegisterForm):
    """The base of the cap."""

    year = CountField(lazy("Year"), least=FIRST_YEAR, most=LAST_YEAR)
    amount_grosze = MoneyField(
        lazy("Grants planned for organisations in the budget of the year"),
        description=lazy("Of the whole City, for all public tasks, as the budget act says."),
    )
    act = TextField(
        lazy("Budget act"), description=lazy("Its number and title, or those of the act that changed it.")
    )
    act_date = DayField(lazy("Day of the budget act"))
    returned_money_frees_limit = BooleanField(
        lazy("Returned money frees the limits of the year"),
        description=lazy(
            "Leave it empty unless the City has decided so: the cautious reading is that it does not."
        ),
    )


class StatementForm(RegisterForm):
    complete_until = DayField(
        lazy("The register is complete until"),
        description=lazy("Every grant that other departments gave until this day is entered."),
    )
