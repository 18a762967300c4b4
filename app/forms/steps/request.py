"""What the steps of a request, a complaint or a motion ask; the entry is also the form of a new case."""

from typing import Any

from wtforms import RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired

from app.forms.base import (
    CountField,
    DayField,
    LongTextField,
    OpenSelectField,
    StepForm,
    TextField,
)
from app.forms.dynamic import choices
from app.forms.steps.agreement import not_in_the_future
from app.i18n import _, lazy
from app.models import Request
from app.models.request import RequestChannel
from app.queries import exclusions, request_list, substitution
from app.queries.pages.request import CHANNEL_NAMES
from app.services import access
from workflows.calendar import local_day
from workflows.request import KIND_NAMES, LONGEST, RequestKind, answer_term, longest_term
from workflows.statute import NoRule

MOST_ADDRESS = 500
MOST_TEXT = 8000
YES, NO = "yes", "no"


class EntryForm(StepForm):
    """What came in, when, how and from whom. The term follows from the kind and the day, so nobody types it."""

    kind = RadioField(
        lazy("Kind"), choices=choices((kind.value, lazy(name)) for kind, name in KIND_NAMES.items()),
        validators=[InputRequired(lazy("Choose what came in."))],
        description=lazy("The content decides, not the name that the sender gave it (art. 222 KPA)."),
    )  # fmt: skip
    title = TextField(lazy("What it is about, in a few words"))
    text = LongTextField(lazy("What is asked or complained about"), required=False, most=MOST_TEXT)
    received_on = DayField(lazy("Day of receipt"), description=lazy("The term runs from this day."))
    channel = RadioField(
        lazy("How it came"), choices=choices((way.value, lazy(name)) for way, name in CHANNEL_NAMES.items()),
        validators=[InputRequired(lazy("Choose how it came."))],
    )  # fmt: skip
    sender_name = TextField(
        lazy("Name of the sender"), required=False,
        description=lazy(
            "May stay empty for public information. A complaint or motion without a name and address is left without consideration."
        ),
    )  # fmt: skip
    sender_address = LongTextField(
        lazy("Address for the answer"), required=False, most=MOST_ADDRESS, description=lazy("Postal or electronic.")
    )  # fmt: skip
    case_mark = TextField(lazy("Case mark"), required=False, most=60)
    procedure = OpenSelectField(lazy("Call or intake that it is about"))
    offer_number = CountField(
        lazy("Number of the offer that it is about"), required=False, least=1,
        description=lazy("Only with the call or intake chosen above."),
    )  # fmt: skip

    def prepare(self, unit_id: int | None) -> None:
        """Give the calls and intakes of the department as choices."""
        self._known = {row.public_id: row for row in request_list.procedures(unit_id)}
        titles = [(key, row.title or _("without a title")) for key, row in self._known.items()]
        self.procedure.choices = [SelectChoice("", lazy("none")), *(SelectChoice(*pair) for pair in titles)]

    def fill(self, case: Request) -> None:
        self.prepare(case.unit_id)
        for name in (
            "title", "text", "received_on", "sender_name", "sender_address", "case_mark",
        ):  # fmt: skip
            self[name].data = getattr(case, name)
        self.kind.data, self.channel.data = case.kind.value, case.channel.value
        self.procedure.data = case.procedure.public_id if case.procedure else ""
        self.offer_number.data = case.application.number if case.application else None

    def validate_received_on(self, field: Any) -> None:
        """The day has come, and the law knew a term on it. Raises ValidationError."""
        not_in_the_future(self, field)
        if field.data is None or self.kind.data not in set(RequestKind):
            return
        try:
            answer_term(RequestKind(self.kind.data), field.data)
        except NoRule:
            raise ValidationError(_("The law knew no such term on that day. Enter a later one.")) from None

    def validate_procedure(self, field: Any) -> None:
        if field.data and field.data not in self._known:
            raise ValidationError(_("Choose a call or intake of your department."))

    def validate_offer_number(self, field: Any) -> None:
        """The number is that of an offer of the chosen call. Raises ValidationError."""
        if field.data is None:
            return
        row = self._known.get(self.procedure.data)
        if row is None:
            raise ValidationError(_("Choose the call or intake of this offer."))
        if request_list.application_numbered(row.id, field.data) is None:
            raise ValidationError(_("No offer in this call or intake has this number."))

    def values(self) -> dict[str, Any]:
        """The columns of the case."""
        row = self._known.get(self.procedure.data)
        number = self.offer_number.data
        found = request_list.application_numbered(row.id, number) if row is not None and number else None
        return {
            "kind": RequestKind(self.kind.data), "title": self.title.data, "text": self.text.data or "",
            "received_on": self.received_on.data, "channel": RequestChannel(self.channel.data),
            "sender_name": self.sender_name.data or "", "sender_address": self.sender_address.data or "",
            "case_mark": self.case_mark.data or None, "procedure_id": row.id if row is not None else None,
            "application_id": found,
        }  # fmt: skip

    def answers(self, case: Any) -> dict[str, Any]:
        return self.values()


