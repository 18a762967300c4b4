"""Coming in and going out, through HTTP."""

import pytest
from redis import Redis

from app.services import accounts, rates, second_factor
from app.transaction import writing
from tests.accounts import PASSWORD, code, letters, link, load, person, send, sign_in, token_of

ALA = "ala@example.org"


def home(client) -> int:
    return client.get("/account").status_code


def test_the_right_password_opens_the_account(app, client):
    person(app, ALA)
    answer = sign_in(client, " ALA@Example.org ")
    assert answer.status_code == 302
    assert home(client) == 200


def test_empty_fields_are_named_and_the_address_is_kept(app, client):
    answer = sign_in(client, ALA, "")
    assert answer.status_code == 422
    assert ALA in answer.text


def test_password_and_code_together_open_the_account_and_the_password_alone_does_not(app, client):
    person(app, ALA, totp=True)
    assert sign_in(client, ALA).location == "/sign-in/second-step"
    assert home(client) == 302
    assert send(client, "/sign-in/second-step", code=code(app, ALA)).status_code == 302
    assert home(client) == 200


def test_recovery_codes_are_not_stored_as_they_are_shown(app):
    user_id = person(app, ALA, totp=True)
    with app.app_context(), writing():
        user = load(app, user_id)
        codes = second_factor.new_recovery_codes(user)
        assert not set(codes) & set(user.mf_recovery_codes)


@pytest.mark.parametrize("typed", ["000000", "", "١٢٣٤٥٦", "abc", "0" * 30, "-" * 12])
def test_a_wrong_code_is_refused_with_a_sentence(app, client, typed):
    person(app, ALA, totp=True)
    sign_in(client, ALA)
    assert send(client, "/sign-in/second-step", code=typed).status_code in (401, 422)


def test_the_second_step_needs_the_first(app, client):
    person(app, ALA, totp=True)
    page = client.get("/sign-in/second-step")
    assert page.location == "/sign-in"
    token = token_of(client.get("/sign-in"))
    answer = client.post("/sign-in/second-step", data={"code": code(app, ALA), "csrf_token": token})
    assert answer.location == "/sign-in"
    assert home(client) == 302


def test_signing_in_rightly_is_not_counted_as_a_try(app):
    person(app, ALA)
    for _try in range(rates.SIGN_IN_ADDRESS.tries + 2):
        assert sign_in(app.test_client(), ALA).status_code == 302


def test_without_the_counters_people_still_come_in(app, client, monkeypatch):
    monkeypatch.setitem(app.extensions, "redis", Redis(port=1, socket_connect_timeout=1))
    person(app, ALA)
    assert sign_in(client, ALA).status_code == 302


def test_the_page_that_was_asked_for_comes_after_signing_in(app, client):
    person(app, ALA)
    entry = client.get("/account/security")
    assert entry.location == "/sign-in?next=/account/security"
    answer = send(client, "/sign-in", email=ALA, password=PASSWORD, next="/account/security")
    assert answer.location == "/account/security"


@pytest.mark.parametrize(
    "role",
    [
        None,
        "evaluator",
        "clerk",
        "official",
        "director",
        "treasurer",
        "mayor_signatory",
        "auditor",
        "administrator",
    ],
)
def test_everybody_lands_on_a_page_that_opens(app, client, role):
    person(app, ALA, *([role] if role else []), totp=bool(role))
    answer = sign_in(client, ALA)
    if role:
        answer = send(client, "/sign-in/second-step", code=code(app, ALA))
    assert answer.status_code == 302
    assert client.get(answer.location).status_code == 200


def test_signing_out_needs_a_form(app, client):
    person(app, ALA)
    sign_in(client, ALA)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 400
    assert send(client, "/sign-out", page="/account").location == "/"
    assert home(client) == 302


# --- registering ------------------------------------------------------------------------------------------------------


def register(client, email=ALA, **changed):
    fields = {"name": "Ala Nowak", "email": email, "password": PASSWORD, "language": "pl"} | changed
    return send(client, "/sign-up", **fields)


