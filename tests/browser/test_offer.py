"""An offer written and submitted in a real Chromium: with the mouse, and with the keyboard alone and JavaScript off."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.demo_site import DemoSite
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TEXTS = {
    "summary": "Miejsce spotkań: żółć, gęślą jaźń.", "experience": "Od 2015 r. prowadzimy kursy.",
    "resources": "Cztery lektorki i lokal.", "results_text": "Osoby z zagranicy same załatwiają sprawy.",
}  # fmt: skip


def open_call(demo_site: DemoSite) -> tuple[str, int]:
    """The address of the call that takes offers, and the year of its task."""
    public = Visitor(demo_site.site.url)
    link = next(link for link in public.get("/calls?status=open").links("/calls/") if link.count("/") == 4)
    page = public.get(link)
    return urlsplit(link).path, int(re.findall(r"20\d\d", page.doc.findtext(".//h1"))[0])


@pytest.fixture
def author(demo_site: DemoSite) -> Visitor:
    """The owner of the second organisation, who also signs for it."""
    return demo_site.visitors["owner2"]


class Mouse:
    """Writes with the mouse and the keyboard as most people do."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def type(self, place: Any, text: str) -> None:
        place.click()
        place.fill(text)

    def choose(self, place: Any, value: str) -> None:
        place.select_option(value)

    def tick(self, place: Any) -> None:
        place.check()

    def press(self, place: Any) -> None:
        place.click()


class Keyboard(Mouse):
    """Reaches everything by Tab and types; the mouse is never moved."""

    def reach(self, place: Any) -> None:
        """Tab until the control has the focus; fails when it cannot be reached."""
        handle = place.element_handle()
        for _ in range(400):
            if self.page.evaluate("place => document.activeElement === place", handle):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {place}")

    def type(self, place: Any, text: str) -> None:
        if place.get_attribute("type") == "date":
            self.type_day(place, text)
            return
        self.reach(place)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def type_day(self, place: Any, text: str) -> None:
        """The parts of a date in the order of the browser's language, whichever that is."""
        year, month, day = text.split("-")
        for typed in (f"{day}{month}{year}", f"{month}{day}{year}"):
            self.reach(place)
            self.page.keyboard.type(typed)
            if place.input_value() == text:
                return
            for _ in range(4):  # out of the parts of the date, so that the next try begins with the first
                self.page.keyboard.press("Tab")
        raise AssertionError(f"{text} cannot be typed")

    def choose(self, place: Any, value: str) -> None:
        self.reach(place)
        options = place.locator("option").evaluate_all("found => found.map(option => option.value)")
        present = place.evaluate("place => place.selectedIndex")
        steps = options.index(value) - present
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")

    def tick(self, place: Any) -> None:
        if place.is_checked():
            return
        if place.get_attribute("type") == "radio":
            # Tab stops once in a group of radios; the arrows go through it.
            name = place.get_attribute("name")
            self.reach(self.page.locator(f"input[name='{name}']").first)
            for _ in range(self.page.locator(f"input[name='{name}']").count()):
                self.page.keyboard.press("Space")
                if place.is_checked():
                    return
                self.page.keyboard.press("ArrowDown")
                if place.is_checked():
                    return
        self.reach(place)
        self.page.keyboard.press("Space")

    def press(self, place: Any) -> None:
        self.reach(place)
        self.page.keyboard.press("Enter")


def sign_in(hand: Mouse, base: str, who: Visitor) -> None:
    page = hand.page
    page.goto(f"{base}/sign-in")
    hand.type(page.locator("#email"), who.email)
    hand.type(page.locator("#password"), who.password)
    hand.press(page.locator("main button[type=submit]").first)
    expect(page.locator("h1")).to_be_visible()


def begin(hand: Mouse, base: str, call: str) -> str:
    """The four questions; gives the address of the new draft."""
    page = hand.page
    page.goto(f"{base}{call}/start")
    for name in ("entity", "statute", "not_for_profit", "signatures"):
        hand.tick(page.locator(f"input[name={name}][value=yes]"))
    hand.press(page.locator("main form button[type=submit]").last)
    page.wait_for_url(re.compile(r"/offers/[0-9a-f]{32}"))
    found = re.search(r"/offers/[0-9a-f]{32}", page.url)
    assert found is not None
    return base + found.group()


