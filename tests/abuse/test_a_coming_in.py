"""Abuse of coming in: passwords tried, letters used twice, codes seen by others, accounts that must not be told apart."""

import logging
import re
import time

import argon2
import pytest

from app.services import accounts, rates, second_factor
from app.transaction import writing
from tests.accounts import PASSWORD, code, letters, link, load, person, send, sign_in, token_of

ALA = "ala@example.org"
NOBODY = "nobody@example.org"
NEW = "a wholly new password"


def home(client) -> int:
    return client.get("/account").status_code


def words(page) -> str:
    """A page without what differs from visit to visit."""
    text = re.sub(r"[\w.+-]+@[\w.-]+|[0-9a-f]{16,}", "", page.text.replace(token_of(page), ""))
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def said(caplog):
    """The lines of the security log."""
    caplog.set_level(logging.INFO, "hejnal.security")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "hejnal.security"]


@pytest.fixture
def hashing(monkeypatch):
    """How often Argon2 ran since the last question: what takes the time of an answer."""
    ran = []
    for name in ("hash_secret", "verify_secret"):
        real = getattr(argon2.low_level, name)
        monkeypatch.setattr(argon2.low_level, name, lambda *a, real=real, **k: ran.append(1) or real(*a, **k))

    def since() -> int:
        count = len(ran)
        ran.clear()
        return count

    return since


def test_a1_a_wrong_password_and_an_unknown_address_get_the_same_answer(app, client, said, hashing):
    user_id = person(app, ALA)
    hashing()
    wrong = sign_in(client, ALA, "not the password")
    took = hashing()
    unknown = sign_in(client, NOBODY, "not the password")
    assert (wrong.status_code, words(wrong)) == (unknown.status_code, words(unknown))
    assert wrong.status_code == 401
    assert took == hashing() > 0
    with app.app_context(), writing():
        accounts.disable(load(app, user_id))
    closed = sign_in(client, ALA)
    assert (closed.status_code, words(closed)) == (401, words(wrong))
    assert home(client) == 302
    refused = [line for line in said() if line.startswith("sign-in refused")]
    assert [f"account {user_id}" in line for line in refused] == [True, False, True]
    assert ALA not in str(refused)
    assert NOBODY not in str(refused)


def test_a2_the_eleventh_try_of_an_account_or_from_an_address_waits(app, client, said):
    person(app, ALA)
    for _try in range(rates.SIGN_IN_ACCOUNT.tries):
        assert sign_in(client, ALA, "wrong password").status_code == 401
    answer = sign_in(client, ALA)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= rates.SIGN_IN_ACCOUNT.seconds
    assert sign_in(client, ALA).status_code == 429
    (letter,) = letters(app, ALA)
    assert PASSWORD not in letter
    assert any("too many tries" in line for line in said())
    # The account is shut from everywhere, and the address of the network for every account; that owner is not alarmed.
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    page = client.get("/sign-in")
    form = {"email": ALA, "password": PASSWORD, "csrf_token": token_of(page)}
    assert client.post("/sign-in", data=form, environ_base=elsewhere).status_code == 429
    person(app, "ola@example.org")
    assert sign_in(client, "ola@example.org").status_code == 429
    assert letters(app, "ola@example.org") == []


def test_a3_a_new_password_for_an_unknown_address_is_answered_like_one_for_a_known(app, client, hashing):
    person(app, ALA)
    hashing()
    known = send(client, "/password/forgotten", email=ALA)
    took = hashing()
    unknown = send(client, "/password/forgotten", email=NOBODY)
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace(ALA, "") == unknown.text.replace(NOBODY, "")
    assert took == hashing()
    assert len(letters(app, ALA)) == 1
    assert letters(app, NOBODY) == []


def test_a4_a_link_for_a_new_password_works_once_for_an_hour_and_not_after_a_change(app, client, monkeypatch):
    user_id = person(app, ALA)

    def asked() -> str:
        send(client, "/password/forgotten", email=ALA)
        return link(letters(app, ALA)[0])

    path = asked()
    assert send(client, path, password=NEW).location == "/sign-in"
    assert client.get(path).status_code == 410
    assert client.post(path, data={"csrf_token": token_of(client.get("/sign-in"))}).status_code == 410
    assert "/password/forgotten" in client.get(path).text
    path = asked()
    with app.app_context(), writing():
        accounts.set_password(load(app, user_id), "changed in the meantime")
    assert client.get(path).status_code == 410
    path = asked()
    assert client.get(path).status_code == 200
    later = time.time() + 3600 + 5
    monkeypatch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda _signer: int(later))
    assert client.get(path).status_code == 410
    assert sign_in(client, ALA, "changed in the meantime").status_code == 302


