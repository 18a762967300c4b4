"""The evaluator's pages: the own card beside the offer, and nothing of anybody else before its time."""

import re
from decimal import Decimal

import pytest

from tests.commission_scene import CANARY, begin, close, enter, fields


@pytest.fixture
def scene(app):
    return begin(app)


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
