"""The open call (otwarty konkurs ofert), art. 11–18a UDPPiW."""

from enum import StrEnum
from typing import Any

from workflows import citations
from workflows.engine import Context, Refusal, StateName, Step, Workflow
from workflows.guards import before, fact, four_eyes, judged, listed, no_own_offer, not_own_proposal
from workflows.kinds import DocumentKind, NoticeKind
from workflows.roles import Role
from workflows.words import N_


class CallState(StrEnum):
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    APPROVED = "approved"
    PUBLISHED = "published"
    OPEN = "open"
    CLOSED = "closed"
    FORMAL_REVIEW = "formal_review"
    SCORING = "scoring"
    RANKED = "ranked"
    DECIDED = "decided"
    RESULTS_PUBLISHED = "results_published"
    CONTRACTED = "contracted"
    SETTLED = "settled"
    ARCHIVED = "archived"
    CALLED_OFF = "called_off"
    CANCELLED = "cancelled"
    IMPORTED = "imported"


S = CallState

CALL_NAMES: dict[CallState, StateName] = {
    S.DRAFT: StateName(N_("draft of a call"), N_("in preparation")),
    S.IN_APPROVAL: StateName(N_("in approval"), N_("in preparation")),
    S.APPROVED: StateName(N_("approved"), N_("in preparation")),
    S.PUBLISHED: StateName(N_("announced"), N_("announced")),
    S.OPEN: StateName(N_("open"), N_("open for offers")),
    S.CLOSED: StateName(N_("closed"), N_("closed for offers")),
    S.FORMAL_REVIEW: StateName(N_("formal review"), N_("offers under review")),
    S.SCORING: StateName(N_("scoring"), N_("offers under review")),
    S.RANKED: StateName(N_("scoring finished"), N_("offers under review")),
    S.DECIDED: StateName(N_("decided"), N_("offers under review")),
    S.RESULTS_PUBLISHED: StateName(N_("results published"), N_("results published")),
    S.CONTRACTED: StateName(N_("agreements concluded"), N_("results published")),
    S.SETTLED: StateName(N_("settled"), N_("results published")),
    S.ARCHIVED: StateName(N_("archived"), N_("ended")),
    S.CALLED_OFF: StateName(N_("called off"), N_("called off")),
    S.CANCELLED: StateName(N_("cancelled"), N_("cancelled")),
    S.IMPORTED: StateName(N_("past call, imported"), N_("past call")),
}

COLLECTING = (S.PUBLISHED, S.OPEN, S.CLOSED)
BEFORE_AWARD = (*COLLECTING, S.FORMAL_REVIEW, S.SCORING, S.RANKED)
WITH_POOL = (*BEFORE_AWARD, S.DECIDED, S.RESULTS_PUBLISHED)
PUBLIC = frozenset(S) - {S.DRAFT, S.IN_APPROVAL, S.APPROVED}
RESULTS_KNOWN = frozenset({S.RESULTS_PUBLISHED, S.CONTRACTED, S.SETTLED, S.ARCHIVED})


def pool_covers_awards(call: Any, _context: Context) -> list[Refusal]:
    """What the proposal gives may not exceed the pool of any budget year (art. 13 ust. 2 pkt 2)."""
    return [
        Refusal(
            "over_pool",
            N_(
                "The awards of %(year)s are %(awarded_grosze)s, and the pool is %(pool_grosze)s. Lower them by %(over_grosze)s."
            ),
            {"year": year, "awarded_grosze": awarded, "pool_grosze": pool, "over_grosze": awarded - pool},
        )
        for year, awarded, pool in call.awards_against_pool
        if awarded > pool
    ]


def every_member_signed(call: Any, _context: Context) -> Refusal | None:
    """The commission's protocol is signed by everybody who took part (art. 15 ust. 2a)."""
    if not call.protocol_written:
        return NO_PROTOCOL
    unsigned = call.protocol_unsigned_by
    if unsigned:
        text = N_("The protocol still lacks a signature: %(names)s.")
        return Refusal("protocol_unsigned", text, {"names": ", ".join(unsigned)})
    return None


