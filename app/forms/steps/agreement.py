"""What the steps of an agreement ask for."""

from decimal import Decimal
from typing import Any

from wtforms import FieldList, Form, FormField, RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired

from app.forms.base import (
    CarriedField,
    DayField,
    LongTextField,
    MoneyField,
    StepForm,
    TextField,
    TickField,
)
from app.i18n import lazy, say
from app.models import Agreement, Application
from app.queries.agreement_plan import AgreementPlan
from app.queries.facts.agreement import AgreementFacts
from app.queries.signatures import contractors
from app.services.access import arrived_at
from workflows.amounts import AmountFault, parse_quantity, typed_quantity
from workflows.calendar import local_day
from workflows.cost_shift import NewCost
from workflows.engine import Refusal
from workflows.identifiers import grouped_account

MANNERS = (
    ("paper", lazy("by hand, on paper")),
    ("qualified", lazy("with a qualified electronic signature")),
)


def offer_behind(case: Any) -> Application:
    """The offer of an agreement, or the offer itself while its agreement is being drafted."""
    offer: Application = case.offer if isinstance(case, Agreement) else case
    return offer


def account_choices(offer: Application) -> list[tuple[str, str]]:
    """The bank accounts of the contractors, with their owners where there are several."""
    owners = {owner.id: owner for party in contractors(offer) for owner in (party, party.applicant)}.values()
    return [
        (account.number, f"{grouped_account(account.number)} – {owner.name}")
        for owner in owners
        for account in owner.accounts
    ]


def not_in_the_future(_form: Any, field: Any) -> None:
    """A day that is over or today."""
    if field.data is not None and field.data > local_day(arrived_at()):
        raise ValidationError(lazy("This day has not come yet."))


class AgreementDraftForm(StepForm):
    """The terms that the offer does not hold; everything else comes from the offer, the award and the call."""

    account_number = SelectField(
        lazy("Account to which the grant is paid"),
        validators=[
            InputRequired(lazy("Choose an account. The organisation adds accounts under its own data."))
        ],
        description=lazy("The organisation's accounts. Only these can be chosen."),
    )
    budget_classification = TextField(
        lazy("Budget classification"),
        most=60,
        description=lazy("Division, chapter and paragraph, for example 851-85195-2360."),
    )
    spend_from = DayField(
        lazy("First day for spending the grant"), description=lazy("Costs before this day are not eligible.")
    )
    special_terms = LongTextField(lazy("Special terms"), required=False)

    def fill(self, case: Any) -> None:
        offer = offer_behind(case)
        self.account_number.choices = account_choices(offer)
        if isinstance(case, Agreement):
            self.account_number.data = case.account_number
            self.budget_classification.data = case.budget_classification
            self.spend_from.data = case.spend_from
            self.special_terms.data = case.special_terms
            return
        version = offer.current_version
        self.spend_from.data = offer.call.form.read(version.content).day("date_from") if version else None
        if self.account_number.choices:
            self.account_number.data = self.account_number.choices[0][0]


class SigningForm(StepForm):
    """That a signature was given: when, how, and by whose statement."""

    signed_on = DayField(lazy("Day of the signature"))
    manner = RadioField(
        lazy("How it was signed"),
        choices=MANNERS,
        validators=[InputRequired(lazy("Choose how it was signed."))],
    )
    confirmed = TickField(
        lazy("I have signed the agreement as it stands here, with its annexes."),
        must=lazy("Confirm that you have signed."),
    )

    def fill(self, case: Any) -> None:
        self.signed_on.data = local_day(arrived_at())

    def validate_signed_on(self, field: Any) -> None:
        not_in_the_future(self, field)


class CitySigningForm(SigningForm):
    """The city's signature; the agreement is concluded on the day of the last one."""

    confirmed = TickField(
        lazy("I have signed the agreement for the Municipality of Kraków."),
        must=lazy("Confirm that you have signed."),
    )

    def validate_signed_on(self, field: Any) -> None:
        not_in_the_future(self, field)


class TransferForm(StepForm):
    """That a tranche was transferred."""

    transferred_on = DayField(lazy("Day of the transfer"))
    reference = TextField(
        lazy("Number of the transfer"), most=80, description=lazy("As it stands on the bank statement.")
    )

    def fill(self, case: Any) -> None:
        self.transferred_on.data = local_day(arrived_at())


class AnnexForm(StepForm):
    """What is to change and why."""

    subject = TextField(lazy("What is to change"), most=200)
    new_task_to = DayField(
        lazy("New last day of the task"), required=False, description=lazy("Leave empty if the day stays.")
    )
    new_account_number = SelectField(
        lazy("New account"), description=lazy("Leave empty if the account stays.")
    )
    reason = LongTextField(lazy("Why"), most=2000)

    def fill(self, case: Any) -> None:
        self.new_account_number.choices = [("", lazy("no change")), *account_choices(offer_behind(case))]
        self.new_account_number.data = ""


class QuantityField(TextField):
    """A number of units; `quantity` is the number that was read."""

    quantity: Decimal = Decimal(0)

    def post_validate(self, _form: Any, validation_stopped: bool) -> None:
        if validation_stopped:
            return
        try:
            self.quantity = parse_quantity(self.data or "")
        except AmountFault as fault:
            raise ValidationError(say(Refusal(fault.code, fault.msgid, fault.params))) from None


class CostLineForm(Form):
    """One cost of the agreement with its new unit cost and quantity; where the form counts no units, it is one of its value."""

    key = CarriedField()
    unit_cost = MoneyField(lazy("Unit cost"))
    quantity = QuantityField(lazy("Number of units"), most=40)


class AnnexConclusionForm(StepForm):
    """The annex as both sides signed it."""

    template = "agreement/conclude_annex.html"

    concluded_on = DayField(lazy("Day of the annex (last signature)"))
    new_task_to = DayField(lazy("Last day of the task by the annex"), required=False)
    answer = LongTextField(lazy("Remarks"), required=False, most=2000)
    costs = FieldList(FormField(CostLineForm), lazy("Costs"), max_entries=200)

    def fill(self, case: Any) -> None:
        plan = AgreementPlan(case)
        self.lines, self.counts_units = plan.sums.lines, plan.kit.counts_units
        while self.costs.entries:
            self.costs.pop_entry()
        for line in self.lines:
            quantity = typed_quantity(line.quantity)
            self.costs.append_entry(
                {"key": line.key, "unit_cost": line.unit_cost_grosze, "quantity": quantity}
            )
        annex = AgreementFacts(case).open_annex
        self.concluded_on.data = local_day(arrived_at())
        self.new_task_to.data = annex.new_task_to if annex else None

    def answers(self, case: Any) -> dict[str, Any]:
        """The costs as they will be, beside the plain answers."""
        costs = [
            NewCost(entry.form.key.data or "", entry.form.unit_cost.data, entry.form.quantity.quantity)
            for entry in self.costs.entries
        ]
        return {**super().answers(case), "costs": costs}

    def validate_concluded_on(self, field: Any) -> None:
        not_in_the_future(self, field)


FORMS: dict[str, type[StepForm]] = {
    "agreement_draft": AgreementDraftForm,
    "signing": SigningForm,
    "city_signing": CitySigningForm,
    "transfer": TransferForm,
    "annex": AnnexForm,
    "annex_conclusion": AnnexConclusionForm,
}
