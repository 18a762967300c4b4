"""The forms of the documents of a control: authorisation, notice, protocol, and the letter afterwards."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import SelectMultipleField, ValidationError
from wtforms.validators import InputRequired

from app.forms.base import CountField, DayField, LongTextField, MomentField, StepForm, TextField
from app.forms.dynamic import choices, put
from app.forms.steps.drawn import DrawnForm, not_yet_come, still_to_come
from app.i18n import _, lazy
from app.models import Agreement
from app.queries.drawn import drawn_of
from app.services.access import arrived_at
from workflows import statute
from workflows.calendar import local_day
from workflows.drawn import CONTROL_SCOPE
from workflows.kinds import DocumentKind

ROWS = 8
A_LINE_EACH = lazy("One person a line: name, function.")


def scope_field() -> Any:
    """The four items of art. 17, of which at least one is ticked."""
    return SelectMultipleField(
        lazy("Scope of the control (art. 17)"),
        coerce=int,
        validators=[InputRequired(lazy("Tick at least one item."))],
    )


class ControlForm(DrawnForm):
    """Fields that an earlier document of the control fills are filled from it."""

    def fill(self, case: Agreement) -> None:
        super().fill(case)
        if "scope" in self:
            self["scope"].choices = choices((number, _(text)) for number, text in CONTROL_SCOPE.items())
        if self.is_submitted():
            return
        if "scope" in self:
            self["scope"].data = list(CONTROL_SCOPE)
        self.propose(case, self.last(case, DocumentKind.CONTROL_AUTHORISATION))

    def propose(self, case: Agreement, authorisation: Mapping[str, Any]) -> None:
        """Put in what the authorisation says."""
        for name in ("controllers", "place", "scope"):
            if name in self and authorisation.get(name):
                self[name].data = authorisation[name]

    def authorised(self, case: Agreement) -> dict[str, Any]:
        """Number and day of the newest authorisation, as the document names it."""
        rows = drawn_of(case, DocumentKind.CONTROL_AUTHORISATION)
        if not rows:
            return {}  # the guard refuses the step then
        return {
            "authorisation_number": rows[0].content["number"],
            "authorised_on": local_day(rows[0].drawn_at),
        }


class AuthorisationForm(ControlForm):
    """Who may control, what, from when to when, and who signs."""

    kind = DocumentKind.CONTROL_AUTHORISATION

    number = TextField(lazy("Number of the authorisation"), most=60)
    controllers = LongTextField(lazy("Authorised persons"), most=1000, description=A_LINE_EACH)
    scope = scope_field()
    valid_from = DayField(lazy("Valid from"))
    valid_to = DayField(lazy("Valid until"))
    place = TextField(lazy("Place of the control"))
    issued_by = TextField(lazy("Who signs"), description=lazy("Name of the person who authorises."))
    issued_by_function = TextField(lazy("Function of whoever signs"))

    def validate_valid_to(self, field: Any) -> None:
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(_("The last day lies before the first."))


class NoticeForm(ControlForm):
    """The notice of a control to the contractor."""

    kind = DocumentKind.CONTROL_NOTICE

    begins = MomentField(lazy("Begin of the control"))
    ends_on = DayField(lazy("Last day of the control"), required=False)
    place = TextField(lazy("Place of the control"))
    controllers = LongTextField(lazy("Controlling persons"), most=1000, description=A_LINE_EACH)
    scope = scope_field()
    prepare = LongTextField(
        lazy("What to have ready"), required=False, most=4000, description=lazy("One item a line.")
    )
    remarks = LongTextField(lazy("Remarks"), required=False, most=2000)

    def validate_begins(self, field: Any) -> None:
        still_to_come(self, field)

    def validate_ends_on(self, field: Any) -> None:
        if field.data and self.begins.data and field.data < local_day(self.begins.data):
            raise ValidationError(_("The last day lies before the first."))

    def answers(self, case: Agreement) -> dict[str, Any]:
        return {**super().answers(case), **self.authorised(case)}


class RecommendingForm(ControlForm):
    """Recommendations, each with its own last day where it has one; empty rows count for nothing."""

    def fill(self, case: Agreement) -> None:
        super().fill(case)
        for number in range(1, ROWS + 1):
            text = LongTextField(lazy("Recommendation %(number)s", number=number), required=False, most=1000)
            term = DayField(lazy("Term of recommendation %(number)s", number=number), required=False)
            put(self, f"recommendation-{number}", text, "")
            put(self, f"due-{number}", term)

    def validate(self, extra_validators: Any = None) -> bool:
        """A term belongs to a recommendation."""
        holds = bool(super().validate(extra_validators))
        for number in range(1, ROWS + 1):
            text, due = self[f"recommendation-{number}"], self[f"due-{number}"]
            if due.data and not text.data:
                text.errors = [*text.errors, _("Write the recommendation, or take its term away.")]
                holds = False
        return holds

    def recommendations(self) -> list[dict[str, str | date | None]]:
        """The rows that say something."""
        rows = range(1, ROWS + 1)
        return [
            {"text": self[f"recommendation-{n}"].data, "due": self[f"due-{n}"].data}
            for n in rows
            if self[f"recommendation-{n}"].data
        ]

    def answers(self, case: Agreement) -> dict[str, Any]:
        plain = {
            name: value
            for name, value in super().answers(case).items()
            if not name.startswith(("recommendation-", "due-"))
        }
        return {**plain, "recommendations": self.recommendations()}


class ControlProtocolForm(RecommendingForm):
    """What the control looked at and found, item by item of art. 17."""

    kind = DocumentKind.CONTROL_PROTOCOL

    first_day = DayField(lazy("First day of the control"))
    last_day = DayField(lazy("Last day of the control"))
    place = TextField(lazy("Place of the control"))
    controllers = LongTextField(lazy("Controlling persons"), most=1000, description=A_LINE_EACH)
    present = LongTextField(lazy("Present for the contractor"), most=1000, description=A_LINE_EACH)
    documents = LongTextField(
        lazy("Documents that were looked at"), required=False, most=4000, description=lazy("One item a line.")
    )
    objection_days = CountField(
        lazy("Days to object"),
        least=1,
        most=60,
        description=lazy("Days from the day on which the contractor receives the protocol."),
    )

    def fill(self, case: Agreement) -> None:
        """A finding for each item: what was not controlled stays empty."""
        for number, text in CONTROL_SCOPE.items():
            label = lazy("Finding: %(item)s", item=_(text))
            put(self, f"finding_{number}", LongTextField(label, required=False, most=8000), "")
        super().fill(case)

    def propose(self, case: Agreement, authorisation: Mapping[str, Any]) -> None:
        super().propose(case, authorisation)
        today = local_day(arrived_at())
        self.first_day.data = self.last_day.data = today
        self.objection_days.data = statute.number("control.objection_days", today)

    def validate_first_day(self, field: Any) -> None:
        not_yet_come(self, field)

    def validate_last_day(self, field: Any) -> None:
        not_yet_come(self, field)
        if field.data and self.first_day.data and field.data < self.first_day.data:
            raise ValidationError(_("The last day lies before the first."))

    def validate(self, extra_validators: Any = None) -> bool:
        """A protocol finds something."""
        holds = super().validate(extra_validators)
        findings = [self[f"finding_{number}"] for number in CONTROL_SCOPE]
        if not any(field.data for field in findings):
            findings[0].errors = [*findings[0].errors, _("Write what was found in at least one item.")]
            holds = False
        return holds

    def answers(self, case: Agreement) -> dict[str, Any]:
        return {**super().answers(case), **self.authorised(case)}


class PostControlForm(RecommendingForm):
    """The letter after a control; what the protocol recommends stands there already."""

    kind = DocumentKind.POST_CONTROL_LETTER

    protocol_on = DayField(lazy("Day of the protocol"))
    findings = LongTextField(lazy("What the control found"), most=8000)

    def fill(self, case: Agreement) -> None:
        super().fill(case)
        rows = drawn_of(case, DocumentKind.CONTROL_PROTOCOL)
        if self.is_submitted() or not rows:
            return
        protocol = rows[0]
        self.protocol_on.data = local_day(protocol.drawn_at)
        found = (protocol.content.get(f"finding_{number}") for number in CONTROL_SCOPE)
        self.findings.data = "\n\n".join(text for text in found if text)
        for number, row in enumerate(protocol.content.get("recommendations") or (), start=1):
            self[f"recommendation-{number}"].data = row["text"]
            self[f"due-{number}"].data = date.fromisoformat(row["due"]) if row["due"] else None

    def validate_protocol_on(self, field: Any) -> None:
        not_yet_come(self, field)

    def answers(self, case: Agreement) -> dict[str, Any]:
        """The days to answer are those of the framework agreement today, so that the letter stays as it was."""
        days = statute.number("control.recommendation_days", local_day(arrived_at()))
        return {**super().answers(case), "answer_days": days}


FORMS: dict[str, type[StepForm]] = {
    "control_authorisation": AuthorisationForm,
    "control_notice": NoticeForm,
    "control_protocol": ControlProtocolForm,
    "post_control_letter": PostControlForm,
}