def own_signature_missing(call: Any, context: Context) -> Refusal | None:
    """A member signs the protocol once."""
    if not call.protocol_written:
        return NO_PROTOCOL
    if context.person_id not in call.protocol_expected_ids:
        text = N_("Your signature is not expected here: you signed already, or took no part.")
        return Refusal("signature_not_expected", text)
    return None


def statement_expected(call: Any, context: Context) -> Refusal | None:
    """A member of the appointed commission states impartiality once, after seeing the list of offerors."""
    if context.person_id not in call.statement_expected_ids:
        text = N_(
            "No statement is expected from you: you signed already, or are not a member of the commission."
        )
        return Refusal("statement_not_expected", text)
    return None


not_own_awards = four_eyes(
    "awards_proposed_by_ids",
    "not_own_awards",
    "own_proposal",
    N_(
        "You prepared these awards yourself, or one of you stood in for the other, so somebody else must decide."
    ),
)
before_the_deadline = before(
    "deadline",
    N_("The deadline passed on %(term)s. Only an outage lets the call open again, for everybody."),
)
NO_PROTOCOL = Refusal("no_protocol", N_("The commission has not written its protocol yet."))

published_long_enough = judged("refusals_of_publication", "published_long_enough")
new_terms_are_lawful = judged("refusals_of_amendment", "new_terms_are_lawful", restart=True)
deadline_only_moves_later = judged("refusals_of_amendment", "deadline_only_moves_later", restart=False)
pool_not_below_contracts = judged("refusals_of_pool", "pool_not_below_contracts")
ending_announced = judged("refusals_of_ending", "ending_announced")
commission_lawful = judged("refusals_of_commission", "commission_lawful")
assignment_lawful = judged("refusals_of_assignment", "assignment_lawful")
awards_fit = judged("refusals_of_awards", "awards_fit")
results_in_three_places = judged("refusals_of_results_publication", "results_in_three_places")

announcement_complete = listed("refusals_of_announcement")
not_endorsed_yet = fact("not_endorsed_yet", "endorsed", N_("The director has endorsed the call already."))
endorsed = fact("endorsed", "not_endorsed", N_("The director has not endorsed the call yet."))
has_offers = fact("has_offers", "no_offers", N_("No offer has come in; the call can only be cancelled."))
has_no_offer = fact("has_no_offer", "has_offers", N_("Offers have come in, so this ground does not apply."))
all_registered = fact(
    "all_registered", "unregistered", N_("Some offers are submitted but not registered yet.")
)
has_valid_offer = fact(
    "has_valid_offer", "no_valid_offer", N_("No offer met the requirements; the call can only be cancelled.")
)
has_no_valid_offer = fact(
    "has_no_valid_offer", "valid_offer", N_("At least one offer meets the requirements.")
)
formal_review_done = fact(
    "formal_review_done", "formal_open", N_("Some offers have no final formal result yet.")
)
commission_appointed = fact(
    "commission_appointed", "no_commission", N_("The commission has not been appointed yet.")
)
statements_signed = fact(
    "statements_signed",
    "no_statement",
    N_("Not every member of the commission has signed the statement of impartiality."),
)
every_offer_assigned = fact(
    "every_offer_assigned", "unassigned", N_("Some offers have fewer evaluators than the call requires.")
)
every_offer_scored = fact("every_offer_scored", "unscored", N_("Some offers still have open scoring cards."))
nobody_signed_protocol = fact(
    "nobody_signed_protocol", "protocol_signed", N_("The protocol is being signed and cannot be rewritten.")
)
awards_proposed = fact("awards_proposed", "no_proposal", N_("No proposal of awards waits for a decision."))
proposal_still_holds = listed("refusals_of_proposal")
round_unpublished = fact("round_unpublished", "published", N_("Every decided round is published already."))
ground_reserved = fact(
    "ground_reserved", "no_ground", N_("The announcement did not reserve the right to call the call off.")
)
awards_closed = fact(
    "awards_closed", "awards_open", N_("Some awarded offers have neither an agreement nor a resignation.")
)
everything_settled = fact("everything_settled", "unsettled", N_("Some agreements are not settled yet."))
reserve_foreseen = fact(
    "reserve_list", "no_reserve", N_("The announcement did not provide for a reserve list.")
)