def test_a_person_registers_confirms_and_comes_in(app, client):
    assert register(client).location == "/sign-up/confirm"
    assert sign_in(client, ALA).location == "/sign-up/confirm"
    path = link(letters(app, ALA)[-1])
    assert client.get(path).status_code == 200
    with app.app_context():
        assert accounts.find(ALA).confirmed_at is None  # opening a link confirms nothing
    assert send(client, path).location == "/sign-in"
    assert client.get(path).status_code == 410
    assert sign_in(client, ALA).status_code == 302
    assert home(client) == 200


@pytest.mark.parametrize(
    "password",
    [
        *(
            "short",
            "password",
            "Haslo123!",
            "12345678",
            "ala@example.org",
            "Ala Nowak 1",
            "aaaaaaaaaa",
            "x" * 129,
        ),
        *(
            "P@ssw0rd1",
            "24121985",
            "600 700 800",
            "abcdabcdabcd",
            "kotkotkotkot",
            "poiuytrewq",
            "Wiosna-Kraków 2026",
        ),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(app, client, password):
    assert register(client, password=password).status_code == 422
    assert letters(app, ALA) == []


@pytest.mark.parametrize(
    "password", ["osiem zn", "mokry kot w maju", "7 smoków i 3 psy", "żółta łódź 🚤 płynie", "x y" * 40]
)
def test_long_passwords_with_spaces_and_any_signs_are_taken(app, client, password):
    assert register(client, password=password).status_code == 302


@pytest.mark.parametrize(
    "email",
    ["a@b", "no-at-sign", "a b@example.org", "a@example.org\nBcc: x@example.org", "x" * 320 + "@e.org"],
)
def test_what_is_no_address_is_refused(client, email):
    assert register(client, email=email).status_code == 422


def test_what_was_typed_is_kept_but_the_password(client):
    answer = register(client, email="not an address")
    assert "not an address" in answer.text
    assert PASSWORD not in answer.text


# --- a new password ---------------------------------------------------------------------------------------------------


def test_a_changed_link_opens_nothing(app, client):
    person(app, ALA)
    send(client, "/password/forgotten", email=ALA)
    path = link(letters(app, ALA)[0])
    assert client.get(path[:-2] + "xx").status_code == 410


# --- the second factor ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["official", "evaluator", "auditor", "administrator", "mayor_signatory"])
def test_people_of_the_office_set_up_a_second_factor_before_they_see_anything(app, client, role):
    person(app, ALA, role)
    assert sign_in(client, ALA).location == "/account/security/second-factor"
    assert client.get("/organisation").location == "/account/security/second-factor"


def test_setting_up_the_second_factor_shows_picture_letters_and_recovery_codes(app, client):
    person(app, ALA, "official")
    sign_in(client, ALA)
    page = client.get("/account/security/second-factor")
    assert "<svg" in page.text
    with client.session_transaction() as session, app.app_context():
        from passlib.totp import TOTP

        key = second_factor.readable_secret(session["new_second_factor"])
    wrong = send(client, "/account/security/second-factor", code="000000")
    assert wrong.status_code == 422
    right = send(
        client, "/account/security/second-factor", code=TOTP(key=key, format="base32").generate().token
    )
    assert right.status_code == 200
    assert right.text.count("<code>") == 10
    assert client.get("/organisation").status_code == 200


def test_a_role_that_needs_the_second_factor_cannot_switch_it_off(app, client):
    person(app, ALA, "official", totp=True)
    sign_in(client, ALA)
    send(client, "/sign-in/second-step", code=code(app, ALA))
    answer = send(
        client, "/account/security/second-factor/remove", page="/account/security", current=PASSWORD
    )
    assert answer.status_code == 403


def test_a_member_of_an_organisation_switches_it_off_with_the_password(app, client):
    user_id = person(app, ALA, totp=True)
    sign_in(client, ALA)
    send(client, "/sign-in/second-step", code=code(app, ALA))
    url = "/account/security/second-factor/remove"
    assert send(client, url, current="wrong password").status_code == 422
    assert send(client, url, current=PASSWORD).status_code == 302
    with app.app_context():
        assert not second_factor.has_second_factor(load(app, user_id))
