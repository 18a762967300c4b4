"""What the steps of a call ask: where it was published, what changes, how the pool changes, why it ends."""

from datetime import date, datetime
from typing import Any

from wtforms import SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from app.forms.base import CountField, DayField, LongTextField, MomentField, MoneyField, StepForm, TextField
from app.forms.call_rows import ShareField, lines_of
from app.i18n import lazy
from app.models.procedure import Place
from app.queries.publication_term import PublicationTerm, publication_term
from app.services import clock
from workflows.calendar import local_day, passed

WHERE = {
    Place.BIP: (lazy("Public Information Bulletin (BIP): published on"), lazy("BIP: address of the page")),
    Place.NOTICE_BOARD: (
        lazy("Notice board in the office: published on"),
        lazy("Notice board: where and by whom it was hung"),
    ),
    Place.WEBSITE: (lazy("The city's website: published on"), lazy("Website: address of the page")),
}


class PlacesForm(StepForm):
    """A day and a reference for each of the three places (art. 13 ust. 3)."""

    template = "steps/publication.html"
    term: PublicationTerm | None = None

    bip_on = DayField(WHERE[Place.BIP][0])
    bip_reference = TextField(WHERE[Place.BIP][1], most=500)
    notice_board_on = DayField(WHERE[Place.NOTICE_BOARD][0])
    notice_board_reference = TextField(WHERE[Place.NOTICE_BOARD][1], most=500)
    website_on = DayField(WHERE[Place.WEBSITE][0])
    website_reference = TextField(WHERE[Place.WEBSITE][1], most=500)

    def validate_bip_on(self, field: Any) -> None:
        """What is recorded has happened: a day in the future is refused."""
        _not_in_future(field.data)

    validate_notice_board_on = validate_bip_on
    validate_website_on = validate_bip_on

    def places(self) -> dict[Place, dict[str, Any]]:
        """By place: the day and where to find it."""
        return {
            place: {"on": self[f"{place.value}_on"].data, "reference": self[f"{place.value}_reference"].data}
            for place in Place
        }

    def answers(self, case: Any) -> dict[str, Any]:  # the base's signature
        return {"places": self.places()}


class PublicationForm(PlacesForm):
    """The first announcement; the page says by when it must have appeared."""

    def fill(self, case: Any) -> None:
        self.term = publication_term(case.deadline) if case.deadline else None


class OrderedForm(PlacesForm):
    """A change by a new order, published again in three places."""

    order_number = TextField(lazy("Number of the order"), most=60)
    order_date = DayField(lazy("Date of the order"))
    reason = LongTextField(lazy("Reason, as it will be published"), most=2000)

    def answers(self, case: Any) -> dict[str, Any]:  # the base's signature
        return {
            "order_number": self.order_number.data,
            "order_date": self.order_date.data,
            "reason": self.reason.data,
            "places": self.places(),
        }


class AmendmentForm(OrderedForm):
    """New terms. The statutory days run again from the last of the new publications."""

    TERMS = ("summary", "place", "task_from", "task_to", "max_grant_grosze", "min_own_share_bp", "who_may_apply",
             "granting_rules", "terms", "selection_mode", "correction_days", "calling_off_grounds", "contact",
             "decision_by", "deadline")  # fmt: skip

    deadline = MomentField(lazy("Deadline for offers"))
    decision_by = DayField(lazy("Date of selection"))
    summary = LongTextField(lazy("The task in one sentence"), required=False, most=500)
    place = TextField(lazy("Place of the task"), most=500)
    task_from = DayField(lazy("The task begins"))
    task_to = DayField(lazy("The task ends"))
    max_grant_grosze = MoneyField(lazy("Highest grant"), required=False)
    min_own_share_bp = ShareField(lazy("Lowest own contribution, in percent"), required=False)
    who_may_apply = LongTextField(lazy("Who may apply"))
    granting_rules = LongTextField(lazy("Rules of granting"), most=8000)
    terms = LongTextField(lazy("Conditions of the task"), most=8000)
    selection_mode = LongTextField(lazy("Mode of selection"))
    required_attachments = LongTextField(lazy("Required attachments, one in a line"), required=False)
    correction_days = CountField(lazy("Days for corrections"), least=1, most=60)
    calling_off_grounds = LongTextField(lazy("Grounds for calling the call off"), required=False)
    contact = LongTextField(lazy("Questions about the call"), required=False, most=500)

    def fill(self, case: Any) -> None:
        if self.is_submitted():
            return
        for name in self.TERMS:
            self[name].data = getattr(case, name)
        self.required_attachments.data = "\n".join(case.required_attachments)

    def validate_deadline(self, field: Any) -> None:
        _in_future(field.data)

    def answers(self, case: Any) -> dict[str, Any]:
        terms = {name: self[name].data for name in self.TERMS}
        terms["required_attachments"] = lines_of(self.required_attachments.data)
        return {**super().answers(case), "terms": terms}


class ExtensionForm(OrderedForm):
    """Only the deadline, and with it the date of selection, moves later."""

    deadline = MomentField(lazy("New deadline for offers"))
    decision_by = DayField(
        lazy("New date of selection"), required=False, description=lazy("Only if it changes.")
    )

    def validate_deadline(self, field: Any) -> None:
        _in_future(field.data)

    def answers(self, case: Any) -> dict[str, Any]:
        return {**super().answers(case), "deadline": self.deadline.data, "decision_by": self.decision_by.data}


class OutageForm(ExtensionForm):
    """An extension for everybody after an outage that was recorded."""

    outage_from = MomentField(lazy("The outage began"))
    outage_to = MomentField(lazy("The outage ended"))

    def answers(self, case: Any) -> dict[str, Any]:
        return {
            **super().answers(case),
            "outage_from": self.outage_from.data,
            "outage_to": self.outage_to.data,
        }


class PoolForm(StepForm):
    """The pool of one budget year by a new budget act."""

    year = SelectField(lazy("Budget year"), coerce=int)
    amount_grosze = MoneyField(lazy("The pool of that year from now on"))
    act = TextField(
        lazy("Budget act"),
        description=lazy("For example: resolution No. XII/345/26 of the Council of the City of Kraków"),
        most=300,
    )
    act_date = DayField(lazy("Date of the act"))

    def fill(self, case: Any) -> None:
        self.year.choices = [SelectChoice(year, str(year)) for year in case.years]


class EndingForm(OrderedForm):
    """Why the call ends without an award, by which order, and where that was announced (art. 18a UDPPiW)."""


def _not_in_future(day: date | None) -> None:
    if day is not None and day > local_day(clock.now()):
        raise ValidationError(lazy("This day has not come yet. Record the publication when it has happened."))


def _in_future(moment: datetime | None) -> None:
    if moment is not None and passed(moment, clock.now()):
        raise ValidationError(lazy("This moment has passed already. Choose a later one."))


FORMS: dict[str, type[StepForm]] = {
    "publication": PublicationForm,
    "amendment": AmendmentForm,
    "extension": ExtensionForm,
    "outage": OutageForm,
    "pool": PoolForm,
    "ending": EndingForm,
}
