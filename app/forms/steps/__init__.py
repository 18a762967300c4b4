"""The forms that steps ask for, by the name in the step's `asks`."""

from app.forms.base import StepForm
from app.forms.steps import agreement, awards, call, commission, offer, plain, review, settlement

FORMS: dict[str, type[StepForm]] = {
    **plain.FORMS,
    **call.FORMS,
    **commission.FORMS,
    **awards.FORMS,
    **offer.FORMS,
    **review.FORMS,
    **agreement.FORMS,
    **settlement.FORMS,
}


def form_for(asks: str | None) -> type[StepForm]:
    """The form of a step; one that asks for nothing gets an empty form with the protection of every form."""
    return FORMS[asks] if asks else plain.NothingForm
