"""Every address of the application opened by somebody, each with an example of what it finds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.rights_expected import ASKED_TO_SIGN_IN, FORBIDDEN, HIDDEN, OPEN, Facts, expected
from tests.rights_world import CANARY, World

NOWHERE = "0" * 32
NAME, NUMBER = re.compile(r"\b[0-9a-f]{32}\b"), re.compile(r"(?<=/)\d+(?=/|$)")
HOLDERS = {
    "token",
    "code",
    "invitation",
    "own session",
    "own view",
    "file of the product",
    "letter of the test set-up",
}
OFFERS = ("offer", "draft")
DOCUMENTS = "documents"
REGISTERS_TRIED = ("register_of_offers", "register_of_requests", "register_of_limits", "call_workbook")
CASES = (
    ("calls", "call"), ("calls", "draft_call"), ("intakes", "intake"), ("intakes", "draft_intake"), ("offers", "offer"),
    ("offers", "rival_offer"), ("small-grants", "grant"), ("small-grants", "draft"), ("small-grants", "arrived_grant"),
    ("agreements", "ended_agreement"), ("settlements", "settlement"), ("requests", "request"),
)  # fmt: skip
# What each address of the rule `endpoint` is tried with: the thing, and the parts of the address beside `public_id`.
EXAMPLES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "applicant.start": [("call", {"plural": "calls"}), ("draft_call", {"plural": "calls"}), ("intake", {"plural": "intakes"})],
    "applicant.partners": [(name, {}) for name in OFFERS],
    "applicant.correct": [(name, {}) for name in OFFERS],
    "applicant.update": [(name, {}) for name in OFFERS],
    "applicant.confirmation": [("offer", {})],
    "editor.overview": [(name, {}) for name in OFFERS],
    "editor.missing": [(name, {}) for name in OFFERS],
    "editor.preview": [(name, {}) for name in OFFERS],
    "editor.section": [("offer", {"section": "attachments"}), ("draft", {"section": "attachments"})],
    "offer_files.attachments": [(name, {}) for name in OFFERS],
    "offer_files.download": [("draft_file", {"public_id": "draft", "file_id": "draft_file"}),
                             ("grant_file", {"public_id": "grant", "file_id": "grant_file"})],
    "limit_meter.show": [("draft", {}), ("grant", {})],
    "case_marks.ask": [("call", {"plural": "calls"}), ("offer", {"plural": "offers"}), ("grant", {"plural": "small-grants"}),
                       ("ended_agreement", {"plural": "agreements"})],
    "cases.show": [(name, {"plural": plural}) for plural, name in CASES],
    "steps.ask": [(name, {"plural": plural, "trigger": "withdraw"}) for plural, name in CASES],
    "leads.ask": [(name, {"plural": plural}) for plural, name in CASES],
    "exclusions.show": [(name, {"plural": plural}) for plural, name in CASES],
    "history.chain": [(name, {"plural": plural}) for plural, name in CASES],
    "absences.departure": [("colleague", {"person_id": "colleague"})],
    "account_administration.show": [("account", {"user_id": "account"})],
    "account_administration.ask_for_change": [("account:change", {"user_id": "account", "change": "sessions"})],
    "departments.show": [("department", {"code": "department"})],
    "passkeys.show": [("passkey", {"passkey_id": "passkey"})],
    "retention.ask": [("term", {"kind": "letter"})],
    "city_register.withdrawal": [("entry", {})],
    "commission.summary": [("call", {}), ("draft_call", {})],
    "commission.impartiality": [("call", {})],
    "commission.card": [(name, {"call_id": "call", "offer_id": name}) for name in ("offer", "rival_offer")],
    "files.document": [(DOCUMENTS, {})],
    "files.twin": [(f"document {name}", {}) for name in ("call protocol", "offer offer", "offer formal_card")],
    "imports.choose_file": [("organisations", {"name": "organisations"}), ("scores", {"name": "scores", "call_id": "call"})],
    "imports.pattern": [("organisations", {"name": "organisations", "kind": "csv"}),
                        ("scores", {"name": "scores", "call_id": "call", "kind": "csv"})],
    "intakes.edit": [("draft_intake", {})],
    "jobs.show": [("job", {}), ("register_job", {})],
    "jobs.progress": [("job", {}), ("register_job", {})],
    "jobs.file": [("register_job", {})],
    "jobs.csv": [("register_job", {})],
    "letter_runs.index": [("call", {"plural": "calls"})],
    "letter_runs.new": [("call", {"plural": "calls"})],
    "letter_runs.show": [("run", {})],
    "letter_runs.progress": [("run", {})],
    "letter_runs.file": [("bundle", {})],
    "letters.edit": [("template", {})],
    "letters.preview": [("template", {})],
    "letters.preview_pdf": [("template", {"offer": "arrived_grant"})],
    "official.edit": [("draft_call", {"section": "task"})],
    "official.check": [("draft_call", {}), ("call", {})],
    "organisations.page": [("organisation", {})],
    "organisations.edit": [("organisation:editor", {})],
    "organisations.bank_accounts": [("organisation", {})],
    "people.index": [("organisation", {})],
    "people.member": [("organisation:owner", {"user_id": "member"})],
    "people.representation": [("organisation", {})],
    "people.right": [("organisation:owner", {})],
    "packages.index": [("call", {"plural": "calls"})],
    "packages.file": [("package", {})],
    "public.results_page": [("call", {}), ("draft_call", {})],
    "registers.show": [(name, {"name": name}) for name in REGISTERS_TRIED],
    "report_editor.final_start": [("settlement", {})],
    "report_editor.final": [("settlement", {"section": "missing"})],
    "report_editor.partial_start": [("partial_agreement", {})],
    "report_editor.partial": [("partial_agreement", {"section": "missing"})],
    "requests.download": [("request", {"file_id": "request_file"})],
    "review.formal_review": [("offer", {}), ("grant", {}), ("draft", {})],
    "review.offers": [("call", {}), ("draft_call", {})],
    "review.members": [("call", {})],
    "review.progress": [("call", {})],
    "review.rank": [("call", {})],
    "review.new_paper_offer": [("call", {"plural": "calls"}), ("intake", {"plural": "intakes"})],
    "small_grants.comments": [("grant", {})],
}  # fmt: skip
LEFT_OUT = {
    "accounts.sign_in",
    "accounts.second_step",
    "accounts.wait_for_confirmation",
    "health.ready",
    "administration.mail",
    "provider.begin",  # nothing without the settings of a provider; test_provider.py opens them with one
    "provider.come_back",
}


@dataclass(frozen=True)
class Opened:
    """One address that somebody opened."""

    endpoint: str
    url: str
    thing: str | None
    expected: str
    answer: TestResponse


def readable(app: Flask) -> Iterator[Rule]:
    """The addresses that can be read."""
    return (rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()))


def without_example(app: Flask) -> set[str]:
    """The addresses that find something and are tried with nothing."""
    named = {rule.endpoint for rule in readable(app) if rule.arguments}
    found = {name for name in named if getattr(app.view_functions[name], "of", None) in HOLDERS}
    return named - found - EXAMPLES.keys()


def addresses(world: World) -> Iterator[tuple[str, str, str | None]]:
    """Endpoint, address and thing of everything that is tried."""
    with world.app.test_request_context():
        adapter = world.app.url_map.bind("localhost")
        for rule in readable(world.app):
            if not rule.arguments and rule.endpoint not in LEFT_OUT and rule.endpoint != "people.right":
                yield rule.endpoint, adapter.build(rule.endpoint), None
        for endpoint, examples in EXAMPLES.items():
            for thing, values in _each(world, examples):
                yield (
                    endpoint,
                    adapter.build(endpoint, _filled(world, endpoint, thing, values)),
                    thing,
                )


def _each(world: World, examples: list[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for thing, values in examples:
        if thing == DOCUMENTS:
            yield from (
                (name, values)
                for name in world.ids
                if name.startswith("document")
                and name.count(" ") == 2
                and name.split()[2] not in {"of", "organisation"}
            )
        else:
            yield thing, values


def _filled(world: World, endpoint: str, thing: str, values: dict[str, Any]) -> dict[str, Any]:
    filled = {
        name: world.ids.get(value, value) if name != "name" else value for name, value in values.items()
    }
    if all("public_id" in rule.arguments for rule in world.app.url_map.iter_rules(endpoint)):
        filled.setdefault("public_id", world.ids.get(thing.partition(":")[0], NOWHERE))
    return filled


def walk(world: World, key: str) -> list[Opened]:
    """Everything opened by one person, with what was expected."""
    person, client, facts = world.people[key], world.client(key), Facts(world)
    found = []
    for endpoint, url, thing in list(addresses(world)):
        view = world.app.view_functions[endpoint]
        found.append(
            Opened(endpoint, url, thing, expected(person, view, thing, facts), client.get(url, buffered=True))
        )
    return found


def outcome(opened: Opened) -> str:
    """What the person got, in the words of the expectation."""
    answer = opened.answer
    if answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in"):
        return ASKED_TO_SIGN_IN
    step = opened.endpoint == "steps.ask" and opened.expected == OPEN
    if answer.status_code in {200, 302} or (step and answer.status_code in {403, 404, 409}):
        return OPEN  # a case that the person knows of may still refuse the step
    return {403: FORBIDDEN, 404: HIDDEN}.get(answer.status_code, str(answer.status_code))


def surprises(walked: list[Opened]) -> list[str]:
    """Where the answer is not the expected one."""
    return [
        f"{row.endpoint} {row.thing}: {outcome(row)}, expected {row.expected} ({row.url})"
        for row in walked
        if outcome(row) != row.expected
    ]


def bare(answer: TestResponse) -> str:
    """The text of an answer without what differs between two looks at the same thing."""
    return re.sub(r'\b[0-9a-f]{16,32}\b|value="[^"]*"', "", answer.text)


def told_apart(world: World, key: str, walked: list[Opened]) -> list[str]:
    """Hidden things whose answer differs from that for the same address of something that does not exist."""
    client, nothing = world.client(key), {}
    found = []
    for row in walked:
        url = NUMBER.sub("999999999", NAME.sub(NOWHERE, row.url))
        if row.answer.status_code != 404 or url == row.url:
            continue
        if url not in nothing:
            nothing[url] = client.get(url, buffered=True)
        if (bare(row.answer), headers(row.answer)) != (bare(nothing[url]), headers(nothing[url])):
            found.append(row.url)
    return found


def headers(answer: TestResponse) -> set[tuple[str, str]]:
    """What the headers tell; the number of the request and the length of its line differ each time."""
    return {
        (name, value)
        for name, value in answer.headers
        if name not in {"X-Request-ID", "Content-Length", "Set-Cookie"}
    }


def leaks(walked: list[Opened]) -> list[str]:
    """Answers in which something private of the department appears."""
    said = ((row, row.answer.get_data() + str(row.answer.headers).encode()) for row in walked)
    return [row.url for row, words in said if CANARY.lower().encode() in words.lower()]


# What a foreigner sends something to: for each rule the parts of the address; the rest is read off the endpoint.
SENT: dict[str, dict[str, Any]] = {
    "own application": {"public_id": "offer"}, "own small grant": {"public_id": "grant"}, "own report": {}, "attachment": {},
    "marked case": {"plural": "offers", "public_id": "offer"}, "step": {"plural": "offers", "public_id": "offer", "trigger": "withdraw"},
    "entry of the department": {"public_id": "entry"}, "own card": {"call_id": "call", "offer_id": "offer"},
    "import": {"name": "organisations"}, "draft of the department": {"public_id": "draft_call"}, "job": {"public_id": "job"},
    "letters of a call": {"plural": "calls", "public_id": "run"}, "letter template": {"public_id": "template"},
    "own organisation": {"public_id": "organisation"}, "packed case": {"plural": "calls", "public_id": "call"},
    "register": {"public_id": "call", "name": "register_of_offers"}, "own view": {"public_id": "view"},
    "request": {"public_id": "request", "file_id": "request_file"}, "application in the office": {"public_id": "offer"},
    "procedure of the department": {"plural": "calls", "public_id": "call"},
    "led case": {"plural": "offers", "public_id": "offer"}, "case with exclusions": {"plural": "offers", "public_id": "offer"},
    "absence": {"public_id": "absence"}, "colleague": {"person_id": "colleague"}, "account": {"user_id": "account"},
    "department": {"code": "department"}, "letter that did not go out": {"public_id": "message"},
    "own passkey": {"passkey_id": "passkey"}, "term": {"kind": "letter"},
}  # fmt: skip
PARTS = {"section": "title", "party_id": 1, "file_id": "draft_file", "user_id": 1, "account_id": 1, "invitation_id": 1, "right_id": 1,
         "kind": "results_letter", "name": "zip", "call_id": "call", "doubt_id": NOWHERE, "change": "sessions", "closure_id": 1}  # fmt: skip
OF_EVERYBODY = {"procedure", "published small grant"}
REPORTS = {"settlements": "settlement", "agreements": "partial_agreement"}


def posts(world: World) -> tuple[list[str], set[str]]:
    """The addresses to which something about one thing is sent, and those rules for which there is no example."""
    found, missing = [], set()
    adapter = world.app.url_map.bind("localhost")
    for rule in world.app.url_map.iter_rules():
        of = getattr(world.app.view_functions[rule.endpoint], "of", None)
        if (
            "POST" not in (rule.methods or ())
            or not rule.arguments
            or of in (HOLDERS - {"own view"}) | OF_EVERYBODY
        ):
            continue
        if of not in SENT:
            missing.add(rule.endpoint)
            continue
        given = {**PARTS, **SENT[of]}
        if of == "own report":
            given["public_id"] = REPORTS[rule.rule.split("/")[1]]
        values = {
            name: world.ids.get(str(given[name]), given[name]) for name in rule.arguments if name in given
        }
        found.append(adapter.build(rule.endpoint, values, method="POST"))
    return sorted(set(found)), missing
