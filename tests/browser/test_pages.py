"""Pages of the demo in a real Chromium, as each role meets them: they fit a telephone, and break no rule of WCAG."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.journeys.demo_site import DemoSite
from tests.journeys.visitor import Page as Answer
from tests.journeys.visitor import Visitor, wait_for

pytestmark = pytest.mark.browser

AXE = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
WIDTHS = (390, 1280)
KIND = re.compile(
    r"[0-9a-f]{32}|(?<=/verify/)[^/]+|(?<=/calls/)[a-z0-9-]+-[a-z0-9-]+|(?<=/intakes/)[a-z0-9-]+-[a-z0-9-]+|\b\d+\b"
)
# Who looks at what; the pages that these link to are looked at too, one of each kind. After a colon stands what
# for; " > " is followed by the kind of page that the page before links to.
WHO: dict[str, tuple[str, ...]] = {
    "": (
        "/",
        "/calls",
        "/small-grants",
        "/calculators/limits",
        "/calculators/terms",
        "/how-it-works",
        "/accessibility",
        "/privacy",
        "/verify",
        "/sign-in",
        "/sign-up",
        "/password/forgotten",
        "/nothing",
    ),
    "owner": (
        "/home",
        "/offers",
        "/small-grants/new",
        "/organisation",
        "/organisation/limits",
        "/account",
        "/account/security",
        "/account/security/passkeys/new",
    ),
    "signatory": ("/home", "/agreements"),
    "official": (
        "/desk",
        "/desk/small-grants",
        "/intakes",
        "/intakes/new",
        "/small-grants/limits",
        "/calls/mine",
        "/calls/new",
        "/agreements",
        "/payments",
        "/jobs",
    ),
    "official: papers": (
        "/agreements > /settlements/* > /documents/*",
        "/agreements > /settlements/* > /documents/* > /verify/*",
        "/agreements > /settlements/* > /settlements/*/packages",
        "/agreements > /settlements/* > /settlements/*/case-mark",
        "/desk > /calls/* > /calls/*/letters",
        "/requests",
        "/requests/new",
        "/registers",
        "/registers/register_of_offers",
        "/imports",
        "/imports/organisations",
        "/past-agreements",
        "/letters",
        "/letters/new",
    ),
    "director": ("/desk",),
    "mayor-signatory": ("/desk",),
    "treasurer": ("/desk", "/payments"),
    "evaluator1": ("/evaluation",),
    "administrator": ("/administration/accounts", "/administration/departments", "/desk"),
}
MOST = {
    "": 24,
    "owner": 24,
    "signatory": 10,
    "official": 28,
    "official: papers": 28,
    "director": 6,
    "mayor-signatory": 5,
    "treasurer": 5,
    "evaluator1": 6,
    "administrator": 16,
}
LEFT_OUT = re.compile(
    r"/sign-out|\.pdf$|\.zip$|/pattern\.|/letter-files/|\.eml$|/attachments/|/file$|mailto:|tel:|[?&]lang=|[?&](sort|page|view|q)=|#"
)


def found(person: Visitor, starts: tuple[str, ...], most: int) -> list[str]:
    """The starting pages and what they lead to, one page of each kind, breadth first."""
    paths: list[str] = []
    kinds: set[str] = set()
    waiting = [_led(person, start) for start in starts]
    while waiting and len(paths) < most:
        path = waiting.pop(0)
        kind = KIND.sub("*", path)
        if kind in kinds or LEFT_OUT.search(path):
            continue
        kinds.add(kind)
        page = person.ask(path)
        paths.append(path)
        if page.status == 200 and "html" in page.headers["Content-Type"]:
            waiting += _paths(person, page)
    return paths


def _led(person: Visitor, start: str) -> str:
    """Where a start leads."""
    path, *kinds = start.split(" > ")
    for kind in kinds:
        path = wait_for(partial(_link, person, path, kind), f"a link from {path} to {kind}")
    return path


def _link(person: Visitor, path: str, kind: str) -> str:
    return next((found for found in _paths(person, person.ask(path)) if KIND.sub("*", found) == kind), "")


def _paths(person: Visitor, page: Answer) -> list[str]:
    return [urlsplit(link).path for link in page.links(person.base) if not LEFT_OUT.search(link)]


@pytest.fixture
def page_of(browser: Browser, demo_site: DemoSite) -> Iterator[Any]:
    """A page in which somebody is signed in: with the session that the person has already."""
    contexts = []

    def opened(who: str) -> Page:
        context = browser.new_context(locale="pl-PL", reduced_motion="reduce")
        contexts.append(context)
        if who:
            context.add_cookies([
                {"name": cookie.name, "value": cookie.value or "", "url": demo_site.site.url}
                for cookie in demo_site.enter(who).jar
            ])  # fmt: skip
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("who", list(WHO))
def test_pages_fit_have_one_heading_and_break_no_rule(demo_site: DemoSite, page_of: Any, who: str) -> None:
    account = who.partition(":")[0]
    person = demo_site.enter(account) if account else Visitor(demo_site.site.url)
    page, faults = page_of(account), []
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in found(person, WHO[who], MOST[who]):
        said.clear()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(demo_site.site.url + path)
            faults += [f"{path} at {width}: {fault}" for fault in _faults(page)]
        faults += [f"{path}: {text}" for text in said if path != "/nothing"]
        faults += [f"{path}: {text}" for text in _axe(page)]
    assert faults == [], "\n".join(faults)


def _faults(page: Page) -> Iterator[str]:
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if over > 0:
        yield f"{over} px wider than the screen"
    headings = page.locator("h1").count()
    if headings != 1:
        yield f"{headings} headings of the first level"


def _axe(page: Page) -> list[str]:
    answer = Axe().run(page, options=AXE).response
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]}"
        for rule in answer["violations"]
        for node in rule["nodes"][:3]
    ]
