"""The pages of the registers: columns, filters, order, a preview, saved choices and the file."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db as database
from app.models import Promise, RegisterView
from app.services import keeping
from tests import call_course
from tests.small_grant_cases import a_unit
from tests.views.test_city_register import token_of
from tests.views.test_official import signed_in

PAGE = "/registers/register_of_offers"


@pytest.fixture
def official(app: Flask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        course = call_course.whole()
        course.call.offers[0].title = "=1+1 <b>kurs</b>"
        database.session.commit()
    found: FlaskClient = signed_in(app, client)
    return found


def send(client: FlaskClient, **typed: Any) -> Any:
    return client.post(PAGE, data={"csrf_token": token_of(client.get(PAGE)), **typed})


def test_the_list_leads_to_every_register(official: FlaskClient) -> None:
    page = official.get("/registers")
    assert page.status_code == 200
    assert f'href="{PAGE}"' in page.text
    assert official.get("/registers/register_of_limits").status_code == 200
    assert official.get("/registers/nothing").status_code == 404


def test_the_preview_shows_the_chosen_columns_filtered_and_in_order(official: FlaskClient) -> None:
    answer = send(official, column=["number", "title"], order1="number", down1="1", state="formally_rejected")
    assert answer.status_code == 303
    page = official.get(answer.location)
    head = page.text.split("<thead")[1].split("</thead>")[0]
    body = page.text.split("<tbody")[1].split("</tbody>")[0]
    assert "Numer oferty" in head
    assert "Kwota wnioskowana" not in head
    assert [
        number for number in ("4", "3", "2", "1") if f">{number}<" in body.replace(" ", "").replace("\n", "")
    ] == ["4", "3"]
    everything = official.get(PAGE).text
    assert "=1+1 &lt;b&gt;kurs&lt;/b&gt;" in everything


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"column": "number", "received_from": "wczoraj"}, "Podaj dzień"),
        ({"column": "number", "received_from": "2027-03-02", "received_to": "2027-03-01"}, "Ostatni dzień"),
        ({"column": "number", "state": "draft"}, "Wybierz z listy."),
        ({"column": "number", "call": "\x00nic"}, "Wybierz z listy."),
        ({}, "Wybierz co najmniej jedną kolumnę."),
        ({"column": "number", "do": "save"}, "Nazwij ten wybór."),
        ({"column": "number", "do": "save", "name": "x" * 101}, "Nazwa ma najwyżej 100 znaków."),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field_and_kept(
    official: FlaskClient, typed: dict[str, str], sentence: str
) -> None:
    answer = send(official, **typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    kept = [
        value for name, value in typed.items() if name not in {"state", "call"}
    ]  # a list keeps what it has
    assert all(value in answer.text for value in kept)
    assert official.get(PAGE, query_string={"received_to": "31.12"}).status_code == 422


def test_a_choice_is_saved_under_a_name_replaced_and_deleted_by_its_owner_alone(
    app: Flask, official: FlaskClient
) -> None:
    send(official, column=["number"], do="save", name="Krótki")
    answer = send(official, column=["number", "offeror"], order1="offeror", do="save", name="Krótki")
    assert answer.status_code == 303
    with app.app_context():
        view = database.session.scalars(sa.select(RegisterView)).one()
        assert view.choice == {"columns": ["number", "offeror"], "filters": {}, "order": ["offeror"]}
        public_id, owner = view.public_id, view.user_id
        view.user_id = database.session.scalar(
            sa.text("SELECT id FROM user_account WHERE id <> :id LIMIT 1"), {"id": owner}
        )
        database.session.commit()
    token = token_of(official.get(PAGE))
    assert "Krótki" not in official.get("/registers").text
    assert (
        official.post(f"/registers/views/{public_id}/delete", data={"csrf_token": token}).status_code == 404
    )
    with app.app_context():
        database.session.execute(sa.update(RegisterView).values(user_id=owner))
        database.session.commit()
    assert "Krótki" in official.get("/registers").text
    assert (
        official.post(f"/registers/views/{public_id}/delete", data={"csrf_token": token}).status_code == 303
    )
    assert "Krótki" not in official.get("/registers").text


def test_the_file_is_promised_with_the_choice_and_offered_as_xlsx_and_csv(
    app: Flask, official: FlaskClient
) -> None:
    answer = send(official, column=["number", "offeror"], order1="number", down1="1", do="make")
    assert answer.status_code == 303
    with app.app_context():
        promise = database.session.scalars(
            sa.select(Promise).where(Promise.name == "register_of_offers")
        ).one()
        assert promise.arguments["choice"] == {
            "columns": ["number", "offeror"],
            "filters": {},
            "order": ["-number"],
        }
        assert keeping.keep(promise.id) == "kept"
    page = official.get(answer.location)
    assert "rejestr-ofert.xlsx" in page.text
    assert official.get(f"{answer.location}/file").data[:2] == b"PK"
    lines = official.get(f"{answer.location}/csv").data.decode("utf-8-sig").splitlines()
    assert lines[0] == "Numer oferty;Oferent"
    assert [line.partition(";")[0] for line in lines[1:]] == ["4", "3", "2", "1"]
    moved = sa.text("UPDATE user_account SET unit_id = :unit WHERE email = 'urzad@example.org'")
    for whole_city, status in ((False, 404), (True, 200)):
        with app.app_context():
            unit = None if whole_city else a_unit("KU", "Wydział KU").id
            database.session.execute(moved, {"unit": unit})
            database.session.commit()
        codes = [official.get(f"{answer.location}/{kind}").status_code for kind in ("file", "csv")]
        assert codes == [status, status]
    with app.app_context():
        database.session.execute(sa.text("DELETE FROM user_role"))
        database.session.commit()
    assert official.get(f"{answer.location}/file").status_code == 404


def test_another_department_sees_neither_the_rows_nor_the_calls(app: Flask, official: FlaskClient) -> None:
    with app.app_context():
        other = a_unit("KU", "Wydział KU").id
        title = database.session.scalar(sa.text("SELECT title FROM call"))
        call = database.session.scalar(sa.text("SELECT public_id FROM call"))
        database.session.execute(
            sa.text("UPDATE user_account SET unit_id = :unit WHERE email = 'urzad@example.org'"),
            {"unit": other},
        )
        database.session.commit()
    page = official.get(PAGE)
    assert page.status_code == 200
    assert title not in page.text
    assert official.get(PAGE, query_string={"call": call}).status_code == 422


def test_people_outside_the_office_find_no_registers(client: FlaskClient) -> None:
    assert client.get("/registers").status_code == 302
