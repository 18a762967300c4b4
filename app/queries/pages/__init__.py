"""What each case page shows beside what all case pages have."""

from typing import Any

from app.models import Agreement, Call, Intake, Offer, Request, Settlement, SmallGrant
from app.queries.pages.agreement import gather as gather_agreement
from app.queries.pages.call import gather as gather_call
from app.queries.pages.intake import gather as gather_intake
from app.queries.pages.offer import gather as gather_offer
from app.queries.pages.request import gather as gather_request
from app.queries.pages.settlement import gather as gather_settlement
from app.queries.pages.small_grant import gather as gather_small_grant
from workflows.engine import Context


def gather(case: Any, context: Context, audience: str) -> dict[str, Any]:
    """The values for the page of this case and this reader."""
    match case:
        case Call():
            return gather_call(case, context, audience)
        case Offer():
            return gather_offer(case, context, audience)
        case Intake():
            return gather_intake(case, context, audience)
        case SmallGrant():
            return gather_small_grant(case, context, audience)
        case Agreement():
            return gather_agreement(case, context, audience)
        case Settlement():
            return gather_settlement(case, context, audience)
        case Request():
            return gather_request(case, context, audience)
    raise TypeError(type(case).__name__)
