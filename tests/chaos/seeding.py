"""What a run begins with: a call with its drafts, accounts that own them, and small grants that wait for their award.

    python -m tests.chaos.seeding SUBMISSIONS SEED OUT.json

Runs in the environment of the run's own database. Everything that has a history is made by the services that everybody
uses; only organisations and accounts, which have none, are written as plain rows.
"""

import json
import random
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from app import create_app
from app.extensions import db
from app.models import Call, Organisation, SmallGrant, User
from app.models.organisation import LegalForm, Register
from app.services import accounts, attachments, clock, drafts, second_factor
from app.services.demo import texts
from app.services.demo.acting import act, days
from app.services.demo.grant_story import GrantStory
from app.services.demo.people import Cast, gather, join, krs, represents
from app.services.demo.phases import _story, _until_published
from app.services.demo.small_grants import _intake, city
from app.transaction import writing
from tests.chaos.files import small_pdf
from workflows import statute
from workflows.calendar import local_day
from workflows.engine import Context, Origin
from workflows.roles import Role

PASSWORD = "piętnaście koni w rzędzie"
ACCOUNTS, DIRECTORS, INTAKES = 50, 6, 3
PER_COMMIT = 50
BEGUN_AT_THE_PAGE = 5  # for so many drafts there is one organisation that has none yet: its client begins it


