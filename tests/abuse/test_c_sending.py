"""Cases C1–C8, C10–C12, C18 and C20: what is sent once, twice, late, old or not at all, through HTTP."""

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from app.extensions import db as database
from app.models import Arrival, IdempotencyKey, Promise, Receipt, User
from app.services import clock, idempotency, steps
from app.services.steps import EFFECTS
from tests.abuse.applicants import Applied, applied, hidden
from workflows.offer import OfferState

REPLAYED = "Idempotent-Replayed"


@pytest.fixture
def case(app: Flask) -> Applied:
    return applied(app)


@pytest.fixture
def signatory(case: Applied) -> FlaskClient:
    return case.browser("first")


def submission(case: Applied, signatory: FlaskClient) -> dict[str, Any]:
    return case.form(signatory, "steps/submit", confirmed="y")


def send(case: Applied, signatory: FlaskClient, fields: dict[str, Any], step: str = "submit") -> TestResponse:
    return signatory.post(case.url(f"steps/{step}"), data=fields)


def test_c1_a_step_of_another_state_is_refused_with_the_state_and_changes_nothing(
    case: Applied, signatory: FlaskClient
) -> None:
    fields = submission(case, signatory)
    answer = signatory.post(case.url("steps/sign_update"), data=fields)
    assert answer.status_code == 409
    assert "wersja robocza" in answer.text
    assert case.look(lambda offer: offer.state) is OfferState.DRAFT
    assert case.history() == ["begin"]


@pytest.mark.parametrize(
    "trigger", ["__class__", "to_submitted", "trigger", "machine", "may_submit", "submit%00"]
)
def test_c2_what_is_no_step_is_not_there(case: Applied, signatory: FlaskClient, trigger: str) -> None:
    fields = submission(case, signatory)
    assert send(case, signatory, fields, trigger).status_code == 404
    assert case.history() == ["begin"]


def test_c3_a_second_click_gets_the_first_answer_and_does_nothing(
    case: Applied, signatory: FlaskClient
) -> None:
    fields = submission(case, signatory)
    first, second = (send(case, signatory, fields) for _click in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert (first.headers.get(REPLAYED), second.headers.get(REPLAYED)) == (None, "true")
    assert case.history() == ["begin", "submit"]
    assert case.look(lambda offer: (len(offer.versions), len(offer.receipts))) == (1, 1)


def test_c4_the_same_key_with_another_body_is_refused_and_what_was_typed_can_be_sent_again(
    case: Applied, signatory: FlaskClient
) -> None:
    fields = submission(case, signatory)
    assert send(case, signatory, fields).status_code == 303
    other = signatory.post(case.url("steps/withdraw"), data={**fields, "reason": "Inny zamiar <b>"})
    assert other.status_code == 422
    assert 'value="Inny zamiar &lt;b&gt;"' in other.text
    assert hidden(other)["idempotency_key"] != fields["idempotency_key"]
    assert case.history() == ["begin", "submit"]


@pytest.mark.parametrize("key", ["", "short", "a" * 65, "with space in it", "ęęęęęęęęęę"])
def test_a_form_without_its_key_is_refused_with_a_sentence_and_keeps_what_was_typed(
    case: Applied, signatory: FlaskClient, key: str
) -> None:
    answer = send(case, signatory, {**submission(case, signatory), "idempotency_key": key})
    assert answer.status_code == 422
    assert 'name="confirmed" value="y"' in answer.text
    assert case.history() == ["begin"]
    again = {**hidden(answer), "confirmed": "y"}
    assert send(case, signatory, again).status_code == 303


def test_c5_a_repetition_that_arrives_while_the_first_runs_waits_for_it_and_gets_its_answer(
    case: Applied, signatory: FlaskClient
) -> None:
    fields, answers = submission(case, signatory), []
    second = case.app.test_client()
    second._cookies = dict(signatory._cookies)
    with case.app.app_context(), database.engine.connect() as holder:
        holder.execute(sa.text("SELECT FROM call FOR UPDATE"))
        threads = [
            Thread(target=lambda c=c: answers.append(send(case, c, fields))) for c in (signatory, second)
        ]
        for thread in threads:
            thread.start()
        _until(lambda: _waiting(holder) == 2)
        holder.rollback()
        for thread in threads:
            thread.join()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert sorted(str(answer.headers.get(REPLAYED)) for answer in answers) == ["None", "true"]
    assert case.history() == ["begin", "submit"]


def _waiting(connection: sa.Connection) -> int:
    """How many connections wait for a lock."""
    return (
        connection.scalar(
            sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype <> 'relation'")
        )
        or 0
    )


def _until(holds: Callable[[], bool]) -> None:
    limit = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.01)


