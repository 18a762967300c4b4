"""Whatever was issued is made again, after everything that came later, with the same bytes and the same content."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app.extensions import db as database
from app.models import Document
from app.queries.replaced import is_replaced
from app.services import blobs
from tests import call_course
from tests.agreement_cases import Contracting, contracting
from tests.services.test_documents import NOTHING, keep_all, made_again, running, text_of
from tests.small_grant_cases import a_grant
from workflows.cost_shift import NewCost
from workflows.kinds import DocumentKind as D

OTHER = "27114020040000300201355387"


def of_kind(kind: D) -> list[Document]:
    query = sa.select(Document).where(Document.kind == kind).order_by(Document.promise_id)
    return list(database.session.scalars(query))


def drafted_twice() -> Contracting:
    """Confirmed, kept, taken back, revised in every term, confirmed again and signed a week later."""
    case = contracting()
    case.draft(special_terms="Pierwsze warunki.")
    case.take(case.agreement, "check", "treasurer")
    keep_all()
    case.at += timedelta(days=1)
    case.take(case.agreement, "return_draft", "official", reason="Inny rachunek.")
    case.take(
        case.agreement, "revise_draft", "official", account_number=OTHER, budget_classification="853-85395-2360",
        special_terms="Drugie warunki.", spend_from=case.at + timedelta(days=7),
    )  # fmt: skip
    case.take(case.agreement, "check", "treasurer")
    keep_all()
    case.at += timedelta(days=7)
    case.take(case.agreement, "add_signature", "first")
    case.take(case.agreement, "sign_as_contractor", "second", signed_on=case.at, manner="paper")
    case.take(case.agreement, "countersign", "treasurer")
    case.take(case.agreement, "sign_for_city", "mayor", signed_on=case.at, manner="paper")
    keep_all()
    return case


def annex(
    case: Contracting, *, accepted: bool, lector: int = 130_00, adviser: int = 150_00, **asked: Any
) -> None:
    text = {
        "subject": "Zmiana zadania",
        "reason": "Mniej chętnych.",
        "new_account_number": "",
        "new_task_to": None,
    }
    case.take(case.agreement, "request_annex", "first", **(text | asked))
    if not accepted:
        case.take(case.agreement, "refuse_annex", "official", reason="Bez podstawy.")
        return
    costs = [
        NewCost("c1", lector, Decimal(400)),
        NewCost("c2", adviser, Decimal(400)),
        NewCost("c3", 750_00, Decimal(24)),
    ]
    case.take(case.agreement, "accept_annex", "mayor", concluded_on=case.at, new_task_to=None, costs=costs)


def test_an_agreement_through_drafts_annexes_and_its_return_repeats_to_the_byte(db: Any) -> None:
    case = drafted_twice()
    case.pay(date(2026, 2, 12))
    case.at = date(2026, 5, 4)
    annex(case, accepted=True, new_task_to=date(2026, 12, 15))
    keep_all()
    case.at = date(2026, 6, 1)
    annex(case, accepted=False)
    annex(case, accepted=True, lector=125_00, adviser=155_00, new_account_number="61109010140000071219812874")
    keep_all()
    first, second, signed, once, twice = of_kind(D.AGREEMENT)
    assert [is_replaced(row) for row in (first, second, signed, once, twice)] == [True] * 4 + [False]
    assert [row.version for row in (signed, once, twice)] == [1, 2, 3]
    told = [text_of(blobs.read(row.sha256)) for row in (first, second)]
    assert ["Pierwsze warunki." in text for text in told] == [True, False]
    assert not any(is_replaced(row) for row in (*of_kind(D.ANNEX), *of_kind(D.ANNEX_REFUSAL)))
    case.end()
    case.report(costs=("48000", "64000", "13000"), grant="110000")
    case.take(
        case.settlement,
        "ask_questions",
        "official",
        questions="Ile osób?",
        answers_due=case.at + timedelta(days=7),
    )
    case.take(case.settlement, "answer_questions", "second", reply="Osiemdziesiąt.")
    case.take(case.settlement, "assess", "official", **NOTHING)
    case.take(case.settlement, "accept_report", "official")
    case.take(case.settlement, "expect_refund", "official")
    keep_all()
    case.at = date(2027, 1, 20)
    case.take(case.settlement, "demand_overdue_refund", "official")
    case.take(case.settlement, "confirm_delivery", "first")
    keep_all()
    assert [is_replaced(row) for row in of_kind(D.RETURN_DEMAND)] == [False, False]
    case.at += timedelta(days=20)
    case.take(case.settlement, "issue_return_decision", "mayor", order_number="1/2027", order_date=case.at)
    keep_all()
    kinds = made_again()
    assert kinds >= {D.AGREEMENT, D.ANNEX, D.ANNEX_REFUSAL, D.PAYMENT_ORDER, D.REPORT, D.REPORT_ACCEPTANCE,
                     D.RETURN_DEMAND, D.RETURN_DECISION}  # fmt: skip


def test_a_settled_grant_and_one_that_was_terminated_repeat_to_the_byte(db: Any) -> None:
    case = running()
    case.take(case.settlement, "accept_report", "official")
    case.take(case.settlement, "expect_refund", "official")
    keep_all()
    case.at = date(2026, 12, 20)
    paid = {"paid_on": case.at, "amount_grosze": 5_000_00, "reference": "WB/2"}
    case.take(case.settlement, "record_refund", "treasurer", **paid)
    case.take(case.settlement, "settle", "official")
    ended = contracting(name="b")
    ended.sign()
    ended.pay(date(2026, 2, 2))
    keep_all()
    ended.at = date(2026, 5, 4)
    ended.take(ended.agreement, "terminate", "mayor", reason="Zadanie nie jest realizowane.")
    keep_all()
    assert made_again() >= {D.SETTLEMENT_LETTER, D.TERMINATION_NOTICE}


def test_a_call_to_its_signed_agreement_repeats_to_the_byte_and_a_proof_of_receipt_is_never_replaced(
    db: Any,
) -> None:
    course = call_course.begin()
    call_course.collect(course)
    keep_all()
    call_course.check(course)
    keep_all()
    call_course.score(course)
    keep_all()
    call_course.award(course)
    keep_all()
    offer = course.offers["full"]
    course.take(offer, "start_contracting", "official")
    terms = {"account_number": OTHER, "budget_classification": "851-85195-2360", "special_terms": ""}
    course.take(offer, "draft_agreement", "official", **terms)
    course.take(offer.agreement, "check", "treasurer")
    keep_all()
    kinds = made_again()
    assert kinds >= {D.OFFER, D.SUBMISSION_CONFIRMATION, D.FORMAL_CARD, D.CORRECTION_CALL, D.SCORING_CARD, D.PROTOCOL,
                     D.RANKING_LIST, D.RESULTS_LETTER, D.COMMISSION_ORDER, D.RESULTS_ORDER, D.RESULT_ANNOUNCEMENT,
                     D.IMPARTIALITY_STATEMENT, D.FORMAL_RESULTS, D.AGREEMENT}  # fmt: skip
    confirmations = of_kind(D.SUBMISSION_CONFIRMATION)
    assert len(confirmations) >= 4
    assert not any(is_replaced(row) for row in confirmations)


def test_a_small_grant_repeats_to_the_byte(db: Any) -> None:
    a_grant("awarded_full")
    keep_all()
    assert made_again() >= {
        D.OFFER,
        D.FORMAL_CARD,
        D.PUBLICATION_NOTICE,
        D.PURPOSEFULNESS_NOTE,
        D.GRANT_LETTER,
    }
