"""An offer written and submitted in a real browser: with the mouse, and with the keyboard alone and JavaScript off."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app import create_app
from app.extensions import db
from app.services import clock
from config import Settings
from tests.cluster import LiveServer
from tests.offer_cases import CONTENT, PASSWORD, world

TITLE = "Porady i język w Nowej Hucie"
# Section after section: fields by name; of a row added by its button, cells by the end of their names.
FIELDS: dict[str, dict[str, str]] = {
    "offerors": {"contact_name": "Anna Nowak", "contact_phone": "12 345 67 89", "contact_email": "anna@example.org"},
    "task": {"title": TITLE, "date_from": "2027-05-01", "date_to": "2027-11-30", "summary": CONTENT["summary"]},
    "plan": {"-name": "Kursy języka polskiego", "-description": "Dwie grupy", "-audience": "30 osób",
             "-term_from": "2027-05-01", "-term_to": "2027-11-30"},
    "results": {"results_text": CONTENT["results_text"]},
    "experience": {"experience": CONTENT["experience"], "resources": CONTENT["resources"]},
    "costs": {"-name": "Lektorki", "-activity": "1", "-unit": "godz.", "-unit_cost": "120,00", "-quantity": "400"},
    "sources": {"grant": "42 000,00", "own_financial": "6 000,00"},
    "declarations": {"paid_or_free": "", "declares_public_benefit": "", "declares_fees": "", "tax_arrears": "",
                     "insurance_arrears": "", "register_matches": "", "declares_truth": "", "declares_privacy": ""},
}  # fmt: skip
RESULT = {"-name": "Osoby po kursie", "-target": "30", "-unit": "osoba", "-monitoring": "listy obecności"}
ROWS = {"plan": "add:plan", "costs": "add:costs.activity"}


class Hand(Protocol):
    """How a person fills a page: by pointing or by keys."""

    page: Page

    def fill(self, name: str, value: str) -> None: ...
    def press(self, words: str) -> None: ...
    def button(self, name: str) -> None: ...


def _selector(name: str) -> str:
    return f"[name$='{name}']" if name.startswith("-") else f"[name='{name}']"


class Mouse:
    """Clicks on what it sees and types into it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def fill(self, name: str, value: str) -> None:
        control = self.page.locator(f"main form {_selector(name)}").first
        kind = control.get_attribute("type") or control.evaluate("element => element.localName")
        if kind in {"radio", "checkbox"}:
            control.click()
        elif kind == "select":
            control.select_option(index=1)
        else:
            control.click()
            control.fill(value)

    def press(self, words: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=words, exact=True).last.click()

    def button(self, name: str) -> None:
        before = self.page.locator("[data-remove]").count()
        self.page.locator(f"button[name='{name}']").click()
        self.page.wait_for_function("n => document.querySelectorAll('[data-remove]').length > n", arg=before)


class Keys:
    """Presses Tab until the control has the focus, and types; never touches the mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def _tab_until(self, found: Callable[[Any], bool]) -> Any:
        for _step in range(200):
            self.page.keyboard.press("Tab")
            focused = self.page.locator(":focus")
            if focused.count() and found(focused):
                return focused
        raise AssertionError("the keyboard does not get there")

    def fill(self, name: str, value: str) -> None:
        def here(focused: Any) -> bool:
            found = focused.get_attribute("name") or ""
            return bool(found.endswith(name) if name.startswith("-") else found == name)

        control = self._tab_until(here)
        kind = control.get_attribute("type")
        if kind in {"radio", "checkbox"}:
            self.page.keyboard.press("Space")
        elif kind == "date":
            self._type_date(control, value)
        else:
            self.page.keyboard.type(value)

    def _type_date(self, control: Any, value: str) -> None:
        year, month, day = value.split("-")
        self.page.keyboard.type(f"{month}{day}{year}")
        if control.input_value() != value:
            # A browser that asks for the day first: back to the first part and the other order.
            self.page.keyboard.press("Shift+Tab")
            self.page.keyboard.press("Tab")
            self.page.keyboard.type(f"{day}{month}{year}")
        assert control.input_value() == value

    def press(self, words: str) -> None:
        self._tab_until(lambda focused: focused.inner_text().strip() == words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def button(self, name: str) -> None:
        self._tab_until(lambda focused: focused.get_attribute("name") == name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


@pytest.fixture(scope="module")
def call(live_server: LiveServer) -> str:
    """An open call on the living system, with the people of one organisation; gives its slug."""
    app: Flask = create_app(Settings.from_env(live_server.environment))
    with app.app_context():
        deadline = (clock.now() + timedelta(days=7)).replace(microsecond=0)
        slug = world(deadline=deadline).call.slug
        db.engine.dispose()
    assert slug
    return slug


def _sign_in(hand: Hand, base_url: str) -> None:
    hand.page.goto(f"{base_url}/sign-in")
    hand.fill("email", "first@example.org")
    hand.fill("password", PASSWORD)
    hand.press("Zaloguj się")


def _write_and_submit(hand: Hand, base_url: str, call: str) -> None:
    page = hand.page
    _sign_in(hand, base_url)
    page.goto(f"{base_url}/calls/{call}/start")
    for question in ("entity", "statute", "not_for_profit", "signatures"):
        hand.fill(question, "")
    hand.press("Zacznij ofertę")
    offer = page.url.removesuffix("/edit")
    for section, fields in FIELDS.items():
        page.goto(f"{offer}/edit/{section}")
        if section in ROWS:
            hand.button(ROWS[section])
        for name, value in fields.items():
            hand.fill(name, value)
        if section == "results":
            hand.button("add:results")
            for name, value in RESULT.items():
                hand.fill(name, value)
        hand.press("Zapisz i przejdź dalej")
    page.goto(f"{offer}/missing")
    assert page.locator("[data-refusal]").all_inner_texts() == []
    page.goto(f"{offer}/steps/submit")
    hand.fill("confirmed", "")
    hand.press("Złóż ofertę")
    page.goto(f"{offer}/confirmation")
    assert "Oferta złożona" in page.locator("h1").inner_text()
    assert TITLE in page.locator("main").inner_text()


def test_an_offer_is_written_and_submitted_with_the_mouse(
    browser_page: Page, base_url: str, call: str
) -> None:
    faults: list[str] = []
    browser_page.on("pageerror", lambda error: faults.append(str(error)))
    _write_and_submit(Mouse(browser_page), base_url, call)
    assert faults == []


def test_an_offer_is_written_and_submitted_with_the_keyboard_alone_and_javascript_off(
    browser: Browser, base_url: str, call: str
) -> None:
    context = browser.new_context(
        java_script_enabled=False, locale="pl-PL", viewport={"width": 1280, "height": 900}
    )
    try:
        _write_and_submit(Keys(context.new_page()), base_url, call)
    finally:
        context.close()
