"""Rights as a matrix: every address that can be read, opened by everybody, with the answer that the declared policy gives.

The expectation is reckoned from who the person is (tests/rights_expected.py), the examples stand in tests/rights_walk.py.
Foreigners send everything that can be sent, and nothing changes.
"""

import logging
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.services import audit_heads
from app.services.registers import REGISTERS
from app.views.gates import close
from tests.accounts import token_of
from tests.business_hash import business_hash
from tests.register_cases import made
from tests.rights_walk import (
    FORBIDDEN,
    HIDDEN,
    NAME,
    NOWHERE,
    Opened,
    bare,
    headers,
    leaks,
    posts,
    surprises,
    told_apart,
    walk,
    without_example,
)
from tests.rights_world import CANARY, EVALUATORS, World, build
from tests.small_grant_people import ACCOUNT
from workflows.catalogue import BY_PLURAL
from workflows.roles import OFFICE

OURS = (
    "official",
    "director",
    "auditor",
    "administrator",
    "torn",
    "barred",
    "owner",
    "evaluator",
    "excluded",
)
PERSONAL = (CANARY, ACCOUNT, "Anna Nowak", "anna@example.org")


@pytest.fixture(scope="module")
def world(application: Flask, cleaner: Any) -> Iterator[World]:
    """The world, built once: these tests only read, or are refused."""
    yield build(application)
    with application.app_context():
        audit_heads.path().unlink(missing_ok=True)
    cleaner.clean()


@pytest.fixture
def refusals(caplog: pytest.LogCaptureFixture) -> Iterator[Any]:
    """The lines about refusals in the log of security so far."""
    with caplog.at_level(logging.WARNING, "hejnal.security"):
        yield lambda: [row.getMessage() for row in caplog.records if "refused 40" in row.getMessage()]


def faults(world: World, key: str, refusals: Any) -> tuple[list[Opened], list[str]]:
    """Everything opened by one person, and what is wrong with it; each refusal stands in the log once."""
    walked = walk(world, key)
    refused = sum(row.expected in {HIDDEN, FORBIDDEN} for row in walked)
    refused += sum(
        row.endpoint == "steps.ask" and row.expected == "open" and row.answer.status_code in {403, 404}
        for row in walked
    )
    found = surprises(walked)
    if key != "public" and len(refusals()) != refused:
        found.append(f"{len(refusals())} lines in the log for {refused} refusals")
    return walked, found + [f"told apart from nothing: {url}" for url in told_apart(world, key, walked)]


@pytest.mark.parametrize("key", OURS)
def test_people_of_the_department_and_its_applicants_open_what_is_theirs(
    world: World, refusals: Any, key: str
) -> None:
    walked, found = faults(world, key, refusals)
    assert found == []
    assert leaks(walked) != []  # what is private stands there: for those whose it is


def test_b1_what_belongs_to_another_organisation_looks_like_nothing(world: World, refusals: Any) -> None:
    walked, found = faults(world, "stranger", refusals)
    assert found == []
    assert leaks(walked) == []


def stored(world: World) -> str:
    """What is stored of business. No context stays open: requests inside one would share the person and the token."""
    with world.app.app_context():
        return business_hash()


def _sent(world: World, key: str, urls: list[str]) -> dict[str, int]:
    client = world.client(key)
    token = token_of(client.get("/account"))
    return {url: client.post(url, data={"csrf_token": token, "reason": "x" * 30}).status_code for url in urls}


def test_b2_nothing_of_another_organisation_can_be_changed(world: World, refusals: Any) -> None:
    urls, missing = posts(world)
    assert missing == set()
    before = stored(world)
    answers = _sent(world, "stranger", urls)
    assert stored(world) == before
    assert {url: status for url, status in answers.items() if status != 404} == {}
    assert len(refusals()) == len(urls)


@pytest.mark.parametrize("key", ["official_b", "director_b", "treasurer_b", "auditor_b", "evaluator_outside"])
def test_people_of_another_department_and_of_no_seat_change_nothing_here(world: World, key: str) -> None:
    before = stored(world)
    answers = _sent(world, key, posts(world)[0])
    assert stored(world) == before
    # 403 and 422 come before anything is looked for: from the gate for applicants, and for forms about nothing in particular.
    assert {url: status for url, status in answers.items() if status not in {403, 404, 422}} == {}
    nothing = _sent(world, key, [NAME.sub(NOWHERE, url) for url in answers])
    assert {url for url, status in answers.items() if nothing[NAME.sub(NOWHERE, url)] != status} == set()


