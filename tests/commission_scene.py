"""A call in scoring with two members whose cards are open, for tests of what each of them may see."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Flask

from app.extensions import db as database
from app.models import Offer, Role, ScoringCard, User
from app.services import second_factor
from app.transaction import writing
from tests import call_course
from tests.accounts import code, send, sign_in, token_of
from tests.offer_cases import PASSWORD
from workflows.engine import Origin

CANARY = "KANAREK-7731"


@dataclass
class Scene:
    """A call in scoring with two members; both have drafts, nobody has closed a card."""

    app: Flask
    call: str
    offers: dict[str, str]

    def change(self, work: Any) -> Any:
        with self.app.app_context(), writing():
            return work()

    def card_of(self, who: str, key: str = "full") -> ScoringCard:
        query = database.session.query(ScoringCard).join(Offer).filter(Offer.public_id == self.offers[key])
        return next(row for row in query if row.member.user.email == f"{who}@example.org")

    def url(self, key: str = "full") -> str:
        return f"/evaluation/{self.call}/offers/{self.offers[key]}"


def begin(app: Flask) -> Scene:
    """Everything up to the scoring; the chair's card carries canaries in its reasons and points."""
    with app.app_context():
        course = call_course.begin()
        call_course.collect(course)
        call_course.check(course)
        taken = course.take

        def before_closing(case, trigger, who, **answers):
            if trigger not in {"close_card", "rank", "write_protocol", "sign_protocol"}:
                taken(case, trigger, who, **answers)

        course.take = before_closing
        call_course.score(course)
        evaluator = database.session.query(Role).filter_by(name="evaluator").one_or_none() or Role(
            name="evaluator"
        )
        for who in call_course.EVALUATORS:
            course.people[who].roles.append(evaluator)
        made = Scene(
            app, course.call.public_id, {key: offer.public_id for key, offer in course.offers.items()}
        )
        for score in made.card_of("chair").scores:
            score.reason, score.points = CANARY, Decimal("13.7")
        database.session.commit()
    return made


def enter(scene, client, who):
    """Sign in with the second factor that everybody with a role needs."""
    email = f"{who}@example.org"

    def enrol():
        user = database.session.query(User).filter_by(email=email).one()
        second_factor.give_second_factor(user, second_factor.new_secret())

    scene.change(enrol)
    sign_in(client, email, PASSWORD)
    assert send(client, "/sign-in/second-step", code=code(scene.app, email)).status_code == 302


def close(scene, who):
    """Close the card of the first offer as that person, by the door."""
    from app.services import access, steps

    def work():
        offer = database.session.query(Offer).filter_by(public_id=scene.offers["full"]).one()
        user = database.session.query(User).filter_by(email=f"{who}@example.org").one()
        steps.take(offer, "close_card", access.context_for(offer, user, {}))
        assert offer.origin is Origin.LIVE

    scene.change(work)


def fields(scene, client, **changes):
    """The form as the page shows it, with changes by the place of the criterion."""
    page = client.get(scene.url())
    names = re.findall(r'name="(criterion-\d+)"', page.text)
    values = {
        "csrf_token": token_of(page),
        "version": re.search(r'name="version" value="(\d+)"', page.text)[1],
    }
    for place, name in enumerate(names):
        values[name] = changes.get(f"points{place}", "12,5")
        values[name.replace("criterion", "reason")] = changes.get(f"reason{place}", "dobre uzasadnienie")
    return {
        **values,
        **{key: value for key, value in changes.items() if not key.startswith(("points", "reason"))},
    }
