"""The offer in an open call (oferta realizacji zadania publicznego), art. 14–15 UDPPiW."""

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
from workflows.guards import after, before, fact
from workflows.kinds import DocumentKind, NoticeKind
from workflows.roles import APPLICANT, Role
from workflows.words import N_


class OfferState(StrEnum):
    DRAFT = "draft"
    EXPIRED_DRAFT = "expired_draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    REGISTERED = "registered"
    CORRECTION_CALLED = "correction_called"
    CORRECTED = "corrected"
    FORMALLY_ACCEPTED = "formally_accepted"
    FORMALLY_REJECTED = "formally_rejected"
    IN_SCORING = "in_scoring"
    DISCREPANCY = "discrepancy"
    SCORED = "scored"
    NOT_RECOMMENDED = "not_recommended"
    RANKED = "ranked"
    AWARDED_FULL = "awarded_full"
    AWARDED_REDUCED = "awarded_reduced"
    RESERVE = "reserve"
    NOT_AWARDED = "not_awarded"
    UPDATE_PENDING = "update_pending"
    UPDATED = "updated"
    RESIGNED = "resigned"
    CONTRACT_PREP = "contract_prep"
    CONTRACTED = "contracted"


S = OfferState
UNDER_REVIEW = N_("under review")

OFFER_NAMES: dict[OfferState, StateName] = {
    S.DRAFT: StateName(N_("draft"), N_("draft")),
    S.EXPIRED_DRAFT: StateName(N_("draft, deadline passed"), N_("draft, deadline passed")),
    S.SUBMITTED: StateName(N_("submitted"), N_("submitted")),
    S.WITHDRAWN: StateName(N_("withdrawn"), N_("withdrawn")),
    S.REGISTERED: StateName(N_("registered"), N_("registered")),
    S.CORRECTION_CALLED: StateName(N_("called to correct"), N_("waits for your corrections")),
    S.CORRECTED: StateName(N_("corrected"), N_("corrections received")),
    S.FORMALLY_ACCEPTED: StateName(N_("formally accepted"), N_("passed the formal review")),
    S.FORMALLY_REJECTED: StateName(N_("formally rejected"), N_("formally rejected")),
    S.IN_SCORING: StateName(N_("in scoring"), UNDER_REVIEW),
    S.DISCREPANCY: StateName(N_("discrepancy of scores"), UNDER_REVIEW),
    S.SCORED: StateName(N_("scored"), UNDER_REVIEW),
    S.NOT_RECOMMENDED: StateName(N_("below the threshold"), N_("below the threshold")),
    S.RANKED: StateName(N_("ranked"), UNDER_REVIEW),
    S.AWARDED_FULL: StateName(N_("awarded in full"), N_("awarded in full")),
    S.AWARDED_REDUCED: StateName(N_("awarded, reduced"), N_("awarded, reduced")),
    S.RESERVE: StateName(N_("on the reserve list"), N_("on the reserve list")),
    S.NOT_AWARDED: StateName(N_("not awarded"), N_("not awarded")),
    S.UPDATE_PENDING: StateName(N_("update awaited"), N_("waits for your update")),
    S.UPDATED: StateName(N_("updated"), N_("update received")),
    S.RESIGNED: StateName(N_("resigned"), N_("resigned")),
    S.CONTRACT_PREP: StateName(N_("agreement in preparation"), N_("agreement in preparation")),
    S.CONTRACTED: StateName(N_("agreement concluded"), N_("agreement concluded")),
}

# Until the results are published the applicant and the public see every one of these as "under review".
SEALED = frozenset({S.IN_SCORING, S.DISCREPANCY, S.SCORED, S.RANKED, S.NOT_RECOMMENDED,
                    S.AWARDED_FULL, S.AWARDED_REDUCED, S.RESERVE, S.NOT_AWARDED})  # fmt: skip
ARRIVED = frozenset(S) - {S.DRAFT, S.EXPIRED_DRAFT}
IN_THE_RUNNING = frozenset({S.FORMALLY_ACCEPTED, S.IN_SCORING, S.DISCREPANCY, S.SCORED, S.RANKED})
FORMALLY_DONE = ARRIVED - {S.SUBMITTED, S.REGISTERED, S.CORRECTION_CALLED, S.CORRECTED}
ISSUED = tuple(state for state in S if state in ARRIVED)
GRANTED = frozenset(
    {S.AWARDED_FULL, S.AWARDED_REDUCED, S.UPDATE_PENDING, S.UPDATED, S.CONTRACT_PREP, S.CONTRACTED}
)

TOO_LATE = N_(
    "The deadline passed on %(term)s. Your attempt: %(attempt)s. The draft is kept and can be copied to another call."
)