def test_b7_a_member_without_the_card_reads_nothing_of_the_offer(world: World, refusals: Any) -> None:
    walked, found = faults(world, "unassigned", refusals)
    assert found == []
    shown = [row.url for row in walked if world.ids["rival_offer"].encode() in row.answer.data]
    assert [
        url
        for url in shown
        if not url.startswith(f"/calls/{world.ids['call']}") and world.ids["rival_offer"] not in url
    ] == []
    assert "Źdźbło" not in world.client("unassigned").get("/evaluation").text
    assert (
        world.client("evaluator_outside").get(f"/evaluation/{world.ids['call']}/summary").status_code == 404
    )


@pytest.mark.parametrize("key", ["official_b", "auditor_b"])
def test_b13_departments_are_walls(world: World, refusals: Any, key: str) -> None:
    walked, found = faults(world, key, refusals)
    assert found == []
    assert leaks(walked) == []
    with world.app.app_context():
        for name, register in REGISTERS.items():
            if register.may_ask(world.people[key].roles):
                theirs = made(name, asked_by_id=world.people[key].user_id)
                assert CANARY not in theirs.csv.read().decode("utf-8-sig"), name


def test_registers_and_letters_leave_out_what_excludes_the_person(world: World) -> None:
    with world.app.app_context():
        offers = [
            made("register_of_offers", asked_by_id=world.people[key].user_id).csv.read().decode()
            for key in ("official", "torn", "barred")
        ]
        assert ["Klub Fikcyjny" in words for words in offers] == [True, False, False]
        names = ("ranking_sheet", "register_of_commissions", "call_workbook")
        for name in names:
            official, torn = (
                made(name, asked_by_id=world.people[key].user_id) for key in ("official", "torn")
            )
            assert official.rows > torn.rows, name
        full, without = (
            made("register_of_agreements", asked_by_id=world.people[key].user_id)
            for key in ("official", "torn")
        )
        assert full.rows == without.rows > 0  # of other calls
    preview = f"/letters/{world.ids['template']}/preview"
    offered = [
        world.ids["offer"] in world.client(key).get(preview).text for key in ("official", "torn", "barred")
    ]
    assert offered == [True, False, False]


def test_b14_an_applicant_takes_no_step_of_the_office(world: World, refusals: Any) -> None:
    triggers = [
        f"/{plural}/{world.ids[thing]}/steps/{step.trigger}"
        for plural, thing in (("offers", "offer"), ("calls", "call"))
        for step in BY_PLURAL[plural].steps
        if step.by <= OFFICE
    ]
    before = stored(world)
    own, foreign = _sent(world, "owner", triggers), _sent(world, "stranger", triggers)
    auditors = _sent(world, "auditor", triggers)
    assert stored(world) == before
    assert set(own.values()) <= {403, 409}  # the state may be another one
    assert {status for url, status in foreign.items() if url.startswith("/offers/")} == {404}
    assert set(auditors.values()) <= {403, 409}
    assert any(" 403 POST steps.take " in line for line in refusals())


def test_b16_the_public_reads_what_is_public_and_nothing_tells_of_the_rest(
    world: World, refusals: Any
) -> None:
    walked, found = faults(world, "public", refusals)
    assert found == []
    assert leaks(walked) == []
    client = world.client("public")
    for path in ("/sitemap.xml", "/rss", "/feed", "/atom.xml", "/api", "/api/calls", "/robots.txt"):
        assert client.get(path).status_code == 404
    nothing = client.get(f"/calls/{NOWHERE}?preview=1")
    hidden = client.get(f"/calls/{world.ids['draft_call']}?preview=1")
    assert (hidden.status_code, bare(hidden), headers(hidden)) == (404, bare(nothing), headers(nothing))
    assert "etag" not in {name.lower() for name, _value in hidden.headers}


def _words(answer: Any) -> str:
    """What a page says, or a PDF with its metadata."""
    if answer.mimetype != "application/pdf":
        return str(answer.text)
    words = subprocess.run(["pdftotext", "-", "-"], input=answer.data, capture_output=True, check=True).stdout
    about = subprocess.run(["pdfinfo", "-"], input=answer.data, capture_output=True, check=True).stdout
    return words.decode() + about.decode()