def save(hand: Mouse) -> None:
    """The one button that saves and goes on."""
    with hand.page.expect_navigation():
        hand.press(hand.page.locator(".h-save button[type=submit]"))
    conflicts = hand.page.locator("section[aria-labelledby=conflicts]")
    assert conflicts.count() == 0, f"{hand.page.url}: {conflicts.inner_text()}"


def rows(page: Page, table: str) -> Any:
    return page.locator(f"[id^='row-{table}-']")


def add(hand: Mouse, table: str, count: int) -> None:
    """Press the button until the table has so many rows."""
    part = hand.page.locator(f"[data-rows='{table}']")
    while (present := part.locator("[id^='row-']").count()) < count:
        hand.press(part.locator("button[data-add]"))
        expect(part.locator("[id^='row-']")).to_have_count(present + 1)


def cells(hand: Mouse, table: str, part: str, number: int, values: dict[str, str]) -> None:
    """Fill in one row of a part of a table."""
    line = hand.page.locator(f"[data-rows='{part}'] [id^='row-']").nth(number)
    for name, value in values.items():
        place = line.locator(f"[name^='{table}-'][name$='-{name}']")
        if place.evaluate("place => place.tagName") == "SELECT":
            hand.choose(place, value or place.locator("option").nth(1).get_attribute("value") or "")
        else:
            hand.type(place, value)


def write(hand: Mouse, offer: str, title: str, year: int) -> None:
    """Every section but the attachments."""
    page, first, last = hand.page, f"{year}-02-01", f"{year}-11-30"
    page.goto(f"{offer}/edit/offerors")
    for name, value in (
        ("name", "Wanda Szczęsna"),
        ("phone", "12 345 67 89"),
        ("email", "kontakt@example.org"),
    ):
        hand.type(page.locator(f"#contact_{name}"), value)
    save(hand)
    page.goto(f"{offer}/edit/task")
    hand.type(page.locator("#title"), title)
    hand.type(page.locator("#date_from"), first)
    hand.type(page.locator("#date_to"), last)
    hand.type(page.locator("#summary"), TEXTS["summary"])
    save(hand)
    page.goto(f"{offer}/edit/plan")
    add(hand, "plan", 2)
    hand.press(page.locator("[data-rows='plan'] button[data-remove]").nth(1))
    expect(rows(page, "plan")).to_have_count(1)
    plan = {
        "name": "Kursy",
        "description": "Kursy języka.",
        "audience": "Cudzoziemcy",
        "term_from": first,
        "term_to": last,
    }
    cells(hand, "plan", "plan", 0, plan)
    save(hand)
    page.goto(f"{offer}/edit/results")
    hand.type(page.locator("#results_text"), TEXTS["results_text"])
    add(hand, "results", 1)
    cells(
        hand,
        "results",
        "results",
        0,
        {"name": "Uczestnicy", "target": "80", "unit": "osób", "monitoring": "Listy"},
    )
    save(hand)
    page.goto(f"{offer}/edit/experience")
    hand.type(page.locator("#experience"), TEXTS["experience"])
    hand.type(page.locator("#resources"), TEXTS["resources"])
    save(hand)
    page.goto(f"{offer}/edit/costs")
    add(hand, "costs.activity", 1)
    add(hand, "costs.administrative", 1)
    cost = {"name": "Lektorki", "activity": "", "unit": "miesiąc", "unit_cost": "1 050,00", "quantity": "10"}
    cells(hand, "costs", "costs.activity", 0, cost)
    cells(
        hand,
        "costs",
        "costs.administrative",
        0,
        {"name": "Księgowość", "unit": "rok", "unit_cost": "1500", "quantity": "1"},
    )
    save(hand)
    page.goto(f"{offer}/edit/sources")
    for name, value in (("grant", "10 000"), ("own_financial", "1000"), ("own_personal", "1 000,00")):
        hand.type(page.locator(f"#{name}"), value)
    save(hand)
    page.goto(f"{offer}/edit/declarations")
    for name, value in (
        ("paid_or_free", "free"),
        ("tax_arrears", "none"),
        ("insurance_arrears", "none"),
        ("register_matches", "krs"),
    ):
        place = page.locator(f"[name={name}]")
        if place.first.evaluate("place => place.tagName") == "SELECT":
            hand.choose(place, value)
        else:
            hand.tick(page.locator(f"input[name={name}][value={value}]"))
    for name in ("declares_public_benefit", "declares_fees", "declares_truth", "declares_privacy"):
        hand.tick(page.locator(f"input[name={name}]"))
    save(hand)