def main(submissions: int, seed: int, out: Path) -> None:
    """Fill the empty database and write down what the clients need to know."""
    app = create_app()
    with app.app_context():
        moment, chance = clock.now(), random.Random(seed)
        with writing():
            cast = gather(moment, chance)
            city(cast, moment)
            call = _open_call(cast, moment)
            owners = [_account(f"owner-{n}", f"Osoba Pisząca {n}") for n in range(ACCOUNTS)]
            directors = [_director(cast, number) for number in range(DIRECTORS)]
            known: dict[str, Any] = {
                "call": f"/calls/{call.public_id}",
                "call_id": call.id,
                "directors": directors,
            }
        known["accounts"] = [{"email": user.email, "password": PASSWORD} for user in owners]
        known["offers"] = list(_drafts(call, cast, owners, submissions, moment))
        known["beginnings"] = list(_without_drafts(cast, owners, -(-submissions // BEGUN_AT_THE_PAGE)))
        known["awards"] = _awards(cast, max(12, min(100, submissions // 25)), moment)
        out.write_text(json.dumps(known, indent=1), encoding="utf-8")


def _open_call(cast: Cast, moment: datetime) -> Call:
    story = _story(cast, moment, "Konkurs próbny", "Konkurs, w którym wszystko się psuje.", closes_in=17)
    _until_published(story).open()
    return story.call


def _account(key: str, name: str) -> User:
    return accounts.create(f"{key}@example.org", name, PASSWORD, language="en", confirmed=True)


def _director(cast: Cast, number: int) -> dict[str, str]:
    user = accounts.create(
        f"director-{number}@example.org", f"Dyrektorka {number}", PASSWORD, language="en", roles=[Role.DIRECTOR.value],
        confirmed=True,
    )  # fmt: skip
    user.unit = cast.unit
    secret = second_factor.new_secret()
    second_factor.give_second_factor(user, secret)
    return {"email": user.email, "password": PASSWORD, "secret": second_factor.readable_secret(secret)}


def _organisation(cast: Cast, number: int, owner: User) -> Organisation:
    row = Organisation(
        name=f"Fundacja Próbna nr {number}", legal_form=LegalForm.FOUNDATION, register=Register.KRS,
        register_number=krs(10_000 + number), address="ul. Przykładowa 1, 30-001 Kraków", email="biuro@example.org",
        phone="12 000 00 00", representation_text="każdy samodzielnie", origin=Origin.SYNTHETIC,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    join(row, owner, owner=True, editor=True, signatory=True)
    represents(cast, row, owner, "prezes zarządu")
    db.session.flush()
    return row


def _drafts(
    call: Call, cast: Cast, owners: list[User], count: int, moment: datetime
) -> Iterator[dict[str, Any]]:
    """An organisation each with a complete draft that holds a file."""
    for start in range(0, count, PER_COMMIT):
        with writing():
            for number in range(start, min(start + PER_COMMIT, count)):
                owner = owners[number % len(owners)]
                organisation = _organisation(cast, number, owner)
                yield {"account": number % len(owners), "offer": _draft(call, organisation, owner, moment)}


def _without_drafts(cast: Cast, owners: list[User], count: int) -> Iterator[dict[str, Any]]:
    """Organisations that have not begun to write yet."""
    with writing():
        for number in range(count):
            organisation = _organisation(cast, 500_000 + number, owners[number % len(owners)])
            yield {"account": number % len(owners), "organisation": organisation.public_id}


def _draft(call: Call, organisation: Organisation, owner: User, moment: datetime) -> str:
    asked = Context(now=moment, roles=frozenset({Role.OWNER}), person_id=owner.id, origin=Origin.SYNTHETIC)
    offer = drafts.start(call, organisation, asked)
    drafts.keep_submitted(offer, content_of(call, organisation), moment, owner.id)
    name = f"statut-{organisation.register_number}.pdf"
    attachments.add(offer, BytesIO(small_pdf(name)), name, "", owner, moment)
    return str(offer.public_id)


def content_of(call: Call, organisation: Organisation) -> dict[str, Any]:
    """A complete text for the whole time of the task."""
    first, last = call.task_from, call.task_to
    assert first is not None
    assert last is not None
    return texts.offer(organisation, f"Zadanie: {organisation.name}", first, last, {last.year: 20_000_00})


def _awards(cast: Cast, organisations: int, moment: datetime) -> list[dict[str, Any]]:
    """Each organisation waits in three intakes. Its year holds two of the three grants, the pools a third of all."""
    opened = days(moment, -45, 8)
    amount = statute.number("art19a.max_per_org_per_year", local_day(opened)) * 3 // 8 // 1_000_00 * 1_000_00
    stories, found = [], []
    for number in range(INTAKES):
        with writing():
            stories.append(_intake_story(cast, number, organisations * amount, opened))
    for number in range(organisations):
        with writing():
            owner = _account(f"small-{number}", f"Osoba Mała {number}")
            cast.organisations.append(_organisation(cast, 1_000_000 + number, owner))
            group = [_waiting(story, number, amount, opened) for story in stories]
        found.append({"grants": [grant.public_id for grant in group], "amount": amount})
    pool = -(-organisations // 3) * amount
    for story in stories:
        with writing():
            told = {"year": story.intake.year, "amount_grosze": pool, "act": "zmiana uchwały"}
            act(story.intake, "change_pool", cast.office(Role.OFFICIAL), moment, **told)
    return found


def _intake_story(cast: Cast, number: int, pool: int, opened: datetime) -> GrantStory:
    year = local_day(opened).year
    intake = _intake(
        cast, f"Małe granty {number + 1}", year=year, pool=pool, opens_at=opened, deadline=days(opened, 2, 15)
    )
    story = GrantStory(cast, intake, days(opened, -10, 9))
    return story.begin().announce().open()


def _waiting(story: GrantStory, number: int, amount: int, opened: datetime) -> SmallGrant:
    """Filed, checked, published, considered and proposed in full: only the director's click is missing."""
    place, filed = len(story.cast.organisations) - 1, opened + timedelta(minutes=10 + number)
    first = min(local_day(opened) + timedelta(days=30), date(local_day(opened).year, 12, 30))
    task = (first, min(first + timedelta(days=20), date(first.year, 12, 31)))
    grant = story.file(place, f"Sąsiedzi {number}, {story.intake.title}", amount, task, filed)
    story.until_published(grant, filed + timedelta(days=1))
    considered = story.close_comments(grant)
    story.consider(grant, considered)
    story.propose(grant, considered + timedelta(hours=1), "full")
    return grant


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
