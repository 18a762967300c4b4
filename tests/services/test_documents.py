"""Every document of a call: its maker, its Polish text, its sums, its bytes, and hostile text that is only text."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from app.extensions import db as database
from app.models import CASES, AuditEntry, Document, Promise, ScoringCard
from app.models.outbox import PromiseKind
from app.services import blobs, documents, keeping, steps
from app.services.documents import MAKERS
from tests import call_course
from tests.agreement_cases import Contracting, contracting
from tests.call_cases import changed, noon, office
from workflows.kinds import DocumentKind

HOSTILE = 'Łąka <img src="/etc/hostname.png"> &nosuch; <b><i> {{7*7}} %(number)s %s =1+1'
NOTHING = {"ineligible_grosze": 0, "excess_waived_grosze": 0, "bank_interest_grosze": 0}


def text_of(pdf: bytes) -> str:
    """All text of a PDF with any white space as one space."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def keep_all() -> dict[str, list[str]]:
    """Keep every promise; give the texts of the documents of each kind in the order of the steps."""
    ids = list(database.session.scalars(sa.select(Promise.id).order_by(Promise.id)))
    database.session.commit()
    outcomes = {keeping.keep(promise_id) for promise_id in ids}
    errors = [row.error for row in database.session.scalars(sa.select(Promise)) if row.error]
    assert (outcomes <= {"kept", None}, errors) == (True, [])
    found: dict[str, list[str]] = {}
    for row in database.session.scalars(sa.select(Document).order_by(Document.promise_id)):
        found.setdefault(row.kind.value, []).append(text_of(blobs.read(row.sha256)))
    return found


def made_again() -> set[str]:
    """Everything issued is made once more, after all later steps, with the same bytes and content. Gives the kinds."""
    kinds = set()
    for document in database.session.scalars(sa.select(Document).order_by(Document.id)):
        promise = database.session.get_one(Promise, document.promise_id)
        case = database.session.get_one(CASES[promise.case_kind or ""], promise.case_id)
        made = documents.make(document.kind, case, promise.subject_id, promise.at, document.code)
        assert made.data == blobs.read(document.sha256), document.file_name
        assert made.content == blobs.read(document.content_sha256 or ""), document.file_name
        kinds.add(document.kind.value)
    return kinds


def test_every_kind_of_document_has_its_maker() -> None:
    assert set(MAKERS) == set(DocumentKind)


def test_the_documents_of_a_call_say_what_happened_and_repeat_to_the_byte(db: Any) -> None:
    course = call_course.whole()
    told = keep_all()
    made_again()
    offer = told["offer"][0]
    assert "Oferta realizacji zadania publicznego" in offer
    assert "48 000,00" in offer
    assert (
        "Wnioskowana dotacja: 45 000,00 zł (słownie: czterdzieści pięć tysięcy złotych, zero groszy)" in offer
    )
    confirmation, late = told["submission_confirmation"][0], told["submission_confirmation"][3]
    assert "10 marca 2027 r., godz. 12:00:00" in confirmation
    assert course.offers["full"].versions[0].checksum in confirmation.replace(" ", "")
    assert "Oferta wpłynęła po terminie" in late
    accepted, _second, uncorrected, too_late = told["formal_card"]
    assert "Oferta spełnia wymogi formalne" in accepted
    assert "Brakuje działań po wakacjach." in uncorrected
    assert "Poprawka nie wpłynęła w terminie." in uncorrected
    assert "Oferta wpłynęła po terminie." in too_late
    (call_to_correct,) = told["correction_call"]
    assert "III.4 Plan i harmonogram działań" in call_to_correct
    assert "Dodajcie działania jesienne." in call_to_correct
    assert "Punkty z tej karty: 36 na 40,5." in told["scoring_card"][0]
    (ranking,) = told["ranking_list"]
    assert "Próg punktowy 20 na 40,5" in ranking
    assert "Stowarzyszenie Źdźbło" in ranking
    assert ranking.index("45 000,00 zł 36 45 000,00 zł 45 000,00 zł") < ranking.index(
        "29 25 000,00 zł 70 000,00 zł"
    )
    unsigned, once, twice = told["protocol"]
    assert [text.count("podpis w systemie") for text in (unsigned, once, twice)] == [0, 1, 2]
    uncorrected_letter, late_letter, full, reduced = told["results_letter"]
    assert "Oferta nie przeszła oceny formalnej" in uncorrected_letter
    assert "Oferta wpłynęła po terminie." in late_letter
    assert "w pełnej wysokości: 45 000,00 zł" in full
    assert "w zmniejszonej wysokości: 25 000,00 zł (słownie: dwadzieścia pięć tysięcy złotych" in reduced
    assert "zarządzeniem nr 1001/2027 z dnia 20 maja 2027 r." in reduced
    for letter in (uncorrected_letter, late_letter, full, reduced):
        assert "Evaluator" not in letter
        assert "Chair" not in letter


def test_the_protocol_recommends_no_grant_to_an_offer_that_the_pool_does_not_reach(db: Any) -> None:
    course = call_course.begin()
    course.call.budget[0].amount_grosze = call_course.ASKED
    database.session.commit()
    call_course.collect(course)
    call_course.check(course)
    call_course.score(course)
    (first, *_rest) = keep_all()["protocol"]
    assert first.count("rekomendacja przyznania dotacji") == 1
    assert first.count("rekomendacja wpisania na listę rezerwową") == 1


