"""What the steps of an offer in an open call write beyond those of every application."""

from app.models import Offer
from app.models.application import VersionKind
from app.services import application
from app.services.application import Detail, arrive
from app.services.steps import Effect
from workflows.engine import Context


def replace(offer: Offer, context: Context) -> Detail:
    """A new version before the deadline; the number stays, the moment of arrival is that of the new version."""
    detail = arrive(offer, context, VersionKind.REPLACED)
    offer.submitted_at = offer.received_at = context.now
    return {"number": offer.number, **detail}


EFFECTS: dict[str, Effect] = {**application.EFFECTS, "replace": replace}