class LeadForm(StepForm):
    """Who leads the case from now on."""

    lead_id = SelectField(
        lazy("Official who leads the case"), coerce=int, validators=[InputRequired(lazy("Choose an official."))]
    )  # fmt: skip

    def fill(self, case: Request) -> None:
        people = substitution.officials(case.unit_id)
        out = exclusions.excluded_among(case, [row.id for row in people])
        self.lead_id.choices = [SelectChoice(row.id, row.name) for row in people if row.id not in out]
        self.lead_id.data = case.lead_id


class LongerTermForm(StepForm):
    """The new term, and why the first one cannot be kept."""

    new_term = DayField(lazy("New term"))
    reason = LongTextField(
        lazy("Why the answer takes longer"), most=2000,
        description=lazy("The sender must be told the reason and the new term before the present term ends."),
    )  # fmt: skip

    def fill(self, case: Request) -> None:
        if case.kind in LONGEST and (longest := longest_term(case.kind, case.received_on)) is not None:
            self.new_term.data = longest.last_day


class EndingForm(StepForm):
    """The day on which the answer was sent; what else, each kind of answer says."""

    answered_on = DayField(lazy("Day of the answer"))

    def fill(self, case: Request) -> None:
        self.answered_on.data = local_day(access.arrived_at())

    def validate_answered_on(self, field: Any) -> None:
        not_in_the_future(self, field)


class InformationForm(EndingForm):
    answer = LongTextField(
        lazy("Answer"), required=False, most=MOST_TEXT,
        description=lazy("Leave it empty if the answer is a file that you have added to the case."),
    )  # fmt: skip


class ReplyForm(InformationForm):
    """A reply to a complaint says whether it was justified."""

    justified = RadioField(
        lazy("Was the complaint justified"), choices=choices(((YES, lazy("yes")), (NO, lazy("no")))),
        validators=[InputRequired(lazy("Say whether the complaint was justified."))],
    )  # fmt: skip

    def fill(self, case: Request) -> None:
        super().fill(case)
        if case.kind is not RequestKind.COMPLAINT:
            del self.justified

    def answers(self, case: Request) -> dict[str, Any]:
        given = super().answers(case)
        return {**given, "justified": given["justified"] == YES if "justified" in given else None}


class RefusalForm(EndingForm):
    """The decision of refusal: it has a number, a day and grounds (art. 16 UDIP)."""

    decision_number = TextField(lazy("Number of the decision"), most=60)
    ending_reason = LongTextField(lazy("Grounds of the refusal"), most=2000)


class NotHeldForm(EndingForm):
    forwarded_to = TextField(
        lazy("Who holds the information"), required=False, description=lazy("If you know it, the sender is told.")
    )  # fmt: skip
    ending_reason = LongTextField(lazy("Reason"), most=2000)


class ForwardingForm(EndingForm):
    forwarded_to = TextField(lazy("Competent body"))
    ending_reason = LongTextField(
        lazy("Reason"), most=2000,
        description=lazy("A complaint or motion is forwarded without delay, and the sender is told (art. 231 and 243 KPA)."),
    )  # fmt: skip


FORMS: dict[str, type[StepForm]] = {
    "request_entry": EntryForm,
    "lead": LeadForm,
    "longer_term": LongerTermForm,
    "information": InformationForm,
    "reply": ReplyForm,
    "refusal": RefusalForm,
    "not_held": NotHeldForm,
    "forwarding": ForwardingForm,
}
