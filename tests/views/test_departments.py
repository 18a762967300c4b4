"""Departments: days on which they are closed, and the account to which grants come back."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import OfficeClosure, Unit, UnitEvent
from app.transaction import writing
from tests.accounts import person, send
from tests.views.test_account_administration import ADAM, ALA, entered, place, unit

DEPARTMENTS = "/administration/departments"
ACCOUNT, SHOWN = "61109010140000071219812874", "61 1090 1014 0000 0712 1981 2874"
WHY = "Zmiana banku miasta"


@pytest.fixture
def director(app: Flask, client: FlaskClient) -> FlaskClient:
    """The director of SP is signed in; there is a department KU too."""
    sp, _ku = unit(app, "SP"), unit(app, "KU")
    place(app, person(app, ALA, "director", totp=True), sp)
    return entered(app, client, ALA)


def close(client: FlaskClient, **fields: Any) -> TestResponse:
    values = {"day": "2099-12-24", "reason": "Dzień wolny za święto w sobotę", **fields}
    return send(client, f"{DEPARTMENTS}/SP/closures", page=f"{DEPARTMENTS}/SP", **values)


def enter(client: FlaskClient, number: str, **fields: Any) -> TestResponse:
    values = {"number": number, "why": WHY, **fields}
    return send(client, f"{DEPARTMENTS}/SP/return-account", page=f"{DEPARTMENTS}/SP", **values)


def closures(app: Flask) -> list[tuple[int, date]]:
    with app.app_context():
        return [
            (row.id, row.day)
            for row in db.session.scalars(sa.select(OfficeClosure).order_by(OfficeClosure.day))
        ]


def events(app: Flask) -> list[tuple[str, str, dict[str, Any]]]:
    with app.app_context():
        rows = db.session.scalars(sa.select(UnitEvent).order_by(UnitEvent.id))
        return [(row.what.value, row.reason, row.detail) for row in rows]


def test_a_director_adds_a_closed_day_and_takes_it_away_and_both_are_written_down(
    app: Flask, director: FlaskClient
) -> None:
    assert close(director).status_code == 303
    ((closure_id, day),) = closures(app)
    assert day == date(2099, 12, 24)
    page = director.get(f"{DEPARTMENTS}/SP").text
    assert "24\u00a0grudnia 2099" in page or "24\u00a0December 2099" in page
    gone = send(director, f"{DEPARTMENTS}/SP/closures/{closure_id}/remove", page=f"{DEPARTMENTS}/SP")
    assert gone.status_code == 303
    assert closures(app) == []
    why = "Dzień wolny za święto w sobotę"
    assert events(app) == [
        ("closure_added", why, {"day": "2099-12-24"}),
        ("closure_removed", why, {"day": "2099-12-24"}),
    ]
    again = send(director, f"{DEPARTMENTS}/SP/closures/{closure_id}/remove", page=f"{DEPARTMENTS}/SP")
    assert again.status_code == 404


@pytest.mark.parametrize(
    "fields",
    [{"day": "2020-01-02"}, {"day": "yesterday"}, {"day": ""}, {"reason": ""}, {"reason": "x" * 201}],
)
def test_a_day_that_cannot_be_closed_is_refused_and_kept_in_the_form(
    app: Flask, director: FlaskClient, fields: dict[str, str]
) -> None:
    answer = close(director, **fields)
    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.text
    assert all(value in answer.text for value in fields.values())
    assert closures(app) == events(app) == []


def test_the_same_day_is_closed_once(app: Flask, director: FlaskClient) -> None:
    assert close(director).status_code == 303
    assert close(director).status_code == 422
    assert len(closures(app)) == len(events(app)) == 1


def test_a_closed_day_that_has_passed_stays(app: Flask, director: FlaskClient) -> None:
    with app.app_context(), writing():
        sp = db.session.scalars(sa.select(Unit).where(Unit.code == "SP")).one()
        db.session.add(OfficeClosure(unit=sp, day=date(2020, 1, 2), reason="dawno"))
    ((closure_id, _day),) = closures(app)
    answer = send(director, f"{DEPARTMENTS}/SP/closures/{closure_id}/remove", page=f"{DEPARTMENTS}/SP")
    assert answer.status_code == 422
    assert len(closures(app)) == 1


def test_the_account_for_returns_is_entered_with_its_checksum_and_a_reason(
    app: Flask, director: FlaskClient
) -> None:
    for wrong in ("123", ACCOUNT.replace("2874", "2875"), ""):
        answer = enter(director, wrong)
        assert answer.status_code == 422
        assert wrong in answer.text
    assert enter(director, ACCOUNT, why="").status_code == 422
    assert events(app) == []
    assert enter(director, f"PL {SHOWN}").status_code == 303
    assert SHOWN in director.get(f"{DEPARTMENTS}/SP").text
    assert enter(director, ACCOUNT).status_code == 422
    assert events(app) == [("return_account", WHY, {"before": None, "after": ACCOUNT})]


def test_the_command_writes_the_record_too(app: Flask) -> None:
    unit(app, "SP")
    assert app.test_cli_runner().invoke(args=["set-return-account", "SP", SHOWN]).exit_code == 0
    assert [row[0] for row in events(app)] == ["return_account"]


def test_a_director_knows_of_no_other_department(app: Flask, director: FlaskClient) -> None:
    assert "KU" not in director.get(DEPARTMENTS).text
    assert director.get(f"{DEPARTMENTS}/KU").status_code == 404
    for path in ("closures", "return-account"):
        values = {"day": "2099-12-24", "reason": "x", "number": ACCOUNT, "why": WHY}
        assert (
            send(director, f"{DEPARTMENTS}/KU/{path}", page=f"{DEPARTMENTS}/SP", **values).status_code == 404
        )
    assert closures(app) == events(app) == []


@pytest.mark.parametrize(
    ("role", "reading", "writing_status"),
    [
        ("auditor", 200, 403),
        ("treasurer", 200, 403),
        ("administrator", 200, 303),
        ("official", 404, 404),
        ("clerk", 404, 404),
    ],
)
def test_who_reads_and_who_writes(
    app: Flask, client: FlaskClient, role: str, reading: int, writing_status: int
) -> None:
    unit(app, "SP")
    person(app, ADAM, role, totp=True)
    entered(app, client, ADAM)
    assert client.get(DEPARTMENTS).status_code == client.get(f"{DEPARTMENTS}/SP").status_code == reading
    values = {"day": "2099-12-24", "reason": "x"}
    assert send(client, f"{DEPARTMENTS}/SP/closures", page="/account", **values).status_code == writing_status
    assert (
        send(client, f"{DEPARTMENTS}/SP/return-account", page="/account", number=ACCOUNT, why=WHY).status_code
        == writing_status
    )
    assert len(events(app)) == (2 if writing_status == 303 else 0)
