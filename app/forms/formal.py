"""The formal card: a mark, a note and the places to correct for each criterion; and the offeror of an offer on paper."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, SelectMultipleField, ValidationError
from wtforms.validators import Optional

from app.forms.base import LongTextField, TextField
from app.forms.dynamic import choices, put
from app.forms.organisations import TAKEN
from app.forms.steps.review import PaperRegistrationForm
from app.i18n import _, lazy
from app.models import Application, FormalCriterion
from app.models.application import Mark
from app.models.organisation import LegalForm
from app.queries import organisations as known
from app.queries.offer_list import organisations_for_paper
from app.queries.review import MARKS, all_places, card_lines
from app.services.legal_forms import FORM_RULES, check_number
from workflows.calendar import local_day
from workflows.identifiers import IdentifierFault

NEW = "new"


class FormalCardForm(FlaskForm):
    """The marks of one offer. It saves at any time: what is not marked yet keeps the steps of the result away."""

    def fill(self, offer: Application) -> None:
        """Put in the fields of the call's criteria with the marks given so far."""
        self.lines = card_lines(offer)
        self.groups = all_places(offer.call.form.form)
        places = choices((place.name, place.label) for _title, group in self.groups for place in group)
        marks = choices((mark.value, _(word)) for mark, (word, _tone) in MARKS.items())
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
        super().fill(case)
        self.known = {row.public_id: row for row in organisations_for_paper()}
        first = (("", _("Choose")), (NEW, _("– not on the list: enter it below –")))
        self.organisation.choices = choices((*first, *((key, row.name) for key, row in self.known.items())))
        rules = (rule for rule in FORM_RULES.values() if rule.form is not LegalForm.BRANCH)
        self.legal_form.choices = choices((rule.form.value, _(rule.name)) for rule in rules)

    @property
    def is_new(self) -> bool:
        return bool(self.organisation.data == NEW)

    def validate_organisation(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Choose the organisation, or enter a new one."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Of a new organisation the data on the paper are needed; WTForms asks an optional field nothing when it is empty."""
        holds = bool(super().validate(extra_validators))
        if not self.is_new:
            return holds
        for field in (self.name, self.legal_form, self.address):
            if not field.data:
                field.errors = [*field.errors, _("Fill in this field.")]
                holds = False
        fault = self._fault_of_number()
        if fault:
            self.register_number.errors = [*self.register_number.errors, fault]
        return holds and not fault

    def _fault_of_number(self) -> Any:
        rule = next((rule for rule in FORM_RULES.values() if rule.form.value == self.legal_form.data), None)
        if rule is None:
            return None
        try:
            register, number = check_number(rule.form, self.register_number.data or "")
        except IdentifierFault as fault:
            return _(fault.msgid)
        return TAKEN["register_number"] if number and known.registered(register, number) else None

    def filed_on(self) -> date | None:
        """The day that chooses the law, as far as it can be read: of posting where that counts, else of the receipt."""
        posted = self.posted_on.data if "posted_on" in self else None
        return posted or (local_day(self.received_at.data) if self.received_at.data else None)

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
            "posted_on",
            "evidence",
            "case_mark",
        )
        return {name: self[name].data for name in names if name in self}
