"""Who somebody is to a case: the roles, whether they may know of it, and as which audience they read it."""

import logging
from collections.abc import Mapping
from typing import Any, Literal

import sqlalchemy as sa
from flask import g, has_request_context

from app.errors import Hidden
from app.extensions import db
from app.models import (
    CASES,
    Agreement,
    Application,
    Call,
    Commission,
    CommissionMember,
    Exclusion,
    Membership,
    Offer,
    OfferParty,
    Procedure,
    Request,
    ScoringCard,
    Settlement,
    SmallGrant,
    User,
)  # fmt: skip
from app.queries import exclusions, interest
from app.services import clock, limit_locks
from workflows.call import CALL, PUBLIC
from workflows.catalogue import BY_PLURAL
from workflows.engine import Context
from workflows.intake import INTAKE, INTAKE_PUBLIC
from workflows.request import READERS
from workflows.roles import APPLICANT, COMMISSION, OFFICE, Role

Case = Procedure | Application | Agreement | Settlement | Request
log = logging.getLogger("hejnal.security")
DRAFTS = frozenset({"draft", "expired_draft"})
# The states in which everybody knows of a case. Of any other know those with a role on it; of a small grant also
# everybody, once it was published.
KNOWN_TO_ALL: Mapping[str, frozenset[Any]] = {CALL.name: PUBLIC, INTAKE.name: INTAKE_PUBLIC}
Audience = Literal["public", "applicant", "commission", "office", "auditor"]
IN_THE_OFFICE = OFFICE | {Role.AUDITOR, Role.ADMINISTRATOR}


def call_of(case: Case) -> Procedure:
    """The call or intake to which the case belongs. Raises LookupError for a request, which belongs to a department."""
    match case:
        case Procedure():
            return case
        case Application():
            return case.call
        case Agreement():
            return case.offer.call
        case Request():
            raise LookupError("a request belongs to no call")
    return case.agreement.offer.call


def offer_of(case: Case) -> Application | None:
    """The application from which the case comes, if it is not a call or an intake."""
    match case:
        case Application():
            return case
        case Agreement():
            return case.offer
        case Settlement():
            return case.agreement.offer
    return None


def office_roles(user: User, call: Procedure | Request) -> frozenset[Role]:
    """The roles in the office. Departments are walls: a person of one has no role in another's call."""
    if user.unit_id is not None and user.unit_id != call.unit_id:
        return frozenset()
    return frozenset(role for role in IN_THE_OFFICE if role.value in user.role_names)


def excluded_from(procedure: Procedure, user: User) -> bool:
    """Whether an own organisation applies in the call or intake: its people read nothing of the others there (art. 24 KPA)."""
    return interest.belongs_to_offeror(user.id, Application, Application.call_id == procedure.id)


def reads_whole(procedure: Procedure, user: User) -> bool:
    """Whether nothing in the call or intake excludes the person, neither membership nor a recorded ground: only then may
    the person have all of it in one file, or write to all of its offerors at once."""
    mine = sa.select(Procedure.id).where(
        Procedure.id == procedure.id, interest.open_to(user.id, Procedure.id)
    )
    return db.session.scalar(mine) is not None


def _competes(offer: Application, user: User) -> bool:
    """Whether an own organisation stands behind the application, or behind another one of the same open call."""
    if isinstance(offer.call, Call):
        return excluded_from(offer.call, user)
    return _is_own(offer, user)


def _is_own(offer: Application, user: User) -> bool:
    """Whether an own organisation, or another part of its legal person, stands behind the application."""
    return interest.belongs_to_offeror(user.id, Application, Application.id == offer.id)


def _applicant_roles(user: User, offer: Application) -> set[Role]:
    """The roles in the organisations that stand behind the offer; a partner that resigned stands behind it no more."""
    rows = db.session.scalars(
        sa.select(Membership)
        .join(OfferParty, OfferParty.organisation_id == Membership.organisation_id)
        .where(
            Membership.user_id == user.id, OfferParty.offer_id == offer.id, OfferParty.resigned_at.is_(None)
        )
    )
    roles: set[Role] = set()
    for row in rows:
        held = ((row.owner, Role.OWNER), (row.editor, Role.EDITOR), (row.signatory, Role.SIGNATORY))
        roles.update(role for holds, role in held if holds)
    return roles


def membership_of(user: User, call: Call) -> CommissionMember | None:
    """The person's seat in the commission of the call."""
    return db.session.scalar(
        sa.select(CommissionMember)
        .join(Commission)
        .where(Commission.call_id == call.id, CommissionMember.user_id == user.id)
    )


def _commission_roles(user: User, call: Call, offer: Offer | None) -> set[Role]:
    """A member reads an offer only when a card was assigned; an excluded one not at all (art. 24 KPA)."""
    member = membership_of(user, call)
    if member is None:
        return set()
    if offer is None:
        return {Role.EVALUATOR, Role.CHAIR} if member.chair else {Role.EVALUATOR}
    excluded = sa.select(Exclusion.id).where(Exclusion.member_id == member.id, Exclusion.offer_id == offer.id)
    if member.stated_at is None or db.session.scalar(excluded) is not None:
        return set()
    assigned = sa.select(ScoringCard.id).where(
        ScoringCard.member_id == member.id, ScoringCard.offer_id == offer.id
    )
    roles = {Role.EVALUATOR} if db.session.scalar(assigned) is not None else set()
    return roles | {Role.CHAIR} if member.chair else roles


