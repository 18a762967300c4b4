"""Documents that somebody of the office draws up by filling in a form, and what a control looks at."""

from enum import StrEnum

from workflows.engine import Step
from workflows.kinds import DocumentKind
from workflows.words import N_

D = DocumentKind

DRAWN_UP = frozenset({
    D.COMMISSION_INVITATION, D.ATTENDANCE_LIST, D.JUSTIFICATION_ANSWER, D.CONTROL_AUTHORISATION, D.CONTROL_NOTICE,
    D.CONTROL_PROTOCOL, D.POST_CONTROL_LETTER, D.REDACTED_COPY,
})  # fmt: skip


class HidingBasis(StrEnum):
    """On which basis something is hidden in a copy that is given out."""

    PRIVACY = "privacy"
    ENTERPRISE = "enterprise"
    OTHER_ACT = "other_act"
    UNNEEDED_DATA = "unneeded_data"


HIDING_BASES: dict[HidingBasis, str] = {
    HidingBasis.PRIVACY: N_("privacy of a natural person (art. 5 ust. 2 UDIP)"),
    HidingBasis.ENTERPRISE: N_("secret of an enterprise (art. 5 ust. 2 UDIP)"),
    HidingBasis.OTHER_ACT: N_("secret protected by an act (art. 5 ust. 1 UDIP)"),
    HidingBasis.UNNEEDED_DATA: N_("data that the reader does not need (art. 5 ust. 1 lit. c RODO)"),
}

# The four items of art. 17 UDPPiW by their number.
CONTROL_SCOPE: dict[int, str] = {
    1: N_("how far the task has been carried out"),
    2: N_("effectiveness, reliability and quality of the work"),
    3: N_("correct use of the public money received for the task"),
    4: N_("the documentation that the law and the agreement require"),
}


def draws_up(step: Step) -> bool:
    """Whether the step does nothing but issue a document of the typed answers: the case stays where it is.

    Such a document is never changed; one that is wrong is replaced by a new one.
    """
    return step.dest is None and len(step.documents) == 1 and step.documents[0] in DRAWN_UP
