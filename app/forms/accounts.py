"""Forms of accounts: entering, registering, passwords and second factors."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired

from app.forms.base import CarriedField, TextField
from app.i18n import lazy
from app.services import accounts

LANGUAGE_NAMES = [SelectChoice("pl", "Polski"), SelectChoice("en", "English")]
MOST_TYPED = 4096


class SecretField(PasswordField):
    """A password: kept as it is typed, spaces included, and never sent back to the page."""

    def __init__(self, label: Any = None, *, complete: str, **more: Any) -> None:
        super().__init__(
            label, [InputRequired(lazy("Enter the password."))], render_kw={"autocomplete": complete}, **more
        )

    def pre_validate(self, form: Any) -> None:  # WTForms' signature
        if len(self.data or "") > MOST_TYPED:
            raise ValidationError(lazy("This is too long for a password."))


class AddressField(TextField):
    """An e-mail address; `data` is what was typed."""

    def __init__(
        self, label: Any = None, *, strict: bool = False, complete: str = "username", **more: Any
    ) -> None:
        keywords = {
            "type": "email",
            "autocomplete": complete,
            "spellcheck": "false",
            "autocapitalize": "none",
        }
        super().__init__(label or lazy("E-mail address"), most=320, render_kw=keywords, **more)
        self.strict = strict

    def pre_validate(self, form: Any) -> None:  # WTForms' signature
        if self.strict and self.data:
            try:
                self.data = accounts.address(self.data)
            except accounts.AddressFault:
                raise ValidationError(lazy("Enter an e-mail address such as name@example.org.")) from None


class SignInForm(FlaskForm):
    email = AddressField()
    password = SecretField(lazy("Password"), complete="current-password")


class SecondStepForm(FlaskForm):
    code = TextField(
        lazy("Code"), most=40,
        description=lazy("Six digits from your authenticator application, or one of your recovery codes."),
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"},
    )  # fmt: skip


class SignUpForm(FlaskForm):
    name = TextField(lazy("First and last name"), most=120, render_kw={"autocomplete": "name"})
    email = AddressField(strict=True, complete="email")
    password = SecretField(
        lazy("Password"), complete="new-password",
        description=lazy("At least 8 characters; spaces are allowed. Not your name, not a password that everybody knows."),
    )  # fmt: skip
    language = RadioField(lazy("Language of the pages and letters"), choices=LANGUAGE_NAMES)

    def validate_password(self, field: Any) -> None:
        refuse(
            accounts.faults_of_password(field.data, email=self.email.data or "", name=self.name.data or "")
        )


class ForgottenForm(FlaskForm):
    email = AddressField(strict=True)


class NewPasswordForm(FlaskForm):
    """The new password of `owner`, whose roles decide how long it must be."""

    password = SecretField(
        lazy("New password"), complete="new-password",
        description=lazy("At least 8 characters, 15 for people of the office and of commissions. Spaces are allowed."),
    )  # fmt: skip

    def __init__(self, owner: Any, **more: Any) -> None:
        super().__init__(**more)
        self.owner = owner

    def validate_password(self, field: Any) -> None:
        refuse(accounts.faults_of_password(field.data, user=self.owner))


class ChangePasswordForm(NewPasswordForm):
    current = SecretField(lazy("Present password"), complete="current-password")


class PasswordCheckForm(FlaskForm):
    current = SecretField(lazy("Present password"), complete="current-password")


class EnrolmentForm(FlaskForm):
    code = TextField(
        lazy("Code from the application"), most=20,
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"},
    )  # fmt: skip


class PasskeyForm(FlaskForm):
    """A name for a passkey; `passkey` is filled in by the browser."""

    name = TextField(
        lazy("Name of the passkey"), most=64,
        description=lazy("So that you recognise it later, for example: telephone, key on the key ring."),
    )  # fmt: skip
    passkey = CarriedField()


class AccountForm(FlaskForm):
    name = TextField(lazy("First and last name"), most=120, render_kw={"autocomplete": "name"})
    language = RadioField(lazy("Language of the pages and letters"), choices=LANGUAGE_NAMES)


class BareForm(FlaskForm):
    """A form of one button."""


def refuse(faults: list[str]) -> None:
    """Turn the first fault into the sentence beside the field."""
    if faults:
        raise ValidationError(faults[0])
