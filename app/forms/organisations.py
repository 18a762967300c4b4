"""Forms of organisations: data with their register, people, the right to represent, bank accounts."""

from collections.abc import Callable, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from app.forms.accounts import AddressField
from app.forms.base import (
    CarriedField,
    CountField,
    DayField,
    LongTextField,
    OpenSelectField,
    TextField,
    TickField,
)
from app.i18n import _, lazy
from app.models import Membership, Organisation
from app.models.organisation import LegalForm
from app.queries import organisations as known
from app.services.legal_forms import FORM_RULES, check_number
from workflows.identifiers import IdentifierFault, check_account, check_nip, check_regon

TAKEN = {
    "nip": lazy("An organisation with this NIP is registered already. Ask its owner to invite you."),
    "regon": lazy("An organisation with this REGON is registered already. Ask its owner to invite you."),
    "register_number": lazy(
        "An organisation with this register number is registered already. Ask its owner to invite you."
    ),
}


def _checked(check: Callable[[str], str], text: str) -> str:
    try:
        return check(text)
    except IdentifierFault as fault:
        raise ValidationError(_(fault.msgid)) from None


class OrganisationForm(FlaskForm):
    """The data of an organisation. The legal form decides which of the numbers are asked for and how they are checked."""

    version = CarriedField()
    name = TextField(
        lazy("Full name, as in the register"), most=300, render_kw={"autocomplete": "organization"}
    )
    legal_form = SelectField(lazy("Legal form"))
    parent = OpenSelectField(lazy("Organisation to which the branch belongs"))
    register_number = TextField(
        lazy("Number in the register"),
        required=False,
        most=200,
        description=lazy("Leave it empty for a form without a register."),
    )
    nip = TextField(lazy("NIP"), required=False, most=40, render_kw={"inputmode": "numeric"},
                    description=lazy("Required for organisations in the KRS."))  # fmt: skip
    regon = TextField(lazy("REGON"), required=False, most=40, render_kw={"inputmode": "numeric"})
    address = LongTextField(lazy("Seat: street, number, postal code, town"), most=500)
    mail_address = LongTextField(lazy("Address for letters, if it differs"), required=False, most=500)
    email = AddressField(lazy("E-mail address of the organisation"), strict=True, complete="email")
    phone = TextField(lazy("Telephone"), most=60, render_kw={"autocomplete": "tel", "type": "tel"})
    website = TextField(lazy("Website"), required=False, render_kw={"inputmode": "url"})
    statute_goals = LongTextField(
        lazy("Goals in the statute that the tasks belong to"), required=False,
        description=lazy("Copied into the offer, where you can change it."),
    )  # fmt: skip

    def __init__(
        self, parents: Sequence[Organisation], organisation: Organisation | None = None, **more: Any
    ) -> None:
        super().__init__(obj=organisation, **more)
        self.organisation = organisation
        for field in (self.register_number, self.nip):
            field.optional = field.flags.optional = (
                False  # the legal form decides: the page does not call them optional
            )
        self.parents = {parent.public_id: parent for parent in parents}
        self.legal_form.choices = [
            SelectChoice(rule.form.value, _(rule.name)) for rule in FORM_RULES.values()
        ]
        branches = [SelectChoice(key, row.name) for key, row in self.parents.items()]
        self.parent.choices = [SelectChoice("", _("– not a branch –")), *branches]
        if not self.is_submitted() and organisation is not None:
            self.parent.data = organisation.parent.public_id if organisation.parent else ""
            self.legal_form.data = organisation.legal_form.value

    @property
    def form_chosen(self) -> LegalForm | None:
        return LegalForm(self.legal_form.data) if self.legal_form.data in set(LegalForm) else None

    @property
    def _is_branch(self) -> bool:
        return self.form_chosen is LegalForm.BRANCH

    def validate_parent(self, field: Any) -> None:
        if not self._is_branch:
            field.data = ""
        elif field.data not in self.parents:
            raise ValidationError(
                _("Choose the organisation to which the branch belongs. Its owner adds the branch.")
            )

    def validate(self, extra_validators: Any = None) -> bool:
        """The fields each for itself, then the numbers that the legal form asks for: also when nothing was typed."""
        valid: bool = super().validate(extra_validators)
        form = self.form_chosen
        if form is None:
            return valid
        rule = FORM_RULES[form]
        if not self.nip.data and rule.nip_required:
            self.nip.errors = [_("Enter the NIP: ten digits.")]
        try:
            register, number = check_number(form, self.register_number.data or "")
        except IdentifierFault as fault:
            self.register_number.errors = [_(fault.msgid)]
            return False
        if number and known.registered(register, number, self.organisation):
            self.register_number.errors = [TAKEN["register_number"]]
        if not self.errors:
            self.register_number.data = number
        return valid and not self.errors

    def validate_nip(self, field: Any) -> None:
        self._number(field, check_nip)

    def validate_regon(self, field: Any) -> None:
        self._number(field, check_regon)

    def _number(self, field: Any, check: Callable[[str], str]) -> None:
        if not field.data:
            return
        field.data = _checked(check, field.data)
        if known.taken(field.short_name, field.data, self.organisation):
            raise ValidationError(TAKEN[field.short_name])

    def validate_website(self, field: Any) -> None:
        if field.data and (
            ("://" in field.data and not field.data.startswith(("http://", "https://"))) or " " in field.data
        ):
            raise ValidationError(_("Enter the address of a website, such as www.example.org."))

    def values(self) -> dict[str, Any]:
        """The checked values as `services.organisations` takes them."""
        names = (
            "name",
            "register_number",
            "nip",
            "regon",
            "address",
            "mail_address",
            "email",
            "phone",
            "website",
            "statute_goals",
        )
        values = {name: self._fields[name].data for name in names}
        parent = self.parents.get(self.parent.data or "")
        return {**values, "legal_form": self.form_chosen, "parent_id": parent.id if parent else None}


