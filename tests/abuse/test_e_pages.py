"""Hostile text in everything that people write, and every page, letter and document that shows it."""

import re
from collections import Counter
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from psycopg import sql

from app.extensions import db as database
from app.models import Document, Message, Promise, Role
from app.models.outbox import PromiseKind
from app.services import accounts, keeping, second_factor
from config import Settings
from tests import call_course
from tests.accounts import code, send, sign_in
from tests.offer_cases import CONTENT, PASSWORD

CANARY = (
    "\"><img src=x onerror=alert(1)></textarea></script><script>alert(2)</script>{{7*7}}'javascript:alert(3)"
)
SIGN = "{{7*7}}"
# Texts that people type, and where they lie; what a form of ours would refuse lies in older rows.
PLANTED = {
    "call": ("title", "summary", "terms", "same_kind_tasks", "calling_off_grounds", "area", "order_number"),
    "organisation": ("name", "address", "website", "statute_goals", "phone", "representation_text"),
    "offer": ("title", "rejection_reason", "correction_text"),
    "formal_criterion": ("text",),
    "merit_criterion": ("text",),
    "formal_mark": ("note",),
    "unit": ("name", "address", "phone"),
    "user_account": ("name",),
    "protocol": ("course", "dissent"),
    "score": ("reason",),
    "scoring_card": ("comment",),
    "award": ("reason",),
    "attachment": ("name",),
    "representation_right": ("person_name", "function"),
}
PLACES_OF_ARMS = ("onerror", "onload", "onclick")
TEXTS = {
    name: CANARY for name, value in CONTENT.items()
    if isinstance(value, str) and name in {"contact_name", "title", "summary", "results_text", "experience", "resources"}
}  # fmt: skip


@pytest.fixture
def planted(app: Flask, settings: Settings) -> list[str]:
    """A whole call with hostile texts everywhere; gives the addresses of its documents."""
    with app.app_context():
        course = call_course.whole(**TEXTS)
        auditor = accounts.create("auditor@example.org", "A", PASSWORD, confirmed=True)
        auditor.roles.append(Role(name="auditor"))
        for email in ("auditor@example.org", "official@example.org", "chair@example.org"):
            user = accounts.find(email)
            assert user is not None
            second_factor.give_second_factor(user, second_factor.new_secret())
        database.session.commit()
        assert course.call.title
    with psycopg.connect(settings.database_owner_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for table, columns in PLANTED.items():
            for column in columns:
                at, place = sql.Identifier(table), sql.Identifier(column)
                connection.execute(sql.SQL("UPDATE {} SET {} = %s").format(at, place), [CANARY])
        connection.execute("UPDATE organisation SET website = 'javascript:alert(4)' WHERE id = 1")
    with app.app_context():
        notices = sa.select(Promise.id).where(Promise.kind == PromiseKind.NOTICE)
        newest = (
            sa.select(sa.func.max(Promise.id))
            .where(Promise.kind == PromiseKind.DOCUMENT)
            .group_by(Promise.name)
        )
        for promise in database.session.scalars(sa.union(notices, newest)).all():
            assert keeping.keep(promise) == "kept"
        return [
            f"/documents/{public_id}" for public_id in database.session.scalars(sa.select(Document.public_id))
        ]


def armed(page: str) -> list[str]:
    """What in the page would run or load something that we did not write."""
    found = []
    for element in lxml.html.fromstring(page).iter():
        if not isinstance(element.tag, str):
            continue
        found += [f"{element.tag} {name}" for name in element.attrib if name.startswith("on")]
        found += [
            f"{element.tag} {name}={value[:40]}"
            for name, value in element.attrib.items()
            if name in {"href", "src", "action", "formaction"}
            and value.strip().lower().startswith(("javascript:", "data:text", "x"))
        ]
        if (
            element.tag == "script"
            and (element.text or "").strip()
            and element.get("type") != "application/json"
        ):
            found.append(f"script {element.text[:40]}")
    return found


def crawl(client: Any, starts: list[str], per_route: int = 2, most: int = 90) -> dict[str, str]:
    """The pages that can be reached by links; at most so many of each route."""
    adapter = client.application.url_map.bind("localhost")
    waiting, seen, routes, pages = list(starts), set(starts), Counter[str](), {}
    while waiting and len(pages) < most:
        path = waiting.pop(0)
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code < 500, path
        if answer.mimetype != "text/html":
            continue
        pages[path] = answer.text
        for link in re.findall(r'href="(/[^"#]*)"', answer.text):
            target = urlsplit(urljoin(path, link.replace("&amp;", "&")))
            address = f"{target.path}?{target.query}".rstrip("?")
            try:
                endpoint = adapter.match(target.path)[0]
            except Exception:  # noqa: BLE001, S112 - a link to nowhere is another test's business
                continue
            if address not in seen and routes[endpoint] < per_route and endpoint != "static":
                seen.add(address)
                routes[endpoint] += 1
                waiting.append(address)
    return pages


def test_e1_hostile_text_is_shown_as_text_on_every_page_in_every_letter_and_document(
    app: Flask, planted: list[str]
) -> None:
    shown = 0
    people = {None: ["/", "/calls"], "editor": ["/home", "/offers", "/organisation"], "official": ["/desk", "/calls/mine"],
              "chair": ["/evaluation"], "auditor": ["/desk"]}  # fmt: skip
    for who, starts in people.items():
        client = app.test_client()
        if who:
            sign_in(client, f"{who}@example.org", PASSWORD)
            if who != "editor":
                send(client, "/sign-in/second-step", code=code(app, f"{who}@example.org"))
        documents = planted if who == "auditor" else planted[:3]
        pages = crawl(client, [*starts, *documents])
        assert len(pages) > 5, who
        for path, page in pages.items():
            assert armed(page) == [], f"{who} {path}"
            assert "<img src=x" not in page, f"{who} {path}"
            shown += SIGN in page
    assert shown > 60  # otherwise nothing was tried
    with app.app_context():
        letters = database.session.scalars(sa.select(Message)).all()
        assert len(letters) > 5
        assert sum(SIGN in letter.subject + letter.body for letter in letters) > 5
        assert not any("49" in letter.subject for letter in letters)