def test_c6_of_two_steps_from_one_version_at_the_same_moment_one_is_taken(case: Applied) -> None:
    other, signing = case.browser("second"), case.browser("first")
    first, second = case.form(other, "steps/sign"), submission(case, signing)
    answers: list[TestResponse] = []
    tasks = ((other, first, "sign"), (signing, second, "submit"))
    threads = [Thread(target=lambda t=t: answers.append(send(case, *t))) for t in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert len(case.history()) == 2


def test_c7_an_old_form_overwrites_nothing_and_keeps_what_was_typed_beside_the_version_of_today(
    case: Applied, signatory: FlaskClient
) -> None:
    send(case, signatory, submission(case, signatory))
    old = case.form(signatory, "steps/withdraw", reason="Mój powód")
    case.look(lambda offer: setattr(offer, "title", "Zmieniony tytuł"))
    answer = send(case, signatory, old, "withdraw")
    assert answer.status_code == 409
    assert "Mój powód" in answer.text
    assert hidden(answer)["version"] == str(int(old["version"]) + 1)
    assert case.look(lambda offer: offer.state) is OfferState.SUBMITTED
    again = {**hidden(answer), "reason": "Mój powód"}
    assert send(case, signatory, again, "withdraw").status_code == 303


@pytest.mark.parametrize("version", ["", "x", "-1", "0", "9" * 30, "１"])
def test_a_step_whose_form_says_no_version_is_refused(
    case: Applied, signatory: FlaskClient, version: str
) -> None:
    answer = send(case, signatory, {**submission(case, signatory), "version": version})
    assert answer.status_code == 409
    assert hidden(answer)["version"] == str(case.look(lambda offer: offer.version))
    assert case.history() == ["begin"]


def test_c8_after_the_submission_the_old_page_sends_nothing_and_the_new_one_is_read_only(
    case: Applied, signatory: FlaskClient
) -> None:
    old = submission(case, signatory)
    assert send(case, signatory, old).status_code == 303
    back = send(case, signatory, {**old, "idempotency_key": "another-key"})
    assert back.status_code == 409
    case.close()
    page = case.browser("editor").get(case.url("edit/task"))
    assert page.status_code == 200
    assert 'name="title"' not in page.text
    assert case.history() == ["begin", "submit"]


def test_c10_an_offer_that_is_whole_after_the_deadline_is_late_and_both_times_are_told(
    case: Applied, signatory: FlaskClient
) -> None:
    fields = submission(case, signatory)
    case.close()
    answer = send(case, signatory, fields)
    assert answer.status_code == 409
    term, attempt = case.look(lambda offer: (offer.call.deadline, clock.now()))
    for moment in (term, attempt):
        assert f"{moment.astimezone(clock.UTC):%M:}" in answer.text
    assert case.look(lambda offer: (offer.state, offer.draft.content["title"])) == (
        OfferState.DRAFT,
        "Porady i język",
    )


def test_c11_what_arrived_in_time_counts_also_when_it_had_to_wait_or_broke_off_and_was_sent_again(
    case: Applied, signatory: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = submission(case, signatory)
    with monkeypatch.context() as broken:
        broken.setattr(steps, "take", _gone)
        away = send(case, signatory, fields)
    assert (away.status_code, away.headers["Retry-After"]) == (503, "30")
    assert hidden(away)["idempotency_key"] == fields["idempotency_key"]
    arrived = _arrivals(case.app)[0]
    case.close(ago=timedelta(0))
    assert send(case, signatory, {**fields, "idempotency_key": "sent-anew-too-late"}).status_code == 409
    assert send(case, signatory, fields).status_code == 303
    assert case.look(lambda offer: offer.received_at) == arrived
    assert _arrivals(case.app) == []


def test_what_was_refused_does_not_count_as_arrived_when_it_is_sent_again(
    case: Applied, signatory: FlaskClient
) -> None:
    fields = {**submission(case, signatory), "confirmed": ""}
    assert send(case, signatory, fields).status_code == 422
    assert _arrivals(case.app) == []


def _gone(*_args: Any, **_kwargs: Any) -> None:
    raise OperationalError("SELECT", {}, Exception("the server closed the connection"))


def _arrivals(app: Flask) -> list[Any]:
    with app.app_context():
        return list(database.session.scalars(sa.select(Arrival.at)))


def test_c12_what_a_browser_says_of_the_time_is_not_heard(case: Applied, signatory: FlaskClient) -> None:
    said = {
        "submitted_at": "2020-01-01T00:00:00Z",
        "received_at": "2020-01-01T00:00:00Z",
        "now": "2020-01-01",
    }
    fields = {**submission(case, signatory), **said}
    before = case.look(lambda _offer: clock.now())
    answer = signatory.post(
        case.url("steps/submit"), data=fields, headers={"Date": "Wed, 01 Jan 2020 00:00:00 GMT"}
    )
    assert answer.status_code == 303
    assert before < case.look(lambda offer: offer.received_at) < case.look(lambda _offer: clock.now())


def test_c18_a_link_takes_no_step_it_shows_the_form_that_asks(case: Applied, signatory: FlaskClient) -> None:
    page = signatory.get(case.url("steps/submit") + "?confirmed=y&idempotency_key=" + "k" * 20)
    assert page.status_code == 200
    assert 'type="submit"' in page.text
    posting = (case.url("attachments"), case.url("partners/1/remove"))
    assert {signatory.get(address).status_code for address in posting} == {405}
    assert case.history() == ["begin"]


def test_c20_a_fault_after_the_move_leaves_nothing_of_it(
    case: Applied, signatory: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = submission(case, signatory)
    done = EFFECTS["offer"]["submit"]

    def fails(offer: Any, context: Any) -> None:
        done(offer, context)
        assert offer.state is OfferState.SUBMITTED, "the row has moved in memory"
        raise RuntimeError("after the move")

    with monkeypatch.context() as broken:
        broken.setitem(EFFECTS["offer"], "submit", fails)
        case.app.config["PROPAGATE_EXCEPTIONS"] = False
        answer = send(case, signatory, fields)
    assert answer.status_code == 500
    assert "numer" in answer.text.lower()
    assert case.history() == ["begin"]
    assert case.look(lambda offer: (offer.state, offer.number)) == (OfferState.DRAFT, None)
    with case.app.app_context():
        for model in (Receipt, Promise, IdempotencyKey, Arrival):
            assert database.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0
    assert send(case, signatory, fields).status_code == 303


def test_keys_and_arrivals_are_forgotten_after_two_days(case: Applied, signatory: FlaskClient) -> None:
    send(case, signatory, submission(case, signatory))
    with case.app.app_context():
        user = database.session.scalars(sa.select(User.id)).first()
        idempotency.arrived(idempotency.Sent(user or 0, "left-behind", "0" * 64))
        now = clock.now()
        assert idempotency.forget(now + idempotency.KEPT - timedelta(minutes=1)) == 0
        assert idempotency.forget(now + idempotency.KEPT + timedelta(minutes=1)) == 1
        for model in (IdempotencyKey, Arrival):
            assert database.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0
