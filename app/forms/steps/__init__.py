"""The forms that steps ask for, by the name in the step's `asks`."""

from app.forms import comment
from app.forms.base import StepForm
from app.forms.steps import (
    agreement,
    awards,
    call,
    commission,
    control,
    drawn,
    intake,
    offer,
    plain,
    redacted_copy,
    request,
    review,
    settlement,
    small_grant,
)

FORMS: dict[str, type[StepForm]] = {
    **plain.FORMS,
    **call.FORMS,
    **commission.FORMS,
    **drawn.FORMS,
    **awards.FORMS,
    **offer.FORMS,
    **review.FORMS,
    **intake.FORMS,
    **small_grant.FORMS,
    **comment.FORMS,
    **redacted_copy.FORMS,
    **agreement.FORMS,
    **control.FORMS,
    **settlement.FORMS,
    **request.FORMS,
}


def form_for(asks: str | None) -> type[StepForm]:
    """The form of a step; one that asks for nothing gets an empty form with the protection of every form."""
    return FORMS[asks] if asks else plain.NothingForm
