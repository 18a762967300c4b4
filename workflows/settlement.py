"""The settlement of a grant (rozliczenie dotacji), art. 18 UDPPiW, art. 251–252 u.f.p.; it begins when the report opens."""

from enum import StrEnum
from typing import Any

from workflows import citations
from workflows.application import delivery_plausible, letter_not_delivered, may_sign, representation_met
from workflows.engine import Context, Refusal, StateName, Step, Workflow
from workflows.guards import after, fact, judged, listed
from workflows.kinds import DocumentKind, NoticeKind
from workflows.roles import APPLICANT, Role
from workflows.words import N_


class SettlementState(StrEnum):
    REPORT_DUE = "report_due"
    REPORT_CALLED = "report_called"
    BREACH = "breach"
    REPORT_SUBMITTED = "report_submitted"
    CLARIFICATION = "clarification"
    ACCEPTED = "accepted"
    REFUND_EXPECTED = "refund_expected"
    RETURN_DEMANDED = "return_demanded"
    RETURN_DECISION = "return_decision"
    SETTLED = "settled"
    ARCHIVED = "archived"


S = SettlementState

SETTLEMENT_NAMES: dict[SettlementState, StateName] = {
    S.REPORT_DUE: StateName(N_("report due"), N_("report due")),
    S.REPORT_CALLED: StateName(N_("report called for"), N_("overdue report called for")),
    S.BREACH: StateName(N_("breach: no report"), N_("no report came")),
    S.REPORT_SUBMITTED: StateName(N_("report to check"), N_("report being checked")),
    S.CLARIFICATION: StateName(N_("questions asked"), N_("waits for your answers")),
    S.ACCEPTED: StateName(N_("report accepted"), N_("report accepted")),
    S.REFUND_EXPECTED: StateName(N_("refund expected"), N_("refund expected")),
    S.RETURN_DEMANDED: StateName(N_("return demanded"), N_("return demanded")),
    S.RETURN_DECISION: StateName(N_("decision on return"), N_("decision on return")),
    S.SETTLED: StateName(N_("settled"), N_("settled")),
    S.ARCHIVED: StateName(N_("archived"), N_("archived")),
}

SIGNATORY = frozenset({Role.SIGNATORY})
OFFICIAL = frozenset({Role.OFFICIAL})
REGISTRY = frozenset({Role.CLERK, Role.OFFICIAL})
TREASURER = frozenset({Role.TREASURER})
MAYOR = frozenset({Role.MAYOR_SIGNATORY})
CLOCK = frozenset({Role.CLOCK})
OWED = (S.REFUND_EXPECTED, S.RETURN_DEMANDED, S.RETURN_DECISION)
LETTERS_OUT = (S.REPORT_CALLED, S.RETURN_DEMANDED)
WAITING_FOR_REPORT = (S.REPORT_DUE, S.REPORT_CALLED, S.BREACH)


def refund_plausible(settlement: Any, context: Context) -> list[Refusal]:
    """Money that came back: not in the future, and not more than is owed on the day of the payment."""
    return (
        [] if context.answers is None else list(settlement.refusals_of_refund(context.answers, context.now))
    )


report_complete = listed("refusals_of_report")
report_overdue = after("report_due", N_("The report may still come in until %(term)s."))
answers_overdue = after("answers_due", N_("The answers may still come in until %(term)s."))
assessed = fact(
    "assessed", "not_assessed", N_("The figures of the settlement have not been established yet.")
)
nothing_irregular = fact(
    "nothing_irregular", "irregular", N_("Part of the grant is ineligible or in excess: demand its return.")
)
something_irregular = fact("something_irregular", "regular", N_("Nothing is ineligible or in excess."))
refund_owed = fact("refund_owed", "no_refund", N_("Nothing is left to return."))
nothing_owed = fact("nothing_owed", "owed", N_("The return with interest has not come in whole yet."))
refund_overdue = after("refund_due", N_("The return may still come in until %(term)s."))
assessment_plausible = judged("refusals_of_assessment", "assessment_plausible")
D = DocumentKind
M = NoticeKind