in_time = before("deadline", TOO_LATE)
call_takes_offers = fact("call_takes_offers", "call_not_open", N_("The call does not take offers now."))
one_offer_per_offeror = fact(
    "only_offer_of_offeror",
    "second_offer",
    N_("Your organisation has already submitted an offer in this call, and only one is allowed."),
)
something_changed = fact("content_changed", "unchanged", N_("Nothing has changed since the last submission."))
call_goes_on = fact(
    "call_goes_on", "call_ended", N_("The call was cancelled or called off, so its offers stay as they are.")
)
deadline_over = after(
    "deadline", N_("Until %(term)s the offeror may replace the offer; it is registered afterwards.")
)
scoring_can_follow = fact(
    "scoring_can_follow",
    "ranked",
    N_("The offers of this call are ranked already, so no further one can be scored."),
)
formal_review_begun = fact(
    "formal_review_begun", "review_not_begun", N_("The formal review of this call has not begun yet.")
)


def card_is_ready(offer: Any, context: Context) -> list[Refusal]:
    """An evaluator closes an own, open, complete card of an offer that no exclusion covers."""
    return list(offer.refusals_of_closing_card(context.person_id))


every_card_closed = fact(
    "every_card_closed", "open_cards", N_("Some scoring cards of this offer are still open.")
)
award_published = fact("award_published", "unpublished", N_("The results have not been published yet."))
results_announced = fact(
    "results_announced",
    "not_announced",
    N_("Reasons can be asked for once the results of the call have been announced."),
)
WITHDRAWABLE = (S.SUBMITTED, S.REGISTERED, S.CORRECTION_CALLED, S.CORRECTED, S.FORMALLY_ACCEPTED,
                S.IN_SCORING, S.DISCREPANCY, S.SCORED, S.RANKED, S.RESERVE)  # fmt: skip
JUSTIFIABLE = (S.FORMALLY_REJECTED, S.NOT_RECOMMENDED, S.AWARDED_FULL, S.AWARDED_REDUCED, S.RESERVE, S.NOT_AWARDED,
               S.UPDATE_PENDING, S.UPDATED, S.RESIGNED, S.CONTRACT_PREP, S.CONTRACTED)  # fmt: skip
RESIGNABLE = (S.AWARDED_FULL, S.AWARDED_REDUCED, S.UPDATE_PENDING, S.UPDATED, S.CONTRACT_PREP)
SIGNATORY = frozenset({Role.SIGNATORY})
OFFICIAL = frozenset({Role.OFFICIAL})
REGISTRY = frozenset({Role.CLERK, Role.OFFICIAL})
CLOCK = frozenset({Role.CLOCK})
SYSTEM = frozenset({Role.SYSTEM})
D = DocumentKind
M = NoticeKind

