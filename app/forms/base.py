"""The fields and the base of every form: control characters refused, Polish amounts read, Kraków time understood."""

from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    FieldList,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import TextInput

from app.i18n import WARSAW, _, lazy, say
from workflows import characters
from workflows.amounts import AmountFault, parse_grosze, parse_integer, typed_grosze
from workflows.calendar import MomentFault, local_moment
from workflows.engine import Refusal

SHORT, LONG = 300, 4000
MOST_CARRIED, MOST_CHOSEN = 20_000, 500
TOO_LONG = lazy("This is too long.")
UNSAVABLE = lazy("This text contains a character that cannot be saved.")
INVISIBLE = lazy("This text contains an invisible character that changes how it is read. Type it again.")
MOST_FIGURES = (
    20  # a longer row of digits is no number of points, and Decimal rounds only what fits its context
)


def clean(text: str, *, one_line: bool = False) -> str:
    """The text in NFC with line ends made alike, and one without lines as a single one.

    Raises ValueError with the sentence when it holds a character that cannot be saved, or when a text of one line
    (a name, a title) holds one that makes it read otherwise.
    """
    plain = characters.normal(text).strip()
    if characters.unsavable(plain):
        raise ValueError(UNSAVABLE)
    if one_line:
        plain = " ".join(plain.split("\n"))
        if characters.steering(plain):
            raise ValueError(INVISIBLE)
    return plain


class TextField(StringField):
    """One line. `data` is clean text, never None."""

    one_line = True

    def __init__(self, label: Any = None, *, required: bool = True, most: int = SHORT, **more: Any) -> None:
        validators = [
            DataRequired(lazy("Fill in this field."))
            if required
            else Optional(),  # spaces alone fill in nothing
            Length(max=most),
        ]
        super().__init__(label, validators, **more)
        self.optional = not required
        self.most = most

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = valuelist[0] if valuelist else ""
        self.data = clean(self.data, one_line=self.one_line)


class LongTextField(TextField, TextAreaField):
    """Several lines. What is hidden in them is kept, and pages write it out."""

    one_line = False

    def __init__(self, label: Any = None, *, required: bool = True, most: int = LONG, **more: Any) -> None:
        super().__init__(label, required=required, most=most, **more)


def bounded(text: str, most: int = SHORT) -> str:
    """One line of clean text that is not too long. Raises ValueError with the sentence."""
    plain = clean(text, one_line=True)
    if len(plain) > most:
        raise ValueError(TOO_LONG)
    return plain


class CarriedField(HiddenField):
    """What a page carries from its opening to its sending; whoever sends it may have written anything."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label, **more)
        self.type = "HiddenField"  # templates ask by this name

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([bounded(value, MOST_CARRIED) for value in valuelist])


class OpenSelectField(SelectField):
    """A choice that is saved before anybody asks whether it is one of the choices."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label, validate_choice=False, **more)
        self.type = "SelectField"

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([bounded(value) for value in valuelist])


