"""The kinds of documents and notices that steps promise; the worker keeps the promises."""

from enum import StrEnum

from workflows.words import N_


class DocumentKind(StrEnum):
    ANNOUNCEMENT = "announcement"
    OFFER = "offer"
    SUBMISSION_CONFIRMATION = "submission_confirmation"
    FORMAL_CARD = "formal_card"
    CORRECTION_CALL = "correction_call"
    SCORING_CARD = "scoring_card"
    PROTOCOL = "protocol"
    RANKING_LIST = "ranking_list"
    RESULTS_LETTER = "results_letter"
    AGREEMENT = "agreement"
    SETTLEMENT_LETTER = "settlement_letter"
    PUBLICATION_NOTICE = "publication_notice"
    PURPOSEFULNESS_NOTE = "purposefulness_note"
    GRANT_LETTER = "grant_letter"
    CALL_ORDER = "call_order"
    AMENDING_ORDER = "amending_order"
    COMMISSION_ORDER = "commission_order"
    RESULTS_ORDER = "results_order"
    CANCELLATION_NOTICE = "cancellation_notice"
    CALLING_OFF_NOTICE = "calling_off_notice"
    FORMAL_RESULTS = "formal_results"
    RESULT_ANNOUNCEMENT = "result_announcement"
    IMPARTIALITY_STATEMENT = "impartiality_statement"
    COMMISSION_INVITATION = "commission_invitation"
    ATTENDANCE_LIST = "attendance_list"
    JUSTIFICATION_ANSWER = "justification_answer"
    NOTIFICATION_LETTER = "notification_letter"
    ANNEX = "annex"
    ANNEX_REFUSAL = "annex_refusal"
    PAYMENT_ORDER = "payment_order"
    TERMINATION_NOTICE = "termination_notice"
    REPORT = "report"
    REPORT_CALL = "report_call"
    REPORT_ACCEPTANCE = "report_acceptance"
    RETURN_DEMAND = "return_demand"
    RETURN_DECISION = "return_decision"
    CONTROL_AUTHORISATION = "control_authorisation"
    CONTROL_NOTICE = "control_notice"
    CONTROL_PROTOCOL = "control_protocol"
    POST_CONTROL_LETTER = "post_control_letter"
    REDACTED_COPY = "redacted_copy"


DOCUMENT_NAMES: dict[DocumentKind, str] = {
    DocumentKind.ANNOUNCEMENT: N_("Announcement"),
    DocumentKind.OFFER: N_("Offer"),
    DocumentKind.SUBMISSION_CONFIRMATION: N_("Confirmation of submission"),
    DocumentKind.FORMAL_CARD: N_("Formal review card"),
    DocumentKind.CORRECTION_CALL: N_("Letter calling for corrections"),
    DocumentKind.SCORING_CARD: N_("Scoring card"),
    DocumentKind.PROTOCOL: N_("Protocol of the commission"),
    DocumentKind.RANKING_LIST: N_("Ranking list"),
    DocumentKind.RESULTS_LETTER: N_("Letter about the result"),
    DocumentKind.AGREEMENT: N_("Agreement"),
    DocumentKind.SETTLEMENT_LETTER: N_("Settlement letter"),
    DocumentKind.PUBLICATION_NOTICE: N_("Notice of publication"),
    DocumentKind.PURPOSEFULNESS_NOTE: N_("Note on purposefulness"),
    DocumentKind.GRANT_LETTER: N_("Letter about the small grant"),
    DocumentKind.CALL_ORDER: N_("Order on the call"),
    DocumentKind.AMENDING_ORDER: N_("Order that changes the call"),
    DocumentKind.COMMISSION_ORDER: N_("Order on the commission"),
    DocumentKind.RESULTS_ORDER: N_("Order on the results"),
    DocumentKind.CANCELLATION_NOTICE: N_("Notice of cancellation"),
    DocumentKind.CALLING_OFF_NOTICE: N_("Notice of calling off"),
    DocumentKind.FORMAL_RESULTS: N_("List of formal results"),
    DocumentKind.RESULT_ANNOUNCEMENT: N_("Announcement of the results"),
    DocumentKind.IMPARTIALITY_STATEMENT: N_("Statement of impartiality"),
    DocumentKind.COMMISSION_INVITATION: N_("Invitation to a meeting of the commission"),
    DocumentKind.ATTENDANCE_LIST: N_("Attendance list"),
    DocumentKind.JUSTIFICATION_ANSWER: N_("Answer with the justification"),
    DocumentKind.NOTIFICATION_LETTER: N_("Notification letter"),
    DocumentKind.ANNEX: N_("Annex"),
    DocumentKind.ANNEX_REFUSAL: N_("Refusal of an annex"),
    DocumentKind.PAYMENT_ORDER: N_("Payment order"),
    DocumentKind.TERMINATION_NOTICE: N_("Notice of termination"),
    DocumentKind.REPORT: N_("Report"),
    DocumentKind.REPORT_CALL: N_("Call for the overdue report"),
    DocumentKind.REPORT_ACCEPTANCE: N_("Letter accepting the report"),
    DocumentKind.RETURN_DEMAND: N_("Demand for return"),
    DocumentKind.RETURN_DECISION: N_("Decision on return"),
    DocumentKind.CONTROL_AUTHORISATION: N_("Authorisation to control"),
    DocumentKind.CONTROL_NOTICE: N_("Notice of control"),
    DocumentKind.CONTROL_PROTOCOL: N_("Protocol of the control"),
    DocumentKind.POST_CONTROL_LETTER: N_("Letter after the control"),
    DocumentKind.REDACTED_COPY: N_("Redacted copy"),
}


