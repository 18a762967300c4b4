"""The workbook of a call is asked for beside the register of its offers."""

from io import BytesIO

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from app.extensions import db as database
from app.models import Promise
from app.services import keeping
from tests import call_course
from tests.small_grant_cases import a_unit
from tests.views.test_city_register import token_of
from tests.views.test_official import signed_in


def test_the_workbook_is_made_for_the_call_and_not_for_another_department(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        public_id = call_course.whole().call.public_id
    signed_in(app, client)
    page = client.get(f"/calls/{public_id}/offers")
    address = f"/calls/{public_id}/registers/call_workbook"
    assert f'formaction="{address}"' in page.text
    token = token_of(page)
    job = client.post(address, data={"csrf_token": token})
    assert job.status_code == 303
    with app.app_context():
        promise = database.session.scalars(sa.select(Promise).where(Promise.name == "call_workbook")).one()
        assert promise.arguments["choice"]["filters"] == {"call": public_id}
        assert keeping.keep(promise.id) == "kept"
        other = a_unit("KU", "Wydział KU").id
    with client.get(f"{job.location}/file", buffered=True) as answer:
        names = load_workbook(BytesIO(answer.data)).sheetnames
    assert names[1:7] == ["Oferty", "Oceny", "Ranking", "Budżet", "Rozstrzygnięcia", "Przebieg"]
    with app.app_context():
        database.session.execute(
            sa.text("UPDATE user_account SET unit_id = :unit WHERE email = 'urzad@example.org'"),
            {"unit": other},
        )
        database.session.commit()
    assert client.post(address, data={"csrf_token": token}).status_code == 404
