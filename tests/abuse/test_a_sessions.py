"""Abuse of sessions: cookies planted and copied, places left open, grave steps taken by whoever sits there."""

import html
import logging
import re

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app, sessions
from app.extensions import db as database
from app.models import AuditEntry, IdempotencyKey, LoginSession, User
from app.services import accounts
from app.transaction import writing
from config import Settings
from tests.accounts import PASSWORD, code, load, person, send, sign_in, token_of
from tests.test_config import PRODUCTION
from tests.views.desk_visitor import hidden
from tests.views.test_agreements import Place, enter, made
from workflows.agreement import AgreementState

ALA = "ala@example.org"
REASON = "Powód <b>odstąpienia</b>, dwie\nlinie i „cudzysłów”"


@pytest.fixture
def said(caplog):
    """The lines of the security log."""
    caplog.set_level(logging.INFO, "hejnal.security")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "hejnal.security"]


@pytest.fixture
def signed(app: Flask) -> Place:
    """An agreement that both sides have signed and nobody has paid."""
    return made(app, lambda case: case.sign())


def cookie(client):
    return client.get_cookie("hejnal").value


def inside(client):
    return client.get("/account").status_code == 200


def age(app, column, minutes):
    """Move a moment of every session into the past."""
    with app.app_context(), database.engine.begin() as connection:
        moved = getattr(LoginSession, column) - sa.func.make_interval(0, 0, 0, 0, 0, minutes)
        connection.execute(sa.update(LoginSession).values({column: moved}))


def state(app, place):
    """Everything that a step would change: the state, and how many entries and keys there are."""
    with app.app_context():
        agreement = database.session.scalar(sa.text("SELECT state FROM agreement"))
        counts = [
            database.session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (AuditEntry, IdempotencyKey)
        ]
        return agreement, *counts


def kept(page):
    """The fields that the page would send, as a browser does."""
    form = page.text[page.text.index("<form", page.text.index("<main")) :]
    form = form[: form.index("</form>")]
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    address = re.search(r'action="([^"]*)"', form)
    assert address
    return html.unescape(address[1]), {name: html.unescape(value) for name, value in pairs}


def withdrawal(client, place):
    """The filled form by which the Mayor's signatory withdraws from the agreement."""
    address = f"/agreements/{place.agreement}/steps/withdraw_for_city"
    page = client.get(address)
    assert page.status_code == 200, page.text
    return address, {**hidden(page), "reason": REASON}


def test_a6_a_cookie_planted_before_signing_in_is_worth_nothing_afterwards(app, client):
    person(app, ALA)
    client.get("/sign-in")
    before = cookie(client)
    sign_in(client, ALA)
    assert cookie(client) != before
    other = app.test_client()
    other.set_cookie("hejnal", before)
    assert not inside(other)
    with app.app_context():
        rows = database.session.scalars(sa.select(LoginSession.token_sha256))
        assert set(rows) == {sessions.digest(cookie(client))}


def test_a7_a_cookie_copied_before_signing_out_is_dead_afterwards(app, client, said):
    person(app, ALA)
    sign_in(client, ALA)
    thief = app.test_client()
    thief.set_cookie("hejnal", cookie(client))
    assert inside(thief)
    send(client, "/sign-out", page="/account")
    assert thief.get("/account").location == "/sign-in?next=/account"
    assert not inside(client)
    assert "session unknown or ended" in said()


@pytest.mark.parametrize("change", ["closed", "role taken"])
def test_a8_a_closed_account_or_a_lost_role_acts_at_the_next_request(app, client, change):
    user_id = person(app, ALA, "clerk", "official", totp=True)
    person(app, "ola@example.org")
    other = app.test_client()
    sign_in(other, "ola@example.org")
    sign_in(client, ALA)
    send(client, "/sign-in/second-step", code=code(app, ALA))
    assert client.get("/desk").status_code == 200
    with app.app_context(), writing():
        user = load(app, user_id)
        accounts.disable(user) if change == "closed" else accounts.set_roles(user, ["clerk"])
    assert client.get("/desk").location == "/sign-in?next=/desk"
    assert inside(other)


