"""Exclusion by art. 24 KPA: grounds that become known, and doubts that are decided.

A ground of § 1 or § 2 excludes by law: recording it takes every role on the case at once, and there is no way to lift
it, for anybody. A doubt of § 3 takes nothing until it is decided, once, by somebody else, with a reason either way.
"""

from typing import Any

import sqlalchemy as sa

from app.errors import Hidden
from app.extensions import db
from app.models import (
    Call,
    CaseExclusion,
    Commission,
    CommissionMember,
    Exclusion,
    ExclusionDoubt,
    Offer,
    Request,
    ScoringCard,
    User,
)
from app.models import Role as RoleRow
from app.queries.exclusions import excluded
from app.services import access, audit, leads, scoring, substitution
from workflows import citations
from workflows.call import CallState
from workflows.engine import Context, Refusal, Refused
from workflows.exclusion import BY_GROUND, LEAST_REASON, Asker, Found, Ground
from workflows.history import DOUBT_DISMISSED, DOUBT_FOUND, DOUBT_RAISED, EXCLUDED
from workflows.offer import ARRIVED, OfferState
from workflows.roles import COMMISSION, OFFICE, Role
from workflows.words import N_

SUPERIORS = frozenset({Role.DIRECTOR, Role.MAYOR_SIGNATORY})
CONCERNED = OFFICE | COMMISSION
SHORT_REASON = N_("Say why in at least %(least)s characters; now there are %(count)s.")
NO_GROUND = N_("Choose a ground of § 1 or § 2. A doubt of § 3 is not recorded but decided.")
ALREADY = N_("%(name)s is excluded from this case already.")
NOT_CONCERNED = N_("Choose somebody who acts in this case.")
OPEN_ALREADY = N_("A doubt about %(name)s already waits for a decision.")
OWN_DOUBT = N_(
    "The doubt is about you or about somebody for whom you stand in, so somebody else must decide on it."
)
DECIDED = N_("This doubt was decided already.")


def may_speak(context: Context) -> bool:
    """Whether the person acts in the case, and so may declare a ground or raise a doubt."""
    return bool(context.roles & CONCERNED)


def may_find(context: Context) -> bool:
    """Whether the person may record a ground that concerns somebody else: those who answer for the others' work."""
    return bool(context.roles & SUPERIORS)


def concerned(case: Any) -> list[User]:
    """Who acts or may act in the case: the office of its department and the commission of its call, by name."""
    held = User.roles.any(RoleRow.name.in_([role.value for role in OFFICE]))
    acts = sa.and_(sa.or_(User.unit_id == leads.unit_of(case), User.unit_id.is_(None)), held)
    if not isinstance(case, Request):
        members = sa.select(CommissionMember.user_id).join(Commission)
        acts = sa.or_(acts, User.id.in_(members.where(Commission.call_id == access.call_of(case).id)))
    query = sa.select(User).where(acts, User.active).order_by(User.name, User.id)
    return list(db.session.scalars(query).unique())


def record_ground(case: Any, person_id: int, ground: Ground, note: str, context: Context) -> CaseExclusion:
    """The person is excluded from the case and from all that comes of it, from now on and for good.

    Everybody declares an own ground; one about somebody else a superior finds, with a reason. Raises Refused.
    """
    access.lock(case)
    own = person_id == context.person_id
    if not BY_GROUND[ground].chosen:
        raise Refused(Refusal("no_ground", NO_GROUND, anchor="ground"))
    if not own:
        _enough(note, "note")
    person = _person(case, person_id)
    found = Found.DECLARED if own else Found.ESTABLISHED
    row = _exclude(case, person, ground, found, note, context)
    _record(case, context, EXCLUDED, BY_GROUND[ground].citation, person, note, ground=ground.value)
    _leave_commission(case, person, ground, context)
    return row


def raise_doubt(
    case: Any, person_id: int, asker: Asker, circumstances: str, context: Context
) -> ExclusionDoubt:
    """A doubt about the person waits for a decision; until then the person keeps every role. Raises Refused."""
    access.lock(case)
    _enough(circumstances, "circumstances")
    person = _person(case, person_id)
    waiting = sa.select(ExclusionDoubt.id).where(
        ExclusionDoubt.case_kind == case.case_kind, ExclusionDoubt.case_id == case.id,
        ExclusionDoubt.user_id == person_id, ExclusionDoubt.decided_at.is_(None),
    )  # fmt: skip
    if db.session.scalar(waiting) is not None:
        raise Refused(Refusal("doubt_open", OPEN_ALREADY, {"name": person.name}, "person_id"))
    doubt = ExclusionDoubt(
        case_kind=case.case_kind, case_id=case.id, user_id=person_id, asker=asker, circumstances=circumstances,
        raised_at=context.now, raised_by_id=context.person_id,
    )  # fmt: skip
    db.session.add(doubt)
    db.session.flush()
    _record(
        case, context, DOUBT_RAISED, citations.EXCLUSION_ON_DOUBT, person, circumstances, asker=asker.value
    )
    return doubt