class OpenSelectMultipleField(SelectMultipleField):
    """Several such choices."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label, validate_choice=False, **more)
        self.type = "SelectMultipleField"

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([bounded(value) for value in valuelist[:MOST_CHOSEN]])


class _Typed(Field):
    """A field that keeps what was typed and gives a value, or None where nothing was typed."""

    widget = TextInput()
    kept: str = ""

    def __init__(self, label: Any = None, *, required: bool = True, **more: Any) -> None:
        super().__init__(label, [], **more)
        self.required = required
        self.optional = not required

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        self.kept = valuelist[0].strip() if valuelist else ""
        if len(self.kept) > SHORT:
            raise ValueError(TOO_LONG)
        if self.kept:
            self.data = self.read(self.kept)

    def pre_validate(self, form: Any) -> None:
        if self.required and not self.kept and self.data is None:
            raise ValidationError(lazy("Fill in this field."))

    def read(self, text: str) -> Any:
        raise NotImplementedError

    def typed(self, value: Any) -> str:
        return str(value)

    def _value(self) -> str:
        return self.kept or ("" if self.data is None else self.typed(self.data))


def _amount_sentence(fault: AmountFault) -> str:
    return say(Refusal(fault.code, fault.msgid, fault.params))


class MoneyField(_Typed):
    """An amount; `data` is int grosze."""

    def read(self, text: str) -> int:
        try:
            return parse_grosze(text)
        except AmountFault as fault:
            raise ValueError(_amount_sentence(fault)) from None

    def typed(self, value: int) -> str:
        return typed_grosze(value)


class CountField(_Typed):
    """A whole number within limits."""

    def __init__(self, label: Any = None, *, least: int = 0, most: int = 1_000_000, **more: Any) -> None:
        super().__init__(label, **more)
        self.least, self.most = least, most

    def read(self, text: str) -> int:
        try:
            value = parse_integer(text)
        except AmountFault as fault:
            raise ValueError(_amount_sentence(fault)) from None
        if not self.least <= value <= self.most:
            raise ValueError(
                lazy("Enter a whole number from %(least)d to %(most)d.", least=self.least, most=self.most)
            )
        return value


class PointsField(_Typed):
    """Points: a number from 0 to `most` with at most one decimal, comma or dot."""

    def __init__(self, label: Any = None, *, most: Decimal | None = None, **more: Any) -> None:
        super().__init__(label, **more)
        self.most = most

    def read(self, text: str) -> Decimal:
        plain = text.replace(",", ".")
        try:
            if len(plain) > MOST_FIGURES or not plain.isascii() or not plain.replace(".", "", 1).isdigit():
                raise InvalidOperation
            value = Decimal(plain)
        except InvalidOperation:
            raise ValueError(lazy("Enter the points as a number, for example 7 or 7,5.")) from None
        if value != round(value, 1) or value > 10_000:
            raise ValueError(lazy("Points have at most one decimal place."))
        if self.most is not None and value > self.most:
            raise ValueError(lazy("At most %(most)s points can be given here.", most=str(self.most)))
        return value

    def typed(self, value: Decimal) -> str:
        return f"{value.normalize():f}".replace(".", ",")


class DayField(DateField):
    """A date; `data` is a date."""

    def __init__(self, label: Any = None, *, required: bool = True, **more: Any) -> None:
        validators = [InputRequired(lazy("Enter a date.")) if required else Optional()]
        super().__init__(label, validators, format=["%Y-%m-%d", "%d.%m.%Y"], **more)
        self.optional = not required

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(lazy("Enter a date such as 15.12.2026.")) from None
        if self.data is not None and not 1990 <= self.data.year <= 2100:
            self.data = None
            raise ValueError(lazy("Enter a year from 1990 to 2100."))


class MomentField(_Typed):
    """A date and an hour in Kraków; `data` is an aware datetime in UTC. Hours that are missing or come twice are refused."""

    widget = TextInput(input_type="datetime-local")

    def read(self, text: str) -> datetime:
        try:
            local = datetime.fromisoformat(text.replace(" ", "T", 1))
        except ValueError:
            raise ValueError(lazy("Enter a date and an hour such as 2026-12-15 15:30.")) from None
        if local.tzinfo is not None or not 1990 <= local.year <= 2100:
            raise ValueError(lazy("Enter a date and an hour such as 2026-12-15 15:30."))
        try:
            moment = local_moment(local.date(), time(local.hour, local.minute))
        except MomentFault as fault:
            raise ValueError(say(Refusal(fault.code, fault.msgid))) from None
        return moment.replace(second=local.second) if local.second else moment

    def typed(self, value: datetime) -> str:
        return value.astimezone(WARSAW).strftime("%Y-%m-%dT%H:%M")


class TickField(BooleanField):
    """A tick that must be set."""

    def __init__(self, label: Any = None, *, must: Any = None, **more: Any) -> None:
        super().__init__(label, [InputRequired(must)] if must else [], **more)


class StepForm(FlaskForm):
    """What a step asks for. `fill` puts in what is known already, `answers` gives typed values to guards and effects."""

    template = "steps/step.html"

    def fill(self, case: Any) -> None:
        """Prefill before the form is shown for the first time, and set up choices before it is read."""

    def answers(self, case: Any) -> dict[str, Any]:
        """The typed values by field name."""
        return {name: field.data for name, field in self._fields.items() if name != "csrf_token"}


def differing(mine: FlaskForm, saved: FlaskForm) -> list[tuple[str, str]]:
    """What is saved now where the person typed something else, as name of the field and saved text; tables are left out."""
    pairs = ((field, saved._fields.get(name)) for name, field in mine._fields.items())
    return [
        (str(field.label.text), _words(other))
        for field, other in pairs
        if other is not None and not isinstance(field, FieldList | HiddenField) and field.data != other.data
    ]


def _words(field: Any) -> str:
    """The value of the field as a person reads it."""
    if isinstance(field, BooleanField):
        return str(_("yes") if field.data else _("no"))
    if isinstance(field, SelectField):
        return ", ".join(str(choice[1]) for choice in field.iter_choices() if choice[2]) or "–"
    return str(field._value()) or "–"


__all__ = [
    "CarriedField",
    "CountField",
    "DayField",
    "LongTextField",
    "MomentField",
    "MoneyField",
    "OpenSelectField",
    "OpenSelectMultipleField",
    "PointsField",
    "StepForm",
    "TextField",
    "TickField",
    "bounded",
    "clean",
    "differing",
]  # fmt: skip
