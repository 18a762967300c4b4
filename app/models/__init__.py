"""The tables. One file per case type, beside those for people, organisations, documents, history and promises."""

from typing import Any

from app.models.account import LoginSession, Role, User, WebAuthn
from app.models.agreement import Agreement, Annex, PartialReport, Tranche
from app.models.audit import AuditDetail, AuditEntry
from app.models.award import Award, AwardRound, AwardYear
from app.models.call import BudgetEntry, Call, CallVersion, FormalCriterion, MeritCriterion, Publication
from app.models.commission import Commission, CommissionMember, Exclusion, Protocol, Score, ScoringCard
from app.models.delivery import Delivery
from app.models.document import Document
from app.models.idempotency import IdempotencyKey
from app.models.offer import (
    Attachment,
    FormalMark,
    Offer,
    OfferDraft,
    OfferParty,
    OfferVersion,
    Receipt,
    Signature,
)
from app.models.organisation import BankAccount, Invitation, Membership, Organisation, RepresentationRight
from app.models.outbox import Message, Promise
from app.models.settlement import Refund, ReportVersion, Settlement
from app.models.unit import OfficeClosure, Unit

# Any: each has `state`, `due_at` and the other columns of CaseMixin, which its metaclass hides from the type checker.
CASES: dict[str, Any] = {
    "call": Call,
    "offer": Offer,
    "agreement": Agreement,
    "settlement": Settlement,
}

__all__ = [
    "CASES", "Agreement", "Annex", "Attachment", "AuditDetail", "AuditEntry", "Award", "AwardRound", "AwardYear",
    "BankAccount", "BudgetEntry", "Call", "CallVersion", "Commission", "CommissionMember", "Delivery", "Document",
    "Exclusion", "FormalCriterion", "FormalMark", "IdempotencyKey", "Invitation", "LoginSession", "Membership", "MeritCriterion",
    "Message", "Offer", "OfferDraft", "OfferParty", "OfferVersion", "OfficeClosure", "Organisation", "PartialReport",
    "Promise", "Protocol", "Publication", "Receipt", "Refund", "ReportVersion", "RepresentationRight", "Role", "Score",
    "ScoringCard", "Settlement", "Signature", "Tranche", "Unit", "User", "WebAuthn",
]  # fmt: skip
