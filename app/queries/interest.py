"""Whose own case it is: nobody acts for the city where an own organisation stands to gain (art. 24 KPA).

A branch and its legal person are one, and a partner that left the offer had an interest in it once.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import Application, Membership, OfferParty, Organisation
from app.models.procedure import ProcedureKind
from app.queries.exclusions import excluded_from_any, not_excluded_application, procedures_of
from workflows.engine import Refusal
from workflows.words import N_

EXCLUDED = N_(
    "By law you are excluded from an offer that stands beside this one, so you are excluded here too."
)
OWN_OFFER = N_("You belong to an organisation whose offer came in, so by law you are excluded here.")


def refusal(person_id: int | None, kind: type[Application], *which: sa.ColumnElement[bool]) -> Refusal | None:
    """Why the person is excluded by one of these applications, or None. Without a person nothing is judged."""
    if person_id is None:
        return None
    if belongs_to_offeror(person_id, kind, *which):
        return Refusal("own_offer", OWN_OFFER)
    if excluded_from_any(person_id, kind.case_kind, sa.select(kind.id).where(*which)):
        return Refusal("excluded", EXCLUDED)
    return None


def belongs_to_offeror(person_id: int, kind: type[Application], *which: sa.ColumnElement[bool]) -> bool:
    """Whether the person is a member of a legal person, or of a branch of it, behind one of these applications."""
    own, offeror = aliased(Organisation), aliased(Organisation)
    query = (
        sa.select(Membership.id)
        .join(own, own.id == Membership.organisation_id)
        .join(offeror, _person(offeror) == _person(own))
        .join(OfferParty, OfferParty.organisation_id == offeror.id)
        .join(kind, kind.id == OfferParty.offer_id)
        .where(Membership.user_id == person_id, *which)
    )
    return db.session.scalar(query.limit(1)) is not None


def own_procedures(person_id: int) -> sa.Select[int]:
    """The ids of the calls and intakes in which a legal person of this person applies, or once did."""
    applications = aliased(Application)
    return sa.select(applications.call_id).where(applications.id.in_(_own_offers(person_id)))


def open_to(person_id: int, procedure: Any) -> sa.ColumnElement[bool]:
    """The calls and intakes of which the person may have registers: none with an application that excludes the person."""
    return sa.and_(procedure.not_in(own_procedures(person_id)), procedure.not_in(procedures_of(person_id)))


def impartial(person_id: int, application: Any = Application) -> sa.ColumnElement[bool]:
    """The applications that the person may read for the city, for lists: none of an own organisation, none of an open
    call in which one applies, since all its offers compete, and none from which the person is excluded."""
    own = application.id.in_(_own_offers(person_id))
    competing = sa.and_(
        application.procedure == ProcedureKind.OPEN_CALL, application.call_id.in_(own_procedures(person_id))
    )
    return sa.and_(sa.not_(sa.or_(own, competing)), not_excluded_application(application, person_id))


def own_among(person_id: int, offer_ids: Iterable[int]) -> set[int]:
    """Those of the applications behind which a legal person of this person stands."""
    return set(db.session.scalars(_own_offers(person_id).where(OfferParty.offer_id.in_(set(offer_ids)))))


def belongs_to(person_id: int, organisation: Organisation) -> bool:
    """Whether the person is a member of the organisation, or of another part of its legal person."""
    query = (
        sa.select(Membership.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.user_id == person_id, _person(Organisation) == organisation.applicant.id)
    )
    return db.session.scalar(query.limit(1)) is not None


def _own_offers(person_id: int) -> sa.Select[int]:
    """The ids of the applications behind which a legal person of this person stands."""
    own, offeror = aliased(Organisation), aliased(Organisation)
    return (
        sa.select(OfferParty.offer_id)
        .join(offeror, offeror.id == OfferParty.organisation_id)
        .join(own, _person(offeror) == _person(own))
        .join(Membership, Membership.organisation_id == own.id)
        .where(Membership.user_id == person_id)
    )


def _person(organisation: Any) -> sa.ColumnElement[int]:
    """The legal person of a row of organisations, in SQL."""
    return sa.func.coalesce(organisation.parent_id, organisation.id)