def test_a5_a_forged_host_gets_nothing_and_never_stands_in_a_letter(app, client):
    person(app, ALA)
    token = token_of(client.get("/sign-in"))
    form = {"email": ALA, "csrf_token": token}
    assert client.post("/password/forgotten", data=form, headers={"Host": "evil.example"}).status_code == 400
    assert letters(app, ALA) == []
    forwarded = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil.example",
    }
    assert client.post("/password/forgotten", data=form, headers=forwarded).status_code == 200
    (letter,) = letters(app, ALA)
    assert "evil" not in letter
    assert app.config["HEJNAL"].base_url + "/password/new/" in letter


def test_a10_a_code_of_the_second_step_works_once_near_its_time_and_after_five_wrong_ones_not_at_all(
    app, client, said
):
    user_id = person(app, ALA, totp=True)
    used = code(app, ALA)
    sign_in(client, ALA)
    assert send(client, "/sign-in/second-step", code=used).status_code == 302
    other = app.test_client()
    sign_in(other, ALA)
    answers = [send(other, "/sign-in/second-step", code=used)]
    answers += [
        send(other, "/sign-in/second-step", code=code(app, ALA, later=steps)) for steps in (-3, -2, 3)
    ]
    answers += [send(other, "/sign-in/second-step", code="000000")]
    assert [answer.status_code for answer in answers] == [401] * rates.SECOND_STEP.tries
    assert send(other, "/sign-in/second-step", code=code(app, ALA, later=1)).status_code == 429
    assert home(other) == 302
    assert said().count(f"second step refused for account {user_id}") == rates.SECOND_STEP.tries


def test_a11_a_recovery_code_works_once(app, client, said):
    user_id = person(app, ALA, totp=True)
    with app.app_context(), writing():
        codes = second_factor.new_recovery_codes(load(app, user_id))
    sign_in(client, ALA)
    assert send(client, "/sign-in/second-step", code=codes[3].upper()).status_code == 302
    other = app.test_client()
    sign_in(other, ALA)
    assert send(other, "/sign-in/second-step", code=codes[3]).status_code == 401
    assert send(other, "/sign-in/second-step", code=codes[4].replace("-", "")).status_code == 302
    with app.app_context():
        assert len(load(app, user_id).mf_recovery_codes) == len(codes) - 2
    assert said().count(f"account {user_id} used a recovery code") == 2
    assert said().count(f"second step refused for account {user_id}") == 1


@pytest.mark.parametrize(
    ("role", "password", "taken"),
    [
        (None, "1234567", False),
        (None, "osiem zn", True),
        (None, "Password123!", False),
        (None, "ala@example.org", False),
        (None, "a" * 4096, False),
        (None, "żółta łódź 🚤 płynie " * 4, True),
        ("official", "fourteen chars", False),
        ("official", "fifteen charac.", True),
        ("official", "qwertyuiop12345", False),
    ],
)
def test_a12_a_password_that_is_short_known_or_ones_own_is_refused_by_its_rule(
    app, client, hashing, role, password, taken
):
    user_id = person(app, ALA, *([role] if role else []))
    sign_in(client, ALA)
    page = client.get("/account/security/password")
    hashing()
    form = {"current": PASSWORD, "password": password, "csrf_token": token_of(page)}
    answer = client.post("/account/security/password", data=form)
    assert answer.status_code == (302 if taken else 422)
    assert taken or "error-summary" in answer.text
    assert taken or hashing() == 0  # refused before anything costly
    with app.app_context():
        assert accounts.knows_password(load(app, user_id), password if taken else PASSWORD)


@pytest.mark.parametrize(
    "role",
    [
        "clerk",
        "official",
        "director",
        "treasurer",
        "mayor_signatory",
        "auditor",
        "administrator",
        "evaluator",
    ],
)
def test_a13_without_a_second_step_nobody_of_the_office_opens_any_page_of_theirs(app, client, role):
    person(app, ALA, role)
    assert sign_in(client, ALA).location == "/account/security/second-factor"
    pages = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
        and not app.view_functions[rule.endpoint].policy.startswith(("public", "signed in, also"))
    ]  # fmt: skip
    assert len(pages) > 20
    assert {client.get(page).location for page in pages} == {"/account/security/second-factor"}


def test_a15_registering_with_a_known_address_looks_the_same_and_tells_only_the_owner(app, client, hashing):
    user_id = person(app, ALA)

    def register(browser, email):
        hashing()
        fields = {
            "name": "Somebody Else",
            "email": email,
            "password": "another long password",
            "language": "pl",
        }
        answer = send(browser, "/sign-up", **fields)
        return answer.status_code, answer.location, words(browser.get(answer.location)), hashing()

    known = register(client, ALA)
    assert known == register(app.test_client(), "new@example.org")
    (letter,) = letters(app, ALA)
    assert "/sign-up/confirm/" not in letter
    with app.app_context():
        assert load(app, user_id).name == "Ala Nowak"
        assert accounts.authenticate(ALA, PASSWORD) is not None