# A table is read by rows, so the formatter leaves it alone.
# fmt: off
OFFER_STEPS: tuple[Step, ...] = (
    Step("sign", (S.DRAFT, S.SUBMITTED), None, N_("Sign the offer"), SIGNATORY, citations.OFFER,
         guards=(in_time, call_takes_offers, nothing_missing, may_sign), notices=(M.OFFER_SIGNATURE_ASKED,)),
    Step("submit", (S.DRAFT,), S.SUBMITTED, N_("Submit the offer"), SIGNATORY, citations.OFFER,
         guards=(in_time, call_takes_offers, nothing_missing, one_offer_per_offeror, representation_met),
         asks="submission", documents=(D.OFFER, D.SUBMISSION_CONFIRMATION), notices=(M.OFFER_SUBMITTED,), grave=True),
    Step("replace", (S.SUBMITTED,), None, N_("Submit a new version"), SIGNATORY, citations.OFFER,
         guards=(in_time, call_takes_offers, something_changed, nothing_missing, representation_met),
         asks="submission", documents=(D.OFFER, D.SUBMISSION_CONFIRMATION), notices=(M.OFFER_SUBMITTED,), grave=True),
    Step("expire", (S.DRAFT,), S.EXPIRED_DRAFT, N_("Let the draft expire"), CLOCK, citations.OFFER,
         due=lambda offer: offer.deadline),
    Step("revive", (S.EXPIRED_DRAFT,), S.DRAFT, N_("Revive the draft after an extension"), SYSTEM, citations.PUBLICATION),
    Step("withdraw", WITHDRAWABLE, S.WITHDRAWN, N_("Withdraw the offer"), frozenset({Role.OWNER, Role.SIGNATORY}),
         citations.OFFER, guards=(may_represent,), asks="reason", notices=(M.OFFER_WITHDRAWN,), grave=True),
    Step("register", (S.SUBMITTED,), S.REGISTERED, N_("Register the offer"), REGISTRY, citations.OFFER,
         guards=(call_goes_on, deadline_over), asks="registration", notices=(M.OFFER_REGISTERED,)),
    Step("register_paper", (S.DRAFT, S.EXPIRED_DRAFT), S.REGISTERED, N_("Register an offer received outside the system"), REGISTRY,
         citations.OFFER, guards=(call_goes_on, received_details), asks="paper_registration",
         documents=(D.SUBMISSION_CONFIRMATION,), notices=(M.OFFER_REGISTERED,)),
    Step("accept_formally", (S.REGISTERED, S.CORRECTED), S.FORMALLY_ACCEPTED, N_("Accept formally"), OFFICIAL, citations.REVIEW,
         guards=(call_goes_on, formal_review_begun, scoring_can_follow, criteria_marked, no_defect), documents=(D.FORMAL_CARD,)),
    Step("call_to_correct", (S.REGISTERED,), S.CORRECTION_CALLED, N_("Call for corrections"), OFFICIAL, citations.REVIEW,
         guards=(call_goes_on, formal_review_begun, scoring_can_follow, criteria_marked, has_defect, defects_correctable,
                 not_called_before), asks="correction_call",
         documents=(D.CORRECTION_CALL,), notices=(M.CORRECTION_CALLED,), grave=True),
    Step("confirm_delivery", (S.CORRECTION_CALLED, S.UPDATE_PENDING), None, N_("Confirm that you received the letter"), APPLICANT,
         citations.REVIEW, guards=(letter_not_delivered,)),
    Step("record_delivery", (S.CORRECTION_CALLED, S.UPDATE_PENDING), None, N_("Record the delivery"), REGISTRY,
         citations.REVIEW, guards=(letter_not_delivered, delivery_plausible), asks="delivery"),
    Step("deem_delivered", (S.CORRECTION_CALLED, S.UPDATE_PENDING), None, N_("Deem the letter delivered"), CLOCK, citations.REVIEW,
         guards=(letter_not_delivered,), due=lambda offer: offer.deemed_delivery_at),
    Step("sign_correction", (S.CORRECTION_CALLED,), None, N_("Sign the corrections"), SIGNATORY, citations.REVIEW,
         guards=(call_goes_on, correction_in_time, only_called_fields_changed, may_sign), notices=(M.OFFER_SIGNATURE_ASKED,)),
    Step("correct", (S.CORRECTION_CALLED,), S.CORRECTED, N_("Send the corrections"), SIGNATORY, citations.REVIEW,
         guards=(call_goes_on, correction_in_time, only_called_fields_changed, representation_met), asks="submission",
         documents=(D.OFFER, D.SUBMISSION_CONFIRMATION), notices=(M.CORRECTION_RECEIVED,), grave=True),
    Step("reject_uncorrected", (S.CORRECTION_CALLED,), S.FORMALLY_REJECTED, N_("Reject: no correction came"), CLOCK, citations.REVIEW,
         guards=(after("correction_due", N_("The term for corrections runs until %(term)s.")),),
         documents=(D.FORMAL_CARD, D.RESULTS_LETTER), notices=(M.FORMALLY_REJECTED,),
         due=lambda offer: offer.correction_due if offer.call_goes_on else None),
    Step("reject_formally", (S.REGISTERED, S.CORRECTED), S.FORMALLY_REJECTED, N_("Reject formally"), OFFICIAL, citations.REVIEW,
         guards=(call_goes_on, formal_review_begun, criteria_marked, has_final_defect), documents=(D.FORMAL_CARD, D.RESULTS_LETTER),
         asks="reason", notices=(M.FORMALLY_REJECTED,), grave=True),
    Step("enter_scoring", (S.FORMALLY_ACCEPTED,), S.IN_SCORING, N_("Pass to the evaluators"), SYSTEM, citations.REVIEW),
    Step("close_card", (S.IN_SCORING,), None, N_("Close the scoring card"), frozenset({Role.EVALUATOR, Role.CHAIR}), citations.REVIEW,
         guards=(call_goes_on, card_is_ready), documents=(D.SCORING_CARD,), grave=True),
    Step("complete_scoring", (S.IN_SCORING,), S.SCORED, N_("Complete the scoring"), SYSTEM, citations.REVIEW,
         guards=(every_card_closed,)),
    Step("find_discrepancy", (S.IN_SCORING,), S.DISCREPANCY, N_("Find a discrepancy"), SYSTEM, citations.REVIEW,
         guards=(every_card_closed,)),
    Step("resolve_discrepancy", (S.DISCREPANCY,), S.SCORED, N_("Resolve the discrepancy"), frozenset({Role.CHAIR}), citations.REVIEW,
         asks="reason"),
    Step("rank", (S.SCORED,), S.RANKED, N_("Rank the offer"), SYSTEM, citations.SELECTION),
    Step("rank_below_threshold", (S.SCORED,), S.NOT_RECOMMENDED, N_("Rank below the threshold"), SYSTEM, citations.SELECTION),
    Step("award_in_full", (S.RANKED, S.RESERVE), S.AWARDED_FULL, N_("Award in full"), SYSTEM, citations.SELECTION),
    Step("award_reduced", (S.RANKED, S.RESERVE), S.AWARDED_REDUCED, N_("Award a reduced grant"), SYSTEM, citations.SELECTION),
    Step("put_on_reserve", (S.RANKED,), S.RESERVE, N_("Put on the reserve list"), SYSTEM, citations.SELECTION),
    Step("decline", (S.RANKED, S.RESERVE), S.NOT_AWARDED, N_("Award nothing"), SYSTEM, citations.SELECTION),
    Step("announce_result", (S.AWARDED_FULL, S.AWARDED_REDUCED, S.RESERVE, S.NOT_AWARDED, S.NOT_RECOMMENDED), None,
         N_("Write about the result"), SYSTEM, citations.RESULTS, documents=(D.RESULTS_LETTER,), notices=(M.RESULT_KNOWN,)),
    Step("answer_with_reasons", JUSTIFIABLE, None, N_("Answer a request for the reasons"), OFFICIAL, citations.JUSTIFICATION,
         guards=(results_announced,), asks="justification_answer", documents=(D.JUSTIFICATION_ANSWER,)),
    Step("start_contracting", (S.AWARDED_FULL,), S.CONTRACT_PREP, N_("Start preparing the agreement"), OFFICIAL, citations.AGREEMENT,
         guards=(award_published,)),
    Step("ask_for_update", (S.AWARDED_REDUCED,), S.UPDATE_PENDING, N_("Ask for an updated offer"), OFFICIAL, citations.UPDATED_OFFER,
         guards=(award_published,), notices=(M.UPDATE_ASKED,)),
    Step("sign_update", (S.UPDATE_PENDING,), None, N_("Sign the update"), SIGNATORY, citations.UPDATED_OFFER,
         guards=(update_in_time, update_lawful, may_sign), notices=(M.OFFER_SIGNATURE_ASKED,)),
    Step("submit_update", (S.UPDATE_PENDING,), S.UPDATED, N_("Submit the updated offer"), SIGNATORY, citations.UPDATED_OFFER,
         guards=(update_in_time, update_lawful, representation_met), asks="submission",
         documents=(D.OFFER, D.SUBMISSION_CONFIRMATION), grave=True),
    Step("return_update", (S.UPDATED,), S.UPDATE_PENDING, N_("Return the update"), OFFICIAL, citations.UPDATED_OFFER, asks="reason",
         notices=(M.UPDATE_RETURNED,)),
    Step("accept_update", (S.UPDATED,), S.CONTRACT_PREP, N_("Accept the updated offer"), OFFICIAL, citations.UPDATED_OFFER),
    Step("resign", RESIGNABLE, S.RESIGNED, N_("Resign from the grant"), SIGNATORY, citations.SELECTION, asks="reason",
         guards=(award_published, may_represent), notices=(M.OFFER_WITHDRAWN,), grave=True),
    Step("lapse", (S.UPDATE_PENDING,), S.RESIGNED, N_("Let the award lapse: no update came"), CLOCK, citations.UPDATED_OFFER,
         guards=(after("update_due", N_("The term for the update runs until %(term)s.")),),
         notices=(M.AWARD_LOST,), due=lambda offer: offer.update_due),
    Step("fall_with_partner", RESIGNABLE, S.RESIGNED, N_("Record a partner's resignation: the offer falls"), OFFICIAL,
         citations.SELECTION, guards=(is_joint, partner_rule_falls), asks="partner", notices=(M.AWARD_LOST,), grave=True),
    Step("continue_without_partner", RESIGNABLE, S.UPDATE_PENDING, N_("Record a partner's resignation: the others take over"), OFFICIAL,
         citations.SELECTION, guards=(is_joint, partner_rule_takes_over), asks="partner", notices=(M.UPDATE_ASKED,), grave=True),
    Step("copy_redacted", ISSUED, None, N_("Draw up a redacted copy"), OFFICIAL, citations.PUBLIC_INFORMATION_LIMITS,
         asks="redacted_copy", documents=(D.REDACTED_COPY,)),
    Step("draft_agreement", (S.CONTRACT_PREP,), None, N_("Draft the agreement"), OFFICIAL, citations.AGREEMENT,
         guards=(no_agreement_yet,), asks="agreement_draft"),
    Step("conclude", (S.CONTRACT_PREP,), S.CONTRACTED, N_("Conclude the agreement"), SYSTEM, citations.AGREEMENT),
)
# fmt: on

OFFER = Workflow(
    name="offer", plural="offers", title=N_("Offer"), initial=S.DRAFT, names=OFFER_NAMES, steps=OFFER_STEPS
)
