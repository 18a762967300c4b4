"""What the steps of an offer ask on the offeror's side, and about the delivery of letters."""

from typing import Any

from wtforms import RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired

from app.forms.base import LongTextField, MomentField, StepForm, TextField, TickField
from app.i18n import _, lazy
from app.models import Application, SmallGrant
from app.models.delivery import Channel, DeliveryEvent
from app.queries.limit_meter import meter
from app.queries.submission import submission_page
from app.services import access

CHANNELS = [
    SelectChoice(Channel.E_DELIVERY.value, lazy("e-Doręczenia")),
    SelectChoice(Channel.POST.value, lazy("post, with proof of receipt")),
    SelectChoice(Channel.IN_PERSON.value, lazy("handed over in person")),
    SelectChoice(Channel.PORTAL.value, lazy("read in this system")),
    SelectChoice(Channel.EMAIL.value, lazy("e-mail, answered by the offeror")),
]
EVENTS = [
    SelectChoice(DeliveryEvent.DELIVERED.value, lazy("delivered")),
    SelectChoice(DeliveryEvent.REFUSED.value, lazy("refused by the recipient (the day of refusal counts)")),
    SelectChoice(
        DeliveryEvent.RETURNED.value, lazy("returned after two notices (the last day for collecting counts)")
    ),
]
CHOOSE = lazy("Choose one of the answers.")


class SubmissionForm(StepForm):
    """The one statement that the law wants: the declarations of the form are true."""

    template = "offer/submit.html"

    confirmed = TickField(
        lazy("I confirm the declarations of this offer."),
        must=lazy("Tick that the declarations are true; without it the offer cannot be sent."),
    )

    def fill(self, case: Application) -> None:
        self.shown = submission_page(case)
        form = case.call.form.form
        first, last = (
            form.item("declares_public_benefit").number,
            form.section("declarations").items[-1].number,
        )
        self.confirmed.label.text = _(
            "I confirm the declarations %(first)s–%(last)s of this offer.", first=first, last=last
        )
        self.meter = meter(case, access.arrived_at()) if isinstance(case, SmallGrant) else None


class DeliveryForm(StepForm):
    """How and when a letter reached the offeror; the term runs from that event."""

    channel = SelectField(
        lazy("How the letter was sent"), choices=CHANNELS, validators=[InputRequired(CHOOSE)]
    )
    event = RadioField(lazy("What happened"), choices=EVENTS, validators=[InputRequired(CHOOSE)])
    delivered_at = MomentField(lazy("Date and hour of this event"))
    evidence = TextField(
        lazy("What proves it"),
        most=300,
        description=lazy("For example the number of the receipt or of the proof in e-Doręczenia."),
    )

    def validate_delivered_at(self, field: Any) -> None:
        """Nothing is delivered in the future. Raises ValidationError."""
        if field.data is not None and field.data > access.arrived_at():
            raise ValidationError(_("This moment lies in the future. Enter when the letter was delivered."))


class PartnerForm(StepForm):
    """Which offeror leaves a joint offer, and why."""

    party = SelectField(lazy("Offeror who resigns"), validators=[InputRequired(CHOOSE)])
    reason = LongTextField(lazy("Reason and the date of the offeror's letter"), most=2000)

    def fill(self, case: Application) -> None:
        standing = [party for party in case.parties if party.resigned_at is None]
        self.party.choices = [SelectChoice(str(party.id), party.organisation.name) for party in standing]

    def answers(self, case: Application) -> dict[str, Any]:  # the signature of every step form
        return {"party_id": int(self.party.data), "reason": self.reason.data}


FORMS: dict[str, type[StepForm]] = {
    "submission": SubmissionForm,
    "delivery": DeliveryForm,
    "partner": PartnerForm,
}
