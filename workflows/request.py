"""The request for public information (art. 10 UDIP), the complaint and the motion (dział VIII KPA): small cases with a term.

One table serves the three kinds, since they come in, are handed over and answered alike; what only one of them knows
is a row of its own with its own article.
"""

from datetime import date
from enum import StrEnum

from workflows import citations
from workflows.engine import Guard, StateName, Step, Workflow
from workflows.guards import before, fact, judged
from workflows.roles import Role
from workflows.terms import Term, TermRule, term
from workflows.words import N_


class RequestKind(StrEnum):
    PUBLIC_INFORMATION = "public_information"
    COMPLAINT = "complaint"
    MOTION = "motion"


class RequestState(StrEnum):
    RECEIVED = "received"
    EXTENDED = "extended"
    ANSWERED = "answered"
    REFUSED = "refused"
    NOT_HELD = "not_held"
    FORWARDED = "forwarded"
    UNCONSIDERED = "unconsidered"
    WITHDRAWN = "withdrawn"


S = RequestState
K = RequestKind

KIND_NAMES: dict[RequestKind, str] = {
    K.PUBLIC_INFORMATION: N_("request for public information"),
    K.COMPLAINT: N_("complaint"),
    K.MOTION: N_("motion"),
}

REQUEST_NAMES: dict[RequestState, StateName] = {
    S.RECEIVED: StateName(N_("to be answered"), N_("being considered")),
    S.EXTENDED: StateName(N_("to be answered in the longer term"), N_("being considered in a longer term")),
    S.ANSWERED: StateName(N_("answered"), N_("answered")),
    S.REFUSED: StateName(N_("refused by decision"), N_("refused by decision")),
    S.NOT_HELD: StateName(N_("not held here"), N_("not held here")),
    S.FORWARDED: StateName(N_("forwarded"), N_("forwarded")),
    S.UNCONSIDERED: StateName(N_("left without consideration"), N_("left without consideration")),
    S.WITHDRAWN: StateName(N_("request withdrawn"), N_("request withdrawn")),
}

# Who may know of these cases: they hold the names and addresses of private persons.
READERS = frozenset({Role.CLERK, Role.OFFICIAL, Role.DIRECTOR, Role.MAYOR_SIGNATORY, Role.AUDITOR})
REGISTRY = frozenset({Role.CLERK, Role.OFFICIAL})
OFFICIAL = frozenset({Role.OFFICIAL})
LEADING = frozenset({Role.OFFICIAL, Role.DIRECTOR})
DECIDING = frozenset({Role.DIRECTOR, Role.MAYOR_SIGNATORY})
WAITING = (S.RECEIVED, S.EXTENDED)

# The term of each kind, and the longest that it may be extended to; the Code names no longest one.
TERMS: dict[RequestKind, TermRule] = {
    K.PUBLIC_INFORMATION: TermRule.PUBLIC_INFORMATION,
    K.COMPLAINT: TermRule.COMPLAINT,
    K.MOTION: TermRule.MOTION,
}
LONGEST: dict[RequestKind, TermRule] = {K.PUBLIC_INFORMATION: TermRule.PUBLIC_INFORMATION_EXTENDED}

asks_for_information = fact(
    "asks_for_information", "no_information", N_("Only a request for public information ends like this.")
)
complains_or_moves = fact(
    "complains_or_moves", "no_complaint", N_("Only a complaint or a motion ends like this.")
)
without_name = fact(
    "without_name", "named", N_("The name and address are known, so this complaint or motion is considered.")
)
still_in_term = before(
    "answer_due", N_("The term ran until %(term)s. It can be extended only before its end.")
)
extension_plausible = judged("refusals_of_extension", "extension_plausible")
ending_plausible = judged("refusals_of_ending", "ending_plausible")
answer_given = judged("refusals_of_answer", "answer_given")

# A table is read by rows, so the formatter leaves it alone.
# fmt: off
REQUEST_STEPS: tuple[Step, ...] = (
    Step("hand_over", WAITING, None, N_("Hand over to an official"), LEADING, citations.OFFICE_RULES, asks="lead"),
    Step("correct_entry", (S.RECEIVED,), None, N_("Correct the entry"), REGISTRY, citations.OFFICE_RULES, asks="request_entry"),
    Step("give_information", WAITING, S.ANSWERED, N_("Give the information"), OFFICIAL, citations.PUBLIC_INFORMATION,
         guards=(asks_for_information, answer_given, ending_plausible), asks="information"),
    Step("reply", WAITING, S.ANSWERED, N_("Reply to the complaint or motion"), OFFICIAL, citations.REPLY_TO_COMPLAINT,
         guards=(complains_or_moves, answer_given, ending_plausible), asks="reply"),
    Step("extend_information", (S.RECEIVED,), S.EXTENDED, N_("Give notice of a longer term"), OFFICIAL, citations.PUBLIC_INFORMATION_LATER,
         guards=(asks_for_information, still_in_term, extension_plausible), asks="longer_term"),
    Step("extend_complaint", WAITING, S.EXTENDED, N_("Give notice of a new term"), OFFICIAL, citations.COMPLAINT_LATER,
         guards=(complains_or_moves, still_in_term, extension_plausible), asks="longer_term"),
    Step("refuse_information", WAITING, S.REFUSED, N_("Refuse the information by decision"), DECIDING, citations.PUBLIC_INFORMATION_REFUSED,
         guards=(asks_for_information, ending_plausible), asks="refusal", grave=True),
    Step("say_not_held", WAITING, S.NOT_HELD, N_("Say that the information is not held here"), OFFICIAL, citations.PUBLIC_INFORMATION_HELD,
         guards=(asks_for_information, ending_plausible), asks="not_held"),
    Step("forward", WAITING, S.FORWARDED, N_("Forward to the competent body"), OFFICIAL, citations.COMPLAINT_FORWARDED,
         guards=(complains_or_moves, ending_plausible), asks="forwarding"),
    Step("leave_unconsidered", WAITING, S.UNCONSIDERED, N_("Leave without consideration"), OFFICIAL, citations.COMPLAINT_WITHOUT_NAME,
         guards=(complains_or_moves, without_name), asks="reason", grave=True),
    Step("withdraw", WAITING, S.WITHDRAWN, N_("Record that it was withdrawn"), REGISTRY, citations.REQUEST_WITHDRAWN, asks="reason", grave=True),
)
# fmt: on

REQUEST = Workflow(
    name="request", plural="requests", title=N_("Request or complaint"), initial=S.RECEIVED, names=REQUEST_NAMES,
    steps=REQUEST_STEPS,
)  # fmt: skip


def answer_term(kind: RequestKind, received_on: date) -> Term:
    """The term for the answer, counted from the day of receipt. Raises NoRule for a day before the law."""
    return term(TERMS[kind], received_on)


def longest_term(kind: RequestKind, received_on: date) -> Term | None:
    """The latest term to which an answer may be put off, or None where the law names none."""
    return term(LONGEST[kind], received_on) if kind in LONGEST else None


def foreign_steps(kind: RequestKind) -> frozenset[str]:
    """The triggers of the other kinds: a page does not offer what this case can never do."""
    other: Guard = complains_or_moves if kind is K.PUBLIC_INFORMATION else asks_for_information
    return frozenset(step.trigger for step in REQUEST_STEPS if other in step.guards)