# A table is read by rows, so the formatter leaves it alone.
# fmt: off
SETTLEMENT_STEPS: tuple[Step, ...] = (
    Step("sign_report", (*WAITING_FOR_REPORT, S.CLARIFICATION), None, N_("Sign the report"), SIGNATORY, citations.FINAL_REPORT,
         guards=(report_complete, may_sign)),
    Step("submit_report", WAITING_FOR_REPORT, S.REPORT_SUBMITTED, N_("Submit the final report"), SIGNATORY, citations.FINAL_REPORT,
         guards=(report_complete, representation_met), asks="report_submission", documents=(D.REPORT,), notices=(M.REPORT_RECEIVED,), grave=True),
    Step("call_for_report", (S.REPORT_DUE,), S.REPORT_CALLED, N_("Call for the overdue report"), OFFICIAL, citations.OVERDUE_REPORT,
         guards=(report_overdue,), documents=(D.REPORT_CALL,), notices=(M.REPORT_CALLED,), grave=True),
    Step("confirm_delivery", LETTERS_OUT, None, N_("Confirm that you received the letter"), APPLICANT, citations.OVERDUE_REPORT,
         guards=(letter_not_delivered,)),
    Step("record_delivery", LETTERS_OUT, None, N_("Record the delivery"), REGISTRY, citations.OVERDUE_REPORT,
         guards=(letter_not_delivered, delivery_plausible), asks="delivery"),
    Step("deem_delivered", LETTERS_OUT, None, N_("Deem the letter delivered"), CLOCK, citations.OVERDUE_REPORT,
         guards=(letter_not_delivered,), due=lambda settlement: settlement.deemed_delivery_at),
    Step("find_breach", (S.REPORT_CALLED,), S.BREACH, N_("Find the agreement breached"), CLOCK, citations.OVERDUE_REPORT,
         due=lambda settlement: settlement.called_report_due),
    Step("ask_questions", (S.REPORT_SUBMITTED,), S.CLARIFICATION, N_("Send back with questions"), OFFICIAL, citations.REPORT_CONTENT,
         asks="questions", notices=(M.QUESTIONS_ASKED,)),
    Step("answer_questions", (S.CLARIFICATION,), S.REPORT_SUBMITTED, N_("Send the answers"), SIGNATORY, citations.REPORT_CONTENT,
         guards=(report_complete, representation_met), asks="answers", documents=(D.REPORT,), notices=(M.REPORT_RECEIVED,)),
    Step("close_questions", (S.CLARIFICATION,), S.REPORT_SUBMITTED, N_("Go on without answers"), OFFICIAL, citations.REPORT_CONTENT,
         guards=(answers_overdue,)),
    Step("assess", (S.REPORT_SUBMITTED, S.BREACH), None, N_("Establish the figures"), OFFICIAL, citations.REPORT_CONTENT,
         guards=(assessment_plausible,), asks="assessment"),
    Step("accept_report", (S.REPORT_SUBMITTED,), S.ACCEPTED, N_("Accept the report"), OFFICIAL, citations.FINAL_REPORT,
         guards=(assessed, nothing_irregular), documents=(D.REPORT_ACCEPTANCE,), notices=(M.REPORT_ACCEPTED,), grave=True),
    Step("expect_refund", (S.ACCEPTED,), S.REFUND_EXPECTED, N_("Expect the unused part back"), OFFICIAL, citations.UNUSED_GRANT,
         guards=(refund_owed,), documents=(D.RETURN_DEMAND,), notices=(M.RETURN_DEMANDED,)),
    Step("demand_return", (S.REPORT_SUBMITTED, S.BREACH), S.RETURN_DEMANDED, N_("Demand the return"), OFFICIAL, citations.IRREGULAR_GRANT,
         guards=(assessed, something_irregular), documents=(D.RETURN_DEMAND,), notices=(M.RETURN_DEMANDED,), grave=True),
    Step("demand_overdue_refund", (S.REFUND_EXPECTED,), S.RETURN_DEMANDED, N_("Demand the overdue refund"), OFFICIAL, citations.UNUSED_GRANT,
         guards=(refund_overdue, refund_owed), documents=(D.RETURN_DEMAND,), notices=(M.RETURN_DEMANDED,), grave=True),
    Step("record_refund", OWED, None, N_("Record money that came back"), TREASURER, citations.UNUSED_GRANT,
         guards=(refund_plausible,), asks="refund"),
    Step("issue_return_decision", (S.RETURN_DEMANDED,), S.RETURN_DECISION, N_("Issue the decision on return"), MAYOR, citations.RETURN_DECISION,
         guards=(refund_overdue, refund_owed), asks="order", documents=(D.RETURN_DECISION,), grave=True),
    Step("settle", (S.ACCEPTED, *OWED), S.SETTLED, N_("Settle the grant"), OFFICIAL, citations.FINAL_REPORT,
         guards=(nothing_owed,), documents=(D.SETTLEMENT_LETTER,), notices=(M.CASE_SETTLED,), grave=True),
    Step("archive", (S.SETTLED,), S.ARCHIVED, N_("Archive the settlement"), OFFICIAL, citations.RECORDS),
)
# fmt: on

SETTLEMENT = Workflow(
    name="settlement", plural="settlements", title=N_("Settlement"), initial=S.REPORT_DUE, names=SETTLEMENT_NAMES,
    steps=SETTLEMENT_STEPS,
)  # fmt: skip
