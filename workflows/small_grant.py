"""The small grant: an offer outside a competition, on the initiative of an organisation (art. 19a UDPPiW)."""

from enum import StrEnum
from typing import Any

from workflows import citations
from workflows.application import (
    correction_in_time,
    criteria_marked,
    defects_correctable,
    delivery_plausible,
    has_defect,
    has_final_defect,
    is_joint,
    letter_not_delivered,
    may_represent,
    may_sign,
    no_agreement_yet,
    no_defect,
    not_called_before,
    nothing_missing,
    only_called_fields_changed,
    partner_rule_falls,
    partner_rule_takes_over,
    received_details,
    representation_met,
    update_in_time,
    update_lawful,
)  # fmt: skip
from workflows.engine import Context, Refusal, StateName, Step, Workflow
from workflows.guards import after, before, fact, judged, listed, no_own_offer, not_own_proposal
from workflows.kinds import DocumentKind, NoticeKind
from workflows.roles import APPLICANT, Role
from workflows.words import N_


class SmallGrantState(StrEnum):
    """States that an offer in an open call has too carry the same word."""

    DRAFT = "draft"
    EXPIRED_DRAFT = "expired_draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    CORRECTION_CALLED = "correction_called"
    CORRECTED = "corrected"
    FORMALLY_ACCEPTED = "formally_accepted"
    FORMALLY_REJECTED = "formally_rejected"
    PURPOSEFUL = "purposeful"
    NOT_PURPOSEFUL = "not_purposeful"
    PUBLISHED = "published"
    COMMENTS_CLOSED = "comments_closed"
    DECISION_PENDING = "decision_pending"
    AWARDED_FULL = "awarded_full"
    AWARDED_REDUCED = "awarded_reduced"
    REFUSED = "refused"
    NO_FUNDS = "no_funds"
    CALLED_UP = "called_up"
    UPDATE_PENDING = "update_pending"
    UPDATED = "updated"
    RESIGNED = "resigned"
    CONTRACT_PREP = "contract_prep"
    CONTRACTED = "contracted"


class GrantOutcome(StrEnum):
    """What an official proposes to the person who decides."""

    FULL = "full"
    REDUCED = "reduced"
    REFUSAL = "refusal"


S = SmallGrantState

SMALL_GRANT_NAMES: dict[SmallGrantState, StateName] = {
    S.DRAFT: StateName(N_("draft"), N_("draft")),
    S.EXPIRED_DRAFT: StateName(N_("draft, intake closed"), N_("draft, intake closed")),
    S.SUBMITTED: StateName(N_("received, in the queue"), N_("received, in the queue")),
    S.WITHDRAWN: StateName(N_("withdrawn"), N_("withdrawn")),
    S.CORRECTION_CALLED: StateName(N_("called to correct"), N_("waits for your corrections")),
    S.CORRECTED: StateName(N_("corrected"), N_("corrections received")),
    S.FORMALLY_ACCEPTED: StateName(N_("formally accepted"), N_("passed the formal review")),
    S.FORMALLY_REJECTED: StateName(N_("formally rejected"), N_("formally rejected")),
    S.PURPOSEFUL: StateName(N_("found purposeful"), N_("found purposeful, will be published")),
    S.NOT_PURPOSEFUL: StateName(N_("found not purposeful"), N_("found not purposeful")),
    S.PUBLISHED: StateName(N_("published for comments"), N_("published for comments")),
    S.COMMENTS_CLOSED: StateName(N_("term for comments over"), N_("comments are being considered")),
    S.DECISION_PENDING: StateName(N_("waits for the decision"), N_("waits for the decision")),
    S.AWARDED_FULL: StateName(N_("awarded in full"), N_("awarded in full")),
    S.AWARDED_REDUCED: StateName(N_("awarded, reduced"), N_("awarded, reduced")),
    S.REFUSED: StateName(N_("refused"), N_("refused")),
    S.NO_FUNDS: StateName(N_("left without funds"), N_("left without funds")),
    S.CALLED_UP: StateName(N_("called up from the queue"), N_("waits for your confirmation")),
    S.UPDATE_PENDING: StateName(N_("update awaited"), N_("waits for your update")),
    S.UPDATED: StateName(N_("updated"), N_("update received")),
    S.RESIGNED: StateName(N_("resigned"), N_("resigned")),
    S.CONTRACT_PREP: StateName(N_("agreement in preparation"), N_("agreement in preparation")),
    S.CONTRACTED: StateName(N_("agreement concluded"), N_("agreement concluded")),
}

