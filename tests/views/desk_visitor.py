"""Somebody of a department signs in through HTTP and sends forms as a browser does."""

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.extensions import db as database
from app.services import second_factor
from tests.accounts import code, send, sign_in
from tests.small_grant_cases import PASSWORD, a_unit, person


def at_the_desk(app: Flask, client: FlaskClient, who: str = "official", unit: str = "KS") -> FlaskClient:
    """The person of that department, past the second factor."""
    with app.app_context():
        user = person(who, a_unit(unit))
        email = user.email
        second_factor.give_second_factor(user, second_factor.new_secret())
        database.session.commit()
    sign_in(client, email, PASSWORD)
    assert send(client, "/sign-in/second-step", code=code(app, email)).status_code == 302
    return client


def hidden(page: TestResponse) -> dict[str, str]:
    """The hidden fields of the last form of a page."""
    names = ("csrf_token", "version", "idempotency_key")
    found = {name: re.findall(rf'name="{name}" value="([^"]*)"', page.text) for name in names}
    return {name: values[-1] for name, values in found.items() if values}


def shown(page: TestResponse) -> dict[str, Any]:
    """What the form of a page holds, as a browser would send it back."""
    text = page.text
    typed: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", text):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]*)"', tag)
        if name is None or (kind and kind.group(1) in {"radio", "checkbox"} and " checked" not in tag):
            continue
        given = value.group(1) if value else ("y" if kind and kind.group(1) == "checkbox" else "")
        typed[name.group(1)] = given
    typed.update(re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\s*([^<]*)</textarea>', text))
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', text, flags=re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        typed[name] = chosen.group(1) if chosen else ""
    return typed


def post(client: FlaskClient, address: str, **typed: Any) -> TestResponse:
    """Open the form, change what is given, and send it all."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    return client.post(address, data={**shown(page), **hidden(page), **typed})
