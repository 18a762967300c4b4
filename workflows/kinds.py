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
}


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
