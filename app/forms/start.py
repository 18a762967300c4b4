"""What is asked before an offer is begun, and how a partner is found."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired

from app.forms.base import TextField
from app.i18n import _, lazy
from app.models import Application, Membership

YES_NO = [SelectChoice("yes", lazy("Yes")), SelectChoice("no", lazy("No"))]
ANSWER = lazy("Answer yes or no.")
WHY_NOT = {
    "entity": lazy("Only non-governmental organisations and the other entities of art. 3 ust. 3 may submit offers (art. 11 ust. 3)."),
    "statute": lazy("The task must belong to the public benefit activity that your statute names. Change the statute or look for another call."),
    "not_for_profit": lazy("A grant cannot finance business activity (art. 9 ust. 1 pkt 2 of the Act)."),
    "signatures": lazy("No offer can be submitted without the signatures of those who represent you. Record them under Organisation first."),
}  # fmt: skip


class StartForm(FlaskForm):
    """Four questions, the organisation, and an older offer to copy. An answer "no" says why it stands in the way."""

    entity = RadioField(
        lazy("Is your organisation a non-governmental organisation or another entity of art. 3 ust. 3?"),
        choices=YES_NO, validators=[InputRequired(ANSWER)],
        description=lazy("For example a foundation, an association, a sports club, a church legal person, a social cooperative."),
    )  # fmt: skip
    statute = RadioField(
        lazy("Does your statute name work in the field of this task?"),
        choices=YES_NO,
        validators=[InputRequired(ANSWER)],
    )
    not_for_profit = RadioField(
        lazy("Will the task be done outside your business activity?"),
        choices=YES_NO,
        validators=[InputRequired(ANSWER)],
    )
    signatures = RadioField(
        lazy("Can everybody whose signature is needed sign here before the deadline?"),
        choices=YES_NO, validators=[InputRequired(ANSWER)],
    )  # fmt: skip
    organisation = SelectField(
        lazy("Organisation that applies"), validators=[InputRequired(lazy("Choose the organisation."))]
    )
    source = SelectField(
        lazy("Begin with the text of an older offer"),
        description=lazy("Declarations are made anew for each offer."),
    )
    joint = BooleanField(lazy("We apply together with another organisation (a joint offer)"))

    def offer_choices(self, memberships: Sequence[Membership], older: Sequence[Application]) -> None:
        """Fill the lists: the person's organisations, and their older offers."""
        self.organisation.choices = [
            SelectChoice(row.organisation.public_id, row.organisation.name) for row in memberships
        ]
        copies = [SelectChoice(row.public_id, _older(row)) for row in older]
        self.source.choices = [SelectChoice("", _("Begin with an empty form")), *copies]

    def refuse_no(self) -> bool:
        """Put the reason beside every question that was answered with no; tells whether there was any."""
        refused = [name for name in WHY_NOT if self[name].data == "no"]
        for name in refused:
            self[name].errors = [*self[name].errors, WHY_NOT[name]]
        return bool(refused)


def _older(offer: Application) -> str:
    return f"{offer.title or _('Offer without a title')} – {offer.call.title}"


class PartnerSearchForm(FlaskForm):
    """A partner of a joint offer, found by a number that the organisation knows by heart."""

    number = TextField(
        lazy("KRS number or NIP of the partner"), most=30,
        description=lazy("The partner must have its account in this system. Its people then see the draft and sign it too."),
    )  # fmt: skip

    def validate_number(self, _field: Any) -> None:
        """Digits with spaces or hyphens. Raises ValidationError."""
        if not 9 <= len(self.digits) <= 14:
            raise ValidationError(_("Enter the ten digits of the KRS number or of the NIP."))

    @property
    def digits(self) -> str:
        """The number without what people put between the digits."""
        return "".join(c for c in self.number.data or "" if c in "0123456789")
