"""Browser sessions as rows: what begins, what ends, and what cannot come back."""

import sqlalchemy as sa

from app import sessions
from app.extensions import db as database
from app.models import LoginSession
from app.transaction import writing
from tests.accounts import PASSWORD, person, send, sign_in

ALA = "ala@example.org"


def cookie(client):
    found = client.get_cookie("hejnal")
    return found.value if found else None


def rows(app):
    with app.app_context():
        return list(database.session.scalars(sa.select(LoginSession)))


def age(app, column, hours):
    with app.app_context(), database.engine.begin() as connection:
        moved = getattr(LoginSession, column) - sa.func.make_interval(0, 0, 0, 0, hours)
        connection.execute(sa.update(LoginSession).values({column: moved}))


def inside(client):
    return client.get("/account").status_code == 200


def test_a_visitor_who_stores_nothing_gets_no_row_and_no_cookie(app, client):
    assert client.get("/account").status_code == 302
    assert cookie(client) is None
    assert rows(app) == []


def test_a_form_gives_a_visitor_a_row_and_only_the_hash_of_the_cookie_is_stored(app, client):
    client.get("/sign-in")
    (row,) = rows(app)
    assert row.user_id is None
    assert row.token_sha256 == sessions.digest(cookie(client))
    assert cookie(client) not in str(row.data)


def test_a_made_up_cookie_opens_nothing_and_makes_no_row(app, client):
    client.set_cookie("hejnal", "A" * sessions.TOKEN_LENGTH)
    assert not inside(client)
    client.set_cookie("hejnal", "../../etc")
    assert not inside(client)
    assert rows(app) == []


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one_under_a_new_cookie(app, client):
    person(app, ALA)
    elsewhere = app.test_client()
    sign_in(elsewhere, ALA)
    sign_in(client, ALA)
    before = cookie(client)
    answer = send(client, "/account/security/password", current=PASSWORD, password="another good password")
    assert answer.location == "/account/security"
    assert inside(client)
    assert cookie(client) != before
    assert not inside(elsewhere)


def test_using_a_session_moves_its_last_use_at_most_once_a_minute(app, client):
    person(app, ALA)
    sign_in(client, ALA)
    inside(client)
    (first,) = rows(app)
    inside(client)
    assert rows(app)[0].seen_at == first.seen_at
    with app.app_context(), database.engine.begin() as connection:
        connection.execute(
            sa.update(LoginSession).values(
                seen_at=LoginSession.seen_at - sa.func.make_interval(0, 0, 0, 0, 0, 5)
            )
        )
    inside(client)
    assert rows(app)[0].seen_at > first.seen_at


def test_a_person_ends_one_of_the_own_sessions_and_no_other_persons(app, client):
    person(app, ALA)
    person(app, "ola@example.org")
    elsewhere, other = app.test_client(), app.test_client()
    sign_in(elsewhere, ALA)
    sign_in(other, "ola@example.org")
    sign_in(client, ALA)

    def name(browser):
        return sessions.digest(cookie(browser))[: sessions.NAME_LENGTH]

    page = "/account/security"
    send(client, f"/account/security/sessions/{name(other)}/end", page=page)
    send(client, f"/account/security/sessions/{'%' * 16}/end", page=page)
    assert inside(other)
    assert inside(elsewhere)
    send(client, f"/account/security/sessions/{name(elsewhere)}/end", page=page)
    assert not inside(elsewhere)
    assert inside(client)


def test_all_other_sessions_end_together(app, client):
    person(app, ALA)
    elsewhere = app.test_client()
    sign_in(elsewhere, ALA)
    sign_in(client, ALA)
    send(client, "/account/security/sessions/end-others", page="/account/security")
    assert inside(client)
    assert not inside(elsewhere)


def test_the_sweep_takes_only_what_has_ended(app, client):
    person(app, ALA)
    sign_in(client, ALA)
    age(app, "seen_at", 2)
    other = app.test_client()
    sign_in(other, ALA)
    with app.app_context():
        assert sessions.sweep() == 1
        assert sessions.sweep() == 0
    assert inside(other)


def test_a_session_that_ended_meanwhile_is_not_written_back(app, client):
    user_id = person(app, ALA)
    sign_in(client, ALA)
    with app.test_request_context("/", headers={"Cookie": f"hejnal={cookie(client)}"}):
        session = sessions.current()
        session["something"] = "new"
        with writing():
            sessions.end_sessions(user_id)
        session.save()
    assert rows(app) == []
    assert not inside(client)
