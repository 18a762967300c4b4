"""Signing in with a provider of OpenID Connect that runs as a process of its own, the whole way over HTTP."""

import json
import logging
import re
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwk, jwt
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import AccountEvent, ExternalIdentity, User
from app.services import accounts, clock, rates
from app.sessions import sessions_of
from app.transaction import writing
from config import Provider
from embedded.servers import free_port
from tests import oidc_provider
from tests.accounts import PASSWORD, code, letters, link, load, person, send, sign_in
from tests.oidc_provider import OidcProvider

ALA = "ala@example.org"
SECRET = "a secret that the provider gave to this site"


@pytest.fixture(scope="session")
def oidc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OidcProvider]:
    with oidc_provider.running(tmp_path_factory.mktemp("provider")) as running:
        yield running


def configure(app: Flask, monkeypatch: pytest.MonkeyPatch, issuer: str, **changed: Any) -> None:
    values = {
        "client_id": "hejnal",
        "client_secret": SECRET,
        "name": "Konto Miasta",
        "everyone": False,
        "strong": (),
    }
    provider = Provider(issuer=issuer, **{**values, **changed})
    monkeypatch.setitem(app.config, "HEJNAL", replace(app.config["HEJNAL"], provider=provider))


@pytest.fixture
def staff(app: Flask, oidc: OidcProvider, monkeypatch: pytest.MonkeyPatch) -> OidcProvider:
    """The provider is switched on for people of the office."""
    configure(app, monkeypatch, oidc.issuer)
    return oidc


@pytest.fixture
def everyone(app: Flask, oidc: OidcProvider, monkeypatch: pytest.MonkeyPatch) -> OidcProvider:
    """The provider is switched on for everyone."""
    configure(app, monkeypatch, oidc.issuer, everyone=True)
    return oidc


def away(client: FlaskClient, wanted: str = "") -> str:
    answer = client.get("/sign-in/provider", query_string={"next": wanted} if wanted else {})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def back(client: FlaskClient, location: str) -> TestResponse:
    parts = urlsplit(location)
    return client.get(f"{parts.path}?{parts.query}")


def whole_way(client: FlaskClient, oidc: OidcProvider, subject: str, wanted: str = "") -> TestResponse:
    return back(client, oidc.confirms(away(client, wanted), subject))


def home(client: FlaskClient) -> int:
    return client.get("/account").status_code


def identities(app: Flask) -> list[tuple[int, str, str]]:
    with app.app_context():
        rows = db.session.scalars(sa.select(ExternalIdentity).order_by(ExternalIdentity.id))
        return [(row.user_id, row.issuer, row.subject) for row in rows]


def said(answer: TestResponse) -> str:
    found = re.search(r'role="alert">([^<]+)<', answer.text)
    assert found, answer.text
    return found.group(1)


# --- the way in -------------------------------------------------------------------------------------------------------


def test_without_the_settings_there_is_no_such_way(client: FlaskClient) -> None:
    assert client.get("/sign-in/provider").status_code == 404
    assert client.get("/sign-in/provider/return?code=x&state=y").status_code == 404
    assert "/sign-in/provider" not in client.get("/sign-in").text


def test_the_sign_in_page_offers_the_provider_by_its_name(
    app: Flask, client: FlaskClient, staff: OidcProvider
) -> None:
    page = client.get("/sign-in?next=/desk").text
    assert "Konto Miasta" in page
    assert 'href="/sign-in/provider?next=/desk"' in page


