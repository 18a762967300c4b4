"""The now box: for every state, what happens, who acts next and until when; said to those who act and to those who wait."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from app.i18n import _, deadline, ngettext
from app.queries.facts import facts_of
from app.queries.substitution import Leading
from app.queries.visibility import results_known, sealed, shown_state
from workflows.calendar import end_of_day, passed
from workflows.engine import Context, Step, Workflow
from workflows.words import N_

APPLICANT, OFFICE, COMMISSION, TREASURY, MAYOR, NOBODY = (
    "applicant",
    "office",
    "commission",
    "treasury",
    "mayor",
    "nobody",
)

SIDES: dict[str, str] = {
    APPLICANT: N_("the organisation"),
    OFFICE: N_("the office"),
    COMMISSION: N_("the commission"),
    TREASURY: N_("the treasurer"),
    MAYOR: N_("the Mayor's signatory"),
}


class OfferedStep(Protocol):
    """What the box needs of a step."""

    @property
    def step(self) -> Step: ...
    @property
    def allowed(self) -> bool: ...
    @property
    def label(self) -> str: ...
    @property
    def url(self) -> str: ...


@dataclass(frozen=True)
class Now:
    """One state: who acts, what those are told who act, what the others are told, which fact holds the term."""

    side: str
    act: str
    wait: str
    until: str | None = None
    forward: tuple[str, ...] = ()
    tone: str | None = None


@dataclass(frozen=True)
class NowBox:
    """What the now() macro takes; `primary_trigger` is the one step that is shown filled."""

    tone: str
    heading: str
    text: str | None
    who: str | None
    until: str | None
    left: str | None
    primary: tuple[str, str] | None
    links: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    primary_trigger: str | None


ENDED = "neutral"
# A table is read by rows, so the formatter leaves it alone.
# fmt: off
TABLE: dict[str, dict[str, Now]] = {
    "call": {
        "draft": Now(OFFICE, N_("Finish the announcement and submit it for approval"), N_("The announcement is being written"), None, ("submit_for_approval",)),
        "in_approval": Now(MAYOR, N_("Check the call and approve it"), N_("The call waits for approval"), None, ("approve", "endorse")),
        "approved": Now(OFFICE, N_("Publish the call in three places"), N_("The call is approved and will be published"), None, ("publish",)),
        "published": Now(NOBODY, N_("The call is announced and opens by itself"), N_("The call is announced and opens soon"), "opens_at"),
        "open": Now(APPLICANT, N_("Offers can be submitted"), N_("Offers are coming in"), "deadline"),
        "closed": Now(OFFICE, N_("Register the offers and start the formal review"), N_("The call is closed; the office registers the offers"), None, ("start_formal_review", "cancel_without_offers")),
        "formal_review": Now(OFFICE, N_("Review the offers formally, then start the scoring"), N_("The office reviews the offers formally"), None, ("start_scoring", "assign_evaluators", "sign_impartiality", "appoint_commission")),
        "scoring": Now(COMMISSION, N_("Score the offers"), N_("The commission scores the offers"), "decision_term", ("rank", "sign_impartiality")),
        "ranked": Now(MAYOR, N_("Write and sign the protocol, propose and decide on the grants"), N_("The commission has finished; the decision is being prepared"), "decision_term", ("decide", "sign_protocol", "write_protocol", "propose_awards")),
        "decided": Now(OFFICE, N_("Publish the results in three places"), N_("The decision is made; the results will be published"), None, ("publish_results",)),
        "results_published": Now(OFFICE, N_("Prepare the agreements"), N_("The results are published; agreements are being concluded"), None, ("conclude_contracting",)),
        "contracted": Now(NOBODY, N_("The tasks are being carried out"), N_("The tasks are being carried out"), None, ("settle",)),
        "settled": Now(OFFICE, N_("Archive the call"), N_("Every grant is settled"), None, ("archive",), ENDED),
        "archived": Now(NOBODY, N_("The call has ended"), N_("The call has ended"), tone=ENDED),
        "called_off": Now(NOBODY, N_("The call was called off"), N_("The call was called off"), tone=ENDED),
        "cancelled": Now(NOBODY, N_("The call was cancelled"), N_("The call was cancelled"), tone=ENDED),
        "imported": Now(NOBODY, N_("A past call, taken over from public sources"), N_("A past call, taken over from public sources"), tone=ENDED),
    },
    "offer": {
        "draft": Now(APPLICANT, N_("Finish and submit your offer"), N_("The organisation is writing the offer"), "deadline", ("submit", "sign")),
        "expired_draft": Now(NOBODY, N_("The deadline has passed; the draft is kept and can be copied"), N_("The deadline has passed"), tone=ENDED),
        "submitted": Now(OFFICE, N_("Register the offer"), N_("Your offer has arrived; the office will register it"), None, ("register", "replace")),
        "withdrawn": Now(NOBODY, N_("The offer was withdrawn"), N_("The offer was withdrawn"), tone=ENDED),
        "registered": Now(OFFICE, N_("Review the offer formally"), N_("The office reviews the offer formally"), None, ("accept_formally", "call_to_correct", "reject_formally")),
        "correction_called": Now(APPLICANT, N_("Correct the places that the office names"), N_("Waiting for the corrections of the organisation"), "correction_due", ("correct", "confirm_delivery")),
        "corrected": Now(OFFICE, N_("Check the corrections"), N_("The office checks your corrections"), None, ("accept_formally", "reject_formally")),
        "formally_accepted": Now(COMMISSION, N_("Assign evaluators and start the scoring"), N_("The offer passed the formal review and will be scored"), "decision_term"),
        "formally_rejected": Now(NOBODY, N_("The offer did not pass the formal review"), N_("The offer did not pass the formal review"), tone="bad"),
        "in_scoring": Now(COMMISSION, N_("Score the offer and close your card"), N_("The commission scores the offer"), "decision_term", ("close_card",)),
        "discrepancy": Now(COMMISSION, N_("Resolve the discrepancy of the scores"), N_("The commission scores the offer"), "decision_term", ("resolve_discrepancy",)),
        "scored": Now(COMMISSION, N_("Every card is closed; the ranking comes next"), N_("The commission scores the offer"), "decision_term"),
        "not_recommended": Now(NOBODY, N_("The offer stayed below the threshold"), N_("The offer stayed below the threshold"), tone=ENDED),
        "ranked": Now(MAYOR, N_("The decision on grants comes next"), N_("The decision on grants is being prepared"), "decision_term"),
        "awarded_full": Now(OFFICE, N_("Start preparing the agreement"), N_("Your offer was awarded the whole grant; the office prepares the agreement"), None, ("start_contracting",), "ok"),
        "awarded_reduced": Now(OFFICE, N_("Ask for an updated offer"), N_("Your offer was awarded a smaller grant; the office will ask for an update"), None, ("ask_for_update",), "ok"),
        "reserve": Now(NOBODY, N_("The offer waits on the reserve list"), N_("The offer is on the reserve list; we will write if money becomes free"), tone="info"),
        "not_awarded": Now(NOBODY, N_("The offer was not awarded a grant"), N_("The offer was not awarded a grant"), tone=ENDED),
        "update_pending": Now(APPLICANT, N_("Adjust the offer to the grant, or resign"), N_("Waiting for the updated offer"), "update_due", ("submit_update", "confirm_delivery")),
        "updated": Now(OFFICE, N_("Check the updated offer"), N_("The office checks the updated offer"), None, ("accept_update", "return_update")),
        "resigned": Now(NOBODY, N_("The grant was given up"), N_("The grant was given up"), tone=ENDED),
        "contract_prep": Now(OFFICE, N_("Draft the agreement"), N_("The office prepares the agreement"), None, ("draft_agreement",)),
        "contracted": Now(NOBODY, N_("The agreement is concluded; the task goes on there"), N_("The agreement is concluded; the task goes on there"), tone="ok"),
    },
    "intake": {
        "draft": Now(OFFICE, N_("Finish the rules of the intake and have it announced"), N_("The intake is being prepared"), None, ("announce",)),
        "announced": Now(NOBODY, N_("The intake is announced and opens by itself"), N_("The intake is announced and opens soon"), "opens_at"),
        "open": Now(APPLICANT, N_("Offers can be submitted"), N_("Offers are taken in the order in which they come"), "deadline"),
        "closed": Now(OFFICE, N_("Lead every offer to its end, then finish the intake"), N_("The intake is closed; the office leads the offers that came"), None, ("finish",)),
        "finished": Now(NOBODY, N_("The intake has ended"), N_("The intake has ended"), tone=ENDED),
    },
    "small_grant": {
        "draft": Now(APPLICANT, N_("Finish and submit your offer"), N_("The organisation is writing the offer"), "deadline", ("submit", "sign")),
        "expired_draft": Now(NOBODY, N_("The intake has closed; the draft is kept and can be copied"), N_("The intake has closed"), tone=ENDED),
        "submitted": Now(OFFICE, N_("Review the offer formally"), N_("The offer is in the queue; the office reviews it formally"), "publication_due", ("accept_formally", "call_to_correct", "reject_formally")),
        "withdrawn": Now(NOBODY, N_("The offer was withdrawn"), N_("The offer was withdrawn"), tone=ENDED),
        "correction_called": Now(APPLICANT, N_("Correct the places that the office names"), N_("Waiting for the corrections of the organisation"), "correction_due", ("correct", "confirm_delivery")),
        "corrected": Now(OFFICE, N_("Check the corrections"), N_("The office checks the corrections"), "publication_due", ("accept_formally", "reject_formally")),
        "formally_accepted": Now(OFFICE, N_("Prepare the publication of the offer"), N_("The offer passed the formal review; the office prepares its publication"), "publication_due", ("find_purposeful", "publish")),
        "formally_rejected": Now(NOBODY, N_("The offer did not pass the formal review"), N_("The offer did not pass the formal review"), tone="bad"),
        "purposeful": Now(OFFICE, N_("Publish the offer in three places"), N_("The offer was found purposeful and will be published"), "publication_due", ("publish",)),
        "not_purposeful": Now(NOBODY, N_("The offer was found not purposeful"), N_("The offer was found not purposeful"), tone="bad"),
        "published": Now(NOBODY, N_("The offer is published; anybody can comment on it"), N_("The offer is published; anybody can comment on it"), "comments_until"),
        "comments_closed": Now(OFFICE, N_("Answer or note every comment, then prepare the decision"), N_("The term for comments is over; the office considers what came in"), None, ("consider",)),
        "decision_pending": Now(OFFICE, N_("Prepare the decision and decide"), N_("The comments were considered; the decision is being prepared"), None, ("award_in_full", "award_reduced", "refuse", "propose_decision", "judge_purpose")),
        "awarded_full": Now(OFFICE, N_("Start preparing the agreement"), N_("The grant was awarded in full; the office prepares the agreement"), None, ("start_contracting",), "ok"),
        "awarded_reduced": Now(OFFICE, N_("Ask for the updated offer"), N_("A reduced grant was awarded; the office will ask for an updated offer"), None, ("ask_for_update",)),
        "refused": Now(NOBODY, N_("The grant was refused"), N_("The grant was refused"), tone="bad"),
        "no_funds": Now(NOBODY, N_("Money has come back: call the offer up from the queue"), N_("The pool was exhausted before this offer; no money is left for it"), None, ("call_up",)),
        "called_up": Now(APPLICANT, N_("Confirm that the dates and costs still hold"), N_("Waiting for the confirmation of the organisation"), "confirmation_due", ("confirm_published", "confirm_unpublished", "confirm_delivery")),
        "update_pending": Now(APPLICANT, N_("Adjust the offer to the grant, or resign"), N_("Waiting for the updated offer"), "update_due", ("submit_update", "confirm_delivery")),
        "updated": Now(OFFICE, N_("Check the updated offer"), N_("The office checks the updated offer"), None, ("accept_update", "return_update")),
        "resigned": Now(NOBODY, N_("The grant was given up"), N_("The grant was given up"), tone=ENDED),
        "contract_prep": Now(OFFICE, N_("Draft the agreement"), N_("The office prepares the agreement"), None, ("draft_agreement",)),
        "contracted": Now(NOBODY, N_("The agreement is concluded; the task goes on there"), N_("The agreement is concluded; the task goes on there"), tone="ok"),
    },
    "agreement": {
        "draft": Now(TREASURY, N_("Check the draft: law and finance"), N_("The agreement is being drafted"), None, ("check",)),
        "ready": Now(APPLICANT, N_("Sign the agreement"), N_("Waiting for the contractor's signature"), None, ("sign_as_contractor", "add_signature")),
        "signed_ngo": Now(MAYOR, N_("Countersign and sign for the city"), N_("Waiting for the city's signature"), None, ("sign_for_city", "countersign")),
        "signed": Now(TREASURY, N_("Order and transfer the first tranche"), N_("The agreement is signed; the first tranche will be transferred"), "payment_term", ("transfer", "order_payment")),
        "in_progress": Now(APPLICANT, N_("Carry out the task"), N_("The task is being carried out"), "task_ends_at", ("transfer", "order_payment")),
        "annex_pending": Now(OFFICE, N_("Answer the request for an annex"), N_("The office considers the annex"), None, ("accept_annex", "refuse_annex")),
        "partial_due": Now(APPLICANT, N_("Submit the partial report"), N_("Waiting for the partial report"), "partial_report_due", ("submit_partial_report",)),
        "partial_review": Now(OFFICE, N_("Check the partial report"), N_("The office checks the partial report"), None, ("accept_partial_report",)),
        "report_due": Now(APPLICANT, N_("The task has ended; the report goes on in the settlement"), N_("The task has ended; the report goes on in the settlement")),
        "withdrawn": Now(NOBODY, N_("One side withdrew from the agreement"), N_("One side withdrew from the agreement"), tone=ENDED),
        "terminated": Now(NOBODY, N_("The agreement was terminated"), N_("The agreement was terminated"), tone="bad"),
        "dissolved": Now(NOBODY, N_("The agreement was dissolved by consent"), N_("The agreement was dissolved by consent"), tone=ENDED),
    },
    "settlement": {
        "report_due": Now(APPLICANT, N_("Submit the final report"), N_("Waiting for the final report"), "report_due", ("submit_report", "call_for_report")),
        "report_called": Now(APPLICANT, N_("The report is overdue: submit it now"), N_("Waiting for the overdue report"), "called_report_due", ("submit_report", "confirm_delivery")),
        "breach": Now(OFFICE, N_("No report came: establish the figures and demand the return"), N_("No report came; the office decides what follows"), None, ("demand_return", "assess"), "bad"),
        "report_submitted": Now(OFFICE, N_("Check the report"), N_("The office checks the report"), None, ("accept_report", "demand_return", "assess")),
        "clarification": Now(APPLICANT, N_("Answer the office's questions"), N_("Waiting for answers"), "answers_due", ("answer_questions",)),
        "accepted": Now(OFFICE, N_("Settle the grant"), N_("The report is accepted; the office closes the settlement"), None, ("settle", "expect_refund"), "ok"),
        "refund_expected": Now(APPLICANT, N_("Return the unused part"), N_("Waiting for the return"), "refund_due", ("settle", "record_refund")),
        "return_demanded": Now(APPLICANT, N_("Return the amount that the office demands"), N_("Waiting for the return"), "refund_due", ("settle", "record_refund")),
        "return_decision": Now(APPLICANT, N_("A decision on the return was issued"), N_("Waiting for the return by decision"), None, ("settle", "record_refund"), "bad"),
        "settled": Now(OFFICE, N_("Archive the settlement"), N_("The grant is settled"), None, ("archive",), "ok"),
        "archived": Now(NOBODY, N_("The settlement is archived"), N_("The settlement is archived"), tone=ENDED),
    },
    "request": {
        "received": Now(OFFICE, N_("Answer in the term of the law"), N_("The office prepares the answer"), "answer_due", ("give_information", "reply")),
        "extended": Now(OFFICE, N_("Answer in the longer term"), N_("The office prepares the answer"), "answer_due", ("give_information", "reply")),
        "answered": Now(NOBODY, N_("The answer was given"), N_("The answer was given"), tone="ok"),
        "refused": Now(NOBODY, N_("The information was refused by decision"), N_("The information was refused by decision"), tone=ENDED),
        "not_held": Now(NOBODY, N_("The information is not held here; this was answered"), N_("The information is not held here; this was answered"), tone=ENDED),
        "forwarded": Now(NOBODY, N_("It was forwarded to the competent body"), N_("It was forwarded to the competent body"), tone=ENDED),
        "unconsidered": Now(NOBODY, N_("It was left without consideration"), N_("It was left without consideration"), tone=ENDED),
        "withdrawn": Now(NOBODY, N_("It was withdrawn by whoever sent it"), N_("It was withdrawn by whoever sent it"), tone=ENDED),
    },
}
# fmt: on

SIDE_OF_AUDIENCE = {APPLICANT: APPLICANT, "commission": COMMISSION, "public": "public"}
UNDER_REVIEW = Now(
    COMMISSION, N_("The commission scores the offer"), N_("The offer is being assessed"), "decision_term"
)


def now_box(
    case: Any, workflow: Workflow, steps: Iterable[OfferedStep], context: Context, audience: str, leading: Leading | None = None,
) -> NowBox:  # fmt: skip
    """The box for one reader; those who may know it read by name who leads the case in the office."""
    under_review = sealed(case, audience) and not results_known(case)
    row = UNDER_REVIEW if under_review else TABLE[workflow.name][shown_state(case, audience).value]
    primary = _primary(row, list(steps))
    inside = audience in {"office", "auditor", "commission"}
    mine = primary is not None or (audience == row.side) or (inside and row.side not in {APPLICANT, NOBODY})
    term = _term(case, row)
    return NowBox(
        tone=row.tone or ("act" if mine and (primary or audience == row.side) else "info"),
        heading=_(row.act if mine else row.wait),
        text=None if mine or row.side == NOBODY else _nothing_to_do(audience, row),
        who=_who(row, audience, leading),
        until=deadline(term) if term else None,
        left=_left(term, context.now),
        primary=None,
        links=(),
        facts=(),
        primary_trigger=primary,
    )


def _primary(row: Now, steps: list[OfferedStep]) -> str | None:
    allowed = {item.step.trigger for item in steps if item.allowed}
    return next((trigger for trigger in row.forward if trigger in allowed), None)


def _nothing_to_do(audience: str, row: Now) -> str | None:
    if audience == APPLICANT and row.side != APPLICANT:
        return str(_("You need do nothing now. We will write when something changes."))
    return None


def _who(row: Now, audience: str, leading: Leading | None) -> str | None:
    if row.side == NOBODY:
        return None
    if audience == APPLICANT and row.side == APPLICANT:
        return str(_("your organisation"))
    if row.side == OFFICE and leading is not None and leading.lead:
        if leading.stand_in:
            return str(_("%(name)s, acting for %(others)s", name=leading.stand_in, others=leading.lead))
        return leading.lead
    return str(_(SIDES[row.side]))


def _term(case: Any, row: Now) -> datetime | None:
    if row.until is None:
        return None
    if row.until == "decision_term":
        call = getattr(case, "call", case)
        return end_of_day(call.decision_by) if call.decision_by else None
    term: datetime | None = getattr(facts_of(case), row.until)
    return term


def _left(term: datetime | None, now: datetime) -> str | None:
    if term is None or passed(term, now):
        return None
    left = term - now
    if left >= timedelta(days=1):
        return str(ngettext("%(num)d day", "%(num)d days", left.days))
    hours, minutes = divmod(int(left.total_seconds()) // 60, 60)
    return str(_("%(hours)d h %(minutes)d min", hours=hours, minutes=minutes))
