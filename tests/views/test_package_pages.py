"""Packages on the pages: asked for by the office of the unit and the auditor, and by nobody with an own offer."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db as database
from app.models import Membership, Promise, Unit, User
from app.models.outbox import PromiseKind
from app.services import accounts, second_factor
from tests import call_course
from tests.accounts import code, send, sign_in
from tests.package_cases import documents_made, kept


@pytest.fixture
def addresses(app: Flask) -> dict[str, str]:
    """A decided call with its documents; a second unit with an official of its own, and an auditor."""
    with app.app_context():
        course = call_course.whole()
        documents_made()
        other = Unit(code="SO", name="Wydział Sportu", city="Kraków", authority="Prezydent Miasta Krakowa",
                     address="ul. Inna 1, 31-000 Kraków", phone="12 616 00 01", email="so@example.org")  # fmt: skip
        for who, role, unit in (("neighbour", "official", other), ("auditor", "auditor", None)):
            user = accounts.create(
                f"{who}@example.org", who.title(), call_course.PASSWORD, roles=(role,), confirmed=True
            )
            user.unit = unit
        database.session.commit()
        return {
            "call": f"/calls/{course.call.public_id}/packages",
            "offer": f"/offers/{course.offers['full'].public_id}/packages",
        }


def come_in(app: Flask, client: FlaskClient, who: str) -> None:
    """Signed in, past the second factor."""
    email = f"{who}@example.org"
    with app.app_context():
        user = accounts.find(email)
        assert user is not None
        second_factor.give_second_factor(user, second_factor.new_secret())
        database.session.commit()
    client.get("/?lang=en")
    sign_in(client, email)
    assert send(client, "/sign-in/second-step", code=code(app, email)).status_code == 302


def jobs(app: Flask) -> list[tuple[int, str]]:
    with app.app_context():
        rows = database.session.scalars(
            sa.select(Promise).where(Promise.kind == PromiseKind.PACKAGE).order_by(Promise.id)
        )
        return [(row.id, row.public_id) for row in rows]


def test_an_official_asks_once_and_takes_the_package_home(
    app: Flask, client: FlaskClient, addresses: Any
) -> None:
    come_in(app, client, "official")
    page = client.get(addresses["call"]).text
    assert "Decision package" in page
    answer = send(client, f"{addresses['call']}/decision", addresses["call"])
    again = send(client, f"{addresses['call']}/decision", addresses["call"])
    assert (answer.status_code, answer.location) == (303, again.location)
    [(promise_id, public_id)] = jobs(app)
    assert client.get(f"/packages/{public_id}.zip").status_code == 404
    with app.app_context():
        checksum = kept(promise_id).result
    assert checksum in client.get(f"/jobs/{public_id}").text
    assert checksum in client.get(addresses["call"]).text
    file = client.get(f"/packages/{public_id}.zip")
    assert (file.status_code, file.mimetype, file.data[:2]) == (200, "application/zip", b"PK")
    assert "attachment" in file.headers["Content-Disposition"]
    assert file.headers["Cache-Control"] == "private, no-store"
    file.close()
    assert send(client, f"{addresses['call']}/call.settled", addresses["call"]).status_code == 404
    assert send(client, f"{addresses['call']}/nonsense", addresses["call"]).status_code == 404


@pytest.mark.parametrize("who", ["neighbour", "first", "chair"])
def test_another_unit_an_applicant_and_the_commission_find_no_packages(
    app: Flask, client: FlaskClient, addresses: Any, who: str
) -> None:
    come_in(app, client, who)
    for address in addresses.values():
        assert client.get(address).status_code == 404, address


def test_the_auditor_reads_and_an_official_with_an_own_offer_does_not(
    app: Flask, client: FlaskClient, addresses: Any
) -> None:
    come_in(app, client, "auditor")
    assert client.get(addresses["call"]).status_code == 200
    client.post("/sign-out")
    with app.app_context():
        official = database.session.scalars(sa.select(User).where(User.email == "official@example.org")).one()
        organisation = database.session.scalars(sa.select(Membership)).first().organisation_id  # type: ignore[union-attr]
        database.session.add(Membership(organisation_id=organisation, user_id=official.id, editor=True))
        database.session.commit()
    other = app.test_client()
    come_in(app, other, "official")
    assert other.get(addresses["call"]).status_code == 404
