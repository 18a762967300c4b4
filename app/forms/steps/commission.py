"""What the commission's steps ask: its members, the statement of impartiality, who scores what, the protocol."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from wtforms import BooleanField, Field, RadioField, SelectMultipleField, ValidationError
from wtforms.validators import InputRequired

from app.forms.base import DayField, LongTextField, StepForm, TextField, TickField
from app.forms.dynamic import choices, put
from app.i18n import _, lazy, ngettext
from app.models import Call, CommissionMember, Offer
from app.queries.commission import candidates, offerors_of, suggested_assignment
from app.queries.facts.call import CallFacts
from app.queries.scoring import standings
from app.services import access
from workflows.calendar import local_day

NO_GROUND = lazy("Say on which ground you are excluded.")


@dataclass(frozen=True)
class MemberRow:
    """One possible member and the fields about this person."""

    user_id: int
    name: str
    email: str
    member: Field
    indicated_by: Field


class CommissionForm(StepForm):
    """The order, the members with who indicated them, and one chair."""

    template = "steps/commission.html"

    order_number = TextField(lazy("Number of the order"), most=60)
    order_date = DayField(lazy("Date of the order"))
    chair = RadioField(
        lazy("Chair"),
        coerce=int,
        choices=(),
        validate_choice=False,
        validators=[InputRequired(lazy("Choose the chair."))],
    )

    def fill(self, case: Call) -> None:
        standing = {member.user_id: member for member in CallFacts(case).members}
        people = candidates()
        self.chair.choices = choices((person.id, person.name or person.email) for person in people)
        self.rows = [self._row(person, standing.get(person.id)) for person in people]
        if self.is_submitted():
            return
        if case.commission is not None:
            self.order_number.data, self.order_date.data = (
                case.commission.order_number,
                case.commission.order_date,
            )
            self.chair.data = next((member.user_id for member in standing.values() if member.chair), None)

    def _row(self, person: Any, member: CommissionMember | None) -> MemberRow:
        name = person.name or person.email
        return MemberRow(
            person.id, name, person.email,
            put(self, f"member-{person.id}", BooleanField(name), member is not None),
            put(self, f"indicated-{person.id}", TextField(lazy("Indicated by"), required=False, most=200),
                member.indicated_by if member else ""),
        )  # fmt: skip

    def _chosen(self) -> list[MemberRow]:
        return [row for row in self.rows if self[f"member-{row.user_id}"].data]

    def validate(self, extra_validators: Any = None) -> bool:
        """Every member has somebody who indicated the person, and the chair is one of them."""
        holds = super().validate(extra_validators)
        chosen = self._chosen()
        for row in chosen:
            field = self[f"indicated-{row.user_id}"]
            if not field.data:
                field.errors = [
                    *field.errors,
                    _("Say who indicated %(name)s: the Mayor or an organisation.", name=row.name),
                ]
                holds = False
        if self.chair.data is not None and self.chair.data not in {row.user_id for row in chosen}:
            self.chair.errors = [*self.chair.errors, _("The chair must be one of the members.")]
            holds = False
        return bool(holds)

    def answers(self, case: Call) -> dict[str, Any]:
        return {
            "order_number": self.order_number.data,
            "order_date": self.order_date.data,
            "members": [
                {"user_id": row.user_id, "chair": row.user_id == self.chair.data,
                 "indicated_by": self[f"indicated-{row.user_id}"].data}
                for row in self._chosen()
            ],
        }  # fmt: skip


@dataclass(frozen=True)
class OfferorRow:
    """One offer with its offerors, and the fields of an exclusion from it."""

    offer: Offer
    offerors: str
    excluded: Field
    ground: Field


class ImpartialityForm(StepForm):
    """The statement over the list of offerors: from which offers the member is excluded by law, and that no ground covers the others."""

    template = "steps/impartiality.html"

    confirmed = TickField(
        lazy(
            "I have read the list. To the offers that I did not tick no ground of art. 24 § 1–3 of the Code of"
            " Administrative Procedure applies. I will score impartially and keep to myself what I learn."
        ),
        must=lazy("Confirm the statement; without it you cannot see any offer."),
    )

    def fill(self, case: Call) -> None:
        self.rows = [
            OfferorRow(
                offer, names,
                put(self, f"excluded-{offer.id}", BooleanField(lazy("I exclude myself"))),
                put(self, f"ground-{offer.id}", TextField(lazy("Ground"), required=False, most=500)),
            )
            for offer, names in offerors_of(case)
        ]  # fmt: skip

    def validate(self, extra_validators: Any = None) -> bool:
        """An exclusion has its ground."""
        holds = super().validate(extra_validators)
        for row in self.rows:
            excluded, ground = self[f"excluded-{row.offer.id}"].data, self[f"ground-{row.offer.id}"]
            if excluded and not ground.data:
                ground.errors = [*ground.errors, NO_GROUND]
                holds = False
            elif ground.data and not excluded:
                ground.errors = [
                    *ground.errors,
                    _("You gave a ground: tick that you exclude yourself, or remove it."),
                ]
                holds = False
        return bool(holds)

    def answers(self, case: Call) -> dict[str, Any]:
        ids = [row.offer.id for row in self.rows]
        return {"exclusions": {i: self[f"ground-{i}"].data for i in ids if self[f"excluded-{i}"].data}}


@dataclass(frozen=True)
class AssignmentRow:
    """One offer and the members who may score it; the excluded are named with the reason."""

    offer: Offer
    field: Field
    barred: dict[int, str]


class AssignmentForm(StepForm):
    """Who scores what: a matrix of offers and members, filled with the standing cards or an even suggestion."""

    template = "steps/assignment.html"

    def fill(self, case: Call) -> None:
        facts = CallFacts(case)
        self.members, self.least = facts.members, case.evaluators_min
        suggested = suggested_assignment(case)
        names = choices((member.id, member.user.name or member.user.email) for member in self.members)
        self.rows = [
            AssignmentRow(
                offer,
                put(
                    self,
                    f"offer-{offer.id}",
                    SelectMultipleField(str(offer.number), coerce=int, choices=names),
                    suggested[offer.id],
                ),
                self._barred(offer),
            )
            for offer in facts.offers_to_assign
        ]

    def _barred(self, offer: Offer) -> dict[int, str]:
        found = {}
        for member in self.members:
            if any(exclusion.offer_id == offer.id for exclusion in member.exclusions):
                found[member.id] = str(_("excluded"))
            elif member.stated_at is None:
                found[member.id] = str(_("no statement"))
        return found

    def load(self) -> dict[int, int]:
        """How many offers each member would score, by member."""
        chosen: Iterable[int] = [i for row in self.rows for i in self[f"offer-{row.offer.id}"].data or ()]
        return {member.id: sum(i == member.id for i in chosen) for member in self.members}

    def answers(self, case: Call) -> dict[str, Any]:
        return {
            "assignment": {row.offer.id: list(self[f"offer-{row.offer.id}"].data or ()) for row in self.rows}
        }


class ProtocolForm(StepForm):
    """When the commission met, who was there, how it went, and dissenting opinions."""

    held_on = DayField(lazy("Day of the meeting"))
    present = SelectMultipleField(
        lazy("Present members"), coerce=int, validators=[InputRequired(lazy("Tick who was present."))]
    )
    course = LongTextField(lazy("Course of the meeting and opinion of the commission"), most=20_000)
    dissent = LongTextField(
        lazy("Dissenting opinions"),
        required=False,
        most=8000,
        description=lazy("Whose they are and what they say."),
    )

    def fill(self, case: Call) -> None:
        members = CallFacts(case).members
        self.present.choices = choices(
            (member.user_id, member.user.name or member.user.email) for member in members
        )
        if self.is_submitted():
            return
        written = case.protocol
        if written is not None:
            self.held_on.data, self.present.data = written.held_on, list(written.present_ids)
            self.course.data, self.dissent.data = written.course, written.dissent
            return
        self.held_on.data = local_day(access.arrived_at())
        self.present.data = [member.user_id for member in members]
        self.course.data = course_of(case)

    def validate_held_on(self, field: Any) -> None:
        if field.data is not None and field.data > local_day(access.arrived_at()):
            raise ValidationError(_("This day has not come yet."))


def course_of(call: Call) -> str:
    """A first text of the protocol from the figures of the scoring, in Polish, to be written on by the chair."""
    rows = standings(call)
    below = sum(1 for row in rows if call.threshold is not None and row.points < call.threshold)
    with force_locale("pl"):
        lines = [
            ngettext(
                "The commission assessed %(num)d offer.", "The commission assessed %(num)d offers.", len(rows)
            )
        ]
        if call.threshold is not None:
            lines.append(_("The threshold of the call is %(points)s points.", points=f"{call.threshold:f}"))
            lines.append(ngettext("%(num)d offer stayed below it.", "%(num)d offers stayed below it.", below))
        lines.append(_("The commission adopts the ranking list that is annexed to this protocol."))
    return "\n".join(str(line) for line in lines)


FORMS: dict[str, type[StepForm]] = {
    "commission": CommissionForm,
    "impartiality": ImpartialityForm,
    "assignment": AssignmentForm,
    "protocol": ProtocolForm,
}
