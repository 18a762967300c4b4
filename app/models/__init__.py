"""The tables. One file per case type, beside those for people, organisations, documents, history and promises."""

from typing import Any

from app.models.account import LoginSession, Role, User, WebAuthn
from app.models.account_event import AccountEvent, UnitEvent
from app.models.agreement import Agreement, Annex, PartialReport, Tranche
from app.models.application import (
    Application,
    Attachment,
    FormalMark,
    OfferDraft,
    OfferParty,
    OfferVersion,
    Receipt,
    Signature,
)
from app.models.audit import AuditDetail, AuditEntry, AuditHead, AuditHeadTip
from app.models.award import Award, AwardRound, AwardYear
from app.models.call import Call, CallVersion, MeritCriterion, Publication
from app.models.case_mark import CaseMark
from app.models.city_limits import CapBase, OtherGrant, RegisterStatement
from app.models.commission import Commission, CommissionMember, Exclusion, Protocol, Score, ScoringCard
from app.models.delivery import Delivery
from app.models.document import Document
from app.models.drawn import DrawnDocument
from app.models.exclusion import CaseExclusion, ExclusionDoubt
from app.models.idempotency import Arrival, IdempotencyKey
from app.models.identity import ExternalIdentity
from app.models.imports import ImportRun, PastAgreement
from app.models.intake import Intake
from app.models.lead import Absence, CaseLead
from app.models.letter import LetterRun, LetterTemplate, LetterTemplateVersion
from app.models.offer import Offer
from app.models.operation import Heartbeat, MailHold
from app.models.organisation import BankAccount, Invitation, Membership, Organisation, RepresentationRight
from app.models.outbox import Message, Promise
from app.models.procedure import BudgetEntry, FormalCriterion, Procedure
from app.models.register_view import RegisterView
from app.models.request import Request, RequestFile
from app.models.retention import LegalHold, Retained, RetentionRule
from app.models.settlement import Refund, ReportVersion, Settlement
from app.models.small_grant import GrantPublication, GrantShare, PublicComment, SmallGrant
from app.models.unit import OfficeClosure, Unit
from app.models.uploaded import UploadedFile

# Any: each has `state`, `due_at` and the other columns of CaseMixin, which its metaclass hides from the type checker.
CASES: dict[str, Any] = {
    "call": Call,
    "offer": Offer,
    "intake": Intake,
    "small_grant": SmallGrant,
    "agreement": Agreement,
    "settlement": Settlement,
    "request": Request,
}

# What is applied for in a call and in an intake, by the case type of the procedure. Any: as in CASES.
APPLICATIONS: dict[str, Any] = {"call": Offer, "intake": SmallGrant}

__all__ = [
    "APPLICATIONS",
    "CASES",
    "Absence",
    "AccountEvent",
    "Agreement",
    "Annex",
    "Application",
    "Arrival",
    "Attachment",
    "AuditDetail",
    "AuditEntry",
    "AuditHead",
    "AuditHeadTip",
    "Award",
    "AwardRound",
    "AwardYear",
    "BankAccount",
    "BudgetEntry",
    "Call",
    "CallVersion",
    "CapBase",
    "CaseExclusion",
    "CaseLead",
    "CaseMark",
    "Commission",
    "CommissionMember",
    "Delivery",
    "Document",
    "DrawnDocument",
    "Exclusion",
    "ExclusionDoubt",
    "ExternalIdentity",
    "FormalCriterion",
    "FormalMark",
    "GrantPublication",
    "GrantShare",
    "Heartbeat",
    "IdempotencyKey",
    "ImportRun",
    "Intake",
    "Invitation",
    "LegalHold",
    "LetterRun",
    "LetterTemplate",
    "LetterTemplateVersion",
    "LoginSession",
    "MailHold",
    "Membership",
    "MeritCriterion",
    "Message",
    "Offer",
    "OfferDraft",
    "OfferParty",
    "OfferVersion",
    "OfficeClosure",
    "Organisation",
    "OtherGrant",
    "PartialReport",
    "PastAgreement",
    "Procedure",
    "Promise",
    "Protocol",
    "PublicComment",
    "Publication",
    "Receipt",
    "Refund",
    "RegisterStatement",
    "RegisterView",
    "ReportVersion",
    "RepresentationRight",
    "Request",
    "RequestFile",
    "Retained",
    "RetentionRule",
    "Role",
    "Score",
    "ScoringCard",
    "Settlement",
    "Signature",
    "SmallGrant",
    "Tranche",
    "Unit",
    "UnitEvent",
    "UploadedFile",
    "User",
    "WebAuthn",
]  # fmt: skip