# Of these each stands beside those before it, also with the same subject: a second annex does not replace the first.
STANDING_ALONE: frozenset[DocumentKind] = frozenset(
    {
        DocumentKind.AMENDING_ORDER,
        DocumentKind.CORRECTION_CALL,
        DocumentKind.NOTIFICATION_LETTER,
        DocumentKind.ANNEX,
        DocumentKind.ANNEX_REFUSAL,
        DocumentKind.PAYMENT_ORDER,
        DocumentKind.REPORT_CALL,
        DocumentKind.REPORT_ACCEPTANCE,
        DocumentKind.RETURN_DEMAND,
        DocumentKind.SUBMISSION_CONFIRMATION,
    }
)


class NoticeKind(StrEnum):
    CALL_APPROVAL_ASKED = "call_approval_asked"
    CALL_RETURNED = "call_returned"
    CALL_CHANGED = "call_changed"
    CALL_CANCELLED = "call_cancelled"
    OFFER_SIGNATURE_ASKED = "offer_signature_asked"
    OFFER_SUBMITTED = "offer_submitted"
    OFFER_WITHDRAWN = "offer_withdrawn"
    OFFER_REGISTERED = "offer_registered"
    CORRECTION_CALLED = "correction_called"
    CORRECTION_RECEIVED = "correction_received"
    FORMALLY_REJECTED = "formally_rejected"
    SCORING_STARTED = "scoring_started"
    RESULT_KNOWN = "result_known"
    UPDATE_ASKED = "update_asked"
    UPDATE_RETURNED = "update_returned"
    AWARD_LOST = "award_lost"
    AGREEMENT_READY = "agreement_ready"
    AGREEMENT_SIGNED = "agreement_signed"
    MONEY_SENT = "money_sent"
    ANNEX_ANSWERED = "annex_answered"
    AGREEMENT_ENDED = "agreement_ended"
    REPORT_OPENED = "report_opened"
    REPORT_CALLED = "report_called"
    REPORT_RECEIVED = "report_received"
    QUESTIONS_ASKED = "questions_asked"
    REPORT_ACCEPTED = "report_accepted"
    RETURN_DEMANDED = "return_demanded"
    CASE_SETTLED = "case_settled"
    GRANT_PUBLISHED = "grant_published"
    GRANT_DECIDED = "grant_decided"
    GRANT_CALLED_UP = "grant_called_up"
    COMMENT_RECEIVED = "comment_received"
