"""Invitations, lists, reasons and redacted copies through HTTP, from the form to the issued document."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db as database
from app.models import DrawnDocument, User
from app.services import second_factor
from tests import call_course
from tests.accounts import code, send, sign_in
from tests.call_course import Course
from tests.offer_cases import PASSWORD
from tests.services.test_documents import keep_all
from tests.views.test_agreements import mark


@pytest.fixture
def addresses(app: Flask) -> dict[str, str]:
    """A call whose results are published, with its documents made."""
    with app.app_context():
        course: Course = call_course.begin()
        call_course.collect(course)
        call_course.check(course)
        call_course.score(course)
        call = f"/calls/{course.call.public_id}"
        keep_all()
        offers = {key: f"/offers/{offer.public_id}" for key, offer in course.offers.items()}
        return {"call": call, **offers}


@pytest.fixture
def official(app: Flask, client: FlaskClient, addresses: dict[str, str]) -> FlaskClient:
    email = "official@example.org"
    with app.app_context():
        user = database.session.query(User).filter_by(email=email).one()
        second_factor.give_second_factor(user, second_factor.new_secret())
        database.session.commit()
    sign_in(client, email, PASSWORD)
    send(client, "/sign-in/second-step", code=code(app, email))
    return client


def last(app: Flask) -> DrawnDocument:
    with app.app_context():
        return database.session.query(DrawnDocument).order_by(DrawnDocument.id.desc()).first()


def test_an_invitation_fills_the_attendance_list(
    app: Flask, official: FlaskClient, addresses: dict[str, str]
) -> None:
    url = f"{addresses['call']}/steps/invite_commission"
    form = official.get(url).text
    assert "Fundacja Przykład" in form
    with app.app_context():
        members = [
            str(row) for (row,) in database.session.execute(database.text("SELECT id FROM commission_member"))
        ]
    typed = {
        "begins": "2090-05-12T10:30",
        "place": "",
        "online": "",
        "agenda": "Otwarcie",
        "members": members,
    }
    nowhere = send(official, url, version=mark(form), **typed)
    assert nowhere.status_code == 422
    assert "Podaj, gdzie spotyka się komisja" in nowhere.text
    draft = send(official, f"{url}/preview", version=mark(form), **(typed | {"place": "sala 12"}))
    assert draft.status_code == 200
    assert "12\N{NO-BREAK SPACE}maja\N{NO-BREAK SPACE}2090" in draft.text
    assert send(official, url, version=mark(form), **(typed | {"place": "sala 12"})).status_code == 303
    assert [row["function"] for row in last(app).content["members"]].count("przewodniczący komisji") <= 1
    attendance = official.get(f"{addresses['call']}/steps/list_attendance").text
    assert 'value="2090-05-12T10:30"' in attendance
    assert 'value="sala 12"' in attendance
    too_many = send(
        official, f"{addresses['call']}/steps/list_attendance", version=mark(attendance),
        begins="2090-05-12T10:30", place="sala 12", members=members, quorum="9",
    )  # fmt: skip
    assert too_many.status_code == 422
    assert "Komisja nie ma tylu członków." in too_many.text
    address = f"{addresses['call']}/steps/list_attendance"
    nowhere = send(
        official,
        address,
        version=mark(attendance),
        begins="2090-05-12T10:30",
        place="",
        members=members,
        quorum="1",
    )
    assert nowhere.status_code == 422


def test_reasons_wait_for_the_announcement_of_the_results(
    official: FlaskClient, addresses: dict[str, str]
) -> None:
    url = f"{addresses['rejected']}/steps/answer_with_reasons"
    form = official.get(url)
    assert form.status_code == 200
    assert "O uzasadnienie można pytać po ogłoszeniu wyników konkursu." in form.text
    typed = {"asker": "G. P.", "received_on": "2026-05-04", "grounds": "x"}
    assert send(official, url, version=mark(form.text), **typed).status_code == 409
    assert send(official, f"{url}/preview", version=mark(form.text), **typed).status_code == 409


def test_a_redacted_copy_is_looked_at_before_it_is_issued(
    app: Flask, official: FlaskClient, addresses: dict[str, str]
) -> None:
    url = f"{addresses['full']}/steps/copy_redacted"
    form = official.get(url).text
    with app.app_context():
        query = "SELECT public_id FROM document WHERE kind = 'offer' ORDER BY id LIMIT 1"
        document = database.session.execute(database.text(query)).scalar_one()
    assert document in form
    typed = {"document": document, "text-1": "Kursy języka polskiego", "basis-1": "enterprise"}
    assert send(official, url, version=mark(form), **(typed | {"document": "x"})).status_code == 422
    assert send(official, url, version=mark(form), **(typed | {"basis-1": "x"})).status_code == 422
    draft = send(official, f"{url}/preview", version=mark(form), **typed)
    assert draft.status_code == 200
    article = draft.text[draft.text.index("<article") : draft.text.index("</article>")]
    assert "[usunięto dane osobowe]" in article
    assert "Kursy języka polskiego" not in article
    assert "tajemnica przedsiębiorcy" in article
    assert send(official, url, version=mark(form), **typed).status_code == 303
    assert last(app).content["phrases"] == [{"text": "Kursy języka polskiego", "basis": "enterprise"}]
