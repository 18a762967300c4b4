"""Wrong, doubled, foreign and hostile input over HTTP: a clear answer, nothing changed, never a fault of ours.

An offer that comes after the deadline is met in the journey of the call, whose clock can be set.
"""

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import pytest

from tests.journeys import writing
from tests.journeys.demo_site import DemoSite
from tests.journeys.visitor import Page, Visitor, fields_of, filled

pytestmark = pytest.mark.journey

READ = {
    "12,50": "12,50", "12.50": "12,50", "1 234,50": "1234,50", "1\u00a0234,50": "1234,50", "1\u202f234,50": "1234,50",
    "1\u2009234,50 zł": "1234,50",
}  # fmt: skip
REFUSED = ("NaN", "1e309", "1_000", "12,345", "-5", "\uff11\uff12", "inf", "0x10", "1 23,00", "9" * 40)
HOSTILE = ("a\x00b", "a\x07b", "a\u202eb", "\ufffe", "a" * 20_000)


@dataclass(frozen=True)
class Desk:
    """The official with a call of one's own that is still a draft."""

    official: Visitor
    call: str


@pytest.fixture(scope="module")
def desk(demo_site: DemoSite) -> Desk:
    official = demo_site.enter("official")
    page = official.send("/calls/new")
    return Desk(official, urlsplit(page.url.partition("/edit/")[0]).path)


def open_call(demo_site: DemoSite) -> str:
    """The address of the call that takes offers now."""
    page = Visitor(demo_site.site.url).get("/calls?status=open")
    link = next(link for link in page.links("/calls/") if link.count("/") == 4)
    return urlsplit(link).path


def own_draft(demo_site: DemoSite) -> str:
    """The demo's draft of the first organisation."""
    page = demo_site.enter("owner").get("/offers?view=drafts")
    path = next(link for link in page.links("/offers/") if re.search(r"/offers/[0-9a-f]{32}", link))
    found = re.search(r"/offers/[0-9a-f]{32}", path)
    assert found is not None
    return found.group()


# --- amounts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", READ)
def test_an_amount_is_read_however_it_is_typed(desk: Desk, typed: str) -> None:
    page = desk.official.get(f"{desk.call}/edit/money")
    answer = desk.official.submit(page, {"max_grant_grosze": typed})
    assert answer.status == 200, answer.words
    again = desk.official.get(f"{desk.call}/edit/money")
    assert again.doc.get_element_by_id("max_grant_grosze").get("value").replace(" ", "") == READ[typed]


@pytest.mark.parametrize("typed", REFUSED)
def test_what_is_no_amount_is_refused_beside_the_field_and_kept(desk: Desk, typed: str) -> None:
    before = desk.official.get(f"{desk.call}/edit/money")
    answer = desk.official.submit(before, {"max_grant_grosze": typed, "min_grant_grosze": "7"})
    assert answer.status == 422
    field = answer.doc.get_element_by_id("max_grant_grosze")
    assert field.get("value") == typed.strip()
    assert field.get("aria-invalid") == "true"
    said = answer.doc.get_element_by_id(field.get("aria-describedby").split()[-1])
    assert said.text_content().strip()
    assert answer.doc.get_element_by_id("min_grant_grosze").get("value") == "7"
    after = desk.official.get(f"{desk.call}/edit/money")
    assert after.doc.get_element_by_id("min_grant_grosze").get("value") == (
        before.doc.get_element_by_id("min_grant_grosze").get("value")
    )


# --- doubled, stale ---------------------------------------------------------------------------------------------------


def test_a_second_click_submits_once_and_a_stale_page_is_answered_with_both_versions(
    demo_site: DemoSite,
) -> None:
    owner, signatory, call = demo_site.enter("owner"), demo_site.enter("signatory"), open_call(demo_site)
    answer = owner.send(
        f"{call}/start", {"entity": "yes", "statute": "yes", "not_for_profit": "yes", "signatures": "yes"}
    )
    offer = urlsplit(answer.url.removesuffix("/edit")).path
    year = int(re.findall(r"20\d\d", Visitor(demo_site.site.url).get(call).doc.findtext(".//h1"))[0])
    writing.write_offer(owner, offer, "Dwa kliknięcia", {year: 60_000_00}, (f"{year}-02-01", f"{year}-11-30"))
    page = signatory.get(f"{offer}/steps/submit")
    form = page.form(["confirmed"], "/steps/submit")
    pairs = filled(form, {"confirmed": "y"})
    first = signatory.post(f"{offer}/steps/submit", pairs)
    assert first.status == 200, first.words
    second = signatory.post(f"{offer}/steps/submit", pairs)
    assert (second.status, second.url) == (200, first.url)
    other = signatory.post(f"{offer}/steps/submit", [*pairs, ("other", "body")])
    assert other.status == 422, other.words
    assert second.words.count("Wysłano ofertę") == first.words.count("Wysłano ofertę")
    stale = signatory.get(f"{offer}/steps/withdraw")
    old = [
        (name, "1" if name == "version" else value)
        for name, value in filled(stale.form(["reason"]), {"reason": "nie"})
    ]
    refused = signatory.post(f"{offer}/steps/withdraw", old)
    assert refused.status == 409
    assert re.search(r"wersj\w+ 1\b.*wersj\w+ \d+|wersj\w+.*\b1\b", refused.words), refused.words
    assert signatory.get(f"{offer}/confirmation").status == 200


