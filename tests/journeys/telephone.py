"""Somebody with a telephone: a real Chromium, 390 pixels wide, worked with a finger and in Polish."""

import re
from collections.abc import Mapping
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.visitor import Visitor

SCREEN: Any = {"width": 390, "height": 844}
AXE = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
# A page that is too wide makes either the document or, where the browser zooms out, the window wider than the screen.
TOO_WIDE = "Math.max(document.documentElement.scrollWidth - document.documentElement.clientWidth, innerWidth - screen.width)"


class Telephone:
    """One browser of its own; nobody is signed in at first. `faults` are what the pages' scripts complained about."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.base = base
        self.context = browser.new_context(
            viewport=SCREEN, screen=SCREEN, is_mobile=True, has_touch=True, locale="pl-PL", reduced_motion="reduce"
        )  # fmt: skip
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))

    def close(self) -> None:
        """Put it away; fails when a script of a page broke meanwhile."""
        self.context.close()
        assert self.faults == [], "\n".join(self.faults)

    # --- looking ------------------------------------------------------------------------------------------------------

    @property
    def words(self) -> str:
        """What a person reads on the page, with plain spaces."""
        return " ".join(self.page.locator("main").inner_text().split())

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.base)

    def reads(self, *expected: str) -> None:
        """Fails unless the page says all of this."""
        missing = [text for text in expected if text not in self.words]
        assert not missing, f"{self.path} lacks {missing}:\n{self.words}"

    def looks_right(self) -> None:
        """The page fits the screen, has one heading of the first level, and breaks no rule of WCAG that axe knows."""
        over = self.page.evaluate(TOO_WIDE)
        assert over <= 0, f"{self.path} is {over} px wider than the screen"
        assert self.page.locator("h1").count() == 1, self.path
        found = [
            f"{rule['id']}: {node['target']} {node['html'][:160]}"
            for rule in Axe().run(self.page, options=AXE).response["violations"]
            for node in rule["nodes"][:3]
        ]
        assert found == [], f"{self.path}:\n" + "\n".join(found)

    # --- going --------------------------------------------------------------------------------------------------------

    def open(self, path: str) -> None:
        """Fails when the page is not there."""
        answer = self.page.goto(self.base + path)
        assert answer is not None, path
        assert answer.status == 200, f"{path}: {answer.status}"

    def tap(self, place: Locator | str) -> None:
        """A finger on it; stays on the page."""
        (self.page.locator(place) if isinstance(place, str) else place).first.tap()

    def follow(self, place: Locator | str) -> int:
        """A finger on a link or a button that leads to another page; gives that page's status."""
        with self.page.expect_navigation() as answer:
            self.tap(place)
        return answer.value.status

    def follow_link(self, part: str) -> None:
        """The first link whose address contains this."""
        status = self.follow(f"main a[href*='{part}']")
        assert status == 200, f"{self.path}: {status}"

    def sign_in(self, who: Visitor) -> None:
        """By the page; whoever was signed in before is not any more."""
        self.context.clear_cookies()
        self.open("/sign-in")
        self.type({"email": who.email, "password": who.password})
        self.follow("main button[type=submit]")
        assert "/sign-in" not in self.path, self.words

    # --- writing ------------------------------------------------------------------------------------------------------

    def type(self, values: Mapping[str, str]) -> None:
        """Text into fields by their id."""
        for name, text in values.items():
            place = self.page.locator(f"[id='{name}']")
            place.tap()
            place.fill(text)

    def answer(self, name: str, value: str) -> None:
        """One of several choices, whether they are buttons or a list."""
        place = self.page.locator(f"main [name='{name}']")
        if place.first.evaluate("place => place.tagName") == "SELECT":
            place.select_option(value)
        else:
            self.tick(f"main input[name='{name}'][value='{value}']")

    def tick(self, place: str) -> None:
        """As most people do, by the words beside the box."""
        box = self.page.locator(place)
        if not box.is_checked():
            self.tap(self.page.locator(f"label[for='{box.get_attribute('id')}']"))
        expect(box).to_be_checked()

    def add_row(self, table: str) -> str:
        """Press the button below the table; gives the key of the new row."""
        before = set(self.keys(table))
        self.tap(f"[data-rows='{table}'] button[data-add]")
        expect(self.page.locator(f"[data-rows='{table}'] [id^='row-']")).to_have_count(len(before) + 1)
        (new,) = set(self.keys(table)) - before
        return new

    def keys(self, table: str) -> list[str]:
        """The keys of the rows in the order of the page."""
        ids = self.page.locator(f"[id^='row-{table}-']").evaluate_all("rows => rows.map(row => row.id)")
        return [re.sub(rf"^row-{table}-", "", found) for found in ids]

    def save(self) -> None:
        """The one button that saves and goes on."""
        status = self.follow(".h-save button[type=submit]")
        assert status == 200, f"{self.path}: {status}\n{self.words}"
        assert self.page.locator("section[aria-labelledby=conflicts]").count() == 0, self.words

    def step(self, case: str, trigger: str, *ticks: str, **choices: str) -> None:
        """Open the page of a step, tick, choose, and take it."""
        self.open(f"{case}/steps/{trigger}")
        self.looks_right()
        for name in ticks:
            self.tick(f"main input[name='{name}']")
        for name, value in choices.items():
            self.answer(name, value)
        self.follow(f"main form[action$='/steps/{trigger}'] button[type=submit]")
        assert "/steps/" not in self.path, f"{trigger} ended at {self.path}:\n{self.words}"
