"""The public page that verifies documents: what it says, what it keeps to itself, and how it holds back guessing."""

import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db as database
from app.models import Document, Organisation, Promise, User
from app.services import blobs, rates
from app.services.verification import INNER
from tests import call_course
from tests.accounts import sign_in, token_of
from tests.offer_cases import NOW, Offering, world
from tests.package_cases import documents_made, packed
from workflows.kinds import DocumentKind
from workflows.stages import DECISION

ENGLISH = {"Accept-Language": "en"}
UNKNOWN = "We issued no document with this code"
SAME, DIFFERENT = "Your file is the same, byte for byte", "Your file is not the same"


@pytest.fixture
def submitted(db: Any) -> Offering:
    """An offer that was submitted, with its documents."""
    offering = world()
    offering.take(offering.written(), "submit", "first", NOW)
    documents_made()
    return offering


def document(kind: DocumentKind) -> Document:
    return database.session.scalars(
        sa.select(Document).where(Document.kind == kind).order_by(Document.promise_id)
    ).first()  # type: ignore[return-value]  # the tests have made one


def ask(client: FlaskClient, code: str) -> Any:
    return client.get("/verify", query_string={"code": code}, headers=ENGLISH)


def send(client: FlaskClient, data: bytes | None, code: str = "") -> Any:
    fields: dict[str, Any] = {"csrf_token": token_of(client.get("/verify", headers=ENGLISH)), "code": code}
    if data is not None:
        fields["file"] = (io.BytesIO(data), "plik.pdf")
    answer = client.post("/verify", data=fields, headers=ENGLISH, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # the test client keeps a large body in a file
    return answer


def words(page: Any) -> str:
    """What a person reads of the page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text.split('id="main"')[1].split("<footer")[0]).split())


def test_the_page_says_what_the_paper_is_and_whether_it_is_current(
    client: FlaskClient, submitted: Offering
) -> None:
    row = document(DocumentKind.SUBMISSION_CONFIRMATION)
    for page in (
        client.get(f"/verify/{row.code}", headers=ENGLISH),
        ask(client, row.code.replace("-", " ").lower()),
    ):
        told = words(page)
        assert page.status_code == 200
        for text in (
            "Confirmation of submission",
            row.case_number,
            row.code,
            row.sha256,
            "10 March 2027",
            "current",
        ):
            assert text in told, text
        assert "replaced" not in told
    offer = submitted.call.offers[0]
    submitted.take(offer, "withdraw", "first", answers={"reason": "Zmiana planów"})
    second = submitted.written()
    submitted.take(second, "submit", "first", NOW)
    documents_made()
    assert "current" in words(client.get(f"/verify/{row.code}", headers=ENGLISH)), (
        "another case replaces nothing"
    )


def test_a_replaced_document_says_when_the_newer_one_came_and_does_not_lead_to_it(
    client: FlaskClient, submitted: Offering
) -> None:
    from tests.offer_cases import write

    offer, row = submitted.call.offers[0], document(DocumentKind.OFFER)
    write(offer, NOW, experience="Od 2014 r. prowadzimy kursy.")
    later = NOW.replace(day=12)
    submitted.take(offer, "replace", "first", later)
    documents_made()
    newer = database.session.scalars(
        sa.select(Document).where(Document.kind == DocumentKind.OFFER).order_by(Document.promise_id.desc())
    ).first()
    assert newer is not None
    page = client.get(f"/verify/{row.code}", headers=ENGLISH)
    assert "replaced A newer document of this kind was issued in this case on 12 March 2027" in words(page)
    assert newer.code not in page.text
    assert newer.sha256 not in page.text
    assert "current" in words(client.get(f"/verify/{newer.code}", headers=ENGLISH))


def test_a_file_is_the_same_or_it_is_not(client: FlaskClient, submitted: Offering) -> None:
    row, other = document(DocumentKind.OFFER), document(DocumentKind.SUBMISSION_CONFIRMATION)
    data = blobs.read(row.sha256)
    changed = bytearray(data)
    changed[len(data) // 2] ^= 1
    assert SAME in words(send(client, data, row.code))
    assert DIFFERENT in words(send(client, bytes(changed), row.code))
    assert DIFFERENT in words(send(client, blobs.read(other.sha256), row.code))
    by_file = send(client, data)
    assert (by_file.status_code, SAME in words(by_file), row.code in words(by_file)) == (200, True, True)
    strange = send(client, bytes(changed))
    assert (strange.status_code, "We issued no file like this one" in words(strange)) == (404, True)
    nothing = send(client, None)
    assert (nothing.status_code, "Choose the file." in words(nothing)) == (422, True)


def test_every_wrong_code_looks_the_same(client: FlaskClient, submitted: Offering) -> None:
    known = document(DocumentKind.OFFER)
    wrong = [
        "0000-0000-0000-0000",
        "nothing",
        "ŻÓŁĆ" * 4,
        known.public_id,
        known.code[:-1],
        "\x00",
        "' OR 1=1 --",
        "x" * 5000,
    ]
    pages = [ask(client, code) for code in wrong]
    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(r"Code of the document.*", "", words(page)) for page in pages}) == 1
    assert all(UNKNOWN in words(page) for page in pages)
    assert client.get("/verify/nothing").status_code == 404
    assert send(client, b"%PDF", "nothing").status_code == 404


def test_whoever_tries_codes_is_held_back_and_whoever_holds_papers_is_not(
    client: FlaskClient, submitted: Offering
) -> None:
    row = document(DocumentKind.OFFER)
    for _paper in range(rates.VERIFIED_CODES.tries + 5):
        assert client.get(f"/verify/{row.code}").status_code == 200
    answers = [
        ask(client, f"0000-0000-0000-{number:04d}").status_code
        for number in range(rates.VERIFIED_CODES.tries + 1)
    ]
    assert answers == [404] * rates.VERIFIED_CODES.tries + [429]
    held = ask(client, row.code)
    assert (held.status_code, int(held.headers["Retry-After"]) > 0) == (429, True)
    assert row.case_number not in words(held)


def test_no_page_tells_a_name_a_title_an_address_or_an_amount(client: FlaskClient, db: Any) -> None:
    course = call_course.whole()
    documents_made()
    secrets = {
        course.call.title,
        "Porady i język",
        "Oferta z poczty",
        "Anna Nowak",
        "45 000",
        "45,000",
        "12 345 67 89",
    }
    secrets |= {text for row in database.session.scalars(sa.select(User)) for text in (row.email, row.name)}
    secrets |= {
        text
        for row in database.session.scalars(sa.select(Organisation))
        for text in (row.name, row.email, row.register_number)
    }
    rows = database.session.scalars(sa.select(Document).order_by(Document.id)).all()
    assert {row.kind for row in rows} >= {
        DocumentKind.SCORING_CARD,
        DocumentKind.RESULTS_LETTER,
        DocumentKind.OFFER,
    }
    for row in rows:
        page = client.get(f"/verify/{row.code}", headers=ENGLISH)
        told = words(page)
        assert page.status_code == 200
        assert [text for text in secrets if re.search(rf"\b{re.escape(text)}\b", told)] == [], row.kind
        assert row.public_id not in page.text
        assert (row.case_number in told) is (row.kind not in INNER)
    card = document(DocumentKind.SCORING_CARD)
    told = words(client.get(f"/verify/{card.code}", headers=ENGLISH))
    assert "inner paper" in told
    assert not re.search(r"newer document|Version|replaced", told)
    package = packed(DECISION, course.call)
    told = words(send(client, package))
    assert ("Decision package" in told, SAME in told, course.call.title in told) == (True, True, False)
    assert "We issued no file like this one" in words(send(client, package[:-1]))


def test_sample_data_are_called_so(client: FlaskClient, submitted: Offering) -> None:
    from workflows.engine import Origin

    row = document(DocumentKind.OFFER)
    assert "sample data" not in words(client.get(f"/verify/{row.code}", headers=ENGLISH))
    submitted.call.origin = Origin.SYNTHETIC
    database.session.commit()
    assert "sample data" in words(client.get(f"/verify/{row.code}", headers=ENGLISH))


def test_an_empty_code_is_asked_for_and_counts_as_no_try(client: FlaskClient) -> None:
    answers = [client.get("/verify?code=+", headers=ENGLISH) for _ in range(40)]
    assert {answer.status_code for answer in answers} == {422}
    assert "Enter the code of the document." in answers[-1].text


def test_the_pages_of_a_case_show_codes_and_what_was_replaced(
    app: Flask, client: FlaskClient, submitted: Offering
) -> None:
    from tests.offer_cases import write

    offer = submitted.call.offers[0]
    write(offer, NOW, experience="Od 2014 r. prowadzimy kursy.")
    submitted.take(offer, "replace", "first", NOW.replace(hour=12))
    documents_made()
    codes = list(database.session.scalars(sa.select(Document.code).join(Promise).order_by(Promise.id)))
    address = f"/offers/{offer.public_id}"
    database.session.remove()
    client.get("/?lang=en")
    sign_in(client, "first@example.org")
    page = client.get(address).text
    assert f'href="/verify/{codes[-1]}"' in page
    assert page.count("<span>replaced</span>") == 1  # the offer; a confirmation of what was sent stays one
    assert codes[0] not in page
