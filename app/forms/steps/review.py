"""What the office's steps on an offer ask: registration, an offer on paper, the call for corrections."""

from typing import Any

from wtforms import RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired

from app.forms.base import DayField, LongTextField, MomentField, MoneyField, StepForm, TextField
from app.forms.dynamic import choices
from app.forms.steps.offer import CHANNELS, CHOOSE
from app.i18n import _, day, lazy
from app.models import Application, Intake, Offer
from app.models.application import OfferChannel
from app.models.intake import FilingCounts
from app.models.procedure import SignatureMode
from app.queries.facts.application import ApplicationFacts
from app.queries.facts.small_grant import NOT_BY_POST
from app.queries.review import correction_places
from app.services import access
from app.services.review import LETTERS_BY
from workflows.calendar import local_day

PAPER_CHANNELS = choices(
    (
        (OfferChannel.PAPER.value, lazy("handed in at the office")),
        (OfferChannel.POST.value, lazy("by post")),
        (OfferChannel.E_DELIVERY.value, lazy("e-Doręczenia")),
    )
)
CASE_MARK = lazy("Case mark")
CASE_MARK_HINT = lazy(
    "The number in the city's file system, for example SP-03.524.12.2026. It can be left empty and is never given twice."
)


def not_to_come(_form: Any, field: Any) -> None:
    """A moment that has come already. Raises ValidationError."""
    if field.data is not None and field.data > access.arrived_at():
        raise ValidationError(_("This moment lies in the future. Enter when the offer really came."))


class RegistrationForm(StepForm):
    """The case mark; and, where the call asks for a signed print, when it came."""

    case_mark = TextField(CASE_MARK, required=False, most=80, description=CASE_MARK_HINT)
    paper_copy_at = MomentField(
        lazy("The signed print with the same checksum came on"), required=False,
        description=lazy("Compare the checksum on the print with the one of the offer. Leave empty if no print has come yet."),
    )  # fmt: skip

    def fill(self, case: Offer) -> None:
        if case.call.signature_mode is not SignatureMode.PAPER_COPY:
            del self.paper_copy_at

    def validate_paper_copy_at(self, field: Any) -> None:
        not_to_come(self, field)


class PaperRegistrationForm(StepForm):
    """An offer that came outside the system: what it asks for, when it really came, and what proves that."""

    title = TextField(lazy("Title of the public task"), most=250)
    date_from = DayField(lazy("The task begins"))
    date_to = DayField(lazy("The task ends"))
    total_cost_grosze = MoneyField(lazy("Total cost of the task"))
    requested_grosze = MoneyField(lazy("Grant asked for"))
    channel = RadioField(
        lazy("How the offer came"), choices=PAPER_CHANNELS, validators=[InputRequired(CHOOSE)]
    )
    received_at = MomentField(
        lazy("Date and hour of receipt"),
        description=lazy(
            "The real moment, as the stamp, the parcel or the proof says. A late offer is registered too."
        ),
    )
    posted_on = DayField(
        lazy("Day of posting"), required=False,
        description=lazy("In this intake the offer counts as filed on the day of posting; leave empty if it was not sent by post."),
    )  # fmt: skip
    evidence = TextField(
        lazy("Proof of receipt"), most=300,
        description=lazy("For example the number of the stamp, of the parcel or of the proof in e-Doręczenia."),
    )  # fmt: skip
    case_mark = TextField(CASE_MARK, required=False, most=80, description=CASE_MARK_HINT)

    def fill(self, case: Any) -> None:
        if not isinstance(case, Intake) or case.filing_counts is not FilingCounts.POSTED:
            del self.posted_on

    def validate_received_at(self, field: Any) -> None:
        not_to_come(self, field)

    def validate_posted_on(self, field: Any) -> None:
        received = self.received_at.data
        if field.data and received and field.data > local_day(received):
            raise ValidationError(_("An offer cannot be posted after it was received."))
        if field.data and self.channel.data and self.channel.data != OfferChannel.POST:
            raise ValidationError(_(NOT_BY_POST))

    def validate_date_to(self, field: Any) -> None:
        if field.data and self.date_from.data and field.data < self.date_from.data:
            raise ValidationError(_("The task cannot end before it begins."))

    def validate_requested_grosze(self, field: Any) -> None:
        total = self.total_cost_grosze.data
        if field.data is not None and field.data == 0:
            raise ValidationError(_("Enter an amount above zero."))
        if field.data is not None and total is not None and field.data > total:
            raise ValidationError(_("The grant cannot be higher than the total cost."))


class CorrectionCallForm(StepForm):
    """The words of the call; which places open is decided on the formal card."""

    template = "steps/correction_call.html"

    text = LongTextField(
        lazy("What the applicant has to correct"), most=4000,
        description=lazy("It stands in the letter as you write it here."),
    )  # fmt: skip
    channel = SelectField(
        lazy("How the letter is sent"), choices=CHANNELS, validators=[InputRequired(CHOOSE)]
    )

    def fill(self, case: Application) -> None:
        defects = ApplicationFacts(case).defects
        names = sorted({name for _c, row in defects for name in row.fields})
        self.places = correction_places(case.call.form.form, names)
        self.days = case.call.correction_days
        self.today = day(local_day(access.arrived_at()))
        if self.is_submitted():
            return
        lines = [criterion.text + (f": {row.note}" if row.note else "") for criterion, row in defects]
        self.text.data = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))
        self.channel.data = LETTERS_BY[case.channel].value


FORMS: dict[str, type[StepForm]] = {
    "registration": RegistrationForm,
    "paper_registration": PaperRegistrationForm,
    "correction_call": CorrectionCallForm,
}
