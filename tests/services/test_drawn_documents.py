"""Documents that officials draw up: each from its step, with its words, made again to the byte, and replaced, never changed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import AuditEntry, Document, DrawnDocument, Score
from app.queries.drawn import drawn_of
from app.queries.justification import reasons_of
from app.queries.visibility import may_read_document, may_read_entry
from app.services import documents, steps
from tests import call_course
from tests.agreement_cases import Contracting, contracting
from tests.services.test_documents import keep_all, made_again
from workflows.engine import Refused
from workflows.kinds import DocumentKind

CHAIR = {"name": "Łucja Przewodnicząca", "function": "przewodnicząca komisji", "indicated_by": "Prezydent"}
MEETING = {"begins": datetime(2027, 5, 12, 8, 30, tzinfo=UTC), "place": "ul. Dekerta 24", "members": [CHAIR]}
INVITATION = MEETING | {
    "online": "", "agenda": "Otwarcie\n\nOmówienie ofert", "remarks": "",
    "offers": [{"number": "1", "offeror": "Klub Fikcyjny", "title": "Porady"}],
}  # fmt: skip
AUTHORISATION = {
    "number": "7/2026", "controllers": "Żaneta Kontrolna, inspektor\nJózef Sprawdzający", "scope": [1, 3],
    "valid_from": date(2026, 3, 1), "valid_to": date(2026, 3, 31), "place": "siedziba fundacji",
    "issued_by": "Jan Podpisujący", "issued_by_function": "dyrektor",
}  # fmt: skip
AUTHORISED = {"authorisation_number": "7/2026", "authorised_on": date(2026, 3, 1)}
NOTICE = AUTHORISED | {
    "begins": datetime(2026, 3, 16, 9, tzinfo=UTC), "ends_on": None, "place": "ul. Długa 1", "controllers": "Żaneta Kontrolna",
    "scope": [1], "prepare": "dziennik zajęć\nfaktury", "remarks": "",
}  # fmt: skip
PROTOCOL = AUTHORISED | {
    "first_day": date(2026, 3, 16), "last_day": date(2026, 3, 17), "place": "ul. Długa 1", "controllers": "Żaneta Kontrolna",
    "present": "Anna Źródlana, prezeska", "documents": "12 faktur", "objection_days": 7, "finding_1": "Bez uwag.",
    "finding_3": "Brakuje dwóch faktur.", "recommendations": [{"text": "Uzupełnić faktury.", "due": date(2026, 4, 30)}],
}  # fmt: skip
LETTER = {
    "protocol_on": date(2026, 3, 20), "findings": "Brakuje dwóch faktur.", "answer_days": 14,
    "recommendations": [{"text": "Uzupełnić faktury.", "due": None}],
}  # fmt: skip


def running() -> Contracting:
    """An agreement in force since March."""
    case = contracting(at=date(2026, 1, 20))
    case.sign()
    case.at = date(2026, 3, 20)
    return case


def test_the_commission_is_invited_and_signs_its_list(db: Any) -> None:
    course = call_course.begin()
    call_course.collect(course)
    call_course.check(course)
    with pytest.raises(Refused, match="no_commission"):
        course.take(course.call, "invite_commission", "official", **INVITATION)
    database.session.rollback()
    call_course.score(course)
    course.take(course.call, "invite_commission", "official", **INVITATION)
    course.take(
        course.call, "list_attendance", "chair", **MEETING, quorum=2, whole=2, chair="Łucja Przewodnicząca"
    )
    told = keep_all()
    made_again()
    (invitation,), (attendance,) = told["commission_invitation"], told["attendance_list"]
    assert "12 maja 2027 r., godz. 10:30" in invitation
    assert "1. Otwarcie 2. Omówienie ofert" in invitation
    assert "Klub Fikcyjny" in invitation
    assert "Łucja Przewodnicząca, przewodnicząca komisji" in invitation
    assert "co najmniej 2 z 2" in attendance
    assert "Łucja Przewodnicząca" in attendance


def test_a_wrong_document_is_replaced_and_both_can_be_made_again(db: Any) -> None:
    course = call_course.begin()
    call_course.collect(course)
    call_course.check(course)
    call_course.score(course)
    course.take(course.call, "invite_commission", "official", **INVITATION)
    (first,) = drawn_of(course.call, DocumentKind.COMMISSION_INVITATION)
    course.at += timedelta(days=1)
    corrected = INVITATION | {"place": "ul. Bracka 10", "replaces": first.subject_id}
    course.take(course.call, "invite_commission", "official", **corrected)
    course.take(course.call, "invite_commission", "official", **(INVITATION | {"place": "Rynek Główny"}))
    wrong, right, other = keep_all()["commission_invitation"]
    made_again()
    assert "ul. Dekerta 24" in wrong
    assert "ul. Bracka 10" in right
    assert "zastępuje" in right
    assert "wersja 2" in right
    assert "zastępuje" not in wrong + other
    assert [row.edition for row in drawn_of(course.call, DocumentKind.COMMISSION_INVITATION)] == [1, 2]
    subjects = database.session.scalars(
        sa.select(Document.subject_id)
        .where(Document.kind == DocumentKind.COMMISSION_INVITATION)
        .order_by(Document.id)
    ).all()
    assert subjects[0] == subjects[1] != subjects[2]


def test_reasons_are_given_by_criterion_without_the_names_of_evaluators(db: Any) -> None:
    course = call_course.begin()
    call_course.collect(course)
    call_course.check(course)
    call_course.score(course)
    offer = course.offers["reduced"]
    assert reasons_of(offer) is None
    for number, score in enumerate(database.session.scalars(sa.select(Score).order_by(Score.id))):
        score.reason = "Jasny plan." if number % 2 else "Dobra kadra."
    database.session.commit()
    call_course.award(course)
    reasons = reasons_of(offer)
    assert reasons is not None
    assert (reasons.announced_on, reasons.until) == (date(2027, 5, 21), date(2027, 6, 21))
    answers = {
        "asker": "Grażyna Pytająca", "asker_address": "ul. Krótka 2\n31-001 Kraków", "asker_email": "",
        "received_on": date(2027, 5, 30), "grounds": "Pula wystarcza na część.", "announced_on": reasons.announced_on,
        "request_until": reasons.until, "request_days": reasons.days, "outcome": reasons.outcome, "points": reasons.points,
        "criteria": [{"name": item.name, "points": item.points, "most": item.most, "reason": item.reasons} for item in reasons.criteria],
    }  # fmt: skip
    course.take(offer, "answer_with_reasons", "official", **answers)
    (answer,) = keep_all()["justification_answer"]
    made_again()
    assert "25 000,00 zł" in answer
    assert "Liczba punktów oferty (średnia z kart oceny): 29." in answer
    assert "14,5 20 " in answer
    assert "Jasny plan." in answer
    assert "do 21 czerwca 2027 r." in answer
    for who in call_course.EVALUATORS:
        assert course.people[who].name not in answer
    assert not may_read_document(offer, DocumentKind.JUSTIFICATION_ANSWER, "applicant")


def test_nobody_is_given_reasons_before_the_results_are_announced(db: Any) -> None:
    course = call_course.begin()
    call_course.collect(course)
    call_course.check(course)
    with pytest.raises(Refused, match="not_announced"):
        course.take(course.offers["rejected"], "answer_with_reasons", "official")


def test_a_control_runs_from_its_authorisation_to_the_letter_afterwards(db: Any) -> None:
    case = running()
    agreement = case.agreement
    for trigger, code in (
        ("announce_control", "no_authorisation"),
        ("record_control", "no_authorisation"),
        ("write_after_control", "no_protocol_of_control"),
    ):
        with pytest.raises(Refused, match=code):
            steps.take(agreement, trigger, case.context("official", {}))
        database.session.rollback()
    case.take(agreement, "authorise_control", "official", **AUTHORISATION)
    case.take(agreement, "announce_control", "official", **NOTICE)
    case.take(agreement, "record_control", "official", **PROTOCOL)
    case.take(agreement, "write_after_control", "official", **LETTER)
    told = keep_all()
    made_again()
    (authorisation,) = told["control_authorisation"]
    assert "nr 7/2026" in authorisation
    assert "Żaneta Kontrolna, inspektor" in authorisation
    assert "stopień realizacji zadania" in authorisation
    assert "dokumentacja" not in authorisation
    (notice,) = told["control_notice"]
    assert "16 marca 2026 r., godz. 10:00" in notice
    assert "dziennik zajęć" in notice
    assert "Fundacja Przykładowa a" in notice
    (protocol,) = told["control_protocol"]
    assert "Brakuje dwóch faktur." in protocol
    assert "Termin: 30 kwietnia 2026 r." in protocol
    assert "w ciągu 7 dni" in protocol
    (letter,) = told["post_control_letter"]
    assert "w ciągu 14 dni" in letter
    assert "art. 17 UDPPiW" in letter


def test_the_contractor_reads_what_was_sent_and_not_who_was_authorised(db: Any) -> None:
    case = running()
    case.take(case.agreement, "authorise_control", "official", **AUTHORISATION)
    case.take(case.agreement, "announce_control", "official", **NOTICE)
    read = {kind for kind in DocumentKind if may_read_document(case.agreement, kind, "applicant")}
    assert {
        DocumentKind.CONTROL_NOTICE,
        DocumentKind.CONTROL_PROTOCOL,
        DocumentKind.POST_CONTROL_LETTER,
    } <= read
    assert DocumentKind.CONTROL_AUTHORISATION not in read
    entries = database.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.trigger.in_(["authorise_control", "announce_control"]))
    )
    shown = {row.trigger for row in entries if may_read_entry(case.agreement, row, "applicant")}
    assert shown == {"announce_control"}


def test_a_document_of_another_case_or_kind_is_not_made(db: Any) -> None:
    one, other = running(), contracting(name="b")
    other.sign()
    one.take(one.agreement, "authorise_control", "official", **AUTHORISATION)
    row = database.session.scalars(sa.select(DrawnDocument)).one()
    at = row.drawn_at
    with pytest.raises(LookupError):
        documents.make(DocumentKind.CONTROL_AUTHORISATION, other.agreement, row.id, at)
    with pytest.raises(LookupError):
        documents.make(DocumentKind.CONTROL_NOTICE, one.agreement, row.id, at)
    with pytest.raises(LookupError):
        steps.take(
            other.agreement,
            "authorise_control",
            other.context("official", AUTHORISATION | {"replaces": row.id}),
        )