# A table is read by rows, so the formatter leaves it alone.
# fmt: off
CALL_STEPS: tuple[Step, ...] = (
    Step("import_record", (S.DRAFT,), S.IMPORTED, N_("Import a past call"), frozenset({Role.IMPORTER}),
         citations.HISTORICAL_RECORD),
    Step("submit_for_approval", (S.DRAFT,), S.IN_APPROVAL, N_("Submit for approval"), frozenset({Role.OFFICIAL}),
         citations.ANNOUNCEMENT_CONTENT, guards=(announcement_complete,), notices=(NoticeKind.CALL_APPROVAL_ASKED,)),
    Step("return_for_changes", (S.IN_APPROVAL, S.APPROVED), S.DRAFT, N_("Return for changes"),
         frozenset({Role.DIRECTOR, Role.MAYOR_SIGNATORY}), citations.ORDER, asks="reason",
         notices=(NoticeKind.CALL_RETURNED,)),
    Step("endorse", (S.IN_APPROVAL,), None, N_("Endorse the call"), frozenset({Role.DIRECTOR}), citations.ORDER,
         guards=(not_own_proposal, not_endorsed_yet)),
    Step("approve", (S.IN_APPROVAL,), S.APPROVED, N_("Approve by order"), frozenset({Role.MAYOR_SIGNATORY}),
         citations.ORDER, guards=(not_own_proposal, endorsed, announcement_complete), asks="order",
         documents=(DocumentKind.CALL_ORDER,), grave=True),
    Step("publish", (S.APPROVED,), S.PUBLISHED, N_("Publish in three places"), frozenset({Role.OFFICIAL}),
         citations.PUBLICATION, guards=(published_long_enough,), asks="publication",
         documents=(DocumentKind.ANNOUNCEMENT,), grave=True),
    Step("open", (S.PUBLISHED,), S.OPEN, N_("Open for offers"), frozenset({Role.CLOCK}), citations.ANNOUNCEMENT,
         due=lambda call: call.opens_at),
    Step("amend", (S.PUBLISHED, S.OPEN), None, N_("Change the terms"), frozenset({Role.MAYOR_SIGNATORY}),
         citations.PUBLICATION, guards=(before_the_deadline, new_terms_are_lawful), asks="amendment",
         documents=(DocumentKind.AMENDING_ORDER, DocumentKind.ANNOUNCEMENT), notices=(NoticeKind.CALL_CHANGED,), grave=True),
    Step("extend", (S.PUBLISHED, S.OPEN), None, N_("Extend the deadline"), frozenset({Role.MAYOR_SIGNATORY}),
         citations.PUBLICATION, guards=(before_the_deadline, deadline_only_moves_later), asks="extension",
         documents=(DocumentKind.AMENDING_ORDER, DocumentKind.ANNOUNCEMENT), notices=(NoticeKind.CALL_CHANGED,), grave=True),
    Step("extend_after_outage", (S.OPEN, S.CLOSED), S.OPEN, N_("Extend after an outage"),
         frozenset({Role.MAYOR_SIGNATORY}), citations.PUBLICATION, guards=(deadline_only_moves_later,),
         asks="outage", documents=(DocumentKind.AMENDING_ORDER, DocumentKind.ANNOUNCEMENT), notices=(NoticeKind.CALL_CHANGED,), grave=True),
    Step("change_pool", WITH_POOL, None, N_("Change the pool"), frozenset({Role.OFFICIAL, Role.TREASURER}),
         citations.POOL, guards=(pool_not_below_contracts,), asks="pool"),
    Step("close", (S.OPEN,), S.CLOSED, N_("Close for offers"), frozenset({Role.CLOCK}), citations.ANNOUNCEMENT,
         due=lambda call: call.deadline),
    Step("call_off", BEFORE_AWARD, S.CALLED_OFF, N_("Call the call off"), frozenset({Role.MAYOR_SIGNATORY}),
         citations.CALLING_OFF, guards=(ground_reserved, ending_announced), asks="ending",
         documents=(DocumentKind.CALLING_OFF_NOTICE,), notices=(NoticeKind.CALL_CANCELLED,), grave=True),
    Step("cancel_without_offers", (S.CLOSED,), S.CANCELLED, N_("Cancel: no offer came in"),
         frozenset({Role.MAYOR_SIGNATORY}), citations.CANCELLATION_NO_OFFER, guards=(has_no_offer, ending_announced), asks="ending",
         documents=(DocumentKind.CANCELLATION_NOTICE,), grave=True),
    Step("appoint_commission", (*COLLECTING, S.FORMAL_REVIEW), None, N_("Appoint the commission"),
         frozenset({Role.MAYOR_SIGNATORY}), citations.COMMISSION, guards=(commission_lawful,), asks="commission",
         documents=(DocumentKind.COMMISSION_ORDER,), grave=True),
    Step("invite_commission", BEFORE_AWARD, None, N_("Invite the commission to a meeting"), frozenset({Role.OFFICIAL, Role.CHAIR}),
         citations.COMMISSION, guards=(commission_appointed,), asks="commission_invitation", documents=(DocumentKind.COMMISSION_INVITATION,)),
    Step("list_attendance", BEFORE_AWARD, None, N_("Draw up an attendance list"), frozenset({Role.OFFICIAL, Role.CHAIR}),
         citations.COMMISSION, guards=(commission_appointed,), asks="attendance_list", documents=(DocumentKind.ATTENDANCE_LIST,)),
    Step("start_formal_review", (S.CLOSED,), S.FORMAL_REVIEW, N_("Start the formal review"),
         frozenset({Role.OFFICIAL, Role.CHAIR}), citations.REVIEW, guards=(has_offers, all_registered)),
    Step("cancel_without_valid_offers", (S.FORMAL_REVIEW,), S.CANCELLED, N_("Cancel: no offer met the requirements"),
         frozenset({Role.MAYOR_SIGNATORY}), citations.CANCELLATION_NO_VALID_OFFER,
         guards=(formal_review_done, has_no_valid_offer, ending_announced), asks="ending",
         documents=(DocumentKind.FORMAL_RESULTS, DocumentKind.CANCELLATION_NOTICE), notices=(NoticeKind.CALL_CANCELLED,), grave=True),
    Step("sign_impartiality", (S.FORMAL_REVIEW, S.SCORING), None, N_("Sign the statement of impartiality"),
         frozenset({Role.EVALUATOR, Role.CHAIR}), citations.EXCLUSION, guards=(statement_expected,), asks="impartiality",
         documents=(DocumentKind.IMPARTIALITY_STATEMENT,)),
    Step("assign_evaluators", (S.FORMAL_REVIEW, S.SCORING), None, N_("Assign evaluators"), frozenset({Role.CHAIR, Role.OFFICIAL}),
         citations.COMMISSION, guards=(commission_appointed, formal_review_done, has_valid_offer, assignment_lawful), asks="assignment"),
    Step("start_scoring", (S.FORMAL_REVIEW,), S.SCORING, N_("Start the scoring"), frozenset({Role.CHAIR, Role.OFFICIAL}),
         citations.REVIEW, guards=(has_valid_offer, formal_review_done, commission_appointed, statements_signed, every_offer_assigned),
         documents=(DocumentKind.FORMAL_RESULTS,), notices=(NoticeKind.SCORING_STARTED,)),
    Step("rank", (S.SCORING,), S.RANKED, N_("Close the scoring and rank the offers"), frozenset({Role.CHAIR}),
         citations.REVIEW, guards=(every_offer_scored,), documents=(DocumentKind.RANKING_LIST,), grave=True),
    Step("write_protocol", (S.RANKED,), None, N_("Write the protocol"), frozenset({Role.CHAIR}), citations.COMMISSION,
         guards=(nobody_signed_protocol,), asks="protocol", documents=(DocumentKind.PROTOCOL,)),
    Step("sign_protocol", (S.RANKED,), None, N_("Sign the protocol"), frozenset({Role.EVALUATOR, Role.CHAIR}),
         citations.COMMISSION, guards=(own_signature_missing,), documents=(DocumentKind.PROTOCOL,)),
    Step("propose_awards", (S.RANKED,), None, N_("Propose the awards"), frozenset({Role.OFFICIAL}), citations.SELECTION,
         guards=(no_own_offer, awards_fit), asks="awards"),
    Step("decide", (S.RANKED,), S.DECIDED, N_("Decide on the grants by order"), frozenset({Role.MAYOR_SIGNATORY}),
         citations.SELECTION, guards=(every_member_signed, awards_proposed, proposal_still_holds, pool_covers_awards, not_own_awards, no_own_offer),
         asks="order", documents=(DocumentKind.RESULTS_ORDER,), grave=True),
    Step("publish_results", (S.DECIDED,), S.RESULTS_PUBLISHED, N_("Publish the results"), frozenset({Role.OFFICIAL}),
         citations.RESULTS, guards=(round_unpublished, results_in_three_places), asks="results_publication",
         documents=(DocumentKind.RESULT_ANNOUNCEMENT,), grave=True),
    Step("conclude_contracting", (S.RESULTS_PUBLISHED,), S.CONTRACTED, N_("Close the concluding of agreements"),
         frozenset({Role.OFFICIAL}), citations.AGREEMENT, guards=(awards_closed,)),
    Step("propose_further_awards", (S.RESULTS_PUBLISHED,), None, N_("Propose a further round"), frozenset({Role.OFFICIAL}),
         citations.SELECTION, guards=(reserve_foreseen, no_own_offer, awards_fit), asks="awards"),
    Step("decide_further_round", (S.RESULTS_PUBLISHED,), None, N_("Decide on a further round by order"),
         frozenset({Role.MAYOR_SIGNATORY}), citations.SELECTION,
         guards=(reserve_foreseen, awards_proposed, proposal_still_holds, pool_covers_awards, not_own_awards, no_own_offer),
         asks="order", documents=(DocumentKind.RESULTS_ORDER,), grave=True),
    Step("publish_further_results", (S.RESULTS_PUBLISHED,), None, N_("Publish the results of the further round"),
         frozenset({Role.OFFICIAL}), citations.RESULTS, guards=(round_unpublished, results_in_three_places),
         asks="results_publication", documents=(DocumentKind.RESULT_ANNOUNCEMENT,), grave=True),
    Step("settle", (S.CONTRACTED,), S.SETTLED, N_("Record the call as settled"), frozenset({Role.OFFICIAL}),
         citations.FINAL_REPORT, guards=(everything_settled,)),
    Step("archive", (S.SETTLED,), S.ARCHIVED, N_("Archive the call"), frozenset({Role.OFFICIAL}), citations.RECORDS),
)
# fmt: on

CALL = Workflow(
    name="call", plural="calls", title=N_("Open call"), initial=S.DRAFT, names=CALL_NAMES, steps=CALL_STEPS
)
