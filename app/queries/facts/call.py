"""Everything that the guards of a call's table ask, put together."""

from app.queries.facts.announcement import AnnouncementFacts
from app.queries.facts.awards import AwardFacts
from app.queries.facts.commission import CommissionFacts


class CallFacts(AnnouncementFacts, CommissionFacts, AwardFacts):
    """Facts of one call from draft to archive. Reads, never writes."""
