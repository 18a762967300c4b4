"""The register of personal data: what stands in which column, why, on which basis, and how long.

`docs/personal-data.md` is written from it. A test holds every column of text against it, so that none is added unseen.
Numbers of articles and periods of retention are the city's to confirm; what is not set is not removed.
"""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much harm a disclosure would do; each level has its rules in docs/personal-data.md."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    SECRET = "secret"  # noqa: S105 - a level, not a password


@dataclass(frozen=True)
class Entry:
    """Columns that hold the same kind of data about the same people. `until` says when they leave, in plain words."""

    people: str
    data: str
    columns: tuple[str, ...]
    purpose: str
    basis: str
    level: Level
    until: str


ART_6_1_C = "art. 6(1)(c) GDPR with art. 11–19a UDPPiW"
ART_6_1_E = "art. 6(1)(e) GDPR with art. 11–19a UDPPiW"
ARCHIVE = "as long as the case file by the office's archive category; no job removes it"
SECURITY = "art. 6(1)(c) GDPR with art. 32 GDPR"

REGISTER: tuple[Entry, ...] = (
    Entry("people with an account", "name, address, language, department", (
        "user_account.email", "user_account.name", "user_account.language", "user_account.username",
    ), "signing in, letters, who acted in a case", ART_6_1_E, Level.CONFIDENTIAL, "the term `account` after the account is closed"),
    Entry("people with an account", "what proves who they are", (
        "user_account.password", "user_account.fs_uniquifier", "user_account.fs_webauthn_user_handle", "user_account.tf_primary_method",
        "user_account.tf_totp_secret", "user_account.mf_recovery_codes", "user_account.us_totp_secrets", "user_account.us_phone_number",
        "webauthn.transports", "webauthn.device_type", "webauthn.extensions", "webauthn.name", "webauthn.usage",
        "external_identity.issuer", "external_identity.subject",
    ), "signing in", SECURITY, Level.SECRET, "with the account"),
    Entry("people with an account", "sessions and what was begun in them", (
        "login_session.token_sha256", "login_session.data", "login_session.agent", "arrival.key", "arrival.request_sha256",
        "idempotency_key.key", "idempotency_key.request_sha256", "idempotency_key.location",
    ), "signing in; a form is taken once", SECURITY, Level.SECRET, "12 hours; keys of forms 48 hours"),
    Entry("people with an account", "what administrators changed", (
        "account_event.reason", "account_event.detail", "account_event.request_id",
    ), "accountability", SECURITY, Level.CONFIDENTIAL, ARCHIVE),
    Entry("invited people", "address", ("invitation.email",), "letting people into an organisation", ART_6_1_E, Level.CONFIDENTIAL,
          "as long as the organisation"),
    Entry("people of organisations", "who may represent, in which function, and who signed", (
        "representation_right.person_name", "representation_right.function", "representation_right.source",
        "signature.subject", "signature.checksum", "signature.capacity", "receipt.evidence",
    ), "validity of declarations of will", ART_6_1_C, Level.INTERNAL, ARCHIVE),
    Entry("contact people of organisations", "address, telephone", (
        "organisation.email", "organisation.phone", "organisation.address", "organisation.mail_address", "organisation.website",
        "organisation.representation_text",
    ), "contact", ART_6_1_E, Level.INTERNAL, ARCHIVE),
    Entry("people named in offers and reports", "whatever the official form asks for", (
        "offer_draft.content", "offer_version.content", "offer_version.attachments", "offer_version.checksum",
        "report_version.content", "report_version.checksum",
        "partial_report.content", "partial_report.remarks", "settlement.content", "settlement.questions", "settlement.answers",
        "attachment.name", "attachment.requirement", "attachment.sha256", "attachment.media_type", "agreement.plan", "past_agreement.title",
    ), "judging offers, settling grants", ART_6_1_C, Level.CONFIDENTIAL, ARCHIVE),
    Entry("people with bank accounts of organisations", "numbers of accounts", (
        "bank_account.number", "agreement.account_number", "annex.new_account_number", "tranche.reference", "refund.reference",
    ), "paying grants", ART_6_1_C, Level.CONFIDENTIAL, ARCHIVE),
    Entry("members of commissions", "statements, grounds of exclusion, points and reasons", (
        "commission_member.indicated_by", "commission_member.stated_list_sha256", "exclusion.ground", "case_exclusion.note",
        "exclusion_doubt.circumstances", "exclusion_doubt.reason", "scoring_card.comment", "score.reason", "protocol.present_ids",
        "protocol.course", "protocol.dissent", "protocol.checksum",
    ), "impartial judgement", "art. 6(1)(c) GDPR with art. 15 UDPPiW and art. 24 KPA", Level.CONFIDENTIAL, ARCHIVE),
    Entry("people who comment on small grants", "name, address, a keyed hash of where it came from", (
        "public_comment.author", "public_comment.email", "public_comment.sender",
    ), "answering comments (art. 19a(4) UDPPiW); holding back floods", ART_6_1_C, Level.CONFIDENTIAL,
          "the term `comment`; the hash one day"),
    Entry("people who ask for information or complain", "name, address, what they wrote", (
        "request.sender_name", "request.sender_address", "request.text", "request.answer", "request.title", "request.extension_reason",
        "request.ending_reason", "request.forwarded_to", "request.decision_number", "request.case_mark",
        "request_file.name", "request_file.sha256", "request_file.media_type", "legal_hold.reason",
    ), "answering", "art. 6(1)(c) GDPR with UDIP and KPA dział VIII", Level.CONFIDENTIAL,
          "the term `request` after the end of the case, unless it is held"),
    Entry("everybody who gets letters", "address and text", (
        "message.recipient", "message.language", "message.subject", "message.body", "message.error",
        "letter_run.recipients", "drawn_document.content",
        "delivery.subject", "delivery.evidence",
    ), "telling people what happened", ART_6_1_C, Level.CONFIDENTIAL, "e-mails: the term `letter`; documents: " + ARCHIVE),
    Entry("everybody who acts in a case", "who did what and when; the details apart from the chain", (
        "audit_detail.detail", "audit_entry.actor_role", "audit_entry.request_id", "promise.request_id", "promise.arguments",
        "promise.error", "promise.result", "unit_event.reason", "unit_event.detail", "unit_event.request_id",
    ), "accountability", "art. 6(1)(c) GDPR with § 19 KRI", Level.INTERNAL,
          "the chain for ever, without names; details with the data they are about"),
)  # fmt: skip


def columns() -> set[str]:
    """Every column that the register names, as `table.column`."""
    return {column for entry in REGISTER for column in entry.columns}
