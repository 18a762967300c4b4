"""Forms without the token of their session, and addresses that lead elsewhere."""

import html
import io
import logging
import re

import pytest
from wtforms import PasswordField
from wtforms.fields.core import UnboundField

from app.forms.labels import every_form
from app.models import Organisation, User
from app.views.kept_forms import SECRETS
from tests.accounts import PASSWORD, person, send, sign_in, token_of
from tests.views.desk_visitor import hidden

ALA = "ala@example.org"
NAME = 'Ala "Nowak" <b>&</b>'


def kept(page):
    """The hidden fields of the page's form and its address."""
    form = page.text[page.text.index("<form", page.text.index("<main")) :]
    form = form[: form.index("</form>")]
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    found = re.search(r'action="([^"]*)"', form)
    assert found
    return html.unescape(found[1]), {name: html.unescape(value) for name, value in pairs}


def foreign_token(app):
    """A token that is right in somebody else's browser."""
    return token_of(app.test_client().get("/sign-in"))


@pytest.mark.parametrize("token", ["missing", "foreign", "made up", "of an ended session"])
def test_f1_a_form_without_its_token_changes_nothing_and_keeps_every_entry(app, client, caplog, token):
    caplog.set_level(logging.INFO, "hejnal.security")
    user_id = person(app, ALA)
    sign_in(client, ALA)
    old = hidden(client.get("/account"))
    if token == "of an ended session":
        send(client, "/sign-out", page="/account")
        sign_in(client, ALA)
    else:
        old["csrf_token"] = {"missing": "", "foreign": foreign_token(app), "made up": "xxx"}[token]
    answer = client.post("/account?lang=en", data={**old, "name": NAME, "language": ["en", "pl"]})
    assert answer.status_code == 400
    assert "your entries are kept" in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert html.escape(NAME, quote=False).replace('"', "&#34;") in answer.text
    where, fields = kept(answer)
    assert where == "/account?lang=en"
    assert fields["name"] == NAME
    assert fields["idempotency_key"] == old["idempotency_key"]
    with app.app_context():
        assert app.extensions["sqlalchemy"].session.get(User, user_id).name == "Ala Nowak"
    assert any(f"form expired: account {user_id}" in record.getMessage() for record in caplog.records)
    assert NAME not in caplog.text
    assert client.post(where, data=fields).status_code == 302
    with app.app_context():
        assert app.extensions["sqlalchemy"].session.get(User, user_id).name == NAME


@pytest.mark.parametrize(
    "wanted",
    [
        *("//evil", "///evil", "https:///evil", "https://evil", "/\\evil", "javascript:alert(1)", "evil"),
        *("/\t//evil", "\t//evil", " //evil", "/ /evil", "/\r\nevil"),
    ],
)
def test_f4_no_address_leads_to_another_site(app, client, wanted):
    person(app, ALA)
    page = client.get("/sign-in", query_string={"next": wanted})
    assert "evil" not in page.text
    answer = send(client, "/sign-in", email=ALA, password=PASSWORD, next=wanted)
    assert (answer.status_code, answer.location) == (302, "/home")
    assert client.get("/sign-in", query_string={"next": wanted}).location == "/home"
    confirmed = send(client, "/account/confirm", page="/account", next=wanted)
    assert (confirmed.status_code, confirmed.location) == (302, "/account")


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_what_another_site_sends_is_not_kept(app, client, headers):
    person(app, ALA)
    sign_in(client, ALA)
    answer = client.post("/account", data={"name": NAME}, headers=headers)
    assert answer.status_code == 403
    assert html.escape(NAME) not in answer.text


def test_passwords_and_codes_are_typed_again_and_files_chosen_again(app, client):
    person(app, ALA, name="Ala Nowak")
    data = {"email": ALA, "password": PASSWORD, "csrf_token": "old"}
    page = client.post("/sign-in", data=data)
    assert page.status_code == 400
    assert PASSWORD not in page.text
    assert 'type="password" id="again-password" name="password"' in page.text
    where, fields = kept(page)
    assert client.post(where, data={**fields, "password": PASSWORD}).status_code == 302
    files = {"file": (io.BytesIO(b"%PDF-1.7"), "umowa.pdf"), "csrf_token": "old"}
    page = client.post("/verify", data=files)
    assert page.status_code == 400
    assert "umowa.pdf" in page.text
    assert 'type="file" id="again-1" name="file"' in page.text
    assert 'enctype="multipart/form-data"' in page.text


def test_a_form_too_large_for_the_session_or_of_nobody_known_waits_in_its_page(app, client):
    person(app, ALA)
    sign_in(client, ALA)
    old = hidden(client.get("/organisation/new"))
    send(client, "/sign-out", page="/account")
    for form in ({**old, "name": "x" * 300_000}, {**old, "name": "NUL \0"}, {"name": "no token"}):
        page = client.post("/organisation/new", data=form)
        assert page.status_code == 401
        where, fields = kept(page)
        assert (where, fields["name"]) == ("/organisation/new", form["name"])
    # Sent again while still nobody is signed in, it is kept again, and after signing in it comes through.
    again = client.post(where, data=fields)
    assert again.status_code == 401
    assert kept(again)[1]["name"] == "no token"
    sign_in(client, ALA)
    expired = client.post(where, data=fields)
    assert expired.status_code == 400
    assert client.post(where, data=kept(expired)[1]).status_code == 422
    with app.app_context():
        assert app.extensions["sqlalchemy"].session.query(Organisation).count() == 0


def test_every_password_of_every_form_is_known_as_a_secret():
    import app.views  # noqa: F401  # imports every form

    fields = [
        (name, field)
        for form in every_form()
        for name, field in vars(form).items()
        if isinstance(field, UnboundField)
    ]
    secret = {name for name, field in fields if issubclass(field.field_class, PasswordField)}
    codes = {
        name
        for name, field in fields
        if (field.kwargs.get("render_kw") or {}).get("autocomplete") == "one-time-code"
    }
    assert secret
    assert codes
    assert secret | codes | {"present_password"} == SECRETS
    assert {name for name, field in fields if name in SECRETS} == secret | codes


def test_a_draft_saved_in_the_background_gets_the_token_of_its_persons_new_session_and_of_nobody_elses(
    app, client
):
    person(app, ALA)
    person(app, "ola@example.org")
    sign_in(client, ALA)
    old = hidden(client.get("/account"))
    send(client, "/sign-out", page="/account")
    data, headers = {**old, "name": NAME, "language": "pl"}, {"Accept": "application/json"}
    assert "csrf_token" not in client.post("/account", data=data, headers=headers).json
    sign_in(client, "ola@example.org")
    assert "csrf_token" not in client.post("/account", data=data, headers=headers).json
    send(client, "/sign-out", page="/account")
    sign_in(client, ALA)
    answer = client.post("/account", data=data, headers=headers)
    assert answer.status_code == 400
    assert client.post("/account", data={**data, **answer.json}, headers=headers).status_code == 302
