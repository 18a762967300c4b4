"""Requests and complaints as the office meets them: through HTTP."""

from datetime import date, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db as database
from app.models import Request, User
from app.queries import request_list
from app.queries.request_list import Filters
from app.services import clock, second_factor
from tests.accounts import code, send, sign_in
from tests.call_cases import office
from tests.request_cases import register_of
from tests.small_grant_cases import PASSWORD
from tests.views.desk_visitor import hidden, post, shown
from workflows.calendar import local_day
from workflows.request import RequestKind, RequestState

SENDER = "Żaneta Ćwiąkała-Ґудзь"
ENTRY = {
    "kind": "complaint", "title": "Skarga na czas oczekiwania", "text": "Czekam od maja.", "channel": "post",
    "sender_name": SENDER, "sender_address": "ul. Długa 1\n31-000 Kraków",
}  # fmt: skip


def enter(app: Flask, client: FlaskClient, who: str, unit: str = "KS") -> FlaskClient:
    """Somebody of the department signs in with the second factor."""
    email = f"{who}-{unit.lower()}@example.org"
    with app.app_context():
        user = database.session.scalars(sa.select(User).where(User.email == email)).one()
        second_factor.give_second_factor(user, second_factor.new_secret())
        database.session.commit()
    sign_in(client, email, PASSWORD)
    assert send(client, "/sign-in/second-step", code=code(app, email)).status_code == 302
    return client


@pytest.fixture
def departments(app: Flask) -> date:
    """Two departments with their people; gives today."""
    with app.app_context():
        register_of("KS")
        register_of("SP")
        return local_day(clock.now())


def only_case(app: Flask) -> str:
    with app.app_context():
        return database.session.scalars(sa.select(Request.public_id)).one()


def registered(app: Flask, client: FlaskClient, day: date, **changes: str) -> str:
    """A case entered by the clerk through the form; gives its address."""
    answer = post(client, "/requests/new", **{**ENTRY, "received_on": day.isoformat(), **changes})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_a_clerk_registers_a_complaint_and_its_page_says_the_term(
    app: Flask, client: FlaskClient, departments: date
) -> None:
    enter(app, client, "clerk")
    address = registered(app, client, departments)
    page = client.get(address).text
    assert "Skarga na czas oczekiwania" in page
    assert SENDER in page
    assert "art. 237 § 1 KPA" in page
    assert "steps/give_information" not in page  # what only a request for information can end with
    listed = client.get("/requests").text
    assert "Skarga na czas oczekiwania" in listed
    assert SENDER not in listed  # the list tells no names


def test_what_cannot_be_read_keeps_what_was_typed_and_says_why(
    app: Flask, client: FlaskClient, departments: date
) -> None:
    enter(app, client, "clerk")
    tomorrow = (departments + timedelta(days=1)).isoformat()
    bad = ({"received_on": tomorrow}, {"title": ""}, {"kind": "wish"}, {"kind": ""}, {"received_on": "1990-01-01", "kind": "public_information"},
           {"offer_number": "7"}, {"procedure": "unknown"}, {"title": "a\x00b"}, {"channel": "pigeon"})  # fmt: skip
    for changes in bad:
        answer = post(client, "/requests/new", **{**ENTRY, "received_on": departments.isoformat(), **changes})
        assert answer.status_code == 422, changes
        assert "Czekam od maja." in answer.text
        assert "error-summary" in answer.text
    with app.app_context():
        assert database.session.query(Request).count() == 0


def test_a_second_click_registers_nothing_twice(app: Flask, client: FlaskClient, departments: date) -> None:
    enter(app, client, "clerk")
    page = client.get("/requests/new")
    typed = {**shown(page), **hidden(page), **ENTRY, "received_on": departments.isoformat()}
    first, second = client.post("/requests/new", data=typed), client.post("/requests/new", data=typed)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    only_case(app)


def test_the_case_goes_from_hand_over_to_the_answer_with_a_file(
    app: Flask, client: FlaskClient, departments: date
) -> None:
    enter(app, client, "official")
    address = registered(app, client, departments, kind="public_information")
    with app.app_context():
        lead = (
            database.session.scalars(sa.select(User).where(User.email == "official-ks@example.org")).one().id
        )
    assert post(client, f"{address}/steps/hand_over", lead_id=str(lead)).status_code == 303
    assert client.get("/desk").text.count("Skarga na czas oczekiwania") >= 1
    empty = post(client, f"{address}/steps/give_information", answer="")
    assert empty.status_code == 409
    page = client.get(address)
    token = {"csrf_token": hidden(page)["csrf_token"]}
    wrong = client.post(
        f"{address}/files", data={**token, "purpose": "answer", "file": (BytesIO(b"x"), "x.exe")}
    )
    assert wrong.status_code == 422
    missing = client.post(f"{address}/files", data={**token, "purpose": "answer"})
    assert missing.status_code == 422
    sent = {**token, "purpose": "answer", "file": (BytesIO(b"%PDF-1.4\n%%EOF\n"), "odpowiedź.pdf")}
    assert client.post(f"{address}/files", data=sent).status_code == 303
    assert post(client, f"{address}/steps/give_information", answer="").status_code == 303
    read = client.get(address).text
    assert "odpowiedź.pdf" in read
    link = read.split('href="' + address + "/files/")[1].split('"')[0]
    file = client.get(f"{address}/files/{link}")
    assert file.data.startswith(b"%PDF")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert (
        client.get("/requests").text.count("Skarga na czas oczekiwania") == 0
    )  # ended cases have a view of their own
    assert "Skarga na czas oczekiwania" in client.get("/requests?view=closed").text