def test_a_person_of_the_office_goes_there_and_comes_back_to_the_wanted_page(
    app: Flask, client: FlaskClient, staff: OidcProvider
) -> None:
    user_id = person(app, ALA, "official", totp=True)
    staff.knows("way-1", email="Ala@Example.org", email_verified=True)
    url = away(client, "/account/security")
    asked = parse_qs(urlsplit(url).query)
    assert (asked["response_type"], asked["code_challenge_method"]) == (["code"], ["S256"])
    assert set(asked["scope"][0].split()) == {"openid", "email", "profile"}
    assert asked["redirect_uri"] == [app.config["HEJNAL"].base_url + "/sign-in/provider/return"]
    assert all(len(asked[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))
    answer = back(client, staff.confirms(url, "way-1"))
    assert answer.location == "/sign-in/second-step"
    assert home(client) == 302  # the provider said nothing of a second factor, so ours is asked for
    answer = send(client, "/sign-in/second-step", code=code(app, ALA))
    assert answer.location == "/account/security"
    assert home(client) == 200
    assert identities(app) == [(user_id, staff.issuer, "way-1")]
    assert "Konto Miasta" in letters(app, ALA)[0]
    with app.app_context():
        event = db.session.scalars(sa.select(AccountEvent)).one()
        assert (event.what.value, event.user_id, event.actor_id) == ("identity_linked", user_id, None)


def test_once_linked_the_subject_opens_the_account_whatever_the_address_says_then(
    app: Flask, client: FlaskClient, everyone: OidcProvider
) -> None:
    user_id = person(app, ALA)
    everyone.knows("later", email=ALA, email_verified=True)
    assert whole_way(client, everyone, "later").status_code == 302
    everyone.knows("later", email="new@example.org", email_verified=False)
    other = app.test_client()
    assert whole_way(other, everyone, "later").status_code == 302
    assert home(other) == 200
    assert [row[0] for row in identities(app)] == [user_id]
    assert len(letters(app, ALA)) == 1


def test_a_role_without_our_second_factor_is_led_to_set_one_up(
    app: Flask, client: FlaskClient, staff: OidcProvider
) -> None:
    person(app, ALA, "official")
    staff.knows("bare", email=ALA, email_verified=True)
    assert whole_way(client, staff, "bare", "/desk").location == "/account/security/second-factor"
    assert client.get("/desk").location == "/account/security/second-factor"


@pytest.mark.parametrize("claims", [{"acr": "loa3"}, {"amr": ["pwd", "loa3"]}])
def test_a_strong_sign_in_of_the_provider_stands_for_our_second_factor(
    app: Flask,
    client: FlaskClient,
    oidc: OidcProvider,
    monkeypatch: pytest.MonkeyPatch,
    claims: dict[str, Any],
) -> None:
    configure(app, monkeypatch, oidc.issuer, strong=("loa3", "mfa"))
    person(app, ALA, "official")
    oidc.knows("strong", email=ALA, email_verified=True, **claims)
    assert whole_way(client, oidc, "strong", "/desk").location == "/desk"
    assert client.get("/desk").status_code == 200


def test_a_weak_sign_in_after_a_strong_one_asks_for_the_second_factor_again(
    app: Flask, client: FlaskClient, oidc: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(app, monkeypatch, oidc.issuer, strong=("loa3",))
    person(app, ALA, "official")
    oidc.knows("both", email=ALA, email_verified=True, acr="loa3")
    whole_way(client, oidc, "both")
    oidc.knows("both", email=ALA, email_verified=True, acr="loa1", amr=["pwd"])
    whole_way(client, oidc, "both")
    assert client.get("/desk").location == "/account/security/second-factor"


def test_the_session_before_signing_in_is_worth_nothing_afterwards(
    app: Flask, client: FlaskClient, everyone: OidcProvider
) -> None:
    person(app, ALA)
    everyone.knows("fixed", email=ALA, email_verified=True)
    returned = everyone.confirms(away(client), "fixed")
    before = client.get_cookie("hejnal")
    assert before is not None
    assert back(client, returned).status_code == 302
    after = client.get_cookie("hejnal")
    assert after is not None
    assert after.value != before.value
    thief = app.test_client()
    thief.set_cookie("hejnal", before.value)
    assert home(thief) == 302
    assert home(client) == 200


def test_for_everyone_an_unknown_verified_address_gets_an_account_without_any_role(
    app: Flask, client: FlaskClient, everyone: OidcProvider
) -> None:
    everyone.knows("new-1", email="nowa@example.org", email_verified=True, name="Nowa Osoba\u202e\x00")
    assert whole_way(client, everyone, "new-1").status_code == 302
    assert client.get("/organisation").status_code == 200
    with app.app_context():
        user = accounts.find("nowa@example.org")
        assert user is not None
        assert (user.name, user.role_names, user.password) == ("Nowa Osoba", frozenset(), None)
        assert user.confirmed_at is not None


def test_an_account_without_a_password_gets_one_through_a_letter(
    app: Flask, client: FlaskClient, everyone: OidcProvider
) -> None:
    everyone.knows("bare-2", email=ALA, email_verified=True)
    assert whole_way(client, everyone, "bare-2").status_code == 302
    for typed in (PASSWORD, "None"):
        assert sign_in(app.test_client(), ALA, typed).status_code == 401
        changed = send(client, "/account/security/password", current=typed, password="quite another password")
        assert changed.status_code == 422
    other = app.test_client()
    send(other, "/password/forgotten", email=ALA)
    path = link(letters(app, ALA)[0])
    assert send(other, path, password="a password of my own").status_code == 302
    assert other.get(path).status_code == 410
    assert sign_in(other, ALA, "a password of my own").status_code == 302
    assert home(client) == 302  # the new password ended every session


def test_an_address_that_somebody_else_registered_first_is_taken_from_that_person(
    app: Flask, client: FlaskClient, everyone: OidcProvider
) -> None:
    """Who registered the address never confirmed it: that password must not open the account of its owner."""
    user_id = person(app, ALA, confirmed=False)
    everyone.knows("owner", email=ALA, email_verified=True)
    assert whole_way(client, everyone, "owner").status_code == 302
    assert home(client) == 200
    thief = app.test_client()
    assert sign_in(thief, ALA, PASSWORD).status_code == 401
    with app.app_context():
        assert load(app, user_id).confirmed_at is not None


# --- the provider's no ------------------------------------------------------------------------------------------------


def test_a_person_who_stops_at_the_provider_reads_so(
    app: Flask, client: FlaskClient, staff: OidcProvider
) -> None:
    answer = back(client, staff.denies(away(client)))
    assert answer.status_code == 400
    assert "Konto Miasta" in said(answer)
    assert home(client) == 302


WRONG: dict[str, tuple[dict[str, Any], int]] = {
    "the nonce of another sign-in": ({"nonce": "another"}, 400),
    "no nonce at all": ({"nonce": None}, 400),
    "a token for another site": ({"aud": "another-site", "azp": "hejnal"}, 400),
    "a token for several sites, given to another": ({"aud": ["hejnal", "another"], "azp": "another"}, 400),
    "a token of another issuer": ({"iss": "https://evil.example"}, 400),
    "a token that has expired": ({"exp": 1_700_000_000}, 400),
    "a token of tomorrow": ({"iat": 4_000_000_000}, 400),
    "an hour that is no number": ({"exp": "soon"}, 400),
    "a token for another access": ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, 400),
    "ways of signing in that are no list": ({"amr": {"mfa": True}}, 400),
    "an address that nobody checked": ({"email_verified": False}, 403),
    "an address that somebody said was checked": ({"email_verified": "true"}, 403),
    "no address": ({"email": None}, 403),
    "what is no address": ({"email": "ala@example.org\nBcc: all@example.org"}, 403),
}


@pytest.mark.parametrize(("claims", "status"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_about_the_answer_signs_nobody_in(
    app: Flask, client: FlaskClient, everyone: OidcProvider, caplog: pytest.LogCaptureFixture,
    claims: dict[str, Any], status: int,
) -> None:  # fmt: skip
    person(app, ALA)
    everyone.knows("wrong", **{"email": ALA, "email_verified": True, **claims})
    with caplog.at_level(logging.INFO, "hejnal.security"):
        answer = whole_way(client, everyone, "wrong")
    assert answer.status_code == status
    assert said(answer)
    assert home(client) == 302
    assert identities(app) == []
    assert [row for row in caplog.messages if "refused" in row]
    assert ALA not in caplog.text


def test_the_clock_is_named_where_the_clock_is_at_fault(
    app: Flask, client: FlaskClient, everyone: OidcProvider
) -> None:
    everyone.knows("clock", email=ALA, email_verified=True, exp=1_700_000_000)
    assert "zegar" in said(whole_way(client, everyone, "clock"))


@pytest.mark.parametrize("state", ["", "another", "ż"])
def test_a_state_that_this_browser_did_not_begin_is_refused(
    app: Flask, client: FlaskClient, everyone: OidcProvider, state: str
) -> None:
    person(app, ALA)
    everyone.knows("state", email=ALA, email_verified=True)
    asked = parse_qs(urlsplit(everyone.confirms(away(client), "state")).query)
    answer = client.get("/sign-in/provider/return", query_string={"code": asked["code"][0], "state": state})
    assert answer.status_code == 400
    assert home(client) == 302


def test_an_answer_is_worth_nothing_in_another_browser_or_a_second_time(
    app: Flask, client: FlaskClient, everyone: OidcProvider
) -> None:
    person(app, ALA)
    everyone.knows("replay", email=ALA, email_verified=True)
    returned = everyone.confirms(away(client), "replay")
    stranger = app.test_client()
    assert back(stranger, returned).status_code == 400
    assert back(client, returned).status_code == 302
    assert home(client) == 200
    assert back(client, returned).status_code == 400
    assert back(stranger, returned).status_code == 400
    assert home(stranger) == 302


def test_a_code_that_was_used_or_belongs_to_another_sign_in_is_refused_by_the_provider(
    app: Flask, client: FlaskClient, everyone: OidcProvider
) -> None:
    """The state is this browser's own, the code of another: PKCE tells the provider so."""
    person(app, ALA)
    everyone.knows("stolen", email=ALA, email_verified=True)
    codes = [parse_qs(urlsplit(everyone.confirms(away(app.test_client()), "stolen")).query)["code"][0]]
    used = everyone.confirms(away(client), "stolen")
    codes.append(parse_qs(urlsplit(used).query)["code"][0])
    assert back(client, used).status_code == 302
    for stolen in codes:
        thief = app.test_client()
        state = parse_qs(urlsplit(away(thief)).query)["state"][0]
        answer = thief.get("/sign-in/provider/return", query_string={"code": stolen, "state": state})
        assert answer.status_code == 400
        assert home(thief) == 302


def test_a_sign_in_that_took_longer_than_ten_minutes_begins_again(
    app: Flask, client: FlaskClient, everyone: OidcProvider
) -> None:
    person(app, ALA)
    everyone.knows("slow", email=ALA, email_verified=True)
    returned = everyone.confirms(away(client), "slow")
    with client.session_transaction() as session, app.app_context():
        session["provider"] = {**session["provider"], "until": clock.now().isoformat()}
    assert back(client, returned).status_code == 400
    assert home(client) == 302


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_nobody_is_sent_to_another_site_afterwards(
    app: Flask, client: FlaskClient, everyone: OidcProvider, wanted: str
) -> None:
    person(app, ALA)
    everyone.knows("open", email=ALA, email_verified=True)
    assert "evil" not in whole_way(client, everyone, "open", wanted).location


# --- whose account ----------------------------------------------------------------------------------------------------


def test_for_staff_an_unknown_address_gets_no_account(
    app: Flask, client: FlaskClient, staff: OidcProvider
) -> None:
    staff.knows("stranger", email="stranger@example.org", email_verified=True)
    answer = whole_way(client, staff, "stranger")
    assert answer.status_code == 403
    with app.app_context():
        assert accounts.find("stranger@example.org") is None


def test_for_staff_an_account_without_a_role_stays_closed_to_the_provider(
    app: Flask, client: FlaskClient, staff: OidcProvider
) -> None:
    person(app, ALA)
    staff.knows("ngo", email=ALA, email_verified=True)
    assert whole_way(client, staff, "ngo").status_code == 403
    assert identities(app) == []


@pytest.mark.parametrize("linked", [False, True])
def test_a_disabled_account_stays_closed(
    app: Flask, client: FlaskClient, everyone: OidcProvider, linked: bool
) -> None:
    user_id = person(app, ALA)
    everyone.knows("gone", email=ALA, email_verified=True)
    if linked:
        assert whole_way(app.test_client(), everyone, "gone").status_code == 302
    with app.app_context(), writing():
        accounts.disable(load(app, user_id))
    assert whole_way(client, everyone, "gone").status_code == 403
    assert home(client) == 302
    with app.app_context():
        assert sessions_of(user_id) == []


def test_another_subject_with_the_same_address_does_not_get_the_account(
    app: Flask, client: FlaskClient, everyone: OidcProvider
) -> None:
    user_id = person(app, ALA)
    everyone.knows("first", email=ALA, email_verified=True)
    everyone.knows("second", email=ALA, email_verified=True)
    assert whole_way(app.test_client(), everyone, "first").status_code == 302
    assert whole_way(client, everyone, "second").status_code == 403
    assert home(client) == 302
    assert identities(app) == [(user_id, everyone.issuer, "first")]


# --- a provider that is away, or that lies ----------------------------------------------------------------------------


def test_a_provider_that_is_away_is_told_from_a_fault_of_ours(
    app: Flask, client: FlaskClient, everyone: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    everyone.knows("away", email=ALA, email_verified=True)
    returned = everyone.confirms(away(client), "away")
    configure(app, monkeypatch, f"http://localhost:{free_port()}", everyone=True)
    for answer in (back(client, returned), client.get("/sign-in/provider")):
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
    assert client.get("/sign-in").status_code == 200


class Lying(BaseHTTPRequestHandler):
    """Answers every address with what the test wrote there: a status, and a text or a place to go to."""

    def do_GET(self) -> None:
        status, body = self.server.answers.get(self.path, (404, ""))  # type: ignore[attr-defined]  # the test's own server
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("Location" if status == 302 else "X-Nothing", body if status == 302 else "")
        self.end_headers()
        self.wfile.write(body.encode())

    do_POST = do_GET  # noqa: N815 - the library's names

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def lying(**told: Any) -> Iterator[Any]:
    """A server that describes itself as a provider, with `told` changed."""
    server: Any = ThreadingHTTPServer(("localhost", 0), Lying)
    server.issuer = f"http://localhost:{server.server_port}"
    ends = {"authorization_endpoint": "/a", "token_endpoint": "/t", "jwks_uri": "/j"}
    described = {
        "issuer": server.issuer,
        **{name: server.issuer + path for name, path in ends.items()},
        **told,
    }
    server.asked = []
    server.answers = {"/.well-known/openid-configuration": (200, json.dumps(described))}
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    "told",
    [
        {"issuer": "https://another.example"},
        {"token_endpoint": "http://169.254.169.254/latest"},
        {"jwks_uri": "file:///etc/passwd"},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_only_the_server_of_the_issuer_is_asked(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, told: dict[str, Any]
) -> None:
    with lying(**told) as server:
        configure(app, monkeypatch, server.issuer, everyone=True)
        assert client.get("/sign-in/provider").status_code == 503


@pytest.mark.parametrize(
    "body", [(302, "http://169.254.169.254/"), (200, "no json"), (200, "[1]"), (500, "")]
)
def test_a_description_that_leads_elsewhere_or_is_none_is_not_followed(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, body: tuple[int, str]
) -> None:
    with lying() as server:
        server.answers = {"/.well-known/openid-configuration": body}
        configure(app, monkeypatch, server.issuer, everyone=True)
        assert client.get("/sign-in/provider").status_code in {400, 503}
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    "forged", ["none", "HS256", "another key", "no token", "no json", "redirect", "the right key"]
)
def test_only_a_token_that_the_provider_signed_opens_the_account(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, forged: str
) -> None:
    person(app, ALA)
    real, other = (jwk.RSAKey.generate_key(2048, {"kid": "k"}) for _number in range(2))
    with lying(id_token_signing_alg_values_supported=["RS256", "none", "HS256"]) as server, app.app_context():
        configure(app, monkeypatch, server.issuer, everyone=True)
        asked = parse_qs(urlsplit(away(client)).query)
        now = int(clock.now().timestamp())
        claims = {
            "iss": server.issuer, "aud": "hejnal", "sub": "forged", "iat": now, "exp": now + 60, "nonce": asked["nonce"][0],
            "email": ALA, "email_verified": True,
        }  # fmt: skip
        server.answers["/j"] = (200, json.dumps({"keys": [real.as_dict(private=False)]}))
        bare = ".".join(
            urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
            for part in ({"alg": "none"}, claims)
        )
        head = {"kid": "k"}
        ours = jwk.OctKey.import_key(SECRET)
        tokens = {
            "none": bare + ".",
            "HS256": jwt.encode({"alg": "HS256", **head}, claims, ours, algorithms=["HS256"]),
            "another key": jwt.encode({"alg": "RS256", **head}, claims, other),
            "the right key": jwt.encode({"alg": "RS256", **head}, claims, real),
        }
        answers = {
            "no token": (200, "{}"),
            "no json": (200, "<html>"),
            "redirect": (302, "http://evil.example/"),
        }
        told = json.dumps({"access_token": "x", "token_type": "Bearer", "id_token": tokens.get(forged)})
        returned = f"/sign-in/provider/return?code=c&state={asked['state'][0]}"
        server.answers["/t"] = answers.get(forged, (200, told))
        status = back(client, returned).status_code
    assert (status, home(client), len(identities(app))) == (
        (302, 200, 1) if forged == "the right key" else (400, 302, 0)
    )


def test_an_address_that_stands_only_in_the_userinfo_is_read_there(
    app: Flask, client: FlaskClient, everyone: OidcProvider
) -> None:
    """And what another subject's userinfo says is not believed."""
    person(app, ALA)
    key = jwk.RSAKey.generate_key(2048, {"kid": "k"})
    for subject, status in (("another", 400), ("me", 302)):
        with lying() as server, app.app_context(), pytest.MonkeyPatch.context() as patch:
            described = json.loads(server.answers["/.well-known/openid-configuration"][1])
            described["userinfo_endpoint"] = server.issuer + "/u"
            server.answers["/.well-known/openid-configuration"] = (200, json.dumps(described))
            configure(app, patch, server.issuer, everyone=True)
            asked = parse_qs(urlsplit(away(client)).query)
            now = int(clock.now().timestamp())
            claims = {
                "iss": server.issuer,
                "aud": "hejnal",
                "sub": "me",
                "iat": now,
                "exp": now + 60,
                "nonce": asked["nonce"][0],
            }
            token = jwt.encode({"alg": "RS256", "kid": "k"}, claims, key)
            server.answers["/j"] = (200, json.dumps({"keys": [key.as_dict(private=False)]}))
            server.answers["/t"] = (
                200,
                json.dumps({"access_token": "x", "token_type": "Bearer", "id_token": token}),
            )
            server.answers["/u"] = (200, json.dumps({"sub": subject, "email": ALA, "email_verified": True}))
            assert (
                back(client, f"/sign-in/provider/return?code=c&state={asked['state'][0]}").status_code
                == status
            )


def test_many_begun_sign_ins_from_one_address_wait(
    app: Flask, client: FlaskClient, everyone: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "PROVIDER_ADDRESS", rates.Rate("provider-address", 2, 300))
    assert [client.get("/sign-in/provider").status_code for _try in range(3)] == [302, 302, 429]


def test_the_same_person_is_linked_once_also_when_two_answers_come_at_once(
    app: Flask, everyone: OidcProvider
) -> None:
    person(app, ALA)
    everyone.knows("twice", email=ALA, email_verified=True)
    clients = [app.test_client() for _number in range(2)]
    returned = [everyone.confirms(away(client), "twice") for client in clients]
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda pair=pair: statuses.append(back(*pair).status_code))
        for pair in zip(clients, returned, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 302 in statuses
    assert set(statuses) <= {302, 409}
    assert len(identities(app)) == 1
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(User.id))) == 1
