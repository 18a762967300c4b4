"""What the guards ask of a case. One class per case type; an object is made anew for every look."""

from typing import Any

from app.models import Agreement, Call, Intake, Offer, Request, Settlement, SmallGrant
from app.queries.facts.agreement import AgreementFacts
from app.queries.facts.call import CallFacts
from app.queries.facts.intake import IntakeFacts
from app.queries.facts.offer import OfferFacts
from app.queries.facts.request import RequestFacts
from app.queries.facts.settlement import SettlementFacts
from app.queries.facts.small_grant import SmallGrantFacts


def facts_of(case: Any) -> Any:
    """The answers to the guards of the case's table, read anew."""
    match case:
        case Call():
            return CallFacts(case)
        case Offer():
            return OfferFacts(case)
        case Intake():
            return IntakeFacts(case)
        case SmallGrant():
            return SmallGrantFacts(case)
        case Agreement():
            return AgreementFacts(case)
        case Settlement():
            return SettlementFacts(case)
        case Request():
            return RequestFacts(case)
    raise TypeError(type(case).__name__)