def test_departments_are_walls_and_treasurers_and_applicants_know_nothing(
    app: Flask, client: FlaskClient, departments: date
) -> None:
    address = registered(app, enter(app, client, "clerk"), departments)
    assert app.test_client().get(address).status_code == 404
    assert app.test_client().get("/requests").status_code == 302
    other = enter(app, app.test_client(), "official", "SP")
    assert other.get(address).status_code == 404
    assert "Skarga na czas" not in other.get("/requests?view=all").text
    assert "Skarga na czas" not in other.get("/desk?view=others").text
    assert other.get(f"{address}/steps/withdraw").status_code == 404
    treasurer = enter(app, app.test_client(), "treasurer")
    assert treasurer.get(address).status_code == 404
    assert treasurer.get("/requests").status_code == 404
    desk = treasurer.get("/desk?view=others")
    assert desk.status_code == 200
    assert "Skarga na czas" not in desk.text
    auditor = enter(app, app.test_client(), "auditor")
    page = auditor.get(address)
    assert page.status_code == 200
    assert "/steps/" not in page.text
    assert auditor.get("/requests/new").status_code == 404
    assert auditor.get(f"{address}/steps/withdraw").status_code == 403


def test_the_list_filters_in_the_database_in_two_queries_however_long_it_is(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        register = register_of("KS")
        now = clock.now()
        today = local_day(now)
        for number in range(60):
            kind = list(RequestKind)[number % 3]
            register.case(kind=kind, title=f"Sprawa {number:02d}", received_on=today - timedelta(days=number))
        register.case(title="Zamknięta", received_on=today - timedelta(days=5))
        last = database.session.scalars(sa.select(Request).where(Request.title == "Zamknięta")).one()
        register.take(last, "withdraw", "clerk", today, reason="Cofnięta.")
        user = register.people["official"]
        _ = user.role_names
        database.session.expunge(user)
        statements: list[str] = []
        sa.event.listen(database.engine, "before_cursor_execute", lambda *event: statements.append(event[2]))
        found = request_list.listing(user, Filters.read({}), 1, now)
        assert len(statements) == 2
        assert (found.count, len(found.rows), found.end) == (60, 50, 50)
        due = [row.answer_due for row in found.rows]
        assert due == sorted(due)
        overdue = request_list.listing(user, Filters.read({"view": "overdue"}), 1, now)
        assert 0 < overdue.count < 60
        assert all(row.answer_due < now for row in overdue.rows)
        motions = request_list.listing(user, Filters.read({"kind": "motion"}), 1, now)
        assert {row.kind for row in motions.rows} == {RequestKind.MOTION}
        ended = request_list.listing(user, Filters.read({"view": "closed", "state": "withdrawn"}), 1, now)
        assert [(row.title, row.state, row.late) for row in ended.rows] == [
            ("Zamknięta", RequestState.WITHDRAWN, False)
        ]
        assert request_list.listing(user, Filters.read({"q": "sprawa 07"}), 1, now).count == 1
        assert request_list.listing(user, Filters.read({"q": "100%"}), 1, now).count == 0
        assert (
            request_list.listing(
                user, Filters.read({"page": "x", "sort": "; drop", "view": "?"}), 99, now
            ).page
            == 2
        )


def test_the_desk_waits_for_the_lead_alone_until_the_term(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        register = register_of("KS")
        today = local_day(clock.now())
        case = register.case(received_on=today - timedelta(days=25), title="Wniosek po terminie")
        register.take(case, "hand_over", "director", today, lead_id=register.people["official"].id)
        row = f'id="request-{case.public_id}"'
    mine = enter(app, client, "official").get("/desk?view=overdue").text
    assert row in mine
    other = enter(app, app.test_client(), "other_official")
    assert row not in other.get("/desk?view=mine").text
    assert row in other.get("/desk?view=others").text


def test_a_case_may_be_about_an_offer_of_the_own_department_only(
    app: Flask, client: FlaskClient, departments: date
) -> None:
    with app.app_context():
        foreign = office().call(title="Konkurs innego wydziału").public_id
    enter(app, client, "clerk")
    page = client.get("/requests/new")
    assert "Konkurs innego wydziału" not in page.text
    answer = post(
        client, "/requests/new", **{**ENTRY, "received_on": departments.isoformat(), "procedure": foreign}
    )
    assert answer.status_code == 422