ARRIVED = frozenset(S) - {S.DRAFT, S.EXPIRED_DRAFT}
ISSUED = tuple(state for state in S if state in ARRIVED)
# Offers that stand in the queue and may still take money of the pool.
QUEUED = frozenset({
    S.SUBMITTED, S.CORRECTION_CALLED, S.CORRECTED, S.FORMALLY_ACCEPTED, S.PURPOSEFUL, S.PUBLISHED, S.COMMENTS_CLOSED,
    S.DECISION_PENDING, S.CALLED_UP,
})  # fmt: skip
GRANTED = frozenset(
    {S.AWARDED_FULL, S.AWARDED_REDUCED, S.UPDATE_PENDING, S.UPDATED, S.CONTRACT_PREP, S.CONTRACTED}
)
BEFORE_PUBLICATION = frozenset(
    {S.SUBMITTED, S.CORRECTION_CALLED, S.CORRECTED, S.FORMALLY_ACCEPTED, S.PURPOSEFUL}
)
# What anybody may read; an offer stays public once it was published, whatever becomes of it.
OPEN_TO_COMMENTS = frozenset({S.PUBLISHED})
ENDED = frozenset({S.EXPIRED_DRAFT, S.WITHDRAWN, S.FORMALLY_REJECTED, S.NOT_PURPOSEFUL, S.REFUSED, S.NO_FUNDS,
                   S.RESIGNED, S.CONTRACTED})  # fmt: skip

in_time = before(
    "deadline",
    N_(
        "The intake closed on %(term)s. Your attempt: %(attempt)s. The draft is kept and can be copied to another intake."
    ),
)
intake_takes_offers = fact(
    "intake_takes_offers", "intake_not_open", N_("The intake does not take offers now.")
)
corrections_foreseen = fact(
    "corrections_foreseen",
    "no_corrections",
    N_("By the rules of this intake nothing is completed after filing."),
)
purpose_judged_first = fact(
    "purpose_judged_first",
    "judged_after_comments",
    N_("In this intake every offer is published, and purposefulness is judged after the comments."),
)
purpose_judged_last = fact(
    "purpose_judged_last",
    "judged_before_publication",
    N_("In this intake purposefulness was judged before the publication."),
)
may_be_published = fact(
    "may_be_published",
    "purpose_first",
    N_("In this intake purposefulness is judged first; only a purposeful offer is published."),
)
publication_plausible = judged("refusals_of_publication", "publication_plausible")
comments_open = before(
    "comments_until", N_("The term for comments passed on %(term)s. Your attempt: %(attempt)s.")
)
comment_readable = judged("refusals_of_comment", "comment_readable")
comment_waits = judged("refusals_of_answer", "comment_waits")
every_comment_settled = fact(
    "every_comment_settled",
    "comments_unsettled",
    N_("Some comments are neither answered nor noted yet."),
)
purpose_known = fact("purpose_known", "purpose_unknown", N_("Purposefulness has not been judged yet."))
proposal_plausible = judged("refusals_of_proposal", "proposal_plausible")
full_proposed = fact("full_proposed", "not_proposed_in_full", N_("No award in full has been proposed."))
reduced_proposed = fact("reduced_proposed", "not_proposed_reduced", N_("No reduced award has been proposed."))
refusal_proposed = fact("refusal_proposed", "refusal_not_proposed", N_("No refusal has been proposed."))
award_within_limits = listed("refusals_of_award_limits")
queue_respected = listed("refusals_of_queue")
pool_exhausted = listed("refusals_of_leaving_without_funds")
queue_reopens = fact(
    "queue_reopens", "queue_stays_closed", N_("The rules of this intake do not reopen the queue.")
)
next_in_line = listed("refusals_of_calling_up")
confirmation_in_time = before(
    "confirmation_due", N_("The term for the confirmation passed on %(term)s. Your attempt: %(attempt)s.")
)
was_published = fact(
    "was_published", "never_published", N_("This offer was never published, so it will be published first.")
)
never_published = fact(
    "never_published", "was_published", N_("This offer was published already, so it goes on to the decision.")
)


