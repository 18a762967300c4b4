"""An offer that lacks nothing in a call that is open today, and the browser of somebody who may send it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Offer, User
from app.services import clock, second_factor
from app.transaction import writing
from tests.accounts import code, person, send, sign_in
from tests.offer_cases import PASSWORD, world


@dataclass
class Submission:
    """The offer of a test; its rows are read in a context of their own, as requests bring theirs."""

    app: Flask
    public_id: str
    offer_id: int

    def read(self, work: Callable[[Offer], Any]) -> Any:
        with self.app.app_context():
            return work(db.session.get_one(Offer, self.offer_id))

    @property
    def address(self) -> str:
        return f"/offers/{self.public_id}/steps/submit"

    def fields(self, client: FlaskClient) -> dict[str, str]:
        """The form as a browser would send it."""
        page = client.get(self.address).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        version = re.search(r'name="version" value="(\d+)"', page)
        assert token, page
        assert version, page
        return {"csrf_token": token[1], "version": version[1], "idempotency_key": "k" * 20, "confirmed": "y"}

    def send(self, client: FlaskClient, fields: dict[str, str]) -> TestResponse:
        return client.post(self.address, data=fields)

    def versions(self) -> int:
        """How many versions of the offer were submitted."""
        return int(self.read(lambda offer: len(offer.versions)))


def prepared(app: Flask) -> Submission:
    """The offer, its call a week before the deadline."""
    with app.app_context():
        now = clock.now()
        offer = world(deadline=(now + timedelta(days=7)).replace(microsecond=0)).written(now)
        return Submission(app, offer.public_id, offer.id)


def signatory(app: Flask) -> FlaskClient:
    """Somebody who may send the offer, signed in."""
    client = app.test_client()
    assert sign_in(client, "first@example.org", PASSWORD).status_code in {302, 303}
    return client


def of_the_office(app: Flask, role: str) -> FlaskClient:
    """Somebody with this role, signed in with both factors."""
    email, client = f"{role}@example.org", app.test_client()
    user_id = person(app, email, role)
    with app.app_context(), writing():
        second_factor.give_second_factor(db.session.get_one(User, user_id), second_factor.new_secret())
    sign_in(client, email)
    assert send(client, "/sign-in/second-step", code=code(app, email)).status_code == 302
    return client
