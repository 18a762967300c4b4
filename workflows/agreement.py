"""The agreement for a public task (umowa), art. 16 UDPPiW, art. 221 u.f.p.; it ends when the final report falls due."""

from enum import StrEnum
from typing import Any

from workflows import citations
from workflows.application import may_represent, may_sign, representation_met
from workflows.engine import Context, Refusal, StateName, Step, Workflow
from workflows.guards import fact, four_eyes, judged, listed, not_own_proposal
from workflows.kinds import DocumentKind, NoticeKind
from workflows.roles import Role
from workflows.words import N_


class AgreementState(StrEnum):
    DRAFT = "draft"
    READY = "ready"
    SIGNED_NGO = "signed_ngo"
    SIGNED = "signed"
    IN_PROGRESS = "in_progress"
    ANNEX_PENDING = "annex_pending"
    PARTIAL_DUE = "partial_due"
    PARTIAL_REVIEW = "partial_review"
    REPORT_DUE = "report_due"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    DISSOLVED = "dissolved"


S = AgreementState

AGREEMENT_NAMES: dict[AgreementState, StateName] = {
    S.DRAFT: StateName(N_("agreement drafted"), N_("agreement in preparation")),
    S.READY: StateName(N_("ready to be signed"), N_("waits for your signature")),
    S.SIGNED_NGO: StateName(N_("signed by the contractor"), N_("waits for the city's signature")),
    S.SIGNED: StateName(N_("signed by both sides"), N_("signed by both sides")),
    S.IN_PROGRESS: StateName(N_("in progress"), N_("in progress")),
    S.ANNEX_PENDING: StateName(N_("annex requested"), N_("annex requested")),
    S.PARTIAL_DUE: StateName(N_("partial report due"), N_("partial report due")),
    S.PARTIAL_REVIEW: StateName(N_("partial report to check"), N_("partial report being checked")),
    S.REPORT_DUE: StateName(N_("task ended, report due"), N_("task ended, report due")),
    S.WITHDRAWN: StateName(N_("withdrawn from"), N_("withdrawn from")),
    S.TERMINATED: StateName(N_("terminated"), N_("terminated")),
    S.DISSOLVED: StateName(N_("dissolved by agreement"), N_("dissolved by agreement")),
}

SIGNATORY = frozenset({Role.SIGNATORY})
OFFICIAL = frozenset({Role.OFFICIAL})
TREASURER = frozenset({Role.TREASURER})
MAYOR = frozenset({Role.MAYOR_SIGNATORY})
CLOCK = frozenset({Role.CLOCK})
RUNNING = (S.SIGNED, S.IN_PROGRESS, S.ANNEX_PENDING, S.PARTIAL_DUE, S.PARTIAL_REVIEW)
PAYABLE = (S.SIGNED, S.IN_PROGRESS)
IN_FORCE = frozenset({*RUNNING, S.REPORT_DUE})
ISSUED = tuple(state for state in S if state is not S.DRAFT)
CONTROLLED = (*RUNNING, S.REPORT_DUE, S.TERMINATED, S.DISSOLVED)


not_the_person_who_ordered = four_eyes(
    "payment_ordered_by_ids",
    "not_the_person_who_ordered",
    "own_payment",
    N_(
        "You ordered this payment yourself, or one of you stood in for the other, so somebody else must transfer it."
    ),
)


def transfer_plausible(agreement: Any, context: Context) -> list[Refusal]:
    """The day of the transfer lies in the tranche's budget year, after the agreement and not in the future."""
    return (
        [] if context.answers is None else list(agreement.refusals_of_transfer(context.answers, context.now))
    )


def task_goes_on(agreement: Any, context: Context) -> list[Refusal]:
    """An annex is asked for before the task ends, for a term that the budget years of the agreement cover."""
    return list(agreement.refusals_of_annex(context.answers, context.now))