def test_an_announcement_tells_the_version_of_its_step_also_after_a_later_one(db: Any) -> None:
    people = office()
    call = people.opened(same_kind_tasks="W 2025 r. zadanie kosztowało 40 000,00 zł.")
    (first,) = keep_all()["announcement"]
    assert "do 23 października 2026 r., godz. 12:00" in first
    assert "W 2025 r. zadanie kosztowało 40 000,00 zł." in first
    assert "nr 2750/2026 z dnia 14 września 2026 r." in first
    assert first.count("1 października 2026 r.") >= len(call.publications)
    on = date(2026, 10, 22)
    people.take(call, "extend", "mayor", on, **changed(on, deadline=noon(date(2026, 10, 26))))
    second = keep_all()["announcement"][-1]
    assert "do 26 października 2026 r., godz. 12:00" in second
    assert (
        "było „23 października 2026 r., godz. 12:00”, jest „26 października 2026 r., godz. 12:00”" in second
    )
    assert "wersja 2" in second
    made_again()


def running() -> Contracting:
    """Signed by both sides, paid in full, and ended; the report says that 5 000 zł were left."""
    case = contracting(at=date(2026, 1, 19))
    case.draft()
    case.take(case.agreement, "check", "treasurer")
    case.at = date(2026, 1, 20)
    case.take(case.agreement, "add_signature", "first")
    case.take(case.agreement, "sign_as_contractor", "second", signed_on=case.at, manner="paper")
    case.take(case.agreement, "countersign", "treasurer")
    case.take(case.agreement, "sign_for_city", "mayor", signed_on=case.at, manner="paper")
    case.pay(date(2026, 2, 2))
    case.end()
    case.report(costs=("48000", "64000", "13000"), grant="110000")
    case.take(case.settlement, "assess", "official", **NOTHING)
    return case


def test_an_agreement_and_its_settlement_carry_their_sums(db: Any) -> None:
    case = running()
    case.take(case.settlement, "accept_report", "official")
    case.take(case.settlement, "expect_refund", "official")
    case.at = date(2026, 12, 20)
    case.take(
        case.settlement,
        "record_refund",
        "treasurer",
        paid_on=case.at,
        amount_grosze=5_000_00,
        reference="WB/2",
    )
    case.take(case.settlement, "settle", "official")
    told = keep_all()
    made_again()
    ready, concluded = told["agreement"]
    for text in (ready, concluded):
        assert "115 000,00 zł (słownie: sto piętnaście tysięcy złotych, zero groszy)" in text
        assert "61 1090 1014 0000 0712 1981 2874" in text
    assert "zawarta dnia 20 stycznia 2026 r." in concluded
    assert "zawarta dnia 20 stycznia" not in ready
    (expected,), (settled,) = told["return_demand"], told["settlement_letter"]
    assert "Kwota do zwrotu: 5 000,00 zł (słownie: pięć tysięcy złotych, zero groszy)" in expected
    assert "110 000,00 zł" in expected
    assert "sprawa zamknięta" in settled
    assert "20 grudnia 2026 r." in settled
    assert "31 grudnia 2031 r." in settled


def test_a_demand_does_not_say_that_the_report_was_accepted(db: Any) -> None:
    case = running()
    wrongly = {"ineligible_grosze": 10_000_00, "ineligible_reason": "Zakup spoza umowy."}
    case.take(case.settlement, "assess", "official", **(NOTHING | wrongly))
    case.take(case.settlement, "demand_return", "official")
    (letter,) = keep_all()["return_demand"]
    assert "zostało zaakceptowane" not in letter
    assert "liczba dni od doręczenia tego pisma: 15" in letter
    assert "Zakup spoza umowy." in letter


def test_hostile_text_is_printed_as_it_was_typed(db: Any) -> None:
    course = call_course.begin()
    offer = course.offering.written(course.at, title="Tytuł <b>&amp;", summary=HOSTILE)
    course.offering.take(offer, "submit", "first", course.at)
    told = keep_all()
    assert HOSTILE in told["offer"][0]
    assert "Tytuł <b>&amp;" in told["offer"][0]


def test_a_scoring_card_of_another_offer_is_not_printed(db: Any) -> None:
    course = call_course.begin()
    call_course.collect(course)
    call_course.check(course)
    call_course.score(course)
    card = database.session.scalars(sa.select(ScoringCard).order_by(ScoringCard.id)).first()
    assert card is not None
    other = next(offer for offer in course.call.offers if offer.id != card.offer_id)
    with pytest.raises(LookupError):
        documents.make(DocumentKind.SCORING_CARD, other, card.id, course.at)


def test_documents_are_promised_for_the_moment_of_their_step(db: Any) -> None:
    course = call_course.begin()
    offer = course.offering.written(course.at)
    course.offering.take(offer, "submit", "first", course.at)
    moments = set(database.session.scalars(sa.select(Promise.at).where(Promise.kind == PromiseKind.DOCUMENT)))
    steps_taken = select_at("submit")
    assert moments == steps_taken == {course.at}
    assert steps.NAMES[type(offer)] == "offer"


def select_at(trigger: str) -> set[Any]:
    return set(database.session.scalars(sa.select(AuditEntry.at).where(AuditEntry.trigger == trigger)))
