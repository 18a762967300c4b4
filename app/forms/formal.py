"""The formal card: a mark, a note and the places to correct for each criterion; and the offeror of an offer on paper."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, SelectMultipleField, ValidationError
from wtforms.validators import Optional

from app.forms.base import LongTextField, TextField
from app.forms.dynamic import put
from app.forms.organisations import TAKEN
from app.forms.steps.review import PaperRegistrationForm
from app.i18n import _, lazy
from app.models import FormalCriterion, Offer
from app.models.offer import Mark
from app.queries import organisations as known
from app.queries.offer_list import organisations_for_paper
from app.queries.review import MARKS, all_places, card_lines
from app.services.legal_forms import FORM_RULES, check_number
from workflows.identifiers import IdentifierFault

NEW = "new"


class FormalCardForm(FlaskForm):
    """The marks of one offer. It saves at any time: what is not marked yet keeps the steps of the result away."""

    def fill(self, offer: Offer) -> None:
        """Put in the fields of the call's criteria with the marks given so far."""
        self.lines = card_lines(offer)
        self.groups = all_places()
        places = [(place.name, place.label) for _title, group in self.groups for place in group]
        marks = [(mark.value, _(word)) for mark, (word, _tone) in MARKS.items()]
        for line in self.lines:
            key, row = line.criterion.id, line.mark
            put(
                self,
                f"mark-{key}",
                RadioField(line.criterion.text, choices=marks, validators=[Optional()]),
                row.mark.value if row else None,
            )
            put(
                self,
                f"note-{key}",
                LongTextField(lazy("Note"), required=False, most=2000),
                row.note if row else "",
            )
            put(
                self,
                f"fields-{key}",
                SelectMultipleField(lazy("Places to correct"), choices=places),
                list(row.fields) if row else [],
            )

    def rows(self) -> list[tuple[Any, Any, Any, Any]]:
        """Each line of the card with its three fields."""
        return [
            (
                line,
                self[f"mark-{line.criterion.id}"],
                self[f"note-{line.criterion.id}"],
                self[f"fields-{line.criterion.id}"],
            )
            for line in self.lines
        ]

    def marks(self) -> list[tuple[FormalCriterion, Mark, str, list[str]]]:
        """What was marked: criterion, mark, note, places."""
        return [
            (line.criterion, Mark(mark.data), note.data, list(fields.data or ()))
            for line, mark, note, fields in self.rows()
            if mark.data
        ]


class PaperOfferForm(PaperRegistrationForm):
    """An offer on paper with its offeror: one that is known, or a new one from the data on the paper."""

    organisation = SelectField(lazy("Organisation"))
    name = TextField(lazy("Full name, as in the register"), required=False, most=300)
    legal_form = SelectField(lazy("Legal form"), validators=[Optional()])
    register_number = TextField(lazy("Number in the register"), required=False, most=200)
    address = LongTextField(lazy("Seat: street, number, postal code, town"), required=False, most=500)
    email = TextField(lazy("E-mail address of the organisation"), required=False, most=320)

    def fill(self, case: Any) -> None:
        self.known = {row.public_id: row for row in organisations_for_paper()}
        self.organisation.choices = [
            ("", _("Choose")), (NEW, _("– not on the list: enter it below –")), *((key, row.name) for key, row in self.known.items()),
        ]  # fmt: skip
        self.legal_form.choices = [
            (rule.form.value, _(rule.name)) for rule in FORM_RULES.values() if rule.form.value != "branch"
        ]

    @property
    def is_new(self) -> bool:
        return bool(self.organisation.data == NEW)

    def validate_organisation(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Choose the organisation, or enter a new one."))

    def validate_name(self, field: Any) -> None:
        if self.is_new and not field.data:
            raise ValidationError(_("Fill in this field."))

    validate_address = validate_name

    def validate_register_number(self, field: Any) -> None:
        rule = next((rule for rule in FORM_RULES.values() if rule.form.value == self.legal_form.data), None)
        if not self.is_new or rule is None:
            return
        try:
            register, number = check_number(rule.form, field.data or "")
        except IdentifierFault as fault:
            raise ValidationError(_(fault.msgid)) from None
        if number and known.registered(register, number):
            raise ValidationError(TAKEN["register_number"])

    def organisation_values(self) -> dict[str, Any]:
        """The new organisation's data as `services.paper` takes them."""
        return {
            name: self[name].data for name in ("name", "legal_form", "register_number", "address", "email")
        }

    def answers(self, case: Any) -> dict[str, Any]:
        names = (
            "title",
            "date_from",
            "date_to",
            "total_cost_grosze",
            "requested_grosze",
            "channel",
            "received_at",
            "evidence",
            "case_mark",
        )
        return {name: self[name].data for name in names}