def test_the_same_key_makes_one_call(desk: Desk) -> None:
    page = desk.official.get("/calls/new")
    pairs = fields_of(page.form(["like"]))
    first, second = (desk.official.post("/calls/new", pairs) for _ in range(2))
    assert first.url == second.url
    assert desk.official.post("/calls/new", [*pairs, ("other", "body")]).status == 422


# --- foreign, unknown, forbidden --------------------------------------------------------------------------------------


def test_what_is_foreign_or_unknown_is_not_there(demo_site: DemoSite) -> None:
    draft, call = own_draft(demo_site), open_call(demo_site)
    stranger, official = demo_site.enter("owner2"), demo_site.enter("official")
    for path in (
        draft,
        f"{draft}/edit",
        f"{draft}/edit/task",
        f"{draft}/steps/submit",
        f"{draft}/missing",
        f"{draft}/preview",
    ):
        assert stranger.ask(path).status == 404, path
        assert official.ask(path).status == 404, path
    token = fields_of(stranger.get("/organisation/new").form(["name"]))
    assert stranger.post(f"{draft}/steps/submit", token).status == 404
    for path in (
        f"{call}/steps/no_such_step", "/calls/no-such-call", f"/offers/{'0' * 32}", "/calls/%00", f"/agreements/{'9' * 300}",
        f"/documents/{'0' * 32}.pdf", "/jobs/../../etc/passwd", "/nothing",
    ):  # fmt: skip
        assert official.ask(path).status == 404, path


def test_a_step_of_somebody_else_is_forbidden(demo_site: DemoSite) -> None:
    call = open_call(demo_site)
    for who in ("owner2", "clerk", "official", "auditor"):
        person = demo_site.enter(who)
        assert person.ask(f"{call}/steps/amend").status == 403, who
        token = fields_of(person.get("/account").form(["name"]))
        assert person.post(f"{call}/steps/amend", token).status == 403, who
    nobody = Visitor(demo_site.site.url).ask(f"{call}/steps/amend")
    assert nobody.status == 401 or "/sign-in" in nobody.url
    assert demo_site.enter("owner").ask("/desk").status == 404


# --- transport --------------------------------------------------------------------------------------------------------


def test_a_wrong_or_missing_token_changes_nothing(desk: Desk) -> None:
    page = desk.official.get(f"{desk.call}/edit/task")
    pairs = filled(page.form(["title"]), {"title": "Bez znacznika"})
    for wrong in ("", "x", "Żółć"):
        sent = [(name, wrong if name == "csrf_token" else value) for name, value in pairs]
        assert desk.official.post(f"{desk.call}/edit/task", sent).status == 400
    assert (
        desk.official.post(f"{desk.call}/edit/task", [p for p in pairs if p[0] != "csrf_token"]).status == 400
    )
    assert "Bez znacznika" not in desk.official.get(f"{desk.call}/edit/task").text


@pytest.mark.parametrize("typed", HOSTILE)
def test_a_character_that_cannot_be_saved_is_refused(desk: Desk, typed: str) -> None:
    page = desk.official.get(f"{desk.call}/edit/task")
    answer = desk.official.submit(page, {"title": typed})
    assert answer.status == 422, answer.words


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_text_in_an_offer_is_never_a_fault(demo_site: DemoSite, typed: str) -> None:
    owner, draft = demo_site.enter("owner"), own_draft(demo_site)
    page = owner.get(f"{draft}/edit/experience")
    before = page.doc.get_element_by_id("experience").text
    answer = owner.submit(page, {"experience": typed})
    assert answer.status < 500, answer.words
    assert owner.get(f"{draft}/edit/experience").status == 200
    assert owner.submit(owner.get(f"{draft}/edit/experience"), {"experience": before or ""}).status == 200


def test_the_wrong_method_and_too_much_are_refused(demo_site: DemoSite) -> None:
    owner, draft, call = demo_site.enter("owner"), own_draft(demo_site), open_call(demo_site)
    assert owner.ask("/calls", b"", method="DELETE").status == 405
    assert owner.ask(f"{call}/steps/publish", b"x=1", method="PUT").status == 405
    page = owner.get(f"{draft}/edit/attachments")
    pairs = fields_of(page.form(["file"]))
    target = urljoin(page.url, page.form(["file"]).get("action"))
    assert owner.announce(target, 27 * 1024 * 1024) == 413
    program = owner.upload(target, pairs, "skan.pdf", b"MZ" + bytes(1000))
    assert program.status == 422, program.words
    empty = owner.upload(target, pairs, "skan.pdf", b"")
    assert empty.status == 422, empty.words


def test_nothing_that_is_typed_into_a_form_is_a_fault_of_ours(demo_site: DemoSite, desk: Desk) -> None:
    """Every field of the forms that take most, with values that no field expects."""
    official, clerk = desk.official, demo_site.enter("clerk")
    pages = [
        (official, f"{desk.call}/edit/{name}")
        for name in ("task", "money", "dates", "rules", "merit", "commission")
    ]
    pages.append((clerk, f"{open_call(demo_site)}/paper-offers/new"))
    for person, path in pages:
        form = person.get(path).form(["csrf_token"])
        names = sorted(
            {name for name, _value in fields_of(form)} - {"csrf_token", "version", "idempotency_key"}
        )
        for typed in ("9" * 400, "2026-02-30T25:61", "\U0001f4a9 ’; DROP TABLE offer; --"):
            page: Page = person.post(path, filled(form, dict.fromkeys(names, typed)))
            assert page.status in {200, 409, 422}, f"{path} with {typed[:20]}: {page.status}"
