"""The evaluator's pages: the own card beside the offer, and nothing of anybody else before its time."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
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


@pytest.fixture
def scene(app):
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


def test_the_page_of_a_card_holds_nothing_of_another_card_that_is_not_closed(scene, client):
    enter(scene, client, "evaluator")

    for url in (
        "/evaluation",
        scene.url(),
        f"/evaluation/{scene.call}/summary",
        f"/offers/{scene.offers['full']}",
        f"/calls/{scene.call}",
    ):
        page = client.get(url)
        assert page.status_code == 200, url
        assert CANARY not in page.text, url
        assert "13,7" not in page.text, url


def test_even_a_closed_card_stays_hidden_while_another_is_open(scene, client):
    close(scene, "chair")
    enter(scene, client, "evaluator")

    assert CANARY not in client.get(scene.url()).text
    assert CANARY not in client.get(f"/offers/{scene.offers['full']}").text


def test_the_office_sees_no_points_before_every_card_is_closed(scene, client):
    close(scene, "chair")
    enter(scene, client, "official")

    for url in (
        f"/calls/{scene.call}/offers",
        f"/calls/{scene.call}/scoring",
        f"/calls/{scene.call}/ranking",
        f"/offers/{scene.offers['full']}",
    ):
        page = client.get(url)
        assert page.status_code == 200, url
        assert CANARY not in page.text, url
        assert "27,4" not in page.text, url


def test_after_the_last_card_the_points_of_all_stand_there(scene, client):
    close(scene, "chair")
    close(scene, "evaluator")
    enter(scene, client, "evaluator")

    page = client.get(scene.url())

    assert page.status_code == 200
    assert "27,4" in page.text


def test_an_offer_that_is_not_assigned_or_of_another_call_is_not_found(scene, client):
    enter(scene, client, "evaluator")

    assert client.get(scene.url("rejected")).status_code == 404
    assert client.get(f"/evaluation/{'0' * 32}/offers/{scene.offers['full']}").status_code == 404


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


def test_a_draft_is_saved_with_half_points_and_without_reasons(scene, client):
    enter(scene, client, "evaluator")

    answer = client.post(scene.url(), data=fields(scene, client, points0="7,5", points1="", reason1=""))

    assert answer.status_code == 303
    with scene.app.app_context():
        scores = scene.card_of("evaluator").scores
        assert [score.points for score in scores] == [Decimal("7.50"), None]
        assert scores[1].reason == ""


@pytest.mark.parametrize("typed", ["21", "-1", "1e3", "NaN", "٣", "7,55", "abc"])
def test_points_that_cannot_be_given_are_refused_and_everything_typed_stays(scene, client, typed):
    enter(scene, client, "evaluator")
    answer = client.post(
        scene.url(), data=fields(scene, client, points0=typed, reason0="moje nowe uzasadnienie")
    )

    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert "moje nowe uzasadnienie" in answer.text
    with scene.app.app_context():
        assert [score.points for score in scene.card_of("evaluator").scores] == [Decimal(18), Decimal(18)]


def test_autosave_answers_with_the_moment_and_the_new_version(scene, client):
    enter(scene, client, "evaluator")
    sent = fields(scene, client, points0="7")

    first = client.post(f"{scene.url()}/autosave", data=sent, headers={"Accept": "application/json"})
    stale = client.post(f"{scene.url()}/autosave", data=sent, headers={"Accept": "application/json"})
    again = client.post(
        f"{scene.url()}/autosave",
        data={**sent, "version": first.json["version"]},
        headers={"Accept": "application/json"},
    )

    assert first.status_code == 200
    assert re.fullmatch(r"\d\d:\d\d:\d\d", first.json["saved_at"])
    assert stale.status_code == 409
    assert again.status_code == 200


def test_a_stale_page_keeps_what_was_typed(scene, client):
    enter(scene, client, "evaluator")
    sent = fields(scene, client, reason0="pisane w drugiej karcie")
    client.post(scene.url(), data=sent)

    answer = client.post(scene.url(), data={**sent, "version": sent["version"]})

    assert answer.status_code == 409
    assert "pisane w drugiej karcie" in answer.text


def test_a_closed_card_cannot_be_changed(scene, client):
    enter(scene, client, "evaluator")
    sent = fields(scene, client)
    close(scene, "evaluator")

    assert client.post(scene.url(), data=sent).status_code == 409


def test_save_and_close_leads_to_the_page_of_the_step(scene, client):
    enter(scene, client, "evaluator")

    answer = client.post(scene.url(), data=fields(scene, client, next="close"))

    assert answer.headers["Location"].endswith(f"/offers/{scene.offers['full']}/steps/close_card")
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_member_of_the_commission_has_no_office(scene, client):
    enter(scene, client, "evaluator")

    for page in ("offers", "scoring", "ranking", "commission", "paper-offers/new"):
        assert client.get(f"/calls/{scene.call}/{page}").status_code == 404


def test_somebody_without_a_seat_finds_no_commission(scene, client):
    enter(scene, client, "official")

    assert client.get(scene.url()).status_code == 404
    assert client.get(f"/evaluation/{scene.call}/summary").status_code == 404
