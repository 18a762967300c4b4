"""Passkeys without a browser: what is no answer of an authenticator opens nothing, and the last factor stays."""

import base64

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import WebAuthn
from app.services import second_factor
from app.transaction import writing
from tests.accounts import PASSWORD, code, load, person, send, sign_in

ALA = "ala@example.org"
NEW = "/account/security/passkeys/new"
DEEP = base64.urlsafe_b64encode(b"\x81" * 10_000).decode().rstrip("=")  # CBOR, arrays without end
NO_ANSWERS = [
    "", "{}", "[]", "null", "x", '{"id": "AAAA"}', "\0", "[" * 19_000, "9" * 30_000,
    '{"id": "AAAA", "rawId": "AAAAA", "type": "public-key", "response": {"clientDataJSON": "é"}}',
    '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "A"}}',
    '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"clientDataJSON": "bnVsbA", "attestationObject": "oA"}}',
    '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "DEEP"}}'.replace("DEEP", DEEP),
]  # fmt: skip


def with_passkey(app, user_id, number=1):
    with app.app_context(), writing():
        now = sa.func.clock_timestamp()
        row = WebAuthn(
            credential_id=bytes([number]) * 16, public_key=b"key", backup_state=False, device_type="single_device",
            lastuse_datetime=now, name=f"Klucz {number}", usage="first", user_id=user_id,
        )  # fmt: skip
        database.session.add(row)
        database.session.flush()
        return row.id


@pytest.mark.parametrize("answer", NO_ANSWERS)
def test_what_is_no_answer_of_an_authenticator_opens_nothing(app, client, answer):
    user_id = person(app, ALA)
    with_passkey(app, user_id)
    assert send(client, "/sign-in/passkey", page="/sign-in", passkey=answer).status_code == 401
    assert client.get("/account").status_code == 302
    assert sign_in(client, ALA).location == "/sign-in/second-step"
    assert send(client, "/sign-in/passkey", page="/sign-in/second-step", passkey=answer).status_code == 401
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize("answer", NO_ANSWERS)
def test_what_is_no_new_passkey_is_not_stored(app, client, answer):
    person(app, ALA)
    sign_in(client, ALA)
    page = send(client, NEW, name="Telefon", passkey=answer)
    assert page.status_code == 422
    assert "Telefon" in page.text
    with app.app_context():
        assert database.session.scalar(sa.select(sa.func.count()).select_from(WebAuthn)) == 0


def test_with_a_passkey_only_no_code_of_digits_opens_the_account_but_a_recovery_code_does(app, client):
    user_id = person(app, ALA, "official")
    with_passkey(app, user_id)
    with app.app_context(), writing():
        (first, *_others) = second_factor.new_recovery_codes(load(app, user_id))
    assert sign_in(client, ALA).location == "/sign-in/second-step"
    assert send(client, "/sign-in/second-step", code="123456").status_code == 401
    assert send(client, "/sign-in/second-step", code=first).status_code == 302
    assert client.get("/desk").status_code == 200


def test_the_last_second_factor_of_an_official_stays_and_any_other_can_go(app, client):
    user_id = person(app, ALA, "official", totp=True)
    passkey = with_passkey(app, user_id)
    sign_in(client, ALA)
    send(client, "/sign-in/second-step", code=code(app, ALA))
    url = f"/account/security/passkeys/{passkey}"
    assert send(client, "/account/security/second-factor/remove", current=PASSWORD).status_code == 302
    assert send(client, f"{url}/remove", page="/account/security").status_code == 403
    assert "/remove" not in client.get(url).text
    other = with_passkey(app, user_id, 2)
    assert (
        send(client, f"/account/security/passkeys/{other}/remove", page="/account/security").status_code
        == 302
    )
    with app.app_context():
        assert [row.id for row in load(app, user_id).webauthn] == [passkey]


def test_nobody_sees_or_removes_a_passkey_of_somebody_else(app, client):
    passkey = with_passkey(app, person(app, "ola@example.org"))
    person(app, ALA)
    sign_in(client, ALA)
    assert client.get(f"/account/security/passkeys/{passkey}").status_code == 404
    url = f"/account/security/passkeys/{passkey}/remove"
    assert send(client, url, page="/account/security").status_code == 404
    with app.app_context():
        assert database.session.get(WebAuthn, passkey) is not None
