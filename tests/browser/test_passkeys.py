"""Passkeys in a real Chromium with a virtual authenticator: made, used alone, used as the second step, and removed."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import CDPSession, Page, expect

from app import create_app
from app.extensions import db as database
from app.models import LoginSession, WebAuthn
from app.transaction import writing
from config import Settings
from tests.accounts import PASSWORD, person
from tests.cluster import LiveServer

pytestmark = pytest.mark.browser


class Device:
    """An authenticator that the browser thinks is plugged in."""

    def __init__(self, page: Page) -> None:
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        self.id = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def credentials(self) -> list[dict[str, Any]]:
        return list(self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"])

    def answers_for_its_person(self, yes: bool) -> None:
        """Whether the finger fits."""
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": yes})


@pytest.fixture(scope="module")
def inside(live_server: LiveServer) -> Iterator[Flask]:
    """The application on the database of the live server, to make people and to let time pass."""
    made = create_app(Settings.from_env({**live_server.environment}))
    yield made
    with made.app_context():
        database.engine.dispose()
    made.extensions["redis"].close()


def by_password(page: Page, site: str, email: str, password: str = PASSWORD) -> None:
    page.goto(f"{site}/sign-in?lang=en")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


def add_a_passkey(page: Page, site: str, name: str) -> None:
    page.goto(f"{site}/account/security/passkeys/new?lang=en")
    page.get_by_label("Name of the passkey").fill(name)
    page.get_by_role("button", name="Add the passkey").click()


def test_a_passkey_is_made_signs_in_alone_and_as_the_second_step_and_is_removed(
    browser_page: Page, live_server: LiveServer, inside: Flask
) -> None:
    page, site = browser_page, live_server.url
    person(inside, "ola@passkeys.example", name="Ola Kluczyk")
    device = Device(page)
    by_password(page, site, "ola@passkeys.example")
    add_a_passkey(page, site, "Telefon Oli")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Recovery codes"
    )  # the first second factor brings them
    page.get_by_role("link", name="I have saved them").click()
    expect(page.get_by_role("link", name="Telefon Oli")).to_be_visible()
    (credential,) = device.credentials()
    assert credential["isResidentCredential"]

    sign_out(page)  # alone: nothing is typed
    page.goto(f"{site}/sign-in?lang=en&next=/account/security")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{site}/account/security")

    sign_out(page)  # after the password: the password alone does not open the account any more
    by_password(page, site, "ola@passkeys.example")
    page.wait_for_url("**/sign-in/second-step")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/home")

    page.goto(f"{site}/account/security?lang=en")
    page.get_by_role("link", name="Telefon Oli").click()
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_text("Passkey removed.")).to_be_visible()
    sign_out(page)
    page.goto(f"{site}/sign-in?lang=en")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("The passkey was not taken.").first).to_be_visible()


def test_a_copied_authenticator_and_another_persons_passkey_are_refused(
    browser_page: Page, live_server: LiveServer, inside: Flask
) -> None:
    page, site = browser_page, live_server.url
    person(inside, "ala@passkeys.example")
    person(inside, "iza@passkeys.example", totp=True)
    Device(page)
    by_password(page, site, "ala@passkeys.example")
    add_a_passkey(page, site, "Klucz Ali")
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    with inside.app_context(), writing():
        row = database.session.scalars(sa.select(WebAuthn).where(WebAuthn.name == "Klucz Ali")).one()
        row.sign_count = 1000  # the real one has been used a thousand times since
    sign_out(page)
    page.goto(f"{site}/sign-in?lang=en")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="This did not work")).to_be_visible()
    expect(page).to_have_url(re.compile("/sign-in/passkey$"))

    sign_out(page)
    by_password(page, site, "iza@passkeys.example")
    page.wait_for_url("**/sign-in/second-step")  # Iza has no passkey, so the page offers none
    expect(page.get_by_role("button", name="passkey")).to_have_count(0)


def test_a_passkey_confirms_a_grave_step_and_a_refused_finger_does_not(
    browser_page: Page, live_server: LiveServer, inside: Flask
) -> None:
    page, site = browser_page, live_server.url
    user_id = person(inside, "ewa@passkeys.example")
    device = Device(page)
    by_password(page, site, "ewa@passkeys.example")
    add_a_passkey(page, site, "Klucz Ewy")
    with inside.app_context(), database.engine.begin() as connection:
        old = LoginSession.proved_at - sa.func.make_interval(0, 0, 0, 0, 1)
        connection.execute(
            sa.update(LoginSession).where(LoginSession.user_id == user_id).values(proved_at=old)
        )
    page.goto(f"{site}/account/security/passkeys/new?lang=en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    device.answers_for_its_person(False)
    page.get_by_role("button", name="Confirm with a passkey").click()
    expect(page.locator("[data-passkey-said]")).to_contain_text("The passkey was not taken.")
    device.answers_for_its_person(True)
    page.get_by_role("button", name="Confirm with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Add a passkey")
