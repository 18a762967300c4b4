"""Fields and rows that the sections of a call are made of."""

from typing import Any

from wtforms import BooleanField, Form, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from app.forms.base import CountField, DayField, LongTextField, MoneyField, PointsField, TextField
from app.i18n import lazy

WHOLE_BP = 10_000


class ShareField(PointsField):
    """A share typed in percent; `data` is int basis points."""

    def read(self, text: str) -> Any:
        share = int(super().read(text.removesuffix("%").rstrip()) * 100)
        if share > WHOLE_BP:
            raise ValueError(lazy("A share is at most 100%%."))
        return share

    def typed(self, value: Any) -> str:
        whole, rest = divmod(int(value), 100)
        return f"{whole},{rest:02d}".rstrip("0") if rest else str(whole)


class OneOfField(RadioField):
    """A choice that may still be open; `data` is a value of the choices or None."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label, **more)
        self.type = "RadioField"

    def pre_validate(self, form: Any) -> None:
        if self.raw_data:
            super().pre_validate(form)


def lines_of(text: str | None) -> list[str]:
    """The lines of a text that hold something."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


class Row(Form):
    """A row of a table; a row in which nothing was written is left out."""

    WRITTEN: tuple[str, ...] = ()

    def blank(self) -> bool:
        """Whether nobody wrote anything into the row."""
        return not any((field.raw_data or [""])[0].strip() for field in (self[name] for name in self.WRITTEN))

    def validate(self, extra_validators: Any = None) -> bool:
        return self.blank() or bool(super().validate(extra_validators))

    def row(self) -> dict[str, Any]:
        """The values of the row by column."""
        return {name: field.data for name, field in self._fields.items()}


class BudgetRow(Row):
    WRITTEN = ("year", "amount_grosze", "act", "act_date")

    year = CountField(lazy("Budget year"), least=2000, most=2100)
    amount_grosze = MoneyField(lazy("Amount"))
    act = TextField(lazy("Budget act or its draft"), required=False)
    act_date = DayField(lazy("Date of the act"), required=False)


class FormalRow(Row):
    WRITTEN = ("text",)

    text = LongTextField(lazy("Criterion"), most=500, render_kw={"rows": 2})
    correctable = BooleanField(lazy("A defect may be corrected"))


class MeritRow(Row):
    WRITTEN = ("text", "max_points")

    text = LongTextField(lazy("Criterion"), most=500, render_kw={"rows": 2})
    max_points = PointsField(lazy("Most points"))
    ground = SelectField(
        lazy("Carries out"),
        coerce=int,
        choices=[SelectChoice(point, f"art. 15 ust. 1 pkt {point}") for point in range(1, 7)],
    )

    def validate_max_points(self, field: Any) -> None:
        """A criterion without points would decide nothing."""
        if field.data is not None and field.data <= 0:
            raise ValueError(lazy("Give more than 0 points."))
