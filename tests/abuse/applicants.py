"""An offer that could be sent, and the browsers of those who write and sign it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.extensions import db as database
from app.models import AuditEntry, Offer
from app.services import clock
from tests.accounts import sign_in
from tests.offer_cases import PASSWORD, world

HIDDEN = ("csrf_token", "version", "idempotency_key")


@dataclass
class Applied:
    """The offer of the test; its rows are read in a context of their own, as requests bring theirs."""

    app: Flask
    public_id: str
    offer_id: int
    deadline: datetime

    def url(self, path: str = "") -> str:
        return f"/offers/{self.public_id}{'/' if path else ''}{path}"

    def look(self, work: Callable[[Offer], Any]) -> Any:
        """What the offer says now; what `work` changes is kept."""
        with self.app.app_context():
            result = work(database.session.get_one(Offer, self.offer_id))
            database.session.commit()
            return result

    def close(self, ago: timedelta = timedelta(seconds=1)) -> None:
        """Let the deadline have passed so long ago."""

        def work(offer: Offer) -> None:
            offer.call.deadline = clock.now() - ago
            offer.call.opens_at = offer.call.deadline - timedelta(days=30)

        self.look(work)

    def history(self) -> list[str]:
        """The triggers of the offer's history."""
        with self.app.app_context():
            rows = database.session.scalars(
                sa.select(AuditEntry.trigger)
                .where(AuditEntry.case_kind == "offer", AuditEntry.case_id == self.offer_id)
                .order_by(AuditEntry.seq)
            )
            return list(rows)

    def browser(self, who: str) -> FlaskClient:
        """Somebody of the organisation, signed in."""
        client = self.app.test_client()
        assert sign_in(client, f"{who}@example.org", PASSWORD).status_code in {302, 303}
        return client

    def form(self, client: FlaskClient, path: str, **typed: Any) -> dict[str, Any]:
        """The form of the page with something typed into it, ready to be sent."""
        page = client.get(self.url(path))
        assert page.status_code == 200, page.text
        return {**hidden(page), **typed}


def hidden(page: TestResponse) -> dict[str, str]:
    """The hidden fields of the last form of a page."""
    found = {name: re.findall(rf'name="{name}"[^>]*? value="([^"]*)"', page.text) for name in HIDDEN}
    return {name: values[-1] for name, values in found.items() if values}


def applied(app: Flask, within: timedelta = timedelta(days=7)) -> Applied:
    """An open call whose deadline lies ahead, and an offer that lacks nothing."""
    with app.app_context():
        now = clock.now()
        made = world(deadline=now + within)
        offer = made.written(now)
        return Applied(app, offer.public_id, offer.id, made.call.deadline)
