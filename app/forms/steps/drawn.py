"""The forms of the documents that are drawn up for the commission and for whoever asks for reasons."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from wtforms import Form, SelectField, SelectMultipleField, ValidationError
from wtforms.validators import InputRequired

from app.forms.base import CountField, DayField, LongTextField, MomentField, StepForm, TextField
from app.forms.dynamic import choices, put
from app.i18n import _, day, lazy, moment
from app.models import Call, Offer
from app.queries.commission import offerors_of
from app.queries.drawn import drawn_of
from app.queries.facts.call import CallFacts
from app.queries.justification import Reasons, reasons_of
from app.services.access import arrived_at
from workflows.calendar import local_day
from workflows.kinds import DocumentKind


class DrawnForm(StepForm):
    """A document of typed answers: a new one, or one in place of an earlier one that is wrong."""

    template = "steps/drawn_document.html"
    kind: ClassVar[DocumentKind]

    replaces = SelectField(
        lazy("New document or replacement"),
        coerce=int,
        description=lazy("An issued document is never changed. A wrong one is replaced by a new one."),
    )

    def fill(self, case: Any) -> None:
        """The earlier documents of the kind; without any there is nothing to choose."""
        earlier = drawn_of(case, self.kind)
        if not earlier:
            if "replaces" in self:
                del self.replaces
            return
        self.replaces.choices = choices(
            [(0, _("a new document"))]
            + [
                (row.subject_id, _("replaces the one of %(moment)s", moment=moment(row.drawn_at)))
                for row in earlier
            ]
        )
        if not self.is_submitted():
            self.replaces.data = 0

    def last(self, case: Any, kind: DocumentKind) -> Mapping[str, Any]:
        """What was written in the newest document of a kind; empty without one."""
        rows = drawn_of(case, kind)
        return rows[0].content if rows else {}


def not_yet_come(_form: Form, field: Any) -> None:
    """A day that is over or today."""
    if field.data is not None and field.data > local_day(arrived_at()):
        raise ValidationError(_("This day has not come yet."))


def still_to_come(_form: Form, field: Any) -> None:
    """A moment that lies ahead."""
    if field.data is not None and field.data <= arrived_at():
        raise ValidationError(_("This moment has passed already."))


def member_rows(call: Call, ids: list[int]) -> list[dict[str, str]]:
    """The chosen members with their names as they stand now."""
    return [
        {
            "name": member.user.name or member.user.email,
            "function": str(_("chair of the commission") if member.chair else _("member of the commission")),
            "indicated_by": member.indicated_by,
        }
        for member in CallFacts(call).members
        if member.id in ids
    ]


class MeetingForm(DrawnForm):
    """When and where the commission meets, and which of its members."""

    begins = MomentField(lazy("Begin of the meeting"))
    place = TextField(lazy("Place"), required=False, description=lazy("Address and room."))
    members = SelectMultipleField(
        lazy("Members"), coerce=int, validators=[InputRequired(lazy("Tick at least one member."))]
    )

    def fill(self, case: Call) -> None:
        super().fill(case)
        members = CallFacts(case).members
        self.members.choices = choices(
            (member.id, member.user.name or member.user.email) for member in members
        )
        if not self.is_submitted():
            self.members.data = [member.id for member in members]

    def answers(self, case: Call) -> dict[str, Any]:
        return {**super().answers(case), "members": member_rows(case, self.members.data or [])}


class InvitationForm(MeetingForm):
    """The invitation to a meeting of the commission."""

    kind = DocumentKind.COMMISSION_INVITATION

    online = TextField(
        lazy("Online"),
        required=False,
        description=lazy("The address of the meeting, if it is held at a distance."),
    )
    agenda = LongTextField(lazy("Agenda"), description=lazy("One point a line."))
    offers = SelectMultipleField(lazy("Offers to be discussed"), coerce=int)
    remarks = LongTextField(lazy("Remarks"), required=False, most=2000)

    def fill(self, case: Call) -> None:
        super().fill(case)
        self.listed = offerors_of(case)
        self.offers.choices = choices(
            (offer.id, f"{offer.number or '–'}. {names}: {offer.title}") for offer, names in self.listed
        )

    def validate_begins(self, field: Any) -> None:
        still_to_come(self, field)

    def validate(self, extra_validators: Any = None) -> bool:
        """The commission meets somewhere."""
        holds = bool(super().validate(extra_validators))
        if not self.place.data and not self.online.data:
            nowhere = _("Say where the commission meets: a place, an address online, or both.")
            self.place.errors = [*self.place.errors, nowhere]
            return False
        return holds

    def answers(self, case: Call) -> dict[str, Any]:
        chosen = set(self.offers.data or ())
        rows = [
            {"number": str(offer.number or "–"), "offeror": names, "title": offer.title}
            for offer, names in self.listed
            if offer.id in chosen
        ]
        return {**super().answers(case), "offers": rows}


class AttendanceForm(MeetingForm):
    """The attendance list of a meeting; what the last invitation said stands there already."""

    kind = DocumentKind.ATTENDANCE_LIST

    quorum = CountField(
        lazy("Quorum"),
        least=1,
        most=100,
        description=lazy("How many members must be present, by the rules of the commission."),
    )

    def fill(self, case: Call) -> None:
        super().fill(case)
        if self.is_submitted():
            return
        invitation = self.last(case, DocumentKind.COMMISSION_INVITATION)
        self.quorum.data = len(CallFacts(case).members) // 2 + 1
        if invitation:
            self.begins.data = datetime.fromisoformat(invitation["begins"])
            self.place.data = invitation.get("place") or invitation.get("online")

    def validate(self, extra_validators: Any = None) -> bool:
        """A list is signed at a place."""
        holds = bool(super().validate(extra_validators))
        if not self.place.data:
            self.place.errors = [*self.place.errors, _("Fill in this field.")]
            return False
        return holds

    def validate_quorum(self, field: Any) -> None:
        if field.data is not None and field.data > len(self.members.choices or ()):
            raise ValidationError(_("The commission has not so many members."))

    def answers(self, case: Call) -> dict[str, Any]:
        members = CallFacts(case).members
        chair = next((member.user.name or member.user.email for member in members if member.chair), "")
        return {**super().answers(case), "whole": len(members), "chair": chair}


class JustificationForm(DrawnForm):
    """Who asked and when; the points stand fast, the reasons of the cards are proposed and can be written anew."""

    kind = DocumentKind.JUSTIFICATION_ANSWER
    template = "steps/justification_answer.html"
    found: Reasons | None

    asker = TextField(lazy("Who asked"), description=lazy("Name of the person or organisation."))
    asker_address = LongTextField(lazy("Address of whoever asked"), required=False, most=500)
    asker_email = TextField(lazy("E-mail of whoever asked"), required=False)
    received_on = DayField(lazy("Request received on"))
    grounds = LongTextField(
        lazy("Grounds that decided"), most=8000, description=lazy("Why the offer was selected or rejected.")
    )

    def fill(self, case: Offer) -> None:
        super().fill(case)
        self.found = reasons_of(case)
        self.reasons = [
            put(
                self,
                f"reason-{item.criterion_id}",
                LongTextField(item.name, required=False, most=4000),
                item.reasons,
            )
            for item in (self.found.criteria if self.found else ())
        ]
        if self.found and not self.is_submitted():
            self.grounds.data = self.found.grounds

    def validate_received_on(self, field: Any) -> None:
        not_yet_come(self, field)
        if field.data is not None and self.found and field.data < self.found.announced_on:
            announced = day(self.found.announced_on)
            raise ValidationError(
                _("The results were announced on %(day)s; nobody can have asked before.", day=announced)
            )

    def answers(self, case: Offer) -> dict[str, Any]:
        """Points and term are stored with the answers, so that the document can be made again as it was."""
        found = self.found
        if found is None:
            return {}  # the guard refuses the step then
        names = ("asker", "asker_address", "asker_email", "received_on", "grounds", "replaces")
        return {
            **{name: field.data for name, field in self._fields.items() if name in names},
            "announced_on": found.announced_on,
            "request_until": found.until,
            "request_days": found.days,
            "outcome": found.outcome,
            "points": found.points,
            "criteria": [
                {
                    "name": item.name,
                    "points": item.points,
                    "most": item.most,
                    "reason": self[f"reason-{item.criterion_id}"].data,
                }
                for item in found.criteria
            ],
        }


FORMS: dict[str, type[StepForm]] = {
    "commission_invitation": InvitationForm,
    "attendance_list": AttendanceForm,
    "justification_answer": JustificationForm,
}
