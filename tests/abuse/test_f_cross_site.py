"""Requests from other sites, frames, caches, floods and guesses."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.extensions import db as database
from app.models import Attachment, Offer, Organisation, Promise, User
from app.services import attachments, clock, keeping, rates
from app.views import pace
from config import Settings
from tests.abuse.test_e_imports import listening, visited
from tests.accounts import send, sign_in, token_of
from tests.file_samples import PDF
from tests.offer_cases import PASSWORD, Offering, world

CROSS = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:99"},
    {"Origin": "http://[bad"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
)


def scene(app: Flask) -> tuple[str, str]:
    """An offer that lacks nothing, with one file; gives its address and that of its call."""
    with app.app_context():
        now = clock.now()
        made: Offering = world(deadline=(now + timedelta(days=7)).replace(microsecond=0))
        offer = made.written(now)
        attachments.add(offer, io.BytesIO(PDF), "statut.pdf", "", made.people["editor"], now)
        database.session.commit()
        return f"/offers/{offer.public_id}", f"/calls/{made.call.slug}"


def enter(app: Flask, who: str) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, f"{who}@example.org", PASSWORD).status_code in {302, 303}
    return client


def name_of(app: Flask, email: str) -> str:
    with app.app_context():
        return database.session.scalars(sa.select(User.name).where(User.email == email)).one()


def test_f2_what_another_site_sends_is_refused_even_with_a_token(app: Flask) -> None:
    scene(app)
    client = enter(app, "editor")
    fields = {"csrf_token": token_of(client.get("/account")), "name": "Podmieniona", "language": "pl"}
    for headers in CROSS:
        assert client.post("/account", data=fields, headers=headers).status_code == 403, headers
        assert client.post("/sign-out", data=fields, headers=headers).status_code == 403, headers
    assert name_of(app, "editor@example.org") == "Editor"
    assert client.get("/home", headers=CROSS[0]).status_code == 200  # a link from elsewhere may lead here
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/account", data=fields, headers=own).status_code in {302, 303}
    assert name_of(app, "editor@example.org") == "Podmieniona"


def test_f3_no_answer_can_be_framed_sniffed_or_run_foreign_script_whatever_its_status(app: Flask) -> None:
    offer, call = scene(app)
    client = enter(app, "editor")
    with app.app_context():
        file = database.session.scalars(sa.select(Attachment.public_id)).one()
    answers = {
        200: client.get(call), 302: app.test_client().get("/home"), 303: client.post("/sign-out", data={}), 404: client.get("/nothing"),
        405: client.delete("/calls"), 400: client.get("/", headers={"Host": "evil.example"}), 403: client.post("/account", headers=CROSS[0]),
        413: client.post("/account", environ_overrides={"CONTENT_LENGTH": str(10**11)}), 410: client.get("/sign-up/confirm/x"),
        0: client.get(f"{offer}/attachments/{file}"), 1: client.get("/healthz"), 2: client.get("/static/nothing.css"),
        3: client.get(f"{offer}/limits.json"), 4: client.open("/", method="OPTIONS"),
    }  # fmt: skip
    for status, answer in answers.items():
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy, status
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Request-ID"], status
        assert "Strict-Transport-Security" not in answer.headers
        answer.close()


def test_a_site_in_production_asks_browsers_to_come_encrypted_only(settings: Settings) -> None:
    made = create_app(
        replace(
            settings,
            production=True,
            base_url="https://granty.example.org",
            trusted_hosts=("granty.example.org",),
        )
    )
    answer = made.test_client().get("/healthz", base_url="https://granty.example.org")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    made.extensions["redis"].close()


def test_f5_no_address_that_somebody_wrote_is_ever_fetched(app: Flask) -> None:
    offer, call = scene(app)
    with listening() as (address, server):
        with app.app_context():
            organisation = database.session.scalars(sa.select(Organisation)).first()
            row = database.session.scalars(sa.select(Offer)).one()
            organisation.website = f"{address}/strona"
            row.draft.content = {
                **row.draft.content,
                "summary": f'<img src="{address}/a.png"> {address}/b',
                "resources": f"{address}/c.pdf",
            }
            row.call.summary = f"{address}/logo.png"
            row.call.terms = f'<link href="{address}/x.css">'
            database.session.commit()
        client = enter(app, "first")
        typed = {"confirmed": "y", **hidden(client.get(f"{offer}/steps/submit").text)}
        assert client.post(f"{offer}/steps/submit", data=typed).status_code == 303
        with app.app_context():
            kept = [
                keeping.keep(promise) for promise in database.session.scalars(sa.select(Promise.id)).all()
            ]
        assert kept
        assert set(kept) == {"kept"}
        for path in (offer, call, "/organisation", "/offers", f"{offer}/confirmation", "/calls"):
            assert client.get(path, follow_redirects=True).status_code == 200, path
        assert not visited(server)


def hidden(page: str) -> dict[str, str]:
    names = ("csrf_token", "version", "idempotency_key")
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', page)[-1] for name in names}


def test_f8_nothing_can_be_counted_through_or_guessed_from_an_answer(app: Flask) -> None:
    offer, _call = scene(app)
    stranger = enter(app, "stranger")
    with app.app_context():
        row, file = (
            database.session.scalars(sa.select(Offer)).one(),
            database.session.scalars(sa.select(Attachment)).one(),
        )
        assert len(row.public_id) == len(file.public_id) == 32
        assert row.public_id != file.public_id
        number, name, public_id = row.id, file.sha256, file.public_id
    nobody = "0" * 32
    pairs = [
        (offer, f"/offers/{nobody}"), (f"/offers/{number}", f"/offers/{nobody}"), (f"{offer}/edit/task", f"/offers/{nobody}/edit/task"),
        (f"{offer}/attachments/{public_id}", f"/offers/{nobody}/attachments/{nobody}"),
        (f"{offer}/attachments/{name}", f"{offer}/attachments/{'f' * 64}"), (f"/documents/{public_id}.pdf", f"/documents/{nobody}.pdf"),
    ]  # fmt: skip
    for there, not_there in pairs:
        first, second = stranger.get(there), stranger.get(not_there)
        assert (first.status_code, second.status_code) == (404, 404), there
        assert plain(first.text) == plain(second.text)
        assert "ETag" not in first.headers
    client = app.test_client()
    known = send(client, "/password/forgotten", email="editor@example.org")
    unknown = send(client, "/password/forgotten", email="nobody@example.org")
    assert (known.status_code, plain(known.text)) == (
        unknown.status_code,
        plain(unknown.text).replace("nobody@", "editor@"),
    )
    mine = enter(app, "editor").get(f"{offer}/attachments/{public_id}")
    assert (mine.status_code, "ETag" in mine.headers, mine.data) == (200, False, PDF)
    with app.app_context():  # the same bytes sent by somebody else are answered as bytes that nobody knows
        offer_of_others = database.session.scalars(sa.select(Offer)).one()
        again = attachments.add(offer_of_others, io.BytesIO(PDF), "inny.pdf", "", None, clock.now())
        assert (again.name, again.size) == ("inny.pdf", len(PDF))


def plain(page: str) -> str:
    """The page without what every answer has of its own."""
    return re.sub(r'value="[^"]*"|[0-9a-f]{16,}', "", page)


def test_f9_what_costs_much_has_a_pace_of_its_account_and_a_submission_has_none(app: Flask) -> None:
    offer, call = scene(app)
    client, first = enter(app, "editor"), enter(app, "first")
    token = {"csrf_token": token_of(client.get("/account"))}
    assert set(pace.PACES) <= set(app.view_functions)
    assert not any(endpoint.startswith(("steps.", "accounts.")) for endpoint in pace.PACES)
    sent = {
        f"{call}/start": pace.DRAFTS, f"{offer}/edit/task/autosave": pace.AUTOSAVES, f"{offer}/attachments": pace.UPLOADS,
    }  # fmt: skip
    with app.app_context():
        editor = database.session.scalars(sa.select(User.id).where(User.email == "editor@example.org")).one()
        for rate in (*sent.values(), pace.SEARCHES):
            for _try in range(rate.tries):
                assert rates.spend(rate, f"account {editor}").allowed
    for address, rate in sent.items():
        answer = client.post(address, data=token)
        assert answer.status_code == 429, address
        assert 0 < int(answer.headers["Retry-After"]) <= rate.seconds
        assert first.post(address, data={"csrf_token": token_of(first.get("/account"))}).status_code != 429
    assert client.get("/calls?q=pomoc").status_code == 429
    assert client.get("/calls").status_code == 200
    assert first.get("/calls?q=pomoc").status_code == 200
    typed = {"confirmed": "y", **hidden(first.get(f"{offer}/steps/submit").text)}
    for _try in range(60):  # from one address, as from an office or a telephone network
        assert client.post(f"{offer}/steps/submit", data=token).status_code != 429
    assert first.post(f"{offer}/steps/submit", data=typed).status_code == 303


@pytest.mark.parametrize("host", ["evil.example", "a b", "localhost:x", "localhost\r\nX: 1", ""])
def test_f10_a_foreign_host_and_an_odd_method_are_refused_in_few_words(
    client: FlaskClient, host: str
) -> None:
    answer = (
        client.get("/", environ_overrides={"HTTP_HOST": host}) if host else client.open("/", method="TRACE")
    )
    if host:
        assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    else:
        assert answer.status_code == 405
    assert answer.headers["Content-Security-Policy"]
    for method in ("TRACE", "CONNECT", "PROPFIND", "G E T"):
        assert client.open("/calls", method=method).status_code in {400, 405}, method
    wrong = client.get("/sign-out")
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "OPTIONS, POST")


class Proxy:
    """A cache before the site that keeps all that it may, and gives it to whoever asks with the same varying headers."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Any] = {}
        self.hits = 0

    def get(self, client: FlaskClient, path: str) -> str:
        cookies = "; ".join(f"{c.key}={c.value}" for c in client._cookies.values())
        for key in ((path, ""), (path, cookies)):
            if key in self.kept:
                self.hits += 1
                return self.kept[key]
        answer = client.get(path, follow_redirects=True)
        control = answer.headers.get("Cache-Control", "")
        if not {"private", "no-store"} & {part.strip().partition("=")[0] for part in control.split(",")}:
            self.kept[path, cookies if "Cookie" in answer.headers.get("Vary", "") else ""] = answer.text
        text: str = answer.text
        return text


def test_f11_a_proxy_gives_nobody_the_page_of_somebody_else(app: Flask) -> None:
    offer, call = scene(app)
    editor, stranger, proxy = enter(app, "editor"), enter(app, "stranger"), Proxy()
    for path in ("/home", "/offers", "/organisation", "/account", offer, f"{offer}/edit/task", call):
        answer = editor.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "private, no-store", path
        assert "Cookie" in answer.headers["Vary"]
    for path in ("/home", "/organisation", "/account", offer):
        assert "Fundacja Przykład" in proxy.get(editor, path) or path == "/account"
        assert "Fundacja Przykład" not in proxy.get(stranger, path)
        assert "editor@example.org" not in proxy.get(app.test_client(), path)
    assert proxy.hits == 0
    public = app.test_client().get(call)
    assert public.headers["Cache-Control"].startswith("private")
    assert public.headers.get("Set-Cookie") is None or "private" in public.headers["Cache-Control"]