@pytest.mark.parametrize(("column", "minutes"), [("seen_at", 60), ("created_at", 12 * 60)])
def test_a9_a_form_that_comes_after_its_session_waits_for_the_same_person(
    app, client, signed, said, column, minutes
):
    enter(app, client, "mayor")
    address, form = withdrawal(client, signed)
    before = state(app, signed)
    age(app, column, minutes - 1)
    assert inside(client)  # it lives until the last minute
    age(app, column, minutes)
    answer = client.post(address, data=form)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "kept" in client.get("/sign-in?lang=en").text
    assert state(app, signed) == before
    with app.app_context():
        (row,) = database.session.scalars(sa.select(LoginSession).where(LoginSession.user_id.is_(None)))
        assert ["reason", REASON] in row.data["kept_form"]["fields"]
    # Somebody else who signs in at the same place gets nothing of it. (In a copy, so that the first person's waits on.)
    other = app.test_client()
    person(app, "ola@example.org")
    with app.app_context(), database.engine.begin() as connection:
        token = "B" * sessions.TOKEN_LENGTH
        copy = {
            "token_sha256": sessions.digest(token),
            "data": row.data,
            "created_at": row.created_at,
            "seen_at": row.seen_at,
            "agent": "",
        }
        connection.execute(sa.insert(LoginSession).values(copy))
    other.set_cookie("hejnal", token)
    assert "kept-form" not in sign_in(other, "ola@example.org").location
    assert REASON not in html.unescape(other.get("/account/kept-form", follow_redirects=True).text)
    # The person signs in with both steps, sees what was typed, and one press sends it, once.
    with app.app_context(), writing():
        database.session.scalar(
            sa.select(User).where(User.email == "mayor-a@example.org")
        ).tf_last_counter = None
    assert sign_in(client, "mayor-a@example.org").location == "/sign-in/second-step"
    entered = send(client, "/sign-in/second-step", code=code(app, "mayor-a@example.org"))
    assert entered.location == "/account/kept-form"
    page = client.get(entered.location)
    assert REASON in html.unescape(page.text)
    where, fields = kept(page)
    assert where == address
    assert fields["idempotency_key"] == form["idempotency_key"]
    assert fields["reason"] == REASON
    for _press in range(2):
        assert client.post(where, data=fields).status_code == 303
    assert state(app, signed) == (AgreementState.WITHDRAWN, before[1] + 1, before[2] + 1)
    assert client.get("/account/kept-form").location == "/account"
    assert any("came without a session" in line for line in said())


def test_a_signature_and_a_payment_ask_again_after_twenty_idle_minutes_and_other_steps_do_not(
    app, client, signed
):
    enter(app, client, "official")
    address = f"/agreements/{signed.agreement}/steps/order_payment"
    form = hidden(client.get(address))
    before = state(app, signed)
    age(app, "seen_at", 21)
    assert client.post(address, data=form).status_code == 401
    assert inside(client)  # one request does not make up for the pause
    where, fields = kept(client.post(address, data=form))
    assert state(app, signed) == before
    proved = client.post(where, data={**fields, "present_password": PASSWORD})
    assert proved.status_code in (303, 409)  # taken, or refused by the law of the day on which this runs
    assert client.post(address, data=hidden(client.get(address))).status_code != 401
    mayor = app.test_client()
    enter(app, mayor, "mayor")
    address, form = withdrawal(mayor, signed)
    age(app, "seen_at", 21)
    assert mayor.post(address, data=form).status_code in (303, 409)


def test_a14_a_grave_step_asks_for_the_password_after_half_an_hour_and_then_happens_once(
    app, client, signed, said
):
    enter(app, client, "mayor")
    address, form = withdrawal(client, signed)
    before = state(app, signed)
    age(app, "proved_at", 31)
    asked = client.post(address, data=form)
    assert asked.status_code == 401
    assert "WWW-Authenticate" not in asked.headers
    where, fields = kept(asked)
    assert (where, fields["reason"], fields["idempotency_key"]) == (address, REASON, form["idempotency_key"])
    wrong = client.post(where, data={**fields, "present_password": "not the password"})
    assert wrong.status_code == 401
    assert "not the password" not in wrong.text
    assert kept(wrong) == (where, fields)
    assert state(app, signed) == before
    for _press in range(2):
        done = client.post(where, data={**fields, "present_password": PASSWORD})
        assert (done.status_code, done.location) == (303, f"/agreements/{signed.agreement}")
    assert state(app, signed) == (AgreementState.WITHDRAWN, before[1] + 1, before[2] + 1)
    assert {"wrong password" in line for line in said() if "gave no proof" in line} == {True}
    assert PASSWORD not in str(said())


def test_a16_in_production_the_cookie_is_locked_to_the_host_and_signed_in_pages_are_not_stored(
    app, client, environment, tmp_path
):
    person(app, ALA)
    site = "https://granty.example.org"
    servers = {name: environment[name] for name in ("DATABASE_URL", "REDIS_URL")}
    made = create_app(Settings.from_env({**PRODUCTION, **servers, "VAR_DIR": str(tmp_path)}))
    browser = made.test_client()
    page = browser.get("/sign-in", base_url=site)
    with app.app_context(), writing():  # the password is salted with the key of the installation
        account = accounts.find(ALA)
    with made.app_context(), writing():
        accounts.set_password(database.session.merge(account), PASSWORD)
    form = {"email": ALA, "password": PASSWORD, "csrf_token": token_of(page)}
    answer = browser.post("/sign-in", base_url=site, data=form, headers={"Referer": f"{site}/sign-in"})
    assert answer.status_code == 302
    for given in (page, answer):
        (line,) = [line for line in given.headers.getlist("Set-Cookie") if "hejnal_language" not in line]
        assert re.match(r"__Host-hejnal=[\w-]{43}; ", line)
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} == set(line.split("; ")[1:])
    inside_pages = [
        browser.get(path, base_url=site) for path in ("/account", "/", "/nothing", "/account/security")
    ]
    assert [page.headers["Cache-Control"] for page in inside_pages] == ["private, no-store"] * 4
    with made.app_context():
        database.engine.dispose()
    made.extensions["redis"].close()