not_own_annex = four_eyes(
    "annex_asked_by_ids",
    "not_own_annex",
    "own_annex",
    N_(
        "You asked for this annex yourself, or one of you stood in for the other, so somebody else must conclude it."
    ),
)
payment_ordered = fact("payment_ordered", "no_order", N_("No payment has been ordered."))
draft_complete = listed("refusals_of_draft")
signed_after_the_draft = judged("refusals_of_signing_day", "signed_after_the_draft")
still_covered = listed("refusals_of_conclusion")
countersigned = fact("countersigned", "not_countersigned", N_("The treasurer has not countersigned yet."))
not_countersigned_yet = fact(
    "not_countersigned_yet", "countersigned", N_("The agreement is countersigned already.")
)
tranche_can_be_ordered = listed("refusals_of_payment_order")
nothing_paid = fact("nothing_paid", "paid", N_("Money has been transferred already, so this way is closed."))
annex_lawful = judged("refusals_of_annex_decision", "annex_lawful")
control_authorised = fact(
    "control_authorised", "no_authorisation", N_("Nobody has been authorised to control this task yet.")
)
control_recorded = fact(
    "control_recorded", "no_protocol_of_control", N_("There is no protocol of a control yet.")
)
partial_report_complete = listed("refusals_of_partial_report")
partial_reports_possible = fact(
    "partial_report_possible",
    "no_partial",
    N_("A report for this period is there already, or nothing has been paid yet."),
)
D = DocumentKind
M = NoticeKind

