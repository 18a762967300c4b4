"""What each case page shows beside what all case pages have."""

from typing import Any

from app.models import Agreement, Call, Offer, Settlement
from app.queries.pages import agreement, call, offer, settlement
from workflows.engine import Context


def gather(case: Any, context: Context, audience: str) -> dict[str, Any]:
    """The values for the page of this case and this reader."""
    match case:
        case Call():
            return call.gather(case, context, audience)
        case Offer():
            return offer.gather(case, context, audience)
        case Agreement():
            return agreement.gather(case, context, audience)
        case Settlement():
            return settlement.gather(case, context, audience)
    raise TypeError(type(case).__name__)
