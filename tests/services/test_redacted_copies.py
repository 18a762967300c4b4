"""Redacted copies: nothing personal and nothing that the office hid is in them, and the list says on which basis."""

from typing import Any

import pytest

from app.extensions import db as database
from app.models import Document, Offer
from app.queries.offer_text import OfferText
from app.queries.redacted import documents_to_copy
from app.queries.visibility import may_read_document
from app.services.small_grant import people_of
from tests import call_course
from tests.services.test_documents import keep_all, made_again
from workflows.kinds import DocumentKind

SECRET = "metoda Żółtego Łańcucha"


def submitted(course: call_course.Course) -> Offer:
    """An offer full of things that may not be shown, with its documents made."""
    offer = course.offering.written(
        course.at,
        summary=f"Stosujemy {SECRET}. Dzwońcie: 601 202 303, pisze też Anna Nowak.",
        experience=f"Nasza {SECRET} działa od 2015 r. PESEL 85010112345.",
    )
    course.offering.take(offer, "submit", "first", course.at)
    keep_all()
    return offer


def copy_of(course: call_course.Course, offer: Offer, *phrases: tuple[str, str]) -> str:
    """The text of the copy of the printed offer."""
    row = next(row for row in documents_to_copy(offer) if row.kind is DocumentKind.OFFER)
    answers = {
        "content_sha256": row.content_sha256, "code": row.code, "issued_at": row.issued_at,
        "names": sorted(people_of(OfferText(offer))), "phrases": [{"text": text, "basis": basis} for text, basis in phrases],
    }  # fmt: skip
    course.take(offer, "copy_redacted", "official", **answers)
    return keep_all()["redacted_copy"][-1]


def test_a_copy_hides_persons_and_what_the_office_names_and_lists_both_with_the_basis(db: Any) -> None:
    course = call_course.begin()
    offer = submitted(course)
    text = copy_of(course, offer, (SECRET, "enterprise"), ("czego tu nie ma", "other_act"))
    made_again()
    for hidden in (SECRET, "Anna Nowak", "601 202 303", "85010112345", "anna@example.org", "12 345 67 89"):
        assert hidden not in text
    assert "Stosujemy [usunięto dane osobowe]" in text
    assert "48 000,00" in text
    assert "Kopia zanonimizowana: Oferta realizacji zadania publicznego" in text
    listed = text[text.index("Co ukryto") :]
    assert "fragment 1 wskazany przez urząd tajemnica przedsiębiorcy (art. 5 ust. 2 UDIP) 2" in listed
    assert "fragment 2" not in listed
    assert "nazwisko" in listed
    assert "PESEL" in listed
    assert "art. 5 UDIP" in listed


def test_the_document_itself_stays_as_it_was_issued(db: Any) -> None:
    course = call_course.begin()
    offer = submitted(course)
    before = [(row.kind, row.sha256) for row in database.session.query(Document).order_by(Document.id)]
    copy_of(course, offer)
    after = [(row.kind, row.sha256) for row in database.session.query(Document).order_by(Document.id)]
    assert after[: len(before)] == before
    assert [kind for kind, _sha in after[len(before) :]] == [DocumentKind.REDACTED_COPY]
    assert {row.kind for row in documents_to_copy(offer)} == {kind for kind, _sha in before}


@pytest.mark.parametrize("audience", ["applicant", "commission", "public"])
def test_a_copy_is_given_out_by_the_office_and_read_by_nobody_else_here(db: Any, audience: str) -> None:
    offer = call_course.begin().offering.written()
    assert not may_read_document(offer, DocumentKind.REDACTED_COPY, audience)
    assert may_read_document(offer, DocumentKind.REDACTED_COPY, "office")