# A table is read by rows, so the formatter leaves it alone.
# fmt: off
AGREEMENT_STEPS: tuple[Step, ...] = (
    Step("check", (S.DRAFT,), S.READY, N_("Confirm the draft: law and finance"), TREASURER, citations.AGREEMENT,
         guards=(not_own_proposal, draft_complete), documents=(D.AGREEMENT,), notices=(M.AGREEMENT_READY,)),
    Step("return_draft", (S.READY, S.SIGNED_NGO), S.DRAFT, N_("Take the draft back"), OFFICIAL, citations.AGREEMENT, asks="reason"),
    Step("revise_draft", (S.DRAFT,), None, N_("Revise the draft"), OFFICIAL, citations.AGREEMENT, asks="agreement_draft"),
    Step("add_signature", (S.READY,), None, N_("Sign as one of the representatives"), SIGNATORY, citations.AGREEMENT,
         guards=(may_sign,)),
    Step("sign_as_contractor", (S.READY,), S.SIGNED_NGO, N_("Sign for the contractor"), SIGNATORY, citations.AGREEMENT,
         guards=(representation_met, signed_after_the_draft), asks="signing", grave=True),
    Step("countersign", (S.SIGNED_NGO,), None, N_("Countersign"), TREASURER, citations.AGREEMENT, guards=(not_countersigned_yet,)),
    Step("sign_for_city", (S.SIGNED_NGO,), S.SIGNED, N_("Sign for the city"), MAYOR, citations.AGREEMENT,
         guards=(countersigned, not_own_proposal, still_covered), asks="city_signing", documents=(D.AGREEMENT,),
         notices=(M.AGREEMENT_SIGNED,), grave=True),
    Step("order_payment", PAYABLE, None, N_("Order the payment of a tranche"), OFFICIAL, citations.PAYMENT,
         guards=(tranche_can_be_ordered,), documents=(D.PAYMENT_ORDER,)),
    Step("transfer", PAYABLE, S.IN_PROGRESS, N_("Record the transfer of a tranche"), TREASURER, citations.PAYMENT,
         guards=(payment_ordered, not_the_person_who_ordered, transfer_plausible), asks="transfer", notices=(M.MONEY_SENT,), grave=True),
    Step("withdraw_as_contractor", (S.SIGNED,), S.WITHDRAWN, N_("Withdraw from the agreement"), SIGNATORY,
         citations.WITHDRAWAL_FROM_AGREEMENT, guards=(nothing_paid, may_represent), asks="reason", grave=True),
    Step("withdraw_for_city", (S.SIGNED,), S.WITHDRAWN, N_("Withdraw for the city"), MAYOR,
         citations.WITHDRAWAL_FROM_AGREEMENT, guards=(nothing_paid,), asks="reason", grave=True),
    Step("request_annex", (S.IN_PROGRESS,), S.ANNEX_PENDING, N_("Ask for an annex"), SIGNATORY, citations.ANNEX,
         guards=(task_goes_on, may_represent), asks="annex"),
    Step("accept_annex", (S.ANNEX_PENDING,), S.IN_PROGRESS, N_("Conclude the annex"), MAYOR, citations.ANNEX,
         guards=(not_own_annex, annex_lawful), asks="annex_conclusion", documents=(D.ANNEX, D.AGREEMENT), notices=(M.ANNEX_ANSWERED,), grave=True),
    Step("refuse_annex", (S.ANNEX_PENDING,), S.IN_PROGRESS, N_("Refuse the annex"), OFFICIAL, citations.ANNEX, asks="reason",
         documents=(D.ANNEX_REFUSAL,), notices=(M.ANNEX_ANSWERED,)),
    Step("open_partial_report", (S.IN_PROGRESS,), S.PARTIAL_DUE, N_("Open the partial report at the end of the budget year"), CLOCK,
         citations.PARTIAL_REPORT, guards=(partial_reports_possible,), notices=(M.REPORT_OPENED,),
         due=lambda agreement: agreement.partial_report_opens_at),
    Step("call_for_partial_report", (S.IN_PROGRESS,), S.PARTIAL_DUE, N_("Call for a partial report"), OFFICIAL, citations.PARTIAL_REPORT,
         guards=(partial_reports_possible,), documents=(D.REPORT_CALL,), notices=(M.REPORT_OPENED,)),
    Step("sign_partial_report", (S.PARTIAL_DUE,), None, N_("Sign the partial report"), SIGNATORY, citations.PARTIAL_REPORT,
         guards=(partial_report_complete, may_sign)),
    Step("submit_partial_report", (S.PARTIAL_DUE,), S.PARTIAL_REVIEW, N_("Submit the partial report"), SIGNATORY, citations.PARTIAL_REPORT,
         guards=(partial_report_complete, representation_met), documents=(D.REPORT,), notices=(M.REPORT_RECEIVED,)),
    Step("return_partial_report", (S.PARTIAL_REVIEW,), S.PARTIAL_DUE, N_("Return the partial report"), OFFICIAL, citations.PARTIAL_REPORT,
         asks="reason", notices=(M.QUESTIONS_ASKED,)),
    Step("accept_partial_report", (S.PARTIAL_REVIEW,), S.IN_PROGRESS, N_("Accept the partial report"), OFFICIAL, citations.PARTIAL_REPORT,
         documents=(D.REPORT_ACCEPTANCE,), notices=(M.REPORT_ACCEPTED,)),
    Step("end_task", (S.IN_PROGRESS, S.ANNEX_PENDING, S.PARTIAL_DUE, S.PARTIAL_REVIEW), S.REPORT_DUE, N_("End the task and open the report"), CLOCK,
         citations.FINAL_REPORT, notices=(M.REPORT_OPENED,), due=lambda agreement: agreement.task_ends_at),
    Step("authorise_control", CONTROLLED, None, N_("Draw up an authorisation to control"), OFFICIAL, citations.CONTROL,
         asks="control_authorisation", documents=(D.CONTROL_AUTHORISATION,)),
    Step("announce_control", CONTROLLED, None, N_("Announce a control"), OFFICIAL, citations.CONTROL, guards=(control_authorised,),
         asks="control_notice", documents=(D.CONTROL_NOTICE,)),
    Step("record_control", CONTROLLED, None, N_("Write the protocol of a control"), OFFICIAL, citations.CONTROL, guards=(control_authorised,),
         asks="control_protocol", documents=(D.CONTROL_PROTOCOL,)),
    Step("write_after_control", CONTROLLED, None, N_("Write the letter after a control"), OFFICIAL, citations.CONTROL, guards=(control_recorded,),
         asks="post_control_letter", documents=(D.POST_CONTROL_LETTER,)),
    Step("copy_redacted", ISSUED, None, N_("Draw up a redacted copy"), OFFICIAL, citations.PUBLIC_INFORMATION_LIMITS,
         asks="redacted_copy", documents=(D.REDACTED_COPY,)),
    Step("terminate", RUNNING, S.TERMINATED, N_("Terminate the agreement"), MAYOR, citations.TERMINATION, asks="reason",
         documents=(D.TERMINATION_NOTICE,), notices=(M.AGREEMENT_ENDED,), grave=True),
    Step("dissolve", RUNNING, S.DISSOLVED, N_("Dissolve the agreement by consent"), MAYOR, citations.DISSOLUTION, asks="reason",
         documents=(D.TERMINATION_NOTICE,), notices=(M.AGREEMENT_ENDED,), grave=True),
)
# fmt: on

AGREEMENT = Workflow(
    name="agreement",
    plural="agreements",
    title=N_("Agreement"),
    initial=S.DRAFT,
    names=AGREEMENT_NAMES,
    steps=AGREEMENT_STEPS,
)