def attach(hand: Mouse, offer: str) -> None:
    """A form without a file fails; the file that went up before it stays."""
    page = hand.page
    page.goto(f"{offer}/edit/attachments")
    page.locator("main input[type=file]").last.set_input_files(
        {"name": "statut ż.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    hand.press(page.locator("main form:has(input[type=file]) button[type=submit]").last)
    expect(page.get_by_role("link", name="statut ż.pdf").first).to_be_visible()
    hand.press(page.locator("main form:has(input[type=file]) button[type=submit]").last)
    expect(page.locator("[role=alert], .h-faulty").first).to_be_visible()
    expect(page.get_by_role("link", name="statut ż.pdf").first).to_be_visible()


def submit(hand: Mouse, offer: str) -> None:
    """Nothing is missing; submit; the confirmation shows number, time and checksum."""
    page = hand.page
    page.goto(f"{offer}/missing")
    page.goto(f"{offer}/steps/submit")
    hand.tick(page.locator("#confirmed"))
    hand.press(page.locator("main form[action$='/steps/submit'] button[type=submit]").last)
    page.wait_for_url(re.compile(r"/offers/[0-9a-f]{32}$"))
    page.goto(f"{offer}/confirmation")
    words = page.locator("main").inner_text().replace("\u00a0", " ")
    assert re.search(r"Numer \d+", words), words
    assert re.search(r"\d{1,2} \w+ 20\d\d r\., godz\. \d\d:\d\d:\d\d", words), words
    assert re.search(r"\b[0-9A-F]{4}(-[0-9A-F]{4}){2}\b", words), words


@pytest.fixture
def wide_page(browser: Browser) -> Iterator[Page]:
    """A page that is 1280 pixels wide."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="pl-PL")
    yield context.new_page()
    context.close()


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that runs no JavaScript."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 1280, "height": 900}, locale="pl-PL"
    )
    yield context.new_page()
    context.close()


def test_an_offer_is_written_and_submitted_with_the_mouse(
    demo_site: DemoSite, author: Visitor, wide_page: Page
) -> None:
    call, year = open_call(demo_site)
    hand = Mouse(wide_page)
    errors: list[str] = []
    wide_page.on("pageerror", lambda error: errors.append(str(error)))
    wide_page.on(
        "response",
        lambda answer: errors.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None,
    )
    sign_in(hand, demo_site.site.url, author)
    offer = begin(hand, demo_site.site.url, call)
    wide_page.goto(f"{offer}/edit/experience")
    with wide_page.expect_response(re.compile("/autosave$"), timeout=20_000) as answer:
        hand.type(wide_page.locator("#experience"), "Zapisuje się samo.")
    assert answer.value.status == 200
    expect(wide_page.locator("#saved")).to_contain_text(re.compile("Zapisano"), timeout=15_000)
    wide_page.reload()
    expect(wide_page.locator("#experience")).to_have_value("Zapisuje się samo.")
    write(hand, offer, "Myszą napisane", year)
    attach(hand, offer)
    submit(hand, offer)
    assert [text for text in errors if not text.startswith("422 ")] == []


def test_an_offer_is_written_and_submitted_with_the_keyboard_alone_and_without_javascript(
    demo_site: DemoSite, plain_page: Page
) -> None:
    call, year = open_call(demo_site)
    hand = Keyboard(plain_page)
    sign_in(hand, demo_site.site.url, demo_site.visitors["owner2"])
    offer = begin(hand, demo_site.site.url, call)
    write(hand, offer, "Klawiaturą napisane", year)
    submit(hand, offer)
