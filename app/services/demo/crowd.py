"""Many synthetic offers in the open call, for trying out how lists and exports behave."""

import random
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.extensions import db
from app.models import Call, Organisation
from app.models.organisation import LegalForm, Register
from app.services.demo.acting import act
from app.services.demo.people import Cast, join, krs, represents
from app.services.demo.story import Story
from app.transaction import writing
from workflows.call import CallState
from workflows.engine import Origin

PER_COMMIT = 50


def add(count: int, cast: Cast, moment: datetime, chance: random.Random) -> None:
    """So many organisations submit an offer each within the last hours."""
    call = db.session.scalars(sa.select(Call).where(Call.state == CallState.OPEN)).first()
    if call is None or call.task_to is None:
        return
    year, person = call.task_to.year, cast.people["owner2"]
    for start in range(0, count, PER_COMMIT):
        with writing():
            story = Story(cast, call, moment)
            for number in range(start, min(start + PER_COMMIT, count)):
                organisation = Organisation(
                    name=f"Fundacja Przykład nr {number + 1}", legal_form=LegalForm.FOUNDATION, register=Register.KRS,
                    register_number=krs(1000 + number), address="ul. Przykładowa 1, 30-001 Kraków", email="biuro@example.org",
                    phone="12 000 00 00", origin=Origin.SYNTHETIC,
                )  # fmt: skip
                db.session.add(organisation)
                db.session.flush()
                join(organisation, person, owner=True, editor=True, signatory=True)
                represents(cast, organisation, person, "prezes zarządu")
                db.session.flush()
                grant = chance.randint(10, 120) * 1_000_00
                cast.organisations.append(organisation)
                _submit(
                    story, organisation, {year: grant}, moment - timedelta(minutes=chance.randint(1, 600))
                )


def _submit(story: Story, organisation: Organisation, grants: dict[int, int], moment: datetime) -> None:
    offer = story.draft(
        organisation, f"Zadanie przykładowe: {organisation.name}", grants, moment - timedelta(minutes=5)
    )
    act(offer, "submit", story.signatory(offer), moment)