def limits_allow_filing(small_grant: Any, context: Context) -> list[Refusal]:
    """The limits of the law that is valid now, or was when the offer was filed."""
    return list(small_grant.refusals_of_filing_limits(context.now))


WITHDRAWABLE = (*sorted(QUEUED), S.NO_FUNDS)
WAITING_FOR_MONEY = (
    S.SUBMITTED,
    S.CORRECTED,
    S.FORMALLY_ACCEPTED,
    S.PURPOSEFUL,
    S.COMMENTS_CLOSED,
    S.DECISION_PENDING,
)
RESIGNABLE = (S.AWARDED_FULL, S.AWARDED_REDUCED, S.UPDATE_PENDING, S.UPDATED, S.CONTRACT_PREP)
LETTERS_OUT = (S.CORRECTION_CALLED, S.UPDATE_PENDING, S.CALLED_UP)
SIGNATORY = frozenset({Role.SIGNATORY})
OFFICIAL = frozenset({Role.OFFICIAL})
REGISTRY = frozenset({Role.CLERK, Role.OFFICIAL})
DECIDING = frozenset({Role.DIRECTOR, Role.MAYOR_SIGNATORY})
ANYONE = frozenset({Role.ANYONE})
CLOCK = frozenset({Role.CLOCK})
SYSTEM = frozenset({Role.SYSTEM})
D = DocumentKind
M = NoticeKind

