"""The administrator's page: what works, why something does not, and e-mails that did not go out."""

import sqlalchemy as sa
from flask import Flask

from app.extensions import db as database
from app.models import Message
from app.services import clock, posting
from app.transaction import writing
from tests import submission_case
from tests.accounts import token_of


def test_the_administrator_sees_every_check_tries_an_e_mail_again_and_lets_e_mail_go_out(app: Flask) -> None:
    with app.app_context(), writing():
        row = Message(recipient="nikt@example.org", language="pl", subject="Temat", body="x", attempts=3,
                      error="550 no such person", dead_at=clock.now())  # fmt: skip
        database.session.add(row)
        database.session.flush()
        public_id = row.public_id
        posting.hold("próba odtworzenia")
    client = submission_case.of_the_office(app, "administrator")
    page = client.get("/operation")
    assert page.status_code == 200
    for words in ("Baza danych przyjmuje zapisy", "Aplikacja nie może zmieniać historii", "próba odtworzenia",
                  "nikt@example.org", "550 no such person"):  # fmt: skip
        assert words in page.text
    token = {"csrf_token": token_of(page)}
    assert client.post(f"/operation/messages/{public_id}/retry", data=token).status_code == 303
    assert client.post("/operation/messages/unknown/retry", data=token).status_code == 404
    assert client.post("/operation/mail/release", data=token).status_code == 303
    with app.app_context():
        again = database.session.scalars(sa.select(Message).where(Message.public_id == public_id)).one()
        assert (again.dead_at, again.error, again.attempts) == (None, None, 0)
        assert posting.held() is None
    page = client.get("/operation")
    assert "nikt@example.org" not in page.text
    assert "Każdy e-mail wysłano" in page.text


def test_nobody_but_the_administrator_sees_it(app: Flask) -> None:
    for role in ("official", "auditor"):
        client = submission_case.of_the_office(app, role)
        assert client.get("/operation").status_code == 404
    assert app.test_client().get("/operation").status_code == 302