def _seat(case: Case, user: User) -> set[Role]:
    """The roles in the commission of an open call, on the call itself or on one of its offers."""
    match case:
        case Call():
            return _commission_roles(user, case, None)
        case Offer():
            return _commission_roles(user, case.call, case)
    return set()


def roles_on(case: Case, user: User | None) -> frozenset[Role]:
    """Every role that the person holds on this case; nobody holds none."""
    if user is None or not user.is_authenticated or not user.active:
        return frozenset()
    if isinstance(case, Request):
        return _unless_excluded(case, user, office_roles(user, case) & READERS)
    call, offer = call_of(case), offer_of(case)
    if offer is not None and (own := _applicant_roles(user, offer)):
        # Nobody decides on the case of an own organisation: its people are excluded by law (art. 24 KPA).
        return frozenset(own)
    roles: set[Role] = set(office_roles(user, call))
    if roles and offer is not None and _competes(offer, user):
        roles = set()
    roles |= _seat(case, user)
    if roles and offer is not None and _is_own(offer, user):
        return frozenset()
    if isinstance(case, Application) and case.state in DRAFTS:
        # A draft belongs to those who write it.
        return frozenset()
    return _unless_excluded(case, user, frozenset(roles))


def _unless_excluded(case: Case, user: User, roles: frozenset[Role]) -> frozenset[Role]:
    """No role at all for whoever is excluded from the case or from one behind it; nothing gives it back (art. 24 KPA)."""
    return frozenset() if roles and exclusions.excluded(case, user.id) else roles


def audience_of(case: Case, user: User | None) -> Audience:
    """As whom the person reads the page."""
    return audience_with(roles_on(case, user))


def audience_with(roles: frozenset[Role]) -> Audience:
    """The audience of somebody with these roles: the closest decides."""
    if roles & APPLICANT:
        return "applicant"
    if roles & OFFICE:
        return "office"
    if roles & COMMISSION:
        return "commission"
    return "auditor" if roles & {Role.AUDITOR, Role.ADMINISTRATOR} else "public"


def may_see(case: Case, user: User | None) -> bool:
    """Whether the person may know that the case exists."""
    match case:
        case Procedure():
            return case.state in KNOWN_TO_ALL[case.case_kind] or bool(roles_on(case, user) & IN_THE_OFFICE)
        case SmallGrant() if case.published_on is not None:
            return True
    return bool(roles_on(case, user))


def context_for(case: Case, user: User | None, answers: Mapping[str, Any] | None = None) -> Context:
    """The context of a person who acts now: all roles on the case, the moment at which the request arrived."""
    return Context(
        now=arrived_at(),
        roles=roles_on(case, user),
        person_id=user.id if user and user.is_authenticated else None,
        answers=answers,
    )


def arrived_at() -> Any:
    """The moment of the request: read once from the database's clock when the handler begins, not after waiting for locks."""
    if not has_request_context():
        return clock.now()
    if "arrived_at" not in g:
        g.arrived_at = clock.now()
    return g.arrived_at


def find(plural: str, public_id: str, user: User | None) -> Case:
    """The case, if the person may know of it. Raises Hidden otherwise; a call answers to its slug too."""
    case = _load(plural, public_id)
    if case is None or not may_see(case, user):
        raise Hidden
    note_reading(case, user)
    return case


def find_application(public_id: str, user: User | None) -> Application:
    """The offer or the small grant of that name, if the person may know of it: the pages of writing serve both.

    Raises Hidden otherwise.
    """
    application = db.session.scalar(
        sa.select(Application).where(Application.public_id == public_id.replace("\x00", ""))
    )
    if application is None or not may_see(application, user):
        raise Hidden
    note_reading(application, user)
    return application


def note_reading(case: Case, user: User | None) -> None:
    """Administrators keep the machine running: that one of them reads an application, or what became of it, is noted."""
    if (
        user is None
        or Role.ADMINISTRATOR.value not in getattr(user, "role_names", ())
        or offer_of(case) is None
    ):
        return
    if Role.ADMINISTRATOR in roles_on(case, user):
        log.warning("administrator %d reads %s %s", user.id, case.case_kind, case.public_id)


def find_for_change(plural: str, public_id: str, user: User | None) -> Case:
    """The same, with the rows locked until the end of the unit of work."""
    case = find(plural, public_id, user)
    lock(case)
    if not may_see(case, user):
        raise Hidden
    return case


def lock(case: Case) -> None:
    """Lock the call and then the case: one order for everybody, so that no two steps wait for each other.

    What belongs to a small grant then locks the limits of the year too, which several intakes share.
    """
    if isinstance(case, Request):
        db.session.refresh(case, with_for_update={"key_share": True})
        return
    call = call_of(case)
    db.session.refresh(call, with_for_update={"key_share": True})
    if case is not call:
        db.session.refresh(case, with_for_update={"key_share": True})
    if (offer := offer_of(case)) is not None and isinstance(offer, SmallGrant):
        limit_locks.take(offer)


def _load(plural: str, public_id: str) -> Case | None:
    workflow = BY_PLURAL.get(plural)
    if workflow is None or "\x00" in public_id:
        return None
    model = CASES[workflow.name]
    condition = model.public_id == public_id
    if issubclass(model, Procedure):
        condition = sa.or_(condition, Procedure.slug == public_id)
    case: Case | None = db.session.scalar(sa.select(model).where(condition))
    return case
