"""Who is told of a harmful file: everybody who sent it as part of a case, and the office once the case has reached it."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale

from app.extensions import db
from app.i18n import LANGUAGES
from app.models import (
    Application,
    Attachment,
    Membership,
    OfferParty,
    OfferVersion,
    Request,
    RequestFile,
    Role,
    User,
)
from app.services.notices import Letter
from app.services.notices.words import address_of
from workflows.roles import Role as Named

MOST_PLACES = 20
OFFICE = (Named.OFFICIAL.value, Named.CLERK.value)


@dataclass(frozen=True)
class Place:
    """Where a harmful file lies."""

    name: str
    title: str
    link: str


def letters(sha256: str) -> list[Letter]:
    """One message to each person, with every place that concerns the person."""
    told: dict[int, tuple[User, list[Place]]] = {}
    for place, people in _places(sha256):
        for user in people:
            told.setdefault(user.id, (user, []))[1].append(place)
    return [_letter(user, places[:MOST_PLACES]) for _id, (user, places) in sorted(told.items())]


def _places(sha256: str) -> Iterator[tuple[Place, list[User]]]:
    for row in db.session.scalars(
        sa.select(Attachment).where(Attachment.sha256 == sha256, Attachment.removed_at.is_(None))
    ):
        place = Place(row.name, row.offer.title, address_of(row.offer))
        people = _members(row.offer)
        yield place, [*people, *(_office(row.offer.call.unit_id) if _submitted(row) else [])]
    for file in db.session.scalars(
        sa.select(RequestFile).where(RequestFile.sha256 == sha256, RequestFile.removed_at.is_(None))
    ):
        request: Request = file.request
        yield Place(file.name, request.title, address_of(request)), _office(request.unit_id)


def _submitted(row: Attachment) -> bool:
    entry = sa.func.jsonb_build_array(sa.func.jsonb_build_object("id", row.public_id))
    held = sa.select(OfferVersion.id).where(
        OfferVersion.offer_id == row.offer_id, OfferVersion.attachments.contains(entry)
    )
    return db.session.scalar(held.limit(1)) is not None


def _members(offer: Application) -> list[User]:
    parties = sa.select(OfferParty.organisation_id).where(
        OfferParty.offer_id == offer.id, OfferParty.resigned_at.is_(None)
    )
    query = sa.select(User).join(Membership).where(Membership.organisation_id.in_(parties), User.active)
    return list(db.session.scalars(query.distinct()))


def _office(unit_id: int) -> list[User]:
    own = sa.or_(User.unit_id == unit_id, User.unit_id.is_(None))
    return list(
        db.session.scalars(sa.select(User).where(User.active, own, User.roles.any(Role.name.in_(OFFICE))))
    )


def _letter(user: User, places: list[Place]) -> Letter:
    language = user.language if user.language in LANGUAGES else LANGUAGES[0]
    with force_locale(language):
        text = current_app.jinja_env.get_template("notices/file_quarantined.txt").render(places=places)
    title, _newline, body = text.strip().partition("\n")
    return Letter(user.id, user.email, language, title.strip(), body.strip() + "\n")
