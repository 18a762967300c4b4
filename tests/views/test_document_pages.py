"""A document as a page: the twin of the PDF says every word of it, and only to those who may read the PDF."""

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import render_template
from flask_babel import force_locale, gettext

from app.extensions import db as database
from app.models import Document, Promise
from app.services import keeping
from reports.content import Content, mapped
from tests import call_course
from tests.call_cases import DEADLINE, changed, office
from tests.reports.every_sample import DOCUMENTS
from tests.reports.test_printed_documents import text_of as text_of_pdf
from workflows.kinds import DocumentKind

CODE = "ABCD-EFGH-JKMN-PQRS"


def words_of(page: str) -> str:
    """What the page says, without tags and white space."""
    body = page[page.index("<main") : page.index("</main>")]
    return "".join(html.unescape(re.sub(r"<[^>]+>", "", body)).split())


def texts_of(content: Content) -> Iterator[str]:
    """Every text of the content, without marks and white space; of the head only what a page shows."""
    found: list[str] = []
    shown = replace(content, head=replace(content.head, reference="", subject="", mark=""))
    mapped(shown, lambda text: found.append(text) or text)  # type: ignore[func-returns-value]
    squeezed = ("".join(re.sub("[\ue000\ue001]", "", text).split()) for text in found)
    return (text.replace("r..", "r.") for text in squeezed)  # a day ends with its own full stop


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_the_twin_says_every_word_of_the_document(name: str, app) -> None:
    compose, data = DOCUMENTS[name]
    row = SimpleNamespace(public_id="0" * 32, code=CODE)
    with app.test_request_context("/"), force_locale("pl"):
        content = compose(replace(data, frame=replace(data.frame, code=CODE)), gettext)
        page = render_template("document/page.html", document=row, content=content, replaced=False)
    said = words_of(page)
    assert [text for text in texts_of(content) if text not in said] == []
    assert page.count("<h1") == 1


def test_mark_up_in_a_text_is_only_text(app) -> None:
    compose, data = DOCUMENTS["results_letter"]
    hostile = '<script>alert(1)</script><img src="/x" onerror="y">'
    row = SimpleNamespace(public_id="0" * 32, code=CODE)
    with app.test_request_context("/"), force_locale("pl"):
        content = mapped(compose(data, gettext), lambda text: text + hostile)
        page = render_template("document/page.html", document=row, content=content, replaced=False)
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page


def keep_all() -> None:
    """Make everything that was promised."""
    for promise_id in database.session.scalars(sa.select(Promise.id).order_by(Promise.id)).all():
        assert keeping.keep(promise_id) in {"kept", None}


def announcements() -> list[Document]:
    """The announcements in the order in which they were issued."""
    query = (
        sa.select(Document).where(Document.kind == DocumentKind.ANNOUNCEMENT).order_by(Document.promise_id)
    )
    return list(database.session.scalars(query))


def test_anybody_reads_the_twin_of_the_results_and_nobody_that_of_a_protocol(app, client) -> None:
    with app.app_context():
        call_course.whole()
        keep_all()
        kinds = {row.kind: row for row in database.session.scalars(sa.select(Document))}
        public, inner = kinds[DocumentKind.RESULT_ANNOUNCEMENT], kinds[DocumentKind.PROTOCOL]
        open_page, closed_page = f"/documents/{public.public_id}", f"/documents/{inner.public_id}"
        code, sha256 = public.code, public.sha256
    page = client.get(open_page)
    assert page.status_code == 200
    assert code in page.text
    printed = client.get(f"{open_page}.pdf").data
    assert hashlib.sha256(printed).hexdigest() == sha256
    assert code in text_of_pdf(printed)
    hidden = client.get(closed_page)
    nothing = client.get(f"/documents/{'0' * 32}")
    assert (hidden.status_code, nothing.status_code) == (404, 404)
    assert client.get(f"{closed_page}.pdf").status_code == 404


def test_a_replaced_document_is_given_with_its_mark_and_on_demand_as_it_was_issued(app, client) -> None:
    with app.app_context():
        people = office()
        call = people.announced()
        later = DEADLINE + timedelta(days=7)
        people.take(
            call,
            "extend",
            "mayor",
            date(2026, 10, 5),
            **changed(date(2026, 10, 5), deadline=later, decision_by=None),
        )
        keep_all()
        first, second = announcements()
        old, new = f"/documents/{first.public_id}", f"/documents/{second.public_id}"
        as_issued = first.sha256
    marked = client.get(f"{old}.pdf")
    assert "ZASTĄPIONY" in text_of_pdf(marked.data)
    assert "zastapiony-" in marked.headers["Content-Disposition"]
    original = client.get(f"{old}.pdf?copy=original").data
    assert hashlib.sha256(original).hexdigest() == as_issued
    assert "ZASTĄPIONY" not in text_of_pdf(original)
    assert "ZASTĄPIONY" not in text_of_pdf(client.get(f"{new}.pdf").data)
    assert "został zastąpiony nowszym" in client.get(old).text
    assert "został zastąpiony nowszym" not in client.get(new).text


def test_a_document_of_before_contents_were_kept_has_no_twin(app, client) -> None:
    with app.app_context():
        office().announced()
        keep_all()
        (only,) = announcements()
        only.content_sha256 = None
        database.session.commit()
        address = f"/documents/{only.public_id}"
    assert client.get(address).status_code == 404
    assert client.get(f"{address}.pdf").status_code == 200