# A table is read by rows, so the formatter leaves it alone.
# fmt: off
SMALL_GRANT_STEPS: tuple[Step, ...] = (
    Step("sign", (S.DRAFT,), None, N_("Sign the offer"), SIGNATORY, citations.SMALL_GRANT,
         guards=(in_time, intake_takes_offers, nothing_missing, limits_allow_filing, may_sign), notices=(M.OFFER_SIGNATURE_ASKED,)),
    Step("submit", (S.DRAFT,), S.SUBMITTED, N_("Submit the offer"), SIGNATORY, citations.SMALL_GRANT,
         guards=(in_time, intake_takes_offers, nothing_missing, limits_allow_filing, representation_met), asks="submission",
         documents=(D.OFFER, D.SUBMISSION_CONFIRMATION), notices=(M.OFFER_SUBMITTED,), grave=True),
    Step("register_paper", (S.DRAFT, S.EXPIRED_DRAFT), S.SUBMITTED, N_("Register an offer received outside the system"), REGISTRY,
         citations.SMALL_GRANT, guards=(received_details,), asks="paper_registration", documents=(D.SUBMISSION_CONFIRMATION,),
         notices=(M.OFFER_REGISTERED,)),
    Step("expire", (S.DRAFT,), S.EXPIRED_DRAFT, N_("Let the draft expire"), frozenset({Role.CLOCK, Role.SYSTEM}),
         citations.SMALL_GRANT, due=lambda grant: grant.deadline),
    Step("revive", (S.EXPIRED_DRAFT,), S.DRAFT, N_("Revive the draft after an extension"), SYSTEM, citations.INTAKE_RULES),
    Step("withdraw", WITHDRAWABLE, S.WITHDRAWN, N_("Withdraw the offer"), frozenset({Role.OWNER, Role.SIGNATORY}), citations.SMALL_GRANT,
         guards=(may_represent,), asks="reason", notices=(M.OFFER_WITHDRAWN,), grave=True),
    Step("accept_formally", (S.SUBMITTED, S.CORRECTED), S.FORMALLY_ACCEPTED, N_("Accept formally"), OFFICIAL, citations.SMALL_GRANT,
         guards=(criteria_marked, no_defect), documents=(D.FORMAL_CARD,)),
    Step("call_to_correct", (S.SUBMITTED,), S.CORRECTION_CALLED, N_("Call for corrections"), OFFICIAL, citations.INTAKE_RULES,
         guards=(corrections_foreseen, criteria_marked, has_defect, defects_correctable, not_called_before), asks="correction_call",
         documents=(D.CORRECTION_CALL,), notices=(M.CORRECTION_CALLED,), grave=True),
    Step("confirm_delivery", LETTERS_OUT, None, N_("Confirm that you received the letter"), APPLICANT, citations.INTAKE_RULES,
         guards=(letter_not_delivered,)),
    Step("record_delivery", LETTERS_OUT, None, N_("Record the delivery"), REGISTRY, citations.INTAKE_RULES,
         guards=(letter_not_delivered, delivery_plausible), asks="delivery"),
    Step("deem_delivered", LETTERS_OUT, None, N_("Deem the letter delivered"), CLOCK, citations.INTAKE_RULES,
         guards=(letter_not_delivered,), due=lambda grant: grant.deemed_delivery_at),
    Step("sign_correction", (S.CORRECTION_CALLED,), None, N_("Sign the corrections"), SIGNATORY, citations.INTAKE_RULES,
         guards=(correction_in_time, only_called_fields_changed, may_sign), notices=(M.OFFER_SIGNATURE_ASKED,)),
    Step("correct", (S.CORRECTION_CALLED,), S.CORRECTED, N_("Send the corrections"), SIGNATORY, citations.INTAKE_RULES,
         guards=(correction_in_time, only_called_fields_changed, representation_met), asks="submission",
         documents=(D.OFFER, D.SUBMISSION_CONFIRMATION), notices=(M.CORRECTION_RECEIVED,), grave=True),
    Step("reject_uncorrected", (S.CORRECTION_CALLED,), S.FORMALLY_REJECTED, N_("Reject: no correction came"), CLOCK, citations.INTAKE_RULES,
         guards=(after("correction_due", N_("The term for corrections runs until %(term)s.")),), documents=(D.FORMAL_CARD, D.GRANT_LETTER),
         notices=(M.FORMALLY_REJECTED,), due=lambda grant: grant.correction_due),
    Step("reject_formally", (S.SUBMITTED, S.CORRECTED), S.FORMALLY_REJECTED, N_("Reject formally"), OFFICIAL, citations.SMALL_GRANT,
         guards=(criteria_marked, has_final_defect), asks="reason", documents=(D.FORMAL_CARD, D.GRANT_LETTER),
         notices=(M.FORMALLY_REJECTED,), grave=True),
    Step("find_purposeful", (S.FORMALLY_ACCEPTED,), S.PURPOSEFUL, N_("Find the offer purposeful"), OFFICIAL, citations.SMALL_GRANT,
         guards=(purpose_judged_first, no_own_offer), asks="purpose", documents=(D.PURPOSEFULNESS_NOTE,)),
    Step("find_not_purposeful", (S.FORMALLY_ACCEPTED,), S.NOT_PURPOSEFUL, N_("Find the offer not purposeful"), OFFICIAL, citations.SMALL_GRANT,
         guards=(purpose_judged_first, no_own_offer), asks="purpose", documents=(D.PURPOSEFULNESS_NOTE, D.GRANT_LETTER), notices=(M.GRANT_DECIDED,),
         grave=True),
    Step("publish", (S.PURPOSEFUL, S.FORMALLY_ACCEPTED), S.PUBLISHED, N_("Publish the offer in three places"), OFFICIAL,
         citations.SMALL_GRANT_PUBLICATION, guards=(may_be_published, publication_plausible), asks="grant_publication",
         documents=(D.PUBLICATION_NOTICE,), notices=(M.GRANT_PUBLISHED,), grave=True),
    Step("comment", (S.PUBLISHED, S.COMMENTS_CLOSED), None, N_("Comment on the offer"), ANYONE, citations.SMALL_GRANT_COMMENTS,
         guards=(comments_open, comment_readable), asks="comment", notices=(M.COMMENT_RECEIVED,)),
    Step("answer_comment", (S.PUBLISHED, S.COMMENTS_CLOSED, S.DECISION_PENDING), None, N_("Answer or note a comment"), OFFICIAL,
         citations.SMALL_GRANT_COMMENTS, guards=(comment_waits,), asks="comment_answer"),
    Step("close_comments", (S.PUBLISHED,), S.COMMENTS_CLOSED, N_("Close the term for comments"), CLOCK, citations.SMALL_GRANT_COMMENTS,
         due=lambda grant: grant.comments_until),
    Step("consider", (S.COMMENTS_CLOSED,), S.DECISION_PENDING, N_("Consider the comments and prepare the decision"), OFFICIAL,
         citations.SMALL_GRANT_AGREEMENT, guards=(every_comment_settled,)),
    Step("judge_purpose", (S.DECISION_PENDING,), None, N_("Judge the purposefulness"), OFFICIAL, citations.SMALL_GRANT,
         guards=(purpose_judged_last, no_own_offer), asks="purpose_judgement", documents=(D.PURPOSEFULNESS_NOTE,)),
    Step("propose_decision", (S.DECISION_PENDING,), None, N_("Propose the decision"), OFFICIAL, citations.SMALL_GRANT,
         guards=(every_comment_settled, purpose_known, no_own_offer, proposal_plausible), asks="grant_proposal"),
    Step("award_in_full", (S.DECISION_PENDING,), S.AWARDED_FULL, N_("Award in full"), DECIDING, citations.SMALL_GRANT,
         guards=(full_proposed, not_own_proposal, no_own_offer, award_within_limits, queue_respected), documents=(D.GRANT_LETTER,),
         notices=(M.GRANT_DECIDED,), grave=True),
    Step("award_reduced", (S.DECISION_PENDING,), S.AWARDED_REDUCED, N_("Award a reduced grant"), DECIDING, citations.SMALL_GRANT,
         guards=(reduced_proposed, not_own_proposal, no_own_offer, award_within_limits, queue_respected), documents=(D.GRANT_LETTER,),
         notices=(M.GRANT_DECIDED,), grave=True),
    Step("refuse", (S.DECISION_PENDING,), S.REFUSED, N_("Refuse the grant"), DECIDING, citations.SMALL_GRANT,
         guards=(refusal_proposed, not_own_proposal, no_own_offer), documents=(D.GRANT_LETTER,), notices=(M.GRANT_DECIDED,), grave=True),
    Step("leave_without_funds", WAITING_FOR_MONEY, S.NO_FUNDS, N_("Leave without funds: the pool is exhausted"), OFFICIAL,
         citations.INTAKE_RULES, guards=(pool_exhausted, no_own_offer), documents=(D.GRANT_LETTER,), notices=(M.GRANT_DECIDED,), grave=True),
    Step("call_up", (S.NO_FUNDS,), S.CALLED_UP, N_("Call up from the queue"), OFFICIAL, citations.INTAKE_RULES,
         guards=(queue_reopens, next_in_line, no_own_offer), documents=(D.GRANT_LETTER,), notices=(M.GRANT_CALLED_UP,), grave=True),
    Step("confirm_unpublished", (S.CALLED_UP,), S.SUBMITTED, N_("Confirm that dates and costs still hold"), SIGNATORY, citations.INTAKE_RULES,
         guards=(never_published, confirmation_in_time, may_represent, limits_allow_filing), grave=True),
    Step("confirm_published", (S.CALLED_UP,), S.DECISION_PENDING, N_("Confirm that dates and costs hold as published"), SIGNATORY,
         citations.INTAKE_RULES, guards=(was_published, confirmation_in_time, may_represent, limits_allow_filing), grave=True),
    Step("lapse_confirmation", (S.CALLED_UP,), S.NO_FUNDS, N_("Pass on: no confirmation came"), CLOCK, citations.INTAKE_RULES,
         guards=(after("confirmation_due", N_("The term for the confirmation runs until %(term)s.")),),
         notices=(M.AWARD_LOST,), due=lambda grant: grant.confirmation_due),
    Step("start_contracting", (S.AWARDED_FULL,), S.CONTRACT_PREP, N_("Start preparing the agreement"), OFFICIAL, citations.SMALL_GRANT_AGREEMENT),
    Step("ask_for_update", (S.AWARDED_REDUCED,), S.UPDATE_PENDING, N_("Ask for an updated offer"), OFFICIAL, citations.SMALL_GRANT_AGREEMENT,
         notices=(M.UPDATE_ASKED,)),
    Step("sign_update", (S.UPDATE_PENDING,), None, N_("Sign the update"), SIGNATORY, citations.SMALL_GRANT_AGREEMENT,
         guards=(update_in_time, update_lawful, may_sign), notices=(M.OFFER_SIGNATURE_ASKED,)),
    Step("submit_update", (S.UPDATE_PENDING,), S.UPDATED, N_("Submit the updated offer"), SIGNATORY, citations.SMALL_GRANT_AGREEMENT,
         guards=(update_in_time, update_lawful, representation_met), asks="submission",
         documents=(D.OFFER, D.SUBMISSION_CONFIRMATION), grave=True),
    Step("return_update", (S.UPDATED,), S.UPDATE_PENDING, N_("Return the update"), OFFICIAL, citations.SMALL_GRANT_AGREEMENT, asks="reason",
         notices=(M.UPDATE_RETURNED,)),
    Step("accept_update", (S.UPDATED,), S.CONTRACT_PREP, N_("Accept the updated offer"), OFFICIAL, citations.SMALL_GRANT_AGREEMENT),
    Step("resign", RESIGNABLE, S.RESIGNED, N_("Resign from the grant"), SIGNATORY, citations.SMALL_GRANT_AGREEMENT, asks="reason",
         guards=(may_represent,), notices=(M.OFFER_WITHDRAWN,), grave=True),
    Step("lapse", (S.UPDATE_PENDING,), S.RESIGNED, N_("Let the award lapse: no update came"), CLOCK, citations.SMALL_GRANT_AGREEMENT,
         guards=(after("update_due", N_("The term for the update runs until %(term)s.")),), notices=(M.AWARD_LOST,),
         due=lambda grant: grant.update_due),
    Step("fall_with_partner", RESIGNABLE, S.RESIGNED, N_("Record a partner's resignation: the offer falls"), OFFICIAL,
         citations.SMALL_GRANT_AGREEMENT, guards=(is_joint, partner_rule_falls), asks="partner", notices=(M.AWARD_LOST,), grave=True),
    Step("continue_without_partner", RESIGNABLE, S.UPDATE_PENDING, N_("Record a partner's resignation: the others take over"), OFFICIAL,
         citations.SMALL_GRANT_AGREEMENT, guards=(is_joint, partner_rule_takes_over), asks="partner", notices=(M.UPDATE_ASKED,), grave=True),
    Step("copy_redacted", ISSUED, None, N_("Draw up a redacted copy"), OFFICIAL, citations.PUBLIC_INFORMATION_LIMITS,
         asks="redacted_copy", documents=(D.REDACTED_COPY,)),
    Step("draft_agreement", (S.CONTRACT_PREP,), None, N_("Draft the agreement"), OFFICIAL, citations.SMALL_GRANT_AGREEMENT,
         guards=(no_agreement_yet,), asks="agreement_draft"),
    Step("conclude", (S.CONTRACT_PREP,), S.CONTRACTED, N_("Conclude the agreement"), SYSTEM, citations.SMALL_GRANT_AGREEMENT),
)
# fmt: on

SMALL_GRANT = Workflow(
    name="small_grant", plural="small-grants", title=N_("Small grant"), initial=S.DRAFT, names=SMALL_GRANT_NAMES,
    steps=SMALL_GRANT_STEPS,
)  # fmt: skip
