"""What the guards of an agreement ask about its control."""

from app.models import Agreement
from app.queries.drawn import is_drawn
from workflows.kinds import DocumentKind


class ControlFacts:
    """Mixed into AgreementFacts."""

    agreement: Agreement

    @property
    def control_authorised(self) -> bool:
        return is_drawn(self.agreement, DocumentKind.CONTROL_AUTHORISATION)

    @property
    def control_recorded(self) -> bool:
        return is_drawn(self.agreement, DocumentKind.CONTROL_PROTOCOL)
