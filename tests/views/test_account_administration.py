"""Accounts in the hands of administrators: who sees which, what each change does, and what it leaves behind."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from app.errors import Forbidden
from app.extensions import db
from app.models import AccountEvent, ExternalIdentity, Message, Unit, User, WebAuthn
from app.services import account_changes, accounts, clock, second_factor
from app.sessions import sessions_of
from app.transaction import writing
from tests.accounts import PASSWORD, code, letters, link, load, person, send, sign_in
from workflows.engine import Refused

ADAM, ALA, EWA = "adam@example.org", "ala@example.org", "ewa@example.org"
ACCOUNTS = "/administration/accounts"
WHY = "Prośba dyrektora z 3 listopada"


def unit(app: Flask, letters_of_unit: str) -> int:
    with app.app_context(), writing():
        row = Unit(
            code=letters_of_unit, name=f"Wydział {letters_of_unit}", city="Kraków", authority="Prezydent",
            address="ul. Przykładowa 1", phone="12 616 00 00", email="wydzial@example.org",
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        return row.id


def place(app: Flask, user_id: int, unit_id: int | None) -> None:
    with app.app_context(), writing():
        load(app, user_id).unit_id = unit_id


def entered(app: Flask, client: FlaskClient, email: str) -> FlaskClient:
    sign_in(client, email)
    assert send(client, "/sign-in/second-step", code=code(app, email)).status_code == 302
    return client


@pytest.fixture
def administrator(app: Flask, client: FlaskClient) -> FlaskClient:
    """Adam, administrator of the whole city, is signed in."""
    person(app, ADAM, "administrator", totp=True, name="Adam Przykładowy")
    return entered(app, client, ADAM)


def change(client: FlaskClient, user_id: int, name: str, **fields: Any) -> TestResponse:
    return send(client, f"{ACCOUNTS}/{user_id}/{name}", **{"reason": WHY, **fields})


def events(app: Flask) -> list[tuple[str, int | None, int, str, dict[str, Any]]]:
    with app.app_context():
        rows = db.session.scalars(sa.select(AccountEvent).order_by(AccountEvent.id))
        return [(row.what.value, row.actor_id, row.user_id, row.reason, row.detail) for row in rows]


def listed(page: TestResponse) -> list[int]:
    return [int(number) for number in re.findall(r'id="account-(\d+)"', page.text)]


# --- who sees whom ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", [None, "official", "director", "treasurer", "mayor_signatory", "evaluator", "clerk"]
)
def test_nobody_but_administrators_and_auditors_knows_of_the_pages(
    app: Flask, client: FlaskClient, role: str | None
) -> None:
    other = person(app, EWA, "official")
    person(app, ALA, *([role] if role else []), totp=True)
    entered(app, client, ALA)
    for path in ("", "/events", f"/{other}", f"/{other}/roles", "/new"):
        assert client.get(ACCOUNTS + path).status_code == 404, path
    assert send(client, f"{ACCOUNTS}/{other}/disable", page="/account", reason=WHY).status_code == 404
    assert send(client, f"{ACCOUNTS}/new", page="/account").status_code == 404
    assert events(app) == []


def test_an_auditor_reads_everything_and_changes_nothing(app: Flask, client: FlaskClient) -> None:
    other = person(app, EWA, "official", name="Ewa Kowalska")
    person(app, ALA, "auditor", totp=True)
    entered(app, client, ALA)
    assert other in listed(client.get(ACCOUNTS))
    page = client.get(f"{ACCOUNTS}/{other}")
    assert page.status_code == 200
    assert f"{ACCOUNTS}/{other}/roles" not in page.text
    assert client.get(f"{ACCOUNTS}/events").status_code == 200
    assert client.get(f"{ACCOUNTS}/{other}/roles").status_code == 403
    assert client.get(f"{ACCOUNTS}/new").status_code == 404
    assert send(client, f"{ACCOUNTS}/{other}/disable", page="/account", reason=WHY).status_code == 403
    assert send(client, f"{ACCOUNTS}/new", page="/account", email="x@example.org").status_code == 404
    assert events(app) == []


def test_an_administrator_of_a_department_sees_and_changes_its_people_only(
    app: Flask, client: FlaskClient
) -> None:
    mine, other = unit(app, "SP"), unit(app, "KU")
    near, far, city = (person(app, f"{name}@example.org", "official") for name in ("near", "far", "city"))
    for user_id, unit_id in (
        (near, mine),
        (far, other),
        (person(app, ADAM, "administrator", totp=True), mine),
    ):
        place(app, user_id, unit_id)
    entered(app, client, ADAM)
    assert near in listed(client.get(ACCOUNTS))
    assert not {far, city} & set(listed(client.get(ACCOUNTS + "?view=all")))
    assert not {far, city} & set(listed(client.get(ACCOUNTS + "?unit=KU&view=all")))
    for user_id in (far, city, 10**6, 2**70):
        for path in ("", "/roles"):
            assert client.get(f"{ACCOUNTS}/{user_id}{path}").status_code == 404
    assert client.get(f"{ACCOUNTS}/events?account={far}").status_code == 404
    assert send(client, f"{ACCOUNTS}/{far}/disable", page="/account", reason=WHY).status_code == 404
    # Neither is anybody sent over the wall, nor does anybody become one of the whole city.
    for wanted in ("KU", "whole-city"):
        assert change(client, near, "department", unit=wanted).status_code in {403, 422}
    made = send(client, f"{ACCOUNTS}/new", name="Nowa", email="new@example.org", roles="official", unit="KU")
    assert made.status_code == 422
    assert events(app) == []
    made = send(client, f"{ACCOUNTS}/new", name="Nowa", email="new@example.org", roles="official", unit="SP")
    assert made.status_code == 303
    page = client.get(f"{ACCOUNTS}/events").text
    assert "Nowa" in page


def test_the_list_is_filtered_sorted_and_paged_by_the_database(
    app: Flask, administrator: FlaskClient
) -> None:
    sp = unit(app, "SP")
    with app.app_context(), writing():
        for number in range(60):
            user = accounts.create(
                f"o{number:02}@example.org", f"Osoba {number:02}", PASSWORD, roles=["official"]
            )
            user.unit_id = sp if number % 2 else None
    ngo, gone = person(app, ALA), person(app, EWA, "director")
    with app.app_context(), writing():
        accounts.disable(load(app, gone))
    first, second = (listed(administrator.get(f"{ACCOUNTS}?page={page}")) for page in (1, 2))
    assert (len(first), len(second), set(first) & set(second)) == (50, 11, set())
    assert not {ngo, gone} & set(first + second)
    assert listed(administrator.get(ACCOUNTS + "?view=others")) == [ngo]
    assert listed(administrator.get(ACCOUNTS + "?view=disabled")) == [gone]
    assert listed(administrator.get(ACCOUNTS + "?view=all&role=director")) == [gone]
    assert len(listed(administrator.get(ACCOUNTS + "?unit=SP"))) == 30
    assert len(listed(administrator.get(ACCOUNTS + "?unit=none&role=official"))) == 30
    assert len(listed(administrator.get(ACCOUNTS + "?q=osoba+07"))) == 1
    assert listed(administrator.get(ACCOUNTS + "?q=%25&view=all")) == []
    newest = listed(administrator.get(ACCOUNTS + "?sort=newest"))
    assert newest == sorted(newest, reverse=True)
    odd = "?page=99999&view=x&role=x&unit=x&sort=x&q=%00"
    assert administrator.get(ACCOUNTS + odd).status_code == 200


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def test_the_list_takes_the_same_few_queries_however_long_it_is(
    app: Flask, administrator: FlaskClient
) -> None:
    sp = unit(app, "SP")
    administrator.get(ACCOUNTS)
    counts = []
    for number in range(2):
        with app.app_context(), writing():
            for place_in_row in range(20):
                name = f"o{number}{place_in_row}"
                user = accounts.create(f"{name}@example.org", name, PASSWORD, roles=["official", "evaluator"])
                user.unit_id = sp
        with app.app_context(), counted() as statements:
            assert len(listed(administrator.get(ACCOUNTS))) == 1 + 20 * (number + 1)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize(
    ("role", "linked"),
    [("administrator", {"accounts", "departments"}), ("auditor", {"accounts", "departments"}), ("director", {"departments"}),
     ("treasurer", {"departments"}), ("official", set())],
)  # fmt: skip
def test_the_desk_leads_there_those_who_may_go(
    app: Flask, client: FlaskClient, role: str, linked: set[str]
) -> None:
    person(app, ALA, role, totp=True)
    page = entered(app, client, ALA).get("/desk")
    assert page.status_code == 200
    assert set(re.findall(r'href="/administration/(\w+)"', page.text)) == linked


# --- making -----------------------------------------------------------------------------------------------------------


def test_a_made_account_is_opened_by_its_owner_through_the_letter(
    app: Flask, administrator: FlaskClient
) -> None:
    unit(app, "SP")
    answer = send(
        administrator, f"{ACCOUNTS}/new",
        name="Ewa Kowalska", email=" Ewa@Example.org ", roles=["official", "evaluator"], unit="SP",
    )  # fmt: skip
    assert answer.status_code == 303
    page = administrator.get(answer.location)
    assert "Ewa Kowalska" in page.text
    path = link(letters(app, EWA)[0])
    owner = app.test_client()
    assert (
        send(owner, path, password="fourteen chars").status_code == 422
    )  # the roles ask for fifteen characters
    assert sign_in(app.test_client(), EWA, "").status_code == 422
    assert sign_in(app.test_client(), EWA, PASSWORD).status_code == 401
    assert send(owner, path, password="a password of my own").status_code == 302
    assert owner.get(path).status_code == 410
    assert sign_in(owner, EWA, "a password of my own").location == "/account/security/second-factor"
    with app.app_context():
        user = accounts.find(EWA)
        assert user is not None
        assert user.role_names == {"official", "evaluator"}
        assert user.unit is not None
        assert user.unit.code == "SP"
    ((what, _actor, _user, _reason, detail),) = events(app)
    assert (what, detail) == ("created", {"roles": ["evaluator", "official"], "unit": "SP"})


@pytest.mark.parametrize(
    "fields",
    [
        {"email": ADAM},
        {"email": "no address"},
        {"name": ""},
        {"roles": []},
        {"roles": ["official", "auditor"]},
        {"roles": ["root"]},
        {"unit": "XX"},
        {"unit": ""},
    ],
)
def test_an_account_that_cannot_be_made_says_why_and_keeps_what_was_typed(
    app: Flask, administrator: FlaskClient, fields: dict[str, Any]
) -> None:
    right = {"name": "Ewa Kowalska", "email": EWA, "roles": ["official"], "unit": "whole-city"}
    answer = send(administrator, f"{ACCOUNTS}/new", **{**right, **fields})
    assert answer.status_code == 422
    assert "Błąd:" in answer.text or "Error:" in answer.text
    if "name" not in fields:
        assert "Ewa Kowalska" in answer.text
    with app.app_context():
        assert accounts.find(EWA) is None
    assert events(app) == []


def test_a_second_click_makes_no_second_account(app: Flask, administrator: FlaskClient) -> None:
    fields = {
        "name": "Ewa",
        "email": EWA,
        "roles": "official",
        "unit": "whole-city",
        "idempotency_key": "k" * 32,
    }
    statuses = [send(administrator, f"{ACCOUNTS}/new", **fields).status_code for _click in range(2)]
    assert statuses == [303, 303]
    assert len(events(app)) == len(letters(app, EWA)) == 1


# --- changing ---------------------------------------------------------------------------------------------------------


def test_every_change_ends_the_sessions_is_written_down_and_told_to_the_owner(
    app: Flask, administrator: FlaskClient
) -> None:
    unit(app, "SP")
    user_id = person(app, EWA, "official", totp=True, name="Ewa Kowalska")
    with app.app_context(), writing():
        second_factor.new_recovery_codes(load(app, user_id))
        db.session.add(
            ExternalIdentity(
                user_id=user_id, issuer="https://idp.example", subject="s", linked_at=clock.now()
            )
        )
        passkey = {
            "credential_id": b"1",
            "public_key": b"1",
            "name": "klucz",
            "usage": "secondary",
            "backup_state": False,
        }
        db.session.add(WebAuthn(user_id=user_id, device_type="x", lastuse_datetime=clock.now(), **passkey))
        adam = accounts.find(ADAM)
        assert adam is not None
        adam_id = adam.id
    made: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("roles", {"roles": ["clerk", "director"]}, {"before": ["official"], "after": ["clerk", "director"]}),
        ("department", {"unit": "SP"}, {"before": None, "after": "SP"}),
        ("sessions", {}, {}),
        ("provider", {}, {"links": 1}),
        ("second-factor", {}, {"passkeys": 1}),
    ]
    for number, (name, fields, detail) in enumerate(made, start=1):
        owner = app.test_client()
        sign_in(owner, EWA)
        send(owner, "/sign-in/second-step", code=code(app, EWA, later=number % 2))
        with app.app_context(), writing():
            load(app, user_id).tf_last_counter = None  # each test of a session uses a code anew
            assert len(sessions_of(user_id)) == 1, name
        assert change(administrator, user_id, name, **fields).status_code == 303, name
        with app.app_context():
            assert sessions_of(user_id) == [], name
        assert owner.get("/account").status_code == 302
        assert events(app)[-1][1:] == (adam_id, user_id, WHY, detail)
        assert len(letters(app, EWA)) == number
    with app.app_context():
        user = load(app, user_id)
        assert user.role_names == {"clerk", "director"}
        assert user.unit is not None
        assert not second_factor.has_second_factor(user)
        assert (user.webauthn, user.mf_recovery_codes) == ([], None)
    page = administrator.get(f"{ACCOUNTS}/{user_id}").text
    assert page.count(WHY) == len(made)
    assert "Adam Przykładowy" in page
    assert administrator.get(f"{ACCOUNTS}/events?account={user_id}").text.count(WHY) == len(made)


def test_a_disabled_account_opens_again_with_what_it_had(app: Flask, administrator: FlaskClient) -> None:
    user_id = person(app, EWA)
    assert change(administrator, user_id, "disable").status_code == 303
    assert sign_in(app.test_client(), EWA).status_code == 401
    assert change(administrator, user_id, "disable").status_code == 422
    assert change(administrator, user_id, "enable").status_code == 303
    assert sign_in(app.test_client(), EWA).status_code == 302
    assert [row[0] for row in events(app)] == ["disabled", "enabled"]


def test_a_new_link_for_a_password_reaches_the_owner(app: Flask, administrator: FlaskClient) -> None:
    user_id = person(app, EWA, "official")
    assert change(administrator, user_id, "invitation").status_code == 303
    assert app.test_client().get(link(letters(app, EWA)[0])).status_code == 200


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("roles", {"roles": ["official"]}),
        ("roles", {"roles": ["auditor", "clerk"]}),
        ("roles", {"roles": ["clerk"], "reason": "  "}),
        ("roles", {"roles": ["clerk"], "reason": "x" * 5000}),
        ("roles", {"roles": ["clerk"], "reason": "zero\x00"}),
        ("roles", {"roles": ["owner"]}),
        ("department", {"unit": "whole-city"}),
        ("department", {"unit": "XX"}),
        ("enable", {}),
        ("second-factor", {"reason": ""}),
    ],
)
def test_a_change_that_cannot_be_made_says_why_and_changes_nothing(
    app: Flask, administrator: FlaskClient, name: str, fields: dict[str, Any]
) -> None:
    user_id = person(app, EWA, "official", totp=True)
    answer = change(administrator, user_id, name, **fields)
    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.text
    assert events(app) == []
    with app.app_context():
        assert load(app, user_id).role_names == {"official"}


def test_an_unknown_change_is_no_page(app: Flask, administrator: FlaskClient) -> None:
    user_id = person(app, EWA)
    for name in ("__class__", "delete", "roles.json"):
        assert administrator.get(f"{ACCOUNTS}/{user_id}/{name}").status_code == 404
        assert (
            send(administrator, f"{ACCOUNTS}/{user_id}/{name}", page="/account", reason=WHY).status_code
            == 404
        )


@pytest.mark.parametrize(
    "name", ["roles", "department", "disable", "second-factor", "sessions", "invitation"]
)
def test_nobody_changes_their_own_account(app: Flask, administrator: FlaskClient, name: str) -> None:
    unit(app, "SP")
    with app.app_context():
        adam = accounts.find(ADAM)
        assert adam is not None
        own = adam.id
    assert f"{ACCOUNTS}/{own}/roles" not in administrator.get(f"{ACCOUNTS}/{own}").text
    answer = change(administrator, own, name, roles=["director"], unit="SP")
    assert answer.status_code == 422
    assert administrator.get(ACCOUNTS).status_code == 200
    assert events(app) == []


def test_two_administrators_cannot_take_each_other_away_at_once(app: Flask) -> None:
    """Both begin, one waits; when it is its turn its own role is gone."""
    first, second = person(app, ADAM, "administrator"), person(app, EWA, "administrator")
    endings: list[str] = []
    ready = threading.Barrier(2)

    def remove(actor_id: int, user_id: int) -> None:
        with app.app_context():
            actor, user = load(app, actor_id), load(app, user_id)
            ready.wait(10)
            try:
                with writing():
                    account_changes.set_roles(actor, user, [], WHY)
                endings.append("done")
            except (Forbidden, Refused) as refused:
                endings.append(type(refused).__name__)

    threads = [threading.Thread(target=remove, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(endings) == ["Forbidden", "done"]
    with app.app_context():
        left = [user_id for user_id in (first, second) if load(app, user_id).role_names]
    assert len(left) == 1


def test_whoever_lost_the_role_meanwhile_changes_nothing(app: Flask, administrator: FlaskClient) -> None:
    """Also in the moment between opening a form and sending it, when no session ended it."""
    user_id = person(app, EWA, "official")
    person(app, ALA, "administrator")
    with app.app_context():
        adam, user = accounts.find(ADAM), load(app, user_id)
        assert adam is not None
        with db.engine.begin() as other:
            other.execute(sa.text("DELETE FROM user_role WHERE user_id = :id"), {"id": adam.id})
        with pytest.raises(Forbidden), writing():
            account_changes.disable(adam, user, WHY)
        assert load(app, user_id).active


@pytest.mark.parametrize("table", ["account_event", "unit_event"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET reason = 'another'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_record_can_be_added_to_and_not_changed(app: Flask, table: str, statement: str) -> None:
    unit_id, user_id = unit(app, "SP"), person(app, EWA)
    column, value, what = (
        ("user_id", user_id, "created") if table == "account_event" else ("unit_id", unit_id, "closure_added")
    )
    insert = f"INSERT INTO {table} ({column}, what, at, reason, detail, request_id) VALUES ({value}, '{what}', now(), '', '{{}}', '')"
    with app.app_context():
        for url in (app.config["HEJNAL"].database_url, app.config["HEJNAL"].database_owner_url):
            engine = sa.create_engine(url)
            with engine.begin() as connection:
                connection.execute(sa.text(insert))
            with pytest.raises(DBAPIError), engine.begin() as connection:
                connection.execute(sa.text(statement.format(table)))
            engine.dispose()


def test_the_first_administrator_comes_by_a_command(app: Flask) -> None:
    runner = app.test_cli_runner()
    made = runner.invoke(args=["make-administrator", ADAM, "Adam Nowak"])
    assert (made.exit_code, ADAM in made.output) == (0, True)
    with app.app_context():
        user = accounts.find(ADAM)
        assert user is not None
        assert (user.role_names, user.unit_id, user.name) == ({"administrator"}, None, "Adam Nowak")
        assert db.session.scalar(sa.select(sa.func.count(Message.id))) == 1
        assert db.session.scalar(sa.select(sa.func.count(User.id))) == 1
    assert [row[:2] for row in events(app)] == [("created", None)]
    for words in ([ADAM, "Twice"], ["no address", "Nobody"]):
        refused = runner.invoke(args=["make-administrator", *words])
        assert refused.exit_code == 1
        assert refused.output.startswith("Error: ")
