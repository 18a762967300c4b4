"""Signing in with a provider as a person does it: a link, the provider's page, a button, and back."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from app.extensions import db
from app.services import accounts
from config import Provider
from embedded.servers import free_port
from tests import oidc_provider
from tests.oidc_provider import OidcProvider

pytestmark = pytest.mark.browser
NAME = "Konto Miasta"


@pytest.fixture
def oidc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OidcProvider]:
    with oidc_provider.running(tmp_path_factory.mktemp("provider")) as running:
        yield running


@pytest.fixture
def site(app: Flask, oidc: OidcProvider, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The application on a port of its own, with the provider switched on."""
    port = free_port()
    provider = Provider(oidc.issuer, "hejnal", "a secret", NAME, everyone=True, strong=())
    settings = replace(app.config["HEJNAL"], provider=provider, base_url=f"http://localhost:{port}")
    monkeypatch.setitem(app.config, "HEJNAL", settings)
    server = make_server("localhost", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield settings.base_url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.session.remove()


def test_a_person_signs_in_with_the_provider_and_may_change_their_mind_first(
    app: Flask, oidc: OidcProvider, site: str, browser: Browser
) -> None:
    oidc.knows("ola", email="ola@example.org", email_verified=True, name="Ola Nowak")
    complaints: list[str] = []
    context = browser.new_context(locale="pl")
    page = context.new_page()
    page.on(
        "console",
        lambda message: complaints.append(message.text) if "Content Security" in message.text else None,
    )
    page.goto(f"{site}/organisation")
    page.get_by_role("link", name=NAME).click()
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("main").get_by_role("alert")).to_contain_text(NAME)
    assert page.url.startswith(site)
    page.get_by_role("main").get_by_role("link").click()
    page.goto(f"{site}/organisation")
    page.get_by_role("link", name=NAME).click()
    page.get_by_placeholder("sub").fill("ola")
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{site}/organisation*")
    expect(page.get_by_role("banner").get_by_text("Ola Nowak")).to_be_visible()
    assert complaints == []
    context.close()
    with app.app_context():
        user = accounts.find("ola@example.org")
        assert user is not None
        assert user.role_names == frozenset()
