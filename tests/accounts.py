"""People at the pages of accounts: make an account, sign in through HTTP, read the letters."""

import re
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Message, User
from app.services import accounts, second_factor
from app.transaction import writing

PASSWORD = "piętnaście koni w rzędzie"


def person(
    app: Flask, email: str, *roles: str, confirmed: bool = True, totp: bool = False, name: str = "Ala Nowak"
) -> int:
    """An account with the common password; gives its id."""
    with app.app_context(), writing():
        user = accounts.create(email, name, PASSWORD, roles=roles, confirmed=confirmed)
        if totp:
            second_factor.give_second_factor(user, second_factor.new_secret())
        return user.id


def token_of(page: TestResponse) -> str:
    """The CSRF token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found, page.text[:2000]
    return found.group(1)


def send(client: FlaskClient, url: str, page: str | None = None, **fields: Any) -> TestResponse:
    """Open the page of a form and send the form, as a browser does."""
    fields.setdefault("csrf_token", token_of(client.get(page or url)))
    return client.post(url, data=fields)


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD) -> TestResponse:
    """Send the sign-in form."""
    return send(client, "/sign-in", email=email, password=password)


def code(app: Flask, email: str, later: int = 0) -> str:
    """What the person's authenticator application shows, `later` periods from now."""
    from passlib.totp import TOTP

    with app.app_context():
        user = accounts.find(email)
        assert user is not None
        key = second_factor.readable_secret(user.tf_totp_secret or "")
    clock = TOTP(key=key, format="base32")
    return str(clock.generate(clock.now() + later * clock.period).token)


def letters(app: Flask, email: str) -> list[str]:
    """The letters to an address, the latest first."""
    with app.app_context():
        query = sa.select(Message).where(Message.recipient == email).order_by(Message.id.desc())
        return [f"{row.subject}\n{row.body}" for row in db.session.scalars(query)]


def link(letter: str) -> str:
    """The path of the link in a letter."""
    found = re.search(r"https?://[^/\s]+(/\S+)", letter)
    assert found, letter
    return found.group(1)


def load(app: Flask, user_id: int) -> User:
    """The account; the caller holds an application context."""
    user = db.session.get(User, user_id)
    assert user is not None
    return user