class TicksForm(FlaskForm):
    """What a member may do; several at once."""

    owner = BooleanField(lazy("Owner: invites people, changes the organisation"))
    editor = BooleanField(lazy("Editor: writes offers and reports"))
    signatory = BooleanField(lazy("Signatory: signs and submits, with a recorded right to represent"))

    def validate_signatory(self, field: Any) -> None:
        if not (field.data or self.owner.data or self.editor.data):
            raise ValidationError(_("Tick at least one."))


class InviteForm(TicksForm):
    email = AddressField(lazy("E-mail address of the person"), strict=True, complete="off")


class RuleForm(FlaskForm):
    version = CarriedField()
    text = LongTextField(
        lazy("Who represents the organisation, in the words of the register"), most=1000,
        description=lazy("For example: two board members jointly."),
    )  # fmt: skip
    count = CountField(
        lazy("How many persons must sign together"), least=1, most=9,
        description=lazy("Who may sign alone is marked at that person's right."),
    )  # fmt: skip


class RightForm(FlaskForm):
    """A person's right to represent. A person without an account is kept for the record, but cannot sign here."""

    member = SelectField(lazy("Account of the person"))
    person_name = TextField(lazy("First and last name"), most=200)
    function = TextField(
        lazy("Function"), most=200, description=lazy("For example: president of the board, proxy.")
    )
    valid_from = DayField(lazy("Holds from"))
    valid_to = DayField(
        lazy("Holds to, the last day"), required=False, description=lazy("Leave empty when it has no end.")
    )
    source = TextField(
        lazy("Source"), most=300,
        description=lazy("For example: KRS, entry of 12 November 2025; resolution 3/2025; power of attorney of 5 May 2026."),
    )  # fmt: skip
    alone = TickField(lazy("May represent the organisation alone"))

    def __init__(self, members: Sequence[Membership], right: Any = None, **more: Any) -> None:
        super().__init__(obj=right, **more)
        people = {str(row.user_id): f"{row.user.name} ({row.user.email})" for row in members}
        held = str(right.user_id) if right is not None and right.user_id is not None else ""
        if held and held not in people:
            people[held] = right.person_name  # left the organisation; the record stays
        choices = [SelectChoice(value, label) for value, label in people.items()]
        self.member.choices = [SelectChoice("", _("– no account here –")), *choices]
        if not self.is_submitted():
            self.member.data = held

    def validate_valid_to(self, field: Any) -> None:
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(_("The last day cannot be before the first."))

    def values(self) -> dict[str, Any]:
        """The checked values as `services.organisations.record_right` takes them."""
        names = ("person_name", "function", "valid_from", "valid_to", "source", "alone")
        values = {name: self._fields[name].data for name in names}
        return {**values, "user_id": int(self.member.data) if self.member.data else None}


class BankAccountForm(FlaskForm):
    number = TextField(
        lazy("Account number"), most=60, render_kw={"inputmode": "numeric", "autocomplete": "off"},
        description=lazy("26 digits; spaces do not matter."),
    )  # fmt: skip

    def validate_number(self, field: Any) -> None:
        field.data = _checked(check_account, field.data)


__all__ = ["BankAccountForm", "InviteForm", "OrganisationForm", "RightForm", "RuleForm", "TicksForm"]
