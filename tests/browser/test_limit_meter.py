"""The meter of the limits in a real Chromium on a telephone: it answers while somebody types, and is there without scripts."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from config import ROOT
from tests.cluster import LiveServer, surroundings

pytestmark = pytest.mark.browser

TELEPHONE: Any = {"width": 390, "height": 844}
TOO_MUCH, FITS = "5 000,01", "5 000,00"
# The worked case: an organisation that has 25,000 transferred and 10,000 awarded this year.
PLANT = """
from datetime import timedelta
from app.services import clock
from tests.small_grant_cases import an_intake, an_organisation, other_grant
from workflows.limits import GrantState
from wsgi import app

with app.app_context():
    now = clock.now()
    an_intake(year=now.year, opens_at=now - timedelta(days=2), deadline=now + timedelta(days=2))
    organisation = an_organisation(901)
    other_grant(organisation, 25_000_00, year=now.year, transferred_on=now.date())
    other_grant(organisation, 10_000_00, year=now.year, state=GrantState.AWARDED)
"""
WHO, PASSWORD = "editor-0000000901@example.org", "piętnaście koni w rzędzie"


@pytest.fixture(scope="module")
def site(live_server: LiveServer) -> str:
    """Where the worked case waits for somebody to type."""
    environment = {**surroundings(), **live_server.environment}
    done = subprocess.run(
        [sys.executable, "-c", PLANT], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return live_server.url


@pytest.fixture
def telephone(browser: Browser) -> Iterator[Page]:
    """A page as wide as a telephone."""
    context = browser.new_context(viewport=TELEPHONE, locale="pl-PL", reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture
def plain_telephone(browser: Browser) -> Iterator[Page]:
    """The same in a browser that runs no JavaScript."""
    context = browser.new_context(viewport=TELEPHONE, locale="pl-PL", java_script_enabled=False)
    yield context.new_page()
    context.close()


def begun(page: Page, base: str) -> str:
    """The section of costs of a new small grant with one row."""
    page.goto(f"{base}/sign-in")
    page.locator("#email").fill(WHO)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    expect(page.locator("h1")).to_be_visible()
    page.goto(f"{base}/home")
    page.locator("a[href='/small-grants/new']").first.click()
    page.locator("a[href*='/intakes/'][href$='/start']").first.click()
    for name in ("entity", "statute", "not_for_profit", "signatures"):
        page.locator(f"input[name={name}][value=yes]").check()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/offers/[0-9a-f]{32}"))
    offer = re.search(r"/offers/[0-9a-f]{32}", page.url)
    assert offer is not None
    costs = f"{base}{offer.group()}/edit/costs"
    page.goto(costs)
    page.locator("button[data-add]").first.click()
    expect(page.locator("[name^='costs-'][name$='-from_grant']")).to_have_count(1)
    return costs


def fits(page: Page) -> None:
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"{over} px wider than the screen"


def amount(page: Page) -> Any:
    return page.locator("[name^='costs-'][name$='-from_grant']").first


def test_the_meter_answers_what_is_typed_and_saves_nothing(site: str, telephone: Page) -> None:
    page = telephone
    costs = begun(page, site)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route("**/autosave", lambda route: route.abort())  # so that only the meter can have answered
    with page.expect_response(re.compile(r"/limits(\?|$)")) as answer:
        amount(page).press_sequentially(TOO_MUCH, delay=20)
    assert answer.value.status == 200
    summary = page.locator("[data-summary]")
    expect(summary).to_contain_text("Limit jest przekroczony")
    expect(page.locator("[data-exceeded]").first).to_contain_text("Zmieści się")
    expect(page.locator("#say")).to_contain_text(re.compile(r"Zmieści się 5\s000,00"))
    assert amount(page).input_value() == TOO_MUCH
    assert page.evaluate("document.activeElement.name").endswith("-from_grant")
    fits(page)
    amount(page).fill(FITS)
    expect(page.locator("[data-exceeded]")).to_have_count(0)
    page.goto(costs)
    assert amount(page).input_value() == ""
    assert errors == []


def test_an_answer_that_was_overtaken_is_dropped(site: str, telephone: Page) -> None:
    page = telephone
    begun(page, site)
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route(re.compile(r"/limits(\?|$)"), hold)
    amount(page).fill(TOO_MUCH)
    page.wait_for_timeout(600)
    amount(page).fill(FITS)
    page.wait_for_timeout(600)
    assert len(held) == 2
    held[1].continue_()
    expect(page.locator("[data-summary]")).to_contain_text("Limity są zachowane")
    held[0].continue_()
    page.wait_for_timeout(600)
    expect(page.locator("[data-exceeded]")).to_have_count(0)


def test_without_scripts_the_meter_is_there_after_a_save(site: str, plain_telephone: Page) -> None:
    page = plain_telephone
    begun(page, site)
    expect(page.locator("[data-summary]")).to_be_visible()
    amount(page).fill(TOO_MUCH)
    page.locator("button[name=recount]").click()
    expect(page.locator("[data-summary]")).to_contain_text("Limit jest przekroczony")
    fits(page)
