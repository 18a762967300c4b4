"""The offers with which a letter can be tried out: those that came in to the department, the newest first."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Application, Organisation, Procedure
from app.queries import interest

MOST = 20


def offers(unit_id: int, words: str, person_id: int) -> Sequence[Any]:
    """At most `MOST` offers whose title, organisation, number or call holds every word; no own offer of the person and no rival of one."""
    conditions = [
        interest.impartial(person_id),
        Procedure.unit_id == unit_id,
        Application.received_at.is_not(None),
        Application.number.is_not(None),
    ]
    for word in words.replace("\x00", "").split()[:8]:
        places = (Application.title, Organisation.name, Procedure.title, sa.cast(Application.number, sa.Text))
        conditions.append(sa.or_(*(place.icontains(word, autoescape=True) for place in places)))
    query = (
        sa.select(
            Application.public_id, Application.number, Application.title, Organisation.name.label("organisation"),
            Procedure.title.label("call"),
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Procedure, Procedure.id == Application.call_id)
        .where(*conditions)
        .order_by(Application.received_at.desc(), Application.id.desc())
        .limit(MOST)
    )  # fmt: skip
    return db.session.execute(query).all()