def find_doubt(case: Any, public_id: str) -> ExclusionDoubt:
    """The doubt of that name on this case. Raises Hidden."""
    doubt = db.session.scalar(
        sa.select(ExclusionDoubt).where(
            ExclusionDoubt.public_id == public_id.replace("\x00", ""),
            ExclusionDoubt.case_kind == case.case_kind,
            ExclusionDoubt.case_id == case.id,
        )
    )
    if doubt is None:
        raise Hidden
    return doubt


def decide(case: Any, doubt: ExclusionDoubt, well_founded: bool, reason: str, context: Context) -> None:
    """The doubt is decided for good: the person is excluded from now on, or stays. The reason is kept either way.

    Nobody decides on a doubt about themselves or about somebody for whom they stand in. Raises Refused.
    """
    access.lock(case)
    context, _acting_for = substitution.standing_in(case, context)
    db.session.refresh(doubt, with_for_update=True)
    if doubt.decided_at is not None:
        raise Refused(Refusal("decided", DECIDED))
    if doubt.user_id in context.principals:
        raise Refused(Refusal("own_doubt", OWN_DOUBT))
    _enough(reason, "reason")
    doubt.decided_at, doubt.decided_by_id = context.now, context.person_id
    doubt.excluded, doubt.reason = well_founded, reason
    db.session.flush()
    new = well_founded and not excluded(case, doubt.user_id)
    if new:
        _exclude(case, doubt.user, Ground.DOUBT, Found.DECIDED, reason, context)
    trigger = DOUBT_FOUND if well_founded else DOUBT_DISMISSED
    _record(case, context, trigger, citations.EXCLUSION_ON_DOUBT, doubt.user, reason, doubt=doubt.public_id)
    if new:
        _leave_commission(case, doubt.user, Ground.DOUBT, context)


def state(offer: Offer, person: User, note: str, context: Context) -> None:
    """What a member of the commission names in the statement of impartiality holds for every role on the offer.

    The caller holds the call and writes the entry.
    """
    if not excluded(offer, person.id):
        _exclude(offer, person, Ground.STATED, Found.DECLARED, note, context)


def _enough(reason: str, anchor: str) -> None:
    count = len(reason.strip())
    if count < LEAST_REASON:
        raise Refused(Refusal("short_reason", SHORT_REASON, {"least": LEAST_REASON, "count": count}, anchor))


def _person(case: Any, person_id: int) -> User:
    """Somebody who acts in the case and is not excluded from it yet."""
    person = next((row for row in concerned(case) if row.id == person_id), None)
    if person is None:
        raise Refused(Refusal("not_concerned", NOT_CONCERNED, anchor="person_id"))
    if excluded(case, person_id):
        raise Refused(Refusal("excluded_already", ALREADY, {"name": person.name}, "person_id"))
    return person


def _exclude(
    case: Any, person: User, ground: Ground, found: Found, note: str, context: Context
) -> CaseExclusion:
    row = CaseExclusion(
        case_kind=case.case_kind, case_id=case.id, user_id=person.id, ground=ground, found=found, note=note,
        recorded_at=context.now, recorded_by_id=context.person_id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _leave_lead(case, person, context)
    return row


def _leave_lead(case: Any, person: User, context: Context) -> None:
    """Whoever is excluded leads no more: the substitute does, if there is one, until somebody is named."""
    if case.lead_id == person.id:
        leads.put(case, case.substitute_id, None, context)
    elif case.substitute_id == person.id:
        leads.put(case, case.lead_id, None, context)


def _leave_commission(case: Any, person: User, ground: Ground, context: Context) -> None:
    """A member of the commission is out of the offer, or of every offer of the call, as by an own statement."""
    call = case if isinstance(case, Call) else case.call if isinstance(case, Offer) else None
    member = access.membership_of(person, call) if call is not None else None
    if call is None or member is None:
        return
    offers = call.offers if case is call else [case]
    known = {row.offer_id for row in member.exclusions}
    for offer in offers:
        if offer.state in ARRIVED and offer.id not in known:
            basis = BY_GROUND[ground].citation
            member.exclusions.append(Exclusion(offer_id=offer.id, ground=basis, declared_at=context.now))
            _take_card(offer, member, context)


def _take_card(offer: Offer, member: CommissionMember, context: Context) -> None:
    """The member's card counts no more; once the offers are ranked it stays, as a trace of what was done."""
    if offer.call.state not in {CallState.FORMAL_REVIEW, CallState.SCORING}:
        return
    db.session.execute(
        sa.delete(ScoringCard).where(ScoringCard.member_id == member.id, ScoringCard.offer_id == offer.id)
    )
    db.session.flush()
    db.session.expire(offer, ["cards"])
    if offer.state is OfferState.IN_SCORING and offer.cards:
        scoring.after_card(offer, context)


def _record(
    case: Any, context: Context, trigger: str, basis: str, person: User, note: str, **more: Any
) -> None:
    role = next((role.value for role in Role if role in context.roles & CONCERNED), Role.SYSTEM.value)
    audit.record(
        case.case_kind, case, context, trigger=trigger, role=role, basis=basis, from_state=case.state.value,
        to_state=case.state.value,
        detail={"person": person.id, "note": ": ".join(filter(None, (person.name, note))), **more},
    )  # fmt: skip
    db.session.flush()