def test_b17_no_personal_data_stands_in_what_everybody_reads(world: World) -> None:
    opened = [row for row in walk(world, "public") if row.answer.status_code == 200]
    assert any(row.answer.mimetype == "application/pdf" for row in opened)
    said = {row.url: _words(row.answer) for row in opened}
    assert [
        (url, secret) for url, words in said.items() for secret in PERSONAL if secret.lower() in words.lower()
    ] == []
    assert any(
        CANARY in _words(row.answer)
        for row in walk(world, "grantee")
        if row.thing == "document small_grant offer"
    )


def test_b12_the_applicant_finds_no_name_of_an_evaluator(world: World) -> None:
    walked = [row for row in walk(world, "owner") if row.answer.status_code == 200]
    ours = [
        row for row in walked if not (row.thing or "").startswith("document call") and row.thing != "call"
    ]
    assert any(row.thing == "document offer formal_card" for row in ours)
    told = [
        (row.url, name)
        for row in ours
        for name in EVALUATORS
        if name in _words(row.answer) + str(row.answer.headers)
    ]
    assert told == []
    with world.app.app_context():
        from app.models import Message

        mail = [f"{row.subject} {row.body}" for row in Message.query if row.recipient == "owner@example.org"]
    assert [name for name in EVALUATORS for letter in mail if name in letter] == []
    assert any(
        name in world.client("official").get(f"/calls/{world.ids['call']}/commission").text
        for name in EVALUATORS
    )


def test_b18_what_an_administrator_reads_is_noted(world: World, caplog: pytest.LogCaptureFixture) -> None:
    offer, person = world.ids["offer"], world.people["administrator"].user_id
    with caplog.at_level(logging.INFO, "hejnal.security"):
        for url in (
            f"/offers/{offer}",
            f"/offers/{offer}/formal-review",
            f"/documents/{world.ids['document offer offer']}.pdf",
        ):
            caplog.clear()
            assert world.client("administrator").get(url, buffered=True).status_code == 200, url
            lines = [row.getMessage() for row in caplog.records if "reads offer" in row.getMessage()]
            assert lines, url
            assert lines[0].startswith(f"administrator {person} reads offer"), url
        caplog.clear()
        assert world.client("official").get(f"/offers/{offer}").status_code == 200
        assert [row for row in caplog.records if "administrator" in row.getMessage()] == []


def test_b19_no_other_way_of_asking_goes_round_the_policy(world: World) -> None:
    offer, client = world.ids["offer"], world.client("stranger")
    for path in (
        f"/offers/{offer}/",
        f"/Offers/{offer}",
        f"/offers/{offer}.json",
        f"/offers/%2e/{offer}",
        f"/./offers/{offer}",
        f"http://localhost//offers/{offer}",
    ):
        assert client.get(path, follow_redirects=True).status_code == 404, path
    assert client.head(f"/offers/{offer}").status_code == 404
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        answer = client.open(f"/offers/{offer}", method=method)
        assert answer.status_code == 405, method
        assert set(re.split(", ?", answer.headers["Allow"])) == {"GET", "HEAD", "OPTIONS"}
    assert client.options(f"/offers/{offer}").data == client.options(f"/offers/{NOWHERE}").data == b""
    override = {"X-HTTP-Method-Override": "GET", "X-Method-Override": "GET"}
    assert client.post(f"/offers/{offer}/edit/costs", headers=override).status_code in {400, 404}
    assert client.get(f"/offers/{offer}?_method=POST").status_code == 404
    assert client.get(f"/offers/{offer}", headers={"Accept": "application/json"}).status_code == 404


def test_b20_a_route_without_a_policy_or_an_example_is_named_and_closed(application: Flask) -> None:
    views = application.view_functions
    assert {
        rule.endpoint
        for rule in application.url_map.iter_rules()
        if not hasattr(views[rule.endpoint], "policy")
    } == set()
    finding = {rule.endpoint for rule in application.url_map.iter_rules() if rule.arguments}
    assert {name for name in finding if not hasattr(views[name], "of")} == set()
    assert without_example(application) == set()
    app = Flask("bare")
    app.add_url_rule("/forgotten", "forgotten", lambda: "open to the world")
    close(app)
    assert app.test_client().get("/forgotten").status_code == 403
