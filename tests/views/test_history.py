"""The auditor's page of the history: what it tells, to whom, and what the worker finds when it is asked to look."""

from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db as database
from app.models import Promise, Request, User
from app.models.outbox import PromiseKind
from app.services import audit_heads, history_checks, keeping, second_factor
from app.transaction import writing
from config import Settings
from tests.accounts import code, send, sign_in
from tests.request_cases import register_of
from tests.small_grant_cases import PASSWORD
from tests.views.desk_visitor import hidden


@pytest.fixture
def history(app: Flask) -> Iterator[str]:
    """One case with one entry under a signed head; gives the address of the case."""
    with app.app_context():
        case = register_of().case()
        with writing():
            audit_heads.take()
        audit_heads.write_outside()
        address = f"/requests/{case.public_id}"
    yield address
    with app.app_context():
        audit_heads.path().unlink(missing_ok=True)


def enter(app: Flask, client: FlaskClient, who: str) -> FlaskClient:
    email = f"{who}-ks@example.org"
    with app.app_context():
        user = database.session.scalars(sa.select(User).where(User.email == email)).one()
        second_factor.give_second_factor(user, second_factor.new_secret())
        database.session.commit()
    sign_in(client, email, PASSWORD)
    assert send(client, "/sign-in/second-step", code=code(app, email)).status_code == 302
    return client


def rewrite(settings: Settings, statement: str) -> None:
    with psycopg.connect(settings.database_owner_url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(statement)


def looked_over(app: Flask, client: FlaskClient) -> str:
    """Press the button, let the worker do it, and give the page afterwards."""
    page = client.get("/history")
    answer = client.post("/history/check", data=hidden(page))
    assert answer.status_code == 303
    with app.app_context():
        promise = database.session.scalars(
            sa.select(Promise).where(Promise.kind == PromiseKind.CHECK).order_by(Promise.id.desc())
        ).first()
        assert promise is not None
        assert keeping.keep(promise.id) == "kept"
    assert client.get(answer.headers["Location"]).status_code == 200
    return client.get("/history").text


def test_the_auditor_sees_the_heads_and_has_the_history_looked_over(
    app: Flask, client: FlaskClient, settings: Settings, history: str
) -> None:
    enter(app, client, "auditor")
    page = client.get("/history").text
    assert "Nikt jej jeszcze nie sprawdził" in page
    assert "Historia nie jest chroniona" not in page
    assert "Wszystko się zgadza." in looked_over(app, client)

    rewrite(settings, "UPDATE audit_entry SET basis = 'art. 1'")
    page = looked_over(app, client)
    assert "Znaleziono 2 niezgodności" not in page  # the head holds the hash, which was left as it was
    assert "Znaleziono 1 niezgodność" in page
    assert "entry 1: it was changed" in page


def test_the_chain_of_a_case_is_recomputed_for_its_page(
    app: Flask, client: FlaskClient, settings: Settings, history: str
) -> None:
    enter(app, client, "official")
    assert f"{history}/chain" in client.get(history).text
    assert "Łańcuch jest nienaruszony" in client.get(f"{history}/chain").text
    rewrite(settings, "UPDATE audit_detail SET detail = '{}'")
    assert "Łańcuch jest przerwany" in client.get(f"{history}/chain").text


def test_the_heads_are_taken_away_as_a_file_that_the_command_reads(
    app: Flask, client: FlaskClient, history: str
) -> None:
    enter(app, client, "auditor")
    answer = client.get("/history/heads.jsonl")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with app.app_context():
        assert [audit_heads.Signed.from_line(line).head.seq for line in answer.text.splitlines()] == [1]


@pytest.mark.parametrize("who", ["official", "director", "clerk"])
def test_who_neither_audits_nor_administers_finds_no_such_page(
    app: Flask, client: FlaskClient, history: str, who: str
) -> None:
    enter(app, client, who)
    for address in ("/history", "/history/heads.jsonl"):
        assert client.get(address).status_code == 404


def test_the_chain_of_anothers_department_is_not_there(app: Flask, client: FlaskClient, history: str) -> None:
    with app.app_context():
        theirs = register_of("KU").case().public_id
    enter(app, client, "official")
    assert client.get(f"/requests/{theirs}/chain").status_code == 404


def test_the_clock_asks_once_a_day(app: Flask, history: str) -> None:
    with app.app_context():
        for asked in (True, False):
            with writing():
                assert history_checks.ask_when_due() is asked
        assert database.session.scalar(sa.select(sa.func.count()).select_from(Request)) == 1
